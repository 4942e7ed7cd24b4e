import { EventEmitter, l10n, workspace } from 'vscode';
import type { Disposable, Event, LogOutputChannel, Uri } from 'vscode';
import { analyzeRequestFile } from '../../core/request/plan/analyzeRequestFile.ts';
import type { RequestFile } from '../../core/request/syntax/tree.ts';
import { MiB } from '../../shared/limits.ts';
import { requestFile } from './requestDocuments.ts';
import { throttle } from '../throttle.ts';
import { listedRequests, listedServers } from './listedRequests.ts';
import type { ListedRequest, ListedServer } from './listedRequests.ts';

/** Maximum files of each kind. */
const MOST_FILES = 500;

/** Maximum bytes of a file that is read for the list. */
const MOST_BYTES = MiB;

/** Number of files that are read in parallel. */
const AT_ONCE = 16;

const FILES = '**/*.{ws,http,rest}';
const EXCLUDED = '**/node_modules/**';
const REFRESH_INTERVAL = 500;

export interface FoundFiles {
  readonly files: readonly Uri[];
  /** The maximum number of files, if there are more. */
  readonly cap: number | undefined;
}

/** The requests and servers of one file, or a sentence with the reason why there are none. */
export type FileContent =
  | { readonly requests: readonly ListedRequest[]; readonly servers: readonly ListedServer[] }
  | { readonly problem: string };

/** The request files of the workspace. The first use searches for them, and only in a trusted workspace. */
export class RequestIndex implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #changed = new EventEmitter<Uri | undefined>();
  readonly #contents = new Map<string, Promise<FileContent>>();
  readonly #subscriptions: Disposable[] = [];
  readonly #due = new Map<string, Uri>();
  #listDue = false;
  readonly #refresh = throttle(() => this.#fire(), REFRESH_INTERVAL);
  /** Fires when the requests of a file may have changed; with undefined when the set of files may have changed. */
  readonly onDidChange: Event<Uri | undefined> = this.#changed.event;

  constructor(log: LogOutputChannel) {
    this.#log = log;
  }

  /** `.ws` files, and `.http` and `.rest` files that hold WebSocket requests, by their path. */
  async files(): Promise<FoundFiles> {
    if (!workspace.isTrusted) return { files: [], cap: undefined };
    this.#watch();
    const [ours, shared] = await Promise.all([
      workspace.findFiles('**/*.ws', EXCLUDED, MOST_FILES + 1),
      workspace.findFiles('**/*.{http,rest}', EXCLUDED, MOST_FILES + 1),
    ]);
    const files = [...ours.slice(0, MOST_FILES), ...(await this.#withRequests(shared.slice(0, MOST_FILES)))];
    files.sort((a, b) => a.path.localeCompare(b.path));
    const isCapped = ours.length > MOST_FILES || shared.length > MOST_FILES;
    return { files, cap: isCapped ? MOST_FILES : undefined };
  }

  /** The requests of a file, read from its editor if it is open, or else from disk. */
  content(uri: Uri): Promise<FileContent> {
    const key = uri.toString();
    let content = this.#contents.get(key);
    if (!content) {
      content = this.#read(uri);
      this.#contents.set(key, content);
    }
    return content;
  }

  /** Searches and reads everything again. */
  refresh(): void {
    this.#contents.clear();
    this.#listDue = true;
    this.#refresh();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#refresh.dispose();
    this.#changed.dispose();
  }

  async #withRequests(uris: readonly Uri[]): Promise<Uri[]> {
    const found: Uri[] = [];
    for (let at = 0; at < uris.length; at += AT_ONCE) {
      const some = uris.slice(at, at + AT_ONCE);
      const contents = await Promise.all(some.map((uri) => this.content(uri)));
      found.push(
        ...some.filter((_, i) => {
          const content = contents[i]!;
          return 'requests' in content && content.requests.length > 0;
        }),
      );
    }
    return found;
  }

  async #read(uri: Uri): Promise<FileContent> {
    const key = uri.toString();
    const document = workspace.textDocuments.find((open) => open.uri.toString() === key);
    const inEditor = document && requestFile(document);
    if (inEditor) return contentOf(inEditor);
    try {
      if ((await workspace.fs.stat(uri)).size > MOST_BYTES)
        return { problem: l10n.t('The file is too large to be listed: open it.') };
      const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
      return contentOf(analyzeRequestFile(text, kindOf(uri)));
    } catch (error) {
      this.#log.warn(`${uri.toString(true)} cannot be listed: ${String(error)}`);
      return { problem: l10n.t('The file cannot be read: check its permissions.') };
    }
  }

  /** Starts with the first search. VS Code reports a renamed or removed folder, not its files. */
  #watch(): void {
    if (this.#subscriptions.length > 0) return;
    const watcher = workspace.createFileSystemWatcher(FILES);
    const list = (): void => this.refresh();
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(list),
      watcher.onDidDelete(list),
      watcher.onDidChange((uri) => this.#changedFile(uri)),
      workspace.onDidChangeTextDocument(({ document }) => this.#changedFile(document.uri)),
      workspace.onDidCloseTextDocument((document) => this.#changedFile(document.uri)),
      workspace.onDidDeleteFiles(list),
      workspace.onDidRenameFiles(list),
      workspace.onDidChangeWorkspaceFolders(list),
    );
  }

  #changedFile(uri: Uri): void {
    // Only listed or read files matter.
    if (!this.#contents.delete(uri.toString())) return;
    // A .http or .rest file is listed only while it has requests.
    if (kindOf(uri) === 'http') this.#listDue = true;
    this.#due.set(uri.toString(), uri);
    this.#refresh();
  }

  #fire(): void {
    const due = this.#listDue ? [undefined] : [...this.#due.values()];
    this.#listDue = false;
    this.#due.clear();
    for (const uri of due) this.#changed.fire(uri);
  }
}

function contentOf(file: RequestFile): FileContent {
  return { requests: listedRequests(file), servers: listedServers(file) };
}

function kindOf({ path }: Uri): 'ws' | 'http' {
  return path.endsWith('.ws') ? 'ws' : 'http';
}
