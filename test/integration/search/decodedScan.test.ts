import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_DECODED_BYTES } from '../../../src/core/protocol/limits.ts';
import { compileConditionMatcher } from '../../../src/core/request/condition/searchCondition.ts';
import { unitTest } from '../../../src/core/request/condition/unitCondition.ts';
import { compileText } from '../../../src/core/search/compileText.ts';
import { HitList } from '../../../src/core/search/hitList.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { compileSchemaFile } from '../../../src/recording/read/schemaFiles.ts';
import { createDecodedScan } from '../../../src/recording/search/decodedScan.ts';
import type { RowGate } from '../../../src/recording/search/indexBlock.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import type { Query, TextQuery } from '../../../src/shared/queryProtocol.ts';
import type { SessionManifest } from '../../../src/shared/recordProtocol.ts';
import type { DecodeOptions } from '../../../src/shared/unitIndexProtocol.ts';
import { demoServer, testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

const OPEN: TestRow = {
  payload: '{"status":101,"protocol":"","extensions":"","headers":[]}',
  kind: 'open',
  direction: 'none',
};
const opened = (protocol: string): TestRow => ({
  ...OPEN,
  payload: `{"status":101,"protocol":"${protocol}","extensions":"","headers":[]}`,
});

async function recordingOf(rows: readonly TestRow[], change: Partial<SessionManifest> = {}): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest(change));
  appendRows(appender, rows);
  appender.close();
  return folder;
}

interface Asked extends Omit<Query, 'text'> {
  readonly from?: number;
  readonly end?: number;
  readonly gate?: RowGate;
  readonly how?: DecodeOptions;
}

async function scanOf(
  folder: string,
  pattern: string | readonly (readonly string[])[],
  mode: TextQuery['mode'] = 'plain',
  asked: Asked = {},
) {
  const { from = 0, how = {}, gate, directions } = asked;
  const reader = RecordingReader.open(folder);
  onTestFinished(() => reader.close());
  const text = typeof pattern === 'string' ? { pattern, mode, caseSensitive: true } : undefined;
  const query: Query = { ...(directions && { directions }), ...(text && { text }), decoded: how };
  const test = text
    ? { matcher: await compileText(text, async (each) => compileConditionMatcher(each)) }
    : { ofUnit: unitTest(pattern as readonly (readonly string[])[]) };
  const options = { query, test, from, attempt: (_row: number, trial: () => boolean) => trial() };
  const scan = await createDecodedScan(reader, { ...options, ...(gate && { gate }) }, how, compileSchemaFile);
  const run = (end = reader.extent().rows): number[] => {
    for (const step of scan.run(end)) void step;
    return [...scan.hits.slice(0, Infinity)];
  };
  return { scan, run };
}

async function find(
  folder: string,
  pattern: Parameters<typeof scanOf>[1],
  mode?: TextQuery['mode'],
  asked: Asked = {},
) {
  const { run } = await scanOf(folder, pattern, mode, asked);
  return run(asked.end);
}

