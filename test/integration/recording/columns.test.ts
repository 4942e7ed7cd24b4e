import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

async function record(rows: readonly TestRow[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  appender.close();
  return folder;
}

describe('the values of columns', () => {
  it('come from the query worker, for these rows only and in their order', async () => {
    const folder = await record([
      { payload: '{"type":"a","n":1.0}' },
      { payload: 'text' },
      { payload: '{"type":"b","n":12345678901234567890}', kind: 'binary' },
      { payload: '{"type":"pong"}', kind: 'pong' },
    ]);
    const { engine } = await testEngine();
    expect(await engine.query.columnValues(folder, [2, 0, 1, 3], ['$.type', '$.n'])).toEqual([
      [{ text: 'b' }, { text: '12345678901234567890' }],
      [{ text: 'a' }, { text: '1.0' }],
      [{ text: '' }, { text: '' }],
      [{ text: '' }, { text: '' }],
    ]);
    expect(await engine.query.columnValues(folder, [], ['$.type'])).toEqual([]);
  });

  it('are left out for a large message, beside others', async () => {
    const large = JSON.stringify({ type: 'large', text: 'x'.repeat(300_000) });
    const folder = await record([{ payload: large }, { payload: '{"type":"small"}' }]);
    const { engine } = await testEngine();
    expect(await engine.query.columnValues(folder, [0, 1], ['$.type'])).toEqual([
      [{ text: '', skipped: 'large' }],
      [{ text: 'small' }],
    ]);
  });

  it('are refused for a path to several values, and for a row that does not exist', async () => {
    const folder = await record([{ payload: '{"type":"a"}' }]);
    const { engine } = await testEngine();
    for (const [rows, path, message] of [
      [[0], '$..type', 'is not a path to one value'],
      [[0], '$[?match(@.a, "(a+)+$")]', 'is not a path to one value'],
      [[7], '$.type', 'There is no row 7'],
    ] as const)
      await expect(engine.query.columnValues(folder, rows, [path])).rejects.toThrow(message);
    expect(await engine.query.columnValues(folder, [0], ['$.type'])).toEqual([[{ text: 'a' }]]);
  });
});
