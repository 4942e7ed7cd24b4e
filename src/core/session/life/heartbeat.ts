/** The start of our own ping payloads, so that a timeline shows which pings the user sent. */
const PREFIX = 'duplex-heartbeat ';

/** The input of a heartbeat. Milliseconds of one monotonic clock. */
export interface HeartbeatTimes {
  /** Interval between pings. */
  readonly interval: number;
  /** When anything was last received, or when the connection opened. */
  readonly heardAt: number;
  /** When the heartbeat last sent a ping, or when the connection opened. */
  readonly pingedAt: number;
}

export type Beat =
  /** Nothing was received for two intervals: the connection is lost. */
  { readonly do: 'lose' } | { readonly do: 'ping' } | { readonly do: 'wait'; readonly for: number };

/**
 * The next action. Ask again after each `ping` and at the end of each `wait`. During two intervals of silence at least
 * one ping had a whole interval to be answered.
 */
export function nextBeat({ interval, heardAt, pingedAt }: HeartbeatTimes, now: number): Beat {
  const lostAt = heardAt + 2 * interval;
  if (now >= lostAt) return { do: 'lose' };
  const pingAt = pingedAt + interval;
  if (now >= pingAt) return { do: 'ping' };
  return { do: 'wait', for: Math.min(pingAt, lostAt) - now };
}

/** The payload of a heartbeat's ping, numbered to identify its pong. */
export function heartbeatPayload(number: number): Uint8Array {
  return new TextEncoder().encode(`${PREFIX}${number}`);
}

/** Why a silent connection was given up. @param silence milliseconds */
export function silenceSentence(silence: number): string {
  const seconds = Math.round(silence / 100) / 10;
  return `Nothing came for ${seconds} s, not even an answer to a ping: check the network and the server, or give the heartbeat a longer interval.`;
}
