import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { requireProtocol } from '../core/protocol/protocolChoice.ts';
import { setUserTables, userTables } from '../core/protocol/registry.ts';
import { connectOptions } from '../core/session/options/connectOptions.ts';
import { environmentProxy } from '../core/session/options/environmentProxy.ts';
import { SlabPool } from '../recording/write/batchWriter.ts';
import { DuplexError } from '../shared/errors.ts';
import type { FormatWorkerCalls, FormatWorkerEvents } from '../shared/formatProtocol.ts';
import type { Query, QueryWorkerCalls, QueryWorkerEvents } from '../shared/queryProtocol.ts';
import type { RecordWorkerCalls, RecordWorkerEvents } from '../shared/recordProtocol.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';
import type { ConnectOptions, SessionId } from '../shared/session.ts';
import type { ProtocolTable } from '../core/protocol/table/protocolTable.ts';
import type { UnitOptions } from '../shared/unitIndexProtocol.ts';
import { SystemMonitor } from './systemMonitor.ts';
import { ImportJob } from './importJob.ts';
import { Listeners, Ticker } from './listeners.ts';
import { recordedOptions } from './recordedSession.ts';
import { readExisting } from './recordingFile.ts';
import { Schemas } from './schemas.ts';
import { Searches } from './search.ts';
import type { Search } from './search.ts';
import { Session } from './session.ts';
import type { SessionParts } from './sessionParts.ts';
import type { SessionTap } from './timeline.ts';
import type { UnitGate } from './unitGate.ts';
import { UnitIndexes } from './unitIndexes.ts';
import type { Units } from './unitIndexes.ts';
import { WorkerHost } from './workerHost.ts';

export interface EngineOptions {
  /** Folder of the built record.js, query.js, format.js, units.js, schema.js and import.js. */
  readonly workersFolder: string;
  /**
   * The folder of recordings, one folder per session named by its id, unless `create` sets another. Undefined: not
   * recorded.
   */
  readonly recordingsFolder?: string;
  /** Receives failures that no caller waits for, for the log. They hold no secrets. */
  readonly onError: (error: DuplexError) => void;
  /** Called before a Protobuf schema is read. @throws DuplexError if no file may be read */
  readonly requireTrust?: () => void;
  /** Returns the proxy for a URL if a request names none; by default the one of the environment variables. */
  readonly resolveProxy?: (url: string) => Promise<string | undefined>;
}

export interface SessionInit extends Pick<SessionParts, 'role' | 'connector' | 'isPassive'> {
  /** Default: host and path of the URL. */
  readonly name?: string;
  /** Record in exactly this folder, which must not hold a recording. */
  readonly folder?: string;
  readonly tap?: SessionTap;
  /** If false, the session's end removes the recording. */
  readonly keep?: boolean;
}

/** The parts that all sessions of an engine share. */
type OwnParts = 'recordWorker' | 'slabs' | 'isOffline' | 'resolveProxy' | 'onError';

type Progress = [name: string, done: number, total: number];

