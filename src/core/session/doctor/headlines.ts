import type { Fix } from '../../../shared/diagnosis.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import { retryAfter } from '../life/reconnect.ts';
import { originOf } from '../options/url.ts';
import {
  addOrigin,
  addSocketIoPath,
  actionFix,
  editConnection,
  editUrl,
  mentionsOrigin,
  retry,
  toWss,
  trustCa,
} from './fixes.ts';
import { recogniseAnswer } from './recogniseAnswer.ts';

/** The main finding about a failure. */
export interface Headline {
  /** A few words, without a full stop. */
  readonly headline: string;
  /** The fix that follows from the evidence; undefined if there is nothing to change. */
  readonly first: Fix | undefined;
  /** Milliseconds after the failure at which the server allows another attempt. */
  readonly retryAfter?: number;
}

type Rule = (detail: ErrorDetail, options: ConnectOptions) => Headline | undefined;

/** The first rule that matches wins, so the more certain ones come first. */
const RULES: readonly Rule[] = [
  expiredToken,
  engineIoVersion,
  engineIoSession,
  socketIoPath,
  graphqlSubprotocol,
  explainedRefusal,
  upgradeDropped,
  retryLater,
  gateway,
  loginPage,
  otherProtocol,
  selfSigned,
  hungUp,
];

/** @returns undefined if the evidence adds nothing to the failure's own sentence */
export function headlineOf(detail: ErrorDetail, options: ConnectOptions): Headline | undefined {
  for (const rule of RULES) {
    const found = rule(detail, options);
    if (found !== undefined) return found;
  }
  return undefined;
}

const valueOf = ({ headers = [] }: ErrorDetail, name: string): string =>
  headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value)
    .join(', ');

function expiredToken(detail: ErrorDetail): Headline | undefined {
  const challenge = valueOf(detail, 'www-authenticate');
  if (detail.status !== 401 || !/\bbearer\b/i.test(challenge)) return undefined;
  const replace = actionFix('enterAuthorization', 'Replace token…');
  if (/expired/i.test(`${challenge} ${detail.body ?? ''}`))
    return { headline: 'The access token expired', first: replace };
  return /invalid_token/i.test(challenge)
    ? { headline: 'The server does not accept the access token', first: replace }
    : undefined;
}

/** Engine.IO answers `{"code":5,"message":"Unsupported protocol version"}`, to a WebSocket handshake the message alone. */
function engineIoVersion({ status, body = '' }: ErrorDetail, { url }: ConnectOptions): Headline | undefined {
  const [, asked] = /[?&]EIO=(\d)/.exec(url) ?? [];
  if (status !== 400 || asked === undefined || !/"code"\s*:\s*5\b|^Unsupported protocol version$/.test(body))
    return undefined;
  const other = asked === '4' ? '3' : '4';
  return {
    headline: `The server does not speak Engine.IO ${asked}, which EIO=${asked} asks for`,
    first: {
      id: 'engineIo',
      label: `Connect with EIO=${other}`,
      change: { url: url.replace(/([?&]EIO=)\d/, `$1${other}`) },
    },
  };
}

