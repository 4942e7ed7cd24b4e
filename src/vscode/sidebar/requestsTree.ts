import { commands, EventEmitter, l10n, Selection, Uri, window } from 'vscode';
import type { Disposable, Event, TreeDataProvider, TreeItem } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';
import type { Command } from '../report.ts';
import { findRequest } from '../requestFiles/findRequest.ts';
import type { RequestIndex } from '../requestFiles/requestIndex.ts';
import { requestItem } from './requestItem.ts';
import type { FileNode, Node } from './requestItem.ts';
import type { ViewTexts } from './viewTexts.ts';
import { requireTrust } from '../trust.ts';

/** Up to this number of files, all are expanded, because they fit on a screen. */
const FEW_FILES = 3;

/** The Requests view: request files with their requests and servers. */
export class RequestsTree implements TreeDataProvider<Node>, Disposable {
  readonly #index: RequestIndex;
  readonly #changed = new EventEmitter<FileNode | undefined>();
  readonly #texts = new EventEmitter<ViewTexts>();
  readonly #subscription: Disposable;
  #files = new Map<string, FileNode>();
  readonly onDidChangeTreeData: Event<FileNode | undefined> = this.#changed.event;
  readonly onDidChangeTexts: Event<ViewTexts> = this.#texts.event;

  constructor(index: RequestIndex) {
    this.#index = index;
    this.#subscription = index.onDidChange((uri) => this.#changedFile(uri));
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (parent === undefined) return this.#listFiles();
    if (parent.kind !== 'file') return [];
    const { uri } = parent;
    const content = await this.#index.content(uri);
    if ('problem' in content) return [{ kind: 'message', uri, text: content.problem }];
    const nodes: Node[] = [
      ...content.requests.map((request) => ({ kind: 'request', uri, request }) as const),
      ...content.servers.map((server) => ({ kind: 'server', uri, server }) as const),
    ];
    if (nodes.length > 0) return nodes;
    return [{ kind: 'message', uri, text: l10n.t('No requests yet: open the file to write one') }];
  }

  getTreeItem(node: Node): TreeItem {
    return requestItem(node, this.#files.size <= FEW_FILES);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#texts.dispose();
  }

  async #listFiles(): Promise<FileNode[]> {
    const { files, cap } = await this.#index.files();
    const before = this.#files;
    // One node per file, because VS Code refreshes a part of the tree by its node.
    this.#files = new Map(
      files.map((uri) => [uri.toString(), before.get(uri.toString()) ?? { kind: 'file', uri }]),
    );
    const message =
      cap !== undefined && l10n.t('The workspace has more request files than the {0} shown.', cap);
    this.#texts.fire(message ? { message } : {});
    return [...this.#files.values()];
  }

  #changedFile(uri: Uri | undefined): void {
    const node = uri && this.#files.get(uri.toString());
    if (uri === undefined || node) this.#changed.fire(node);
  }
}

/** The commands of the Requests view's rows. */
export function requestListCommands(): Readonly<Record<string, Command>> {
  return {
    /** Returns the session's id, like Connect to Request. */
    'duplex.connectListedRequest': async (argument) => {
      const node = nodeOf(argument);
      if (node.kind !== 'request') throw noRequest();
      return commands.executeCommand('duplex.connectRequest', node.uri, node.request.which);
    },
    /** Shows a file, or a request or a server in its file. */
    'duplex.openListedRequest': async (argument) => {
      requireTrust('read');
      const node = nodeOf(argument);
      if (node.kind === 'file' || node.kind === 'message') {
        await window.showTextDocument(node.uri);
        return;
      }
      if (node.kind === 'server') {
        const { line, character } = node.server.range.start;
        await window.showTextDocument(node.uri, {
          selection: new Selection(line, character, line, character),
        });
        return;
      }
      const { document, request } = await findRequest(node.uri, node.request.which);
      const { line, character } = request.target.range.start;
      const selection = new Selection(line, character, line, character);
      await window.showTextDocument(document, { selection });
    },
  };
}

function nodeOf(argument: unknown): Node {
  const node = (argument ?? {}) as Partial<Node>;
  const isNode = ['file', 'request', 'server', 'message'].includes(node.kind ?? '');
  if (isNode && node.uri instanceof Uri) return node as Node;
  throw noRequest();
}

function noRequest(): DuplexError {
  return new DuplexError('call.invalid', l10n.t('This command needs a row of the Requests view.'));
}
