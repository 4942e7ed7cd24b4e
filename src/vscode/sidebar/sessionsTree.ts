import { EventEmitter, l10n, MarkdownString, TreeItem } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { byteCount } from '../../shared/byteCount.ts';
import type { SessionSummary } from '../../shared/session.ts';
import { inertMarkdown, inertText } from '../inertText.ts';
import { stateIcon, stateName } from '../sessionState.ts';
import { throttle } from '../throttle.ts';

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

/** A session's row in the tree. */
export function sessionItem(summary: SessionSummary): TreeItem {
  const item = new TreeItem(inertText(summary.name));
  item.id = summary.id;
  item.description = inertText(sessionDescription(summary));
  item.iconPath = stateIcon(summary.state);
  item.contextValue = `session.${summary.state}`;
  item.tooltip = sessionTooltip(summary);
  item.accessibilityInformation = {
    label: `${summary.name}, ${stateName(summary.state)}, ${item.description}`,
  };
  item.command = { command: 'duplex.revealSession', title: l10n.t('Show Session'), arguments: [summary.id] };
  return item;
}

function sessionDescription(summary: SessionSummary): string {
  const progress = progressOf(summary);
  // First, because a narrow sidebar cuts the end.
  const warnings = [
    ...(summary.insecure ? [l10n.t('certificate not verified')] : []),
    ...(summary.keep ? [] : [l10n.t('not kept')]),
  ];
  return [...warnings, progress].join(' · ');
}

function progressOf(summary: SessionSummary): string {
  const { state, in: received, out: sent } = summary;
  if (state === 'failed') return l10n.t('failed');
  const counters = `↓ ${count(received.messages)} ↑ ${count(sent.messages)}`;
  if (state === 'open') return counters;
  const name = stateName(state).toLowerCase();
  // Nothing travelled, or it did in an earlier window, which counted it.
  return received.messages + sent.messages === 0 ? name : `${counters} · ${name}`;
}

function sessionTooltip(summary: SessionSummary): MarkdownString {
  const { in: received, out: sent, error } = summary;
  const tooltip = new MarkdownString();
  const line = (text: string): void => {
    inertMarkdown(text, tooltip).appendMarkdown('  \n');
  };
  line(summary.url);
  line(stateName(summary.state));
  if (error) line(error.message);
  line(l10n.t('Received: {0} messages, {1}', received.messages.toLocaleString(), byteCount(received.bytes)));
  line(l10n.t('Sent: {0} messages, {1}', sent.messages.toLocaleString(), byteCount(sent.bytes)));
  line(l10n.t('On disk: {0}', byteCount(summary.recordedBytes)));
  if (!summary.keep) line(l10n.t('The recording is removed when the session is closed.'));
  if (summary.insecure) line(l10n.t('The certificate of the server is not verified.'));
  if (summary.protocol) line(l10n.t('Subprotocol: {0}', summary.protocol));
  return tooltip;
}

function count(messages: number): string {
  return messages.toLocaleString();
}
