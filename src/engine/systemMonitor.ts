import { networkInterfaces } from 'node:os';
import { systemEvent } from '../core/session/life/systemEvent.ts';
import type { SystemEvent, SystemSnapshot } from '../core/session/life/systemEvent.ts';

/** Milliseconds between polls. */
const INTERVAL = 5_000;

/** Detects that the machine slept, and that its network was lost or came back. */
export class SystemMonitor {
  #before: SystemSnapshot | undefined;
  #wasOnline = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onChange `away`: milliseconds since the previous poll, if the machine slept */
  constructor(
    private readonly onChange: (change: SystemEvent, away: number) => void,
    private readonly isOnline: () => boolean = hasNetwork,
  ) {}

  /** Whether the network was lost. A machine that never had a network is not offline: it may connect to itself. */
  get isOffline(): boolean {
    return this.#wasOnline && this.#before?.isOnline === false;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#before = this.#look();
    this.#timer = setInterval(() => this.#compare(), INTERVAL);
    // Does not keep the process alive.
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #compare(): void {
    const [before, now] = [this.#before, this.#look()];
    this.#before = now;
    const change = before && systemEvent(before, now, INTERVAL);
    if (before !== undefined && change !== undefined) this.onChange(change, now.time - before.time);
  }

  #look(): SystemSnapshot {
    const isOnline = this.isOnline();
    this.#wasOnline ||= isOnline;
    return { time: Date.now(), isOnline };
  }
}

/** Whether any interface has an address that is not internal, such as loopback. */
function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}
