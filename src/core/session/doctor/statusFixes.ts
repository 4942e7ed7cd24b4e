import type { Fix } from '../../../shared/diagnosis.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import { ask, editUrl, offer, retry, toWss } from './fixes.ts';
import { pageOrigin } from './urlParts.ts';

const has = ({ headers }: ConnectOptions, name: string): boolean =>
  headers.some(([each]) => each.toLowerCase() === name);

/** Servers that allow the pages of their own host refuse whoever names no page at all. */
function addOrigin(options: ConnectOptions): Fix | undefined {
  const origin = pageOrigin(options.url);
  if (origin === undefined || has(options, 'origin')) return undefined;
  return {
    id: 'origin',
    label: `Send Origin: ${origin}`,
    change: { headers: [...options.headers, ['Origin', origin]] },
  };
}

function authorize(options: ConnectOptions): Fix {
  const label = has(options, 'authorization')
    ? 'Correct the Authorization header'
    : 'Send an Authorization header';
  return ask('enterAuthorization', label);
}

/** The subprotocols that the server named in its refusal. */
function namedSubprotocols({ headers = [] }: ErrorDetail): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim()));
}

/** nginx and others say it in their page: “The plain HTTP request was sent to HTTPS port”. */
const SPEAKS_TLS = /https?.{0,20}(port|server|scheme)|\bTLS\b/is;

const enterProxy = ask('enterProxy', 'Enter the proxy with its credentials');

/** What may help where a server answered with another status than 101. */
export function statusFixes(options: ConnectOptions, detail: ErrorDetail): readonly (Fix | undefined)[] {
  const { status = 0 } = detail;
  if (status === 401) return [authorize(options), addOrigin(options)];
  if (status === 407) return [enterProxy, authorize(options)];
  if (status === 403) return [addOrigin(options), authorize(options)];
  if (status === 429 || status >= 500) return [retry, editUrl];
  if (status >= 400 && status !== 404)
    return [
      offer(options, namedSubprotocols(detail)),
      SPEAKS_TLS.test(detail.body ?? '') ? toWss(options) : undefined,
      addOrigin(options),
      editUrl,
    ];
  return [editUrl, retry];
}
