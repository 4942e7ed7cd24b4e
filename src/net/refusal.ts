import { makeVisible } from '../core/format/visible.ts';
import { DuplexError } from '../shared/errors.ts';

/** Characters of a server's own text that a sentence quotes; all of it is in the headers. */
const MAX_QUOTED = 80;

/** Why an answer other than 101 refuses the handshake. @param host as host:port */
export function refusal(status: number, reason: string, host: string): DuplexError {
  const line = `${status} ${quoted(reason)}`.trim();
  return new DuplexError(
    'handshake.status',
    `${host} refused the handshake with HTTP ${line}: ${remedy(status)}.`,
  );
}

function remedy(status: number): string {
  switch (status) {
    case 200:
      return 'the URL leads to a web page and not to a WebSocket, so check its path';
    case 401:
    case 407:
      return 'send credentials, for example in an Authorization header';
    case 403:
      return 'check the credentials and the Origin header';
    case 404:
      return 'check the path of the URL';
    case 426:
      return 'the server asks for another protocol version';
    case 429:
      return 'too many connections, so wait before the next try';
    default:
      return status >= 500 ? "look into the server's log" : 'its answer tells more';
  }
}

/** What a server wrote, as a part of our sentence: short, and without what a screen or a link could act on. */
function quoted(text: string): string {
  const visible = makeVisible(text).replaceAll('](', '] (');
  return visible.length > MAX_QUOTED ? `${visible.slice(0, MAX_QUOTED)}…` : visible;
}

/** Why the subprotocol of a 101 answer does not do, or undefined where it is fine (RFC 6455, section 4.1). */
export function subprotocolProblem(
  answered: string | undefined,
  offered: readonly string[],
): DuplexError | undefined {
  const named = quoted(answered ?? '');
  let sentence: string;
  if (answered === undefined && offered.length > 0)
    sentence = `The server chose none of the subprotocols ${offered.join(', ')}: offer one that it speaks, or none.`;
  else if (answered?.includes(','))
    sentence = `The server chose several subprotocols, “${named}”, of which it may name one (RFC 6455, section 4.2.2): correct the server.`;
  else if (answered !== undefined && offered.length === 0)
    sentence = `The server chose the subprotocol “${named}” though none was offered: offer it, and connect again.`;
  else if (answered !== undefined && !offered.includes(answered))
    sentence = `The server chose the subprotocol “${named}”, which is not among ${offered.join(', ')}: offer it too, and connect again.`;
  else return undefined;
  return new DuplexError('handshake.subprotocol', sentence);
}

/** Why a redirect is not followed. @param limit undefined where it leads to another origin */
export function redirectProblem(from: string, to: string, limit: number | undefined): DuplexError {
  let sentence = `${from} redirects to another origin, ${to}: connect to that one if you trust it.`;
  if (limit === 0) sentence = `${from} redirects, to ${to}: connect there, or allow redirects.`;
  else if (limit !== undefined)
    sentence = `${from} redirects more than ${limit} times: its redirects may form a circle.`;
  return new DuplexError('handshake.redirect', sentence);
}
