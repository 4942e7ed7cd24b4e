import type { SessionState } from '../../../shared/session.ts';

/** The events of a session. `lost` is a connection that ended without our request, cleanly or not. */
export type SessionEvent = 'connect' | 'opened' | 'refused' | 'close' | 'closed' | 'lost' | 'retry';

/** All valid transitions. Any other is a mistake of the caller. */
const MOVES: Record<SessionState, Partial<Record<SessionEvent, SessionState>>> = {
  idle: { connect: 'connecting' },
  connecting: { opened: 'open', refused: 'failed', close: 'closing', retry: 'waiting' },
  open: { close: 'closing', lost: 'closed', retry: 'waiting' },
  closing: { closed: 'closed', lost: 'closed' },
  closed: { connect: 'connecting' },
  waiting: { connect: 'connecting', close: 'closed' },
  failed: { connect: 'connecting' },
};

/** The state after an event, or undefined if the event is not valid in this state. */
export function nextState(state: SessionState, event: SessionEvent): SessionState | undefined {
  return MOVES[state][event];
}

/** Whether a connection exists or is being made. */
export function isLive(state: SessionState): boolean {
  return state === 'connecting' || state === 'open' || state === 'closing' || state === 'waiting';
}
