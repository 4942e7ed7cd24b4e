import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAutoExit, type AutoExit, type ExitReason } from '../../../../src/cli/connect/autoExit.ts';

let end: ReturnType<typeof vi.fn<(reason: ExitReason) => void>>;
/** The bytes so far of a message that is arriving, and of one that is leaving. */
let arrived = 0;
let taken: number | undefined;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  end = vi.fn<(reason: ExitReason) => void>();
  arrived = 0;
  taken = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

function autoExit(options: { wait?: number; lingers?: boolean } = {}): AutoExit {
  return createAutoExit({
    wait: options.wait,
    lingers: options.lingers ?? false,
    arrived: () => arrived,
    taken: () => taken,
    end,
  });
}

/** Lets that many milliseconds pass; what was due in them is done. */
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await new Promise(setImmediate);
}

describe('without --wait', () => {
  test('it ends one second after the end of the input', async () => {
    const it = autoExit();
    it.opened();
    it.inputOver();
    await pass(990);
    expect(end).not.toHaveBeenCalled();
    await pass(20);
    expect(end).toHaveBeenCalledOnce();
  });

  test('every received message delays the end', async () => {
    const it = autoExit();
    it.opened();
    it.inputOver();
    for (let i = 0; i < 10; i++) {
      await pass(900);
      it.received();
    }
    expect(end).not.toHaveBeenCalled();
    await pass(1010);
    expect(end).toHaveBeenCalledOnce();
  });

  test('it never ends while the input goes on', async () => {
    autoExit().opened();
    await pass(1_000_000);
    expect(end).not.toHaveBeenCalled();
  });

  test('it never ends with echo or a recording', async () => {
    const it = autoExit({ lingers: true });
    it.opened();
    it.inputOver();
    await pass(1_000_000);
    expect(end).not.toHaveBeenCalled();
  });

  test('nothing runs before the connection is open', async () => {
    const it = autoExit();
    it.inputOver();
    await pass(10_000);
    expect(end).not.toHaveBeenCalled();
    it.opened();
    await pass(1010);
    expect(end).toHaveBeenCalledOnce();
  });
});

describe('with --wait', () => {
  test('it ends that long after the last message was sent, also while the input continues', async () => {
    const it = autoExit({ wait: 5000 });
    it.opened();
    await pass(4000);
    it.sending()(true);
    await pass(4990);
    expect(end).not.toHaveBeenCalled();
    await pass(20);
    expect(end).toHaveBeenCalledOnce();
  });

  test('received messages do not delay the end', async () => {
    const it = autoExit({ wait: 500 });
    it.opened();
    await pass(400);
    it.received();
    await pass(110);
    expect(end).toHaveBeenCalledOnce();
  });

  test('it counts from the opening if nothing is sent', async () => {
    autoExit({ wait: 2000 }).opened();
    await pass(2010);
    expect(end).toHaveBeenCalledOnce();
  });

  test('it replaces the second of silence, also with echo or a recording', async () => {
    const it = autoExit({ wait: 3000, lingers: true });
    it.opened();
    it.inputOver();
    await pass(2990);
    expect(end).not.toHaveBeenCalled();
    await pass(20);
    expect(end).toHaveBeenCalledOnce();
  });

  test('0 ends as soon as everything is sent', async () => {
    const it = autoExit({ wait: 0 });
    const release = it.busy();
    it.opened();
    await pass(100);
    expect(end).not.toHaveBeenCalled();
    it.sending()(true);
    release();
    await pass(10);
    expect(end).toHaveBeenCalledOnce();
  });

  test('a wait of months does not end at once', async () => {
    const it = autoExit({ wait: 90 * 24 * 3600 * 1000 });
    it.opened();
    await pass(25 * 24 * 3600 * 1000);
    expect(end).not.toHaveBeenCalled();
    it.stop();
  });
});

