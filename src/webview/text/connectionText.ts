import type { SessionSummary } from '../../shared/session.ts';
import { SHARED_TEXT } from './sharedTexts.ts';

const DAY = 24 * 60 * 60 * 1_000;

/** A certificate that expires sooner gets a warning. */
const SOON_DAYS = 14;

/** A failure, or an unexpected end. */
export interface Failure {
  /** The error code of a failure, or the close code of an end. */
  readonly code: string;
  readonly message: string;
}

/** The failure or unexpected end in the card below the header; undefined if there is none. */
export function shownFailure({ error, end }: Pick<SessionSummary, 'error' | 'end'>): Failure | undefined {
  if (error !== undefined || end === undefined) return error;
  return { code: String(end.code), message: end.reason };
}

/** `TLSv1.3` becomes `TLS 1.3`. */
export function tlsName(protocol: string): string {
  return protocol.replace(/^TLSv1$/, 'TLSv1.0').replace(/^(TLS|SSL)v/, '$1 ');
}

/**
 * Whole days until a certificate expires: 0 on its last day, negative after it, undefined if it is not soon.
 * @param validTo ISO 8601; an invalid date gives undefined
 */
export function daysToExpiry(validTo: string, now: number): number | undefined {
  const days = Math.floor((Date.parse(validTo) - now) / DAY);
  return days < SOON_DAYS ? days : undefined;
}

export interface ExtensionParameter {
  readonly name: string;
  /** Empty for a parameter without a value. */
  readonly value: string;
  /** Explanation of a known parameter, else empty. */
  readonly meaning: string;
}

export interface Extension {
  readonly name: string;
  readonly parameters: readonly ExtensionParameter[];
}

const DEFLATE = 'permessage-deflate';

/** Parameters of permessage-deflate: RFC 7692, section 7.1. */
const MEANINGS: Readonly<Record<string, (value: string) => string>> = {
  server_no_context_takeover: () => SHARED_TEXT.serverNoContextTakeover,
  client_no_context_takeover: () => SHARED_TEXT.clientNoContextTakeover,
  server_max_window_bits: (value) => SHARED_TEXT.serverWindow(windowSize(value)),
  client_max_window_bits: (value) => SHARED_TEXT.clientWindow(windowSize(value)),
};

/** 15 bits (32 KiB) is also the default (RFC 7692, section 7.1.2). */
function windowSize(bits: string): string {
  const size = 2 ** Number(bits || '15');
  return size >= 1024 ? `${size / 1024} KiB` : `${size} B`;
}

/** Parses the Sec-WebSocket-Extensions header of the response (RFC 6455, section 9.1). */
export function parseExtensions(header: string): Extension[] {
  return header
    .split(',')
    .map((text) => {
      const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
      return { name, parameters: parameters.map((part) => parameterOf(name, part)) };
    })
    .filter(({ name }) => name !== '');
}

function parameterOf(extension: string, text: string): ExtensionParameter {
  const [name = '', value = ''] = text.split('=').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  return { name, value, meaning: (extension === DEFLATE && MEANINGS[name]?.(value)) || '' };
}

/** `permessage-deflate; client_max_window_bits=15` becomes `deflate`; other extensions keep their names. */
export function extensionNames(header: string): string {
  return parseExtensions(header)
    .map(({ name }) => (name === DEFLATE ? SHARED_TEXT.deflate : name))
    .join(', ');
}

/** Extensions with all parameters, one per line. */
export function explainExtensions(header: string): string {
  return parseExtensions(header)
    .flatMap(({ name, parameters }) => [name, ...parameters.map((each) => `    ${parameterText(each)}`)])
    .join('\n');
}

export function parameterText({ name, value, meaning }: ExtensionParameter): string {
  const spelled = value === '' ? name : `${name}=${value}`;
  return meaning === '' ? spelled : `${spelled}: ${meaning}`;
}
