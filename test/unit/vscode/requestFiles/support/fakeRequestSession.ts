import { vi } from 'vitest';
import type { Session } from '../../../../../src/engine/session.ts';
import type { OutgoingMessage, SessionState } from '../../../../../src/shared/session.ts';
import type { SessionOpener } from '../../../../../src/vscode/requestFiles/requestSessions.ts';
import { summary } from '../../support/fakeSession.ts';

export interface FakeSession extends Session {
  readonly sent: OutgoingMessage[];
  /** Changes the state and notifies the listeners. */
  become(state: SessionState): void;
  /** Something else changes. */
  tick(): void;
}

function fakeRequestSession(name: string): FakeSession {
  let state: SessionState = 'idle';
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  const sent: OutgoingMessage[] = [];
  const session = {
    sent,
    id: `session-${name}`,
    get summary() {
      return summary({ state, name });
    },
    onDidChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(next: SessionState) {
      state = next;
      tell();
    },
    tick: tell,
    send: async (message: OutgoingMessage) => void sent.push(message),
  };
  return session as unknown as FakeSession;
}

/** An opener whose attempts end as the test says. */
export function fakeOpener() {
  const made: FakeSession[] = [];
  const removed = new Set<Session>();
  const attempts: ((state: SessionState) => Promise<void>)[] = [];
  const attemptOf = (session: FakeSession): Promise<void> =>
    new Promise((resolve) => {
      attempts.push(async (state) => {
        session.become(state);
        resolve();
        await Promise.resolve();
      });
    });
  const opener = {
    open: vi.fn<SessionOpener['open']>((_options, name) => {
      const session = fakeRequestSession(name ?? String(made.length));
      made.push(session);
      return { session, attempt: attemptOf(session) };
    }),
    reconnect: vi.fn<SessionOpener['reconnect']>((session) => attemptOf(session as FakeSession)),
    show: vi.fn<SessionOpener['show']>(),
    has: (session: Session) => !removed.has(session),
  } satisfies SessionOpener;
  return {
    opener,
    made,
    removed,
    /** Ends the oldest attempt, as soon as there is one, in this state. */
    end: async (state: SessionState) => {
      await vi.waitUntil(() => attempts.length > 0, { interval: 1 });
      await attempts.shift()!(state);
    },
  };
}
