import type { Diagnosis, EvidenceItem, Fix } from '../../../shared/diagnosis.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { CloseDetail, Direction, Row } from '../../../shared/timeline.ts';
import { PASSING_CLOSES } from '../life/reconnect.ts';
import { spellOptions } from '../options/optionName.ts';
import { CLOSE_CODES, closeHeadline } from './closeCodes.ts';
import { addOrigin, actionFix, pingRegularly, hasHeader, reconnectAutomatically, retry } from './fixes.ts';

/** How an open connection ended. */
export interface OpenConnectionEnd {
  readonly close: CloseDetail;
  /** `out` if our close frame came first. */
  readonly direction: Direction;
  /** The negotiated subprotocol; empty for none. */
  readonly protocol: string;
  /** The time of the end, in the unit of rows, like `received` and `sent`. */
  readonly time: number;
  /** The last messages before it, if they are known. */
  readonly received?: Row | undefined;
  readonly sent?: Row | undefined;
}

/** Maximum characters of a message to show. */
const MOST_SHOWN = 160;

/** Codes that ask for other credentials: RFC 6455, section 7.4.1, IANA's registry, and what applications use by custom. */
const CREDENTIALS: ReadonlySet<number> = new Set([1008, 3000, 3003, 4401, 4403]);

/** Explains an unexpected end, shows the evidence, and proposes fixes. */
export function diagnoseEnd(end: OpenConnectionEnd, options: ConnectOptions): Diagnosis {
  const { close, protocol } = end;
  const { headline, change } = closeHeadline(close, protocol) ?? {
    headline: `The server closed with ${close.code}`,
    change: undefined,
  };
  return {
    headline,
    cause: spellOptions(causeOf(close, change), 'editor'),
    evidence: evidenceOf(end),
    fixes: fixesOf(end, options),
  };
}

function causeOf({ code, text }: CloseDetail, change: string | undefined): string {
  if (code === 1006) return text ?? 'No close frame arrived, so the reason is unknown.';
  const meaning =
    change === undefined
      ? code >= 4000
        ? 'Its application defines this code'
        : 'Duplex knows no meaning of this code'
      : `${change[0]!.toUpperCase()}${change.slice(1)}`;
  return `The server closed the connection. ${meaning}.`;
}

function evidenceOf({ close, direction, time, received, sent }: OpenConnectionEnd): EvidenceItem[] {
  const { code, reason } = close;
  const name = CLOSE_CODES.get(String(code));
  const by = direction === 'out' ? 'This side' : 'The server';
  const items: (readonly [label: string, value: string | undefined])[] = [
    ['Code', code === 1006 ? '1006, no close frame' : [code, name].filter(Boolean).join(', ')],
    ['Reason', reason],
    ['Closed by', code === 1006 ? undefined : by],
    ['Last received', received && messageText(received, time)],
    ['Last sent', sent && messageText(sent, time)],
  ];
  return items.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/** A message in one line, with the time between it and the end. */
function messageText({ seq, time, preview, summary }: Row, endedAt: number): string {
  const text = summary ?? preview;
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return `#${seq}, ${Math.max(0, (endedAt - time) / 1e6).toFixed(1)} s before: ${shown}`;
}

function fixesOf({ close: { code }, protocol }: OpenConnectionEnd, options: ConnectOptions): Fix[] {
  const isGraphQl = protocol === 'graphql-transport-ws' && code >= 4000;
  const credentials = actionFix(
    'enterAuthorization',
    hasHeader(options, 'authorization') ? 'Replace token…' : 'Send an Authorization header',
  );
  const fixes: (Fix | undefined)[] =
    CREDENTIALS.has(code) && !isGraphQl
      ? [credentials, code === 1008 ? addOrigin(options) : undefined, retry]
      : [
          retry,
          PASSING_CLOSES.has(code) ? reconnectAutomatically(options) : undefined,
          code === 1006 ? pingRegularly(options) : undefined,
        ];
  return fixes.filter((fix) => fix !== undefined);
}
