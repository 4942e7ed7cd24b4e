import { describe, expect, it } from 'vitest';
import { FLAG, type Row } from '../../../src/shared/timeline.ts';
import { discriminator } from '../../../src/webview/rows/discriminator.ts';
import { ROW_ACTIONS, rowMenu } from '../../../src/webview/timeline/rowMenu.ts';

const row = (change: Partial<Row> = {}): Row => ({
  ...{ seq: 3, time: 0, kind: 'text', direction: 'in', size: 9, stored: 9, flags: 0 },
  preview: '{"type":"tick"}',
  ...change,
});

type Context = Partial<Parameters<typeof rowMenu>[0]> & Pick<Parameters<typeof rowMenu>[0], 'row'>;

const menu = (context: Context): ReturnType<typeof rowMenu> =>
  rowMenu({ isHeld: false, canSend: true, other: undefined, columns: [], copyKeys: 'Ctrl+C', ...context });

const enabled = (context: Context): string[] =>
  menu(context)
    .filter(({ isDisabled }) => !isDisabled)
    .map(({ value }) => value);

describe('the menu of a row', () => {
  it('has every action for every kind of row', () => {
    for (const kind of ['open', 'text', 'ping', 'note'] as const) {
      const items = menu({ row: row({ kind }), canSend: false, other: undefined });
      expect(items.map(({ value }) => value)).toEqual(ROW_ACTIONS);
    }
  });

  it('starts with the decisions for a held message', () => {
    const items = menu({ row: row(), isHeld: true });
    expect(items.map(({ value }) => value)).toEqual(['release', 'editHeld', 'drop', ...ROW_ACTIONS]);
    expect(items[3]).toMatchObject({ value: 'editAndResend', beginsGroup: true });
    expect(enabled({ row: row(), isHeld: true, canSend: false })).toEqual(
      expect.arrayContaining(['release', 'editHeld', 'drop']),
    );
  });

  it('resends only while the session is open, and can always edit', () => {
    const closed = enabled({ row: row(), canSend: false, other: 1 });
    expect(closed).toContain('editAndResend');
    expect(closed).not.toContain('resend');
    expect(enabled({ row: row({ summary: 'tick' }), canSend: true, other: 1 })).toEqual(ROW_ACTIONS);
  });

  it('shows an operation only for a row that decodes', () => {
    expect(enabled({ row: row() })).not.toContain('operation');
    expect(enabled({ row: row({ kind: 'binary', summary: 'PUBLISH a' }) })).toContain('operation');
  });

  it('offers only export and mark for a row without a payload', () => {
    expect(enabled({ row: row({ kind: 'note', stored: 0, preview: '' }), canSend: true, other: 1 })).toEqual([
      'export',
      'mark',
    ]);
  });

  it('compares the two messages of a divergence for any selection', () => {
    const compare = (flags: number, kind: Row['kind'] = 'note') =>
      menu({ row: row({ kind, flags, preview: 'It differs.' }), other: 7 }).find(
        ({ value }) => value === 'compare',
      );
    expect(compare(FLAG.differs)).toMatchObject({ text: 'Compare with Recording', isDisabled: false });
    expect(compare(FLAG.differs | FLAG.truncated)).toMatchObject({ text: 'Compare with Recording' });
    // The menu ignores such a text from a server, and the flag on a message.
    expect(compare(FLAG.differs, 'text')).toMatchObject({ text: 'Compare with #7' });
    for (const flags of [0, FLAG.gap, FLAG.cleared, FLAG.altered])
      expect(compare(flags)?.isDisabled).toBe(true);
  });

  it('names the row that it compares with and the value that it filters by', () => {
    const texts = menu({ row: row(), canSend: true, other: 7 }).map(({ text }) => text);
    expect(texts).toContain('Compare with #7');
    expect(texts).toContain('Filter by $.type == "tick"');
    expect(texts).toContain('Copy as JSON Path: $.type');
    expect(texts).toContain('Add Column $.type');
  });

  it('adds no column twice, and none beyond the limit', () => {
    expect(enabled({ row: row(), columns: ['$.id'] })).toContain('addColumn');
    expect(enabled({ row: row(), columns: ['$.type'] })).not.toContain('addColumn');
    const full = Array.from({ length: 8 }, (_, index) => `$.a${index}`);
    expect(enabled({ row: row(), columns: full })).not.toContain('addColumn');
  });
});

describe('discriminator', () => {
  it.each([
    ['{"seq":1,"type":"tick"}', '$.type', '"tick"'],
    ['{ "data": {"type": "inner"}, "event" : "trade" }', '$.event', '"trade"'],
    ['{"id":12345678901234567890}', '$.id', '12345678901234567890'],
    ['{"x":"\\"type\\":1","op":null}', '$.op', 'null'],
    ['{"op":"a","type":{"b":1}}', '$.op', '"a"'],
    ['{"type":"tick","text":"cut he', '$.type', '"tick"'],
  ])('finds the kind of %s', (preview, path, value) => {
    expect(discriminator(preview)).toEqual({ path, value });
  });

  it.each(['', 'text', '[{"type":1}]', '{"a":1}', '{"a":{"type":1}'])('finds none in %j', (preview) => {
    expect(discriminator(preview)).toBeUndefined();
  });
});
