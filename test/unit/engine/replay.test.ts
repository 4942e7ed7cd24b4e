import { describe, expect, test } from 'vitest';
import type { Recording } from '../../../src/engine/recordingFile.ts';
import { identified } from '../../../src/engine/replay/messageId.ts';
import { compared, replayScript, withOwnId } from '../../../src/engine/replay/replayScript.ts';
import { FLAG, type Direction, type Kind } from '../../../src/shared/timeline.ts';
import { manifest } from '../../support/recordings.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: string): { kind: 'text'; payload: Uint8Array } => ({
  kind: 'text',
  payload: bytes(payload),
});

type TestRow = readonly [Kind, Direction, string, number?, number?];

/** A recording of these rows, which is read in pages of two. */
function recording(rows: readonly TestRow[], role?: 'client' | 'server'): Recording {
  return {
    manifest: manifest({ ...(role && { role }) }),
    rows: rows.length,
    readPage: (from: number) =>
      rows.slice(from, from + 2).map(([kind, direction, payload, time = 0, flags = 0]) => ({
        row: { kind, direction, time, flags, size: payload.length, stored: payload.length, offset: 0 },
        payload: bytes(payload),
      })),
  } as unknown as Recording;
}

const OPEN: TestRow = ['open', 'none', '{"status":101,"protocol":"v1","headers":[]}', 1000];

describe('the script of a recording', () => {
  test('is what the server did in the first connection, with its pauses, and what it got', () => {
    const script = replayScript(
      recording([
        OPEN,
        ['text', 'out', 'hello', 11_000],
        ['note', 'none', '{}', 12_000],
        ['text', 'in', 'welcome', 31_000],
        ['ping', 'in', 'beat', 41_000],
        ['pong', 'out', 'beat', 41_000],
        ['close', 'in', '{"code":4001,"reason":"enough"}', 51_000],
        OPEN,
        ['text', 'in', 'of the second connection', 99_000],
      ]),
    );
    expect(script).toMatchObject({ refusal: undefined, protocol: 'v1' });
    expect(script.turns.map(({ row, does, after }) => [row, does, after])).toEqual([
      [1, 'expect', 10],
      [3, 'send', 20],
      [4, 'ping', 10],
      [6, 'close', 10],
    ]);
  });

  test('turns around for a recording of a server', () => {
    const { turns } = replayScript(recording([OPEN, ['text', 'in', 'a'], ['binary', 'out', 'b']], 'server'));
    expect(turns.map(({ does }) => does)).toEqual(['expect', 'send']);
  });

  test('has what a proxy passed on in the place of what came', () => {
    const { turns } = replayScript(
      recording([
        OPEN,
        ['text', 'in', 'came'],
        ['text', 'in', 'passed on', 0, FLAG.altered],
        ['text', 'in', 'passed on', 0, FLAG.altered],
        ['text', 'out', 'asked'],
      ]),
    );
    expect(turns.map(({ row, does }) => [row, does])).toEqual([
      [2, 'send'],
      [3, 'send'],
      [4, 'expect'],
    ]);
  });

  test('leaves the close to the client that closed', () => {
    expect(replayScript(recording([OPEN, ['close', 'out', '{"code":1000,"reason":""}']])).turns).toEqual([]);
  });

  test('is a refusal with its status, headers and body', () => {
    const error = JSON.stringify({
      status: 401,
      headers: [
        ['Content-Length', '2'],
        ['X-A', 'b'],
      ],
      body: 'no',
    });
    expect(replayScript(recording([['error', 'none', error]])).refusal).toEqual({
      status: 401,
      headers: [['X-A', 'b']],
      body: 'no',
    });
  });

  test('needs a connection', () => {
    expect(() => replayScript(recording([['note', 'none', '{}']]))).toThrow('holds no connection');
    expect(() => replayScript(recording([]))).toThrow('holds no connection');
  });
});

