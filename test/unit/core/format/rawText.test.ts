import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawText } from '../../../../src/core/format/rawText.ts';
import { MAX_LINE_CHARS, MiB } from '../../../../src/shared/limits.ts';
import { finish, finishWithProgress, linesOf, textOf, utf8 } from './helpers.ts';

const show = (text: string): string[] => linesOf(finish(rawText(utf8(text))));

describe('rawText', () => {
  it('splits at LF, CRLF and CR', () => {
    expect(show('a\nb\r\nc\rd')).toEqual(['a', 'b', 'c', 'd']);
    expect(show('\n\r\n\r')).toEqual(['', '', '', '']);
    expect(show('a\r\r\nb\n\rc')).toEqual(['a', '', 'b', '', 'c']);
  });

  it('has one empty line for no text, and an empty last line after a final line end', () => {
    expect(show('')).toEqual(['']);
    expect(show('a\n')).toEqual(['a', '']);
  });

  it('agrees with a regular expression', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\r', '\n', '\r\n', '😀')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => {
        expect(show(value)).toEqual(value.split(/\r\n|\r|\n/));
      }),
    );
  });

  it('finds line ends at the edges of slices', () => {
    for (const shift of [-2, -1, 0, 1]) {
      const first = 'x'.repeat(MiB + shift);
      const lines = show(`${first}\r\nb`);
      expect(lines.slice(0, -1).join('')).toBe(first);
      expect(lines.at(-1)).toBe('b');
    }
  });

  it('cuts long lines for display only, and never inside a character', () => {
    for (const unit of ['x', 'é', '€', '😀']) {
      const text = `first\n${unit.repeat(MAX_LINE_CHARS * 2)}\r\nlast`;
      const view = finish(rawText(utf8(text)));
      const lines = linesOf(view);
      expect(lines[0]).toBe('first');
      expect(lines.at(-1)).toBe('last');
      expect(lines.slice(1, -1).join('')).toBe(unit.repeat(MAX_LINE_CHARS * 2));
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(MAX_LINE_CHARS);
        expect(line).not.toMatch(/\p{Surrogate}|\uFFFD/u);
      }
      expect(textOf(view)).toBe(text);
    }
  });

  it('does not cut a line of exactly the greatest length', () => {
    expect(show('x'.repeat(MAX_LINE_CHARS))).toHaveLength(1);
    expect(show('x'.repeat(MAX_LINE_CHARS + 1))).toHaveLength(2);
  });

  it('shows invalid bytes as U+FFFD, cuts long runs of them, and gives them back unchanged', () => {
    const bytes = new Uint8Array(MAX_LINE_CHARS * 4).fill(0x80);
    const view = finish(rawText(bytes));
    expect(view.lines).toBe(4);
    expect(view.line(0)).toBe('\uFFFD'.repeat(MAX_LINE_CHARS));
    expect(finish(view.text())).toEqual(bytes);
  });

  it('keeps a byte order mark', () => {
    expect(show('\uFEFFa')).toEqual(['\uFEFFa']);
  });

  it('reports its progress', () => {
    const { progress } = finishWithProgress(rawText(utf8('x'.repeat(4 * MiB))));
    expect(progress.length).toBeGreaterThan(4);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThanOrEqual(1);
  });
});
