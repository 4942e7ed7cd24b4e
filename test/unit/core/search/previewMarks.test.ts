import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewBinary, previewText } from '../../../../src/core/format/preview.ts';
import { makeVisible } from '../../../../src/core/format/visible.ts';
import { compilePlain } from '../../../../src/core/search/compilePlain.ts';
import { compileRegex } from '../../../../src/core/search/compileRegex.ts';
import { MARK_BYTES, previewMarks } from '../../../../src/core/search/previewMarks.ts';
import type { TextMatcher } from '../../../../src/core/search/textMatcher.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The marked parts of the preview of a text. */
function marked(matcher: TextMatcher, text: string): string[] {
  const payload = bytes(text);
  const preview = previewText(payload);
  const cut = payload.length > MARK_BYTES;
  return previewMarks(matcher, 'text', preview, payload.subarray(0, MARK_BYTES), cut).map(([start, end]) =>
    preview.slice(start, end),
  );
}

describe('marks in the preview of a text', () => {
  it('are what matches', () => {
    expect(marked(compilePlain('tick', true), '{"type":"tick","last":"tick"}')).toEqual(['tick', 'tick']);
    expect(marked(compileRegex('\\d+', true), 'a1b22')).toEqual(['1', '22']);
  });

  it('lie behind characters that the preview spells out, and cover those that match', () => {
    expect(marked(compilePlain('b', true), 'a\u202eb')).toEqual(['b']);
    expect(marked(compilePlain('\u202e', true), 'a\u202eb')).toEqual(['‹U+202E›']);
    expect(marked(compileRegex('a\\nb', true), 'xxa\nbx')).toEqual([makeVisible('a\nb')]);
    expect(marked(compilePlain('b', true), '\ufeff😀\tb')).toEqual(['b']);
  });

  it('end with the preview', () => {
    const text = `${'-'.repeat(250)}needle${'-'.repeat(5000)}`;
    expect(marked(compilePlain('needle', true), text)).toEqual(['needle']);
    expect(marked(compilePlain('needle-', true), text)).toEqual(['needle']);
    expect(marked(compilePlain('needle', true), `-${'-'.repeat(253)}needle`)).toEqual(['ne']);
    expect(marked(compilePlain('needle', true), `${'-'.repeat(256)}needle`)).toEqual([]);
  });

  it('are right in any text', () => {
    const unit = fc.constantFrom('a', 'b', '\n', '\u202e', '😀', 'é', '\u{e0041}');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
        const found = marked(compilePlain('ab', true), text);
        const [shown] = previewText(bytes(text)).split('…');
        expect(found.filter((part) => part !== 'ab' && part !== 'a')).toEqual([]);
        expect(found.filter((part) => part === 'ab').length).toBe(shown!.split('ab').length - 1);
      }),
    );
  });
});

describe('marks in the preview of binary', () => {
  const binary = new Uint8Array([
    0,
    ...bytes('Abc'),
    255,
    ...bytes('abc'),
    ...new Array<number>(100).fill(7),
  ]);
  const inBinary = (matcher: TextMatcher): string[] => {
    const preview = previewBinary(binary);
    return previewMarks(matcher, 'binary', preview, binary, false).map(([a, b]) => preview.slice(a, b));
  };

  it('are its bytes in hexadecimal', () => {
    expect(inBinary(compilePlain('abc', true))).toEqual(['61 62 63']);
    expect(inBinary(compilePlain('ABC', false))).toEqual(['41 62 63', '61 62 63']);
  });

  it('are none of a regular expression, whose characters are no bytes', () => {
    expect(inBinary(compileRegex('abc', true))).toEqual([]);
    expect(inBinary(compilePlain('É', false))).toEqual([]);
  });

  it('do not go beyond the preview', () => {
    const long = compilePlain('\u0007'.repeat(90), true);
    const [mark] = previewMarks(long, 'binary', previewBinary(binary), binary, false);
    expect(mark).toEqual([8 * 3, previewBinary(binary).length]);
  });
});

describe('marks in the preview of other rows', () => {
  it('are found in the summary that they show', () => {
    const payload = bytes('{"code":1000,"reason":"bye","clean":true}');
    expect(previewMarks(compilePlain('bye', true), 'close', '1000 bye', payload, false)).toEqual([[5, 8]]);
    expect(previewMarks(compilePlain('clean', true), 'close', '1000 bye', payload, false)).toEqual([]);
    expect(previewMarks(compilePlain('x', true), 'ping', makeVisible('x\n'), bytes('x\n'), false)).toEqual([
      [0, 1],
    ]);
  });
});
