import { describe, expect, test, vi } from 'vitest';
import type { Session } from '../../../../src/engine/session.ts';
import { type Turn, Turns } from '../../../../src/engine/replay/turns.ts';
import { Replayer } from '../../../../src/engine/replay/replayer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function packed(turns: readonly Turn[]): Turns {
  const list = new Turns();
  for (const turn of turns) {
    if ('code' in turn) list.finish(turn);
    else list.add(turn);
  }
  return list;
}

/** A replay of these turns, and what it does with its session. */
function replay(turns: readonly Turn[], side: 'client' | 'server' = 'client') {
  const told: string[] = [];
  const release = vi.fn();
  const hold = vi.fn(() => release);
  const send = vi.fn(async () => {});
  const addDetail = vi.fn();
  const session = { timeline: { addDetail }, hold, send } as unknown as Session;
  const script = {
    side,
    url: 'ws://h/',
    protocol: 'auto',
    refusal: undefined,
    subprotocol: '',
    turns: packed(turns),
  };
  const replayer = new Replayer(() => session, script, {
    speed: 1,
    patience: 0,
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

const expected = (row: number, text: string): Turn => ({
  does: 'expect',
  kind: 'text',
  data: bytes(text),
  row,
  after: 0,
  at: 0,
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
    const turns: Turn[] = [
      { does: 'send', kind: 'text', data: bytes('go'), row: 1, after: 500, at: 0 },
      expected(2, 'x'),
    ];
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
