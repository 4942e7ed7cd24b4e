import { posix } from 'node:path';
import { vi } from 'vitest';

// The part of the `vscode` module that the units under test use; tests in the real host cover the real module.

export const l10n = {
  t: (text: string, ...values: unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  static readonly File = new ThemeIcon('file');
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TreeItem {
  constructor(
    readonly label: unknown,
    readonly collapsibleState?: number,
  ) {}
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };

export class Selection {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class MarkdownString {
  constructor(public value = '') {}
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&');
    return this;
  }
  appendMarkdown(markdown: string): this {
    this.value += markdown;
    return this;
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => void>();
  readonly event = (listener: (event: T) => void): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export const ProgressLocation = { Notification: 15 };
export const StatusBarAlignment = { Left: 1, Right: 2 };

export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const FileType = { Unknown: 0, File: 1, Directory: 2 };

export class FileSystemError extends Error {
  constructor(
    message: string,
    readonly code = 'Unknown',
  ) {
    super(message);
  }
}

/** The files that an edit creates. */
export class WorkspaceEdit {
  readonly created: { readonly uri: Uri; readonly contents: Uint8Array }[] = [];
  createFile(uri: Uri, { contents }: { readonly contents: Uint8Array }): void {
    this.created.push({ uri, contents });
  }
}

export const ViewColumn = { Active: -1 };

export class DocumentDropOrPasteEditKind {
  static readonly Text = new DocumentDropOrPasteEditKind('text');
  constructor(readonly value: string) {}
  append(...parts: string[]): DocumentDropOrPasteEditKind {
    return new DocumentDropOrPasteEditKind([this.value, ...parts].join('.'));
  }
}

export class DocumentPasteEdit {
  yieldTo: readonly DocumentDropOrPasteEditKind[] = [];
  constructor(
    readonly insertText: string,
    readonly title: string,
    readonly kind: DocumentDropOrPasteEditKind,
  ) {}
}

export class Uri {
  static parse(text: string): Uri {
    const { protocol, pathname } = new URL(text);
    return Uri.of(protocol.slice(0, -1), decodeURIComponent(pathname));
  }
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static of(scheme: string, path: string): Uri {
    return new Uri(scheme, path);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, posix.join(base.path, ...parts));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export const env = {
  language: 'en',
  remoteName: undefined as string | undefined,
  clipboard: {
    readText: vi.fn(async (): Promise<string> => ''),
    writeText: vi.fn(async (_text: string): Promise<void> => undefined),
  },
};

export const window = {
  showSaveDialog: vi.fn(async (): Promise<unknown> => undefined),
  showOpenDialog: vi.fn(async (): Promise<unknown> => undefined),
  setStatusBarMessage: vi.fn(),
  createQuickPick: vi.fn(),
  showErrorMessage: vi.fn(async (): Promise<unknown> => undefined),
  showInformationMessage: vi.fn(async (): Promise<unknown> => undefined),
  showWarningMessage: vi.fn(async (): Promise<unknown> => undefined),
  showInputBox: vi.fn(async (): Promise<unknown> => undefined),
  showTextDocument: vi.fn(async (): Promise<unknown> => undefined),
  showQuickPick: vi.fn(async (): Promise<unknown> => undefined),
  withProgress: vi.fn(async (): Promise<unknown> => undefined),
  createStatusBarItem: vi.fn(),
};

export const commands = { executeCommand: vi.fn(async (): Promise<unknown> => undefined) };

const events = {
  created: new EventEmitter<Uri>(),
  changed: new EventEmitter<Uri>(),
  deleted: new EventEmitter<Uri>(),
  document: new EventEmitter<{ document: { uri: Uri } }>(),
};

/** Fires the events of the workspace's files. */
export const fileEvents = events;

const never = (): { dispose: () => void } => ({ dispose: () => undefined });

export const workspace = {
  isTrusted: true,
  textDocuments: [] as unknown[],
  openTextDocument: vi.fn(async (given: unknown): Promise<unknown> => given),
  findFiles: vi.fn(async (_pattern: string, _exclude?: string, _most?: number): Promise<Uri[]> => []),
  createFileSystemWatcher: vi.fn(() => ({
    onDidCreate: events.created.event,
    onDidChange: events.changed.event,
    onDidDelete: events.deleted.event,
    dispose: () => undefined,
  })),
  getWorkspaceFolder: (_uri: unknown): { uri: Uri } | undefined => undefined,
  applyEdit: vi.fn(async (_edit: WorkspaceEdit): Promise<boolean> => true),
  onDidChangeTextDocument: events.document.event,
  onDidCloseTextDocument: never,
  onDidDeleteFiles: never,
  onDidRenameFiles: never,
  onDidChangeWorkspaceFolders: never,
  workspaceFolders: undefined as { uri: Uri }[] | undefined,
  fs: {
    stat: vi.fn(async (_uri: Uri): Promise<{ size: number; type?: number }> => ({
      size: 0,
      type: FileType.File,
    })),
    readDirectory: vi.fn(async (_uri: Uri): Promise<[name: string, type: number][]> => []),
    readFile: vi.fn(async (_uri: Uri): Promise<Uint8Array> => new Uint8Array()),
    writeFile: vi.fn(async (_uri: Uri, _bytes: Uint8Array): Promise<void> => undefined),
    rename: vi.fn(async (_from: Uri, _to: Uri, _options: object): Promise<void> => undefined),
    delete: vi.fn(async (_uri: Uri, _options: object): Promise<void> => undefined),
  },
  settings: {} as Record<string, unknown>,
  getConfiguration: () => ({ get: (name: string) => workspace.settings[name] }),
};