/** All sessions of a process and their workers. VS Code and the command line both build on it. */
export class Engine {
  readonly #sessions: Session[] = [];
  readonly #slabs = new SlabPool();
  readonly #reopening = new Map<string, Promise<Session>>();
  readonly #removing = new Map<Session, Promise<void>>();
  #disposing: Promise<void> | undefined;
  readonly #changed = new Listeners();
  readonly #ticker = new Ticker(() => this.#changed.emit());
  readonly #formatProgress = new Listeners<Progress>();
  readonly #queryProgress = new Listeners<Progress>();
  readonly #record: WorkerHost<RecordWorkerCalls, RecordWorkerEvents>;
  readonly #query: WorkerHost<QueryWorkerCalls, QueryWorkerEvents>;
  readonly #format: WorkerHost<FormatWorkerCalls, FormatWorkerEvents>;
  /** Compiles the Protobuf schemas for all parts of the engine. */
  readonly schemas: Schemas;
  readonly #searches: Searches;
  readonly #units: UnitIndexes;
  readonly #systemMonitor = new SystemMonitor((change, away) => {
    for (const session of this.#sessions) session.onSystemEvent(change, away);
  });

  constructor(private readonly options: EngineOptions) {
    const { workersFolder, onError } = options;
    this.#record = new WorkerHost({
      file: join(workersFolder, 'record.js'),
      events: ['append'],
      onError,
      handlers: {
        appended: (id, extent, batch) => this.#recorderOf(id)?.onAppended(extent, batch),
        failed: (id, extent, error, batch) => this.#recorderOf(id)?.onFailed(extent, error, batch),
      },
      onCrash: () => {
        for (const session of this.#sessions) session.timeline.recorder?.onWorkerCrash();
      },
    });
    const progressTo = (listeners: Listeners<Progress>) => ({
      progress: (...progress: Progress) => listeners.emit(...progress),
    });
    this.#query = new WorkerHost({
      file: join(workersFolder, 'query.js'),
      onError,
      handlers: progressTo(this.#queryProgress),
    });
    this.schemas = new Schemas({ workersFolder, onError, requireTrust: options.requireTrust });
    const compileSchema: CompileSchema = (path, message) => this.schemas.compile(path, message);
    this.#format = new WorkerHost({
      file: join(workersFolder, 'format.js'),
      onError,
      handlers: { ...progressTo(this.#formatProgress), compileSchema },
    });
    this.#searches = new Searches(workersFolder, onError, compileSchema);
    this.#units = new UnitIndexes(workersFolder, onError, compileSchema);
  }

  /** In the order of creation. */
  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  /** Sets the protocols that the user defines. From now on they decode the messages of all sessions. */
  setTables(tables: readonly ProtocolTable[]): void {
    setUserTables(tables);
    for (const session of this.#sessions) session.touch();
  }

  /** Starts the worker of one import. The caller disposes it. */
  startImport(): ImportJob {
    return new ImportJob(this.options.workersFolder, this.options.onError);
  }

  /** The worker for long reads of recordings. It starts on first use. */
  get query(): QueryWorkerCalls {
    return this.#query.remote;
  }

  /**
   * Searches the rows of a session, except those that a clear has hidden, or the rows of a recorded folder.
   * The search follows a session that grows. Its state reports an invalid query (core/search/compileText.ts).
   * @param options for a folder: the first row and the row after the last, by default all rows; `gate`
   * narrows the search by units
   * @throws DuplexError `call.invalid` if the session is not recorded
   */
  search(
    target: Session | string,
    asked: Query,
    options: { from?: number; to?: number; gate?: UnitGate } = {},
  ): Search {
    const { decoded, conditions } = asked;
    const query = decoded || conditions ? { ...asked, decoded: { tables: userTables(), ...decoded } } : asked;
    if (typeof target === 'string') {
      const { from = 0, to, gate } = options;
      return this.#searches.search({ folder: target, rows: () => to, firstRow: () => from }, query, gate);
    }
    const { folder, timeline } = target;
    if (folder === undefined)
      throw new DuplexError('call.invalid', 'The session is not recorded, so it cannot be searched.');
    const onDidChange = (listener: () => void): (() => void) => target.onDidChange(listener);
    const growing = { folder, rows: () => target.rows, firstRow: () => timeline.firstRow, onDidChange };
    return this.#searches.search(growing, query, options.gate);
  }

  /**
   * Decodes the messages of a session, even while they arrive, or of a recorded folder. Nothing is written to the
   * folder of a recording that does not belong to this engine.
   * @throws DuplexError `call.invalid` if the session is not recorded
   */
  units(target: Session | string, options: UnitOptions): Units {
    const all = { tables: userTables(), ...options };
    if (typeof target === 'string')
      return this.#units.open({ folder: target, rows: () => undefined, beside: false }, all);
    const { folder, isForeign } = target;
    if (folder === undefined)
      throw new DuplexError('call.invalid', 'The session is not recorded, so its messages are not decoded.');
    const onDidChange = (listener: () => void): (() => void) => target.onDidChange(listener);
    return this.#units.open({ folder, rows: () => target.rows, beside: !isForeign, onDidChange }, all);
  }

  /** The worker that formats messages for viewing. It starts on first use. */
  get format(): FormatWorkerCalls {
    return this.#format.remote;
  }

  /**
   * Adds a listener to changes of the list and of summaries; called at most 20 times a second.
   * @returns a function that unsubscribes it
   */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  onFormatProgress(listener: (...progress: Progress) => void): () => void {
    return this.#formatProgress.add(listener);
  }

  onQueryProgress(listener: (...progress: Progress) => void): () => void {
    return this.#queryProgress.add(listener);
  }

  /**
   * Creates a session without connecting it.
   * @throws DuplexError `url.invalid` or `call.invalid` if the options are invalid
   */
  create(options: { readonly url: string } & Partial<ConnectOptions>, init: SessionInit = {}): Session {
    const valid = connectOptions(options);
    requireProtocol(valid);
    const id = newSessionId();
    const { recordingsFolder } = this.options;
    return this.#add({
      id,
      options: valid,
      ...init,
      folder: init.folder ?? (recordingsFolder === undefined ? undefined : join(recordingsFolder, id)),
    });
  }

  /** Returns the path of a new folder among the recordings, for a recording without a session. */
  newRecordingFolder(): string {
    const { recordingsFolder } = this.options;
    if (recordingsFolder === undefined)
      throw new DuplexError(
        'call.invalid',
        'Sessions are not recorded here: there is no folder for recordings.',
      );
    return join(recordingsFolder, newSessionId());
  }

  /**
   * Creates a closed session over an existing recording. Until it connects, it only reads the recording, which may be
   * on a read-only disk or be written by another window. When it connects, it continues the recording. The options do
   * not include what the recording masks, such as credentials. If a session of this engine already uses the folder,
   * returns that session.
   * @throws DuplexError `file.invalid` if it is not a recording, `disk.denied` if it cannot be read
   */
  reopen(folder: string): Promise<Session> {
    // Each folder has at most one session, whichever path names it.
    const real = realPath(folder);
    const known = this.#sessions.find(
      (session) => session.folder !== undefined && realPath(session.folder) === real,
    );
    const removing = known && this.#removing.get(known);
    if (removing !== undefined) return removing.then(() => this.reopen(folder));
    if (known !== undefined) return Promise.resolve(known);
    // Two panels that restore the same recording at the same time share one session.
    const under = this.#reopening.get(real);
    if (under !== undefined) return under;
    const reopening = this.#reopen(real).finally(() => this.#reopening.delete(real));
    this.#reopening.set(real, reopening);
    return reopening;
  }

  async #reopen(folder: string): Promise<Session> {
    const { recordingsFolder } = this.options;
    const isForeign = recordingsFolder === undefined || dirname(folder) !== realPath(recordingsFolder);
    const counts = await this.query.statistics(folder);
    const existing = { ...readExisting(folder), counts, isForeign };
    const { name } = existing.manifest;
    const options = connectOptions(recordedOptions(existing.manifest));
    // Keeps the id of the recording, so that a panel restored after a reload finds its session again.
    const id = isForeign ? newSessionId() : (basename(folder) as SessionId);
    const session = this.#add({ id, options, name, folder, existing });
    try {
      await session.recordingReady();
    } catch (error) {
      await this.remove(session);
      throw error;
    }
    return session;
  }

  find(id: string): Session | undefined {
    return this.#sessions.find((session) => session.id === id);
  }

  /**
   * Disconnects the session, closes its recording and removes it from the list. The recording stays on disk
   * if it is kept.
   * @throws DuplexError if that fails: the session stays on the list and can be removed later
   */
  remove(session: Session): Promise<void> {
    const before = this.#removing.get(session);
    if (before !== undefined) return before;
    const removing = this.#remove(session).finally(() => this.#removing.delete(session));
    this.#removing.set(session, removing);
    return removing;
  }

  async #remove(session: Session): Promise<void> {
    await session.disconnect();
    if (session.folder !== undefined) {
      await this.#searches.endOf(session.folder);
      await this.#units.endOf(session.folder);
    }
    await session.dispose();
    const at = this.#sessions.indexOf(session);
    if (at >= 0) this.#sessions.splice(at, 1);
    if (this.#sessions.length === 0) this.#systemMonitor.stop();
    this.#ticker.mark();
  }

  /** Removes the session and deletes its recording. */
  async delete(session: Session): Promise<void> {
    await this.remove(session);
    await session.removeRecording();
  }

  /** Ends all connections, writes every row to disk and ends the workers. */
  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose().catch((error: unknown) => {
      this.#disposing = undefined;
      throw error;
    });
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    this.#ticker.stop();
    this.#systemMonitor.stop();
    // First, because an index that is being opened waits for its schema.
    await this.schemas.dispose();
    // Before the sessions, because a recording that is not kept is removed with its session.
    await this.#searches.dispose();
    await this.#units.dispose();
    const sessions = this.#sessions.slice();
    const results = await Promise.allSettled(sessions.map((session) => session.dispose()));
    for (const result of results)
      if (result.status === 'rejected') this.options.onError(result.reason as DuplexError);
    this.#sessions.length = 0;
    await Promise.all([this.#record.dispose(), this.#query.dispose(), this.#format.dispose()]);
    this.#ticker.stop();
  }

  #add(parts: Omit<SessionParts, OwnParts>): Session {
    const session = new Session({
      ...parts,
      recordWorker: () => this.#record.remote,
      slabs: this.#slabs,
      isOffline: () => this.#systemMonitor.isOffline,
      resolveProxy:
        this.options.resolveProxy ?? ((url) => Promise.resolve(environmentProxy(url, process.env))),
      onError: this.options.onError,
    });
    this.#sessions.push(session);
    this.#systemMonitor.start();
    session.onDidChange(() => this.#ticker.mark());
    this.#ticker.mark();
    return session;
  }

  #recorderOf(id: SessionId): Session['timeline']['recorder'] {
    return this.find(id)?.timeline.recorder;
  }
}

/** The canonical path of a folder, independent of links and spellings. */
function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    // The folder does not exist, so only its name identifies it.
    return resolve(folder);
  }
}

/** The start time comes first, so that recordings list in order. */
function newSessionId(): SessionId {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace(/\..*$/, '');
  return `${time}-${randomUUID().slice(0, 8)}` as SessionId;
}
