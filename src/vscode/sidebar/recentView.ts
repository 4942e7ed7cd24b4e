import { commands, EventEmitter, l10n, ThemeIcon, TreeItem, workspace } from 'vscode';
import type { Disposable, Event, TreeDataProvider } from 'vscode';
import { MASK } from '../../core/session/secrets/mask.ts';
import { DuplexError } from '../../shared/errors.ts';
import { completeRecent, pickUrl } from '../commands/pickUrl.ts';
import { inertMarkdown, inertText } from '../inertText.ts';
import type { RecentUrls } from '../recentUrls.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/** The Recent view: the URLs of the last connections. */
export class RecentTree implements TreeDataProvider<string>, Disposable {
  readonly #recent: RecentUrls;
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;

  constructor(recent: RecentUrls) {
    this.#recent = recent;
    this.#subscription = recent.onDidChange(() => this.refresh());
  }

  getChildren(parent?: string): string[] {
    return parent === undefined && workspace.isTrusted ? [...this.#recent.list()] : [];
  }

  getTreeItem(url: string): TreeItem {
    const item = new TreeItem(inertText(url));
    item.id = url;
    item.iconPath = new ThemeIcon('history');
    item.contextValue = 'recent';
    item.tooltip = inertMarkdown(
      url.includes(MASK) ? l10n.t('{0}\nIts secrets are in the secret storage of VS Code.', url) : url,
    );
    item.command = { command: 'duplex.connectRecent', title: l10n.t('Connect'), arguments: [url] };
    return item;
  }

  /** Another window may have changed the list. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

/** The commands of the Recent view. An item of the view is its URL. */
export function recentCommands(services: Services): Readonly<Record<string, Command>> {
  const { recent } = services;
  return {
    /** Returns the session's id, like Connect. */
    'duplex.connectRecent': async (argument) => {
      requireTrust();
      const url = urlOf(argument);
      const kept = await recent.optionsOf(url);
      if (kept) return commands.executeCommand('duplex.connect', kept);
      // The secret storage no longer has the options, so the user enters the secrets.
      const whole = url.includes(MASK)
        ? await pickUrl(services, { typed: url, recent: url })
        : await completeRecent(recent, url, url);
      return whole === undefined ? undefined : commands.executeCommand('duplex.connect', whole);
    },
    'duplex.removeRecent': (argument) => recent.remove(urlOf(argument)),
    'duplex.clearRecent': () => recent.clear(),
  };
}

function urlOf(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  throw new DuplexError('call.invalid', l10n.t('The first argument must be a URL.'));
}
