import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Endpoint, HIGH_WATER, integerParameter } from './endpoint.ts';

const MAX_RATE = 100_000;
/** Milliseconds between batches of ticks, at high rates. */
const BATCH_INTERVAL = 5;
/** Milliseconds by which Node's timers may fire early. */
const TIMER_SLACK = 1;
/** Maximum delay of a timer, in milliseconds, that is caught up. */
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
 * Sends ticks with their time in milliseconds since the epoch, numbered without gaps. While the client does not read,
 * ticks are skipped instead of delayed.
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
    // The whole batch leaves in one write to the kernel.
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

/** A fictional price with two decimals, as exchanges write it: `101.50`, not `101.5`. */
export function priceAt(step: number): string {
  return (100 + 10 * Math.sin(step / 25)).toFixed(2);
}
