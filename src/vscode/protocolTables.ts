import { Diagnostic, EventEmitter, FileSystemError, languages, l10n, workspace } from 'vscode';
import type { Disposable, Event, LogOutputChannel, Uri } from 'vscode';
import type { ProtocolTable } from '../core/protocol/table/protocolTable.ts';
import type { Problem } from '../core/request/syntax/diagnostic.ts';
import type { Engine } from '../engine/engine.ts';
import { checkTable, MAX_TABLE_BYTES, readTable } from '../engine/protocolTables.ts';
import { DuplexError } from '../shared/errors.ts';
import { detach, report } from './report.ts';
import { DIAGNOSTIC_SOURCE } from './requestFiles/requestDiagnostics.ts';
import { editorRange } from './requestFiles/requestDocuments.ts';
import { throttle } from './throttle.ts';

const FILES = '**/*.protocol.json';
const EXCLUDED = '**/node_modules/**';
const SETTING = 'duplex.protocols';

/** Maximum number of tables in the settings, and in the workspace. */
const MOST_TABLES = 100;

const REFRESH_INTERVAL = 300;

/** The protocols that the user defines, in the setting `duplex.protocols` and in the files of a trusted workspace. */
export class ProtocolTables implements Disposable {
  readonly #diagnostics = languages.createDiagnosticCollection('duplex-protocols');
  readonly #changed = new EventEmitter<void>();
  readonly #subscriptions: Disposable[];
  readonly #refresh = throttle(() => detach(this.load(), this.log), REFRESH_INTERVAL);
  #loading: Promise<void> = Promise.resolve();
  #before = '[]';
  #reported = '';
  /** Fires when the set of known protocols changed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(
    private readonly engine: Pick<Engine, 'setTables'>,
    private readonly log: LogOutputChannel,
  ) {
    const watcher = workspace.createFileSystemWatcher(FILES);
    this.#subscriptions = [
      watcher,
      watcher.onDidCreate(this.#refresh),
      watcher.onDidChange(this.#refresh),
      watcher.onDidDelete(this.#refresh),
      workspace.onDidGrantWorkspaceTrust(this.#refresh),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) this.#refresh();
      }),
      this.#diagnostics,
      this.#changed,
    ];
    detach(this.load(), log);
  }

  /** Reads all tables again. Resolves when they are loaded. */
  load(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  async #load(): Promise<void> {
    const tables = await this.#ofSettings();
    const found: [Uri, Diagnostic[]][] = [];
    for (const uri of await filesOfWorkspace()) {
      const { table, problems } = await read(uri, idsOf(tables));
      if (table) tables.push(table);
      found.push([uri, problems.map(diagnosticOf)]);
    }
    this.#diagnostics.clear();
    for (const [uri, diagnostics] of found) this.#diagnostics.set(uri, diagnostics);
    const text = JSON.stringify(tables);
    if (text === this.#before) return;
    this.#before = text;
    this.engine.setTables(tables);
    this.#changed.fire();
  }

  async #ofSettings(): Promise<ProtocolTable[]> {
    const tables: ProtocolTable[] = [];
    const sentences: string[] = [];
    const value = workspace.getConfiguration('duplex').get<unknown>('protocols');
    // VS Code returns proxies, which cannot be sent to workers.
    const given: unknown = JSON.parse(JSON.stringify(value ?? []));
    const list: readonly unknown[] = Array.isArray(given) ? given : [];
    for (const [index, each] of list.slice(0, MOST_TABLES).entries()) {
      const { table, problems } = await checkTable(each, idsOf(tables));
      if (table) tables.push(table);
      for (const { at, message } of problems) sentences.push(`[${index}]${at}: ${message}`);
    }
    const [first = ''] = sentences;
    for (const sentence of sentences) this.log.error(`protocol.table: ${SETTING}${sentence}`);
    // Reported once, not at each change of a file.
    if (first !== '' && first !== this.#reported)
      report(
        new DuplexError(
          'call.invalid',
          l10n.t('A table of the setting {0} is not valid: {1}', SETTING, first),
        ),
        this.log,
      );
    this.#reported = first;
    return tables;
  }

  dispose(): void {
    this.#refresh.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

async function filesOfWorkspace(): Promise<Uri[]> {
  if (!workspace.isTrusted) return [];
  const found = await workspace.findFiles(FILES, EXCLUDED, MOST_TABLES);
  // The order is always the same, because the first of two tables with one id keeps it.
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function read(uri: Uri, taken: readonly string[]): ReturnType<typeof readTable> {
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > MAX_TABLE_BYTES) {
      const message = `A table has at most ${MAX_TABLE_BYTES} bytes, and this file has ${size}.`;
      return { table: undefined, problems: [{ code: 'protocol.table', message, range: START }] };
    }
    return await readTable(new TextDecoder().decode(await workspace.fs.readFile(uri)), taken);
  } catch (error) {
    // The file was deleted in the meantime.
    if (error instanceof FileSystemError) return { table: undefined, problems: [] };
    throw error;
  }
}

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function idsOf(tables: readonly ProtocolTable[]): string[] {
  return tables.map(({ id }) => id);
}

function diagnosticOf({ code, message, range }: Problem): Diagnostic {
  const diagnostic = new Diagnostic(editorRange(range), message);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = code;
  return diagnostic;
}