/** Engine.IO answers `{"code":1,"message":"Session ID unknown"}`, or the message alone: sessions live in the memory of one node. */
function engineIoSession({ status, body = '' }: ErrorDetail, { url }: ConnectOptions): Headline | undefined {
  if (status !== 400 || !/[?&]sid=/.test(url) || !/"code"\s*:\s*1\b|^Session ID unknown$/.test(body))
    return undefined;
  return {
    headline: 'The session belongs to another node, or has expired',
    first: {
      id: 'engineIoSession',
      label: 'Connect with a new session',
      change: { url: url.replace(/([?&])sid=[^&#]*&?/, '$1').replace(/[?&](?=#|$)/, '') },
    },
  };
}

/** A URL without a path, although the connection names Socket.IO. */
function socketIoPath({ code }: ErrorDetail, options: ConnectOptions): Headline | undefined {
  const isOfPath = code.startsWith('handshake.') || code === 'tcp.reset';
  const first = isOfPath && options.protocol.startsWith('socket.io') ? addSocketIoPath(options) : undefined;
  return first && { headline: 'The path of Socket.IO is missing in the URL', first };
}

const GRAPHQL_SUBPROTOCOLS = ['graphql-transport-ws', 'graphql-ws'];

/** The package graphql-ws does not speak the subprotocol of this name, which its predecessor used. */
function graphqlSubprotocol(
  { code, subprotocol }: ErrorDetail,
  options: ConnectOptions,
): Headline | undefined {
  const { subprotocols, protocol } = options;
  const offered = subprotocols.length > 0 ? subprotocols : [protocol];
  const refused = GRAPHQL_SUBPROTOCOLS.find((name) => offered.includes(name));
  const other = GRAPHQL_SUBPROTOCOLS.find((name) => !offered.includes(name));
  if (code !== 'handshake.subprotocol' || subprotocol || refused === undefined || other === undefined)
    return undefined;
  const isNamed = GRAPHQL_SUBPROTOCOLS.includes(protocol);
  return {
    headline:
      refused === 'graphql-ws'
        ? 'graphql-ws is the older subprotocol: the package graphql-ws speaks graphql-transport-ws'
        : 'The server may speak graphql-ws, the older subprotocol of subscriptions-transport-ws',
    first: {
      id: 'graphqlSubprotocol',
      label: `Speak ${other}`,
      change: { subprotocols: [other], ...(isNamed && { protocol: other }) },
    },
  };
}

/** Maximum length of a sentence quoted from a body. */
const MAX_SENTENCE = 160;

/** The sentence in a body that explains a refusal; undefined for a page that only repeats the status. */
function sentenceIn(body: string): string | undefined {
  let text = body.trim();
  try {
    const value = JSON.parse(text) as Record<string, unknown> | string | null;
    const names = ['error_description', 'message', 'detail', 'reason', 'title', 'error'];
    const found =
      typeof value === 'string'
        ? value
        : names.map((name) => value?.[name]).find((each) => typeof each === 'string' && each.includes(' '));
    if (typeof found !== 'string') return undefined;
    text = found.trim();
  } catch {
    if (/^\s*[<{[]/.test(text)) return undefined;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (!/[\p{L}]+\s+[\p{L}]+/u.test(line) || /^(error )?\d{3}\b|^forbidden\b.{0,12}$/i.test(line))
    return undefined;
  return line.length > MAX_SENTENCE ? `${line.slice(0, MAX_SENTENCE)}…` : line.replace(/\.$/, '');
}

function explainedRefusal(detail: ErrorDetail, options: ConnectOptions): Headline | undefined {
  if (detail.status !== 403) return undefined;
  const sentence = sentenceIn(detail.body ?? '');
  if (sentence === undefined) return undefined;
  const first = mentionsOrigin(detail) ? addOrigin(options) : undefined;
  return { headline: sentence, first: first ?? editConnection };
}

function upgradeDropped(detail: ErrorDetail): Headline | undefined {
  if (detail.status !== 426) return undefined;
  const versions = valueOf(detail, 'sec-websocket-version');
  if (versions !== '' && !/\b13\b/.test(versions))
    return { headline: `The server speaks WebSocket version ${versions}, not 13`, first: editUrl };
  return { headline: 'A proxy drops Upgrade, or this route speaks only HTTP', first: editUrl };
}

function retryLater({ status = 0, headers = [] }: ErrorDetail): Headline | undefined {
  if (![408, 425, 429, 503].includes(status)) return undefined;
  // A date is relative to the Date header of the answer, not to the time at which the failure is viewed.
  const wait = retryAfter(headers, NaN);
  if (wait === undefined || Number.isNaN(wait)) return undefined;
  const seconds = Math.ceil(wait / 1000);
  const time = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return { headline: `Retry in ${time}`, first: retry, retryAfter: wait };
}

/** Proxies by their Server header. */
const GATEWAYS: readonly (readonly [RegExp, string])[] = [
  [/nginx|openresty/i, 'nginx'],
  [/cloudflare/i, 'Cloudflare'],
  [/haproxy/i, 'HAProxy'],
  [/envoy/i, 'Envoy'],
  [/traefik/i, 'Traefik'],
  [/caddy/i, 'Caddy'],
  [/apache/i, 'Apache'],
  [/varnish/i, 'Varnish'],
  [/awselb/i, 'The AWS load balancer'],
  [/microsoft-azure|azure/i, 'Azure'],
];

function gateway(detail: ErrorDetail): Headline | undefined {
  if (detail.status !== 502 && detail.status !== 504) return undefined;
  const said = `${valueOf(detail, 'server')} ${valueOf(detail, 'via')}`;
  const name = GATEWAYS.find(([pattern]) => pattern.test(said))?.[1];
  if (name === undefined) return undefined;
  const what = detail.status === 502 ? 'no valid answer' : 'no answer in time';
  return { headline: `${name} got ${what} from the server behind it`, first: retry };
}

function loginPage({ code, redirect }: ErrorDetail, { url }: ConnectOptions): Headline | undefined {
  if (code !== 'handshake.redirect' || redirect === undefined || originOf(redirect) === originOf(url))
    return undefined;
  return /\b(log-?in|sign-?in|sso|oauth2?|saml2?|accounts?|auth|authorize|adfs)\b/i.test(redirect)
    ? { headline: 'Redirects to a login page', first: actionFix('enterAuthorization', 'Add cookie or token') }
    : undefined;
}

/** Names that begin with a vowel sound: an SSH server. */
const AN = /^(SSH|SMTP|FTP|HTTP|RTSP|RDP|XMPP|AMQP|MQTT|IMAP|IRC|ICAP)/;

function otherProtocol(detail: ErrorDetail, options: ConnectOptions): Headline | undefined {
  if (detail.code !== 'handshake.not-http' || !detail.firstBytes) return undefined;
  const name = recogniseAnswer(detail.firstBytes);
  if (name === undefined || !/^[A-Z]\S*$/.test(name)) return undefined;
  const article = AN.test(name) ? 'An' : 'A';
  const first = name === 'TLS' ? toWss(options) : undefined;
  return { headline: `${article} ${name} server answers on this port`, first: first ?? editUrl };
}

function selfSigned(detail: ErrorDetail, options: ConnectOptions): Headline | undefined {
  const [own, ...others] = detail.tls?.chain ?? [];
  if (detail.code !== 'tls.untrusted' || own === undefined) return undefined;
  if (others.length > 0 || own.subject !== own.issuer) return undefined;
  const trust = trustCa(options, detail);
  return {
    headline: 'Self-signed certificate',
    first: trust && { ...trust, label: 'Trust this certificate for this connection' },
  };
}

/** Some servers answer a request without Origin by closing the connection. */
function hungUp(detail: ErrorDetail, options: ConnectOptions): Headline | undefined {
  const last = detail.exchanges?.at(-1);
  if (detail.code !== 'tcp.reset' || detail.phase !== 'http' || last?.response !== '') return undefined;
  return { headline: 'The server closed without an answer', first: addOrigin(options) };
}
