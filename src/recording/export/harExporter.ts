import { isUtf8 } from 'node:buffer';
import type { Header, QueryString, Request, Response } from 'har-format';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import {
  FLAG,
  type CloseDetail,
  type ErrorDetail,
  type Exchange,
  type HeaderList,
  type Kind,
  type OpenDetail,
} from '../../shared/timeline.ts';
import { base64Pieces, utf8Pieces } from '../read/jsonLine.ts';
import { detailOf, type LineRow } from '../read/rowDetail.ts';
import { createRowTimes } from './isoTime.ts';
import type { RowExporter } from './rowExporter.ts';

const COMMENT =
  'Notes, frames and certificates of the recording are left out. Secrets of handshakes are masked, payloads are not.';

/** Opcodes (RFC 6455, section 5.2) in the form that Chrome writes. */
const OPCODES: Readonly<Partial<Record<Kind, number>>> = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/**
 * Writes HAR 1.2 with `_webSocketMessages` in Chrome's form: seconds since the epoch, control frames as opcodes 8 to
 * 10, base64 for all opcodes except 1. Each connection is an entry; its end is also in `_webSocketClose`, which HTTP
 * Toolkit writes and reads. Text that is not valid UTF-8 is base64 with `_encoding`. A compressed message has
 * `_compressedSize`: its bytes on the wire, -1 if unknown, as HAR marks other sizes. Headers are masked as in the
 * recording.
 */
export function createHarExporter(manifest: SessionManifest): RowExporter {
  const start = Date.parse(manifest.startedAt);
  // ISO 8601 with as many decimals as needed (HAR 1.2, "entries"), because the times of messages have microseconds too.
  const startOf = createRowTimes(manifest.startedAt);
  let isBegun = false;
  let entry:
    | {
        readonly from: number;
        messages: number;
        last: number;
        close: string;
        /** Whether the connection was refused or has closed. An error that follows belongs to another attempt. */
        isOver: boolean;
      }
    | undefined;

  const head = (): string[] => {
    if (isBegun) return [];
    isBegun = true;
    const creator = { name: 'Duplex', version: '1' };
    return [
      `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"comment":${JSON.stringify(COMMENT)},"pages":[],"entries":[`,
    ];
  };
  let entries = 0;
  let notes = 0;
  function* open({ time }: LineRow, detail: Partial<OpenDetail & ErrorDetail>): Generator<string> {
    yield* close();
    yield* head();
    const exchange = lastWithServer(detail.exchanges);
    if (entries++ > 0) yield ',\n';
    const fields = {
      startedDateTime: startOf({ time }),
      _resourceType: 'websocket',
      request: requestOf(manifest, exchange),
      response: responseOf(detail),
      cache: {},
    };
    yield `${JSON.stringify(fields).slice(0, -1)},"_webSocketMessages":[`;
    entry = { from: time, messages: 0, last: time, close: '', isOver: false };
  }
  function* close(): Generator<string> {
    if (!entry) return;
    const milliseconds = (entry.last - entry.from) / 1000;
    // The duration is known only after the messages, so it follows them.
    yield `],"time":${milliseconds},"timings":{"send":0,"wait":0,"receive":${milliseconds}}${entry.close}}`;
    entry = undefined;
  }

  return {
    *row(row, payload) {
      const { kind, time, direction } = row;
      if (kind === 'note') {
        notes++;
        return;
      }
      if (kind === 'open') {
        yield* open(row, detailOf(payload));
        return;
      }
      // A refused handshake gets an entry. So does a range of rows that starts after its open row.
      const isAttempt = kind === 'error' && entry?.isOver !== false;
      if (!entry || isAttempt) yield* open(row, isAttempt ? detailOf(payload) : {});
      entry!.last = time;
      let data = payload;
      let marks = marksOf(row);
      if (kind === 'error') {
        entry!.close ||= ',"_webSocketClose":"aborted"';
        if (isAttempt) {
          entry!.isOver = true;
          return;
        }
        const detail = detailOf(payload);
        data = new TextEncoder().encode(sentenceOf(detail));
        marks = `"_errorCode":${JSON.stringify(String(detail.code))},`;
      }
      if (kind === 'close') {
        entry!.isOver = true;
        const detail = detailOf(payload) as Partial<CloseDetail>;
        if (direction === 'in' || entry!.close === '') entry!.close = endOf(detail, seconds(start, time));
        const frame = closePayload(detail);
        // The connection ended without a close frame.
        if (!frame) return;
        data = frame;
      }
      const isText = kind === 'error' || (kind === 'text' && isUtf8(data));
      const type = kind === 'error' ? 'error' : direction === 'out' ? 'send' : 'receive';
      const encoding = !isText && kind === 'text' ? '"_encoding":"base64",' : '';
      yield `${entry!.messages++ > 0 ? ',\n' : ''}{"type":"${type}","time":${seconds(start, time)},"opcode":${OPCODES[kind] ?? -1},${encoding}${marks}"data":"`;
      if (isText) for (const piece of utf8Pieces(data)) yield JSON.stringify(piece).slice(1, -1);
      else yield* base64Pieces(data);
      yield '"}';
    },
    *end() {
      yield* close();
      yield* head();
      yield ']}}\n';
    },
    left: () =>
      notes === 0
        ? []
        : [
            notes === 1
              ? 'One note is left out.'
              : `${notes} notes, such as those about reconnects, are left out.`,
          ],
  };
}

