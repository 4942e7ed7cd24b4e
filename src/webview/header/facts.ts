import { byteCount } from '../../shared/byteCount.ts';
import type { RoundTrip, SessionSummary } from '../../shared/session.ts';
import type { IconName } from '../base/icons.ts';
import { daysToExpiry, explainExtensions, extensionNames, tlsName } from '../text/connectionText.ts';
import { count, elapsedTime, roundTripTime } from '../text/figures.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { HEADER_TEXT } from './headerTexts.ts';

/** A short text about a connection, with a tooltip that explains it. */
export interface Fact {
  readonly name: string;
  readonly icon: IconName;
  readonly text: string;
  readonly title: string;
  readonly isWarning?: boolean;
}

/** The inputs of the facts besides the session. */
export interface FactContext {
  readonly remoteName: string;
  readonly heartbeat: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds without a message after which the idle time is shown. */
const IDLE = 5_000;

function counterFact(session: SessionSummary, direction: 'in' | 'out'): Fact {
  const { messages, bytes } = session[direction];
  const word = direction === 'in' ? 'received' : 'sent';
  return {
    name: direction,
    icon: direction === 'in' ? 'arrow-down' : 'arrow-up',
    text: `${SHARED_TEXT[direction]} ${SHARED_TEXT.counter(count(messages), byteCount(bytes))}`,
    title: HEADER_TEXT.counterTitle(count(messages), count(bytes), word),
  };
}

/** An unverified certificate is always shown, because an eavesdropper cannot be distinguished from the server. */
function tlsFacts({ tls, insecure }: SessionSummary, now: number): Fact[] {
  const isUnverified = insecure || tls?.verified === false;
  const title = tls ? `${tls.protocol}\n${tls.cipher}` : '';
  if (isUnverified) {
    const text = tls ? `${tlsName(tls.protocol)}, ${SHARED_TEXT.notVerified}` : SHARED_TEXT.notVerified;
    const warning = [HEADER_TEXT.notVerifiedTitle, title].filter(Boolean).join('\n');
    return [{ name: 'tls', icon: 'unlock', text, title: warning, isWarning: true }];
  }
  if (tls === undefined) return [];
  const days = daysToExpiry(tls.validTo, now);
  const verified: Fact = {
    name: 'tls',
    icon: 'lock',
    text: tlsName(tls.protocol),
    title: `${title}\n${SHARED_TEXT.verifiedTitle}`,
  };
  if (days === undefined) return [verified];
  const expiry = { text: SHARED_TEXT.expiresIn(days), title: HEADER_TEXT.validTo(tls.validTo) };
  return [verified, { name: 'expiry', icon: 'warning', ...expiry, isWarning: true }];
}

function roundTripFact({ last, min, mean, max, answered, lost }: RoundTrip): Fact {
  const figures = { min: roundTripTime(min), mean: roundTripTime(mean), max: roundTripTime(max) };
  const pings = HEADER_TEXT.pings(count(answered), count(lost));
  return {
    name: 'roundTrip',
    icon: 'pulse',
    text: answered === 0 ? HEADER_TEXT.noPong : HEADER_TEXT.roundTrip(roundTripTime(last)),
    title: answered === 0 ? pings : `${HEADER_TEXT.roundTripTitle(figures)}\n${pings}`,
    isWarning: lost > 0,
  };
}

function liveFacts(session: SessionSummary, openedAt: number, heartbeat: boolean, now: number): Fact[] {
  const { roundTrip, pendingBytes, lastReceivedAt } = session;
  const facts: Fact[] = [
    { name: 'open', icon: 'watch', text: elapsedTime(now - openedAt), title: HEADER_TEXT.openFor },
  ];
  if (roundTrip) facts.push(roundTripFact(roundTrip));
  const idle = heartbeat ? 0 : now - Math.max(lastReceivedAt ?? 0, openedAt);
  if (idle >= IDLE)
    facts.push({
      name: 'idle',
      icon: 'debug-pause',
      text: HEADER_TEXT.idleFor(elapsedTime(idle)),
      title: HEADER_TEXT.idleTitle,
    });
  if (pendingBytes > 0) {
    const text = HEADER_TEXT.pending(byteCount(pendingBytes));
    const title = HEADER_TEXT.pendingTitle(count(pendingBytes));
    facts.push({ name: 'pending', icon: 'cloud-upload', text, title, isWarning: true });
  }
  return facts;
}

/** The facts of the header's second line. */
export function connectionFacts(session: SessionSummary, context: FactContext): Fact[] {
  const { remoteName, heartbeat, now } = context;
  const { protocol, extensions, proxy, state, openedAt, keep, recordedBytes, decodedAs } = session;
  const facts: Fact[] = [];
  if (protocol !== '')
    facts.push({
      name: 'subprotocol',
      icon: 'symbol-interface',
      text: protocol,
      title: SHARED_TEXT.subprotocol,
    });
  if (decodedAs)
    facts.push({
      name: 'decoded',
      icon: 'symbol-event',
      text: decodedAs.title,
      title:
        decodedAs.reason === undefined
          ? HEADER_TEXT.decodedTitle(decodedAs.title)
          : HEADER_TEXT.recognisedTitle(decodedAs.reason),
    });
  if (extensions !== '') {
    const title = `${SHARED_TEXT.extensions}:\n${explainExtensions(extensions)}`;
    facts.push({ name: 'extensions', icon: 'file-zip', text: extensionNames(extensions), title });
  }
  facts.push(...tlsFacts(session, now));
  if (proxy !== '')
    facts.push({
      name: 'proxy',
      icon: 'arrow-swap',
      text: HEADER_TEXT.via(hostOf(proxy)),
      title: HEADER_TEXT.proxyTitle(proxy),
    });
  if (state === 'open' && openedAt !== undefined) facts.push(...liveFacts(session, openedAt, heartbeat, now));
  facts.push(counterFact(session, 'in'), counterFact(session, 'out'));
  if (!keep) {
    facts.push({
      name: 'recorded',
      icon: 'database',
      text: HEADER_TEXT.notKept,
      title: HEADER_TEXT.notKeptTitle,
    });
  } else if (recordedBytes > 0) {
    const text = HEADER_TEXT.recorded(byteCount(recordedBytes));
    facts.push({
      name: 'recorded',
      icon: 'database',
      text,
      title: HEADER_TEXT.recordedTitle(count(recordedBytes)),
    });
  }
  if (remoteName !== '')
    facts.push({
      name: 'remote',
      icon: 'remote',
      text: HEADER_TEXT.from(remoteName),
      title: HEADER_TEXT.fromTitle(remoteName),
    });
  return facts;
}

/** The host:port of a proxy's URL. */
function hostOf(url: string): string {
  return url.replace(/^[a-z0-9+.-]+:\/\//i, '').replace(/\/$/, '');
}
