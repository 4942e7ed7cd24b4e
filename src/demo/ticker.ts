import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Endpoint, HIGH_WATER, integerParameter } from './endpoint.ts';

const MAX_RATE = 100_000;
/** Ticks of high rates go out in batches this far apart, in milliseconds. */
const BATCH_INTERVAL = 5;
/** Node's timers may fire this much early, in milliseconds. */
const TIMER_SLACK = 1;
/** A timer that fired late makes up for at most this much, in milliseconds. */
const MAX_CATCH_UP = 100;

export const ticker: Endpoint = {
  paths: ['/ticker'],
  usage: '/ticker?rate=N',
  summary: `sends N JSON ticks a second (1 to ${MAX_RATE}, default 1)`,
  open(query) {
    const rate = integerParameter(query, 'rate', { min: 1, max: MAX_RATE, fallback: 1 });
    return (client, socket) => tick(client, socket, rate);
  },
};

/**
 * Ticks carry the time they were sent at, in milliseconds since the epoch, and are numbered without a gap: while
 * the client does not read none is made, and none is made up for.
 */
function tick(client: WebSocket, socket: Duplex, rate: number): void {
  const period = 1000 / rate;
  let seq = 0;
  let due = performance.now();
  const batch = (): void => {
    const now = performance.now();
    if (client.bufferedAmount >= HIGH_WATER) {
      due = now;
      return;
    }
    due = Math.max(due, now - Math.max(MAX_CATCH_UP, period));
    // One write to the kernel for the whole batch.
    socket.cork();
    for (; due <= now + TIMER_SLACK; due += period) client.send(tickMessage(seq++));
    socket.uncork();
  };
  const timer = setInterval(batch, Math.max(period, BATCH_INTERVAL));
  client.on('close', () => clearInterval(timer));
  batch();
}

function tickMessage(seq: number): string {
  return `{"type":"tick","seq":${seq},"time":${Date.now()},"price":${priceAt(seq)}}`;
}

/** A made-up price, spelled with two decimals as exchanges do: `101.50`, not `101.5`. */
export function priceAt(step: number): string {
  return (100 + 10 * Math.sin(step / 25)).toFixed(2);
}
