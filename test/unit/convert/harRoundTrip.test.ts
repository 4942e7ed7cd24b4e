import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportedRecording, ImportedRow } from '../../../src/core/convert/imported.ts';
import { exportRows } from '../../../src/engine/recordingFile.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { importedFrom, sourceOf } from './importing.ts';

const STARTED = '2026-11-03T12:00:00.250Z';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (value: object): Uint8Array => utf8(JSON.stringify(value));

type Given = Pick<ImportedRow, 'kind' | 'direction' | 'time' | 'payload'> & {
  readonly flags?: number;
  readonly wireSize?: number;
};

const open = (time: number): Given => ({
  kind: 'open',
  direction: 'none',
  time,
  payload: json({ status: 101, protocol: '', extensions: '', headers: [] }),
});
const text = (time: number, what: string, more: Partial<Given> = {}): Given => ({
  kind: 'text',
  direction: 'in',
  time,
  payload: utf8(what),
  ...more,
});
const close = (time: number, direction: 'in' | 'out', detail: object): Given => ({
  kind: 'close',
  direction,
  time,
  payload: json(detail),
});
const error = (time: number, detail: object): Given => ({
  kind: 'error',
  direction: 'none',
  time,
  payload: json(detail),
});

interface Entry {
  readonly response: Readonly<Record<string, unknown>>;
  readonly _webSocketMessages: readonly Readonly<Record<string, unknown>>[];
  readonly _webSocketClose?: unknown;
}

async function exported(rows: readonly Given[]): Promise<{ har: string; entries: readonly Entry[] }> {
  const target = join(await temporaryFolder(), 'a.har');
  const manifest = {
    ...({ format: 'duplex-recording', version: 1, name: 'a', url: 'ws://h.test/a' } as const),
    ...{ startedAt: STARTED, segmentBytes: 1024, requestHeaders: [], responseHeaders: [] },
  };
  const page = rows.map(({ payload, ...row }, seq) => ({ row: { flags: 0, ...row, seq }, payload }));
  await exportRows('har', manifest, [page], target);
  const har = await readFile(target, 'utf8');
  return { har, entries: (JSON.parse(har) as { log: { entries: Entry[] } }).log.entries };
}

async function importedAgain(har: string): Promise<readonly ImportedRecording[]> {
  const result = importedFrom(await sourceOf({ 'a.har': har }, false));
  if ('problem' in result) throw new Error(result.problem);
  return result.recordings ?? [];
}

/** The rows of all connections: kind, direction, absolute microseconds, flags, and what they hold. */
async function roundTrip(rows: readonly Given[]): Promise<unknown[]> {
  const recordings = await importedAgain((await exported(rows)).har);
  return recordings.flatMap(({ rows: each, startedAt }) =>
    [...each()].map((row) => shown(row, Date.parse(startedAt) * 1000)),
  );
}

function shown({ kind, direction, time, flags = 0, payload }: Given, start: number): unknown {
  const what = new TextDecoder().decode(payload);
  // The handshake is not the subject here.
  const isDetail = kind === 'close' || kind === 'error';
  return [
    kind,
    direction,
    start + time,
    flags,
    kind === 'open' ? '' : isDetail ? (JSON.parse(what) as unknown) : what,
  ];
}

const asGiven = (rows: readonly Given[]): unknown[] =>
  rows.map((row) => shown(row, Date.parse(STARTED) * 1000));

