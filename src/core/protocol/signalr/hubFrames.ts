import { joinBytes } from '../../codec/joinBytes.ts';
import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import { MAX_UNITS } from '../limits.ts';

// A WebSocket message may hold several messages of the hub. JSON ends in 0x1E; MessagePack is preceded by its length.

const RECORD_SEPARATOR = 0x1e;
const OPEN_BRACE = 0x7b;

export interface HubFrame extends ByteRange {
  readonly format: 'json' | 'messagepack';
}

/**
 * The hub messages in one WebSocket message. The answer to the handshake is JSON even under MessagePack, and other
 * messages may follow it.
 * Stops after the first problem, because later messages cannot be found.
 */
export function* hubFrames(data: Uint8Array, kind: 'text' | 'binary'): Generator<HubFrame | UnitProblem> {
  let at = 0;
  for (let count = 0; at < data.length; count++) {
    if (count >= MAX_UNITS) {
      yield {
        code: 'decode.limit',
        message: `More than ${MAX_UNITS} units in one message are not decoded.`,
        at,
      };
      return;
    }
    const frame = kind === 'text' || isJson(data, at) ? jsonFrame(data, at) : binaryFrame(data, at);
    yield frame;
    if ('code' in frame) return;
    at = frame.end + (frame.format === 'json' ? 1 : 0);
  }
}

/** 0x7B is also the length 123. Then an array of MessagePack follows, which begins with a byte that is not ASCII. */
function isJson(data: Uint8Array, at: number): boolean {
  return data[at] === OPEN_BRACE && (data[at + 1] ?? 0) < 0x80;
}

function jsonFrame(data: Uint8Array, start: number): HubFrame | UnitProblem {
  const end = data.indexOf(RECORD_SEPARATOR, start);
  if (end >= 0) return { format: 'json', start, end };
  const message = `Not SignalR: the message from byte ${start} on does not end in the record separator 0x1E.`;
  return { code: 'decode.envelope', message, at: data.length };
}

/** The length of 1 to 5 bytes, lowest seven bits first. */
function binaryFrame(data: Uint8Array, at: number): HubFrame | UnitProblem {
  let length = 0;
  let start = at;
  for (let bits = 0; ; bits += 7) {
    const byte = data[start++];
    if (byte === undefined) {
      const message = `Not SignalR: the length of the message at byte ${at} is cut.`;
      return { code: 'decode.binary', message, at: data.length };
    }
    length += (byte & 0x7f) * 2 ** bits;
    if (byte < 0x80) break;
    if (bits >= 28) {
      const message = `Not SignalR: the length at byte ${at} has more than 5 bytes.`;
      return { code: 'decode.binary', message, at };
    }
  }
  if (length <= data.length - start) return { format: 'messagepack', start, end: start + length };
  const message = `Not SignalR: the message at byte ${at} has ${length} bytes by its length, and only ${data.length - start} follow.`;
  return { code: 'decode.binary', message, at };
}

/** A MessagePack message with its length. */
export function withLength(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head: number[] = [];
  let rest = body.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) head.push((rest & 0x7f) | 0x80);
  head.push(rest);
  return joinBytes([Uint8Array.from(head), body]);
}
