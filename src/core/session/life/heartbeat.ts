/** Ours begin so: a timeline shows at a glance which pings the user sent. */
const PREFIX = 'duplex-heartbeat ';

/** What a heartbeat knows. Milliseconds of one monotonic clock. */
export interface Pulse {
  /** Between pings. */
  readonly interval: number;
  /** When anything came last, or when the connection opened. */
  readonly heardAt: number;
  /** When the last ping of the heartbeat was sent, or when the connection opened. */
  readonly pingedAt: number;
}

export type Beat =
  /** Nothing came for two intervals: the connection is gone. */
  { readonly do: 'lose' } | { readonly do: 'ping' } | { readonly do: 'wait'; readonly for: number };

/**
 * What is to be done now; to be asked again after each `ping`, and at the end of each `wait`. In two intervals of silence
 * at least one ping had a whole interval to be answered.
 */
export function nextBeat({ interval, heardAt, pingedAt }: Pulse, now: number): Beat {
  const lostAt = heardAt + 2 * interval;
  if (now >= lostAt) return { do: 'lose' };
  const pingAt = pingedAt + interval;
  if (now >= pingAt) return { do: 'ping' };
  return { do: 'wait', for: Math.min(pingAt, lostAt) - now };
}

/** The payload of a heartbeat's ping, numbered so that its pong is told from others. */
export function heartbeatPayload(number: number): Uint8Array {
  return new TextEncoder().encode(`${PREFIX}${number}`);
}

/** Why a connection without a sign of life was given up. @param silence milliseconds */
export function silenceSentence(silence: number): string {
  const seconds = Math.round(silence / 100) / 10;
  return `Nothing came for ${seconds} s, not even an answer to a ping: check the network and the server, or give the heartbeat a longer interval.`;
}
