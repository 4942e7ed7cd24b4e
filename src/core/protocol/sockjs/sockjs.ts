import type { Peer, ProtocolModule } from '../protocolModule.ts';
import { stomp } from '../stomp/stomp.ts';
import { callMismatch, verb } from '../verb.ts';
import { createSockjsDecoder } from './sockjsDecoder.ts';
import { createSockjsPeer } from './sockjsPeer.ts';

// Phoenix and Centrifugo have paths with this end too: here a server of three digits and a session stand before it.
const SESSION_URL = /\/\d{3}\/[^/.?#]+\/websocket(?:[?#]|$)/;

const send = verb({
  name: 'send',
  body: 'text',
  bodyName: 'message',
  bodyOptional: false,
  role: 'both',
  about: 'Sends a text inside SockJS: Duplex writes it as a JSON array of strings.',
  sample: { line: '', body: '{"text": "Hello"}' },
});

/** The verbs inside SockJS if no inner protocol is known. */
function textPeer(): Peer {
  return {
    opening: { state: 'accepted' },
    start: () => [],
    receive: () => [],
    follow: () => undefined,
    listens: false,
    beatInterval: undefined,
    beat: () => [],
    finish: () => [],
    encode(call) {
      if (call.verb !== send.name) return { problem: `SockJS has no verb @${call.verb}.` };
      const wrong = callMismatch(send, call);
      if (wrong) return wrong;
      const data = new TextEncoder().encode(call.body);
      return { messages: [{ kind: 'text', data }], awaits: undefined };
    },
  };
}

/** SockJS with any of these protocols inside, recognised by its first messages. */
export function sockjsWith(protocols: readonly ProtocolModule[]): ProtocolModule {
  return {
    id: 'sockjs',
    title: 'SockJS',
    about: 'SockJS over WebSocket, with the protocol inside its messages.',
    specification: 'https://sockjs.github.io/sockjs-protocol/sockjs-protocol-0.3.3.html',
    subprotocols: [],
    chores: ['Waits for the frame `o`.'],
    verbs: [send],
    closeCodes: {},
    topics: stomp.topics!,
    detect: {
      subprotocol: () => undefined,
      url: (url) => (SESSION_URL.test(url) ? 'path /SERVER/SESSION/websocket' : undefined),
      message: ({ kind, from, data }) =>
        kind === 'text' && from === 'server' && data.length === 1 && data[0] === 0x6f
          ? 'first frame o'
          : undefined,
    },
    createDecoder: (context, checkpoint) =>
      createSockjsDecoder(
        context,
        (message) => protocols.find(({ detect }) => detect.message(message) !== undefined),
        (id) => protocols.find((each) => each.id === id),
        checkpoint,
      ),
    createPeer: (_, role) => createSockjsPeer(role, textPeer()),
  };
}

/** STOMP inside SockJS, as Spring speaks it. */
export const sockjsStomp: ProtocolModule = {
  ...stomp,
  id: 'sockjs-stomp',
  title: 'STOMP in SockJS',
  about: 'STOMP inside SockJS, as Spring speaks it with withSockJS().',
  subprotocols: [],
  chores: ['Waits for the frame `o` of SockJS.', ...stomp.chores],
  detect: { subprotocol: () => undefined, url: () => undefined, message: () => undefined },
  createDecoder: (context, checkpoint) =>
    createSockjsDecoder(
      context,
      () => stomp,
      () => stomp,
      checkpoint,
    ),
  createPeer: (context, role, ports) =>
    createSockjsPeer(role, stomp.createPeer({ ...context, subprotocol: '' }, role, ports)),
};
