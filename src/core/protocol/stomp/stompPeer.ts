import { joinBytes } from '../../codec/joinBytes.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import type { Opening, Peer, PeerPorts, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import { ByteStream } from '../stream/byteStream.ts';
import { type DecodedUnit, decodedText, wholeNumber } from '../unit.ts';
import { type Encoded, type EncodeProblem, callMismatch, refusalSentence, type VerbCall } from '../verb.ts';
import { stompHeader, type StompHeaders, type StompVersion, writeHeader } from './frame.ts';
import { agreedVersion, createStompStreams, versionOf } from './stompUnit.ts';
import { stompVerbs } from './stompVerbs.ts';

/** Milliseconds between heartbeats that this side offers and requests, like stompjs. */
const BEAT = 10_000;

/** Maximum subscriptions of a client that a server keeps. */
const MAX_SUBSCRIPTIONS = 1000;

/** Maximum characters of an ERROR frame's body in a refusal. */
const MAX_DETAIL_CHARS = 200;

/** The initial counts. A count is the last id that was used, except that ids of subscriptions start at 0. */
const INITIAL_COUNTS = { subscription: 1, receipt: 0, transaction: 0, message: 0 };

const SUBPROTOCOL = /^v1[012]\.stomp$/;

const encoder = new TextEncoder();

