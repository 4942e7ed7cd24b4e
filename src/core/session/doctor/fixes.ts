import { byteCount } from '../../../shared/byteCount.ts';
import type { Fix, FixAction } from '../../../shared/diagnosis.ts';
import {
  DEFAULT_MAX_FRAGMENTS,
  DEFAULT_MAX_PAYLOAD,
  DEFAULT_MAX_REDIRECTS,
  MiB,
} from '../../../shared/limits.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import { originOf, otherScheme, pageOrigin } from '../options/url.ts';
import { invalidSubprotocol } from '../options/validate.ts';
import { SOCKET_IO_PATH, withSocketIoPath } from '../options/usualPath.ts';

// One fix each; undefined if there is nothing to change.

/** The longest handshake time-out and the largest payload limit that a fix sets automatically. */
const LONG_TIMEOUT = 120_000;
const LARGE_PAYLOAD = 1024 * MiB;

export const retry: Fix = { id: 'retry', label: 'Connect again', change: {} };

export function actionFix(action: FixAction, label: string): Fix {
  return { id: action, label, action };
}

export const editUrl = actionFix('editUrl', 'Edit URL');

/** Opens the form with all options of the connection. */
export const editConnection = actionFix('editConnection', 'Edit Connection');

/** Swaps ws: and wss:; undefined if the URL has neither. */
export function switchScheme({ url }: ConnectOptions): Fix | undefined {
  const other = otherScheme(url);
  if (other === undefined) return undefined;
  const label = `Connect with ${other.startsWith('wss') ? 'wss://' : 'ws://'}`;
  return { id: 'scheme', label, change: { url: other } };
}

/** The usual path of Socket.IO 3 and 4; undefined for a URL that has a path. */
export function addSocketIoPath({ url }: ConnectOptions): Fix | undefined {
  const other = withSocketIoPath(url);
  if (other === undefined) return undefined;
  return { id: 'socketIoUrl', label: `Connect to Socket.IO at ${SOCKET_IO_PATH}`, change: { url: other } };
}

export const toWss = (options: ConnectOptions): Fix | undefined =>
  /^wss:/i.test(options.url) ? undefined : switchScheme(options);

export const toWs = (options: ConnectOptions): Fix | undefined =>
  /^wss:/i.test(options.url) ? switchScheme(options) : undefined;

export function withoutProxy({ proxy }: ConnectOptions, detail: ErrorDetail): Fix | undefined {
  if (proxy === 'none' || (proxy === '' && detail.proxy === undefined)) return undefined;
  return { id: 'noProxy', label: 'Connect without a proxy', change: { proxy: 'none' } };
}

export const enterProxy = actionFix('enterProxy', 'Enter a proxy');

/** Always the last fix: without verification the server's identity is unknown. */
export const insecure: Fix = {
  id: 'insecure',
  label: 'Connect without verifying the certificate',
  change: { insecure: true },
};

/** The top of the chain: the authority if the server sent it, otherwise the server's own certificate. */
export function trustCa({ ca }: ConnectOptions, { tls }: ErrorDetail): Fix | undefined {
  const top = tls?.chain.at(-1);
  if (top === undefined || ca.includes(top.pem)) return undefined;
  return {
    id: 'trustCa',
    label: `Trust “${top.subject}” for this request`,
    change: { ca: [...ca, top.pem] },
  };
}

/** A name in the certificate, to be requested and verified instead of the URL's host. */
export function expectListedName({ servername }: ConnectOptions, { tls }: ErrorDetail): Fix | undefined {
  const names = (tls?.chain[0]?.altNames ?? '').split(/,\s*/);
  const name = names
    .filter((each) => each.startsWith('DNS:') && !each.includes('*'))
    .map((each) => each.slice('DNS:'.length))
    .find((each) => each !== servername);
  return name === undefined
    ? undefined
    : { id: 'servername', label: `Expect the certificate of ${name}`, change: { servername: name } };
}

export function anyTlsVersion({ minTlsVersion }: ConnectOptions): Fix | undefined {
  return minTlsVersion === '' ? undefined : lowestTls('', 'Allow the usual versions of TLS');
}

export function lowestTls(minTlsVersion: ConnectOptions['minTlsVersion'], label: string): Fix {
  return { id: `minTls${minTlsVersion}`, label, change: { minTlsVersion } };
}

export function longerTimeout({ handshakeTimeout }: ConnectOptions): Fix | undefined {
  const longer = Math.min(LONG_TIMEOUT, Math.max(60_000, 2 * handshakeTimeout));
  if (longer <= handshakeTimeout) return undefined;
  return {
    id: 'timeout',
    label: `Wait up to ${longer / 1000} s`,
    change: { handshakeTimeout: longer },
  };
}

