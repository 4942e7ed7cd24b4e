import { beforeEach, expect, it, vi } from 'vitest';
import { createImportDrop } from '../../../src/vscode/sidebar/importDrop.ts';
import { commands, Uri } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => vi.clearAllMocks());

async function drop(list: string | undefined, isCancellationRequested = false): Promise<unknown[][]> {
  const transfer = new Map(list === undefined ? [] : [['text/uri-list', { asString: async () => list }]]);
  await createImportDrop().handleDrop!(undefined, transfer as never, { isCancellationRequested } as never);
  return vi.mocked(commands.executeCommand).mock.calls;
}

it('imports all files that are dropped, at once', async () => {
  expect(await drop('file:///a.har\r\n# a comment\r\nfile:///b%20c/\n')).toEqual([
    ['duplex.import', [Uri.parse('file:///a.har'), Uri.parse('file:///b%20c/')]],
  ]);
});

it('imports nothing for another thing, an empty list, or after a cancel', async () => {
  expect(await drop(undefined)).toEqual([]);
  expect(await drop('\r\n# none\r\n')).toEqual([]);
  expect(await drop('file:///a.har', true)).toEqual([]);
});

it('takes no more than 50', async () => {
  const [[, uris]] = (await drop('file:///a\n'.repeat(80))) as [[string, unknown[]]];
  expect(uris).toHaveLength(50);
});