describe('a session exported to HAR and imported again', () => {
  it.each<[string, Given[]]>([
    [
      'the close frame of the server',
      [open(0), close(7, 'in', { code: 4001, reason: 'grüße 😀', clean: true })],
    ],
    ['the close frame of the client', [open(0), close(7, 'out', { code: 1000, reason: '', clean: true })]],
    ['a close frame without a code', [open(0), close(7, 'in', { code: 1005, reason: '', clean: true })]],
    ['a close that was not answered', [open(0), close(7, 'in', { code: 1011, reason: 'x', clean: false })]],
    [
      'both close frames of a proxy',
      [
        open(0),
        close(7, 'out', { code: 1000, reason: 'a', clean: true }),
        close(9, 'in', { code: 1001, reason: 'b', clean: true }),
      ],
    ],
    [
      'an end without a close frame',
      [open(1_000), text(1_500, 'x'), close(2_000_001, 'in', { code: 1006, reason: '', clean: false })],
    ],
    [
      'an error, and the close frame that followed it',
      [
        open(0),
        error(5, { code: 'protocol.invalid-utf8', message: 'It is not UTF-8.' }),
        close(7, 'out', { code: 1007, reason: '', clean: false }),
      ],
    ],
    [
      'an attempt that found no server',
      [error(3_000, { code: 'tcp.refused', message: 'h.test refused it.' })],
    ],
    [
      'several connections',
      [
        open(0),
        text(1, 'a'),
        close(2, 'in', { code: 1012, reason: '', clean: true }),
        error(5_000, { code: 'dns.not-found', message: 'No such host.' }),
        open(9_000),
        text(9_001, 'b', { direction: 'out' }),
        close(9_002, 'out', { code: 1000, reason: '', clean: true }),
      ],
    ],
    [
      'the microseconds of each connection, of its messages and of its end',
      [
        open(123),
        text(124, 'a'),
        close(1_999, 'in', { code: 1000, reason: '', clean: true }),
        open(3_000_001),
        close(3_000_002, 'in', { code: 1006, reason: '', clean: false }),
        open(5_999_999),
        text(5_999_999, 'b'),
        open(999_999_999_999),
        text(1_000_000_000_000, 'c'),
      ],
    ],
    [
      'the microseconds of an attempt',
      [error(3_456, { code: 'tcp.refused', message: 'h.test refused it.' })],
    ],
    [
      'what is compressed, automatic, altered',
      [
        open(0),
        text(1, 'a', { flags: FLAG.compressed, wireSize: 3 }),
        text(2, 'b', { flags: FLAG.automatic | FLAG.compressed }),
        text(3, 'c', { flags: FLAG.altered }),
      ],
    ],
  ])('keeps %s', async (_, rows) => {
    expect(await roundTrip(rows)).toEqual(asGiven(rows));
  });

  it('keeps a refusal with its status', async () => {
    const refused = {
      code: 'handshake.status',
      message: 'No.',
      status: 403,
      headers: [['A', 'b']],
      body: 'no',
    };
    const [row, ...more] = await roundTrip([error(2_000, refused)]);
    expect(more).toEqual([]);
    expect(row).toMatchObject([
      'error',
      'none',
      Date.parse(STARTED) * 1000 + 2_000,
      0,
      { status: 403, body: 'no' },
    ]);
  });
});

it.each([
  ['2026-11-03T12:00:00.123456Z', 123_456],
  ['2026-11-03T12:00:00.123456789Z', 123_456],
  ['2026-11-03T12:00:00.1234+00:00', 123_400],
  ['2026-11-03T13:00:00.123456+01:00', 123_456],
  ['2026-11-03T12:00:00.123Z', 123_000],
  ['2026-11-03T12:00:00.5Z', 500_000],
  ['2026-11-03T12:00:00Z', 0],
])('keeps the start of a HAR at %s', async (startedDateTime, microseconds) => {
  const entry = { startedDateTime, request: { url: 'ws://h.test/' }, _webSocketMessages: [] };
  const [recording] = await importedAgain(JSON.stringify({ log: { entries: [entry] } }));
  const [first] = [...recording!.rows()];
  expect(Date.parse(recording!.startedAt) * 1000 + first!.time).toBe(
    Date.parse('2026-11-03T12:00:00Z') * 1000 + microseconds,
  );
  expect(recording!.startedAt).toMatch(/^[\d-]+T[\d:]+\.\d{3}Z$/);
});

