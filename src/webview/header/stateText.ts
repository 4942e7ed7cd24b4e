import type { SessionSummary } from '../../shared/session.ts';
import { STATES, TEXT } from '../texts.ts';

const SECOND = 1_000;

/**
 * The state in words: `Open`, `Reconnecting in 4 s (2 of 10)`, `Connecting (2 of 10)`.
 * @param now in milliseconds since the epoch
 */
export function stateText(
  { state, attempt }: Pick<SessionSummary, 'state' | 'attempt'>,
  now: number,
): string {
  if (attempt === undefined) return STATES[state];
  const place = TEXT.attempt(attempt.number, attempt.of);
  if (state !== 'waiting') return `${STATES[state]} ${place}`;
  const seconds = Math.max(0, Math.ceil((attempt.nextAt - now) / SECOND));
  return `${TEXT.reconnectingIn(seconds)} ${place}`;
}
