import { posix } from 'node:path';
import { vi } from 'vitest';
import * as fake from '../../support/fakeVscode.ts';

// The `vscode` module as far as request files touch it; the real one is tested in the real host.

export { commands, EventEmitter, FileType, l10n, window } from '../../support/fakeVscode.ts';

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static parse(text: string): Uri {
    const at = text.indexOf(':');
    return new Uri(text.slice(0, at), text.slice(at + 1).replace(/^\/\//, ''));
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, posix.join(base.path, ...parts));
  }
  with({ path }: { path: string }): Uri {
    return new Uri(this.scheme, path);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = new Position(startLine, startCharacter);
    this.end = new Position(endLine, endCharacter);
  }
}

export class Selection {
  constructor(
    readonly anchor: Position,
    readonly active: Position,
  ) {}
}

export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: { title: string; command: string; arguments?: unknown[]; tooltip?: string },
  ) {}
}

export class DocumentLink {
  constructor(
    readonly range: Range,
    readonly target: Uri,
  ) {}
}

export class FoldingRange {
  constructor(
    readonly start: number,
    readonly end: number,
  ) {}
}

export const FoldingRangeKind = { Region: 3 };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const ViewColumn = { Active: -1, Beside: -2 };

export class Diagnostic {
  source: string | undefined;
  code: string | undefined;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}

/** The published diagnostics, by URI. */
export const published = new Map<string, Diagnostic[]>();

export const languages = {
  createDiagnosticCollection: () => ({
    set: (uri: Uri, diagnostics: Diagnostic[]) => published.set(uri.toString(), diagnostics),
    delete: (uri: Uri) => published.delete(uri.toString()),
    dispose: () => published.clear(),
  }),
};

const opened = new fake.EventEmitter<unknown>();
const changed = new fake.EventEmitter<{ document: unknown }>();
const closed = new fake.EventEmitter<unknown>();

/** Fires the events of documents. */
export const documents = { opened, changed, closed };

export const workspace = Object.assign(fake.workspace, {
  textDocuments: [] as unknown[],
  onDidOpenTextDocument: opened.event,
  onDidChangeTextDocument: changed.event,
  onDidCloseTextDocument: closed.event,
  openTextDocument: vi.fn(async (_uri: Uri): Promise<unknown> => {
    throw new Error('no such document');
  }),
});

export const SymbolKind = { Function: 11, Variable: 12, String: 14, Event: 23 };

export class SemanticTokensLegend {
  constructor(
    readonly tokenTypes: string[],
    readonly tokenModifiers: string[],
  ) {}
}