/** Members that HAR readers ignore, because their names begin with an underscore (HAR 1.2, custom fields). */
function marksOf({ flags = 0, wireSize = -1 }: LineRow): string {
  const compressed = flags & FLAG.compressed ? `"_compressedSize":${wireSize},` : '';
  const automatic = flags & FLAG.automatic ? '"_automatic":true,' : '';
  return `${compressed}${automatic}${flags & FLAG.altered ? '"_altered":true,' : ''}`;
}

/** The member `_webSocketClose`. @param timestamp in seconds since the epoch */
function endOf({ code, reason = '', clean }: Partial<CloseDetail>, timestamp: string): string {
  if (code === 1006) return ',"_webSocketClose":"aborted"';
  const close = JSON.stringify({ code, reason, ...(clean === false && { wasClean: false }) });
  return `,"_webSocketClose":${close.slice(0, -1)},"timestamp":${timestamp}}`;
}

/**
 * The payload of a close frame (RFC 6455, section 5.5.1); undefined if there was no frame, or a frame cannot carry that
 * code.
 */
function closePayload({ code, reason }: Partial<CloseDetail>): Uint8Array | undefined {
  if (code === 1005) return new Uint8Array();
  if (code === 1006 || !Number.isInteger(code) || code! < 0 || code! > 65_535) return undefined;
  const text = new TextEncoder().encode(typeof reason === 'string' ? reason : '');
  return Uint8Array.of(code! >> 8, code! & 0xff, ...text);
}

/** Seconds since the epoch with exactly six decimals: adding floating-point numbers would round microseconds away. */
function seconds(start: number, microseconds: number): string {
  const total = start * 1000 + microseconds;
  const whole = Math.floor(total / 1_000_000);
  return `${whole}.${String(Math.round(total - whole * 1_000_000)).padStart(6, '0')}`;
}

/** The last exchange of the handshake. Redirects and proxies come before it. */
function lastWithServer(exchanges: readonly Exchange[] = []): Exchange | undefined {
  return exchanges.filter((each) => each.with === 'server').at(-1);
}

function requestOf({ url, requestHeaders }: SessionManifest, exchange: Exchange | undefined): Request {
  const [, search = ''] = /\?([^#]*)/.exec(url) ?? [];
  return {
    method: 'GET',
    url: exchange?.url ?? url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: named(exchange ? headersOf(exchange.request) : requestHeaders),
    queryString: search === '' ? [] : search.split('&').map(queryField),
    headersSize: exchange ? exchange.request.length : -1,
    bodySize: 0,
  };
}

function responseOf(detail: Partial<OpenDetail & ErrorDetail>): Response {
  const { status, headers, exchanges, body, code } = detail;
  const exchange = lastWithServer(exchanges);
  const [, statusText = ''] = /^HTTP\/\S+ \d+ ?(.*)$/m.exec(exchange?.response.split('\r\n')[0] ?? '') ?? [];
  return {
    status: status ?? 0,
    statusText,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: named(headers ?? []),
    content: { size: body?.length ?? 0, mimeType: 'x-unknown', ...(body !== undefined && { text: body }) },
    redirectURL: '',
    headersSize: exchange ? exchange.response.length : -1,
    bodySize: body?.length ?? 0,
    ...(code !== undefined && { _error: sentenceOf(detail), _errorCode: code }),
  };
}

/** The message of an error. The recording may hold anything instead. */
function sentenceOf({ message }: { readonly message?: unknown }): string {
  return typeof message === 'string' ? message : '';
}

function headersOf(request: string): HeaderList {
  return request
    .split('\r\n')
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
    });
}

function named(headers: HeaderList): Header[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function queryField(pair: string): QueryString {
  const equals = pair.indexOf('=');
  const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  return { name: decoded(name), value: decoded(value) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // The text has a stray percent sign, so it is taken literally.
    return text;
  }
}
