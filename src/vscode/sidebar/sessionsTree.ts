import { EventEmitter } from 'vscode';
import type { Disposable, Event, TreeDataProvider, TreeItem } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { throttle } from '../throttle.ts';
import { sessionDescription, sessionItem } from './sessionItem.ts';

/** Milliseconds between refreshes: rows that change faster cannot be read. */
const REFRESH_INTERVAL = 300;

/** The Sessions view. Redraws only the rows whose text or icon changed. */
export class SessionsTree implements TreeDataProvider<Session>, Disposable {
  readonly #engine: Engine;
  readonly #changed = new EventEmitter<Session | undefined>();
  readonly #refresh = throttle(() => this.#compare(), REFRESH_INTERVAL);
  readonly #stop: () => void;
  /** What each row showed last, in the order of the rows. */
  #drawn = new Map<Session, string>();
  readonly onDidChangeTreeData: Event<Session | undefined> = this.#changed.event;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#stop = engine.onDidChange(this.#refresh);
  }

  getChildren(parent?: Session): Session[] {
    return parent ? [] : [...this.#engine.sessions];
  }

  getTreeItem(session: Session): TreeItem {
    return sessionItem(session.summary);
  }

  dispose(): void {
    this.#stop();
    this.#refresh.dispose();
    this.#changed.dispose();
  }

  #compare(): void {
    const before = this.#drawn;
    this.#drawn = new Map(this.#engine.sessions.map((session) => [session, rowOf(session)]));
    const order = [...this.#drawn.keys()];
    const sameRows =
      before.size === order.length && [...before.keys()].every((session, at) => session === order[at]);
    if (!sameRows) return this.#changed.fire(undefined);
    for (const [session, row] of this.#drawn) if (before.get(session) !== row) this.#changed.fire(session);
  }
}

function rowOf({ summary }: Session): string {
  return JSON.stringify([summary.name, summary.state, sessionDescription(summary), summary.error?.message]);
}
