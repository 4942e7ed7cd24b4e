import { describe, expect, test, vi } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { PanelRowCalls } from '../../../src/shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../src/shared/session.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { draftOfMessage, rowCalls } from '../../../src/vscode/panel/rowCalls.ts';

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
    send: vi.fn(async (message: OutgoingMessage) => void sent.push(message)),
    copyText: vi.fn(async (_text: Uint8Array) => undefined),
    open: vi.fn(async () => undefined),
    compare: vi.fn(async () => undefined),
    compareReplayed: vi.fn(async (_recorded: number, _own: number) => undefined),
  };
  return { parts, sent, rows, calls: rowCalls(parts) };
}

async function failure(promise: Promise<unknown>): Promise<DuplexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DuplexError);
  return error as DuplexError;
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
    expect(draftOfMessage({ kind: 'binary', data: new Uint8Array(5000) }).mode).toBe('base64');
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

  describe('of a divergence', () => {
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
    ])('%s is refused', async (_, detail, change) => {
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
  ])('%s is refused', async (_, change, attempt, message) => {
    const { calls, parts } = setUp(change);
    expect((await failure(attempt(calls))).message).toMatch(message);
    expect(parts.send).not.toHaveBeenCalled();
    expect(parts.copyText).not.toHaveBeenCalled();
  });
});
