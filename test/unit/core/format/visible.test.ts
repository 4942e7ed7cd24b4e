import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeInvisible,
  makeVisible,
  visibleJson,
  visibleOffsets,
  visibleParts,
} from '../../../../src/core/format/visible.ts';

describe('makeVisible', () => {
  it('leaves no control and no character that reorders or hides text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(makeVisible(text)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/,
        );
      }),
    );
  });

  it('changes nothing else', () => {
    const text = 'Grüße, мир, 世界, 👩‍💻, \u0645\u06cc\u200c\u062e, 1️⃣, ❤️, a\u00a0b\u3000c';
    expect(makeVisible(text)).toBe(text);
    expect(escapeInvisible(text)).toBe(text);
  });

  it.each([
    ['soft hyphen', '\u00ad'],
    ['combining grapheme joiner', '\u034f'],
    ['Hangul filler', '\u3164'],
    ['half-width Hangul filler', '\uffa0'],
    ['Hangul choseong filler', '\u115f'],
    ['Khmer inherent vowel', '\u17b4'],
    ['Mongolian variation selector', '\u180b'],
    ['empty Braille pattern', '\u2800'],
    ['musical null note head', '\u{1d159}'],
    ['musical begin beam', '\u{1d173}'],
    ['shorthand format letter overlap', '\u{1bca0}'],
    ['hieroglyph joiner', '\u{13430}'],
    ['tag', '\u{e0041}'],
    ['variation selector behind a letter', '\ufe0f'],
    ['ideographic variation selector', '\u{e0100}'],
    ['interlinear anchor', '\ufff9'],
    ['word joiner', '\u2060'],
  ])('shows a %s, and escapes it in JSON', (_, character) => {
    const number = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    expect(makeVisible(`a${character}b`)).toBe(`a‹U+${number}›b`);
    const json = visibleJson({ [character]: character });
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toEqual({ [character]: character });
  });

  it.each(['\u200c', '\u200d'])('keeps the joiner %j in words only', (joiner) => {
    expect(makeVisible(`auf${joiner}lage`)).toBe(`auf${joiner}lage`);
    const sign = `‹U+${joiner.charCodeAt(0).toString(16).toUpperCase()}›`;
    expect(makeVisible(joiner)).toBe(sign);
    expect(makeVisible(`a${joiner} b`)).toBe(`a${sign} b`);
    expect(makeVisible(`a${joiner}${joiner}b`)).toBe(`a${sign}${sign}b`);
    expect(makeVisible(`${joiner}a`)).toBe(`${sign}a`);
    expect(escapeInvisible(`"a${joiner}"`)).not.toContain(joiner);
  });

  it('covers all that Unicode calls default ignorable', () => {
    for (let code = 0x80; code <= 0x10ffff; code++) {
      if (code === 0x200c || code === 0x200d || (code >= 0xd800 && code <= 0xdfff)) continue;
      const character = String.fromCodePoint(code);
      if (/\p{Default_Ignorable_Code_Point}/u.test(character)) expect(makeVisible(character)).toMatch(/^‹U/);
    }
  });
});

describe('visibleOffsets', () => {
  it('match the places in makeVisible', () => {
    const text = 'a\u202eb👩\u200d💻\u{e0041}c';
    expect(visibleOffsets(text, [0, 1, 2, text.length])).toEqual([
      0,
      1,
      1 + '‹U+202E›'.length,
      makeVisible(text).length,
    ]);
    expect(visibleOffsets(text, [8])).toEqual([text.slice(0, 8).length + '‹U+202E›'.length - 1]);
  });
});

describe('visibleParts', () => {
  it('separates the replaced characters', () => {
    expect(visibleParts('a\u0007b')).toEqual([
      { text: 'a', replaced: false },
      { text: '␇', replaced: true },
      { text: 'b', replaced: false },
    ]);
    expect(visibleParts('\u202e')).toEqual([{ text: '‹U+202E›', replaced: true }]);
    expect(visibleParts('plain')).toEqual([{ text: 'plain', replaced: false }]);
    expect(visibleParts('')).toEqual([]);
  });

  it('replaces the characters of makeVisible except tabs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parts = visibleParts(text);
        expect(
          parts
            .map((part) => part.text)
            .join('')
            .replaceAll('\t', '⇥'),
        ).toBe(makeVisible(text));
      }),
    );
  });
});
