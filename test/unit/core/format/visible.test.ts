import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeVisible, visibleParts } from '../../../../src/core/format/visible.ts';

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
    const text = 'Grüße, мир, 世界, 👩‍💻, \u200c';
    expect(makeVisible(text)).toBe(text);
  });
});

describe('visibleParts', () => {
  it('sets apart what was replaced', () => {
    expect(visibleParts('a\u0007b')).toEqual([
      { text: 'a', replaced: false },
      { text: '␇', replaced: true },
      { text: 'b', replaced: false },
    ]);
    expect(visibleParts('\u202e')).toEqual([{ text: '‹U+202E›', replaced: true }]);
    expect(visibleParts('plain')).toEqual([{ text: 'plain', replaced: false }]);
    expect(visibleParts('')).toEqual([]);
  });

  it('replaces what makeVisible replaces, but for tabs', () => {
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
