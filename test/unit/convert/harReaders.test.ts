import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry as HarEntry } from 'har-format';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImportedRow } from '../../../src/core/convert/imported.ts';
import { exportRows } from '../../../src/engine/recordingFile.ts';
import { temporaryFolder } from '../../support/folders.ts';

// What HTTP Toolkit reads of a HAR (`parseHar` of httptoolkit-ui, src/model/http/har.ts), field by field: our files have
// each of them in the form that it expects.

type Entry = HarEntry & {
  readonly _webSocketMessages: NonNullable<HarEntry['_webSocketMessages']>;
  readonly _webSocketClose: unknown;
};

const STARTED = '2026-11-03T12:00:00.250Z';
const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const open = json({ status: 101, protocol: 'v1', extensions: '', headers: [['Server', 'x']] });

const refusal = json({
  ...{ code: 'handshake.status', message: 'Refused.', status: 401 },
  ...{ headers: [['WWW-Authenticate', 'Basic']], body: 'no ü' },
});

const ROWS: readonly Pick<ImportedRow, 'kind' | 'direction' | 'time' | 'payload'>[] = [
  { kind: 'open', direction: 'none', time: 1_000, payload: open },
  { kind: 'text', direction: 'out', time: 2_000, payload: new TextEncoder().encode('grüße 😀 "\u0000') },
  { kind: 'binary', direction: 'in', time: 500_001, payload: Uint8Array.of(0, 1, 254, 255) },
  {
    kind: 'close',
    direction: 'in',
    time: 750_000,
    payload: json({ code: 4001, reason: 'bye', clean: true }),
  },
  { kind: 'open', direction: 'none', time: 800_000, payload: open },
  { kind: 'close', direction: 'in', time: 900_000, payload: json({ code: 1006, reason: '', clean: false }) },
  { kind: 'error', direction: 'none', time: 950_000, payload: refusal },
  { kind: 'error', direction: 'none', time: 955_000, payload: refusal },
  { kind: 'open', direction: 'none', time: 960_000, payload: open },
  {
    kind: 'error',
    direction: 'none',
    time: 970_000,
    payload: json({ code: 'tcp.reset', message: 'It was reset.' }),
  },
];

let entries: readonly Entry[];

beforeAll(async () => {
  const target = join(await temporaryFolder(), 'a.har');
  const page = ROWS.map(({ payload, ...row }, seq) => ({
    row: { ...row, seq, flags: 0 },
    payload,
  }));
  await exportRows(
    'har',
    {
      ...{
        format: 'duplex-recording',
        version: 1,
        name: 'a',
        url: 'wss://h.test/a?b=%20c',
        startedAt: STARTED,
      },
      ...{ segmentBytes: 1024, requestHeaders: [['X-Room', '7']], responseHeaders: [] },
    },
    [page],
    target,
  );
  const har = JSON.parse(await readFile(target, 'utf8')) as { log: { entries: Entry[] } };
  entries = har.log.entries;
});

describe('the HAR in HTTP Toolkit', () => {
  it('is an entry for each connection, also for a refused one, of the type websocket', () => {
    // A refusal after a close is another attempt; an error of an open connection belongs to it.
    expect(entries.map(({ response }) => response.status)).toEqual([101, 101, 401, 401, 101]);
    for (const { _resourceType } of entries) expect(_resourceType).toBe('websocket');
  });

  it('is a start that is a date, and a duration and timings that are numbers', () => {
    for (const { startedDateTime, time, timings } of entries) {
      // A reader that knows milliseconds only leaves out the rest.
      expect(startedDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(new Date(startedDateTime).toISOString()).toBe(`${startedDateTime.slice(0, 23)}Z`);
      expect(time).toEqual(expect.any(Number));
      for (const name of ['send', 'wait', 'receive'] as const)
        expect(timings[name]).toEqual(expect.any(Number));
    }
    expect(entries[0]).toMatchObject({ startedDateTime: '2026-11-03T12:00:00.251000Z', time: 749 });
  });

  it('is a request with a URL that URL reads, a method, headers and a size', () => {
    for (const { request } of entries) {
      const { protocol, hostname, pathname } = new URL(request.url);
      expect([protocol, hostname, pathname]).toEqual(['wss:', 'h.test', '/a']);
      expect([request.method, request.bodySize, request.postData]).toEqual(['GET', 0, undefined]);
      expect(request.headers).toEqual([{ name: 'X-Room', value: '7' }]);
    }
  });

  it('has a response: accepted with 101, or refused with its body', () => {
    const [kept, , refused] = entries;
    expect(kept!.response).toMatchObject({ status: 101, headers: [{ name: 'Server', value: 'x' }] });
    const { status, statusText, headers, content, bodySize } = refused!.response;
    expect([status, typeof statusText]).toEqual([401, 'string']);
    expect(headers).toEqual([{ name: 'WWW-Authenticate', value: 'Basic' }]);
    const encoding = (content.encoding ?? 'utf8') as BufferEncoding;
    expect(Buffer.from(content.text ?? '', encoding).toString()).toBe('no ü');
    expect(bodySize).toEqual(expect.any(Number));
  });

  it('is messages: sent or received, text or base64 by the opcode, seconds since the epoch', () => {
    const { startedDateTime, _webSocketMessages } = entries[0]!;
    const data = _webSocketMessages.filter(({ opcode }) => opcode <= 2);
    const read = data.map(({ type, opcode, data, time }) => [
      type === 'send' ? 'received' : 'sent',
      Buffer.from(data, opcode === 2 ? 'base64' : 'utf8').toString('latin1'),
      Math.round((time * 1000 - Date.parse(startedDateTime)) * 1000),
    ]);
    expect(read).toEqual([
      ['received', Buffer.from('grüße 😀 "\u0000').toString('latin1'), 1_000],
      ['sent', Buffer.of(0, 1, 254, 255).toString('latin1'), 499_001],
    ]);
  });

  it('is the close frame as Playwright and Chrome show control frames: opcode 8, its payload as base64', () => {
    const closes = entries.flatMap(({ _webSocketMessages }) =>
      _webSocketMessages.filter(({ opcode }) => opcode === 8),
    );
    // The others ended without a frame.
    expect(closes).toEqual([
      {
        type: 'receive',
        time: 1793707201,
        opcode: 8,
        data: Buffer.from('\x0f\xa1bye', 'latin1').toString('base64'),
      },
    ]);
  });

  it('has the reason of a failed or broken connection, in the members of Chrome', () => {
    expect(entries.map(({ response }) => (response as { _error?: unknown })._error)).toEqual([
      ...[undefined, undefined, 'Refused.', 'Refused.', undefined],
    ]);
    expect(entries[4]!._webSocketMessages).toMatchObject([
      { type: 'error', opcode: -1, data: 'It was reset.' },
    ]);
  });

  it('is a close with code and reason, or aborted', () => {
    expect(entries[0]!._webSocketClose).toMatchObject({ code: 4001, reason: 'bye' });
    for (const { _webSocketClose } of entries.slice(1)) expect(_webSocketClose).toBe('aborted');
  });
});
