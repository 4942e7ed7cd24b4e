import { describe, expect, it } from 'vitest';
import { createLineTable } from '../../../../src/core/format/lineView.ts';

describe('createLineTable', () => {
  it('keeps offset and style of each line, over many chunks', () => {
    const table = createLineTable();
    const count = 200_000;
    for (let line = 0; line < count; line++) table.add(line * 20_000, line % 256);
    expect(table.length).toBe(count);
    for (const line of [0, 1, 65_535, 65_536, 131_072, count - 1]) {
      expect(table.offset(line)).toBe(line * 20_000);
      expect(table.style(line)).toBe(line % 256);
    }
  });

  it('holds offsets of almost 4 GiB', () => {
    const table = createLineTable();
    table.add(2 ** 32 - 1, 255);
    expect(table.offset(0)).toBe(2 ** 32 - 1);
  });
});
