import { readMsgpack } from '../../codec/msgpack.ts';
import type { UnitProblem } from '../../../shared/units.ts';
import { derivedJson } from '../json/derivedJson.ts';
import { rangeOf } from '../json/jsonRanges.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import { type DecodedPayload, derivedPayload, jsonPayloadAt } from '../unit.ts';
import type { HubFrame } from './hubFrames.ts';

/** Message types of the hub protocol, by their number. */
export const HUB = {
  invocation: 1,
  streamItem: 2,
  completion: 3,
  streamInvocation: 4,
  cancelInvocation: 5,
  ping: 6,
  close: 7,
  ack: 8,
  sequence: 9,
} as const;

/** A hub message in either format. Members that its type does not have are undefined. */
export interface HubMessage {
  /** Undefined for the handshake and its answer. */
  readonly type: number | undefined;
  readonly id?: string | undefined;
  readonly target?: string | undefined;
  readonly streamIds: readonly string[];
  readonly error?: string | undefined;
  readonly allowReconnect?: boolean;
  readonly sequence?: string | undefined;
  /** The format that the handshake requests. */
  readonly format?: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  /** Arguments, item or result. */
  readonly payload: DecodedPayload | undefined;
  /** It has both a result and an error. */
  readonly isBoth?: boolean;
}

export function readHubMessage(data: Uint8Array, frame: HubFrame): HubMessage | UnitProblem {
  return frame.format === 'json' ? readJsonMessage(data, frame) : readBinaryMessage(data, frame);
}

/** The member with the payload, by type. */
export const PAYLOAD_MEMBERS: Readonly<Record<number, string>> = {
  [HUB.invocation]: 'arguments',
  [HUB.streamInvocation]: 'arguments',
  [HUB.streamItem]: 'item',
  [HUB.completion]: 'result',
};

function readJsonMessage(data: Uint8Array, { start, end }: HubFrame): HubMessage | UnitProblem {
  const json = readJson(data, start, end);
  if (isProblem(json)) return json;
  const value = json.value as Readonly<Record<string, unknown>> | null;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return misfit('a JSON object', start);
  const { type } = value;
  if (type !== undefined && typeof type !== 'number') return misfit('a number as its type', start);
  const member = type === undefined ? undefined : PAYLOAD_MEMBERS[type];
  const payload =
    member !== undefined && Object.hasOwn(value, member)
      ? jsonPayloadAt(data, () => rangeOf(data, start, [member])!)
      : undefined;
  const sequence = value['sequenceId'];
  return {
    type,
    id: text(value['invocationId']),
    target: text(value['target']),
    streamIds: texts(value['streamIds']),
    error: text(value['error']),
    allowReconnect: value['allowReconnect'] === true,
    sequence: typeof sequence === 'number' ? String(sequence) : undefined,
    format: text(value['protocol']),
    headers: headerList(value['headers']),
    payload,
    isBoth: type === HUB.completion && payload !== undefined && value['error'] !== undefined,
  };
}

/** Kinds of results of a Completion under MessagePack. */
export const COMPLETION_RESULT = { error: 1, nothing: 2, value: 3 } as const;

function readBinaryMessage(data: Uint8Array, { start, end }: HubFrame): HubMessage | UnitProblem {
  const read = readMsgpack(data.subarray(start, end));
  if ('problem' in read) {
    const code = read.isLimit ? 'decode.limit' : 'decode.binary';
    return { code, message: read.problem, at: start + read.at };
  }
  const [type, ...rest] = Array.isArray(read.value) ? (read.value as unknown[]) : [];
  if (typeof type !== 'number') return misfit('an array that begins with the type of the message', start);
  const none = { type, streamIds: [], headers: [], payload: undefined };
  if (type === HUB.ping) return none;
  if (type === HUB.close) return { ...none, error: text(rest[0]), allowReconnect: rest[1] === true };
  if (type === HUB.ack || type === HUB.sequence) return { ...none, sequence: integer(rest[0]) };
  const [headers, id, third, fourth, streamIds] = rest;
  const common = { ...none, id: text(id), headers: headerList(headers) };
  switch (type) {
    case HUB.invocation:
    case HUB.streamInvocation:
      return {
        ...common,
        target: text(third),
        payload: Array.isArray(fourth) ? derived(fourth) : undefined,
        streamIds: texts(streamIds),
      };
    case HUB.streamItem:
      return { ...common, payload: rest.length > 2 ? derived(third) : undefined };
    case HUB.completion:
      if (third === COMPLETION_RESULT.error) return { ...common, error: text(fourth) ?? '' };
      return {
        ...common,
        payload: third === COMPLETION_RESULT.value && rest.length > 3 ? derived(fourth) : undefined,
      };
    default:
      return common;
  }
}

/** readMsgpack rejects values that nest too deeply for it. */
function derived(value: unknown): DecodedPayload {
  return derivedPayload('json', () => derivedJson(value));
}

function misfit(expected: string, at: number): UnitProblem {
  return { code: 'decode.envelope', message: `Not SignalR from byte ${at} on: expected ${expected}.`, at };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function integer(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function headerList(value: unknown): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, content]) =>
    typeof content === 'string' ? [[name, content] as const] : [],
  );
}
