import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../../src/engine/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function beating({ answers = true } = {}) {
  const peer = { answers, receivedAt: undefined as number | undefined, bytesRead: 0, isHeld: false };
  const pings: string[] = [];
  const lost: number[] = [];
  const heartbeat = new Heartbeat({
    now: () => performance.now(),
    receivedAt: () => peer.receivedAt,
    bytesRead: () => peer.bytesRead,
    isHeld: () => peer.isHeld,
    ping(payload) {
      pings.push(new TextDecoder().decode(payload));
      if (peer.answers) setTimeout(() => (peer.receivedAt = performance.now()), 5);
    },
    onLost: (silence) => lost.push(silence),
  });
  heartbeat.start(1_000);
  return { heartbeat, peer, pings, lost };
}

describe('a heartbeat', () => {
  it('pings each interval while the peer lives', () => {
    const { pings, lost } = beating();
    vi.advanceTimersByTime(10_500);
    expect(pings).toHaveLength(10);
    expect(pings[2]).toBe('duplex-heartbeat 3');
    expect(lost).toEqual([]);
  });

  it('reports a silent peer once, after two intervals, and stops', () => {
    const { pings, lost } = beating({ answers: false });
    vi.advanceTimersByTime(1_990);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toBeCloseTo(2_000, -2);
    vi.advanceTimersByTime(60_000);
    expect(lost).toHaveLength(1);
    expect(pings).toHaveLength(1);
  });

  it('counts from the last received bytes of any kind', () => {
    const { peer, lost } = beating({ answers: false });
    vi.advanceTimersByTime(900);
    peer.receivedAt = performance.now();
    vi.advanceTimersByTime(1_950);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(lost).toHaveLength(1);
  });

  it('does not count a long message that is still arriving as silence', () => {
    const { peer, lost } = beating({ answers: false });
    for (let second = 0; second < 10; second++) {
      vi.advanceTimersByTime(1_000);
      peer.bytesRead += 100;
    }
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(3_100);
    expect(lost).toHaveLength(1);
  });

  it('waits while reading is paused, without pings whose pongs nobody reads', () => {
    const { heartbeat, peer, pings, lost } = beating({ answers: false });
    peer.isHeld = true;
    vi.advanceTimersByTime(10_000);
    expect([pings.length, lost.length]).toEqual([0, 0]);
    peer.isHeld = false;
    heartbeat.excuse();
    vi.advanceTimersByTime(1_500);
    expect(lost).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(lost).toHaveLength(1);
  });

  it('pings again after the process or the machine was suspended, before it fails', () => {
    const { pings, lost } = beating();
    vi.advanceTimersByTime(1_100);
    const sinceThen = performance.now.bind(performance);
    const slept = vi.spyOn(performance, 'now').mockImplementation(() => sinceThen() + 60_000);
    vi.advanceTimersByTime(1_000);
    expect(pings).toHaveLength(2);
    vi.advanceTimersByTime(5_000);
    expect(lost).toEqual([]);
    slept.mockRestore();
  });

  it('pings at once after a restart', () => {
    const { heartbeat, pings } = beating();
    vi.advanceTimersByTime(100);
    heartbeat.restart();
    expect(pings).toHaveLength(1);
  });

  it('is off with an interval of 0, and after a stop', () => {
    const { heartbeat, pings } = beating();
    heartbeat.stop();
    heartbeat.restart();
    heartbeat.start(0);
    vi.advanceTimersByTime(60_000);
    expect(pings).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
