import { DuplexError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/timeline.ts';
import { headersOf, quoted } from '../handshake/responseHead.ts';
import type { ResponseHead } from '../handshake/responseHead.ts';
import type { ConnectionTarget } from '../target.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** The evidence for the sentence about a refusal. */
export interface RefusedHandshake {
  readonly answer: Pick<ResponseHead, 'status' | 'reason' | 'headers'>;
  readonly target: Pick<ConnectionTarget, 'address' | 'secure'>;
  /** The beginning of the response body. */
  readonly body: string;
  /** The request that was refused. */
  readonly request: Exchange['request'];
  /** Whether the server requested a client certificate, and whether it received one. */
  readonly certificate: { readonly asked: boolean; readonly sent: boolean };
  /** Whether the options have credentials for a Digest challenge that the server did not send. */
  readonly unusedDigest: boolean;
  /** The data that was withheld because the origin differs from that of the URL. */
  readonly withheld: readonly string[];
}

/** The error for a response other than 101, with the reason for the refusal. */
export function refusalError(refused: RefusedHandshake): DuplexError {
  const { answer, target } = refused;
  const line = `${answer.status} ${quoted(answer.reason)}`.trim();
  const [code, why] = causeOf(refused);
  return new DuplexError(code, `${target.address} refused the handshake with HTTP ${line}: ${why}.`);
}

function causeOf(refused: RefusedHandshake): readonly [ErrorCode, string] {
  const { answer, withheld, certificate, target } = refused;
  if (target.secure && wantsCertificate(refused))
    return ['tls.client-certificate', certificateRemedy(certificate.sent, withheld)];
  if (withheld.length > 0 && (answer.status === 401 || answer.status === 403))
    return [
      'handshake.status',
      `${withheldSentence(withheld)} connect to it directly to send what it asks for`,
    ];
  return ['handshake.status', remedy(refused)];
}

/** @returns a clause that ends in a semicolon */
export function withheldSentence(withheld: readonly string[]): string {
  const verb = withheld.length === 1 ? 'was' : 'were';
  return `${withheld.join(', ')} ${verb} withheld, because a redirect led to this other origin;`;
}

/** The response of nginx after a TLS handshake in which it requested a certificate: 400, or its own 495 and 496. */
const CERTIFICATE_TEXT =
  /no required ssl certificate|the ssl certificate error|(client|ssl) certificate (is |was )?(required|missing|not (sent|presented|provided|supplied))|(requires?|missing|no|provide an?|present an?|invalid) (valid )?(client|ssl) certificate/i;

function wantsCertificate({ answer, body, certificate }: RefusedHandshake): boolean {
  const { status, reason } = answer;
  if (status === 495 || status === 496) return true;
  return certificate.asked && status >= 400 && status < 500 && CERTIFICATE_TEXT.test(`${reason}\n${body}`);
}

function certificateRemedy(sent: boolean, withheld: readonly string[]): string {
  if (withheld.includes('client certificate'))
    return 'the client certificate was withheld, because a redirect led to this other origin; connect to it directly to send the certificate';
  return sent
    ? 'it does not accept the client certificate, so check that it trusts its authority and that it has not expired'
    : `it asks for a client certificate, so give it one that it accepts, with ${optionNamed('cert')} and ${optionNamed('key')}, or with ${optionNamed('pfx')}`;
}

function remedy(refused: RefusedHandshake): string {
  const { status } = refused.answer;
  switch (status) {
    case 200:
      return 'the URL leads to a web page and not to a WebSocket, so check its path';
    case 400:
      return SPEAKS_TLS.test(refused.body) && !refused.target.secure
        ? 'it expects TLS on this port, so use wss://'
        : 'its response has the details';
    case 401:
      return unauthorized(refused);
    case 407:
      return `a proxy on the way asks for credentials, so name that proxy with ${optionNamed('proxy')}, with user and password in its URL`;
    case 403:
      return 'check the credentials and the Origin header';
    case 404:
      return 'check the path of the URL';
    case 408:
    case 425:
      return 'the server requests another attempt, so connect again';
    case 426:
      return 'the server asks for another protocol version';
    case 429:
      return 'too many connections, so wait before the next attempt';
    default:
      return status >= 500 ? "check the server's log" : 'its response has the details';
  }
}

/** The wording of nginx, Apache and Go. */
const SPEAKS_TLS =
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server|HTTP request to an HTTPS server/i;

/** Schemes that a sentence may name: any other word at the start of the header may be a secret. */
const KNOWN_SCHEME = /^(basic|digest|bearer|negotiate|ntlm|token|apikey|hawk|oauth|hmac|dpop)$/i;

function unauthorized({ answer, request, unusedDigest }: RefusedHandshake): string {
  const value = /^authorization:[ \t]*(.*?)[ \t]*$/im.exec(request.replaceAll('\r', ''))?.[1];
  const asked = schemesOf(headersOf(answer.headers, 'www-authenticate'));
  if (value === undefined)
    return unusedDigest && asked.length > 0
      ? `it asks for ${asked.join(' or ')} credentials in a form that those given for Digest cannot answer`
      : 'send credentials, for example in an Authorization header';
  const [, first = ''] = /^(\S+)[ \t]/.exec(value) ?? [];
  const scheme = KNOWN_SCHEME.test(first) ? `${first} credentials` : 'Authorization header';
  const isAsked = asked.some((each) => each.toLowerCase() === first.toLowerCase());
  if (asked.length > 0 && !isAsked)
    return `it asks for ${asked.join(' or ')} credentials and received the ${scheme} that you sent, so send those that it asks for`;
  return /^(basic|digest)$/i.test(first)
    ? `it does not accept the ${scheme} that were sent, so correct user and password`
    : `it does not accept the ${scheme} that ${scheme.endsWith('s') ? 'were' : 'was'} sent, so renew or correct the Authorization header`;
}

/**
 * The schemes of challenges (RFC 9110, section 11.6.1), without duplicates. A scheme is a word before a parameter, or
 * alone between commas.
 */
export function schemesOf(challenges: readonly string[]): string[] {
  const schemes = challenges.flatMap((value) =>
    [
      ...value
        .replace(/"(?:[^"\\]|\\.)*"/g, '""')
        .matchAll(/(?:^|,)\s*([A-Za-z][\w-]*)(?=\s*$|\s*,|\s+[^\s=,])/g),
    ].map(([, scheme = '']) => scheme),
  );
  return [...new Set(schemes)].slice(0, 5);
}

/**
 * The reason why a redirect is not followed.
 * @param limit maximum redirects; undefined if the redirect points to another origin
 */
export function redirectProblem(from: string, to: string, limit: number | undefined): DuplexError {
  let sentence = `${from} redirects to another origin, ${to}: connect to that one if you trust it.`;
  if (limit === 0)
    sentence = `${from} redirects, to ${to}: connect there, or raise ${optionNamed('maxRedirects')}.`;
  else if (limit !== undefined)
    sentence = `${from} redirects more than ${limit} times: its redirects may form a loop.`;
  return new DuplexError('handshake.redirect', sentence);
}
