import { byteCount } from '../../shared/byteCount.ts';
import type { RoundTrip, SessionSummary } from '../../shared/session.ts';
import type { IconName } from '../icons.ts';
import { explainExtensions, extensionNames } from '../text/extensions.ts';
import { count, duration, roundTripTime } from '../text/figures.ts';
import { daysToExpiry, tlsName } from '../text/tls.ts';
import { TEXT } from '../texts.ts';

/** A short text about a connection, and the longer one that explains it. */
export interface Fact {
  readonly name: string;
  readonly icon: IconName;
  readonly text: string;
  readonly title: string;
  readonly isWarning?: boolean;
}

/** What a panel knows besides the session. */
export interface FactSurroundings {
  readonly remoteName: string;
  readonly heartbeat: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds in which nothing came that are worth telling. */
const IDLE = 5_000;

function counterFact(session: SessionSummary, direction: 'in' | 'out'): Fact {
  const { messages, bytes } = session[direction];
  const word = direction === 'in' ? 'received' : 'sent';
  return {
    name: direction,
    icon: direction === 'in' ? 'arrow-down' : 'arrow-up',
    text: `${TEXT[direction]} ${TEXT.counter(count(messages), byteCount(bytes))}`,
    title: TEXT.counterTitle(count(messages), count(bytes), word),
  };
}

/** Unverified is told whatever else is known: who listens in then cannot be told from the server. */
function tlsFacts({ tls, insecure }: SessionSummary, now: number): Fact[] {
  const isUnverified = insecure || tls?.verified === false;
  const title = tls ? `${tls.protocol}\n${tls.cipher}` : '';
  if (isUnverified) {
    const text = tls ? `${tlsName(tls.protocol)}, ${TEXT.notVerified}` : TEXT.notVerified;
    const warning = [TEXT.notVerifiedTitle, title].filter(Boolean).join('\n');
    return [{ name: 'tls', icon: 'unlock', text, title: warning, isWarning: true }];
  }
  if (tls === undefined) return [];
  const days = daysToExpiry(tls.validTo, now);
  const verified: Fact = {
    name: 'tls',
    icon: 'lock',
    text: tlsName(tls.protocol),
    title: `${title}\n${TEXT.verifiedTitle}`,
  };
  if (days === undefined) return [verified];
  const expiry = { text: TEXT.expiresIn(days), title: TEXT.validTo(tls.validTo) };
  return [verified, { name: 'expiry', icon: 'warning', ...expiry, isWarning: true }];
}

function roundTripFact({ last, min, mean, max, answered, lost }: RoundTrip): Fact {
  const figures = { min: roundTripTime(min), mean: roundTripTime(mean), max: roundTripTime(max) };
  const pings = TEXT.pings(count(answered), count(lost));
  return {
    name: 'roundTrip',
    icon: 'pulse',
    text: answered === 0 ? TEXT.noPong : TEXT.roundTrip(roundTripTime(last)),
    title: answered === 0 ? pings : `${TEXT.roundTripTitle(figures)}\n${pings}`,
    isWarning: lost > 0,
  };
}

function liveFacts(session: SessionSummary, openedAt: number, heartbeat: boolean, now: number): Fact[] {
  const { roundTrip, pendingBytes, lastReceivedAt } = session;
  const facts: Fact[] = [
    { name: 'open', icon: 'watch', text: duration(now - openedAt), title: TEXT.openFor },
  ];
  if (roundTrip) facts.push(roundTripFact(roundTrip));
  const idle = heartbeat ? 0 : now - Math.max(lastReceivedAt ?? 0, openedAt);
  if (idle >= IDLE)
    facts.push({
      name: 'idle',
      icon: 'debug-pause',
      text: TEXT.idleFor(duration(idle)),
      title: TEXT.idleTitle,
    });
  if (pendingBytes > 0) {
    const text = TEXT.pending(byteCount(pendingBytes));
    const title = TEXT.pendingTitle(count(pendingBytes));
    facts.push({ name: 'pending', icon: 'cloud-upload', text, title, isWarning: true });
  }
  return facts;
}

/** What the header's second line says. */
export function connectionFacts(session: SessionSummary, surroundings: FactSurroundings): Fact[] {
  const { remoteName, heartbeat, now } = surroundings;
  const { protocol, extensions, proxy, state, openedAt, keep, recordedBytes } = session;
  const facts: Fact[] = [];
  if (protocol !== '')
    facts.push({ name: 'subprotocol', icon: 'symbol-interface', text: protocol, title: TEXT.subprotocol });
  if (extensions !== '') {
    const title = `${TEXT.extensions}:\n${explainExtensions(extensions)}`;
    facts.push({ name: 'extensions', icon: 'file-zip', text: extensionNames(extensions), title });
  }
  facts.push(...tlsFacts(session, now));
  if (proxy !== '')
    facts.push({
      name: 'proxy',
      icon: 'arrow-swap',
      text: TEXT.via(hostOf(proxy)),
      title: TEXT.proxyTitle(proxy),
    });
  if (state === 'open' && openedAt !== undefined) facts.push(...liveFacts(session, openedAt, heartbeat, now));
  facts.push(counterFact(session, 'in'), counterFact(session, 'out'));
  if (!keep) {
    facts.push({ name: 'recorded', icon: 'database', text: TEXT.notKept, title: TEXT.notKeptTitle });
  } else if (recordedBytes > 0) {
    const text = TEXT.recorded(byteCount(recordedBytes));
    facts.push({ name: 'recorded', icon: 'database', text, title: TEXT.recordedTitle(count(recordedBytes)) });
  }
  if (remoteName !== '')
    facts.push({
      name: 'remote',
      icon: 'remote',
      text: TEXT.from(remoteName),
      title: TEXT.fromTitle(remoteName),
    });
  return facts;
}

/** host:port of a proxy's URL. */
function hostOf(url: string): string {
  return url.replace(/^[a-z0-9+.-]+:\/\//i, '').replace(/\/$/, '');
}
