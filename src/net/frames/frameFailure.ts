import type { OversizeMessage, PartialMessage } from '../../core/frames/frameScanner.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_BUFFERED_CHUNKS, MAX_CONTROL_PAYLOAD, MAX_PENDING_PONGS } from '../../shared/limits.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { ErrorDetail } from '../../shared/timeline.ts';

/** Why an open connection failed, and how much of a message there was. */
export interface FrameFailure {
  readonly error: DuplexError;
  readonly evidence: Pick<ErrorDetail, 'received' | 'size'>;
}

/** What is known of the connection's frames: FrameTap. */
export interface FrameFacts {
  readonly oversize: OversizeMessage | undefined;
  readonly partial: PartialMessage | undefined;
}

/** What a peer did against the protocol, by the code of the transport's error; and where that is forbidden. */
const FAULTS: Readonly<Record<string, readonly [what: string, where: string]>> = {
  WS_ERR_UNEXPECTED_RSV_1: ['RSV1 is set in a frame that is not compressed', 'RFC 6455, section 5.2'],
  WS_ERR_UNEXPECTED_RSV_2_3: ['RSV2 or RSV3 is set', 'RFC 6455, section 5.2'],
  WS_ERR_EXPECTED_FIN: ['a control frame is fragmented', 'RFC 6455, section 5.5'],
  WS_ERR_UNEXPECTED_MASK: ['a frame of the server is masked', 'RFC 6455, section 5.1'],
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: [
    `a control frame is longer than ${MAX_CONTROL_PAYLOAD} bytes`,
    'RFC 6455, section 5.5',
  ],
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: [
    'a frame announces more bytes than any message can have',
    'RFC 6455, section 5.2',
  ],
};

/**
 * What a transport's error says of an open connection; undefined where it is not about frames.
 * @param host host:port of the server
 */
export function frameFailure(
  thrown: Error,
  host: string,
  options: ConnectOptions,
  facts: FrameFacts,
): FrameFailure | undefined {
  const { code = '' } = thrown as NodeJS.ErrnoException;
  const cause = { cause: thrown };
  switch (code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return overLimit(options, facts, cause);
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return tooManyParts(thrown.message, options, facts, cause);
    case 'WS_ERR_INVALID_UTF8':
      return of(
        'protocol.invalid-utf8',
        `${host} sent text that is not valid UTF-8 (RFC 6455, section 8.1): send such bytes as a binary message.`,
        cause,
      );
  }
  if (!code.startsWith('WS_ERR_') && !code.startsWith('Z_')) return undefined;
  const [what, where] = faultOf(code, thrown.message);
  const sentence = `${host} broke the WebSocket protocol: ${what} (${where}). The server or a proxy between has a fault.`;
  return of('protocol.frame', sentence, cause);
}

/** The connection broke off in the middle of a message. */
export function brokenOff(host: string, partial: PartialMessage, cause?: unknown): FrameFailure {
  const { received, size, compressed } = partial;
  const bytes = compressed ? 'compressed bytes' : 'bytes';
  const part = size === undefined ? `${received} ${bytes}` : `${received} of ${size} ${bytes}`;
  return {
    error: new DuplexError(
      'tcp.reset',
      `${host} broke the connection off in the middle of a message, of which ${part} came: look into the server's log.`,
      { cause },
    ),
    evidence: { received, ...(size !== undefined && { size }) },
  };
}

/** More pings came than pongs left. */
export function tooManyPings(host: string): DuplexError {
  return new DuplexError(
    'limit.pings',
    `${host} sends pings faster than it reads the pongs, of which ${MAX_PENDING_PONGS} wait: let it wait for an answer, or switch automatic pongs off.`,
  );
}

function overLimit(
  { maxPayload }: ConnectOptions,
  { oversize, partial }: FrameFacts,
  cause: ErrorOptions,
): FrameFailure {
  const limit = `the limit of ${maxPayload} bytes: raise max-payload, or set it to 0 for no limit.`;
  // Its headers tell nothing wrong: then it is what it inflates to.
  if (oversize === undefined)
    return of('limit.payload', `A compressed message inflates to more than ${limit}`, cause);
  const size = oversize.whole ? `${oversize.size} bytes` : `${oversize.size} bytes and more, in fragments,`;
  const received = partial !== undefined && partial.size === oversize.size ? partial.received : undefined;
  return {
    error: new DuplexError('limit.payload', `A message of ${size} is larger than ${limit}`, cause),
    evidence: { size: oversize.size, ...(received !== undefined && { received }) },
  };
}

/** `ws` has one code for two limits. */
function tooManyParts(
  text: string,
  { maxFragments }: ConnectOptions,
  { partial }: FrameFacts,
  cause: ErrorOptions,
): FrameFailure {
  const sentence = /fragment/.test(text)
    ? `A message came in more than ${maxFragments} fragments: let the server send larger ones, raise max-fragments, or set it to 0 for no limit.`
    : `A message came in more than ${MAX_BUFFERED_CHUNKS} pieces of a few bytes: let the server write larger ones.`;
  return {
    error: new DuplexError('limit.fragments', sentence, cause),
    evidence: partial === undefined ? {} : { received: partial.received },
  };
}

function faultOf(code: string, text: string): readonly [what: string, where: string] {
  const known = FAULTS[code];
  // `ws` names the number that it refuses, and nothing else, in its text.
  const number = /\d+$/.exec(text)?.[0] ?? '';
  switch (code) {
    case 'WS_ERR_INVALID_OPCODE':
      if (number === '0') return ['a continuation frame continues no message', 'RFC 6455, section 5.4'];
      if (number === '1' || number === '2')
        return ['a message begins before the fragments of another have ended', 'RFC 6455, section 5.4'];
      return [`a frame has the unknown opcode ${number}`, 'RFC 6455, section 5.2'];
    case 'WS_ERR_INVALID_CLOSE_CODE':
      return [`a close frame has the code ${number}, which may not be sent`, 'RFC 6455, section 7.4'];
    case 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH':
      if (number === '1') return ['a close frame has half a code', 'RFC 6455, section 5.5.1'];
  }
  if (code.startsWith('Z_')) return ['compressed data cannot be inflated', 'RFC 7692, section 7.2.2'];
  return known ?? [text, 'RFC 6455, section 5'];
}

function of(
  code: 'limit.payload' | 'protocol.frame' | 'protocol.invalid-utf8',
  sentence: string,
  cause: ErrorOptions,
): FrameFailure {
  return { error: new DuplexError(code, sentence, cause), evidence: {} };
}
