import { encode as encodeMsgpack, ExtData } from '@msgpack/msgpack';
import { describe, expect, test, vi } from 'vitest';
import { decodeCertain } from '../../../src/core/protocol/binary/decodeBinary.ts';
import { encodeBody } from '../../../src/core/request/plan/encodeBody.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { Draft, PanelRowCalls } from '../../../src/shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../src/shared/session.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { draftOfMessage } from '../../../src/vscode/panel/compose/messageDraft.ts';
import { rowCalls } from '../../../src/vscode/panel/rowCalls.ts';
import { directTypes } from './support/directTypes.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const PAYLOADS = ['{"a": 1.0}', '\x00\xff', 'x {{b}}'].map((text) =>
  Uint8Array.from(text, (c) => c.charCodeAt(0)),
);

function setUp(change: Partial<Row> = {}) {
  const sent: OutgoingMessage[] = [];
  const rows = PAYLOADS.map(({ length }, seq): Row => ({
    ...{ seq, time: 0, kind: seq === 1 ? 'binary' : 'text', direction: 'in', flags: 0, preview: '' },
    ...{ size: length, stored: length },
    ...change,
  }));
  const parts = {
    readRows: vi.fn(async (from: number, count: number) => rows.slice(from, from + count)),
    readPayload: vi.fn(async (seq: number) => PAYLOADS[seq]!),
    rules: vi.fn((): string[] => []),
    types: directTypes,
    send: vi.fn(async (message: OutgoingMessage) => void sent.push(message)),
    copyText: vi.fn(async (_text: Uint8Array) => undefined),
    open: vi.fn(async () => undefined),
    compare: vi.fn(async () => undefined),
    compareReplayed: vi.fn(async (_recorded: number, _own: number) => undefined),
  };
  return { parts, sent, rows, calls: rowCalls(parts) };
}

const draftOf = (kind: 'text' | 'binary', data: Uint8Array): Promise<Draft> =>
  draftOfMessage({ kind, data, direction: 'in', rules: [] }, directTypes);

async function failure(promise: Promise<unknown>): Promise<DuplexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DuplexError);
  return error as DuplexError;
}

function decodedText(decoded: ReturnType<typeof decodeCertain>): { format: string; text: string } {
  if (!('text' in decoded)) throw new Error(decoded.remark);
  return { format: decoded.format, text: decoded.text };
}

