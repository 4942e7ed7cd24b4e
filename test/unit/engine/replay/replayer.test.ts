import { describe, expect, test, vi } from 'vitest';
import type { Session } from '../../../../src/engine/session.ts';
import type { Turn } from '../../../../src/engine/replay/turns.ts';
import { Replayer } from '../../../../src/engine/replay/replayer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A replay of these turns, and what it does with its session. */
function replay(turns: readonly Turn[], side: 'client' | 'server' = 'client', patience = 0) {
  const told: string[] = [];
  const release = vi.fn();
  const hold = vi.fn(() => release);
  const send = vi.fn(async (..._message: unknown[]): Promise<void> => {});
  const addDetail = vi.fn();
  const session = { timeline: { addDetail }, hold, send } as unknown as Session;
  const script = {
    side,
    url: 'ws://h/',
    protocol: 'auto',
    refusal: undefined,
    subprotocol: '',
    turns: { length: turns.length, get: (index: number) => turns[index] },
    close: () => {},
  };
  const replayer = new Replayer(() => session, script, {
    speed: 1,
    patience,
    onDivergence: ({ text }) => told.push(text),
  });
  let seq = 0;
  const arrive = (...texts: string[]): void => {
    for (const text of texts)
      replayer.onRow({ kind: 'text', direction: 'in', payload: bytes(text), seq: ++seq } as never);
  };
  return {
    replayer,
    told,
    hold,
    release,
    send,
    addDetail,
    arrive,
    play: () => replayer.play(new AbortController().signal),
  };
}

const message = (row: number, text: string, after = 0) =>
  ({ kind: 'text', data: bytes(text), size: bytes(text).length, row, after, at: 0 }) as const;
const expected = (row: number, text: string): Turn => ({ does: 'expect', ...message(row, text) });
const sent = (row: number, text: string, after = 0, fragments?: readonly number[]): Turn => ({
  does: 'send',
  ...message(row, text, after),
  fragments,
});

describe('a message in another place than recorded', () => {
  test('is found, with other ids and before messages that are missing', async () => {
    const { told, arrive, play } = replay([
      expected(1, 'one'),
      expected(2, '{"id":1,"n":2}'),
      expected(3, 'three'),
    ]);
    arrive('{"id":77,"n":2}', 'more', 'three');
    await play();
    expect(told).toEqual([
      'Row 1 of the recording did not come: “one”.',
      'Message 2 is not in the recording: “more”.',
    ]);
  });

  const big = (first: string): string => `{"id":${first},"n":[${'1,'.repeat(500_000)}1]}`;

  test('is found by its bytes if it is long', async () => {
    const { told, arrive, play } = replay([expected(1, big('1,"m":0')), expected(2, big('2'))]);
    arrive(big('2'));
    await play();
    expect(told).toEqual([expect.stringContaining('Row 1 of the recording did not come')]);
  });

  test('is found in a short time among many long ones', async () => {
    const count = 12;
    const { told, arrive, play } = replay(
      Array.from({ length: count }, (_, row) => expected(row, big(`1${row}`))),
    );
    arrive(...Array.from({ length: count }, (_, row) => big(`"x${row}","m":${row}`)));
    const before = performance.now();
    await play();
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(told).toHaveLength(count);
  });
});

describe('messages that are not in the recording', () => {
  test('are reported one by one up to a limit, also after the last turn', async () => {
    const { replayer, told, addDetail, arrive, play } = replay([expected(1, 'one')], 'server');
    arrive('one', 'early');
    await play();
    expect(told).toEqual([]);
    replayer.reportExtras();
    expect(told).toEqual(['Message 2 is not in the recording: “early”.']);
    arrive('late');
    expect(told[1]).toBe('Message 3 is not in the recording: “late”.');
    for (let count = 0; count < 500; count++) arrive('more');
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toBe('From message 102 on, messages that are not in the recording are not reported.');
    expect(addDetail).toHaveBeenCalledTimes(101);
  });

  test('are ignored after the end of the replay', async () => {
    const { replayer, told, arrive, play } = replay([expected(1, 'one')]);
    arrive('one', 'early');
    await play();
    replayer.finish();
    arrive('late');
    expect(told).toEqual(['Message 2 is not in the recording: “early”.']);
  });

  test('are not kept while the end is awaited', async () => {
    const end: Turn = { does: 'end', code: 1000, reason: '', row: 1, after: 0, at: 0 };
    const { replayer, told, arrive } = replay([end], 'server');
    const stop = new AbortController();
    const played = replayer.play(stop.signal);
    arrive('a');
    expect(told).toHaveLength(1);
    stop.abort();
    await played;
  });

  test('slow the peer down while they wait during a recorded pause', async () => {
    const turns = [sent(1, 'go', 500), expected(2, 'x')];
    const { told, hold, release, send, arrive, play } = replay(turns);
    send.mockImplementation(async () => expect(release).toHaveBeenCalledTimes(1));
    const played = play();
    const big = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 8; count++) arrive(big);
    expect(hold).not.toHaveBeenCalled();
    arrive('x', 'x');
    expect(hold).toHaveBeenCalledTimes(1);
    expect(release).not.toHaveBeenCalled();
    await played;
    expect(send).toHaveBeenCalledTimes(1);
    expect(told.length).toBeGreaterThan(0);
  });

  test('do not slow down without a pause', async () => {
    const { replayer, told, hold, arrive, play } = replay([expected(1, 'one')]);
    for (let count = 0; count < 20; count++) arrive('x'.repeat(1024 * 1024));
    await play();
    replayer.finish();
    expect(hold).not.toHaveBeenCalled();
    expect(told).toHaveLength(20);
  });
});

describe('the messages of a replay', () => {
  test('leave in their recorded fragments', async () => {
    const { send, play } = replay([sent(1, 'abc', 0, [1, 0, 2]), sent(2, 'whole')]);
    await play();
    expect(send.mock.calls).toEqual([
      [{ kind: 'text', data: bytes('abc') }, [1, 0, 2]],
      [{ kind: 'text', data: bytes('whole') }, undefined],
    ]);
  });

  test('keep pauses that are shorter than a timer', async () => {
    const { send, play } = replay(Array.from({ length: 400 }, (_, row) => sent(row, 'tick', 0.5)));
    const before = performance.now();
    await play();
    expect(send).toHaveBeenCalledTimes(400);
    expect(performance.now() - before).toBeGreaterThan(195);
  });

  test('count their pauses from the message of the other side', async () => {
    const { send, arrive, play } = replay([expected(1, 'ask'), sent(2, 'answer', 100)], 'client', 60_000);
    const played = play();
    await new Promise((resolve) => setTimeout(resolve, 150));
    arrive('ask');
    const before = performance.now();
    expect(send).not.toHaveBeenCalled();
    await played;
    expect(performance.now() - before).toBeGreaterThan(95);
    expect(send).toHaveBeenCalledTimes(1);
  });
});
