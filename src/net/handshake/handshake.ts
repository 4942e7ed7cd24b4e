import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { securityNotes } from '../../core/session/options/securityNotes.ts';
import type { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { HeaderList, NoteDetail, OpenDetail } from '../../shared/timeline.ts';
import type { Credentials } from './authorization.ts';
import type { Cookies } from './cookies.ts';
import { deflateOf, offerOf } from './deflate.ts';
import { dial } from '../dial/dial.ts';
import type { Dialed, ResolveProxy } from '../dial/dial.ts';
import {
  basicAuthorization,
  digestAuthorization,
  digestChallenge,
  resolveAuthorization,
  withBearer,
} from './authorization.ts';
import type { Upgraded } from '../frames/framing.ts';
import { explainHandshakeFailure } from '../failure/handshakeFailure.ts';
import { elsewhereOptions, isRedirectAllowed, redirectNote, redirectTarget } from './redirect.ts';
import { redirectProblem, refusalError } from '../failure/refusal.ts';
import { readBody } from './responseBody.ts';
import { headersOf, readHead } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { BrokenOff } from '../dial/tcp.ts';
import { targetOf } from '../target.ts';
import type { ConnectionTarget } from '../target.ts';
import { evidenceOf, nextHop } from '../connection.ts';
import type { Trace } from '../connection.ts';
import { acceptUpgrade } from './upgradeAnswer.ts';
import type { Offer } from './upgradeAnswer.ts';

/** The state that all connections of a session share. */
export interface HandshakeContext {
  readonly cookies: Cookies;
  readonly resolveProxy: ResolveProxy;
}

export interface Opened extends Upgraded {
  readonly detail: OpenDetail;
  /** The final destination, as host:port. */
  readonly host: string;
  /** Whether TLS ended without its close_notify; known once the peer has ended the connection. */
  readonly isTruncated: () => boolean;
}

/** The parts of a handshake that stay the same over redirects and challenges. */
export interface HandshakeAttempt extends HandshakeContext {
  readonly options: ConnectOptions;
  readonly trace: Trace;
  /** The reason of its abort is the error to report. */
  readonly signal: AbortSignal;
  /** Called when a refusal has arrived: from then on, only its body is awaited. */
  readonly onRefused: () => void;
  /** A redirect is followed, or the connection is less secure than the defaults. */
  readonly onNote: (note: NoteDetail) => void;
}

/** The target and the token from a protocol's own request before the handshake. */
export interface Negotiated {
  readonly target: ConnectionTarget;
  /** An access token for the origin of the target. */
  readonly bearer: string | undefined;
}

/** One request of a handshake. */
interface Hop {
  readonly target: ConnectionTarget;
  /** The options for this target, which include no secrets if its origin differs from that of the URL. */
  readonly options: ConnectOptions;
  /** The data that is withheld because of another origin. */
  readonly withheld: readonly string[];
  /** The answer to a challenge, and the number of challenges answered for this target. */
  readonly authorization: string | undefined;
  readonly answered: number;
  readonly redirects: number;
}

/** The result: the connection, or the next request. */
type Step = { readonly opened: Opened } | Next;
type Next = Pick<Hop, 'target' | 'authorization' | 'answered'> & {
  /** The status of the redirecting response. */
  readonly status?: number;
};

const UNCHALLENGED = { authorization: undefined, answered: 0 } as const;

/**
 * Performs the opening handshake (RFC 6455, section 4.1), follows redirects and answers a Digest challenge.
 * @throws DuplexError with the cause and the remedy; the evidence is in the attempt's trace
 */
export async function openHandshake(attempt: HandshakeAttempt, negotiated?: Negotiated): Promise<Opened> {
  const { options, trace, cookies } = attempt;
  const home = targetOf(options.url);
  const atHome = { options, withheld: [] };
  let next: Next = { target: negotiated?.target ?? home, ...UNCHALLENGED };
  for (let redirects = 0, from = next.target; ;) {
    const { target, authorization, answered, status } = next;
    nextHop(trace);
    const isHome = target.origin === home.origin;
    const own = isHome ? atHome : elsewhereOptions(options, home, cookies.headerFor(home) !== undefined);
    if (own.withheld.length > 0) trace.withheld = own.withheld;
    else delete trace.withheld;
    if (status !== undefined) attempt.onNote(redirectNote(status, from, target, own.withheld));
    // A Location usually has no user info. At the original origin the user stays the same.
    const known = isHome && target.user === undefined ? { ...target, user: home.user } : target;
    const bearer = target.origin === negotiated?.target.origin ? negotiated.bearer : undefined;
    const hop = { ...own, options: withBearer(own.options, bearer) };
    const step = await requestUpgrade({ target: known, ...hop, authorization, answered, redirects }, attempt);
    if ('opened' in step) return step.opened;
    if (step.status !== undefined) redirects++;
    from = target;
    next = step;
  }
}

async function requestUpgrade(hop: Hop, attempt: HandshakeAttempt): Promise<Step> {
  const { target, options } = hop;
  const { trace, signal, cookies } = attempt;
  let dialed: Dialed | undefined;
  try {
    dialed = await dial(target, options, attempt.resolveProxy, trace, signal);
    const { socket } = dialed;
    trace.phase = 'http';
    const { headers, digest } = resolveAuthorization(options.headers);
    const deflate = deflateOf(options);
    const key = randomBytes(16).toString('base64');
    const request = upgradeHead(target, {
      headers,
      subprotocols: options.subprotocols,
      extensions: offerOf(deflate),
      key,
      cookie: cookies.headerFor(target),
      authorization: hop.authorization,
    });
    const answer = await exchange(socket, target, request, trace, signal);
    await cookies.store(answer.headers, target);
    // The peer has reset the connection meanwhile, and later steps would not notice its end.
    if (answer.status === 101 && socket.destroyed) throw socket.errored ?? new BrokenOff('closed');
    if (answer.status === 101) {
      const opened = openedBy(dialed, answer, { target, options, key, deflate }, trace);
      for (const note of securityNotes(opened.detail, target.address, options)) attempt.onNote(note);
      return { opened };
    }
    const next = challenged(answer, hop, digest) ?? redirected(answer, hop, attempt);
    if (next === undefined) throw await refused(answer, dialed, hop, attempt, digest !== undefined);
    socket.destroy();
    return next;
  } catch (error) {
    dialed?.socket.destroy();
    if (signal.aborted) throw signal.reason;
    const { wantsCertificate = false } = dialed ?? {};
    throw explainHandshakeFailure(error as Error, {
      target,
      options,
      home: attempt.options,
      trace,
      wantsCertificate,
    });
  }
}

/** The variable parts of an upgrade request; RFC 6455, section 4.1 fixes the rest. */
export interface UpgradeRequest {
  /** The user's own headers, in their order and spelling. */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  /** The offer of extensions; '' without an offer. */
  readonly extensions: string;
  readonly key: string;
  /** The Cookie header from the jar; used if the user set none. */
  readonly cookie: string | undefined;
  /** The answer to a challenge; it replaces any other Authorization header. */
  readonly authorization: string | undefined;
}

/** An upgrade request, including its final empty line (RFC 9112, section 3), to be encoded as Latin-1. */
export function upgradeHead(target: ConnectionTarget, request: UpgradeRequest): string {
  const { subprotocols, extensions, key } = request;
  return head(`GET ${target.path}`, target, request, [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Protocol', subprotocols.join(', ') || undefined],
    ['Sec-WebSocket-Extensions', extensions || undefined],
  ]);
}

/** The head of a POST request without a body, in the same form. */
export function postHead(target: ConnectionTarget, headers: HeaderList, cookie: string | undefined): string {
  return head(`POST ${target.path}`, target, { headers, cookie, authorization: undefined }, [
    ['Connection', 'close'],
    ['Content-Length', '0'],
  ]);
}

function head(
  line: string,
  target: ConnectionTarget,
  { headers, cookie, authorization }: Pick<UpgradeRequest, 'headers' | 'cookie' | 'authorization'>,
  fixed: readonly (readonly [string, string | undefined])[],
): string {
  const wrote = new Set(headers.map(([name]) => name.toLowerCase()));
  const own =
    authorization === undefined ? headers : headers.filter(([name]) => !/^authorization$/i.test(name));
  const { user } = target;
  const credentials =
    authorization ??
    (user !== undefined && !wrote.has('authorization')
      ? basicAuthorization({ user: user.name, password: user.password })
      : undefined);
  const all: (readonly [string, string | undefined])[] = [
    ['Host', wrote.has('host') ? undefined : target.authority],
    ...fixed,
    ...own,
    ['Authorization', credentials],
    ['Cookie', wrote.has('cookie') ? undefined : cookie],
  ];
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Sends a request and reads the head of its response. Both are recorded byte for byte. */
export async function exchange(
  socket: Socket,
  target: ConnectionTarget,
  request: string,
  trace: Trace,
  signal: AbortSignal,
): Promise<ResponseHead> {
  const noted = { with: 'server' as const, url: target.url, request, response: '' };
  trace.exchanges.push(noted);
  socket.write(request, 'latin1');
  return readHead(socket, signal, (raw) => (noted.response = raw));
}

function openedBy({ socket, isTruncated }: Dialed, answer: ResponseHead, offer: Offer, trace: Trace): Opened {
  const { headers, rest } = answer;
  Object.assign(trace, { status: 101, headers });
  const { protocol, extensions, deflate } = acceptUpgrade(answer, offer, trace);
  const { address, proxy, tls, exchanges = [] } = evidenceOf(trace);
  const detail: OpenDetail = {
    status: 101,
    protocol,
    extensions,
    headers,
    ...(address && { address }),
    ...(proxy && { proxy }),
    ...(tls && { tls }),
    exchanges,
  };
  return { socket, rest, protocol, deflate, detail, host: offer.target.address, isTruncated };
}

/** Repeats the request with the answer to a Digest challenge. A second time only if the nonce was too old. */
function challenged(answer: ResponseHead, hop: Hop, digest: Credentials | undefined): Next | undefined {
  const { target, answered } = hop;
  const credentials = digest ?? userOf(hop);
  if (answer.status !== 401 || credentials === undefined || answered > 1) return undefined;
  const challenge = digestChallenge(headersOf(answer.headers, 'www-authenticate'));
  if (challenge === undefined || (answered === 1 && !challenge.stale)) return undefined;
  const authorization = digestAuthorization(challenge, credentials, { method: 'GET', uri: target.path });
  return { target, authorization, answered: answered + 1 };
}

/** The user info of the URL, unless a header replaces it. */
function userOf({ target: { user }, options: { headers } }: Hop): Credentials | undefined {
  if (user === undefined || headersOf(headers, 'authorization').length > 0) return undefined;
  return { user: user.name, password: user.password };
}

function redirected(answer: ResponseHead, hop: Hop, { options }: HandshakeAttempt): Next | undefined {
  const target = redirectTarget(answer, hop.target);
  if (target === undefined || hop.redirects >= options.maxRedirects) return undefined;
  return isRedirectAllowed(target, hop.target, options)
    ? { target, ...UNCHALLENGED, status: answer.status }
    : undefined;
}

/** Reports a final response other than 101. @returns the error, with the reason that the response gives */
async function refused(
  answer: ResponseHead,
  { socket, wantsCertificate }: Dialed,
  { target, options: own, withheld }: Hop,
  { options, trace, signal, onRefused }: HandshakeAttempt,
  hasDigest: boolean,
): Promise<DuplexError> {
  onRefused();
  // A cancelled handshake does not wait for the body.
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  Object.assign(trace, { status: answer.status, headers: answer.headers });
  const body = (trace.body = await readBody(socket, answer, options.handshakeTimeout));
  const next = redirectTarget(answer, target);
  if (next === undefined)
    return refusalError({
      answer,
      target,
      body,
      request: trace.exchanges.at(-1)?.request ?? '',
      certificate: { asked: wantsCertificate, sent: own.cert !== '' || own.pfx !== '' },
      unusedDigest: hasDigest,
      withheld,
    });
  trace.redirect = next.url;
  const allowed = isRedirectAllowed(next, target, options);
  return redirectProblem(target.address, next.address, allowed ? options.maxRedirects : undefined);
}
