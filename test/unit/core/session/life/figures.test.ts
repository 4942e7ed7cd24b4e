import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../../../../../src/core/session/life/figures.ts';

const payload = (text: string): Uint8Array => new TextEncoder().encode(text);

function withPings(...pings: [text: string, at: number][]): RoundTrips {
  const trips = new RoundTrips();
  for (const [text, at] of pings) trips.sent(payload(text), at);
  return trips;
}

describe('round trips', () => {
  it('are unknown before the first answer', () => {
    expect(withPings(['a', 0]).figures()).toBeUndefined();
  });

  it('have the last, the least, the mean and the longest time', () => {
    const trips = withPings(['a', 0], ['b', 100], ['c', 200]);
    trips.received(payload('a'), 10);
    trips.received(payload('b'), 140);
    trips.received(payload('c'), 210);
    expect(trips.figures()).toEqual({ last: 10, min: 10, mean: 20, max: 40, answered: 3, lost: 0 });
  });

  it('belong to the ping with the same payload, also after other pings', () => {
    const trips = withPings(['user', 0], ['duplex-heartbeat 1', 50]);
    trips.received(payload('unasked'), 55);
    trips.received(payload('duplex-heartbeat 1'), 60);
    expect(trips.figures()).toMatchObject({ last: 10, answered: 1 });
  });

  it('treat a pong for the latest ping as an answer to the earlier ones, which are not lost', () => {
    const trips = withPings(['a', 0], ['b', 10]);
    trips.received(payload('b'), 30);
    trips.ended();
    expect(trips.figures()).toMatchObject({ last: 20, answered: 1, lost: 0 });
  });

  it('count a ping as lost once, when it is too old', () => {
    const trips = withPings(['a', 0], ['b', 100]);
    trips.expire(50);
    trips.expire(50);
    expect(trips.figures()).toEqual({ last: 0, min: 0, mean: 0, max: 0, answered: 0, lost: 1 });
    trips.received(payload('a'), 200);
    expect(trips.figures()).toMatchObject({ answered: 0, lost: 1 });
  });

  it('count waiting pings as lost when the connection ends', () => {
    const trips = withPings(['a', 0], ['b', 0]);
    trips.ended();
    expect(trips.figures()).toMatchObject({ lost: 2 });
  });

  it('treat pings with one payload as one', () => {
    const trips = withPings(['', 0], ['', 100]);
    trips.received(payload(''), 130);
    trips.received(payload(''), 140);
    expect(trips.figures()).toMatchObject({ last: 30, answered: 1, lost: 0 });
  });

  it('keep a limited number of pings', () => {
    const trips = new RoundTrips();
    for (let i = 0; i < 1_500; i++) trips.sent(payload(String(i)), i);
    expect(trips.figures()).toMatchObject({ lost: 500 });
    trips.received(payload('1499'), 1_500);
    expect(trips.figures()).toMatchObject({ last: 1, lost: 500 });
  });

  it('distinguish payloads byte by byte', () => {
    const trips = new RoundTrips();
    trips.sent(new Uint8Array([0xff, 0x00]), 0);
    trips.received(new Uint8Array([0xfe, 0x00]), 5);
    expect(trips.figures()).toBeUndefined();
    trips.received(new Uint8Array([0xff, 0x00]), 7);
    expect(trips.figures()).toMatchObject({ last: 7 });
  });
});
