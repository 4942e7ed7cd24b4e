import { byteCount } from '../../shared/byteCount.ts';
import type { SessionSummary } from '../../shared/session.ts';
import { count, duration } from '../text/figures.ts';
import { TEXT } from '../texts.ts';

/** A short text about a connection, and the longer one that explains it. */
export interface Fact {
  readonly name: string;
  readonly text: string;
  readonly title: string;
}

/** Milliseconds without a message that are worth telling. */
const IDLE = 2_000;

/** `permessage-deflate; client_max_window_bits=15` is told as `deflate`; extensions that are not known by name. */
function extensionNames(extensions: string): string {
  return extensions
    .split(',')
    .map((extension) => extension.split(';')[0]!.trim())
    .filter(Boolean)
    .map((name) => (name === 'permessage-deflate' ? TEXT.deflate : name))
    .join(', ');
}

function counterFact(session: SessionSummary, direction: 'in' | 'out'): Fact {
  const { messages, bytes } = session[direction];
  const word = direction === 'in' ? 'received' : 'sent';
  return {
    name: direction,
    text: `${TEXT[direction]} ${TEXT.counter(count(messages), byteCount(bytes))}`,
    title: TEXT.counterTitle(count(messages), count(bytes), word),
  };
}

/**
 * What the header's second line says. Times in milliseconds since the epoch.
 * @param lastActivity when the last message passed, where that is known
 */
export function connectionFacts(
  session: SessionSummary,
  remoteName: string,
  now: number,
  lastActivity: number | undefined,
): Fact[] {
  const facts: Fact[] = [];
  if (session.protocol !== '')
    facts.push({ name: 'subprotocol', text: session.protocol, title: TEXT.subprotocol });
  if (session.extensions !== '') {
    const title = `${TEXT.extensions}: ${session.extensions}`;
    facts.push({ name: 'extensions', text: extensionNames(session.extensions), title });
  }
  const isOpen = session.state === 'open' && session.openedAt !== undefined;
  if (isOpen) {
    facts.push({ name: 'open', text: duration(now - session.openedAt), title: TEXT.openFor });
  }
  facts.push(counterFact(session, 'in'), counterFact(session, 'out'));
  if (!session.keep) {
    facts.push({ name: 'recorded', text: TEXT.notKept, title: TEXT.notKeptTitle });
  } else if (session.recordedBytes > 0) {
    const title = TEXT.recordedTitle(count(session.recordedBytes));
    facts.push({ name: 'recorded', text: TEXT.recorded(byteCount(session.recordedBytes)), title });
  }
  const idle = isOpen ? now - Math.max(lastActivity ?? 0, session.openedAt) : 0;
  if (idle >= IDLE) facts.push({ name: 'idle', text: TEXT.idleFor(duration(idle)), title: TEXT.idleTitle });
  if (remoteName !== '') {
    facts.push({ name: 'remote', text: TEXT.from(remoteName), title: TEXT.fromTitle(remoteName) });
  }
  return facts;
}
