import { encode } from '../../codec/msgpackPackage.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';
import { underivedValue } from '../json/underivedValue.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import { MAX_PAYLOAD_DEPTH } from '../limits.ts';
import type { Opening, Peer, Role, WireMessage } from '../protocolModule.ts';
import { type Encoded, callMismatch, refusalSentence, type VerbCall } from '../verb.ts';
import { hubFrames, withLength } from './hubFrames.ts';
import { HUB, PAYLOAD_MEMBERS, readHubMessage, COMPLETION_RESULT } from './hubMessage.ts';
import { pairKey, wholeNumber } from '../unit.ts';
import { invokerScope } from './signalrDecoder.ts';
import { signalrVerbs } from './signalrVerbs.ts';

export type HubFormat = 'json' | 'messagepack';

/** Milliseconds without a sent message after which clients ping. */
const PING_INTERVAL = 15_000;

/** Maximum size of the answer to a handshake; a longer message cannot be one and is not parsed. */
const MAX_OPENING_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** One side of a connection to a hub: the handshake, its pings, the ids of its invocations. */
export function createSignalrPeer(role: Role, asked: HubFormat): Peer {
  let format = asked;
  let opening: Opening = { state: 'waiting' };
  let nextId = 1;
  /** Stream invocations that can be cancelled, the latest one last. */
  const streams = new Set<string>();

  const write = (message: HubOutgoing): OutgoingMessage =>
    format === 'json' ? textMessage(jsonMessage(message)) : binaryMessage(message);

  /** Invocations and uploads of a side share their ids. */
  const reserve = (id: string): void => {
    nextId = Math.max(nextId, (wholeNumber(id) ?? 0) + 1);
  };

  const clientReceives = ({ kind, data }: WireMessage): OutgoingMessage[] => {
    if (opening.state === 'waiting' && data.length <= MAX_OPENING_BYTES) {
      const [frame] = hubFrames(data, kind);
      const answer = frame && !('code' in frame) ? readHubMessage(data, frame) : undefined;
      if (answer && !('code' in answer)) {
        // A Close instead of an answer is also a refusal.
        const refused = answer.type === HUB.close || answer.error !== undefined;
        if (refused)
          opening = { state: 'refused', reason: refusalSentence('the handshake of SignalR', answer.error) };
        else if (answer.type === undefined) opening = { state: 'accepted' };
      }
    }
    return [];
  };

  const serverReceives = ({ kind, data }: WireMessage): OutgoingMessage[] => {
    if (opening.state !== 'waiting' || data.length > MAX_OPENING_BYTES) return [];
    const [frame] = hubFrames(data, kind);
    const request = frame && !('code' in frame) ? readHubMessage(data, frame) : undefined;
    const named = request && !('code' in request) && request.type === undefined ? request.format : undefined;
    if (named !== 'json' && named !== 'messagepack') {
      const error = `Requested protocol '${named ?? ''}' is not available.`;
      opening = { state: 'refused', reason: error };
      return [textMessage(JSON.stringify({ error }))];
    }
    format = named;
    opening = { state: 'accepted' };
    const answer = textMessage('{}');
    return [format === 'json' ? answer : { ...answer, kind: 'binary' }];
  };

  const encodeVerb = (call: VerbCall): Encoded => {
    const spec = signalrVerbs.find(({ name }) => name === call.verb);
    if (!spec) return { problem: `SignalR has no verb @${call.verb}.` };
    const wrong = callMismatch(spec, call);
    if (wrong) return wrong;
    const [argument] = call.arguments;
    if (call.verb === 'cancel') {
      const id = argument === undefined || argument === '' ? [...streams].at(-1) : argument;
      if (id === undefined) return { problem: '@cancel ends a stream: no @stream is open.' };
      streams.delete(id);
      return {
        messages: [write({ type: HUB.cancelInvocation, headers: call.headers, id })],
        awaits: undefined,
      };
    }
    const { headers } = call;
    const error = call.verb === 'complete-error' ? call.body : undefined;
    const body = error === undefined ? checkedBody(call) : undefined;
    if (isEncodeProblem(body)) return body;
    if (spec.answers) {
      const id =
        argument || (call.taken?.id === undefined ? undefined : (JSON.parse(call.taken.id) as string));
      if (id === undefined)
        return {
          problem: `@${call.verb} answers an invocation with an id: name the id of an upload, or wait for one that asks for a result.`,
        };
      if (call.verb === 'item' && body === undefined)
        return { problem: '@item needs an item as its payload.' };
      const type = call.verb === 'item' ? HUB.streamItem : HUB.completion;
      return { messages: [write({ type, headers, id, payload: body, error })], awaits: undefined };
    }
    const streamIds = call.options['streams']?.split(',') ?? [];
    if (streamIds.includes('') || new Set(streamIds).size < streamIds.length)
      return { problem: `streams of @${call.verb} are different ids with commas between them.` };
    const payload = body === undefined ? '[]' : body.startsWith('[') ? body : `[${body}]`;
    for (const each of streamIds) reserve(each);
    const id = call.verb === 'send' ? undefined : String(nextId++);
    if (call.verb === 'stream') streams.add(id!);
    const type = call.verb === 'stream' ? HUB.streamInvocation : HUB.invocation;
    return {
      messages: [write({ type, headers, id, target: argument!, payload, streamIds })],
      awaits: id === undefined ? undefined : pairKey(invokerScope(role), JSON.stringify(id)),
    };
  };

  return {
    get opening() {
      return opening;
    },
    start: () => (role === 'client' ? [textMessage(JSON.stringify({ protocol: format, version: 1 }))] : []),
    receive: role === 'client' ? clientReceives : serverReceives,
    follow({ kind, data }: WireMessage) {
      for (const frame of hubFrames(data, kind)) {
        const sent = 'code' in frame ? frame : readHubMessage(data, frame);
        if ('code' in sent) return;
        if (sent.format === 'json' || sent.format === 'messagepack') {
          format = sent.format;
          opening = { state: 'waiting' };
        }
        const { id, type, streamIds } = sent;
        for (const each of streamIds) reserve(each);
        if (id === undefined) continue;
        if (type === HUB.streamInvocation) streams.add(id);
        else if (type === HUB.cancelInvocation) streams.delete(id);
        if (type !== HUB.completion) reserve(id);
      }
    },
    listens: true,
    get beatInterval() {
      return opening.state === 'accepted' ? PING_INTERVAL : undefined;
    },
    beat: () => [write({ type: HUB.ping, headers: [] })],
    finish: () => [],
    encode: encodeVerb,
  };
}

