import { maskUrl } from '../../core/session/secrets/mask.ts';
import { findProtocol } from '../../core/protocol/registry.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { nextHop } from '../connection.ts';
import type { Trace } from '../connection.ts';
import { dial } from '../dial/dial.ts';
import type { Dialed } from '../dial/dial.ts';
import { explainHandshakeFailure } from '../failure/handshakeFailure.ts';
import { redirectProblem, refusalError } from '../failure/refusal.ts';
import { targetOf } from '../target.ts';
import type { ConnectionTarget } from '../target.ts';
import { resolveAuthorization, withBearer } from './authorization.ts';
import { exchange, postHead } from './handshake.ts';
import type { HandshakeAttempt, Negotiated } from './handshake.ts';
import { elsewhereOptions, isRedirectAllowed } from './redirect.ts';
import { readBody } from './responseBody.ts';
import { quoted } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';

/** Statuses of servers and proxies without that path, or without POST. */
const NOT_THERE: readonly number[] = [404, 405, 501];

/**
 * Asks the server for the URL and the credentials of the connection if its protocol needs that, over the connection's TLS
 * and proxy. The token in the response is added to `trace.secrets` before any part of the response is reported.
 * @returns undefined if no request is needed, or the server serves nothing at that path
 */
export async function negotiate(context: HandshakeAttempt): Promise<Negotiated | undefined> {
  const protocol = findProtocol(context.options.protocol);
  if (protocol?.negotiation === undefined) return undefined;
  const { negotiation, title } = protocol;
  const { options, trace, cookies, onNote } = context;
  const home = targetOf(options.url);
  let target = home;
  let bearer: string | undefined;
  for (let redirects = 0; ; redirects++) {
    const asked = negotiation.request(target.url);
    if (asked === undefined) return redirects === 0 ? undefined : { target, bearer };
    const isHome = target.origin === home.origin;
    const own = isHome
      ? options
      : elsewhereOptions(options, home, cookies.headerFor(home) !== undefined).options;
    const at = { ...targetOf(asked), user: isHome ? home.user : undefined };
    const { status, body } = await post(context, at, withBearer(own, bearer), redirects === 0);
    if (status !== 200) {
      const text = `${target.address} has no negotiation of ${title} at ${maskUrl(at.path)} (HTTP ${status}): connected without.`;
      onNote({ note: 'negotiated', text, status });
      return undefined;
    }
    const given = negotiation.answer(target.url, body);
    if (given.kind === 'refused') {
      const reason = `${target.address} refused the negotiation of ${title}: ${quoted(given.reason)}.`;
      throw new DuplexError('protocol.refused', reason);
    }
    if (given.kind === 'connect') {
      remember(trace, given.secret);
      const text = `Negotiated ${title} with ${target.address}, version ${given.version}.`;
      onNote({ note: 'negotiated', text, status });
      return { target: targetOf(given.url), bearer };
    }
    const next = targetAt(given.url, target.address, title);
    if (given.accessToken !== undefined) remember(trace, given.accessToken);
    const allowed = isRedirectAllowed(next, target, options);
    if (!allowed || redirects >= options.maxRedirects) {
      trace.redirect = next.url;
      throw redirectProblem(target.address, next.address, allowed ? options.maxRedirects : undefined);
    }
    const token = given.accessToken === undefined ? '' : ' with an access token';
    onNote({
      note: 'redirect',
      text: `The negotiation of ${title} at ${target.address} leads to ${maskUrl(next.url)}${token}.`,
      status,
      from: maskUrl(target.url),
      to: maskUrl(next.url),
    });
    bearer = given.accessToken;
    target = next;
  }
}

/** Adds the secret as it is, and as a URL encodes it. */
function remember(trace: Trace, secret: string): void {
  trace.secrets = [...trace.secrets, secret, encodeURIComponent(secret)];
}

function targetAt(url: string, address: string, title: string): ConnectionTarget {
  try {
    const target = targetOf(url);
    if (/^wss?:/.test(target.url)) return target;
  } catch {
    // The text is not a URL, which is reported below.
  }
  const reason = `${address} answered the negotiation of ${title} with a URL that is not an HTTP URL: ${quoted(maskUrl(url))}.`;
  throw new DuplexError('protocol.refused', reason);
}

async function post(
  context: HandshakeAttempt,
  target: ConnectionTarget,
  options: ConnectOptions,
  mayBeAbsent: boolean,
): Promise<{ readonly status: number; readonly body: string }> {
  const { trace, signal, cookies, resolveProxy, onRefused } = context;
  nextHop(trace);
  let dialed: Dialed | undefined;
  try {
    dialed = await dial(target, options, resolveProxy, trace, signal);
    const { socket } = dialed;
    trace.phase = 'http';
    const { headers } = resolveAuthorization(options.headers);
    const request = postHead(target, headers, cookies.headerFor(target));
    const answer = await exchange(socket, target, request, trace, signal);
    await cookies.store(answer.headers, target);
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    const body = await readBody(socket, answer, options.handshakeTimeout);
    const { status } = answer;
    if (status === 200 || (mayBeAbsent && NOT_THERE.includes(status))) return { status, body };
    onRefused();
    throw refused(answer, body, target, context, dialed.wantsCertificate);
  } catch (error) {
    dialed?.socket.destroy();
    if (signal.aborted) throw signal.reason;
    const { wantsCertificate = false } = dialed ?? {};
    throw explainHandshakeFailure(error as Error, {
      target,
      options,
      home: context.options,
      trace,
      wantsCertificate,
    });
  }
}

function refused(
  answer: ResponseHead,
  body: string,
  target: ConnectionTarget,
  { options, trace }: HandshakeAttempt,
  wantsCertificate: boolean,
): DuplexError {
  Object.assign(trace, { status: answer.status, headers: answer.headers, body });
  return refusalError({
    answer,
    target,
    body,
    request: trace.exchanges.at(-1)?.request ?? '',
    certificate: { asked: wantsCertificate, sent: options.cert !== '' || options.pfx !== '' },
    unusedDigest: false,
    withheld: trace.withheld ?? [],
  });
}
