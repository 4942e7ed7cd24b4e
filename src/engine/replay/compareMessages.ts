import type { WireMessage } from '../../core/protocol/protocolModule.ts';
import { equalJson } from '../../core/request/condition/compareJson.ts';
import { isTooDeep, parseExact } from '../../core/request/condition/exactJson.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { KiB } from '../../shared/limits.ts';
import { withoutTimes } from './messageTimes.ts';

/** The longest text that is compared as JSON, in characters: parsing a longer one blocks the process for seconds. */
const MAX_JSON = 256 * KiB;

/** A message with its time, in milliseconds since the epoch. */
export interface TimedMessage extends Pick<WireMessage, 'kind' | 'data'> {
  readonly at: number;
}

/** A difference between a replay and its recording. */
export interface Divergence {
  /** One sentence. */
  readonly text: string;
  /** The row of the recording; absent if the recording has no such message. */
  readonly expected?: number;
  /** The row of the new conversation; absent if no message arrived. */
  readonly actual?: number;
}

/**
 * Compares a message with the recorded one. Messages are equal if their bytes or their JSON are equal,
 * ignoring times near the moment of each message. Texts of more than 256 KiB are not compared as JSON.
 * @returns the first difference, as a clause; undefined if they are the same
 */
export function firstDifference(expected: TimedMessage, got: TimedMessage): string | undefined {
  if (expected.kind !== got.kind) return `it is ${got.kind}, and the recorded one is ${expected.kind}`;
  const at = differingByte(expected.data, got.data);
  if (at === undefined) return undefined;
  if (expected.kind === 'binary')
    return `byte ${at} is ${hex(got.data[at])} instead of ${hex(expected.data[at])}`;
  const decoder = new TextDecoder();
  const [wanted, sent] = [decoder.decode(expected.data), decoder.decode(got.data)];
  if (isSameText(wanted, sent)) return undefined;
  const [timeless, other] = [withoutTimes(wanted, expected.at), withoutTimes(sent, got.at)];
  if ((timeless !== wanted || other !== sent) && isSameText(timeless, other)) return undefined;
  let place = 0;
  while (wanted[place] === sent[place]) place++;
  const from = Math.max(0, place - 10);
  return `from character ${place} on it is ${excerpt(sent.slice(from, from + 40))} instead of ${excerpt(wanted.slice(from, from + 40))}`;
}

/** Whether two messages may be equal, by their kinds and lengths: different ids and times change a length little. */
export function isAlike(
  { kind, size }: { readonly kind: TimedMessage['kind']; readonly size: number },
  got: TimedMessage,
): boolean {
  const [shorter, longer] = [Math.min(size, got.data.length), Math.max(size, got.data.length)];
  return kind === got.kind && longer - shorter <= 256 + longer / 8;
}

/** Whether two texts are equal, or equal as JSON: numbers compare exactly, and members may have any order. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length > MAX_JSON || b.length > MAX_JSON) return false;
  if (isTooDeep(a) || isTooDeep(b)) return false;
  const [one, other] = [parseExact(a), parseExact(b)];
  return one !== undefined && other !== undefined && equalJson(one.value, other.value);
}

function differingByte(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return undefined;
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'missing' : `0x${byte.toString(16).padStart(2, '0')}`;
}

/** The beginning of a message, for a sentence. */
export function beginningOf({ kind, data }: Pick<WireMessage, 'kind' | 'data'>): string {
  return kind === 'text' ? excerpt(new TextDecoder().decode(data.subarray(0, 200))) : `${data.length} bytes`;
}
