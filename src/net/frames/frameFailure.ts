import type {
  FaultyFrame,
  OversizeMessage,
  PartialFrame,
  PartialMessage,
} from '../../core/frames/frameScanner.ts';
import { faultPlace, transportFault } from '../../core/frames/transportFault.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_BUFFERED_CHUNKS, MAX_PENDING_PONGS } from '../../shared/limits.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { ErrorDetail } from '../../shared/timeline.ts';
import { nodeCodeOf } from '../failure/connectionError.ts';
import type { InvalidText } from './strictWebSocket.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** The reason why an open connection failed, and the part of a message that had arrived. */
export interface FrameFailure {
  readonly error: DuplexError;
  readonly evidence: Pick<ErrorDetail, 'received' | 'size'>;
}

type Peer = 'client' | 'server';

/** The facts about the connection's frames, from `FrameTap`. */
export interface FrameFacts {
  readonly oversize: OversizeMessage | undefined;
  readonly partial: PartialMessage | undefined;
  readonly fault: FaultyFrame | undefined;
}

/**
 * Explains a transport error of an open connection; undefined if it does not concern frames.
 * @param host the peer at the start of a sentence: host:port of a server
 */
export function frameFailure(
  thrown: Error,
  host: string,
  options: ConnectOptions,
  facts: FrameFacts,
  peer: Peer = 'server',
): FrameFailure | undefined {
  const { code = '' } = thrown as NodeJS.ErrnoException;
  const cause = { cause: thrown };
  // A server has many clients, so a sentence about a limit names the client.
  const from = peer === 'client' ? ` from ${host.replace(/^The /, 'the ')}` : '';
  switch (code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return overLimit(options, facts, from, cause);
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return tooManyParts(thrown.message, options, facts, { from, peer }, cause);
    case 'WS_ERR_INVALID_UTF8': {
      const { close } = thrown as InvalidText;
      const sentence =
        close === undefined
          ? `${host} sent text that is not valid UTF-8 (RFC 6455, section 8.1): send such bytes as a binary message.`
          : `${host} closed with ${close.code} and a reason that is not valid UTF-8 (RFC 6455, section 5.5.1): let the ${peer} cut the reason between two characters.`;
      return of('protocol.invalid-utf8', sentence, cause);
    }
  }
  const fault = transportFault(code, thrown.message, facts.fault);
  if (fault === undefined) return undefined;
  const place = 'head' in fault ? ` The frame ${faultPlace(fault)}.` : '';
  const sentence = `${host} violated the WebSocket protocol: ${fault.what} (${fault.where}).${place} The ${peer} or a proxy in between has a fault.`;
  return of('protocol.frame', sentence, cause);
}

/**
 * The failure if the connection broke in the middle of a message or a frame; otherwise undefined.
 * @param cause the transport's error; undefined if the peer ended the TCP connection
 */
export function cutOffFailure(
  host: string,
  partial: PartialMessage | undefined,
  frame: PartialFrame | undefined,
  cause?: Error,
  peer: Peer = 'server',
): FrameFailure | undefined {
  if (partial !== undefined) {
    const { received, size, compressed } = partial;
    const bytes = compressed ? 'compressed bytes' : 'bytes';
    const part = size === undefined ? `${received} ${bytes}` : `${received} of ${size} ${bytes}`;
    return {
      error: breakOff(host, `a message, of which ${part} came`, cause, peer),
      evidence: { received, ...(size !== undefined && { size }) },
    };
  }
  if (frame === undefined) return undefined;
  const { what, received, size } = frame;
  const part = `${size === undefined ? received : `${received} of ${size}`} ${(size ?? received) === 1 ? 'byte' : 'bytes'}`;
  return { error: breakOff(host, `a ${what}, of which ${part} came`, cause, peer), evidence: {} };
}

function breakOff(host: string, what: string, cause: Error | undefined, peer: Peer): DuplexError {
  const how = cause === undefined ? 'ended TCP without a close frame' : nodeCodeOf(cause) || cause.message;
  return new DuplexError(
    'tcp.reset',
    `${host} broke off the connection in the middle of ${what} (${how}): check the log of the ${peer}, or of a proxy in between.`,
    { cause },
  );
}

/** The error if more pings arrived than could be answered. */
export function tooManyPings(host: string, peer: Peer = 'server'): DuplexError {
  const remedy = peer === 'client' ? '' : `, or connect with ${optionNamed('autoPong')}`;
  return new DuplexError(
    'limit.pings',
    `${host} sends pings faster than it reads the pongs, of which ${MAX_PENDING_PONGS} wait: let it wait for an answer${remedy}.`,
  );
}

function overLimit(
  { maxPayload }: ConnectOptions,
  { oversize, partial }: FrameFacts,
  from: string,
  cause: ErrorOptions,
): FrameFailure {
  const limit = `the limit of ${maxPayload} bytes: raise ${optionNamed('maxPayload')}, or set it to 0 for no limit.`;
  // Its headers are within the limit, so its inflated size exceeds it.
  if (oversize === undefined)
    return of('limit.payload', `A compressed message${from} inflates to more than ${limit}`, cause);
  const size = oversize.whole ? `${oversize.size} bytes` : `${oversize.size} bytes and more, in fragments,`;
  const received = partial !== undefined && partial.size === oversize.size ? partial.received : undefined;
  return {
    error: new DuplexError('limit.payload', `A message of ${size}${from} is larger than ${limit}`, cause),
    evidence: { size: oversize.size, ...(received !== undefined && { received }) },
  };
}

/** `ws` uses one code for two limits. */
function tooManyParts(
  text: string,
  { maxFragments }: ConnectOptions,
  { partial }: FrameFacts,
  { from, peer }: { readonly from: string; readonly peer: Peer },
  cause: ErrorOptions,
): FrameFailure {
  const sentence = /fragment/.test(text)
    ? `A message${from} came in more than ${maxFragments} fragments: let the ${peer} send larger ones, raise ${optionNamed('maxFragments')}, or set it to 0 for no limit.`
    : `A message${from} came in more than ${MAX_BUFFERED_CHUNKS} pieces of a few bytes: let the ${peer} write larger ones.`;
  return {
    error: new DuplexError('limit.fragments', sentence, cause),
    evidence: partial === undefined ? {} : { received: partial.received },
  };
}

function of(
  code: 'limit.payload' | 'protocol.frame' | 'protocol.invalid-utf8',
  sentence: string,
  cause: ErrorOptions,
): FrameFailure {
  return { error: new DuplexError(code, sentence, cause), evidence: {} };
}