interface HubOutgoing {
  readonly type: number;
  readonly headers: VerbCall['headers'];
  readonly id?: string | undefined;
  readonly target?: string;
  /** JSON text of the arguments, the item or the result. */
  readonly payload?: string | undefined;
  readonly error?: string | undefined;
  /** The uploads that an invocation opens. */
  readonly streamIds?: readonly string[];
}

/** JSON that must be valid and not deeper than the decoding limit, because encoders recurse as deeply. */
function checkedBody({ body, verb }: VerbCall): string | undefined | { readonly problem: string } {
  if (body === undefined || body.trim() === '') return undefined;
  const json = jsonBody(body, verb);
  if (isEncodeProblem(json)) return json;
  const read = readJson(encoder.encode(json));
  return isProblem(read) ? { problem: `The payload of @${verb}: ${read.message}` } : json;
}

/** The spelling of the payload is kept. */
function jsonMessage({ type, headers, id, target, payload, error, streamIds = [] }: HubOutgoing): string {
  const head = JSON.stringify({
    type,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(id !== undefined && { invocationId: id }),
    ...(target !== undefined && { target }),
    ...(error !== undefined && { error }),
  });
  if (payload === undefined) return head;
  const uploads = streamIds.length > 0 ? `,"streamIds":${JSON.stringify(streamIds)}` : '';
  return `${head.slice(0, -1)},"${PAYLOAD_MEMBERS[type]}":${payload}${uploads}}`;
}

function binaryMessage(message: HubOutgoing): OutgoingMessage {
  const { type, headers, id, target, payload, error, streamIds = [] } = message;
  const value = payload === undefined ? undefined : underivedValue(payload);
  const list: unknown[] = [type];
  if (type !== HUB.ping) list.push(Object.fromEntries(headers), id ?? null);
  // The last element of an invocation is its list of streams.
  if (target !== undefined) list.push(target, value, streamIds);
  else if (type === HUB.streamItem) list.push(value);
  else if (type === HUB.completion) {
    if (error !== undefined) list.push(COMPLETION_RESULT.error, error);
    else
      list.push(...(payload === undefined ? [COMPLETION_RESULT.nothing] : [COMPLETION_RESULT.value, value]));
  }
  const body = encode(list, { useBigInt64: true, maxDepth: MAX_PAYLOAD_DEPTH + 1 });
  return { kind: 'binary', data: withLength(body) };
}

function textMessage(json: string): OutgoingMessage {
  return { kind: 'text', data: encoder.encode(`${json}\u001e`) };
}
