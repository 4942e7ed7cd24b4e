import { fromBase64 } from '../../protocol/unit.ts';
import { invalidUrl } from '../../session/options/validate.ts';
import { ERROR_CODES } from '../../../shared/errors.ts';
import {
  FLAG,
  type CloseDetail,
  type Direction,
  type HeaderList,
  type Kind,
} from '../../../shared/timeline.ts';
import { field, listField, numberField, pairsOf, textField } from '../fields.ts';
import { webSocketUrl } from '../imported.ts';

/** A message or control frame of a HAR. */
export interface HarMessage {
  readonly kind: Extract<Kind, 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'error'>;
  readonly direction: Direction;
  /** Microseconds since the epoch; undefined if the file does not have it. */
  readonly time: number | undefined;
  readonly payload: Uint8Array;
  /** Bits of FLAG. */
  readonly flags: number;
  /** Set for `close`. */
  readonly close?: CloseDetail;
  /** Set for `error` if Duplex wrote it. */
  readonly errorCode?: string;
}

/** One entry of a HAR as a connection. */
export interface HarConversation {
  /** ws: or wss: */
  readonly url: string;
  /** Microseconds since the epoch, whole milliseconds. */
  readonly startedAt: number;
  /** Microseconds since the epoch: of the connection, or of its first message if the file says that it was earlier. */
  readonly openedAt: number;
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** Undefined if there is no answer. */
  readonly status: number | undefined;
  readonly body: string | undefined;
  /** Why a connection failed: the words of the writer, and the code if the writer was Duplex. */
  readonly failure: { readonly message: string; readonly code: string | undefined } | undefined;
  messages(): Iterable<HarMessage>;
  /** The end of the connection, if no message is a close frame. */
  readonly end: HarMessage | undefined;
  /** Sentences about the parts that cannot be read. */
  readonly left: readonly string[];
}

/** Playwright writes milliseconds, all others seconds: a time above this is milliseconds, or later than the year 5138. */
const MOST_SECONDS = 1e11;

const KINDS: ReadonlyMap<number, HarMessage['kind']> = new Map([
  // A continuation frame: the file does not say whether its message is text or binary.
  [0, 'binary'],
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);

/**
 * @param attached lines of JSON, a message each; undefined if the entry itself holds its messages.
 * @returns undefined without a URL
 */
export function harConversation(entry: unknown, attached: string | undefined): HarConversation | undefined {
  const request = field(entry, 'request');
  const response = field(entry, 'response');
  const url = webSocketUrl(textField(request, 'url') ?? '');
  if (invalidUrl(url) !== undefined) return undefined;
  const broken = { lines: 0 };
  const messages =
    attached === undefined ? listField(entry, '_webSocketMessages') : linesOf(attached, broken);
  const first = messages.map((each) => timeOf(each)).find((time) => time !== undefined);
  const started = microsecondsOf(textField(entry, 'startedDateTime') ?? '');
  const earliest = Math.min(Number.isFinite(started) ? started : Infinity, first ?? Infinity);
  const openedAt = Number.isFinite(earliest) ? earliest : 0;
  const status = Number(textField(response, 'status'));
  // HAR 1.2: how long it took, in milliseconds.
  const duration = (numberField(entry, 'time') ?? 0) * 1000;
  const end = closeOf(field(entry, '_webSocketClose'), Math.round(started + duration) || undefined);
  let unknown = 0;
  let lastClose: unknown;
  // One sentence counts all messages that cannot be read.
  for (const each of messages) {
    const kind = messageOf(each)?.kind;
    if (kind === undefined) unknown++;
    if (kind === 'close') lastClose = each;
  }
  return {
    url,
    startedAt: Math.floor(openedAt / 1000) * 1000,
    openedAt,
    requestHeaders: headersOf(request),
    responseHeaders: headersOf(response),
    status: status > 0 ? status : undefined,
    body: textField(field(response, 'content'), 'text'),
    failure: failureOf(response),
    *messages() {
      for (const each of messages) {
        const message = messageOf(each);
        if (!message) continue;
        // The close frame has everything in `_webSocketClose`, except whether the peer closed too.
        const isClean = each !== lastClose || end?.close?.clean !== false;
        yield message.close && !isClean ? { ...message, close: { ...message.close, clean: false } } : message;
      }
    },
    end: lastClose === undefined ? end : undefined,
    left: [
      ...(unknown > 0
        ? [`${unknown} messages of ${url} have an opcode or data that no HAR has: they are left out.`]
        : []),
      ...(broken.lines > 0
        ? [`${broken.lines} lines of the messages of ${url} are not JSON: they are left out.`]
        : []),
    ],
  };
}

function linesOf(text: string, broken: { lines: number }): readonly unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      broken.lines++;
      return [];
    }
  });
}

