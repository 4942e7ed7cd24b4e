import { maskHandshake } from '../../session/secrets/maskHandshake.ts';
import { maskHeaders, maskUrl, sessionName } from '../../session/secrets/mask.ts';
import type { ErrorDetail, HeaderList, OpenDetail } from '../../../shared/timeline.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import {
  importedHeaders,
  type ImportedRecording,
  type ImportedRequest,
  type ImportedRow,
} from '../imported.ts';
import type { HarConversation, HarMessage } from './harConversation.ts';

/** Nobody reads a longer file. A comment says how many messages are left out. */
const MAX_STEPS = 100;
const MAX_BYTES = 1024 * 1024;

/** A request that connects like the recorded connection and sends the same messages. */
export function requestOf(conversation: HarConversation): ImportedRequest {
  const sent: HarMessage[] = [];
  let count = 0;
  let bytes = 0;
  let received = 0;
  for (const message of conversation.messages()) {
    if (message.kind !== 'text' && message.kind !== 'binary') continue;
    if (message.direction === 'in') received++;
    if (message.direction !== 'out') continue;
    count++;
    bytes += message.payload.length;
    if (sent.length < MAX_STEPS && bytes <= MAX_BYTES) sent.push(message);
  }
  return {
    name: sessionName(conversation.url),
    options: optionsOf(conversation),
    steps: sent.map(({ kind, payload }) => ({
      message: { kind: kind === 'text' ? 'text' : 'binary', data: payload },
    })),
    left: [
      ...conversation.left,
      ...(sent.length < count
        ? [`This request has ${sent.length} of the ${count} messages that were sent.`]
        : []),
      ...(received > 0 ? ['What was received is in the recording, not in the request.'] : []),
    ],
  };
}

function optionsOf({ url, requestHeaders }: HarConversation): GivenOptions {
  return { url, ...importedHeaders(requestHeaders) };
}

/** The connection as a recording, its secrets masked. */
export function recordingOf(conversation: HarConversation): ImportedRecording {
  const { url, startedAt, requestHeaders, responseHeaders } = conversation;
  return {
    name: sessionName(url),
    url: maskUrl(url),
    startedAt: new Date(startedAt / 1000).toISOString(),
    requestHeaders: maskHeaders(
      requestHeaders.filter(([name]) => !/^(?:host|connection|upgrade)$/i.test(name)),
    ),
    responseHeaders: maskHeaders(responseHeaders),
    rows: () => rowsOf(conversation),
  };
}

function* rowsOf(conversation: HarConversation): Generator<ImportedRow> {
  const { startedAt, openedAt, status, failure } = conversation;
  const options = optionsOf(conversation);
  const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const none = { direction: 'none', flags: 0 } as const;
  let time = openedAt - startedAt;
  const refusal = refusalOf(conversation);
  // HTTP/2 answers a WebSocket with 200 (RFC 8441, section 5).
  if (!refusal)
    yield {
      ...none,
      kind: 'open',
      time,
      payload: json(maskHandshake(openOf(conversation, status ?? 101), options)),
    };
  for (const message of messagesOf(conversation, refusal)) {
    time = Math.max(time, (message.time ?? 0) - startedAt);
    const { kind, direction, flags, payload, close } = message;
    if (kind === 'error') {
      const detail: ErrorDetail = {
        code: message.errorCode ?? 'protocol.frame',
        message: new TextDecoder().decode(payload),
      };
      yield { ...none, kind, time, payload: json(maskHandshake(detail, options)) };
    } else if (kind === 'close') {
      yield { kind, direction, flags, time, payload: json(close ?? {}) };
    } else {
      yield { kind, direction, flags, time, payload };
    }
  }
  if (refusal) yield { ...none, kind: 'error', time, payload: json(maskHandshake(refusal, options)) };
  else if (failure !== undefined)
    yield {
      ...none,
      kind: 'error',
      time,
      payload: json(maskHandshake({ ...failure, code: failure.code ?? 'tcp.reset' }, options)),
    };
}

/** The messages of a connection, and how it ended. */
function* messagesOf(conversation: HarConversation, refusal: ErrorDetail | undefined): Generator<HarMessage> {
  yield* conversation.messages();
  if (conversation.end && !refusal) yield conversation.end;
}

function openOf({ responseHeaders }: HarConversation, status: number): OpenDetail {
  return {
    status,
    protocol: headerOf(responseHeaders, 'sec-websocket-protocol'),
    extensions: headerOf(responseHeaders, 'sec-websocket-extensions'),
    headers: responseHeaders,
  };
}

function headerOf(headers: HeaderList, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}

/** Why there was no connection; undefined if there was one. */
function refusalOf(conversation: HarConversation): ErrorDetail | undefined {
  const { status, responseHeaders, body, failure } = conversation;
  const [first] = conversation.messages();
  if (first && first.kind !== 'error') return undefined;
  if (status !== undefined && status !== 101 && status !== 200)
    return {
      code: 'handshake.status',
      message: `The server refused the handshake with ${status}.`,
      phase: 'http',
      status,
      headers: responseHeaders,
      ...(body !== undefined && { body }),
    };
  if (status !== undefined || failure === undefined) return undefined;
  const { message, code = FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? 'tcp.reset' } = failure;
  return { code, message };
}

/** Names of errors in Chromium and Firefox. */
const FAILURES: readonly (readonly [RegExp, string])[] = [
  [/REFUSED/, 'tcp.refused'],
  [/NAME_NOT_RESOLVED|UNKNOWN_HOST/, 'dns.not-found'],
  [/TIMED_OUT|TIMEOUT/, 'tcp.timeout'],
  [/CERT/, 'tls.untrusted'],
];
