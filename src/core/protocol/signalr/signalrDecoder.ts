import type { UnitProblem } from '../../../shared/units.ts';
import { tooLong } from '../json/jsonText.ts';
import { MAX_DECODED_BYTES, MAX_NAME_CHARS } from '../limits.ts';
import type { Decoder, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import type { Decoded, DecodedUnit } from '../unit.ts';
import { type HubFrame, hubFrames } from './hubFrames.ts';
import { HUB, type HubMessage, readHubMessage } from './hubMessage.ts';

/**
 * Maximum invocations and uploads that wait for completion. The oldest are forgotten, and their items then have no
 * name.
 */
export const MAX_OPEN_INVOCATIONS = 1000;

/** The open invocations of a side: the target by id. Each side counts its own ids. */
type OpenIds = Map<string, string>;

interface State {
  /** Invocations by the invoking side. */
  readonly invoked: Readonly<Record<Role, OpenIds>>;
  /** Streams that belong to an invocation, by the sending side. */
  readonly uploads: Readonly<Record<Role, OpenIds>>;
}

/** Decodes the JSON and the MessagePack form of the hub protocol; each message shows its form. */
export function createSignalrDecoder(_context: ProtocolContext, checkpoint?: string): Decoder {
  const state = restored(checkpoint);
  return {
    decode: (message) => decodeMessage(message, state),
    checkpoint: () => JSON.stringify(listed(state)),
  };
}

function decodeMessage({ data, kind, from }: WireMessage, state: State): Decoded {
  if (data.length > MAX_DECODED_BYTES) return { units: [], problems: [tooLong(data.length, 0)] };
  const units: DecodedUnit[] = [];
  const problems: UnitProblem[] = [];
  for (const frame of hubFrames(data, kind)) {
    const message = 'code' in frame ? frame : readHubMessage(data, frame);
    if ('code' in message) {
      problems.push(message);
      continue;
    }
    const unit = hubUnit(message, frame as HubFrame, from, state);
    if ('code' in unit) problems.push(unit);
    else units.push(unit);
  }
  return { units, problems };
}

function hubUnit(message: HubMessage, frame: HubFrame, from: Role, state: State): DecodedUnit | UnitProblem {
  const { id, target, headers, payload } = message;
  const error = message.error?.slice(0, MAX_NAME_CHARS);
  const range = { start: frame.start, end: frame.end };
  const other: Role = from === 'client' ? 'server' : 'client';
  const common = { payload, range, ...(headers.length > 0 && { headers }) };
  const missing = missingMember(message);
  if (missing !== undefined) {
    const what = `Not SignalR from byte ${range.start} on: this message has no ${missing}.`;
    return { code: 'decode.envelope', message: what, at: range.start };
  }
  switch (message.type) {
    case HUB.invocation:
    case HUB.streamInvocation: {
      const name = target!.slice(0, MAX_NAME_CHARS);
      for (const stream of message.streamIds) remember(state.uploads[from], stream, name);
      const uploads = uploadsLabel(message.streamIds);
      const named = { ...common, name, label: `${name}${uploads}` };
      if (id === undefined) return { ...named, type: 'event' };
      remember(state.invoked[from], id, name);
      const isStream = message.type === HUB.streamInvocation;
      const key = idText(id);
      return {
        ...named,
        type: isStream ? 'subscribe' : 'call',
        id: key,
        scope: invokerScope(from),
        ...(isStream && { stream: streamOf(from, id) }),
      };
    }
    case HUB.streamItem: {
      // Items of an upload come from the invoking side, those of a result from the other.
      const uploaded = state.uploads[from].get(id!);
      const name = uploaded ?? state.invoked[other].get(id!) ?? '';
      const side = uploaded === undefined ? other : from;
      const label = uploaded === undefined ? `${name} item` : `${name} item of the stream ${id}`;
      return { ...common, type: 'event', name, label, stream: streamOf(side, id!) };
    }
    case HUB.completion: {
      const uploaded = state.uploads[from].get(id!);
      if (uploaded !== undefined) {
        state.uploads[from].delete(id!);
        const label = `${uploaded} end of the stream ${id}`;
        return { ...common, type: 'unsubscribe', name: uploaded, label, error, stream: streamOf(from, id!) };
      }
      const name = state.invoked[other].get(id!) ?? '';
      state.invoked[other].delete(id!);
      const problem = 'A Completion has a result or an error, not both.';
      return {
        ...common,
        type: error === undefined ? 'reply' : 'error',
        name,
        replyTo: idText(id!),
        scope: invokerScope(other),
        ends: true,
        error,
        label: `${name} completion`.trimStart(),
        ...(message.isBoth === true && {
          problems: [{ code: 'decode.envelope', message: problem, at: range.start }],
        }),
      };
    }
    case HUB.cancelInvocation: {
      const name = state.invoked[from].get(id!) ?? '';
      return {
        ...common,
        type: 'unsubscribe',
        name,
        label: `cancel ${name}`.trimEnd(),
        stream: streamOf(from, id!),
      };
    }
    case HUB.ping:
      return { ...common, type: 'control', name: 'ping', heartbeat: true };
    case HUB.close: {
      const label = message.allowReconnect === true ? 'close, the client may reconnect' : 'close';
      return { ...common, type: error === undefined ? 'control' : 'error', name: 'close', label, error };
    }
    case HUB.ack:
    case HUB.sequence: {
      const name = message.type === HUB.ack ? 'ack' : 'sequence';
      return { ...common, type: 'control', name, label: `${name} ${message.sequence}`, heartbeat: true };
    }
    case undefined:
      if (message.format !== undefined)
        return { ...common, type: 'control', name: 'handshake', label: `handshake ${message.format}` };
      return error === undefined
        ? { ...common, type: 'control', name: 'handshake', label: 'handshake accepted' }
        : { ...common, type: 'error', name: 'handshake', label: 'handshake', error };
    default: {
      const what = `Not SignalR: there is no message type ${message.type}.`;
      return { code: 'decode.envelope', message: what, at: range.start };
    }
  }
}

/** The most ids of uploads that a label lists. */
const MAX_LISTED = 8;

function uploadsLabel(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const listed = ids.slice(0, MAX_LISTED).map((id) => id.slice(0, MAX_NAME_CHARS));
  const more = ids.length > MAX_LISTED ? ` and ${ids.length - MAX_LISTED} more` : '';
  return ` with the streams ${listed.join(', ')}${more}`;
}

/** The required members of each type. */
function missingMember({ type, id, target, payload, sequence }: HubMessage): string | undefined {
  switch (type) {
    case HUB.invocation:
    case HUB.streamInvocation:
      if (target === undefined) return 'target';
      if (payload === undefined) return 'arguments';
      return type === HUB.streamInvocation && id === undefined ? 'invocationId' : undefined;
    case HUB.streamItem:
    case HUB.completion:
    case HUB.cancelInvocation:
      if (id === undefined) return 'invocationId';
      return type === HUB.streamItem && payload === undefined ? 'item' : undefined;
    case HUB.ack:
    case HUB.sequence:
      return sequence === undefined ? 'sequenceId' : undefined;
    default:
      return undefined;
  }
}

/** Both sides count their invocations: those of the server have a scope of their own. */
export function invokerScope(invoker: Role): string | undefined {
  return invoker === 'server' ? 'server' : undefined;
}

function streamOf(side: Role, id: string): string {
  return side === 'client' ? idText(id) : JSON.stringify(`server ${id.slice(0, MAX_NAME_CHARS)}`);
}

function idText(id: string): string {
  return JSON.stringify(id.slice(0, MAX_NAME_CHARS));
}

function remember(open: OpenIds, id: string, name: string): void {
  if (id.length > MAX_NAME_CHARS) return;
  const [oldest] = open.keys();
  if (open.size >= MAX_OPEN_INVOCATIONS && oldest !== undefined) open.delete(oldest);
  open.set(id, name);
}

type Entries = readonly (readonly [id: string, name: string])[];

/** The state in a checkpoint: invocations of client and server, uploads of client and server. */
function listed({ invoked, uploads }: State): Entries[] {
  return [invoked.client, invoked.server, uploads.client, uploads.server].map((open) => [...open]);
}

function restored(checkpoint: string | undefined): State {
  const [a = [], b = [], c = [], d = []] =
    checkpoint === undefined ? [] : (JSON.parse(checkpoint) as Entries[]);
  return {
    invoked: { client: new Map(a), server: new Map(b) },
    uploads: { client: new Map(c), server: new Map(d) },
  };
}