it('takes the first message for the start of a HAR without a valid date', async () => {
  const message = { type: 'send', opcode: 1, data: 'x', time: 1793707200.250123 };
  const entry = { startedDateTime: 'now', request: { url: 'ws://h.test/' }, _webSocketMessages: [message] };
  const [recording] = await importedAgain(JSON.stringify({ log: { entries: [entry] } }));
  expect(recording!.startedAt).toBe('2026-11-03T12:00:00.250Z');
  expect([...recording!.rows()].map(({ time }) => time)).toEqual([123, 123]);
});

describe('an exported HAR', () => {
  it('contains each close frame once as a message with its payload (RFC 6455, section 5.5.1), and once as the end', async () => {
    const { entries } = await exported([open(0), close(7, 'out', { code: 4001, reason: 'ö', clean: true })]);
    expect(entries).toMatchObject([
      {
        _webSocketMessages: [
          { type: 'send', opcode: 8, data: Buffer.from([0x0f, 0xa1, 0xc3, 0xb6]).toString('base64') },
        ],
        _webSocketClose: { code: 4001, reason: 'ö', timestamp: expect.any(Number) },
      },
    ]);
  });

  it('contains the size of a compressed message on the wire, or -1 if it is unknown', async () => {
    const flags = FLAG.compressed;
    const { entries } = await exported([
      open(0),
      text(1, 'a'.repeat(500), { flags, wireSize: 9 }),
      text(2, 'b', { flags }),
      text(3, 'c', { wireSize: 1 }),
    ]);
    expect(entries[0]!._webSocketMessages.map(({ _compressedSize }) => _compressedSize)).toEqual([
      9,
      -1,
      undefined,
    ]);
  });

  it.each([
    ['no number', { code: '4001' }],
    ['negative', { code: -1 }],
    ['too large', { code: 70_000 }],
    ['nothing', {}],
  ])('contains no frame for a close whose code is %s, and stays valid', async (_, detail) => {
    const { entries } = await exported([open(0), close(1, 'in', detail), text(2, 'x')]);
    expect(entries[0]!._webSocketMessages.map(({ opcode }) => opcode)).toEqual([1]);
  });

  it('contains the sentence of an error, whatever was recorded', async () => {
    const { entries } = await exported([
      open(0),
      error(1, { code: 7, message: ['no text'] }),
      close(2, 'in', { code: 1006 }),
      error(3, { message: '"}]}\u0000' }),
    ]);
    expect(entries[0]!._webSocketMessages).toMatchObject([
      { type: 'error', opcode: -1, data: '', _errorCode: '7' },
    ]);
    expect(entries[1]!.response._error).toBeUndefined();
  });

  it('gets no error code that Duplex does not have if another tool wrote it', async () => {
    const har = {
      log: {
        entries: [
          {
            request: { url: 'ws://h.test/' },
            response: { status: 0, _error: 'net::ERR_NAME_NOT_RESOLVED', _errorCode: '__proto__' },
            _webSocketMessages: [],
            _webSocketClose: 'aborted',
          },
          {
            request: { url: 'ws://h.test/' },
            response: { status: 101 },
            _webSocketMessages: [{ type: 'error', time: 1, opcode: -1, data: 'x', _errorCode: 'toString' }],
          },
        ],
      },
    };
    const [refused, broken] = await importedAgain(JSON.stringify(har));
    const codes = ({ rows }: ImportedRecording): unknown[] =>
      [...rows()].map(({ kind, payload }) => [
        kind,
        (JSON.parse(new TextDecoder().decode(payload)) as { code?: string }).code,
      ]);
    expect(codes(refused!)).toEqual([['error', 'dns.not-found']]);
    expect(codes(broken!)).toEqual([
      ['open', undefined],
      ['error', 'protocol.frame'],
    ]);
  });
});
