import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { OpenDetail } from '../shared/timeline.ts';
import { resolveAuthorization } from './authorization.ts';
import { connectionError } from './connectionError.ts';
import type { Cookies } from './cookies.ts';
import { acceptExtensions, deflateOf, offerOf } from './deflate.ts';
import { dial } from './dial.ts';
import type { ResolveProxy } from './dial.ts';
import { digestAuthorization, digestChallenge } from './digest.ts';
import type { Upgraded } from './framing.ts';
import { explain } from './handshakeFailure.ts';
import { mayLeadTo, redirectTarget } from './redirect.ts';
import { redirectProblem, refusal, subprotocolProblem } from './refusal.ts';
import { upgradeHead, withoutSecrets } from './requestHead.ts';
import { readBody } from './responseBody.ts';
import { headerOf, headersOf, readHead } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { targetOf } from './target.ts';
import type { Target } from './target.ts';
import { nextHop } from './trace.ts';
import type { Trace } from './trace.ts';

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What outlives one connection of a session. */
export interface HandshakeContext {
  readonly cookies: Cookies;
  readonly resolveProxy: ResolveProxy;
}

export interface Opened extends Upgraded {
  readonly detail: OpenDetail;
  /** Where it led in the end, as host:port. */
  readonly host: string;
}

/** One handshake: its parts that stay the same over redirects and challenges. */
export interface Attempt extends HandshakeContext {
  readonly options: ConnectOptions;
  readonly trace: Trace;
  /** Its reason is the error of whoever gives up. */
  readonly signal: AbortSignal;
  /** The answer is there and refuses: from now on only its body is waited for. */
  readonly onRefused: () => void;
}

/** Where the handshake goes next, or the connection that came about. */
type Step = { readonly opened: Opened } | { readonly next: Target; readonly authorization?: string };

/**
 * The opening handshake (RFC 6455, section 4.1), over redirects and a Digest challenge.
 * @throws DuplexError with the cause and the remedy; the evidence is in the attempt's trace
 */
export async function openHandshake(attempt: Attempt): Promise<Opened> {
  const { options, trace } = attempt;
  const home = targetOf(options.url);
  let target = home;
  let authorization: string | undefined;
  for (let redirects = 0; ;) {
    nextHop(trace);
    const own = target.origin === home.origin ? options : withoutSecrets(options);
    const result = await ask(target, own, authorization, redirects, attempt);
    if ('opened' in result) return result.opened;
    if (result.authorization === undefined) redirects++;
    target = result.next;
    authorization = result.authorization;
  }
}

async function ask(
  target: Target,
  options: ConnectOptions,
  authorization: string | undefined,
  redirects: number,
  attempt: Attempt,
): Promise<Step> {
  const { trace, signal, cookies } = attempt;
  let asked = false;
  try {
    const dialed = await dial(target, options, attempt.resolveProxy, trace, signal);
    ({ asked } = dialed);
    trace.phase = 'http';
    const { headers, digest } = resolveAuthorization(options.headers);
    const deflate = deflateOf(options);
    const key = randomBytes(16).toString('base64');
    const request = upgradeHead(target, {
      headers,
      subprotocols: options.subprotocols,
      extensions: offerOf(deflate),
      key,
      cookie: cookies.headerFor(target.cookieUrl),
      authorization,
    });
    const answer = await exchange(dialed.socket, target, request, trace, signal);
    cookies.store(answer.headers, target.cookieUrl);
    if (answer.status === 101) {
      Object.assign(trace, { status: 101, headers: answer.headers });
      const { rest } = answer;
      const accepted = accept(answer, key, deflate, target, options, trace, dialed.socket);
      const { address, proxy, tls, exchanges } = trace;
      const known = { ...(address && { address }), ...(proxy && { proxy }), ...(tls && { tls }), exchanges };
      const detail: OpenDetail = { status: 101, headers: answer.headers, ...accepted, ...known };
      const { protocol } = accepted;
      const used = accepted.extensions === '' ? undefined : deflate;
      return {
        opened: { socket: dialed.socket, rest, protocol, deflate: used, detail, host: target.address },
      };
    }
    const challenge =
      answer.status === 401 && digest !== undefined && authorization === undefined
        ? digestChallenge(headersOf(answer.headers, 'www-authenticate'))
        : undefined;
    if (challenge !== undefined && digest !== undefined) {
      dialed.socket.destroy();
      return { next: target, authorization: digestAuthorization(challenge, digest, target.path) };
    }
    const next = redirectTarget(answer, target);
    if (next !== undefined && mayLeadTo(next, target, attempt.options) && redirects < options.maxRedirects) {
      dialed.socket.destroy();
      return { next };
    }
    throw await refused(answer, dialed.socket, target, next, attempt);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw explain(error as Error, target, options, trace, asked);
  }
}

/** Sends a request and reads the answer's head; what travelled is noted byte for byte. */
async function exchange(
  socket: Socket,
  target: Target,
  request: string,
  trace: Trace,
  signal: AbortSignal,
): Promise<ResponseHead> {
  const noted = { with: 'server' as const, url: target.url, request, response: '' };
  trace.exchanges.push(noted);
  socket.write(request, 'latin1');
  return readHead(socket, signal, (raw) => (noted.response = raw));
}

/** @throws DuplexError where the answer does not hold what RFC 6455, section 4.1 demands */
function accept(
  { headers }: ResponseHead,
  key: string,
  deflate: ReturnType<typeof deflateOf>,
  target: Target,
  options: ConnectOptions,
  trace: Trace,
  socket: Socket,
): { protocol: string; extensions: string } {
  const fail = (error: DuplexError): never => {
    socket.destroy();
    throw error;
  };
  if (headerOf(headers, 'upgrade')?.toLowerCase() !== 'websocket')
    fail(connectionError('handshake.accept', target.address, options, 'its Upgrade header is not websocket'));
  const digest = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  if (headerOf(headers, 'sec-websocket-accept') !== digest)
    fail(connectionError('handshake.accept', target.address, options, 'its Sec-WebSocket-Accept is wrong'));
  const protocol = headerOf(headers, 'sec-websocket-protocol');
  const problem = subprotocolProblem(protocol, options.subprotocols);
  if (problem !== undefined) {
    if (protocol !== undefined) trace.subprotocol = protocol;
    fail(problem);
  }
  const answered = headersOf(headers, 'sec-websocket-extensions').join(', ') || undefined;
  try {
    return {
      protocol: protocol ?? '',
      extensions: acceptExtensions(answered, deflate) ? (answered ?? '') : '',
    };
  } catch (error) {
    return fail(
      connectionError('handshake.extension', target.address, options, (error as Error).message, error),
    );
  }
}

/** The final answer is another than 101: with what it says, why. */
async function refused(
  answer: ResponseHead,
  socket: Socket,
  target: Target,
  next: Target | undefined,
  { options, trace, onRefused }: Attempt,
): Promise<DuplexError> {
  onRefused();
  Object.assign(trace, { status: answer.status, headers: answer.headers });
  trace.body = await readBody(socket, answer, options.handshakeTimeout);
  if (next === undefined) return refusal(answer.status, answer.reason, target.address);
  trace.redirect = next.url;
  const allowed = mayLeadTo(next, target, options);
  return redirectProblem(target.address, next.address, allowed ? options.maxRedirects : undefined);
}