/** The names in the server's answer that are valid and were not offered. */
export function offer({ subprotocols }: ConnectOptions, named: readonly string[]): Fix | undefined {
  const others = named.filter(
    (name) => invalidSubprotocol(name) === undefined && !subprotocols.includes(name),
  );
  if (others.length === 0) return undefined;
  return {
    id: 'offer',
    label: `Offer the subprotocol ${others.join(', ')}`,
    change: { subprotocols: [...subprotocols, ...others] },
  };
}

export function offerNone({ subprotocols }: ConnectOptions, { subprotocol }: ErrorDetail): Fix | undefined {
  if (subprotocol !== undefined || subprotocols.length === 0) return undefined;
  return { id: 'offerNone', label: 'Offer no subprotocol', change: { subprotocols: [] } };
}

export function noDeflate({ deflate }: ConnectOptions): Fix | undefined {
  if (!deflate) return undefined;
  return {
    id: 'noDeflate',
    label: 'Connect without compression',
    change: { deflate: false, deflateParameters: {} },
  };
}

export function redirectFixes(
  { url, redirectOrigins, maxRedirects }: ConnectOptions,
  { redirect }: ErrorDetail,
): Fix[] {
  const origin = redirect === undefined ? undefined : originOf(redirect);
  const isElsewhere = origin !== undefined && origin !== originOf(url);
  if (isElsewhere && !redirectOrigins.includes(origin))
    return [
      {
        id: 'follow',
        label: `Follow the redirect to ${origin}`,
        change: {
          redirectOrigins: [...redirectOrigins, origin],
          maxRedirects: Math.max(maxRedirects, 1),
        },
      },
    ];
  const more = Math.min(50, Math.max(DEFAULT_MAX_REDIRECTS, 2 * maxRedirects));
  return [
    {
      id: 'moreRedirects',
      label: `Follow up to ${more} redirects`,
      change: { maxRedirects: more },
    },
  ];
}

export function raisePayload({ maxPayload }: ConnectOptions, { size }: ErrorDetail): Fix[] {
  let limit = Math.max(maxPayload, DEFAULT_MAX_PAYLOAD);
  while (limit < (size ?? maxPayload + 1) && limit < LARGE_PAYLOAD) limit *= 2;
  limit = Math.min(limit, LARGE_PAYLOAD);
  const noLimit: Fix = { id: 'noPayloadLimit', label: 'Set no size limit', change: { maxPayload: 0 } };
  if (limit <= maxPayload || limit < (size ?? 0)) return [noLimit];
  const label = `Raise the size limit to ${byteCount(limit)}`;
  return [{ id: 'maxPayload', label, change: { maxPayload: limit } }, noLimit];
}

export function raiseFragments({ maxFragments }: ConnectOptions): Fix[] {
  const limit = Math.min(2 ** 31 - 1, Math.max(DEFAULT_MAX_FRAGMENTS, 8 * maxFragments));
  return [
    {
      id: 'maxFragments',
      label: `Raise the limit to ${limit.toLocaleString('en-US')} fragments`,
      change: { maxFragments: limit },
    },
    { id: 'noFragmentLimit', label: 'Set no limit of fragments', change: { maxFragments: 0 } },
  ];
}

export function reconnectAutomatically({ reconnect }: ConnectOptions): Fix | undefined {
  if (reconnect > 0) return undefined;
  return { id: 'reconnect', label: 'Reconnect automatically from now on', change: { reconnect: 10 } };
}

export function pingRegularly({ heartbeat }: ConnectOptions): Fix | undefined {
  if (heartbeat > 0) return undefined;
  return { id: 'heartbeat', label: 'Ping every 30 s from now on', change: { heartbeat: 30_000 } };
}

export function slowerHeartbeat({ heartbeat }: ConnectOptions): Fix | undefined {
  if (heartbeat === 0) return undefined;
  const label = `Ping every ${(2 * heartbeat) / 1000} s from now on`;
  return { id: 'heartbeat', label, change: { heartbeat: 2 * heartbeat } };
}

export const hasHeader = ({ headers }: ConnectOptions, name: string): boolean =>
  headers.some(([each]) => each.toLowerCase() === name);

/** Servers that allow only pages of their own host refuse a client without an Origin. */
export function addOrigin(options: ConnectOptions): Fix | undefined {
  const origin = pageOrigin(options.url);
  if (origin === undefined || hasHeader(options, 'origin')) return undefined;
  return {
    id: 'origin',
    label: `Send Origin: ${origin}`,
    change: { headers: [...options.headers, ['Origin', origin]] },
  };
}

/** Whether an answer gives a reason to send an Origin: its body or its headers name that header. */
export function mentionsOrigin({ body = '', headers = [] }: ErrorDetail): boolean {
  return /\borigin\b/i.test([body, ...headers.map((header) => header.join(' '))].join(' '));
}
