import { describe, expect, it } from 'vitest';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { rowCells, rowTitle } from '../../../src/webview/rows/rowCells.ts';
import type { TimeColumn } from '../../../src/webview/rows/timeColumn.ts';

const STARTED_AT = new Date(2026, 0, 2, 12, 0, 0, 0).getTime();

const COLUMN: TimeColumn = { mode: 'clock', zero: undefined, startedAt: STARTED_AT };

const row = (change: Partial<Row> = {}): Row => ({
  seq: 12,
  time: 1_234_567,
  kind: 'text',
  direction: 'in',
  size: 98,
  stored: 98,
  flags: 0,
  preview: '{"a":1}',
  ...change,
});

describe('rowCells', () => {
  it('shows time, delta, direction, kind, preview and size', () => {
    expect(rowCells(row(), row({ seq: 11, time: 1_222_167 }), COLUMN)).toEqual({
      time: '12:00:01.234567',
      delta: '+12 ms',
      pause: undefined,
      direction: 'arrow-down',
      kind: 'text',
      kindIcon: 'file-text',
      preview: '{"a":1}',
      tags: [],
      size: '98 B',
      label: '#12 text received, 98 B, 12:00:01.234567, {"a":1}',
    });
  });

  it('has no delta if the row before is not known', () => {
    expect(rowCells(row(), undefined, COLUMN).delta).toBe('');
  });

  it('shows the direction by arrow and word, and none for rows that are not messages', () => {
    const sent = rowCells(row({ direction: 'out', kind: 'binary' }), undefined, COLUMN);
    expect(sent.direction).toBe('arrow-up');
    expect(sent.label).toContain('binary sent');
    const lost = rowCells(row({ kind: 'close', preview: '1006 host ended it' }), undefined, COLUMN);
    expect(lost.direction).toBeUndefined();
    expect(lost.label).toMatch(/^#12 close, /);
    const open = rowCells(row({ direction: 'none', kind: 'open' }), undefined, COLUMN);
    expect(open.direction).toBeUndefined();
    expect(open.label.startsWith('#12 open, 12:00')).toBe(true);
  });

  it.each(['open', 'close', 'error', 'note'] as const)(
    'shows no size of %s, which is not a message',
    (kind) => {
      expect(rowCells(row({ kind }), undefined, COLUMN).size).toBe('');
    },
  );

  it('tags a message that is not valid UTF-8 or not whole', () => {
    const { tags, label } = rowCells(
      row({ flags: FLAG.invalidUtf8 | FLAG.truncated, size: 4096, stored: 1024 }),
      undefined,
      COLUMN,
    );
    expect(tags).toEqual(['invalid UTF-8', '1.0 KiB of 4.0 KiB kept']);
    expect(label).toContain('invalid UTF-8, 1.0 KiB of 4.0 KiB kept');
  });

  it('tags a message that a proxy passed on in the place of another', () => {
    const { tags, label } = rowCells(row({ flags: FLAG.altered }), undefined, COLUMN);
    expect(tags).toEqual(['passed on instead']);
    expect(label).toContain('passed on instead');
  });

  it('warns of a gap', () => {
    expect(rowCells(row({ kind: 'note', flags: FLAG.gap }), undefined, COLUMN).kindIcon).toBe('warning');
    expect(rowCells(row({ kind: 'note' }), undefined, COLUMN).kindIcon).toBe('info');
  });
});

describe('the time of a row', () => {
  const before = row({ seq: 11, time: 1_222_167 });

  it('counts from the row above in one column, not in two', () => {
    expect(rowCells(row(), before, { ...COLUMN, mode: 'previous' })).toMatchObject({
      time: '+12 ms',
      delta: '',
    });
  });

  it('counts from the marked row', () => {
    const zero = { seq: 3, time: 2_000_000 };
    expect(rowCells(row(), before, { ...COLUMN, mode: 'mark', zero }).time).toBe('-0.765433');
  });

  it('shows a pause before it, also as text', () => {
    const { pause, label } = rowCells(row({ time: 13_600_000 }), before, COLUMN);
    expect(pause).toBe('12.4 s');
    expect(label).toContain('after a pause of 12.4 s');
  });
});

describe('rowTitle', () => {
  it('names a row', () => {
    expect(rowTitle(row())).toBe('#12 text received');
    expect(rowTitle(row({ kind: 'error', direction: 'none' }))).toBe('#12 error');
  });
});
