import type { Session } from '../../../../src/engine/session.ts';
import type { SessionId, SessionSummary } from '../../../../src/shared/session.ts';

let made = 0;

export function summary(given: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id: `session-${++made}` as SessionId,
    name: 'localhost/echo',
    url: 'ws://localhost/echo',
    state: 'open',
    protocol: '',
    extensions: '',
    startedAt: 0,
    openedAt: 0,
    in: { messages: 0, bytes: 0 },
    out: { messages: 0, bytes: 0 },
    error: undefined,
    firstRow: 0,
    recordedBytes: 0,
    keep: true,
    unrecorded: undefined,
    roundTrip: undefined,
    pendingBytes: 0,
    lastReceivedAt: undefined,
    attempt: undefined,
    tls: undefined,
    proxy: '',
    insecure: false,
    framesKept: false,
    ...given,
  };
}

/** A session of which only the summary is looked at; tests change it through `summary`. */
export function fakeSession(given: Partial<SessionSummary> = {}): Session & { summary: SessionSummary } {
  const first = summary(given);
  return { id: first.id, summary: first } as Session & { summary: SessionSummary };
}
