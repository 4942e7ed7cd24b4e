import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { ImportedRecording } from '../../../src/core/convert/imported.ts';
import { MAX_IMPORT_BYTES, type ImportSource } from '../../../src/core/convert/importSource.ts';
import { exportRows, openRecording, writeRecording } from '../../../src/engine/recordingFile.ts';
import { readImportSource } from '../../../src/files/importSource.ts';
import { MiB } from '../../../src/shared/limits.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { IMPORT_FIXTURES, imported, importedFrom, sourceOf } from './importing.ts';

/** The rows of a recording: kind, direction, microseconds, payload as text or base64. */
function rowsOf({ rows }: ImportedRecording): unknown[] {
  return [...rows()].map(({ kind, direction, time, payload }) => {
    const text = new TextDecoder().decode(payload);
    if (kind === 'open' || kind === 'error' || kind === 'close')
      return [kind, direction, time, JSON.parse(text) as unknown];
    return [kind, direction, time, kind === 'binary' ? Buffer.from(payload).toString('base64') : text];
  });
}

async function recordingsIn(what: string | ImportSource): Promise<readonly ImportedRecording[]> {
  const source = typeof what === 'string' ? await readImportSource(join(IMPORT_FIXTURES, what)) : what;
  const result = importedFrom(source);
  if ('problem' in result) throw new Error(result.problem);
  return result.recordings ?? [];
}

