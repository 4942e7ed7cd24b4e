import type { OutgoingMessage } from '../../../shared/session.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';
import type { Opening, Peer, PeerPorts, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import { pairKey, wholeNumber } from '../unit.ts';
import { type Encoded, type EncodeProblem, callMismatch, refusalSentence, type VerbCall } from '../verb.ts';
import { PACKET, readPacket } from './packet.ts';
import { looksLikeMsgpack, readMsgpackPacket } from './msgpackPacket.ts';
import { socketioVerbs } from './socketioVerbs.ts';
import { type OutgoingPacket, type PacketStyle, text, writePacket } from './socketioWriter.ts';

const OPEN = 0x30;
const PING = 0x32;
const MESSAGE = 0x34;

/** Maximum size of the packets of an opening; a longer message cannot be one and is not parsed. */
const MAX_OPENING_BYTES = 64 * 1024;

/** Maximum namespaces of a client that a server keeps. */
const MAX_NAMESPACES = 1000;

const DEFAULT_PING_INTERVAL = 25_000;

/**
 * One side of a Socket.IO connection: its opening, its heartbeat, its ids and the most recently connected namespace.
 */
export function createSocketioPeer(
  { url }: ProtocolContext,
  role: Role,
  ports: PeerPorts,
  parser: PacketStyle['parser'],
): Peer {
  const style: PacketStyle = { engine: /[?&]EIO=3(?:&|$)/.test(url) ? 3 : 4, parser };
  let opening: Opening = { state: role === 'client' ? 'waiting' : 'accepted' };
  let connectsItself = true;
  let namespace = '/';
  /** As a server: the namespaces that its client is connected to. */
  const joined = new Set<string>(style.engine === 3 ? ['/'] : []);
  let nextId = 0;
  let pingInterval = DEFAULT_PING_INTERVAL;

  const write = (packet: OutgoingPacket): OutgoingMessage[] => writePacket(packet, style) ?? [];
  const connect = (to: string, data: string | undefined): OutgoingMessage[] =>
    write({ type: PACKET.connect, namespace: to, id: undefined, data });

  /** The server's open packet sets the ping interval; then the client connects. */
  const opened = (data: Uint8Array): OutgoingMessage[] => {
    const json = readJson(data, 1);
    const interval = isProblem(json)
      ? undefined
      : (json.value as { pingInterval?: unknown } | null)?.pingInterval;
    if (typeof interval === 'number' && interval >= 1000) pingInterval = interval;
    return connectsItself && style.engine === 4 ? connect('/', undefined) : [];
  };

  const clientReceives = ({ kind, data }: WireMessage): OutgoingMessage[] => {
    if (kind === 'text' && data.length === 1 && data[0] === PING && style.engine === 4) return [text('3')];
    if (opening.state !== 'waiting' || data.length > MAX_OPENING_BYTES) return [];
    if (kind === 'text' && data[0] === OPEN) return opened(data);
    opening = answerTo(namespace, kind, data) ?? opening;
    return [];
  };

  const serverReceives = ({ kind, data }: WireMessage): OutgoingMessage[] => {
    if (kind === 'text' && data[0] === PING && data.length <= 6)
      return [text(data.length > 1 ? '3probe' : '3')];
    const packet = data.length > MAX_OPENING_BYTES ? undefined : openingPacket('client', kind, data);
    if (packet?.type === PACKET.disconnect) joined.delete(packet.namespace);
    if (packet?.type !== PACKET.connect) return [];
    namespace = withoutQuery(packet.namespace);
    if (joined.size < MAX_NAMESPACES) joined.add(namespace);
    const sid = style.engine === 4 ? JSON.stringify({ sid: ports.uniqueId() }) : undefined;
    return connect(packet.namespace, sid);
  };

  const encode = (call: VerbCall): Encoded => {
    const spec = socketioVerbs.find(({ name }) => name === call.verb);
    if (!spec) return { problem: `Socket.IO has no verb @${call.verb}.` };
    const wrong = callMismatch(spec, call);
    if (wrong) return wrong;
    // A server sends to the namespace of the event that its step took.
    const current = (role === 'server' ? call.taken?.scope : undefined) ?? namespace;
    if (call.isBroadcast === true && call.verb === 'emit' && !joined.has(current))
      return { messages: [], awaits: undefined };
    const packet = outgoing(call, current, style.engine);
    if (isEncodeProblem(packet)) return packet;
    const asks = call.verb === 'emit' && call.beside.includes('ack');
    const id = asks ? String(nextId++) : packet.id;
    const messages = writePacket({ ...packet, id }, style);
    if (!messages) return { problem: `A {"$base64": "…"} in the payload of @${call.verb} is not base64.` };
    if (call.verb === 'connect') {
      namespace = withoutQuery(packet.namespace);
      opening = { state: 'waiting' };
    }
    return { messages, awaits: asks && id !== undefined ? pairKey(packet.namespace, id) : undefined };
  };

  return {
    get opening() {
      return opening;
    },
    start(opens) {
      connectsItself = opens;
      if (role === 'client') return [];
      const hello = {
        sid: ports.uniqueId(),
        upgrades: [],
        pingInterval,
        pingTimeout: 20_000,
        maxPayload: 1_000_000,
      };
      return [text(`0${JSON.stringify(hello)}`), ...(style.engine === 3 ? connect('/', undefined) : [])];
    },
    receive: role === 'client' ? clientReceives : serverReceives,
    follow({ kind, data }) {
      const packet = role === 'client' ? sentPacket(kind, data, parser) : undefined;
      if (packet === undefined) return;
      if (packet.isConnect) {
        namespace = withoutQuery(packet.namespace);
        opening = { state: 'waiting' };
      } else nextId = Math.max(nextId, (wholeNumber(packet.id ?? '') ?? -1) + 1);
    },
    listens: true,
    get beatInterval() {
      // Engine.IO 3 pings from the client, 4 from the server.
      return (style.engine === 3) === (role === 'client') ? pingInterval : undefined;
    },
    beat: () => [text('2')],
    finish: () => [],
    encode,
  };
}

/** Version 2 connects to a namespace with a query, which the server may return, and sends events without it. */
function withoutQuery(namespace: string): string {
  return namespace.split('?')[0]!;
}

function answerTo(namespace: string, kind: WireMessage['kind'], data: Uint8Array): Opening | undefined {
  const packet = openingPacket('server', kind, data);
  if (!packet || withoutQuery(packet.namespace) !== namespace) return undefined;
  if (packet.type === PACKET.connect) return { state: 'accepted' };
  if (packet.type !== PACKET.connectError) return undefined;
  return { state: 'refused', reason: refusalSentence(`the namespace ${namespace}`, packet.error) };
}

const OPENING_TYPES: Readonly<Record<string, number>> = {
  CONNECT: PACKET.connect,
  CONNECT_ERROR: PACKET.connectError,
  DISCONNECT: PACKET.disconnect,
};

/** CONNECT, CONNECT_ERROR and DISCONNECT of either parser. */
function openingPacket(from: Role, kind: WireMessage['kind'], data: Uint8Array) {
  if (kind === 'binary') {
    const content = data[0] === 4 ? data.subarray(1) : data;
    const unit = looksLikeMsgpack(content) ? readMsgpackPacket(content, 0, from).units[0] : undefined;
    const type = OPENING_TYPES[unit?.name ?? ''];
    return unit && type !== undefined ? { type, namespace: unit.scope ?? '/', error: unit.error } : undefined;
  }
  const type = data[0] === MESSAGE ? (data[1] ?? 0) - 0x30 : -1;
  if (!Object.values(OPENING_TYPES).includes(type)) return undefined;
  const packet = readPacket(data, 1);
  if ('code' in packet) return undefined;
  const value = packet.json?.value;
  const error = typeof value === 'string' ? value : (value as { message?: string } | undefined)?.message;
  return { type, namespace: packet.namespace, error };
}

/**
 * The parts of an own packet that later verbs need; undefined for acknowledgements and for messages that are
 * not packets.
 */
function sentPacket(kind: WireMessage['kind'], data: Uint8Array, parser: PacketStyle['parser']) {
  if (kind === 'text') {
    const packet = data[0] === MESSAGE ? readPacket(data, 1) : undefined;
    if (!packet || 'code' in packet || packet.type === PACKET.ack || packet.type === PACKET.binaryAck)
      return undefined;
    return { isConnect: packet.type === PACKET.connect, namespace: packet.namespace, id: packet.id };
  }
  const content = data[0] === 4 ? data.subarray(1) : data;
  const isPacket = parser === 'msgpack' && looksLikeMsgpack(content);
  const unit = isPacket ? readMsgpackPacket(content, 0, 'client').units[0] : undefined;
  return unit && { isConnect: unit.name === 'CONNECT', namespace: unit.scope ?? '/', id: unit.id };
}

/** The packet of a verb. The id of an `@emit` that requests an acknowledgement is added later. */
function outgoing(call: VerbCall, current: string, engine: 3 | 4): OutgoingPacket | EncodeProblem {
  const named = call.arguments[0];
  switch (call.verb) {
    case 'connect':
    case 'disconnect': {
      const namespace =
        named === undefined || named === '' ? (call.verb === 'connect' ? '/' : current) : named;
      if (!namespace.startsWith('/')) {
        return { problem: `A namespace begins with a slash: @${call.verb} /${namespace}` };
      }
      if (call.body !== undefined && engine === 3) {
        return {
          problem:
            'Socket.IO 2 has no auth payload: put it into the query of the namespace, as /admin?token=….',
        };
      }
      const auth = call.body === undefined ? undefined : jsonBody(call.body, call.verb, 'object');
      if (isEncodeProblem(auth)) return auth;
      return {
        type: call.verb === 'connect' ? PACKET.connect : PACKET.disconnect,
        namespace,
        id: undefined,
        data: auth,
      };
    }
    case 'emit': {
      const args = argumentList(call);
      if (isEncodeProblem(args)) return args;
      const data = `[${[JSON.stringify(named), ...(args === '' ? [] : [args])].join(',')}]`;
      return { type: PACKET.event, namespace: current, id: undefined, data };
    }
    default: {
      const id = call.taken?.id;
      if (id === undefined) {
        return {
          problem:
            '@ack acknowledges the event that its step took: wait for one that asks for it, or put @emit beside it.',
        };
      }
      const args = argumentList(call);
      if (isEncodeProblem(args)) return args;
      return { type: PACKET.ack, namespace: call.taken?.scope ?? '/', id, data: `[${args}]` };
    }
  }
}

/** The arguments without the brackets of their array. */
function argumentList({ body, verb }: VerbCall): string | EncodeProblem {
  if (body === undefined || body.trim() === '') return '';
  const json = jsonBody(body, verb);
  if (isEncodeProblem(json)) return json;
  return json.startsWith('[') ? json.slice(1, -1).trim() : json;
}
