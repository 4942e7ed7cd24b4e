import { EventEmitter, l10n, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { inertMarkdown, inertText } from '../inertText.ts';
import type { RunningServer, Servers } from '../servers/servers.ts';
import { throttle } from '../throttle.ts';
import { sessionItem } from './sessionsTree.ts';

/** Milliseconds between refreshes: rows that change faster cannot be read. */
const REFRESH_INTERVAL = 300;

/** The Servers view: the listening servers of this window with their connections. */
export class ServersTree implements TreeDataProvider<RunningServer | Session>, Disposable {
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

  getChildren(parent?: RunningServer | Session): (RunningServer | Session)[] {
    if (parent === undefined) return [...this.servers.all];
    return 'summary' in parent ? [] : [...parent.sessions];
  }

  getParent(node: RunningServer | Session): RunningServer | undefined {
    return 'summary' in node ? this.servers.ofSession(node) : undefined;
  }

  getTreeItem(node: RunningServer | Session): TreeItem {
    if (!('summary' in node)) return serverItem(node);
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

/** The certificate of the server. */
function certificateText({ isMade, fingerprint }: NonNullable<RunningServer['certificate']>): string {
  return isMade
    ? l10n.t('Certificate made for this window, SHA-256 {0}', fingerprint)
    : l10n.t('Certificate with SHA-256 {0}', fingerprint);
}
