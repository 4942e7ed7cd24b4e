import type { ProtocolModule } from '../protocolModule.ts';
import { createSocketioDecoder } from './socketioDecoder.ts';
import { createSocketioPeer } from './socketioPeer.ts';
import { socketioVerbs } from './socketioVerbs.ts';

const OPEN_PACKET = /^0\{"sid":"[^"]*","upgrades":\[/;

/** Socket.IO with the default parser. */
export const socketio: ProtocolModule = {
  id: 'socket.io',
  title: 'Socket.IO',
  about:
    'Socket.IO 2 (EIO=3), 3 and 4 (EIO=4): namespaces, events, acknowledgements and binary attachments, over Engine.IO.',
  specification: 'https://socket.io/docs/v4/socket-io-protocol/',
  subprotocols: [],
  chores: [
    'Connects to the namespace `/` after the open packet (EIO=4), unless the first step is `@connect`.',
    'Answers the pings of the server (EIO=4), or sends pings at the interval that the server names (EIO=3).',
  ],
  verbs: socketioVerbs,
  closeCodes: {},
  detect: {
    subprotocol: () => undefined,
    url(url) {
      const version = /[?&]EIO=(\d+)/.exec(url)?.[1];
      if (url.includes('/socket.io/')) {
        return version === undefined ? 'path /socket.io/' : `path /socket.io/, EIO=${version}`;
      }
      return version === undefined ? undefined : `EIO=${version}`;
    },
    message: ({ kind, data, from }) => {
      if (kind !== 'text' || from !== 'server' || data.length > 2000) return undefined;
      return OPEN_PACKET.test(new TextDecoder().decode(data)) ? 'open packet of Engine.IO' : undefined;
    },
  },
  createDecoder: createSocketioDecoder,
  createPeer: (context, role, ports) => createSocketioPeer(context, role, ports, 'default'),
};

/**
 * Socket.IO with socket.io-msgpack-parser on both sides. Its packets are recognised either way; only sending differs.
 */
export const socketioMsgpack: ProtocolModule = {
  ...socketio,
  id: 'socket.io-msgpack',
  title: 'Socket.IO with MessagePack',
  about: 'Socket.IO with socket.io-msgpack-parser on both sides.',
  specification: 'https://socket.io/docs/v4/custom-parser/',
  detect: { subprotocol: () => undefined, url: () => undefined, message: () => undefined },
  createPeer: (context, role, ports) => createSocketioPeer(context, role, ports, 'msgpack'),
};
