import { describe, expect, test } from 'vitest';
import type { Recording } from '../../../../src/engine/recordingFile.ts';
import { replayScript } from '../../../../src/engine/replay/replayScript.ts';
import { FLAG, type Direction, type Kind } from '../../../../src/shared/timeline.ts';
import { manifest } from '../../../support/recordings.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
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
  test('has the actions of the server in the first connection, its pauses, and the messages it received', () => {
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
      'server',
    );
    expect(script).toMatchObject({
      side: 'server',
      refusal: undefined,
      subprotocol: 'v1',
      protocol: 'auto',
    });
    expect([...script.turns].map(({ row, does, after }) => [row, does, after])).toEqual([
      [1, 'expect', 10],
      [3, 'send', 20],
      [4, 'ping', 10],
      [6, 'close', 10],
    ]);
  });

  test('swaps the directions for a recording of a server', () => {
    const { turns } = replayScript(
      recording([OPEN, ['text', 'in', 'a'], ['binary', 'out', 'b']], 'server'),
      'server',
    );
    expect([...turns].map(({ does }) => does)).toEqual(['expect', 'send']);
  });

  test('swaps the directions for the client, with the times of its rows', () => {
    const { turns } = replayScript(
      recording([
        OPEN,
        ['text', 'out', 'a', 2000],
        ['ping', 'out', 'p', 3000],
        ['ping', 'in', 'q'],
        ['text', 'in', 'b'],
      ]),
      'client',
    );
    expect([...turns].map(({ does }) => does)).toEqual(['send', 'ping', 'expect']);
    expect(turns.get(0)!.at).toBe(Date.parse(manifest({}).startedAt) + 2);
  });

  test('has the messages that a proxy passed on instead of the original ones', () => {
    const { turns } = replayScript(
      recording([
        OPEN,
        ['text', 'in', 'came'],
        ['text', 'in', 'passed on', 0, FLAG.altered],
        ['text', 'in', 'passed on', 0, FLAG.altered],
        ['text', 'out', 'asked'],
      ]),
      'server',
    );
    expect([...turns].map(({ row, does }) => [row, does])).toEqual([
      [2, 'send'],
      [3, 'send'],
      [4, 'expect'],
    ]);
  });

  test('closes on the side that closed, and awaits the end on the other', () => {
    const closed = recording([OPEN, ['close', 'out', '{"code":1000,"reason":""}', 3000]]);
    expect([...replayScript(closed, 'server').turns]).toMatchObject([{ row: 1, does: 'end', code: 1000 }]);
    expect([...replayScript(closed, 'client').turns]).toMatchObject([{ row: 1, does: 'close', code: 1000 }]);
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
    expect(replayScript(recording([['error', 'none', error]]), 'server').refusal).toEqual({
      status: 401,
      headers: [['X-A', 'b']],
      body: 'no',
    });
  });

  test('needs a connection', () => {
    expect(() => replayScript(recording([['note', 'none', '{}']]), 'client')).toThrow('holds no connection');
    expect(() => replayScript(recording([]), 'server')).toThrow('holds no connection');
  });
});
