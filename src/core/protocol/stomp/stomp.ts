import type { ProtocolModule } from '../protocolModule.ts';
import { createStreamDecoder } from '../stream/streamDecoder.ts';
import { commandAt } from './frame.ts';
import { createStompPeer } from './stompPeer.ts';
import { createStompStreams } from './stompUnit.ts';
import { stompVerbs } from './stompVerbs.ts';

export const stomp: ProtocolModule = {
  id: 'stomp',
  title: 'STOMP',
  about: 'STOMP 1.0, 1.1 and 1.2, as Spring, RabbitMQ and ActiveMQ speak it.',
  specification: 'https://stomp.github.io/stomp-specification-1.2.html',
  subprotocols: ['v12.stomp', 'v11.stomp', 'v10.stomp'],
  chores: [
    'Sends CONNECT without a login, unless the first step is `@connect`, and waits for CONNECTED.',
    'Sends beats as often as both sides agree: 10 seconds, or longer if the server wants them less often.',
    'Sends DISCONNECT when you disconnect.',
  ],
  verbs: stompVerbs,
  closeCodes: {},
  topics: { separator: '/', excluded: ['ACK', 'NACK', 'BEGIN', 'COMMIT', 'ABORT'] },
  detect: {
    subprotocol: (name) => (/^v1[012]\.stomp$/.test(name) ? `subprotocol ${name}` : undefined),
    url: () => undefined,
    message({ data }) {
      const command = commandAt(data, 0);
      return typeof command === 'string' && data.includes(0) ? `first frame ${command}` : undefined;
    },
  },
  createDecoder: ({ subprotocol }, checkpoint) =>
    createStreamDecoder((state) => createStompStreams(subprotocol, state), checkpoint),
  createPeer: createStompPeer,
};
