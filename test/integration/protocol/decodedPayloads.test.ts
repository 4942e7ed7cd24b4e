import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import { runText } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { duplex, jsonLines } from '../cliProcess.ts';

const PROTO = `syntax = "proto3"; package feed;
message Tick { string symbol = 1; int32 n = 2; repeated Level levels = 3; message Level { int32 size = 1; } }`;

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

const tick = (symbol: string, n: number) => ({ symbol, n, levels: [{ size: n + 1 }] });

/** Two messages of each format, of the same values: the symbols AAA and BBB, the numbers 5 and 7. */
const FORMATS: readonly [string, string, readonly Uint8Array[]][] = [
  ['MessagePack', 'msgpack', [encodeMsgpack(tick('AAA', 5)), encodeMsgpack(tick('BBB', 7))]],
  [
    'CBOR',
    'cbor',
    [
      hex('a3 6673796d626f6c 63414141 616e 05 666c6576656c73 81 a1 6473697a65 06'),
      hex('a3 6673796d626f6c 63424242 616e 07 666c6576656c73 81 a1 6473697a65 08'),
    ],
  ],
  [
    'Protobuf',
    'protobuf feed.Tick from tick.proto',
    [hex('0a 03 414141 10 05 1a 02 08 06'), hex('0a 03 424242 10 07 1a 02 08 08')],
  ],
  ['gzip', 'gzip', [gzipSync(JSON.stringify(tick('AAA', 5))), gzipSync(JSON.stringify(tick('BBB', 7)))]],
];

async function schemaFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tick.proto'), PROTO);
  return folder;
}

describe.each(FORMATS)('payloads of %s', (_, rule, messages) => {
  it('are what conditions, JSONPaths and captures of a run see', async () => {
    const { engine } = await testEngine();
    const folder = await schemaFolder();
    const url = await scriptedServer((socket) => {
      socket.on('message', (data) => {
        if ((data as Buffer).toString() === 'start') for (const each of messages) socket.send(each);
        else socket.send(data);
      });
    });
    const [passes, fails] = await runText(
      engine,
      `### passes
# @decode ${rule} in
WEBSOCKET ${url}

start
=== wait-for-server
# @where payload.symbol == "BBB"
# @expect payload.n == 7
# @expect payload.levels[0].size == 8
# @expect payload..size == 8
# @expect $.symbol not exists
# @capture size = payload.levels[0].size
===
size {{size}}
=== wait-for-server
# @where text == "size 8"

### fails
# @decode ${rule} in
WEBSOCKET ${url}

start
=== wait-for-server
# @where payload.symbol == "AAA"
# @expect payload.n > 5
`,
      { folder },
    );
    expect([passes?.status, passes?.failure?.message]).toEqual(['passed', undefined]);
    expect(fails?.status).toBe('failed');
    expect(JSON.stringify(fails?.steps[1]?.expectations)).toContain('5');
  });

  it('are searched and filtered in a recording', async () => {
    const folder = join(await schemaFolder(), 'recording');
    const absolute = rule.replace('tick.proto', join(folder, '..', 'tick.proto'));
    const appender = Appender.create(folder, manifest({ decode: [absolute] }));
    const open = '{"status":101,"protocol":"","extensions":"","headers":[]}';
    appendRows(appender, [
      { payload: open, kind: 'open', direction: 'none' },
      { payload: '{"symbol":"CCC"}' },
      ...messages.map((payload) => ({ payload, kind: 'binary' as const })),
    ]);
    appender.close();
    const found = async (...args: string[]): Promise<unknown[]> => {
      const { stdout, stderr } = await duplex(['log', folder, '--json', ...args]);
      expect(stderr).toBe('');
      return jsonLines(stdout).map(({ seq }) => seq);
    };
    expect(await found('--search', '/"symbol": ?"BBB"/', '--decoded')).toEqual([3]);
    expect(await found('--search', '$.levels[?@.size == 6]', '--decoded')).toEqual([2]);
    expect(await found('--search', '/(AAA|CCC)/', '--decoded')).toEqual([1, 2]);
    // Its payload is the bytes, which hold no JSON.
    expect(await found('--search', '$.symbol')).toEqual([1]);
    expect(await found('--filter', 'type=event', '--search', '$.n', '--decoded')).toEqual([2, 3]);
  });
});
