import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { HIGH_WATER, type Endpoint } from './endpoint.ts';
import { priceAt } from './ticker.ts';

const TICK_INTERVAL = 250;
const MAX_SUBSCRIPTIONS = 100;
const MAX_CHANNEL_LENGTH = 100;

export const channels: Endpoint = {
  paths: ['/json'],
  usage: '/json',
  summary:
    'subscribe and acknowledge: {"op":"subscribe","channel":"BTC"} is acknowledged with an id and starts ' +
    '4 ticks a second; {"op":"unsubscribe","id":"…"} ends them',
  open: () => serveChannels,
};

type Answer = Readonly<Record<string, unknown>>;

function serveChannels(client: WebSocket): void {
  const subscriptions = new Map<string, { channel: string; timer: NodeJS.Timeout }>();
  const send = (answer: Answer): void => client.send(JSON.stringify(answer));

  const subscribe = (channel: unknown): Answer => {
    if (typeof channel !== 'string' || channel === '' || channel.length > MAX_CHANNEL_LENGTH) {
      return problem(`"subscribe" needs a "channel": a string of 1 to ${MAX_CHANNEL_LENGTH} characters.`);
    }
    if (subscriptions.size >= MAX_SUBSCRIPTIONS) {
      return problem(
        `This connection has ${MAX_SUBSCRIPTIONS} subscriptions already; unsubscribe from one first.`,
      );
    }
    const id = randomUUID();
    let seq = 0;
    const timer = setInterval(() => {
      if (client.bufferedAmount >= HIGH_WATER) return;
      send({ type: 'tick', channel, id, seq, time: Date.now(), price: Number(priceAt(seq)) });
      seq += 1;
    }, TICK_INTERVAL);
    subscriptions.set(id, { channel, timer });
    return { type: 'subscribed', channel, id };
  };

  const unsubscribe = (id: unknown): Answer => {
    const subscription = subscriptions.get(String(id));
    if (!subscription) return problem('"unsubscribe" needs the "id" that its "subscribed" message carried.');
    clearInterval(subscription.timer);
    subscriptions.delete(String(id));
    return { type: 'unsubscribed', channel: subscription.channel, id };
  };

  client.on('message', (data, isBinary) => {
    const request = isBinary ? undefined : parseObject((data as Buffer).toString());
    if (!request) send(problem('Send a JSON object as text, such as {"op":"subscribe","channel":"BTC"}.'));
    else if (request.op === 'subscribe') send(subscribe(request.channel));
    else if (request.op === 'unsubscribe') send(unsubscribe(request.id));
    else send(problem('"op" must be "subscribe" or "unsubscribe".'));
  });
  client.on('close', () => {
    for (const { timer } of subscriptions.values()) clearInterval(timer);
  });
}

function problem(message: string): Answer {
  return { type: 'error', message };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
