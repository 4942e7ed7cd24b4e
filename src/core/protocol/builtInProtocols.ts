import { graphqlLegacy, graphqlTransport } from './graphql/graphql.ts';
import { phoenix } from './phoenix/phoenix.ts';
import { mqtt } from './mqtt/mqtt.ts';
import type { ProtocolModule } from './protocolModule.ts';
import { nats } from './nats/nats.ts';
import { signalr, signalrMsgpack } from './signalr/signalr.ts';
import { socketio, socketioMsgpack } from './socketio/socketio.ts';
import { sockjsStomp, sockjsWith } from './sockjs/sockjs.ts';
import { stomp } from './stomp/stomp.ts';
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
