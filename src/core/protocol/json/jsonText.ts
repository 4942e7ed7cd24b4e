import { describeJsonProblem } from '../../format/formatMessage.ts';
import { createJsonScanner } from '../../format/jsonScanner.ts';
import { findInvalidUtf8 } from '../../format/utf8.ts';
import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import { MAX_DECODED_BYTES, MAX_PAYLOAD_DEPTH } from '../limits.ts';
import { jsonDepth } from './jsonRanges.ts';

/** JSON text within a message, checked and parsed. Numbers of `value` are doubles; the bytes keep their spelling. */
export interface JsonText extends ByteRange {
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses the JSON (RFC 8259) from `start` to `end`. Never throws: the result is a problem with its position if it
 * fails.
 */
export function readJson(bytes: Uint8Array, start = 0, end = bytes.length): JsonText | UnitProblem {
  if (end - start > MAX_DECODED_BYTES) return tooLong(end - start, start);
  const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
  let text: string;
  try {
    text = shortAscii(part) ?? strictUtf8.decode(part);
  } catch {
    // A fatal decoder does not report the position.
    const at = start + (firstInvalid(part) ?? 0);
    return { code: 'decode.utf8', message: `Not valid UTF-8 at byte ${at}.`, at };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // JSON.parse reports the position in characters and in an engine-specific sentence.
    return notJson(part, start);
  }
  // Each level takes at least one byte.
  const deep = end - start > MAX_PAYLOAD_DEPTH ? jsonDepth(bytes, start, end, MAX_PAYLOAD_DEPTH) : undefined;
  if (deep !== undefined) {
    const message = `JSON nested deeper than ${MAX_PAYLOAD_DEPTH} levels at byte ${deep} is not decoded.`;
    return { code: 'decode.limit', message, at: deep };
  }
  return { bytes, start, end, value };
}

/**
 * Texts up to this size are built from character codes: a decoder that validates costs several times as much per call.
 */
const SHORT = 512;

/** The text of a short message if it is all ASCII, as most are. */
function shortAscii(part: Uint8Array): string | undefined {
  if (part.length > SHORT) return undefined;
  for (let at = 0; at < part.length; at++) if (part[at]! >= 0x80) return undefined;
  return String.fromCharCode.apply(null, part as unknown as number[]);
}

export function isProblem(read: JsonText | UnitProblem): read is UnitProblem {
  return 'code' in read;
}

export function tooLong(length: number, at: number): UnitProblem {
  const message = `${length} bytes are not decoded: the limit is ${MAX_DECODED_BYTES}.`;
  return { code: 'decode.limit', message, at };
}

function notJson(part: Uint8Array, start: number): UnitProblem {
  const scanner = createJsonScanner(part, () => undefined);
  while (!scanner.step(part.length + 1));
  const problem = scanner.problem ?? { at: part.length, expected: 'a value' };
  const at = start + problem.at;
  const where = problem.at >= part.length ? 'because it ends too early' : `from byte ${at} on`;
  return { code: 'decode.json', message: describeJsonProblem(problem, where), at };
}

function firstInvalid(part: Uint8Array): number | undefined {
  const search = findInvalidUtf8(part);
  let step = search.next();
  while (!step.done) step = search.next();
  return step.value;
}

/** An id as JSON text, equal for equal ids: `1` and `1.0` are one number, `1` and `"1"` are not. */
export function idText(json: JsonText, range: ByteRange, value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  // Beyond the integers that a double distinguishes, the spelling is the id.
  return strictUtf8.decode(json.bytes.subarray(range.start, range.end));
}