describe('busy', () => {
  test('it does not end while something is being sent or the reader is behind, and counts from then', async () => {
    const it = autoExit();
    it.opened();
    const first = it.busy();
    const second = it.busy();
    it.inputOver();
    await pass(10_000);
    first();
    await pass(10_000);
    expect(end).not.toHaveBeenCalled();
    second();
    await pass(990);
    expect(end).not.toHaveBeenCalled();
    await pass(20);
    expect(end).toHaveBeenCalledOnce();
  });

  test('a message that waited at the socket during a stall counts before the silence does', async () => {
    const it = autoExit();
    it.opened();
    it.inputOver();
    // The timer is due, but what the poll phase delivers in the same turn comes before the verdict.
    vi.advanceTimersByTime(1000);
    it.received();
    await pass(500);
    expect(end).not.toHaveBeenCalled();
    await pass(600);
    expect(end).toHaveBeenCalledOnce();
  });
});

test('it never ends after stop', async () => {
  const it = autoExit({ wait: 100 });
  it.opened();
  it.stop();
  it.inputOver();
  it.busy()();
  await pass(10_000);
  expect(end).not.toHaveBeenCalled();
});

describe('a message that arrives or leaves slowly', () => {
  test('every received byte of a message breaks the silence, and does not affect --wait', async () => {
    const silent = autoExit();
    silent.opened();
    silent.inputOver();
    for (arrived = 1; arrived < 20; arrived++) await pass(900);
    expect(end).not.toHaveBeenCalled();
    await pass(2010);
    expect(end).toHaveBeenCalledOnce();
    end.mockClear();

    const waiting = autoExit({ wait: 1500 });
    waiting.opened();
    for (arrived = 100; arrived < 103; arrived++) await pass(510);
    expect(end).toHaveBeenCalledOnce();
  });

  test('--wait counts from the last byte that left: a server that stops reading ends it, a slow one does not', async () => {
    const it = autoExit({ wait: 3000 });
    it.opened();
    taken = 0;
    it.sending();
    for (; taken < 10; taken++) await pass(2000);
    expect(end).not.toHaveBeenCalled();
    await pass(3200);
    expect(end).toHaveBeenCalledExactlyOnceWith({ by: 'wait', mayBeMore: false });
  });

  test('a short --wait gives a reading server a second between two bytes', async () => {
    const it = autoExit({ wait: 1 });
    taken = 0;
    const release = it.sending();
    it.opened();
    for (; taken < 5; taken++) await pass(800);
    expect(end).not.toHaveBeenCalled();
    release(true);
    await pass(5);
    expect(end).toHaveBeenCalledOnce();
  });

  test('bytes that wait for the disk do not count as a server that does not read', async () => {
    const it = autoExit({ wait: 500 });
    it.opened();
    it.sending();
    await pass(60_000);
    expect(end).not.toHaveBeenCalled();
  });
});

describe('the reason of a silence', () => {
  const reasonAfter = async (events: (it: AutoExit) => Promise<void>): Promise<boolean | undefined> => {
    const it = autoExit();
    it.opened();
    await events(it);
    it.inputOver();
    await pass(1010);
    return end.mock.lastCall?.[0].mayBeMore;
  };

  test.each<[string, boolean, (it: AutoExit) => Promise<void>]>([
    ['nothing came at all', true, () => pass(10)],
    [
      'an answer came at once',
      false,
      async (it) => {
        it.sending()(true);
        await pass(10);
        it.received();
      },
    ],
    [
      'the last message has no answer',
      true,
      async (it) => {
        it.received();
        it.sending()(true);
        await pass(10);
      },
    ],
    [
      'the first answer was late',
      true,
      async (it) => {
        it.sending()(true);
        await pass(800);
        it.received();
        it.sending()(true);
        it.received();
      },
    ],
  ])('%s: more may come: %s', async (_name, mayBeMore, events) => {
    expect(await reasonAfter(events)).toBe(mayBeMore);
  });
});