describe('a message of the client', () => {
  test.each([
    ['hello', 'hello'],
    ['{"a":1,"b":[2]}', '{ "b": [2], "a": 1.0 }'],
  ])('%s is the same as %s', (expected, got) => {
    expect(compared(text(expected), text(got))).toEqual({ difference: undefined, ids: undefined });
  });

  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"add"}', '{"jsonrpc":"2.0","id":77,"method":"add"}', ['1', '77']],
    ['{"id":"a-1","type":"subscribe"}', '{"type":"subscribe","id":"b-2"}', ['"a-1"', '"b-2"']],
    ['420["add",2]', '4217["add",2]', ['0', '17']],
    ['42/chat,3["say"]', '42/chat,4["say"]', ['3', '4']],
  ])('%s may have another id: %s', (expected, got, ids) => {
    expect(compared(text(expected), text(got))).toEqual({ difference: undefined, ids });
  });

  test.each([
    ['hello', 'hallo', 'from character 1 on it says “hallo” in the place of “hello”'],
    ['{"n":12345678901234567890}', '{"n":12345678901234567891}', 'from character 24'],
    ['{"id":1,"method":"add"}', '{"id":2,"method":"sub"}', 'from character 6'],
    ['420["add",2]', '421["add",3]', 'from character 2'],
    ['short', 'short and more', 'from character 5'],
  ])('%s differs from %s', (expected, got, sentence) => {
    expect(compared(text(expected), text(got)).difference).toContain(sentence);
  });

  test('of another kind, or with other bytes, differs', () => {
    const binary = (...payload: number[]) => ({ kind: 'binary', payload: Uint8Array.from(payload) });
    expect(compared(text('a'), binary(97)).difference).toBe('it is binary, and the recorded one is text');
    expect(compared(binary(1, 2), binary(1, 3)).difference).toBe('byte 1 is 0x03 in the place of 0x02');
    expect(compared(binary(1, 2), binary(1)).difference).toBe('byte 1 is missing in the place of 0x02');
    expect(compared(binary(1), binary(1)).difference).toBeUndefined();
  });
});

describe('the id of a message', () => {
  test.each([
    ['{"id": 12 , "a": {"id": 3}}', '12'],
    ['{"a":{"id":3},"b":["id"],"id":"x\\"y"}', '"x\\"y"'],
    ['{"a":"\\"id\\":9","id":-1.5e3}', '-1.5e3'],
    ['4312["done"]', '12'],
    ['461-7[{"_placeholder":true,"num":0}]', '7'],
  ])('of %s is %s, and its text is whole around it', (message, id) => {
    const found = identified(message);
    expect(found?.id).toBe(id);
    expect(`${found!.before}${found!.id}${found!.after}`).toBe(message);
  });

  test.each([
    '{"a":{"id":1}}',
    '{"id":null}',
    '{"id":{}}',
    '["id",1]',
    '42["no id"]',
    'id: 1',
    '',
    '{"id"',
    '{"',
  ])('of %s is none', (message) => {
    expect(identified(message)).toBeUndefined();
  });

  test('of an answer becomes that of the call, and all else stays as it was', () => {
    const ids = new Map([['1', '"own"']]);
    const answer = text('{ "result": 1.0,  "id":1 }');
    expect(new TextDecoder().decode(withOwnId(answer, ids))).toBe('{ "result": 1.0,  "id":"own" }');
    expect(withOwnId(text('{"id":2}'), ids)).toEqual(bytes('{"id":2}'));
    expect(withOwnId(text('no JSON'), ids)).toEqual(bytes('no JSON'));
    const binary = { kind: 'binary', payload: bytes('{"id":1}') };
    expect(withOwnId(binary, ids)).toBe(binary.payload);
  });

  test('is looked for in linear time', () => {
    const before = performance.now();
    identified(`{"${'\\'.repeat(500_000)}`);
    identified('{'.repeat(500_000));
    identified(`42/${'a'.repeat(500_000)}`);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
