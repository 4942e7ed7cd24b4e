import { join } from 'node:path';
import { duplex, type Result } from './cliProcess.ts';

export const EXAMPLES = join(import.meta.dirname, '../../examples');

/** Servers of `examples/servers`, with the requests of `examples/protocols` that they answer. */
export const EXAMPLE_REQUESTS: readonly (readonly [server: string, requests: readonly string[]])[] = [
  ['socketio-chat.ws', ['say', 'acknowledge', 'bytes', 'namespace']],
  ['graphql-subscription.ws', ['query', 'subscription', 'error']],
  ['json-rpc-calculator.ws', ['add', 'two-calls', 'error']],
  ['stomp-chat.ws', ['hello', 'acknowledge']],
  ['mqtt-sensor.ws', ['publish', 'publish5']],
  ['signalr-hub.ws', ['hub', 'hub-msgpack']],
];

/** Runs requests of an example against its server. @param url where that listens */
export function runExample(name: string, requests: readonly string[], url: string): Promise<Result> {
  const chosen = requests.flatMap((request) => ['--request', request]);
  const { host, pathname } = new URL(url);
  // Two of them have the address of a broker as a whole.
  const server = name.startsWith('mqtt') ? `${host}${pathname}` : host;
  const values = ['--var', `host=${host}`, '--var', `server=${server}`];
  return duplex(['run', join(EXAMPLES, 'protocols', name), ...values, ...chosen], 'closed', {
    env: { DUPLEX_SECRET_CHATTOKEN: 'x' },
  });
}