/** One side of a STOMP connection: its opening, its heartbeats, the ids of its subscriptions and receipts. */
export function createStompPeer({ url, subprotocol }: ProtocolContext, role: Role, _ports: PeerPorts): Peer {
  let opening: Opening = { state: 'accepted' };
  let isConnected = false;
  let version = versionOf(subprotocol);
  let offered = BEAT;
  let interval: number | undefined;
  const counts = { subscription: 0, receipt: 0, transaction: 0, message: 0 };
  /** By destination, the most recent one last. */
  const subscriptions = new Map<string, string>();
  /** As a server: the subscriptions of its client, by id. */
  const served = new Map<string, { readonly destination: string; readonly acknowledges: boolean }>();
  let transaction: string | undefined;
  const received = new ByteStream(createStompStreams(subprotocol)[role === 'client' ? 'server' : 'client']);
  const sent = new ByteStream(createStompStreams(subprotocol)[role]);

  const connectHeaders = (given: StompHeaders): StompHeaders => {
    const accepted = SUBPROTOCOL.test(subprotocol) ? version : '1.0,1.1,1.2';
    return withDefaults(given, [
      ['accept-version', accepted],
      ['host', hostOf(url)],
      ['heart-beat', `${BEAT},${BEAT}`],
    ]);
  };

  const connect = (given: StompHeaders): OutgoingMessage[] => {
    const headers = connectHeaders(given);
    offered = beatsOf(headers)[0];
    return frame('CONNECT', headers, version) ?? [];
  };

  const clientHears = ({ label = '', headers = [], type, error, payload }: DecodedUnit): void => {
    if (label.startsWith('CONNECTED')) {
      version = agreedVersion(headers);
      const wanted = beatsOf(headers)[1];
      interval = offered > 0 && wanted > 0 ? Math.max(offered, wanted) : undefined;
      opening = { state: 'accepted' };
      isConnected = true;
    } else if (type === 'error') {
      const details = payload && decodedText(payload)?.trim().split('\n')[0]?.slice(0, MAX_DETAIL_CHARS);
      const said = [error, details].filter((part) => part !== undefined && part !== '').join(': ');
      opening = { state: 'refused', reason: refusalSentence('the STOMP session', said) };
    }
  };

  const says = ({ label = '', headers = [], type, name }: DecodedUnit): void => {
    const [command = ''] = label.split(' ', 1);
    const count = (kind: keyof typeof counts, id: string | undefined, prefix: string): void => {
      const number = id?.startsWith(prefix) === true ? wholeNumber(id.slice(prefix.length)) : undefined;
      if (number !== undefined) counts[kind] = Math.max(counts[kind], number + INITIAL_COUNTS[kind]);
    };
    const id = stompHeader(headers, 'id');
    count('receipt', stompHeader(headers, 'receipt'), 'receipt-');
    if (command === 'CONNECT' || command === 'STOMP') opening = { state: 'waiting' };
    else if (type === 'subscribe') {
      subscriptions.delete(name);
      subscriptions.set(name, id ?? name);
      count('subscription', id, 'sub-');
    } else if (type === 'unsubscribe') {
      const known = [...subscriptions].find(([destination, each]) => each === id || destination === name);
      if (known) subscriptions.delete(known[0]);
    } else if (command === 'BEGIN') {
      transaction = stompHeader(headers, 'transaction');
      count('transaction', transaction, 'tx-');
    }
  };

  const serverHears = ({ label = '', headers = [], type, name }: DecodedUnit): OutgoingMessage[] => {
    const receipt = stompHeader(headers, 'receipt');
    const answers: OutgoingMessage[] = [];
    if (label === 'CONNECT' || label === 'STOMP') {
      const versions = (stompHeader(headers, 'accept-version') ?? '1.0').split(',');
      version = (['1.2', '1.1', '1.0'] as const).find((each) => versions.includes(each)) ?? '1.2';
      answers.push(
        ...(frame(
          'CONNECTED',
          [
            ['version', version],
            ['heart-beat', '0,0'],
          ],
          version,
        ) ?? []),
      );
    }
    const id = stompHeader(headers, 'id');
    if (type === 'subscribe' && served.size < MAX_SUBSCRIPTIONS)
      served.set(id ?? name, {
        destination: name,
        acknowledges: (stompHeader(headers, 'ack') ?? 'auto') !== 'auto',
      });
    // In 1.0 the destination may stand in the place of the id.
    else if (type === 'unsubscribe') served.delete(id ?? name);
    if (receipt !== undefined) answers.push(...(frame('RECEIPT', [['receipt-id', receipt]], version) ?? []));
    return answers;
  };

  const headersOf = (call: VerbCall): StompHeaders | EncodeProblem => {
    const [first = ''] = call.arguments;
    switch (call.verb) {
      case 'send':
        return withDefaults(call.headers, [['destination', first]]);
      case 'error': {
        const receipt = call.taken?.id;
        return withDefaults(call.headers, [
          ...(first === '' ? [] : [['message', first] as const]),
          ...(receipt === undefined ? [] : [['receipt-id', JSON.parse(receipt) as string] as const]),
        ]);
      }
      case 'subscribe': {
        const id = stompHeader(call.headers, 'id') ?? `sub-${counts.subscription++}`;
        subscriptions.delete(first);
        subscriptions.set(first, id);
        const { ack } = call.options;
        return withDefaults(call.headers, [
          ['id', id],
          ['destination', first],
          ...(ack === undefined ? [] : [['ack', ack] as const]),
        ]);
      }
      case 'unsubscribe': {
        const last = [...subscriptions].at(-1);
        const id = first === '' ? last?.[1] : (subscriptions.get(first) ?? first);
        if (id === undefined)
          return { problem: '@unsubscribe needs a destination: no verb before it named one.' };
        const destination = [...subscriptions].find(([, each]) => each === id)?.[0];
        if (destination !== undefined) subscriptions.delete(destination);
        return withDefaults(call.headers, [
          ['id', id],
          ...(version === '1.0' && destination !== undefined ? [['destination', destination] as const] : []),
        ]);
      }
      case 'ack':
      case 'nack':
        return acknowledgement(call, version);
      case 'begin':
      case 'commit':
      case 'abort': {
        if (call.verb === 'begin') transaction = first === '' ? `tx-${++counts.transaction}` : first;
        const named = first === '' ? transaction : first;
        if (named === undefined)
          return { problem: `@${call.verb} needs a transaction: no @begin before it named one.` };
        return withDefaults(call.headers, [['transaction', named]]);
      }
      default:
        return call.headers;
    }
  };

  /** A MESSAGE for each subscription of its destination. A client without one gets it under no subscription. */
  const messageFrames = ({ arguments: [destination = ''], ...call }: VerbCall): Encoded => {
    const found = [...served].filter(([, each]) => each.destination === destination);
    if (found.length === 0 && call.isBroadcast === true) return { messages: [], awaits: undefined };
    const targets = found.length > 0 ? found : [['', { acknowledges: false }] as const];
    const messages: OutgoingMessage[] = [];
    for (const [id, { acknowledges }] of targets) {
      const number = String(++counts.message);
      const headers = withDefaults(call.headers, [
        ['subscription', id],
        ['message-id', number],
        ['destination', destination],
        // Since 1.2, ACK and NACK name this header.
        ...(acknowledges && version === '1.2' ? [['ack', number] as const] : []),
      ]);
      const made = frame('MESSAGE', headers, version, bodyOf(call), call.bytes !== undefined);
      if (!made) return { problem: unwritable(version) };
      messages.push(...made);
    }
    return { messages, awaits: undefined };
  };

  const encode = (call: VerbCall): Encoded => {
    const spec = stompVerbs.find(({ name }) => name === call.verb);
    if (!spec) return { problem: `STOMP has no verb @${call.verb}.` };
    const wrong = callMismatch(spec, call);
    if (wrong) return wrong;
    if (call.verb === 'receipt') return { problem: '@receipt stands beside another verb, such as @send.' };
    if (call.verb === 'connect') {
      const messages = connect(call.headers);
      if (messages.length === 0) return { problem: unwritable('1.0') };
      opening = { state: 'waiting' };
      return { messages, awaits: undefined };
    }
    if (call.verb === 'message') return messageFrames(call);
    const own = headersOf(call);
    if ('problem' in own) return own;
    const asks = call.beside.includes('receipt') && stompHeader(own, 'receipt') === undefined;
    const headers: StompHeaders = asks ? [...own, ['receipt', `receipt-${++counts.receipt}`]] : own;
    const messages = frame(call.verb.toUpperCase(), headers, version, bodyOf(call), call.bytes !== undefined);
    if (!messages) return { problem: unwritable(version) };
    if (call.verb === 'disconnect') isConnected = false;
    const receipt = stompHeader(headers, 'receipt');
    return { messages, awaits: receipt === undefined ? undefined : JSON.stringify(receipt) };
  };

  return {
    get opening() {
      return opening;
    },
    start(opens) {
      if (role === 'server' || !opens) return [];
      opening = { state: 'waiting' };
      return connect([]);
    },
    receive({ data }: WireMessage) {
      // A client needs no further messages once the session is open.
      if (role === 'client' && opening.state !== 'waiting') return [];
      const { units } = received.push(data);
      if (role === 'server') return units.flatMap(serverHears);
      for (const unit of units) if (opening.state === 'waiting') clientHears(unit);
      return [];
    },
    follow({ data }: WireMessage) {
      if (role === 'client') for (const unit of sent.push(data).units) says(unit);
    },
    listens: true,
    get beatInterval() {
      return interval;
    },
    beat: () => [{ kind: 'text', data: encoder.encode('\n') }],
    finish: () => (isConnected ? (frame('DISCONNECT', [], version) ?? []) : []),
    encode,
  };
}

