import type { Socket } from 'node:net';
import { MAX_REFUSED_BODY } from '../../shared/limits.ts';
import { headerOf } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';

/** Time limit in milliseconds for the body of a refused handshake. */
const PATIENCE = 2_000;

/**
 * Reads the beginning of a refused handshake's body, at most MAX_REFUSED_BODY bytes, and ends the connection. If the
 * body is truncated or does not end in time, resolves with the received part: the refusal is certain, and its body is
 * only evidence.
 */
export function readBody(socket: Socket, head: ResponseHead, patience: number): Promise<string> {
  return new Promise((resolve) => {
    const read = bodyReader(head);
    const timer = setTimeout(() => finish(), Math.min(PATIENCE, patience));
    const finish = (): void => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.destroy();
      resolve(Buffer.from(read.body()).subarray(0, MAX_REFUSED_BODY).toString('utf8'));
    };
    const onData = (chunk: Buffer): void => {
      if (read.add(chunk)) finish();
    };
    if (read.add(head.rest) || socket.destroyed) {
      finish();
      return;
    }
    socket.on('data', onData);
    for (const event of ['end', 'close', 'error']) socket.once(event, finish);
    socket.resume();
  });
}

/** Maximum bytes of a chunked body including chunk headers, so that a header without an end cannot fill the memory. */
const MOST_CHUNKED = 4 * MAX_REFUSED_BODY;

interface BodyReader {
  /** @returns whether the body is complete, or enough of it has arrived */
  add(chunk: Buffer): boolean;
  body(): Uint8Array;
}

/** The reader for the body's form (RFC 9112, section 6.3): chunked, with a length, or until the connection ends. */
function bodyReader({ status, headers }: ResponseHead): BodyReader {
  if (status === 204 || status === 304) return lengthReader(0);
  if (/\bchunked\s*$/i.test(headerOf(headers, 'transfer-encoding') ?? '')) return chunkedReader();
  const length = headerOf(headers, 'content-length');
  return lengthReader(length !== undefined && /^\d+$/.test(length) ? Number(length) : Infinity);
}

function lengthReader(length: number): BodyReader {
  const wanted = Math.min(length, MAX_REFUSED_BODY);
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      return bytes >= wanted;
    },
    body: () => Buffer.concat(chunks).subarray(0, wanted),
  };
}

/** Reads lines with hexadecimal sizes, each followed by that many bytes and a line end (RFC 9112, section 7.1). */
function chunkedReader(): BodyReader {
  let raw: Buffer = Buffer.alloc(0);
  let ended = false;
  const body = (): Buffer => {
    const parts: Buffer[] = [];
    for (let at = 0; ;) {
      const end = raw.indexOf('\r\n', at);
      const size = end < 0 ? NaN : Number.parseInt(raw.subarray(at, end).toString('latin1'), 16);
      ended = size === 0;
      if (!(size > 0)) return Buffer.concat(parts);
      parts.push(raw.subarray(end + 2, end + 2 + size));
      at = end + 2 + size + 2;
    }
  };
  return {
    add(chunk) {
      raw = Buffer.concat([raw, chunk]);
      return body().length >= MAX_REFUSED_BODY || ended || raw.length > MOST_CHUNKED;
    },
    body,
  };
}
