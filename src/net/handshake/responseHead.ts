import type { Socket } from 'node:net';
import { makeVisible } from '../../core/format/visible.ts';
import { KiB } from '../../shared/limits.ts';
import type { HeaderList } from '../../shared/timeline.ts';
import { step } from '../dial/tcp.ts';

/** The head of an HTTP response. */
export interface ResponseHead {
  /** The HTTP version, such as `1.1`. */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** As received: order, spelling and repeats are kept. */
  readonly headers: HeaderList;
  /** Bytes after the head in the same segment. */
  readonly rest: Buffer;
}

/** The response is not HTTP/1.x. */
export class NotHttp extends Error {
  constructor(
    message: string,
    readonly bytes: Buffer,
  ) {
    super(message);
  }
}

/** Maximum bytes of a head, including the interim responses before it. */
const MAX_HEAD = 64 * KiB;

/** Bytes needed to recognise another protocol, and milliseconds to wait for them. */
const TELLING_BYTES = 24;
const GREETING_PATIENCE = 100;

/** Maximum characters of a server's text in a sentence; the headers hold the whole text. */
const MAX_QUOTED = 80;

const STATUS_LINE = /^HTTP\/(1\.\d) (\d{3})(?: ([^\r\n]*))?$/;

/**
 * Reads the head of a response (RFC 9112, sections 4 and 5), skips interim responses (1xx except 101), and pauses the
 * socket afterwards.
 * @throws NotHttp, and errors of the socket
 * @param onBytes receives all bytes of the response read so far, for display
 */
export async function readHead(
  socket: Socket,
  signal: AbortSignal,
  onBytes: (head: string) => void,
): Promise<ResponseHead> {
  let bytes: Buffer = Buffer.alloc(0);
  let begun = 0;
  return step<ResponseHead>(socket, signal, (resolve, reject) => {
    let wrong: Error | undefined;
    let timer: NodeJS.Timeout | undefined;
    // Registered before the step's own listener, which knows less about the response.
    const onEnd = (): void => {
      if (wrong !== undefined) reject(wrong);
    };
    socket.on('end', onEnd);
    const onData = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      try {
        for (;;) {
          const answer = parsed(bytes.subarray(begun));
          onBytes(bytes.subarray(0, answer ? begun + answer.length : bytes.length).toString('latin1'));
          if (answer === undefined) {
            // Includes the interim responses, whose number has no limit of its own.
            if (bytes.length > MAX_HEAD) throw new NotHttp('its headers have no end within 64 KiB', bytes);
            return;
          }
          begun += answer.length;
          if (answer.status >= 200 || answer.status === 101) {
            socket.pause();
            resolve({ ...answer, rest: bytes.subarray(begun) });
            return;
          }
        }
      } catch (error) {
        wrong = error as Error;
        if (bytes.length >= TELLING_BYTES) reject(wrong);
        // A greeting may arrive in pieces, and one byte is not enough to recognise its protocol.
        else timer ??= setTimeout(onEnd, GREETING_PATIENCE);
      }
    };
    socket.on('data', onData);
    socket.resume();
    return () => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd);
    };
  });
}

/** @returns undefined until the end of the head has arrived */
function parsed(bytes: Buffer): (Omit<ResponseHead, 'rest'> & { length: number }) | undefined {
  const beginning = bytes.subarray(0, 7).toString('latin1');
  if (!'HTTP/1.'.startsWith(beginning)) throw new NotHttp('it does not begin with HTTP/1', bytes);
  const length = headLength(bytes);
  if (length === undefined) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, length).toString('latin1').trimEnd().split(/\r?\n/);
  const status = STATUS_LINE.exec(statusLine);
  if (status === null) throw new NotHttp('its status line is not one of HTTP', bytes);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const last = headers.at(-1);
    // A line that begins with a blank continues the previous one (RFC 9112, section 5.2).
    if (/^[ \t]/.test(line) && last !== undefined) last[1] = `${last[1]} ${line.trim()}`;
    else if (colon > 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    else throw new NotHttp('a line among its headers has no colon', bytes);
  }
  const [, version = '', code, reason = ''] = status;
  return { version, status: Number(code), reason, headers, length };
}

/**
 * Characters up to and including the empty line. A line may end in LF alone (RFC 9112, section 2.2), as browsers and
 * curl accept it.
 */
function headLength(bytes: Buffer): number | undefined {
  const ends = ['\n\r\n', '\n\n'].flatMap((end) => {
    const at = bytes.indexOf(end);
    return at < 0 ? [] : [at + end.length];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** The first header of a name, ignoring case. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** The values of all headers of a name. */
export function headersOf(headers: HeaderList, name: string): string[] {
  return headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
}

/** A server's text as part of our sentence: short, and without characters that affect a terminal or a link. */
export function quoted(text: string): string {
  const visible = makeVisible(text).replaceAll('](', '] (');
  return visible.length > MAX_QUOTED ? `${visible.slice(0, MAX_QUOTED)}…` : visible;
}
