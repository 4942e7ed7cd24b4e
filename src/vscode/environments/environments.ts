import { join } from 'node:path';
import { EventEmitter, workspace } from 'vscode';
import type { Disposable, Event, TextDocument, WorkspaceFolder } from 'vscode';
import {
  environmentNames,
  NO_ENVIRONMENT_CONTEXT,
  type EnvironmentContext,
} from '../../core/request/variables/environmentContext.ts';
import { readEnvironments } from '../../engine/environmentFiles.ts';
import type { Store } from '../recentUrls.ts';

/** The storage key of the chosen environments, by folder. */
const KEY = 'environments';
const FILES = '**/{http-client.env.json,http-client.private.env.json,.env}';

/** The environments of request files, and the chosen one of each folder of the workspace. */
export class Environments implements Disposable {
  readonly #store: Store;
  readonly #changed = new EventEmitter<void>();
  readonly #subscriptions: Disposable[];
  /** An environment file may have changed, or another environment was chosen. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(store: Store) {
    this.#store = store;
    const watcher = workspace.createFileSystemWatcher(FILES);
    const changed = (): void => this.#changed.fire();
    this.#subscriptions = [
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      workspace.onDidGrantWorkspaceTrust(changed),
      this.#changed,
    ];
  }

  /** The current environment context of a request file; empty in Restricted Mode. */
  async around(document: TextDocument): Promise<EnvironmentContext> {
    const folder = workspaceFolderOf(document);
    const environment = this.chosen(folder);
    const path = pathOf(document, folder);
    if (!workspace.isTrusted || path === undefined) return { ...NO_ENVIRONMENT_CONTEXT, environment };
    return {
      ...(await readEnvironments(path, folder?.uri.fsPath ?? join(path, '..'), 'the workspace folder')),
      environment,
    };
  }

  /** The environments of the workspace's first folder, for texts outside a request file; empty in Restricted Mode. */
  async ofWorkspace(): Promise<EnvironmentContext> {
    const folder = workspace.workspaceFolders?.[0];
    const environment = this.chosen(folder);
    if (!workspace.isTrusted || folder?.uri.scheme !== 'file')
      return { ...NO_ENVIRONMENT_CONTEXT, environment };
    const path = join(folder.uri.fsPath, 'untitled.ws');
    return { ...(await readEnvironments(path, folder.uri.fsPath, 'the workspace folder')), environment };
  }

  async names(document: TextDocument): Promise<string[]> {
    return environmentNames(await this.around(document));
  }

  /** The chosen environment; undefined if each request uses its own `@env`. */
  chosen(folder: WorkspaceFolder | undefined): string | undefined {
    return this.#all()[keyOf(folder)];
  }

  async choose(folder: WorkspaceFolder | undefined, name: string | undefined): Promise<void> {
    const all = new Map(Object.entries(this.#all()));
    if (name === undefined) all.delete(keyOf(folder));
    else all.set(keyOf(folder), name);
    await this.#store.update(KEY, Object.fromEntries(all));
    this.#changed.fire();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #all(): Readonly<Record<string, string>> {
    const stored = this.#store.get(KEY);
    if (typeof stored !== 'object' || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
}

/** The workspace folder of a document; for an untitled one, the first folder. */
export function workspaceFolderOf(document: TextDocument): WorkspaceFolder | undefined {
  return (
    workspace.getWorkspaceFolder(document.uri) ??
    (document.isUntitled ? workspace.workspaceFolders?.[0] : undefined)
  );
}

function pathOf({ uri, isUntitled }: TextDocument, folder: WorkspaceFolder | undefined): string | undefined {
  if (uri.scheme === 'file') return uri.fsPath;
  return isUntitled && folder?.uri.scheme === 'file' ? join(folder.uri.fsPath, 'untitled.ws') : undefined;
}

function keyOf(folder: WorkspaceFolder | undefined): string {
  return folder?.uri.toString() ?? '';
}