describe('a row', () => {
  test('is sent again bit for bit', async () => {
    const { calls, sent } = setUp();
    await calls.resend(0);
    await calls.resend(1);
    expect(sent).toEqual([
      { kind: 'text', data: PAYLOADS[0] },
      { kind: 'binary', data: PAYLOADS[1] },
    ]);
  });

  test('becomes a draft that sends the same bytes', async () => {
    const { calls } = setUp();
    expect(await calls.draftOf(0)).toEqual({ mode: 'json', text: '{"a": 1.0}' });
    expect(await calls.draftOf(1)).toEqual({ mode: 'hex', text: '00 ff' });
    expect(await calls.draftOf(2)).toEqual({ mode: 'text', text: 'x {{b}}', asIs: true });
    expect((await draftOf('binary', new Uint8Array(5000))).mode).toBe('base64');
  });

  test.each<[string, Uint8Array, Draft]>([
    [
      'MessagePack',
      encodeMsgpack({ op: 'subscribe', n: [1, -1, 1.5, null] }),
      { mode: 'json', text: '{"op":"subscribe","n":[1,-1,1.5,null]}', encode: 'msgpack' },
    ],
    [
      'MessagePack with values that JSON does not have',
      encodeMsgpack({
        ...{ name: 'feed', data: Uint8Array.of(1, 2), at: new Date('2018-01-02T03:04:05Z') },
        ...{ ext: new ExtData(5, Uint8Array.of(1)), not: Number.NaN },
      }),
      {
        mode: 'json',
        text: '{"name":"feed","data":{"$base64":"AQI="},"at":{"$date":"2018-01-02T03:04:05.000Z"},"ext":{"$ext":[5,{"$base64":"AQ=="}]},"not":{"$float":"NaN"}}',
        encode: 'msgpack',
      },
    ],
    [
      'MessagePack with a long integer',
      encodeMsgpack({ name: 'feed', id: 12_345_678_901_234_567_890n }, { useBigInt64: true }),
      { mode: 'json', text: '{"name":"feed","id":12345678901234567890}', encode: 'msgpack' },
    ],
    [
      'MessagePack with milliseconds, which stay an integer',
      encodeMsgpack({ name: 'feed', at: 1_700_000_000_000n }, { useBigInt64: true }),
      { mode: 'json', text: '{"name":"feed","at":1700000000000}', encode: 'msgpack' },
    ],
    [
      'MessagePack with braces, which are no variables',
      encodeMsgpack({ text: 'x {{b}}' }),
      { mode: 'json', text: '{"text":"x {{b}}"}', asIs: true, encode: 'msgpack' },
    ],
    [
      'CBOR of JSON values',
      Buffer.from('a2626f706161616e820120', 'hex'),
      { mode: 'json', text: '{"op": "a", "n": [1, -1]}', encode: 'cbor' },
    ],
    [
      'CBOR of other values',
      Buffer.from('826261624101', 'hex'),
      { mode: 'text', text: `["ab", h'01']`, encode: 'cbor' },
    ],
    [
      'CBOR that says so',
      Buffer.from('d9d9f78101', 'hex'),
      { mode: 'text', text: '55799([1])', encode: 'cbor' },
    ],
  ])('becomes text that sends the same value: %s', async (_, data, expected) => {
    const draft = await draftOf('binary', data);
    expect(draft).toEqual(expected);
    const body = encodeBody(draft.encode!, draft.text);
    if ('problem' in body) throw new Error(body.problem);
    expect(decodeCertain(body.data)).toMatchObject(decodedText(decodeCertain(data)));
  });

  test.each<[string, Uint8Array, Draft]>([
    ['without text', encodeMsgpack([1, 2]), { mode: 'hex', text: '92 01 02' }],
    ['that ends too early', encodeMsgpack({ op: 'a' }).subarray(0, 4), { mode: 'hex', text: '81 a2 6f 70' }],
    [
      'with an object that its text shows like bytes',
      encodeMsgpack({ a: { $base64: 'AQI=' }, b: 'ab' }),
      { mode: 'hex', text: '82 a1 61 81 a7 24 62 61 73 65 36 34 a4 41 51 49\n3d a1 62 a2 61 62' },
    ],
  ])('becomes text only if its format is certain: MessagePack %s', async (_, data, expected) => {
    expect(await draftOf('binary', data)).toEqual(expected);
  });

  test('becomes base64 if its decoded text is too long to edit', async () => {
    const data = encodeMsgpack({ name: 'feed', data: new Uint8Array(2 ** 20 - 100) });
    expect((await draftOf('binary', data)).mode).toBe('base64');
  });

  test('is not encoded if it is text that looks like JSON', async () => {
    expect((await draftOf('text', PAYLOADS[0]!)).encode).toBeUndefined();
  });

  test('is copied as hex or base64', async () => {
    const { calls, parts } = setUp();
    await calls.copyAs(1, 'hex');
    await calls.copyAs(1, 'base64');
    expect(parts.copyText.mock.calls.map(([text]) => new TextDecoder().decode(text))).toEqual([
      '00 ff',
      'AP8=',
    ]);
  });

  test('is compared with another, and opened', async () => {
    const { calls, parts, rows } = setUp();
    await calls.compare(2, 0);
    expect(parts.compare).toHaveBeenCalledWith(rows[2], rows[0]);
    await calls.openInEditor(1);
    expect(parts.open).toHaveBeenCalledWith(rows[1]);
  });

  describe('the row of a divergence', () => {
    const compared = async (detail: unknown, change: Partial<Row> = { kind: 'note' }) => {
      const { calls, parts } = setUp(change);
      const text = typeof detail === 'string' ? detail : JSON.stringify(detail);
      parts.readPayload.mockResolvedValue(new TextEncoder().encode(text));
      const error = await failure(calls.compareReplayed(2)).catch(() => undefined);
      return { error: error?.message, calls: parts.compareReplayed.mock.calls };
    };

    test('compares the two messages that it names', async () => {
      const { error, calls } = await compared({ note: 'divergence', text: '', expected: 12, actual: 8 });
      expect(error).toBeUndefined();
      expect(calls).toEqual([[12, 8]]);
    });

    test.each<[string, unknown, Partial<Row>?]>([
      ['with one message alone', { note: 'divergence', expected: 12 }],
      ['of another kind', { note: 'fault', expected: 12, actual: 8 }],
      ['with a number below 0', { note: 'divergence', expected: -1, actual: 8 }],
      ['with a text for a number', { note: 'divergence', expected: 12, actual: '../8' }],
      ['that is null', null],
      ['that is no JSON', '{'],
      ['that is a message', { note: 'divergence', expected: 1, actual: 1 }, { kind: 'text' }],
      ['that is too long', { note: 'divergence', expected: 1, actual: 1 }, { kind: 'note', stored: 1e6 }],
    ])('is refused for a note %s', async (_, detail, change) => {
      const { error, calls } = await compared(detail, change);
      expect(error).toMatch(/not about two messages|not valid/);
      expect(calls).toEqual([]);
    });
  });

  test.each<[string, Partial<Row>, (calls: PanelRowCalls) => Promise<unknown>, RegExp]>([
    ['of a ping', { kind: 'ping' }, (calls) => calls.resend(0), /Only text and binary/],
    ['that is not whole', { size: 99 }, (calls) => calls.resend(0), /Only 10 B of 99 B/],
    [
      'too large to edit',
      { size: 2 ** 21, stored: 2 ** 21 },
      (calls) => calls.draftOf(0),
      /too much to edit/,
    ],
    ['that is not there', {}, (calls) => calls.resend(9), /no such message/],
    ['of no number', {}, (calls) => calls.resend('0' as never), /not valid/],
    ['copied in no known way', {}, (calls) => calls.copyAs(0, 'rot13' as never), /not valid/],
    ['whose path is not text', {}, (calls) => calls.copyText(1 as never), /too long/],
  ])('is refused for a message %s', async (_, change, attempt, message) => {
    const { calls, parts } = setUp(change);
    expect((await failure(attempt(calls))).message).toMatch(message);
    expect(parts.send).not.toHaveBeenCalled();
    expect(parts.copyText).not.toHaveBeenCalled();
  });
});
