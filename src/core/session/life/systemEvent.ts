import type { NoteDetail } from '../../../shared/timeline.ts';

/** What a look at the machine tells. */
export interface Look {
  /** Wall-clock milliseconds. */
  readonly time: number;
  /** Whether the machine has an address that others can reach it by. */
  readonly isOnline: boolean;
}

export type SystemEvent = 'resumed' | 'offline' | 'online';

/** How much later than planned a look has to come for the machine to have slept: no program stalls that long. */
const SLEPT = 20_000;

/** What happened between two looks that were to be `interval` milliseconds apart. After a sleep the network is as it is then. */
export function systemEvent(before: Look, now: Look, interval: number): SystemEvent | undefined {
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

/** What a timeline says of it. @param away milliseconds that the machine slept @param isWaiting whether a reconnect is waited for */
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
