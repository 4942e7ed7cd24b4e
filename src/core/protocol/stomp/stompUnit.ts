import { isSecretName } from '../../text/secretName.ts';
import { bodyPayload } from '../json/bodyPayload.ts';
import { MAX_NAME_CHARS } from '../limits.ts';
import type { StreamFormat } from '../stream/byteStream.ts';
import type { StreamProtocol } from '../stream/streamDecoder.ts';
import { type DecodedUnit, MASKED_VALUE } from '../unit.ts';
import {
  endOfLines,
  stompHeader,
  measureFrame,
  readStompFrame,
  SERVER_COMMANDS,
  type StompFrame,
  type StompHeaders,
  type StompVersion,
} from './frame.ts';

/** The version of a subprotocol; the latest one for any other name. */
export function versionOf(subprotocol: string): StompVersion {
  const digit = /^v1([01])\.stomp$/.exec(subprotocol)?.[1];
  return digit === undefined ? '1.2' : digit === '0' ? '1.0' : '1.1';
}

/** The version in a CONNECTED frame; 1.0 if the header is missing. */
export function agreedVersion(headers: StompHeaders): StompVersion {
  const version = stompHeader(headers, 'version') ?? '1.0';
  return version === '1.0' || version === '1.1' ? version : '1.2';
}

/** Both directions of a connection. The version is that of the last CONNECTED frame. */
export function createStompStreams(subprotocol: string, state?: string): StreamProtocol {
  let version = state === '1.0' || state === '1.1' || state === '1.2' ? state : versionOf(subprotocol);
  const format: StreamFormat = {
    measure: measureFrame,
    read(bytes, start, end) {
      const range = { start, end };
      if (endOfLines(bytes, start, end) === end) {
        // Line ends after a frame are not a heartbeat; alone in a message they are.
        const beat: DecodedUnit = { type: 'control', name: 'heart-beat', heartbeat: true, range };
        return { units: start === 0 ? [beat] : [], problems: [] };
      }
      const frame = readStompFrame(bytes, start, end, version);
      if (frame.command === 'CONNECTED') version = agreedVersion(frame.headers);
      return { units: [stompUnit(frame, bytes, range)], problems: [] };
    },
  };
  return { client: format, server: format, state: () => version };
}

function stompUnit(frame: StompFrame, bytes: Uint8Array, range: DecodedUnit['range']): DecodedUnit {
  const { command, headers, body, problems } = frame;
  const value = (name: string): string | undefined => stompHeader(headers, name)?.slice(0, MAX_NAME_CHARS);
  const quoted = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : JSON.stringify(text);
  const destination = value('destination');
  // Brokers copy the headers of a SEND to its MESSAGE, and only clients request receipts.
  const receipt = SERVERS.has(command) ? undefined : quoted(value('receipt'));
  const version = command === 'CONNECTED' ? value('version') : undefined;
  const name = destination ?? command;
  return {
    type: unitType(command, receipt !== undefined),
    name,
    id: receipt,
    replyTo: quoted(value('receipt-id')),
    stream: STREAMED.has(command) ? quoted(value('id') ?? value('subscription') ?? destination) : undefined,
    refs: REFERRING.flatMap((header) => quoted(value(header)) ?? []).concat(
      ACKNOWLEDGING.has(command) ? (quoted(value('id')) ?? []) : [],
    ),
    error: command === 'ERROR' ? (value('message') ?? '') : undefined,
    label: [command, destination ?? value('transaction') ?? value('receipt-id') ?? version]
      .filter((part) => part !== undefined)
      .join(' '),
    headers: shownHeaders(command, headers),
    payload: bodyPayload(bytes, body, stompHeader(headers, 'content-type')),
    range,
    problems: problems.length === 0 ? undefined : problems,
  };
}

/** Brokers take tokens in headers of CONNECT with any name. A header of another frame is data, unless it is one of these. */
const SECRET_ELSEWHERE = /^(?:passcode|authorization)$/i;

function shownHeaders(command: string, headers: StompHeaders): StompHeaders {
  const isOpening = command === 'CONNECT' || command === 'STOMP';
  return headers.map(([key, text]) => {
    const isSecret = isOpening ? isSecretName(key, text) : SECRET_ELSEWHERE.test(key);
    return [key, isSecret ? MASKED_VALUE : text];
  });
}

const SERVERS = new Set<string>(SERVER_COMMANDS);

/** Frames of a subscription. In 1.0 it may have no id; then its destination identifies it. */
const STREAMED = new Set(['SUBSCRIBE', 'UNSUBSCRIBE', 'MESSAGE']);

/** Headers with ids that later frames repeat. */
const REFERRING = ['message-id', 'ack', 'transaction', 'session'];

/** Their header `id` is that of the header `ack` of a MESSAGE. */
const ACKNOWLEDGING = new Set(['ACK', 'NACK']);

function unitType(command: string, asksForReceipt: boolean): DecodedUnit['type'] {
  switch (command) {
    case 'SUBSCRIBE':
      return 'subscribe';
    case 'UNSUBSCRIBE':
      return 'unsubscribe';
    case 'RECEIPT':
      return 'reply';
    case 'ERROR':
      return 'error';
    case 'CONNECT':
    case 'STOMP':
    case 'CONNECTED':
    case 'DISCONNECT':
      return 'control';
    default:
      return asksForReceipt ? 'call' : 'event';
  }
}