describe('a search in decoded messages', () => {
  const chat = (): Promise<string> =>
    recordingOf(
      [
        OPEN,
        { payload: '0{"sid":"a","pingInterval":25000}' },
        { payload: '40{"token":"t"}', direction: 'out' },
        { payload: '42/admin,7["chat",{"text":"hi","n":1}]', direction: 'out' },
        { payload: '43/admin,7["ok"]' },
        { payload: '42["news",{"text":"ho","n":20}]' },
      ],
      { url: 'ws://localhost/socket.io/?EIO=4&transport=websocket' },
    );

  it('finds names and payloads, and no text that only the raw message has', async () => {
    const folder = await chat();
    expect(await find(folder, 'news')).toEqual([5]);
    expect(await find(folder, '"text":"h')).toEqual([3, 5]);
    expect(await find(folder, '42[')).toEqual([]);
    expect(await find(folder, '^\\/admin chat|^chat', 'regex')).toEqual([3]);
  });

  it('asks payloads alone by JSONPath and by conditions', async () => {
    const folder = await chat();
    expect(await find(folder, '$[0].n', 'jsonpath')).toEqual([3, 5]);
    expect(await find(folder, '$[0].n > 10', 'condition')).toEqual([5]);
    expect(await find(folder, 'text contains "chat"', 'condition')).toEqual([]);
    expect(await find(folder, 'text contains "ho"', 'condition')).toEqual([5]);
  });

  it('asks a unit by conditions, all of which one unit meets', async () => {
    const folder = await chat();
    expect(await find(folder, [['name == "chat"', 'name == "news"']])).toEqual([3, 5]);
    expect(await find(folder, [['name == "chat"', 'name == "news"'], ['payload[0].n > 10']])).toEqual([5]);
    expect(await find(folder, [['id == 7']])).toEqual([3, 4]);
    expect(await find(folder, [['error exists']])).toEqual([]);
    expect(() => unitTest([['payload[0'], ['id == x']])).toThrow('not closed');
    const batch = '[{"jsonrpc":"2.0","method":"a","params":[1]},{"jsonrpc":"2.0","method":"b","params":[2]}]';
    const calls = await recordingOf([OPEN, { payload: batch, direction: 'out' }]);
    expect(await find(calls, [['name == "a"'], ['payload[0] == 1']])).toEqual([1]);
    expect(await find(calls, [['name == "a"'], ['payload[0] == 2']])).toEqual([]);
  });

  it('judges a message without a protocol itself', async () => {
    const folder = await recordingOf([
      OPEN,
      { payload: '{"n":1}' },
      { payload: '{"n":2}' },
      { payload: 'n' },
    ]);
    expect(await find(folder, [['payload.n >= 2']])).toEqual([2]);
    expect(await find(folder, [['type exists']])).toEqual([]);
  });

  it('keeps to its filters, its first row and the rows of units', async () => {
    const folder = await chat();
    expect(await find(folder, 'text', 'plain', { directions: ['out'] })).toEqual([3]);
    expect(await find(folder, 'text', 'plain', { from: 4 })).toEqual([5]);
    expect(await find(folder, 'text', 'plain', { end: 4 })).toEqual([3]);
    const only = new HitList();
    only.push(5);
    expect(await find(folder, 'text', 'plain', { gate: { only, without: undefined } })).toEqual([5]);
  });

  it('continues where it ended after the recording has grown', async () => {
    const { scan, run } = await scanOf(await chat(), 'text');
    expect([run(2), scan.next]).toEqual([[], 2]);
    expect([run(4), scan.next]).toEqual([[3], 4]);
    expect([run(6), scan.next]).toEqual([[3, 5], 6]);
  });

  it('says so if the files were cut', async () => {
    const folder = await chat();
    const { run } = await scanOf(folder, 'text');
    truncateSync(join(folder, 'payload-0000.bin'), 6);
    expect(() => run(6)).toThrow('its files were cut');
  });

  it('decodes messages that depend on earlier ones, also on those before its first row', async () => {
    const connect = Buffer.from('100c00044d5154540402003c0000', 'hex');
    const publish = (topic: string, text: string): Uint8Array => {
      const content = Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(text)]); // prettier-ignore
      return Buffer.concat([Buffer.from([0x30, content.length]), content]);
    };
    const packet = publish('a/b', 'hello');
    const rows: TestRow[] = [
      opened('mqtt'),
      { payload: connect, kind: 'binary', direction: 'out' },
      // A packet over two messages: its unit exists with the second.
      { payload: packet.subarray(0, 4), kind: 'binary' },
      { payload: packet.subarray(4), kind: 'binary' },
    ];
    const folder = await recordingOf(rows);
    expect(await find(folder, 'hello')).toEqual([3]);
    expect(await find(folder, 'a/b', 'plain', { from: 3 })).toEqual([3]);
  });

  it('looks into binary messages without a protocol, and into text as it is', async () => {
    const packed = Uint8Array.of(0x81, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0xa3, 0x42, 0x6f, 0x62);
    const folder = await recordingOf([
      OPEN,
      { payload: 'name: Bob' },
      { payload: packed, kind: 'binary' },
      { payload: gzipSync('{"name":"Bob"}'), kind: 'binary' },
      { payload: Uint8Array.of(0xff, 0xfe, 0xfd), kind: 'binary' },
      { payload: 'Bob', kind: 'ping' },
    ]);
    expect(await find(folder, 'Bob')).toEqual([1, 2, 3]);
    expect(await find(folder, '$.name', 'jsonpath')).toEqual([2, 3]);
  });

  it('follows the rules and the protocol that it is given, or else those of the session', async () => {
    const packed = Uint8Array.of(0x92, 0x01, 0x02);
    const rows: TestRow[] = [OPEN, { payload: packed, kind: 'binary' }];
    const decode = ['msgpack'];
    expect(await find(await recordingOf(rows), '$[?@ == 2]', 'jsonpath')).toEqual([]);
    expect(await find(await recordingOf(rows), '$[1]', 'jsonpath', { how: { decode } })).toEqual([1]);
    expect(await find(await recordingOf(rows, { decode }), '$[1]', 'jsonpath')).toEqual([1]);
    const call: TestRow = { payload: '[2,"7","Boot",{"a":1}]' };
    const named = await recordingOf([OPEN, call], { protocol: 'ocpp' });
    expect(await find(named, '$.a', 'jsonpath')).toEqual([1]);
    expect(await find(named, '$.a', 'jsonpath', { how: { protocol: 'none' } })).toEqual([]);
  });

  it('searches the raw message if it does not decode, and skips messages that are too long', async () => {
    const folder = await recordingOf(
      [OPEN, { payload: 'no packet' }, { payload: `42["x","${'y'.repeat(MAX_DECODED_BYTES)}"]` }],
      { protocol: 'socket.io' },
    );
    const { scan, run } = await scanOf(folder, 'packet');
    expect([run(), scan.skipped, scan.next]).toEqual([[1], 1, 3]);
  });

  it('lets a payload that exceeds the limits of the engine be', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const folder = await recordingOf([OPEN, { payload: deep }, { payload: '{"a":1}' }]);
    expect(await find(folder, '$..a', 'jsonpath', { how: { protocol: 'none' } })).toEqual([2]);
  });
});

it('runs in the worker of searches, and continues while messages arrive', async () => {
  const { engine } = await testEngine();
  const server = await demoServer();
  const session = engine.create({ url: `${server.url}/echo`, protocol: 'json-rpc' });
  await session.connect();
  const send = (text: string) => session.send({ kind: 'text', data: Buffer.from(text) });
  await send('{"jsonrpc":"2.0","id":1,"method":"sum","params":[1]}');
  const text = { pattern: '$[?@ > 4]', mode: 'jsonpath', caseSensitive: true } as const;
  const search = engine.search(session, { text, decoded: {} });
  await expect.poll(() => search.state).toMatchObject({ done: true, hits: 0 });
  await send('{"jsonrpc":"2.0","id":2,"method":"sum","params":[5]}');
  // The sent message, and its echo.
  await expect.poll(() => search.state.hits).toBe(2);
  const [hit] = await search.hits(0, 10);
  expect([hit?.kind, hit?.marks]).toEqual(['text', []]);
  await search.dispose();
  const wrong = engine.search(session, { text: { ...text, pattern: '$[' }, decoded: {} });
  await expect.poll(() => wrong.state.error?.code).toBe('call.invalid');
  await wrong.dispose();
});
