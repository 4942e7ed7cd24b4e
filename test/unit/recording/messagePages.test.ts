import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MAX_DECODED_BYTES } from '../../../src/core/protocol/limits.ts';
import { messagePage } from '../../../src/recording/read/messagePages.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import type { MessagePage } from '../../../src/shared/recordProtocol.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest, type TestRow } from '../../support/recordings.ts';

async function recorded(rows: readonly TestRow[]): Promise<{ reader: RecordingReader; folder: string }> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  appender.close();
  const reader = RecordingReader.open(folder);
  onTestFinished(() => reader.close());
  return { reader, folder };
}

const textOf = ({ messages }: MessagePage): string[] =>
  messages.map(({ direction, data }) => `${direction} ${new TextDecoder().decode(data)}`);

/** All pages from row `from` on. */
function pages(reader: RecordingReader, from: number, sentOnly: boolean): MessagePage[] {
  const { rows } = reader.extent();
  const result: MessagePage[] = [];
  for (let at = from; at < rows; at = result.at(-1)!.next)
    result.push(messagePage(reader, at, rows, sentOnly));
  return result;
}

const conversation: readonly TestRow[] = [
  { kind: 'open', direction: 'none', payload: '{}' },
  { payload: 'hello' },
  { direction: 'out', payload: 'call' },
  { kind: 'ping', payload: 'p' },
  { kind: 'binary', payload: Uint8Array.of(0x21, 0x22) },
  { kind: 'note', direction: 'none', payload: '{}' },
  { direction: 'out', payload: '' },
];

it('returns the messages of both directions in order, without control frames and notes', async () => {
  const { reader } = await recorded(conversation);
  const page = messagePage(reader, 0, 7, false);
  expect(textOf(page)).toEqual(['in hello', 'out call', 'in !"', 'out ']);
  expect(page.messages.map(({ kind }) => kind)).toEqual(['text', 'text', 'binary', 'text']);
  expect(page.next).toBe(7);
});

it('returns only sent messages on request, of a range', async () => {
  const { reader } = await recorded(conversation);
  expect(textOf(messagePage(reader, 0, 7, true))).toEqual(['out call', 'out ']);
  expect(textOf(messagePage(reader, 3, 7, true))).toEqual(['out ']);
  expect(messagePage(reader, 3, 5, true)).toEqual({ messages: [], next: 5 });
});

it('fills pages with many messages, and continues where one ended', async () => {
  const rows = Array.from({ length: 9000 }, (_, i): TestRow => ({ payload: String(i) }));
  const { reader } = await recorded(rows);
  const all = pages(reader, 0, false);
  expect(all).toHaveLength(9);
  expect(all.flatMap(textOf)).toEqual(rows.map(({ payload }) => `in ${payload as string}`));
});

it('scans far for the few messages that were sent', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i): TestRow => ({
    payload: String(i),
    direction: i % 7000 === 6999 ? 'out' : 'in',
  }));
  const { reader } = await recorded(rows);
  const all = pages(reader, 0, true);
  expect(all).toHaveLength(1);
  expect(textOf(all[0]!)).toEqual(['out 6999', 'out 13999']);
});

it('ends a page of long messages early, and one of a single longer message is whole', async () => {
  const long = (mib: number): TestRow => ({ payload: new Uint8Array(mib * 1024 * 1024).fill(0x61) });
  const { reader } = await recorded([long(0.6), long(0.6), long(3), long(0.1)]);
  const lengths = pages(reader, 0, false).map(({ messages }) =>
    messages.map(({ data }) => data.length / 1024),
  );
  expect(lengths.map((page) => page.map(Math.round))).toEqual([[614], [614], [3072], [102]]);
});

it('cuts a message that is too long to decode, so that whoever decodes it sees that', async () => {
  const { reader } = await recorded([{ payload: new Uint8Array(MAX_DECODED_BYTES + 5000) }]);
  const [page] = pages(reader, 0, false);
  expect(page!.messages[0]!.data.length).toBe(MAX_DECODED_BYTES + 1);
});

it('ends at the last whole row of the index, for any requested end', async () => {
  const { reader, folder } = await recorded(conversation);
  appendFileSync(join(folder, 'index.bin'), new Uint8Array(5));
  expect(messagePage(reader, 0, 1000, true).next).toBe(7);
  expect(messagePage(reader, 7, 1000, true)).toEqual({ messages: [], next: 7 });
});
