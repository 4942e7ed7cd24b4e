import type { ProtocolModule } from '../protocolModule.ts';
import { signalrNegotiation } from './negotiation.ts';
import { createSignalrDecoder } from './signalrDecoder.ts';
import { createSignalrPeer } from './signalrPeer.ts';
import { signalrVerbs } from './signalrVerbs.ts';

/** The handshake of the client: it is JSON in both formats, and ends in the record separator. */
const HANDSHAKE = /^\s*\{\s*"protocol"\s*:\s*"(json|messagepack)"\s*,\s*"version"\s*:\s*\d+\s*\}\u001e/;

/** ASP.NET Core SignalR; messages are sent with the JSON hub protocol. */
export const signalr: ProtocolModule = {
  id: 'signalr',
  title: 'SignalR',
  about:
    'ASP.NET Core SignalR: invocations, completions, streams and stateful reconnect of a hub, as JSON or MessagePack.',
  specification: 'https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md',
  subprotocols: [],
  chores: [
    'Negotiates by POST before it connects, unless the URL has an `id`.',

    'Sends the handshake when the connection is open.',
    'Pings after 15 seconds without a message sent.',
  ],
  verbs: signalrVerbs,
  closeCodes: {},
  detect: {
    subprotocol: () => undefined,
    url: () => undefined,
    message: ({ data, from }) => {
      if (from !== 'client' || data[0] !== 0x7b || data.length > 2000) return undefined;
      const format = HANDSHAKE.exec(new TextDecoder().decode(data))?.[1];
      return format === undefined ? undefined : `handshake of the ${format} hub protocol`;
    },
  },
  createDecoder: createSignalrDecoder,
  negotiation: signalrNegotiation,
  createPeer: (_, role) => createSignalrPeer(role, 'json'),
};

/**
 * ASP.NET Core SignalR; messages are sent with the MessagePack hub protocol. Messages in either form are
 * recognised; only sending differs.
 */
export const signalrMsgpack: ProtocolModule = {
  ...signalr,
  id: 'signalr-msgpack',
  title: 'SignalR with MessagePack',
  about: 'ASP.NET Core SignalR with the MessagePack hub protocol.',
  detect: { subprotocol: () => undefined, url: () => undefined, message: () => undefined },
  createPeer: (_, role) => createSignalrPeer(role, 'messagepack'),
};
