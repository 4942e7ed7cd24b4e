import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemMonitor } from '../../../src/engine/systemMonitor.ts';

vi.mock('node:os', async (actual) => ({ ...(await actual<object>()), networkInterfaces: vi.fn() }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watching(isOnline = true) {
  const state = { isOnline };
  const changes: [string, number][] = [];
  const watch = new SystemMonitor(
    (change, away) => changes.push([change, away]),
    () => state.isOnline,
  );
  watch.start();
  return { watch, changes, state };
}

describe('the system monitor', () => {
  it('reports nothing without an event', () => {
    const { changes } = watching();
    vi.advanceTimersByTime(600_000);
    expect(changes).toEqual([]);
  });

  it('reports a sleep once, with its duration', () => {
    const { changes } = watching();
    vi.advanceTimersByTime(12_000);
    // Timers stand still in a sleep, and the clock does not.
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(changes).toEqual([['resumed', 3_605_000]]);
  });

  it('reports that the network is lost and comes back', () => {
    const { watch, changes, state } = watching();
    state.isOnline = false;
    vi.advanceTimersByTime(5_000);
    expect(watch.isOffline).toBe(true);
    state.isOnline = true;
    vi.advanceTimersByTime(5_000);
    expect(watch.isOffline).toBe(false);
    expect(changes.map(([change]) => change)).toEqual(['offline', 'online']);
  });

  it('does not report a machine that never had a network as offline', () => {
    const { watch, changes } = watching(false);
    vi.advanceTimersByTime(60_000);
    expect(watch.isOffline).toBe(false);
    expect(changes).toEqual([]);
  });

  it('starts once, stops, and starts again from the current state', () => {
    const { watch, changes } = watching();
    watch.start();
    expect(vi.getTimerCount()).toBe(1);
    watch.stop();
    vi.advanceTimersByTime(600_000);
    watch.start();
    vi.advanceTimersByTime(10_000);
    expect(changes).toEqual([]);
  });

  it('finds the network of this machine by itself: any address that is not internal', () => {
    const address = (internal: boolean): NetworkInterfaceInfo =>
      ({ address: 'x', family: 'IPv4', internal }) as NetworkInterfaceInfo;
    const changes: string[] = [];
    const watch = new SystemMonitor((change) => changes.push(change));
    const look = (found: ReturnType<typeof networkInterfaces>): void => {
      vi.mocked(networkInterfaces).mockReturnValue(found);
      vi.advanceTimersByTime(5_000);
    };
    vi.mocked(networkInterfaces).mockReturnValue({ lo: [address(true)], eth0: [address(false)] });
    watch.start();
    look({ lo: [address(true)], eth0: [address(false)] });
    expect(changes).toEqual([]);
    look({ lo: [address(true)], eth0: [] });
    expect([changes, watch.isOffline]).toEqual([['offline'], true]);
    look({ lo: [address(true)], wlan0: [address(false)] });
    expect([changes, watch.isOffline]).toEqual([['offline', 'online'], false]);
    look({});
    expect(changes).toEqual(['offline', 'online', 'offline']);
    watch.stop();
  });
});