/** @returns undefined if a header cannot be written in this version */
function frame(
  command: string,
  headers: StompHeaders,
  version: StompVersion,
  body?: Uint8Array,
  isBinary = false,
): [OutgoingMessage] | undefined {
  const all = body === undefined ? headers : withDefaults(headers, [['content-length', String(body.length)]]);
  const header = writeHeader(command, all, version);
  if (header === undefined) return undefined;
  const data = joinBytes([encoder.encode(header), ...(body ? [body] : []), Uint8Array.of(0)]);
  return [{ kind: isBinary ? 'binary' : 'text', data }];
}

function bodyOf({ bytes, body }: Pick<VerbCall, 'bytes' | 'body'>): Uint8Array | undefined {
  return bytes ?? (body === undefined ? undefined : encoder.encode(body));
}

/** Headers of the user replace the defaults of the same name. */
function withDefaults(given: StompHeaders, defaults: StompHeaders): StompHeaders {
  return [...defaults.filter(([name]) => stompHeader(given, name) === undefined), ...given];
}

/** In milliseconds: how often the sender of a frame can send heartbeats, and wants them. */
function beatsOf(headers: StompHeaders): readonly [sends: number, wants: number] {
  const [, sends = '0', wants = '0'] =
    /^(\d{1,9}),(\d{1,9})$/.exec(stompHeader(headers, 'heart-beat') ?? '') ?? [];
  return [Number(sends), Number(wants)];
}

function hostOf(url: string): string {
  return /^[a-z+]+:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url)?.[1] ?? '';
}

/** STOMP 1.2 names the header `ack`; 1.1 the message and its subscription, 1.0 the message alone. */
function acknowledgement({ verb, arguments: given, taken, headers }: VerbCall, version: StompVersion) {
  if (verb === 'nack' && version === '1.0') return { problem: 'STOMP 1.0 has no NACK.' };
  const known = taken?.headers ?? [];
  const id =
    given[0] ||
    (version === '1.2' ? stompHeader(known, 'ack') : undefined) ||
    stompHeader(known, 'message-id');
  // A rehearsal has no real message.
  if (id === undefined && taken?.headers !== undefined)
    return { problem: `@${verb} acknowledges a message, and the step took none.` };
  if (version === '1.2') return withDefaults(headers, [['id', id ?? '']]);
  const subscription = stompHeader(known, 'subscription');
  return withDefaults(headers, [
    ['message-id', id ?? ''],
    ...(version === '1.0' || subscription === undefined ? [] : [['subscription', subscription] as const]),
  ]);
}

function unwritable(version: StompVersion): string {
  const why =
    version === '1.2' ? 'a name without characters, or a NUL' : 'a line end, or a colon in its name';
  return `A header cannot be written in STOMP ${version}: it has ${why}.`;
}