describe('a HAR file', () => {
  it('keeps messages, control frames and errors to the microsecond, as Chrome writes them', async () => {
    const [recording, ...others] = await recordingsIn('chrome.har');
    expect(others).toEqual([]);
    expect(recording).toMatchObject({
      name: 'ticks.example.test/stream',
      url: 'wss://ticks.example.test/stream?token=••••',
      startedAt: '2026-11-02T10:00:00.600Z',
    });
    expect(rowsOf(recording!)).toEqual([
      ['open', 'none', 0, expect.objectContaining({ status: 101, protocol: 'v1.json' })],
      ['text', 'out', 54_321, '{"op":"subscribe"}'],
      ['binary', 'in', 100_000, 'AP8Q'],
      ['ping', 'in', 200_000, 'ping'],
      ['pong', 'out', 200_000, 'ping'],
      [
        'error',
        'none',
        900_000,
        { code: 'protocol.frame', message: 'Received unexpected continuation frame.' },
      ],
    ]);
  });

  it('becomes requests too, without connection headers and with references to secrets', async () => {
    const { files, left, secrets } = await imported('chrome.har');
    expect(files['source.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.

### ticks.example.test/stream
# What was received is in the recording, not in the request.
# @subprotocol v1.json
WEBSOCKET wss://ticks.example.test/stream?token={{$secret token}}
Origin: https://ticks.example.test
Cookie: {{$secret cookie}}

{"op":"subscribe"}
`);
    expect(left[0]).toBe('One request is not carried over: it is not a WebSocket request.');
    expect([...secrets.keys()]).toEqual(['token', 'cookie']);
  });

  it('keeps the close frames of HTTP Toolkit, over HTTP/2 too', async () => {
    const [closed, lost] = await recordingsIn('httptoolkit.har');
    expect(closed!.url).toBe('wss://chat.example.test/ws');
    expect(closed!.requestHeaders).toEqual([['X-Room', '7']]);
    expect(rowsOf(closed!)).toEqual([
      ['open', 'none', 0, expect.objectContaining({ status: 200 })],
      ['text', 'in', 250_000, 'hello'],
      ['text', 'out', 500_000, 'héllo 😀'],
      ['close', 'in', 2_125_000, { code: 4001, reason: 'bye', clean: true }],
    ]);
    expect(rowsOf(lost!).at(-1)).toEqual(['close', 'in', 0, { code: 1006, reason: '', clean: false }]);
  });

  // Rebuilt from the members that mitmproxy's savehar.py (MIT) writes: `https:` URLs, float seconds, base64 for binary,
  // no closes, dates with six decimals or none, -1.0 for the timings that it does not know.
  it('keeps the http URLs of mitmproxy, and reads its times as seconds', async () => {
    const [feed, plain, lost, ...others] = await recordingsIn('mitmproxy.har');
    expect(others).toEqual([]);
    // A handshake without an answer is not marked as one of a WebSocket: its headers say it.
    expect(rowsOf(lost!)).toEqual([
      [
        ...['error', 'none', 0],
        { code: 'tcp.reset', message: "[Errno 111] Connect call failed ('192.0.2.7', 443)" },
      ],
    ]);
    expect([feed!.url, plain!.url]).toEqual([
      'wss://feed.example.test/ws?symbol=A',
      'ws://feed.example.test:8080/plain',
    ]);
    expect([feed!.startedAt, plain!.startedAt]).toEqual([
      '2026-11-02T10:00:00.125Z',
      '2026-11-02T10:00:02.000Z',
    ]);
    expect(rowsOf(feed!)).toEqual([
      ['open', 'none', 0, expect.objectContaining({ status: 101 })],
      ['text', 'out', 125_001, '{"op":"subscribe"}'],
      ['text', 'in', 375_000, 'grüße 😀'],
      ['binary', 'in', 625_000, 'AAH+/w=='],
      ['binary', 'out', 625_000, ''],
    ]);
    // It writes no close, so the end is unknown.
    expect(rowsOf(plain!)).toEqual([['open', 'none', 0, expect.objectContaining({ status: 101 })]]);
    expect(JSON.stringify(feed!.requestHeaders)).not.toContain('abcdef123456');

    const { files, left, secrets } = await imported('mitmproxy.har');
    expect(left).toContain('One request is not carried over: it is not a WebSocket request.');
    expect([...secrets.keys()]).toEqual(['authorization']);
    expect(files['source.ws']).toContain(
      'WEBSOCKET wss://feed.example.test/ws?symbol=A\nAuthorization: Bearer {{$secret authorization}}\n\n{"op":"subscribe"}\n',
    );
  });

  it('may be compressed, as mitmproxy writes a .zhar file', async () => {
    const har = await readFile(join(IMPORT_FIXTURES, 'mitmproxy.har'));
    const folder = await temporaryFolder();
    const [whole, cut, bomb] = ['a.zhar', 'cut.zhar', 'bomb.zhar'].map((name) => join(folder, name)) as [
      ...[string, string, string],
    ];
    const compressed = deflateSync(har, { level: 9 });
    await writeFile(whole, compressed);
    expect((await recordingsIn(await readImportSource(whole))).map(({ url }) => url)).toEqual(
      (await recordingsIn('mitmproxy.har')).map(({ url }) => url),
    );
    await writeFile(cut, compressed.subarray(0, 200));
    await expect(readImportSource(cut)).rejects.toThrow(
      /cut\.zhar is cut off, or not compressed by zlib: export it again\.$/,
    );
    // A block that can be repeated: it refers to nothing before it.
    const block = deflateRawSync(Buffer.alloc(MiB, ' '), { finishFlush: constants.Z_FULL_FLUSH });
    const header = Buffer.of(0x78, 0x9c);
    await writeFile(bomb, Buffer.concat([header, ...Array<Buffer>(MAX_IMPORT_BYTES / MiB + 1).fill(block)]));
    await expect(readImportSource(bomb)).rejects.toThrow(
      /bomb\.zhar is larger than 256 MiB, more than is imported: export a part of it\.$/,
    );
  });

  const PLAYWRIGHT = [
    ['open', 'none', 0, expect.objectContaining({ status: 101 })],
    ['text', 'out', 250_500, 'one'],
    ['binary', 'in', 400_000, 'AQID'],
    ['text', 'in', 400_000, 'two'],
    ['close', 'in', 1_000_000, { code: 1000, reason: 'done', clean: true }],
  ];

  it('keeps the milliseconds of Playwright, with messages in a file beside it', async () => {
    const [kept, refused] = await recordingsIn('playwright/session.har');
    expect(rowsOf(kept!)).toEqual(PLAYWRIGHT);
    expect(rowsOf(refused!)).toEqual([
      [
        ...['error', 'none', 0],
        {
          code: 'tcp.refused',
          message: 'Error in connection establishment: net::ERR_CONNECTION_REFUSED',
        },
      ],
    ]);
    expect(rowsOf((await recordingsIn('playwright'))[0]!)).toEqual(PLAYWRIGHT);
  });

  it('may be a .har.zip of Playwright', async () => {
    const attached = '0f1e2d3c4b5a69788796a5b4c3d2e1f0.jsonl';
    const read = (name: string) => readFile(join(IMPORT_FIXTURES, 'playwright', name));
    const path = join(await temporaryFolder(), 'trace.har.zip');
    await writeFile(
      path,
      zipSync({
        'har.har': await read('session.har'),
        [attached]: await read(attached),
        '../evil.jsonl': new Uint8Array(9),
      }),
    );
    const [kept] = await recordingsIn(await readImportSource(path));
    expect(rowsOf(kept!)).toEqual(PLAYWRIGHT);
  });

  it('names the message file that is missing', async () => {
    const har = (file: string, messages: readonly unknown[] = []): string =>
      JSON.stringify({
        log: {
          entries: [
            {
              request: { url: 'ws://h.test/a?token=canary' },
              response: { status: 101, content: { _file: file } },
              _webSocketMessages: messages,
            },
          ],
        },
      });
    const leftOf = async (text: string): Promise<readonly string[]> =>
      (await imported(await sourceOf({ 'a.har': text }, false))).left;
    expect(await leftOf(har('gone.jsonl'))).toEqual([
      'The messages of ws://h.test/a?token=•••• are in gone.jsonl, which is missing.',
    ]);
    // A name that leads out of the folder is never read.
    expect(await leftOf(har('../out.jsonl'))).toEqual([
      'The messages of ws://h.test/a?token=•••• are in ../out.jsonl, which is missing.',
    ]);
    expect(await leftOf(har('page.html'))).toEqual([]);
    expect(
      await leftOf(har('gone.jsonl', [{ type: 'send', time: 1793613600, opcode: 1, data: 'x' }])),
    ).toEqual([]);
    const path = join(await temporaryFolder(), 'session.har');
    await writeFile(path, await readFile(join(IMPORT_FIXTURES, 'playwright', 'session.har')));
    expect((await imported(await readImportSource(path))).left).toContainEqual(
      expect.stringMatching(/ are in [0-9a-f]{32}\.jsonl, which is missing\.$/),
    );
  });

  it('may be one of several in a folder, each with its own message files', async () => {
    const har = (url: string): string =>
      JSON.stringify({
        log: {
          entries: [
            { request: { url }, response: { status: 101, content: { _file: 'm.jsonl' } } },
            { request: { url: 'https://h.test/page' } },
          ],
        },
      });
    const message = (data: string): string =>
      `${JSON.stringify({ type: 'receive', time: 1793613600, opcode: 1, data })}\n`;
    const source = await sourceOf({
      'a/one.har': har('ws://h.test/one'),
      'a/m.jsonl': message('first'),
      'b/two.har': har('ws://h.test/two'),
      'b/m.jsonl': message('second'),
      'c/cut.har': '{"log":{"entries":[',
    });
    const recordings = await recordingsIn(source);
    expect(
      recordings.map((each) => [
        each.url,
        ...rowsOf(each)
          .flatMap((row) => (row as string[])[3]!)
          .slice(1),
      ]),
    ).toEqual([
      ['ws://h.test/one', 'first'],
      ['ws://h.test/two', 'second'],
    ]);
    const { left, requests } = await imported(source);
    expect(requests).toHaveLength(2);
    expect(left).toContain(
      'The file c/cut.har is left out: It is cut off, or not valid JSON: export it again, and import the whole file.',
    );
    expect(left).toContain('2 requests are not carried over: they are not WebSocket requests.');
  });

  it('is read as far as possible without an answer or times, or with unknown opcodes', async () => {
    const har = {
      log: {
        entries: [
          {
            request: { url: 'ws://h.test/a' },
            _webSocketMessages: [
              { type: 'send', time: -1, opcode: 1, data: 'x' },
              { type: 'receive', time: 1e300, opcode: 1, data: 'y' },
              { type: 'receive', opcode: 7, data: 'z' },
              { type: 'receive', opcode: 2, data: 'no base64!' },
              null,
            ],
          },
          { request: { url: 'javascript:alert(1)' }, _webSocketMessages: [] },
          {
            request: { url: 'ws://h.test/b' },
            response: { status: 403, content: { text: 'no' } },
            _webSocketMessages: [],
          },
        ],
      },
    };
    const result = importedFrom(await sourceOf({ 'a.har': JSON.stringify(har) }, false));
    if ('problem' in result) throw new Error(result.problem);
    expect(result.recordings!.map(rowsOf)).toEqual([
      [
        ['open', 'none', 0, expect.objectContaining({ status: 101 })],
        ['text', 'out', 0, 'x'],
        ['text', 'in', 0, 'y'],
      ],
      [['error', 'none', 0, expect.objectContaining({ code: 'handshake.status', status: 403, body: 'no' })]],
    ]);
    expect(result.collections[0]!.requests[0]!.left).toContain(
      '3 messages of ws://h.test/a have an opcode or data that no HAR has: they are left out.',
    );
    expect(result.collections[0]!.left).toEqual([
      'The URL of one connection cannot be connected to: it is left out.',
    ]);
  });

  it.each([
    [
      'no WebSocket',
      '{"log":{"entries":[{"request":{"url":"https://h.test"}}]}}',
      /^It has no WebSocket connection: record again/,
    ],
    ['cut off', '{"log":{"entries":[{"_webSocketMessages":[{"ty', /^It is cut off/],
  ])('is refused with %s', async (_, text, problem) => {
    expect(importedFrom(await sourceOf({ 'a.har': text }, false))).toEqual({
      problem: expect.stringMatching(problem),
    });
  });
});

describe('a session exported to HAR and imported again', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const ORIGINAL: ImportedRecording = {
    name: 'h.test/a',
    url: 'ws://h.test/a?b=c',
    startedAt: '2026-11-02T10:00:00.123Z',
    requestHeaders: [['Origin', 'http://h.test']],
    responseHeaders: [],
    *rows() {
      const flags = 0;
      yield {
        kind: 'open',
        direction: 'none',
        flags,
        time: 1,
        payload: utf8(
          '{"status":101,"protocol":"v1","extensions":"","headers":[["Sec-WebSocket-Protocol","v1"]]}',
        ),
      };
      yield { kind: 'text', direction: 'out', flags, time: 1_234_567, payload: utf8('a\u0000\u2028"\\ 😀') };
      yield {
        kind: 'text',
        direction: 'in',
        flags: FLAG.invalidUtf8,
        time: 1_234_568,
        payload: bytes(0xff, 0xfe),
      };
      yield { kind: 'text', direction: 'in', flags, time: 1_234_568, payload: utf8('') };
      yield {
        kind: 'binary',
        direction: 'in',
        flags,
        time: 2_000_001,
        payload: Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256),
      };
      yield { kind: 'ping', direction: 'in', flags, time: 2_000_002, payload: utf8('abcd') };
      yield { kind: 'pong', direction: 'out', flags, time: 2_000_003, payload: bytes(0xc3) };
      yield {
        kind: 'close',
        direction: 'in',
        flags,
        time: 86_400_000_001,
        payload: utf8('{"code":4000,"reason":"ö","clean":true}'),
      };
    },
  };

  /** @returns kind, direction, flags, absolute microseconds and payload of what is recorded */
  function readBack(folder: string): unknown[] {
    const recording = openRecording(folder);
    try {
      const start = Date.parse(recording.manifest.startedAt) * 1000;
      return recording
        .readPage(0, 100)
        .filter(({ row }) => row.kind !== 'open')
        .map(({ row, payload }) => [
          row.kind,
          row.direction,
          row.flags,
          start + row.time,
          Buffer.from(payload).toString('latin1'),
        ]);
    } finally {
      recording.close();
    }
  }

  it('keeps every message bit for bit, with direction, time and close', async () => {
    const parent = await temporaryFolder();
    const [first, second, har] = ['a', 'b', 'a.har'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    expect(await writeRecording(first, ORIGINAL)).toBe(8);
    const recording = openRecording(first);
    const rows = recording
      .readPage(0, 100)
      .map(({ row, payload }, seq) => ({ row: { ...row, seq }, payload }));
    await exportRows('har', recording.manifest, [rows], har);
    recording.close();
    const [again] = await recordingsIn(await readImportSource(har));
    await writeRecording(second, again!);
    expect(again!.url).toBe(ORIGINAL.url);
    expect(readBack(second)).toEqual(readBack(first));
  });

  it('leaves nothing of a cancelled recording', async () => {
    const folder = join(await temporaryFolder(), 'a');
    await expect(
      writeRecording(folder, ORIGINAL, () => {
        throw new Error('cancelled');
      }),
    ).rejects.toThrow('cancelled');
    expect(() => openRecording(folder)).toThrow();
    await writeRecording(folder, ORIGINAL);
    await expect(writeRecording(folder, ORIGINAL)).rejects.toMatchObject({ code: 'disk.denied' });
  });
});
