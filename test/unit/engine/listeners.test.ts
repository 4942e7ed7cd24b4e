import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Listeners, Ticker } from '../../../src/engine/listeners.ts';
import { ManifestKeeper } from '../../../src/engine/manifestKeeper.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { TICK_INTERVAL } from '../../../src/shared/limits.ts';
import type { SessionManifest } from '../../../src/shared/recordProtocol.ts';
import { manifest } from '../../support/recordings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Listeners', () => {
  it('calls each listener with the arguments until it is removed', () => {
    const listeners = new Listeners<[number]>();
    const heard: number[] = [];
    const stop = listeners.add((value) => heard.push(value));
    listeners.emit(1);
    stop();
    stop();
    listeners.emit(2);
    expect(heard).toEqual([1]);
  });

  it('calls the other listeners if one throws, and reports the exception as uncaught', () => {
    const listeners = new Listeners();
    let calls = 0;
    listeners.add(() => {
      throw new Error('fault of a listener');
    });
    listeners.add(() => calls++);
    listeners.emit();
    expect(calls).toBe(1);
    expect(() => vi.runAllTimers()).toThrow('fault of a listener');
  });

  it('calls the listeners that exist at the time of the event, even if they add or remove some', () => {
    const listeners = new Listeners();
    const heard: string[] = [];
    const stops: (() => void)[] = [];
    stops.push(
      listeners.add(() => {
        heard.push('first');
        for (const stop of stops) stop();
        listeners.add(() => heard.push('late'));
      }),
    );
    stops.push(listeners.add(() => heard.push('second')));
    listeners.emit();
    expect(heard).toEqual(['first', 'second']);
  });
});

describe('Ticker', () => {
  it('makes one call of any number of marks within its interval', () => {
    let calls = 0;
    const ticker = new Ticker(() => calls++);
    for (let mark = 0; mark < 1000; mark++) ticker.mark();
    expect(calls).toBe(0);
    vi.advanceTimersByTime(TICK_INTERVAL);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(10 * TICK_INTERVAL);
    expect(calls).toBe(1);
  });

  it('calls at once without another call later, and not after stop', () => {
    let calls = 0;
    const ticker = new Ticker(() => calls++);
    ticker.mark();
    ticker.now();
    ticker.mark();
    ticker.stop();
    vi.advanceTimersByTime(10 * TICK_INTERVAL);
    expect(calls).toBe(1);
  });
});

describe('ManifestKeeper', () => {
  function keeper(write: (next: SessionManifest) => Promise<void>) {
    const failures: string[] = [];
    const first = manifest();
    const kept = new ManifestKeeper(first, { write, onFailed: ({ code }) => failures.push(code) });
    return { kept, first, failures };
  }

  it('writes each description once', async () => {
    const written: SessionManifest[] = [];
    const { kept, first } = keeper(async (next) => void written.push(next));
    kept.markWritten(first);
    await kept.write();
    expect(written).toEqual([]);
    kept.manifest = { ...first, name: 'renamed' };
    await kept.write();
    await kept.write();
    expect(written.map(({ name }) => name)).toEqual(['renamed']);
  });

  it('writes a change again that could not be written, and reports only a late failure', async () => {
    let broken = true;
    let writes = 0;
    const { kept, failures } = keeper(async () => {
      writes++;
      if (broken) throw new DuplexError('disk.full', 'There is no space left.');
    });
    await expect(kept.write()).rejects.toMatchObject({ code: 'disk.full' });
    expect(failures).toEqual([]);
    kept.writeLate();
    await vi.runAllTimersAsync();
    expect(failures).toEqual(['disk.full']);
    broken = false;
    await kept.write();
    await kept.write();
    expect(writes).toBe(3);
  });

  it('writes a description that changed during a write', async () => {
    const written: string[] = [];
    const { kept, first } = keeper(async ({ name }) => {
      written.push(name);
      if (written.length === 1) kept.manifest = { ...first, name: 'later' };
    });
    await kept.write();
    await kept.write();
    expect(written).toEqual([first.name, 'later']);
  });
});
