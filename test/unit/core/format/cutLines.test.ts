import { describe, expect, it } from 'vitest';
import { CONTINUES, CONTINUES_IN_STRING, cutLines } from '../../../../src/core/format/cutLines.ts';
import { createLineTable } from '../../../../src/core/format/lineView.ts';
import { MAX_LINE_CHARS, MiB } from '../../../../src/shared/limits.ts';
import { finish, finishWithProgress, utf8 } from './helpers.ts';

/** Cuts one line that is indented by `indent` characters. @returns offset and style of each piece */
function cut(text: string, json: boolean, indent = 0): [offset: number, style: number][] {
  const bytes = utf8(text);
  const table = createLineTable();
  table.add(0, 7);
  const rules = { indent: (style: number) => (style === 7 ? indent : 0), end: () => bytes.length, json };
  const pieces = finish(cutLines(bytes, table, rules));
  return Array.from({ length: pieces.length }, (_, line) => [pieces.offset(line), pieces.style(line)]);
}

const x = (count: number): string => 'x'.repeat(count);

describe('cutLines', () => {
  it('leaves a line that fits, with its style', () => {
    expect(cut(x(MAX_LINE_CHARS), false)).toEqual([[0, 7]]);
    expect(cut('', false)).toEqual([[0, 7]]);
  });

  it('cuts after MAX_LINE_CHARS characters, the indentation among them', () => {
    expect(cut(x(MAX_LINE_CHARS + 1), false)).toEqual([
      [0, 7],
      [MAX_LINE_CHARS, CONTINUES],
    ]);
    expect(cut(x(MAX_LINE_CHARS), false, 10)).toEqual([
      [0, 7],
      [MAX_LINE_CHARS - 10, CONTINUES],
    ]);
  });

  it('counts UTF-16 units, and cuts before a character that does not fit', () => {
    expect(cut('é'.repeat(MAX_LINE_CHARS + 1), false)[1]).toEqual([MAX_LINE_CHARS * 2, CONTINUES]);
    expect(cut('x' + '😀'.repeat(MAX_LINE_CHARS), false)[1]).toEqual([
      1 + ((MAX_LINE_CHARS - 2) / 2) * 4,
      CONTINUES,
    ]);
  });

  it('knows whether a piece begins in a JSON string', () => {
    expect(cut(`"${x(MAX_LINE_CHARS)}"`, true)[1]).toEqual([MAX_LINE_CHARS, CONTINUES_IN_STRING]);
    expect(cut(`"${x(MAX_LINE_CHARS - 2)}":1`, true)[1]).toEqual([MAX_LINE_CHARS, CONTINUES]);
    expect(cut(`"\\"${x(MAX_LINE_CHARS)}"`, true)[1]).toEqual([MAX_LINE_CHARS, CONTINUES_IN_STRING]);
  });

  it('keeps a backslash and what it escapes together', () => {
    expect(cut(`"${x(MAX_LINE_CHARS - 2)}\\n"`, true)[1]).toEqual([MAX_LINE_CHARS - 1, CONTINUES_IN_STRING]);
  });

  it('counts the blank after a colon, and no white space between tokens', () => {
    const name = `"${x(MAX_LINE_CHARS - 4)}"`;
    expect(cut(`${name}:1`, true)[1]).toEqual([name.length + 1, CONTINUES]);
    expect(cut(`${name}${' '.repeat(5_000)}`, true)).toHaveLength(1);
  });

  it('yields now and then, within one line and between many', () => {
    const bytes = new Uint8Array(5 * MiB).fill(0x78);
    const one = createLineTable();
    one.add(0, 0);
    const whole = { indent: () => 0, end: () => bytes.length, json: false };
    expect(finishWithProgress(cutLines(bytes, one, whole)).progress.length).toBeGreaterThanOrEqual(4);
    const many = createLineTable();
    for (let offset = 0; offset < bytes.length; offset += 100) many.add(offset, 0);
    const each = { ...whole, end: (line: number) => Math.min(bytes.length, (line + 1) * 100) };
    const { progress, result } = finishWithProgress(cutLines(bytes, many, each));
    expect(progress.length).toBeGreaterThanOrEqual(4);
    expect(result.length).toBe(many.length);
  });
});
