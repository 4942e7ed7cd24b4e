import type { ProtocolModule } from '../protocolModule.ts';
import { createStreamDecoder } from '../stream/streamDecoder.ts';
import { createNatsPeer } from './natsPeer.ts';
import { createNatsStreams } from './natsUnit.ts';
import { natsVerbs } from './natsVerbs.ts';

const utf8 = new TextDecoder();

export const nats: ProtocolModule = {
  id: 'nats',
  title: 'NATS',
  about:
    'The protocol of NATS clients over WebSocket, with messages that share WebSocket messages or span them.',
  specification: 'https://docs.nats.io/reference/reference-protocols/nats-protocol',
  subprotocols: [],
  chores: [
    'Sends CONNECT without credentials and PING after INFO, unless the first step is `@connect`, and waits for PONG.',
    'Sends PONG for each PING.',
  ],
  verbs: natsVerbs,
  closeCodes: {},
  topics: { separator: '.' },
  detect: {
    subprotocol: (name) => (name === 'nats' ? 'subprotocol nats' : undefined),
    url: () => undefined,
    message: ({ from, data }) =>
      from === 'server' && /^INFO\s+\{/i.test(utf8.decode(data.subarray(0, 16)))
        ? 'first message INFO'
        : undefined,
  },
  createDecoder: (_, checkpoint) => createStreamDecoder((state) => createNatsStreams(state), checkpoint),
  createPeer: createNatsPeer,
};
