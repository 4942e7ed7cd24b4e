import { byteCount } from '../../../shared/byteCount.ts';
import type { Diagnosis, Fix, EvidenceItem } from '../../../shared/diagnosis.ts';
import { ERROR_CODES } from '../../../shared/errors.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import { maskHeaders, maskSubprotocol, maskUrl } from '../secrets/mask.ts';
import { FIXES } from './doctorFixes.ts';
import { retry } from './fixes.ts';
import { headlineOf } from './headlines.ts';
import { recogniseAnswer } from './recogniseAnswer.ts';
import { spellOptions } from '../options/optionName.ts';

/**
 * Explains why a session failed, shows the evidence, and proposes fixes. Secrets in the evidence and options are
 * masked; only the fixes may contain them.
 */
export function diagnose(detail: ErrorDetail, options: ConnectOptions): Diagnosis {
  const code = ERROR_CODES.find((each) => each === detail.code);
  const usual = code === undefined ? [retry] : FIXES[code](options, detail);
  const { headline, first, retryAfter } = headlineOf(detail, options) ?? {};
  return {
    ...(headline !== undefined && { headline }),
    cause: spellOptions(detail.message, 'editor'),
    evidence: evidenceOf(detail, options),
    fixes: distinct([first, ...usual]),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function distinct(fixes: readonly (Fix | undefined)[]): Fix[] {
  const seen = new Set<string>();
  return fixes.filter((fix): fix is Fix => {
    if (fix === undefined || seen.has(fix.id)) return false;
    seen.add(fix.id);
    return true;
  });
}

/** Headers of an answer that show why it refuses a handshake, or who sent it. */
const TELLING = new Set([
  'www-authenticate',
  'proxy-authenticate',
  'location',
  'retry-after',
  'server',
  'via',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
  'content-type',
]);

/** The facts about a failure, short and with secrets masked, in chronological order. */
function evidenceOf(detail: ErrorDetail, options: ConnectOptions): EvidenceItem[] {
  const items: (readonly [label: string, value: string | undefined])[] = [
    ['Address', detail.address],
    ['Proxy', detail.proxy && maskUrl(detail.proxy)],
    ...certificateFacts(detail),
    ...answerFacts(detail),
    ['Answers with', detail.firstBytes && recogniseAnswer(detail.firstBytes)],
    ...subprotocolFacts(detail, options),
    ['Redirects to', detail.redirect && maskUrl(detail.redirect)],
    ...sizeFacts(detail),
  ];
  return items.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

type Facts = (readonly [label: string, value: string | undefined])[];

function certificateFacts({ code, tls }: ErrorDetail): Facts {
  const own = tls?.chain[0];
  if (own === undefined || !code.startsWith('tls.')) return [];
  return [
    ['Certificate of', own.subject],
    ['Issued by', own.issuer],
    ['Names', own.altNames],
    ['Valid', `${own.validFrom} to ${own.validTo}`],
    ['TLS', `${tls?.protocol} ${tls?.cipher}`.trim()],
  ];
}

function answerFacts({ phase, status, headers = [] }: ErrorDetail): Facts {
  // If an open connection ended, the answer that opened it is not the cause.
  if (phase === 'open' || status === undefined) return [];
  const telling = maskHeaders(headers).filter(([name]) => TELLING.has(name.toLowerCase()));
  return [['Answer', `HTTP ${status}`], ...telling];
}

function subprotocolFacts({ code, subprotocol }: ErrorDetail, { subprotocols }: ConnectOptions): Facts {
  if (code !== 'handshake.subprotocol') return [];
  const offered = subprotocols.map((name) => maskSubprotocol(name)).join(', ');
  return [
    ['Offered', offered === '' ? 'none' : offered],
    ['Chosen', subprotocol === undefined ? 'none' : maskSubprotocol(subprotocol)],
  ];
}

function sizeFacts({ received, size }: ErrorDetail): Facts {
  if (received === undefined && size === undefined) return [];
  if (received === undefined) return [['Message', byteCount(size ?? 0)]];
  const whole = size === undefined ? '' : ` of ${size.toLocaleString('en-US')}`;
  return [['Message', `${received.toLocaleString('en-US')}${whole} bytes came`]];
}
