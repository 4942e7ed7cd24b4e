import { describe, expect, it, vi } from 'vitest';
import { createRepeater } from '../../../../src/vscode/panel/compose/repeater.ts';

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a repeater', () => {
  it.each([1, 2, 5])('sends a message %i times and then has no progress', async (times) => {
    const send = vi.fn(async () => undefined);
    const repeats = createRepeater(() => undefined);
    await repeats.start(send, times, 0);
    expect(send).toHaveBeenCalledTimes(times);
    expect(repeats.progress).toBeUndefined();
  });

  it('sends nothing for a count of 0', async () => {
    const send = vi.fn(async () => undefined);
    await createRepeater(() => undefined).start(send, 0, 0);
    expect(send).not.toHaveBeenCalled();
  });

  it('reports its progress before and after each message, and the end', async () => {
    const seen: unknown[] = [];
    const repeats = createRepeater(() => seen.push(repeats.progress));
    await repeats.start(async () => undefined, 2, 0);
    expect(seen).toEqual([
      { sent: 0, times: 2 },
      { sent: 1, times: 2 },
      { sent: 1, times: 2 },
      { sent: 2, times: 2 },
      undefined,
    ]);
  });

  it('sends the next message only after the one before has left, however short the pause is', async () => {
    let running = 0;
    let most = 0;
    await createRepeater(() => undefined).start(
      async () => {
        most = Math.max(most, ++running);
        await pause();
        running--;
      },
      5,
      0,
    );
    expect(most).toBe(1);
  });

  it('ends at once when it is stopped, even within a long pause', async () => {
    const send = vi.fn(async () => undefined);
    const repeats = createRepeater(() => undefined);
    const started = repeats.start(send, 10, 3_600_000);
    await vi.waitFor(() => expect(repeats.progress).toEqual({ sent: 1, times: 10 }));
    repeats.stop();
    await started;
    expect(send).toHaveBeenCalledTimes(1);
    expect(repeats.progress).toBeUndefined();
  });

  it('lets a message that is on its way leave before it ends', async () => {
    let release = (): void => undefined;
    const repeats = createRepeater(() => undefined);
    const started = repeats.start(() => new Promise((resolve) => (release = resolve)), 10, 0);
    repeats.stop();
    release();
    await started;
    expect(repeats.progress).toBeUndefined();
  });

  it('ends with the first failure', async () => {
    const send = vi.fn(async () => {
      if (send.mock.calls.length === 3) throw new Error('closed');
    });
    const repeats = createRepeater(() => undefined);
    await expect(repeats.start(send, 10, 0)).rejects.toThrow('closed');
    expect(send).toHaveBeenCalledTimes(3);
    expect(repeats.progress).toBeUndefined();
  });

  it('repeats one message at a time, and another one afterwards', async () => {
    const repeats = createRepeater(() => undefined);
    const first = repeats.start(async () => undefined, 2, 3_600_000);
    await expect(repeats.start(async () => undefined, 1, 0)).rejects.toMatchObject({
      code: 'call.invalid',
      message: 'A message is being repeated already: stop it first.',
    });
    repeats.stop();
    await first;
    await expect(repeats.start(async () => undefined, 1, 0)).resolves.toBeUndefined();
  });

  it('ignores a stop while nothing is repeated', async () => {
    const repeats = createRepeater(() => undefined);
    repeats.stop();
    const send = vi.fn(async () => undefined);
    await repeats.start(send, 2, 0);
    expect(send).toHaveBeenCalledTimes(2);
  });
});
