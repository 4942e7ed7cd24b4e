import { graphqlLegacy, graphqlTransport } from './graphql/graphql.ts';
import { phoenix } from './phoenix/phoenix.ts';
import { mqtt } from './mqtt/mqtt.ts';
import type { Evidence, ProtocolModule } from './protocolModule.ts';
import { nats } from './nats/nats.ts';
import { signalr, signalrMsgpack } from './signalr/signalr.ts';
import { socketio, socketioMsgpack } from './socketio/socketio.ts';
import { sockjsStomp, sockjsWith } from './sockjs/sockjs.ts';
import { stomp } from './stomp/stomp.ts';
import type { ProtocolTable } from './table/protocolTable.ts';
import { serializedTable } from './table/serializedTable.ts';
import { tableModule } from './table/tableModule.ts';
import { actionCable } from './tables/actionCable.ts';
import { centrifugo } from './tables/centrifugo.ts';
import { cdp, jsonRpc } from './tables/jsonRpc.ts';
import { ocpp } from './tables/ocpp.ts';
import { pusher } from './tables/pusher.ts';
import { homeAssistant, openaiRealtime } from './tables/typedMessages.ts';
import { wamp, wampCbor, wampMsgpack } from './tables/wamp.ts';

/** Its URL is recognised by the application key together with a parameter that other URLs have too. */
const pusherModule = tableModule(pusher);
const PUSHER_URL = /\/app\/[^/?]+\?(?:[^#]*&)?protocol=\d/;

/** Protocols that may also travel inside SockJS. */
const PLAIN_PROTOCOLS: readonly ProtocolModule[] = [
  socketio,
  socketioMsgpack,
  graphqlTransport,
  graphqlLegacy,
  stomp,
  signalr,
  signalrMsgpack,
  mqtt,
  nats,
  tableModule(jsonRpc),
  tableModule(cdp),
  tableModule(ocpp),
  phoenix,
  tableModule(actionCable),
  {
    ...pusherModule,
    detect: {
      ...pusherModule.detect,
      url: (url) => (PUSHER_URL.test(url) ? 'URL with /app/KEY?protocol=' : undefined),
    },
  },
  tableModule(centrifugo),
  tableModule(wamp),
  serializedTable(wampMsgpack, 'msgpack'),
  serializedTable(wampCbor, 'cbor'),
  tableModule(homeAssistant),
  tableModule(openaiRealtime),
];

/** Every built-in protocol, in the order of lists and of detection. */
export const PROTOCOLS: readonly ProtocolModule[] = [
  sockjsWith(PLAIN_PROTOCOLS),
  sockjsStomp,
  ...PLAIN_PROTOCOLS,
];

let tables: readonly ProtocolTable[] = [];
let known = PROTOCOLS;

/**
 * Sets the protocols that the user defines, for this process and thread. They come before the built-in ones, because they
 * are more specific: an exchange feed may look like JSON-RPC.
 * @param given tables without problems (tableProblems.ts)
 */
export function setUserTables(given: readonly ProtocolTable[]): void {
  tables = given;
  known = protocolsWithTables(given);
}

/** The tables of the user; another array after each change. */
export function userTables(): readonly ProtocolTable[] {
  return tables;
}

/** Every protocol of the user, then every built-in one. */
export function knownProtocols(): readonly ProtocolModule[] {
  return known;
}

/** The same for other tables than those of this process. */
export function protocolsWithTables(given: readonly ProtocolTable[]): readonly ProtocolModule[] {
  return given.length === 0 ? PROTOCOLS : [...given.map((table) => tableModule(table)), ...PROTOCOLS];
}

/** The values of the option `protocol` other than the id of a protocol. */
export const AUTO_PROTOCOL = 'auto';
export const NO_PROTOCOL = 'none';

/** A protocol that was recognised. */
export interface Detection {
  readonly protocol: ProtocolModule;
  /** For example `Socket.IO: path /socket.io/, EIO=4`. */
  readonly reason: string;
}

/** Messages that detection examines before it gives up. */
export const MAX_DETECTED_MESSAGES = 3;

export function findProtocol(
  id: string,
  protocols: readonly ProtocolModule[] = known,
): ProtocolModule | undefined {
  return protocols.find((protocol) => protocol.id === id);
}

/** Checks the subprotocol, then the URL, then the first messages. */
export function detectProtocol(
  { subprotocol, url, messages }: Evidence,
  protocols: readonly ProtocolModule[] = known,
): Detection | undefined {
  const first = (ask: (protocol: ProtocolModule) => string | undefined): Detection | undefined => {
    for (const protocol of protocols) {
      const reason = ask(protocol);
      if (reason !== undefined) return { protocol, reason: `${protocol.title}: ${reason}` };
    }
    return undefined;
  };
  if (subprotocol !== '') {
    const found = first(({ detect }) => detect.subprotocol(subprotocol));
    if (found) return found;
  }
  const byUrl = first(({ detect }) => detect.url(url));
  if (byUrl) return byUrl;
  for (const message of messages.slice(0, MAX_DETECTED_MESSAGES)) {
    const found = first(({ detect }) => detect.message(message));
    if (found) return found;
  }
  return undefined;
}
