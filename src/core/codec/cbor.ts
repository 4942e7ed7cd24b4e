import { decode, diagnose } from './cborPackage.ts';
import type { CodecProblem } from './codecProblem.ts';

/** Maximum levels of arrays, maps and tags. The library walks all enclosing levels for each item. */
export const MAX_CBOR_DEPTH = 100;

/** Maximum data items of one message. */
export const MAX_CBOR_ITEMS = 1_000_000;

export interface CborText {
  /** Diagnostic notation (RFC 8949, section 8); it is JSON if the item holds only JSON values. */
  readonly text: string;
  /** Whether it is an array, a map or a tag that contains text. Bytes that are not CBOR rarely decode to that. */
  readonly isTelling: boolean;
}

/** Decodes one CBOR data item (RFC 8949) that spans all bytes. Never throws. */
export function readCbor(bytes: Uint8Array): CborText | CodecProblem {
  const walked = walk(bytes);
  if ('problem' in walked) return walked;
  try {
    return { text: diagnose(bytes), isTelling: walked.hasText && bytes[0]! >> 5 >= ARRAY };
  } catch (error) {
    // The walk has checked the structure, so only the content of an item can fail here, such as text that is
    // not UTF-8.
    return valueProblem(error);
  }
}

/**
 * Decodes one CBOR data item to a JavaScript value. Bytes become Uint8Array, integers beyond 2^53 become
 * bigints, and tags, also those of shared values, become objects with `tag` and `contents`. Map keys become
 * text; a key that is an array, a map, a tag or bytes is a problem. Never throws.
 */
export function readCborValue(bytes: Uint8Array): { readonly value: unknown } | CodecProblem {
  const walked = walk(bytes);
  if ('problem' in walked) return walked;
  try {
    // The tags that the library knows could create objects other than data, such as a regular expression.
    return { value: decode(bytes, { ignoreGlobalTags: true, createObject: withTextKeys }) };
  } catch (error) {
    return valueProblem(error);
  }
}

function withTextKeys(members: readonly (readonly unknown[])[]): object {
  return Object.fromEntries(members.map(([key, value]) => [keyText(key), value]));
}

/** Two such keys could become the same text. @throws TypeError for arrays, maps, tags and bytes as keys */
function keyText(key: unknown): string {
  if (typeof key === 'object' && key !== null)
    throw new TypeError('a key of a map is neither text nor a number');
  return String(key);
}

function valueProblem(error: unknown): CodecProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return { problem: `Not CBOR: ${reason.replace(/\.$/, '').replace(/ {2,}/g, ' ')}.`, at: 0 };
}

const [BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE] = [2, 3, 4, 5, 6, 7];

/** Additional information (RFC 8949, section 3). */
const INDEFINITE = 31;

/** The minimum length of text that makes an item telling; shorter text occurs by chance. */
const TELLING_TEXT = 2;

/**
 * Checks the heads of all items without recursion, so that the library sees neither lengths beyond the end, nor
 * excessive levels or numbers of items.
 */
function walk(bytes: Uint8Array): { readonly hasText: boolean } | CodecProblem {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items missing on each level; Infinity up to a break. */
  const missing: number[] = [1];
  let hasText = false;
  let at = 0;
  for (let items = 0; missing.length > 0; items++) {
    const start = at;
    if (items >= MAX_CBOR_ITEMS)
      return { problem: `CBOR of more than ${MAX_CBOR_ITEMS} items is not decoded.`, at, isLimit: true };
    if (at >= bytes.length) return failure(`Not CBOR: it ends too early, at byte ${at}.`, at);
    const head = bytes[at++]!;
    const [type, info] = [head >> 5, head & 31];
    if (head === 0xff) {
      if (missing.pop() !== Infinity)
        return failure(`Not CBOR: a break at byte ${start} ends nothing.`, start);
      closeFull(missing);
      continue;
    }
    const width = info < 24 ? 0 : 2 ** (info - 24);
    if (info > 27 && info !== INDEFINITE)
      return failure(`Not CBOR: the head at byte ${start} is reserved.`, start);
    if (info !== INDEFINITE && at + width > bytes.length)
      return failure(`Not CBOR: it ends too early, at byte ${bytes.length}.`, bytes.length);
    const count = info === INDEFINITE ? Infinity : argument(view, at, info);
    if (info !== INDEFINITE) at += width;
    missing[missing.length - 1]!--;
    if (type === BYTES || type === TEXT) {
      if (count !== Infinity && count > bytes.length - at)
        return failure(`Not CBOR: the ${count} bytes from byte ${at} on are more than there are.`, start);
      if (type === TEXT && count >= TELLING_TEXT) hasText = true;
      if (count === Infinity) missing.push(Infinity);
      else at += count;
    } else if (type === ARRAY || type === MAP) {
      const members = type === MAP ? count * 2 : count;
      if (members !== Infinity && members > bytes.length - at)
        return failure(`Not CBOR: the ${count} items at byte ${start} are more than there are.`, start);
      missing.push(members);
    } else if (type === TAG) missing.push(1);
    else if (type !== SIMPLE && count === Infinity)
      return failure(`Not CBOR: the head at byte ${start} is reserved.`, start);
    if (missing.length - 1 > MAX_CBOR_DEPTH) {
      const problem = `CBOR nested deeper than ${MAX_CBOR_DEPTH} levels is not decoded.`;
      return { problem, at: start, isLimit: true };
    }
    closeFull(missing);
  }
  return at === bytes.length ? { hasText } : failure(`Not CBOR: its item ends at byte ${at}.`, at);
}

function closeFull(missing: number[]): void {
  while (missing.at(-1) === 0) missing.pop();
}

function argument(view: DataView, at: number, info: number): number {
  switch (info) {
    case 24:
      return view.getUint8(at);
    case 25:
      return view.getUint16(at);
    case 26:
      return view.getUint32(at);
    case 27:
      return Number(view.getBigUint64(at));
    default:
      return info;
  }
}

function failure(problem: string, at: number): CodecProblem {
  return { problem, at };
}
