import { EventEmitter, l10n, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { RefusedClient } from '../../shared/refusedClient.ts';
import { inertMarkdown, inertText } from '../inertText.ts';
import type { RunningServer, Servers } from '../servers/servers.ts';
import { throttle } from '../throttle.ts';
import { sessionItem } from './sessionsTree.ts';

/** Milliseconds between refreshes: rows that change faster cannot be read. */
const REFRESH_INTERVAL = 300;

/** A server, one of its connections, or a client that it refused. */
type ServerNode = RunningServer | Session | RefusedClient;

/** The Servers view: the listening servers of this window with their connections and refused clients. */
export class ServersTree implements TreeDataProvider<ServerNode>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly #refresh = throttle(() => this.#changed.fire(undefined), REFRESH_INTERVAL);
  readonly #stops: (() => void)[];
  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  constructor(
    private readonly servers: Servers,
    engine: Engine,
  ) {
    const subscription = servers.onDidChange(this.#refresh);
    this.#stops = [
      () => void subscription.dispose(),
      engine.onDidChange(() => {
        if (servers.all.length > 0) this.#refresh();
      }),
    ];
  }

  getChildren(parent?: ServerNode): ServerNode[] {
    if (parent === undefined) return [...this.servers.all];
    return 'sessions' in parent ? [...parent.sessions, ...parent.refused] : [];
  }

  getParent(node: ServerNode): RunningServer | undefined {
    if ('summary' in node) return this.servers.ofSession(node);
    return 'sessions' in node ? undefined : this.servers.ofRefused(node);
  }

  getTreeItem(node: ServerNode): TreeItem {
    if ('sessions' in node) return serverItem(node);
    if (!('summary' in node)) return refusedItem(node);
    const item = sessionItem(node.summary);
    // The same session may be in the Sessions view: each view has its own rows.
    item.contextValue = `client.${node.summary.state}`;
    return item;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#refresh.dispose();
    this.#changed.dispose();
  }
}

function serverItem(server: RunningServer): TreeItem {
  const { kind, name, url, target, sessions, certificate } = server;
  const item = new TreeItem(inertText(name), TreeItemCollapsibleState.Expanded);
  const open = sessions.filter(({ state }) => state === 'open').length;
  const to = target === undefined ? url : `${url} → ${target}`;
  item.id = `${kind} ${url}`;
  item.description = inertText(open === 0 ? to : `${to} · ${l10n.t('{0} connected', open)}`);
  item.iconPath = new ThemeIcon(kind === 'proxy' ? 'arrow-swap' : 'broadcast');
  item.contextValue = `${kind}${certificate ? '.tls' : ''}${server.placed ? '.file' : ''}`;
  item.tooltip = inertMarkdown(
    certificate ? `${to}\n${certificateText(certificate)}` : to,
    new MarkdownString(),
  );
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  return item;
}

function refusedItem({ at, address, target, status, reason }: RefusedClient): TreeItem {
  const label = status === undefined ? l10n.t('Refused') : l10n.t('Refused with {0}', status);
  const item = new TreeItem(label, TreeItemCollapsibleState.None);
  const client = address ?? l10n.t('a client that has left');
  item.description = inertText([client, target, reason].filter((part) => part !== undefined).join(' · '));
  item.iconPath = new ThemeIcon('circle-slash');
  item.contextValue = 'refused';
  item.tooltip = inertMarkdown(
    [new Date(at).toLocaleTimeString(), client, target, reason]
      .filter((part) => part !== undefined)
      .join('\n'),
    new MarkdownString(),
  );
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

/** The certificate of the server. */
function certificateText({ isMade, fingerprint }: NonNullable<RunningServer['certificate']>): string {
  return isMade
    ? l10n.t('Certificate made for this window, SHA-256 {0}', fingerprint)
    : l10n.t('Certificate with SHA-256 {0}', fingerprint);
}
