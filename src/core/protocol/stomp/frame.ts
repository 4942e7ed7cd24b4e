import type { UnitProblem } from '../../../shared/units.ts';
import { MAX_HEADERS, MAX_NAME_CHARS } from '../limits.ts';
import type { PacketExtent } from '../stream/byteStream.ts';

// A frame is a command, headers, an empty line, a body and a NUL. https://stomp.github.io/stomp-specification-1.2.html

export type StompVersion = '1.0' | '1.1' | '1.2';

export type StompHeaders = readonly (readonly [name: string, value: string])[];

export interface StompFrame {
  readonly command: string;
  readonly headers: StompHeaders;
  readonly body: { readonly start: number; readonly end: number };
  readonly problems: readonly UnitProblem[];
}

const CLIENT_COMMANDS = [
  'CONNECT',
  'STOMP',
  'SEND',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'BEGIN',
  'COMMIT',
  'ABORT',
  'ACK',
  'NACK',
  'DISCONNECT',
] as const;

export const SERVER_COMMANDS = ['CONNECTED', 'MESSAGE', 'RECEIPT', 'ERROR'] as const;

const COMMANDS = new Set<string>([...CLIENT_COMMANDS, ...SERVER_COMMANDS]);
const LONGEST_COMMAND = Math.max(...[...COMMANDS].map(({ length }) => length));

const NUL = 0;
const LF = 0x0a;
const CR = 0x0d;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const looseUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The offset after all line ends at a position: heartbeats, or the bytes after a frame. */
export function endOfLines(bytes: Uint8Array, start: number, end = bytes.length): number {
  let at = start;
  while (at < end && (bytes[at] === LF || bytes[at] === CR)) at++;
  return at;
}

/** The command at the start of the bytes; undefined if it is incomplete, a problem if it is invalid. */
export function commandAt(bytes: Uint8Array, start: number): string | undefined | UnitProblem {
  let end = start;
  while (end < bytes.length && end - start <= LONGEST_COMMAND + 1 && bytes[end] !== LF) end++;
  const isWhole = bytes[end] === LF;
  const length = isWhole && bytes[end - 1] === CR ? end - 1 : end;
  const word = looseUtf8.decode(bytes.subarray(start, length));
  if (isWhole && COMMANDS.has(word)) return word;
  const mayBecome = !isWhole && [...COMMANDS].some((command) => `${command}\r`.startsWith(word));
  if (mayBecome) return undefined;
  const message = `Not STOMP from byte ${start} on: a frame begins with a command such as SEND or MESSAGE.`;
  return { code: 'decode.envelope', message, at: start };
}

/** The extent of the frame, or run of line ends, that starts at an offset. */
export function measureFrame(bytes: Uint8Array, start: number, seen: number): PacketExtent {
  const lines = endOfLines(bytes, start);
  if (lines > start) return { end: lines };
  const command = commandAt(bytes, start);
  if (typeof command === 'object') return command;
  const nul = bytes.indexOf(NUL, start + seen);
  // Its header may hold the length, but reading it before a NUL arrives saves nothing.
  if (nul < 0 || command === undefined) return { needs: bytes.length - start + 1 };
  const header = headerEnd(bytes, start, nul);
  if (header === undefined) {
    const message = `A NUL at byte ${nul} stands within the header of a frame.`;
    return { code: 'decode.envelope', message, at: nul };
  }
  const length = contentLength(bytes, start, header);
  if (length === undefined) return { end: nul + 1 };
  const end = header + length + 1;
  if (end > bytes.length) return { needs: end - start };
  if (bytes[end - 1] === NUL) return { end };
  const message = `By its content-length the frame ends with a NUL at byte ${end - 1}, and there is none.`;
  return { code: 'decode.envelope', message, at: end - 1 };
}

