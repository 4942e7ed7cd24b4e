import type { UnitProblem } from '../../../shared/units.ts';
import { MAX_HEADERS, MAX_NAME_CHARS } from '../limits.ts';
import type { PacketExtent } from '../stream/byteStream.ts';

// A message is a line, and for some operations a payload and another line end.
// https://docs.nats.io/reference/reference-protocols/nats-protocol

export const OPERATIONS = [
  'INFO',
  'CONNECT',
  'PUB',
  'HPUB',
  'SUB',
  'UNSUB',
  'MSG',
  'HMSG',
  'PING',
  'PONG',
  '+OK',
  '-ERR',
] as const;
export type NatsOperation = (typeof OPERATIONS)[number];

/** Maximum bytes of a line. Servers accept 4 KiB, and INFO lists the addresses of a whole cluster. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LONGEST = Math.max(...OPERATIONS.map(({ length }) => length));
const [CR, LF] = [0x0d, 0x0a];

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A message without its payload. */
export interface NatsLine {
  readonly operation: NatsOperation;
  /** The text after the operation, split at blanks. For INFO and CONNECT it is JSON, for -ERR a sentence. */
  readonly words: readonly string[];
  /** The range of the text after the operation. */
  readonly rest: { readonly start: number; readonly end: number };
  /** The offset after the line end. */
  readonly end: number;
}

/** Where a message ends. @param seen as `StreamFormat.measure` */
export function measureNats(bytes: Uint8Array, start: number, seen: number): PacketExtent {
  // Continues the search for the line end where the last call stopped.
  const lineEnd = bytes.indexOf(LF, start + Math.max(0, seen - 1));
  const there = bytes.length - start;
  if (lineEnd === -1 || lineEnd - start > MAX_LINE_BYTES) {
    const word = utf8.decode(bytes.subarray(start, start + LONGEST)).toUpperCase();
    const may = OPERATIONS.some((each) => word.startsWith(each) || each.startsWith(word));
    if (!may) return notNats(start);
    if (there > MAX_LINE_BYTES) return tooLongLine(start);
    return { needs: there + 1 };
  }
  // Long payloads come in many messages: their line is short, so reading it again costs nothing.
  const line = readLine(bytes, start);
  if ('code' in line) return line;
  const size = payloadBytes(line);
  if (size === undefined) return { end: line.end };
  if (Number.isNaN(size)) return badSize(line, start);
  const end = line.end + size + 2;
  if (end > bytes.length) return { needs: end - start };
  if (bytes[end - 2] !== CR || bytes[end - 1] !== LF)
    return {
      code: 'decode.envelope',
      message: `The payload of ${line.operation} has ${size} bytes and must end with a line end.`,
      at: end - 2,
    };
  return { end };
}

export function readLine(bytes: Uint8Array, start: number): NatsLine | UnitProblem {
  const lineEnd = bytes.indexOf(LF, start);
  const stop = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  const text = utf8.decode(bytes.subarray(start, stop));
  const [, word = ''] = /^(\S+)/.exec(text) ?? [];
  const operation = OPERATIONS.find((each) => each === word.toUpperCase());
  if (!operation) return notNats(start);
  const blanks = /^[ \t]*/.exec(text.slice(word.length))![0].length;
  const words = text
    .slice(word.length)
    .split(/[ \t]+/)
    .filter((each) => each !== '');
  return { operation, words, rest: { start: start + word.length + blanks, end: stop }, end: lineEnd + 1 };
}

/** Operations with a payload, with the minimum and maximum number of words in their line. */
const SIZED: ReadonlyMap<NatsOperation, readonly [least: number, most: number]> = new Map([
  ['PUB', [2, 3]],
  ['HPUB', [3, 4]],
  ['MSG', [3, 4]],
  ['HMSG', [4, 5]],
]);

/** Undefined for an operation without a payload, NaN for a line that is not valid. */
function payloadBytes({ operation, words }: NatsLine): number | undefined {
  const bounds = SIZED.get(operation);
  if (!bounds) return undefined;
  if (words.length < bounds[0] || words.length > bounds[1]) return NaN;
  const size = sizeOf(words.at(-1));
  if (operation === 'PUB' || operation === 'MSG') return size;
  const header = sizeOf(words.at(-2));
  return header > size ? NaN : size;
}

/** A size in bytes; NaN if the word is not a size. */
export function sizeOf(word = ''): number {
  return /^\d{1,10}$/.test(word) ? Number(word) : NaN;
}

function badSize({ operation, words }: NatsLine, at: number): UnitProblem {
  const line = `${operation} ${words.join(' ')}`.slice(0, 80);
  return {
    code: 'decode.envelope',
    message: `The line “${line}” does not have the subject and the sizes of ${operation}.`,
    at,
  };
}

function notNats(at: number): UnitProblem {
  return { code: 'decode.envelope', message: 'No operation of NATS starts here, such as PUB or MSG.', at };
}

function tooLongLine(at: number): UnitProblem {
  return { code: 'decode.limit', message: `A line of more than ${MAX_LINE_BYTES} bytes is not decoded.`, at };
}

export type NatsHeaders = readonly (readonly [name: string, value: string])[];

export interface NatsHeaderBlock {
  readonly headers: NatsHeaders;
  /** A status that the server sends in place of a message, such as `503`. */
  readonly status: string | undefined;
  readonly problem: UnitProblem | undefined;
}

/** `NATS/1.0`, perhaps a status, then lines as those of HTTP. */
export function readHeaders(bytes: Uint8Array, start: number, end: number): NatsHeaderBlock {
  const [first = '', ...lines] = utf8.decode(bytes.subarray(start, end)).split('\r\n');
  const [, version, status] = /^(NATS\/1\.\d)(?:\s+(.*\S))?\s*$/.exec(first) ?? [];
  if (version === undefined) {
    const message = `The headers do not begin with NATS/1.0 but with “${first.slice(0, 40)}”.`;
    return { headers: [], status: undefined, problem: { code: 'decode.envelope', message, at: start } };
  }
  const headers: (readonly [string, string])[] = [];
  let problem: UnitProblem | undefined;
  for (const line of lines) {
    if (line === '') continue;
    if (headers.length >= MAX_HEADERS) {
      problem = {
        code: 'decode.limit',
        message: `More than ${MAX_HEADERS} headers are not decoded.`,
        at: start,
      };
      break;
    }
    const colon = line.indexOf(':');
    if (colon === -1)
      problem ??= {
        code: 'decode.envelope',
        message: `The header “${line.slice(0, 40)}” has no colon.`,
        at: start,
      };
    else headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return { headers, status: status?.slice(0, MAX_NAME_CHARS), problem };
}

/** The block of HPUB and HMSG; undefined if a name or a value cannot be written. */
export function writeHeaders(headers: NatsHeaders): string | undefined {
  const isWritable = headers.every(([name, value]) => /^[!-9;-~]+$/.test(name) && !/[\r\n\0]/.test(value));
  if (!isWritable) return undefined;
  return `NATS/1.0\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
