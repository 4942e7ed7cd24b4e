import type { NoteDetail } from '../../../shared/timeline.ts';

/** A snapshot of the machine's state. */
export interface SystemSnapshot {
  /** Wall-clock milliseconds. */
  readonly time: number;
  /** Whether the machine has a non-local network address. */
  readonly isOnline: boolean;
}

export type SystemEvent = 'resumed' | 'offline' | 'online';

/** A snapshot that is later than planned by this much means that the machine slept: no program stalls that long. */
const SLEPT = 20_000;

/**
 * The event between two snapshots that were planned `interval` milliseconds apart. After a sleep, the network counts as
 * it is then.
 */
export function systemEvent(
  before: SystemSnapshot,
  now: SystemSnapshot,
  interval: number,
): SystemEvent | undefined {
  if (before.isOnline && !now.isOnline) return 'offline';
  if (now.time - before.time > interval + SLEPT) return 'resumed';
  if (!before.isOnline && now.isOnline) return 'online';
  return undefined;
}

const CAUSES = {
  resumed: (away: number) => `This machine slept for about ${span(away)}`,
  offline: () => 'The network of this machine is gone',
  online: () => 'The network of this machine is back',
};

/**
 * The text of the event in a timeline.
 * @param away milliseconds that the machine slept
 * @param isWaiting whether a reconnect is pending
 */
export function systemNote(change: SystemEvent, away: number, isWaiting: boolean): NoteDetail {
  let effect = isWaiting ? 'reconnecting at once' : 'a ping tells whether the connection still holds';
  if (change === 'offline') effect = isWaiting ? 'the reconnect waits for it' : 'the connection may break';
  return { note: change, text: `${CAUSES[change](away)}: ${effect}.` };
}

function span(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 2) return `${Math.round(milliseconds / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
