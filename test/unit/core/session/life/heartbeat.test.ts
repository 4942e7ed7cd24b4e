import { describe, expect, it } from 'vitest';
import {
  heartbeatPayload,
  nextBeat,
  silenceSentence,
} from '../../../../../src/core/session/life/heartbeat.ts';

const beat = (heardAt: number, pingedAt: number, now: number) =>
  nextBeat({ interval: 1_000, heardAt, pingedAt }, now);

describe('nextBeat', () => {
  it('pings each interval, also after received messages', () => {
    expect(beat(0, 0, 400)).toEqual({ do: 'wait', for: 600 });
    expect(beat(900, 0, 1_000)).toEqual({ do: 'ping' });
    expect(beat(900, 1_000, 1_500)).toEqual({ do: 'wait', for: 500 });
  });

  it('ends a connection after two intervals of silence, and not before', () => {
    expect(beat(100, 2_000, 2_099)).toEqual({ do: 'wait', for: 1 });
    expect(beat(100, 2_000, 2_100)).toEqual({ do: 'lose' });
  });

  it('checks in time between two pings', () => {
    expect(beat(300, 2_000, 2_000)).toEqual({ do: 'wait', for: 300 });
  });

  it('finds a peer that becomes silent at any moment within two intervals', () => {
    for (let silentAt = 0; silentAt < 1_000; silentAt += 50) {
      let [now, pingedAt] = [silentAt, 0];
      for (let step = 0; step < 10; step++) {
        const next = beat(silentAt, pingedAt, now);
        if (next.do === 'lose') break;
        if (next.do === 'ping') pingedAt = now;
        else now += next.for;
      }
      expect(now).toBe(silentAt + 2_000);
      expect(now - pingedAt).toBeLessThanOrEqual(1_000);
    }
  });
});

describe('a heartbeat', () => {
  it('has its own payloads, within the limit of a control frame', () => {
    const texts = [1, 2, Number.MAX_SAFE_INTEGER].map((number) => heartbeatPayload(number));
    expect(new TextDecoder().decode(texts[1])).toBe('duplex-heartbeat 2');
    expect(texts.every((text) => text.length <= 125)).toBe(true);
  });

  it('has a sentence with the silent time and the remedy', () => {
    expect(silenceSentence(2_040)).toMatch(/^Nothing came for 2 s, .*check the network.*longer interval\.$/);
  });
});