function headersOf(part: unknown): HeaderList {
  // HTTP/2 has pseudo headers, which the handshake of RFC 6455 does not have.
  return pairsOf(field(part, 'headers')).flatMap(({ name, value }) =>
    name.startsWith(':') ? [] : [[name, value] as const],
  );
}

/** Microseconds since the epoch; NaN for anything but a date. `Date` reads milliseconds only. @param text ISO 8601 */
function microsecondsOf(text: string): number {
  const [, beyond = ''] = /\.\d{3}(\d{1,3})/.exec(text) ?? [];
  return Date.parse(text) * 1000 + Number(beyond.padEnd(3, '0'));
}

/** Microseconds since the epoch. */
function timeOf(message: unknown, name = 'time'): number | undefined {
  const time = Number(textField(message, name));
  const microseconds = Math.round(time > MOST_SECONDS ? time * 1000 : time * 1_000_000);
  return time > 0 && Number.isSafeInteger(microseconds) ? microseconds : undefined;
}

function messageOf(message: unknown): HarMessage | undefined {
  const type = textField(message, 'type');
  const data = textField(message, 'data') ?? '';
  const time = timeOf(message);
  if (type === 'error') {
    const errorCode = errorCodeOf(message);
    const payload = new TextEncoder().encode(data);
    return {
      kind: 'error',
      direction: 'none',
      time,
      flags: 0,
      payload,
      ...(errorCode !== undefined && { errorCode }),
    };
  }
  const kind = KINDS.get(Number(textField(message, 'opcode')));
  if (kind === undefined || (type !== 'send' && type !== 'receive')) return undefined;
  const direction = type === 'send' ? 'out' : 'in';
  const flags = flagsOf(message);
  if (kind === 'text') {
    const isBase64 = textField(message, '_encoding') === 'base64';
    const payload = isBase64 ? fromBase64(data) : new TextEncoder().encode(data);
    return payload && { kind, direction, time, flags: flags | (isBase64 ? FLAG.invalidUtf8 : 0), payload };
  }
  // Chrome writes the payload of control frames as base64; other tools write text.
  const payload = fromBase64(data) ?? (kind === 'binary' ? undefined : new TextEncoder().encode(data));
  if (!payload) return undefined;
  return { kind, direction, time, flags, payload, ...(kind === 'close' && { close: closeFrame(payload) }) };
}

/** The marks that Duplex adds to messages. */
function flagsOf(message: unknown): number {
  return (
    (typeof field(message, '_compressedSize') === 'number' ? FLAG.compressed : 0) |
    (field(message, '_automatic') === true ? FLAG.automatic : 0) |
    (field(message, '_altered') === true ? FLAG.altered : 0)
  );
}

/** RFC 6455, section 5.5.1. */
function closeFrame(payload: Uint8Array): CloseDetail {
  if (payload.length < 2) return { code: 1005, reason: '', clean: true };
  return {
    code: payload[0]! * 256 + payload[1]!,
    reason: new TextDecoder().decode(payload.subarray(2)),
    clean: true,
  };
}

/** Playwright has `_failureText`, Chrome and mitmproxy have `_error`. */
function failureOf(response: unknown): HarConversation['failure'] {
  const message = textField(response, '_failureText') ?? textField(response, '_error') ?? '';
  return message === '' ? undefined : { message, code: errorCodeOf(response) };
}

/** A code of Duplex. */
function errorCodeOf(value: unknown): string | undefined {
  const code = textField(value, '_errorCode');
  return ERROR_CODES.find((each) => each === code);
}

/**
 * `{code, reason, timestamp}` or `aborted`, as HTTP Toolkit writes it; `wasClean` is ours.
 * @param time the end of the entry; used if the close has no time
 */
function closeOf(value: unknown, time: number | undefined): HarMessage | undefined {
  const close = (detail: CloseDetail, at = time): HarMessage => ({
    kind: 'close',
    direction: 'in',
    time: at,
    flags: 0,
    payload: new Uint8Array(),
    close: detail,
  });
  if (value === 'aborted') return close({ code: 1006, reason: '', clean: false });
  const code = Number(textField(value, 'code'));
  if (!Number.isInteger(code) || code < 0 || code > 65535) return undefined;
  return close(
    { code, reason: textField(value, 'reason') ?? '', clean: field(value, 'wasClean') !== false },
    timeOf(value, 'timestamp'),
  );
}
