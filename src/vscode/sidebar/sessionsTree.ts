import { EventEmitter, l10n, MarkdownString, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { byteCount } from '../../shared/byteCount.ts';
import type { SessionSummary } from '../../shared/session.ts';
import { inertMarkdown, inertText } from '../inertText.ts';
import { stateIcon, stateName } from '../sessionState.ts';
import { throttle } from '../throttle.ts';

/** Milliseconds between refreshes: rows that change faster cannot be read. */
const REFRESH_INTERVAL = 300;

export type GroupKind = 'live' | 'closed' | 'runs';

/** A heading of the Sessions view. */
export interface SessionGroup {
  readonly group: GroupKind;
}

const GROUPS: readonly SessionGroup[] = [{ group: 'live' }, { group: 'closed' }, { group: 'runs' }];

type SessionNode = Session | SessionGroup;

/** The Sessions view: live sessions, closed ones, and those of runs. Redraws only the rows whose text or icon changed. */
export class SessionsTree implements TreeDataProvider<SessionNode>, Disposable {
  readonly #engine: Engine;
  readonly #isRun: (session: Session) => boolean;
  readonly #isServed: (session: Session) => boolean;
  readonly #changed = new EventEmitter<SessionNode | undefined>();
  readonly #refresh = throttle(() => this.#compare(), REFRESH_INTERVAL);
  readonly #stop: () => void;
  /** The last displayed content of each row, in row order. */
  #drawn = new Map<Session, string>();
  /** The group of each session, in row order. */
  #places = '';
  readonly onDidChangeTreeData: Event<SessionNode | undefined> = this.#changed.event;

  /**
   * @param isRun whether a session belongs to a run of a request file
   * @param isServed whether it is listed below a server instead
   */
  constructor(
    engine: Engine,
    isRun: (session: Session) => boolean,
    isServed: (session: Session) => boolean = () => false,
  ) {
    this.#isServed = isServed;
    this.#engine = engine;
    this.#isRun = isRun;
    this.#stop = engine.onDidChange(this.#refresh);
  }

  /** Only groups with sessions are listed. Without any, VS Code shows the welcome content. */
  getChildren(parent?: SessionNode): SessionNode[] {
    const sessions = this.#sessions;
    if (parent === undefined)
      return GROUPS.filter(({ group }) => sessions.some((each) => this.#groupOf(each) === group));
    return 'group' in parent ? sessions.filter((each) => this.#groupOf(each) === parent.group) : [];
  }

  /** VS Code asks for it to reveal a session. */
  getParent(node: SessionNode): SessionGroup | undefined {
    if ('group' in node) return undefined;
    return GROUPS.find(({ group }) => group === this.#groupOf(node));
  }

  getTreeItem(node: SessionNode): TreeItem {
    return 'group' in node ? groupItem(node.group) : sessionItem(node.summary);
  }

  dispose(): void {
    this.#stop();
    this.#refresh.dispose();
    this.#changed.dispose();
  }

  get #sessions(): readonly Session[] {
    return this.#engine.sessions.filter((session) => !this.#isServed(session));
  }

  #groupOf(session: Session): GroupKind {
    if (this.#isRun(session)) return 'runs';
    return isLive(session.summary.state) ? 'live' : 'closed';
  }

  #compare(): void {
    const before = this.#drawn;
    const sessions = this.#sessions;
    const places = sessions.map((each) => `${each.id} ${this.#groupOf(each)}`).join();
    const isSamePlace = places === this.#places;
    this.#places = places;
    this.#drawn = new Map(sessions.map((session) => [session, rowOf(session)]));
    if (!isSamePlace) return this.#changed.fire(undefined);
    for (const [session, row] of this.#drawn) if (before.get(session) !== row) this.#changed.fire(session);
  }
}

function groupItem(group: GroupKind): TreeItem {
  const labels = { live: l10n.t('Live'), closed: l10n.t('Closed'), runs: l10n.t('Runs') };
  const item = new TreeItem(inertText(labels[group]), TreeItemCollapsibleState.Expanded);
  item.id = `group.${group}`;
  item.contextValue = `sessions.${group}`;
  return item;
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
  // Warnings come first, because a narrow sidebar cuts off the end.
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
  // Zero if there were no messages, or if an earlier window counted them.
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
  line(l10n.t('Received: {0}, {1}', messageCount(received.messages), byteCount(received.bytes)));
  line(l10n.t('Sent: {0}, {1}', messageCount(sent.messages), byteCount(sent.bytes)));
  line(l10n.t('On disk: {0}', byteCount(summary.recordedBytes)));
  if (!summary.keep) line(l10n.t('The recording is removed when the session is closed.'));
  if (summary.insecure) line(l10n.t('The certificate of the server is not verified.'));
  if (summary.protocol) line(l10n.t('Subprotocol: {0}', summary.protocol));
  return tooltip;
}

function messageCount(messages: number): string {
  return messages === 1 ? l10n.t('1 message') : l10n.t('{0} messages', messages.toLocaleString());
}

function count(messages: number): string {
  return messages.toLocaleString();
}
