import type { CodecProblem } from './codecProblem.ts';
import { decodeTimestampToTimeSpec, Decoder, ExtData, ExtensionCodec } from './msgpackPackage.ts';

/** Maximum levels of arrays and maps, the same as for payloads. */
export const MAX_MSGPACK_DEPTH = 1000;

/** Maximum values of one message. */
export const MAX_MSGPACK_ITEMS = 1_000_000;

export interface MsgpackValue {
  /** 64-bit integers are bigints, extensions ExtData, timestamps Date or, with nanoseconds, NanosecondDate. */
  readonly value: unknown;
  /**
   * The first byte of a string that is not UTF-8. The specification allows such bytes; the value has U+FFFD in their
   * place.
   */
  readonly invalidText: number | undefined;
}

/** Decodes one MessagePack value that spans all bytes. Never throws. */
export function readMsgpack(bytes: Uint8Array): MsgpackValue | CodecProblem {
  const walked = walkMsgpack(bytes, 0);
  if ('problem' in walked) return walked;
  const { end, invalidText } = walked;
  if (end < bytes.length) return notMsgpack(`its value ends at byte ${end}`, end);
  try {
    return { value: (decoder ??= newDecoder()).decode(bytes), invalidText };
  } catch (error) {
    // The walk has checked the structure, so only a value can fail here, such as a key that no object can
    // have.
    return notMsgpack(error instanceof Error ? error.message : String(error), 0);
  }
}

/** One decoder for all messages: creating one costs as much as reading a short message. */
let decoder: Decoder | undefined;

function newDecoder(): Decoder {
  const extensionCodec = new ExtensionCodec();
  extensionCodec.register({ type: TIMESTAMP, encode: () => null, decode: timestamp });
  return new Decoder({ useBigInt64: true, mapKeyConverter: keyText, extensionCodec });
}

/** The extension type of timestamps. */
const TIMESTAMP = -1;

/** A timestamp that is finer than the milliseconds of a Date. */
export class NanosecondDate extends Date {
  /** @param nanoseconds the nanoseconds after the whole milliseconds, from 1 to 999,999 */
  constructor(
    milliseconds: number,
    readonly nanoseconds: number,
  ) {
    super(milliseconds);
  }
}

/**
 * An invalid timestamp, or a time outside the range of Date, stays an extension, so that the rest of the
 * message is readable.
 */
function timestamp(data: Uint8Array): Date | ExtData {
  const isTimestamp = data.length === 4 || data.length === 8 || data.length === 12;
  const { sec, nsec } = isTimestamp ? decodeTimestampToTimeSpec(data) : { sec: NaN, nsec: 0 };
  const rest = nsec % 1e6;
  const milliseconds = sec * 1000 + (nsec - rest) / 1e6;
  const date = rest === 0 ? new Date(milliseconds) : new NanosecondDate(milliseconds, rest);
  return nsec > 999_999_999 || Number.isNaN(date.getTime()) ? new ExtData(TIMESTAMP, data) : date;
}

/** JSON keys are strings. @throws TypeError for arrays, maps and bytes as keys */
function keyText(key: unknown): string | number {
  if (typeof key === 'number') return key;
  if (typeof key === 'object' && key !== null)
    throw new TypeError('a key of a map is neither text nor a number');
  return String(key);
}

/** Bytes of the length or value after the first byte 0xc0 + index. */
const WIDTHS = [
  0, 0, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 16, 1, 2, 4, 2, 4, 2, 4,
] as const;

/**
 * Finds the end of the value at `start` without building it. This checks lengths, levels and the number of values
 * before the library decodes them.
 */
export function walkMsgpack(
  bytes: Uint8Array,
  start: number,
): { readonly end: number; readonly invalidText: number | undefined } | CodecProblem {
  const size = bytes.length;
  /** Values missing on the outer levels. */
  const above: number[] = [];
  let missing = 1;
  let invalidText: number | undefined;
  let at = start;
  for (let items = 0; ; items++) {
    while (missing === 0) {
      if (above.length === 0) return { end: at, invalidText };
      missing = above.pop()!;
    }
    if (at >= size) return notMsgpack(`it ends too early, at byte ${at}`, at);
    if (items >= MAX_MSGPACK_ITEMS) {
      const problem = `MessagePack of more than ${MAX_MSGPACK_ITEMS} values is not decoded.`;
      return { problem, at, isLimit: true };
    }
    const head = bytes[at]!;
    const from = at++;
    missing--;
    if (head < 0x80 || head >= 0xe0) continue;
    let count: number;
    let holds: 'members' | 'elements' | 'text' | 'bytes' = 'bytes';
    if (head < 0xc0) {
      holds = head < 0x90 ? 'members' : head < 0xa0 ? 'elements' : 'text';
      count = head & (head < 0xa0 ? 0x0f : 0x1f);
    } else {
      if (head === 0xc1) return notMsgpack(`the byte 0xc1 at byte ${from} is never used`, from);
      const width = WIDTHS[head - 0xc0]!;
      if (at + width > size) return notMsgpack(`it ends too early, at byte ${size}`, size);
      const isExtension = (head >= 0xc7 && head <= 0xc9) || (head >= 0xd4 && head <= 0xd8);
      const hasLength = (head >= 0xc4 && head <= 0xc9) || head >= 0xd9;
      // The type of an extension is one byte after its length.
      count = (hasLength ? bigEndian(bytes, at, width) : width) + (isExtension ? 1 : 0);
      if (hasLength) at += width;
      if (head >= 0xd9) holds = head < 0xdc ? 'text' : head < 0xde ? 'elements' : 'members';
    }
    if (holds === 'members' || holds === 'elements') {
      const values = holds === 'members' ? count * 2 : count;
      if (values > size - at)
        return notMsgpack(`the ${count} ${holds} at byte ${from} are more than there are`, from);
      if (above.length >= MAX_MSGPACK_DEPTH) {
        const problem = `MessagePack nested deeper than ${MAX_MSGPACK_DEPTH} levels is not decoded.`;
        return { problem, at: from, isLimit: true };
      }
      above.push(missing);
      missing = values;
      continue;
    }
    if (count > size - at)
      return notMsgpack(`the ${count} bytes from byte ${at} on are more than there are`, from);
    if (holds === 'text' && invalidText === undefined && !isUtf8(bytes, at, at + count)) invalidText = at;
    at += count;
  }
}

function bigEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index++) value = value * 256 + bytes[at + index]!;
  return value;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && bytes[at]! < 0x80) at++;
  if (at === end) return true;
  try {
    strictUtf8.decode(bytes.subarray(at, end));
    return true;
  } catch {
    // A fatal decoder throws for bytes that are not UTF-8.
    return false;
  }
}

function notMsgpack(reason: string, at: number): CodecProblem {
  return { problem: `Not MessagePack: ${reason}.`, at };
}
