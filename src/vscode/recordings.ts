import { EventEmitter } from 'vscode';
import type { Event } from 'vscode';

/** Where this window's sessions are recorded, and the news that a recording there is gone. */
export interface Recordings {
  readonly folder: string;
  readonly onDidChange: Event<void>;
  changed(): void;
}

export function recordingsIn(folder: string): Recordings {
  const emitter = new EventEmitter<void>();
  return { folder, onDidChange: emitter.event, changed: () => emitter.fire() };
}