/** Parses the frame from `start` to `end`, the range that `measureFrame` found. */
export function readStompFrame(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: StompVersion,
): StompFrame {
  const header = headerEnd(bytes, start, end)!;
  const problems: UnitProblem[] = [];
  const part = bytes.subarray(start, header);
  let text: string;
  try {
    text = strictUtf8.decode(part);
  } catch {
    problems.push({ code: 'decode.utf8', message: 'The header of the frame is not UTF-8.', at: start });
    text = looseUtf8.decode(part);
  }
  const lines = text.split('\n');
  const command = lines[0]!.replace(/\r$/, '');
  const isConnect = command === 'CONNECT' || command === 'CONNECTED' || command === 'STOMP';
  const endsInReturn = isConnect || version === '1.2';
  const headers: [string, string][] = [];
  for (const line of lines.slice(1)) {
    const written = endsInReturn ? line.replace(/\r$/, '') : line;
    if (written === '' || written === '\r') continue;
    if (headers.length >= MAX_HEADERS) {
      const message = `More than ${MAX_HEADERS} headers of a frame are not decoded.`;
      problems.push({ code: 'decode.limit', message, at: start });
      break;
    }
    const [pair, escape] = readHeader(written, isConnect || version === '1.0' ? undefined : version);
    if (version === '1.0' && !isConnect) pair[1] = pair[1].trim();
    headers.push(pair);
    if (escape === undefined) continue;
    const message = `The header ${pair[0].slice(0, MAX_NAME_CHARS)} has the escape ${escape}, which STOMP ${version} does not know.`;
    problems.push({ code: 'decode.envelope', message, at: start });
  }
  return { command, headers, body: { start: header, end: end - 1 }, problems };
}

/** If a header is repeated, the first one counts. */
export function stompHeader(headers: StompHeaders, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', ':': '\\c', '\r': '\\r' };
const UNESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\c': ':', '\\r': '\r' };

/**
 * Writes a frame up to its body.
 * @returns undefined if a header cannot be written in this version
 */
export function writeHeader(
  command: string,
  headers: StompHeaders,
  version: StompVersion,
): string | undefined {
  const escapes = version !== '1.0' && command !== 'CONNECT' && command !== 'CONNECTED';
  const lines = [command];
  for (const [name, value] of headers) {
    const pair = [name, value].map((part) =>
      escapes
        ? part.replace(version === '1.2' ? /[\\\n:\r]/g : /[\\\n:]/g, (found) => ESCAPED[found]!)
        : part,
    );
    if (
      pair.some((part) => /[\n\0]/.test(part)) ||
      (version !== '1.1' && pair.some((part) => part.includes('\r')))
    )
      return undefined;
    if (pair[0]!.includes(':') || pair[0] === '') return undefined;
    lines.push(pair.join(':'));
  }
  return `${lines.join('\n')}\n\n`;
}

/** @param version if undefined, nothing is escaped @returns the header, and its first invalid escape */
function readHeader(
  line: string,
  version: StompVersion | undefined,
): [pair: [name: string, value: string], escape: string | undefined] {
  const colon = line.indexOf(':');
  const parts = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
  if (version === undefined) return [[parts[0]!, parts[1]!], undefined];
  let unknown: string | undefined;
  const [name = '', value = ''] = parts.map((part) =>
    part.replace(/\\[^]?/g, (escape) => {
      const character = escape === '\\r' && version === '1.1' ? undefined : UNESCAPED[escape];
      if (character === undefined) unknown ??= escape;
      return character ?? escape;
    }),
  );
  return [[name, value], unknown];
}

/** The offset after the empty line that ends the headers; undefined if there is none before `limit`. */
function headerEnd(bytes: Uint8Array, start: number, limit: number): number | undefined {
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < limit; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2 <= limit ? at + 2 : undefined;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3 <= limit ? at + 3 : undefined;
  }
  return undefined;
}

function contentLength(bytes: Uint8Array, start: number, end: number): number | undefined {
  const header = looseUtf8.decode(bytes.subarray(start, end));
  const digits = /\ncontent-length: *(\d{1,15})\r?\n/.exec(header)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
