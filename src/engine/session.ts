import { setTimeout as delay } from 'node:timers/promises';
import type { PartialMessage } from '../core/frames/frameScanner.ts';
import { requireProtocol } from '../core/protocol/protocolChoice.ts';
import type { SystemEvent } from '../core/session/life/systemEvent.ts';
import { connectOptions } from '../core/session/options/connectOptions.ts';
import { invalidCloseCode, invalidCloseReason } from '../core/session/options/validate.ts';
import { sessionName } from '../core/session/secrets/mask.ts';
import { removeRecording } from '../recording/write/removeRecording.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { FramePage } from '../shared/frames.ts';
import type { RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type {
  ConnectOptions,
  OutgoingMessage,
  SessionId,
  SessionState,
  SessionSummary,
} from '../shared/session.ts';
import type { HandshakeDetail, NoteDetail, Row } from '../shared/timeline.ts';
import { createBackPressure } from './backPressure.ts';
import type { Conduct } from './conduct.ts';
import type { ConnectionIo } from './connectionIo.ts';
import { ConnectionLife } from './connectionLife.ts';
import { Listeners, Ticker } from './listeners.ts';
import { recordedHeaders, recordedUrl } from './recordedSession.ts';
import type { ProxiedConnection } from './proxy/heldMessages.ts';
import type { SessionParts } from './sessionParts.ts';
import { ProtocolDetector } from './protocolDetector.ts';
import { Timeline } from './timeline.ts';

/** Milliseconds that a disposed session waits for the end of its transport. */
const LINGER = 500;

/**
 * A session: the single source of truth about its connection. The panel, the tree, the status bar and the command line
 * subscribe to it. It may connect several times, one connection at a time, into one recording.
 */
export class Session {
  readonly id: SessionId;
  readonly folder: string | undefined;
  readonly keep: boolean;
  /** As in `ExistingRecording`: if true, nothing else is stored in the folder either. */
  readonly isForeign: boolean;
  /** The faults and held messages of the connection, if this process is its proxy. */
  proxied: ProxiedConnection | undefined;
  /** Numbers, times and records its rows. */
  readonly timeline: Timeline;
  readonly #onError: (error: DuplexError) => void;
  readonly #changed = new Listeners();
  readonly #ticker = new Ticker(() => this.#changed.emit());
  readonly #recordWorker: () => RecordWorkerCalls;
  readonly #life: ConnectionLife;
  readonly #isExisting: boolean;
  readonly #detector: ProtocolDetector;
  #options: ConnectOptions;
  #name: string;
  #isDisposed = false;
  #disposing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    const { existing, options } = parts;
    this.id = parts.id;
    this.folder = parts.folder;
    this.keep = parts.keep ?? existing?.manifest.keep ?? true;
    this.#options = options;
    this.#detector = new ProtocolDetector(() => this.#options, parts.role ?? existing?.manifest.role);
    this.#name = parts.name ?? sessionName(recordedUrl(options));
    this.#onError = parts.onError;
    this.#isExisting = existing !== undefined;
    this.isForeign = existing?.isForeign === true;
    this.#recordWorker = parts.recordWorker;
    const onTraffic = (): void => this.#ticker.mark();
    for (const { row, payload } of existing?.firstRows ?? [])
      this.#detector.onRow(row.kind, row.direction, payload);
    this.timeline = new Timeline(this.#name, options, {
      id: parts.id,
      folder: parts.folder,
      existing,
      keep: this.keep,
      tap: parts.tap,
      role: parts.role,
      detector: this.#detector,
      worker: parts.recordWorker,
      slabs: parts.slabs,
      // The last rows of a connection are shown with its end.
      onChange: () => (this.#life.isLive ? this.#ticker.mark() : this.#ticker.now()),
      onBehind: createBackPressure({ hold: () => this.hold(), note: (detail) => this.#note(detail) }),
      onFailed: ({ code, message }) => parts.onError(new DuplexError(code, message)),
    });
    this.#life = new ConnectionLife({
      timeline: this.timeline,
      options: () => this.#options,
      existing,
      isOffline: parts.isOffline,
      role: parts.role,
      isPassive: parts.isPassive,
      connector: parts.connector,
      resolveProxy: parts.resolveProxy,
      onTraffic,
      onState: () => this.#ticker.now(),
      onOpen: ({ headers }) => this.#reportFailure(this.timeline.describe({ responseHeaders: headers })),
    });
  }

  get options(): ConnectOptions {
    return this.#options;
  }

  get state(): SessionState {
    return this.#life.state;
  }

  get summary(): SessionSummary {
    const { startedAt, firstRow, recorder, unrecorded } = this.timeline;
    return {
      ...this.#life.summary,
      id: this.id,
      name: this.#name,
      url: recordedUrl(this.#options),
      startedAt,
      firstRow,
      recordedBytes: recorder?.bytes ?? 0,
      keep: this.keep,
      unrecorded,
      decodedAs: this.#detector.current,
    };
  }

  /** The number of readable rows of the recording. */
  get rows(): number {
    return this.timeline.rows;
  }

  /** The result of the last attempt to connect, including secrets. Show it only on request, and never store it. */
  get handshakes(): HandshakeDetail | undefined {
    return this.#life.handshakes;
  }

  /** The listener is called at once for a new state and for rows after the end, else at most 20 times a second. */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Resolves when the files of the recording exist. @throws DuplexError `disk.denied`, `disk.full` */
  async recordingReady(): Promise<void> {
    await this.timeline.recorder?.created;
  }

  /**
   * Resolves when the session is open. A scheduled reconnect starts at once; if it fails, others may follow.
   * @throws DuplexError with the reason why the handshake failed; `call.invalid` if a connection already exists
   */
  async connect(): Promise<void> {
    this.#requireUndisposed();
    const beginning = this.timeline.recorder?.begin();
    if (beginning !== undefined) {
      await beginning;
      this.#requireUndisposed();
    }
    await this.#life.connect();
  }

  /**
   * Changes the options of the next connection.
   * @throws DuplexError `url.invalid` or `call.invalid` if the options are invalid or a connection exists
   */
  reconfigure(change: Partial<ConnectOptions>): void {
    if (this.#life.isLive)
      throw new DuplexError(
        'call.invalid',
        `The session is ${this.#life.state}: disconnect it to change how it connects.`,
      );
    const options = connectOptions({ ...this.#options, ...change });
    requireProtocol(options);
    this.#options = options;
    const { protocol, decode } = options;
    const requestHeaders = recordedHeaders(options);
    this.#reportFailure(
      this.timeline.describe({ url: recordedUrl(options), protocol, decode, requestHeaders }),
    );
    this.#ticker.now();
  }

  /**
   * From now on, decodes messages by this protocol, or by `auto` or `none`, even while the session is open.
   * The automatic messages of the protocol start with the next connection.
   * @throws DuplexError `call.invalid` if there is no such protocol
   */
  chooseProtocol(protocol: string): void {
    requireProtocol({ protocol });
    this.#options = { ...this.#options, protocol };
    this.#reportFailure(this.timeline.describe({ protocol }));
    this.#ticker.now();
  }

  /** Notifies the listeners of a change elsewhere, for example of the proxy or of the decoded messages. */
  touch(): void {
    this.#ticker.mark();
  }

  /**
   * Closes with a code and a reason (RFC 6455, section 7.4), or cancels a handshake or the wait for a reconnect.
   * Resolves when the session is closed and fully recorded.
   * @throws DuplexError `call.invalid` if the code or the reason must not be sent
   */
  async disconnect(code = 1000, reason = ''): Promise<void> {
    const problem = invalidCloseCode(code) ?? invalidCloseReason(reason);
    if (problem !== undefined) throw new DuplexError('call.invalid', problem);
    if (!this.#life.isLive) return;
    await this.#life.disconnect(code, reason);
    await this.flush();
  }

  /** Ends as another connection ended: 1005 without a code, 1006 without a close frame (RFC 6455, section 7.1.5). */
  async endAs({ code, reason }: { readonly code: number; readonly reason: string }): Promise<void> {
    if (code === 1006) this.#life.terminate();
    else await this.#life.disconnect(code, reason);
  }

  /** The connection without its recording, for a proxy that records its changes itself. */
  get io(): ConnectionIo {
    return this.#life.io;
  }

  /** Records a failure on this side; the connection continues. */
  report(error: DuplexError): void {
    this.#life.report(error);
  }

  /** Resolves when every row so far is on disk or counted as unrecorded. */
  async flush(): Promise<void> {
    await this.timeline.recorder?.flush();
  }

  /** Ends the connection or the wait for a reconnect at once, without a close handshake. */
  terminate(): void {
    this.#life.terminate();
  }

  /**
   * Resolves when the kernel has taken the bytes.
   * @param fragments bytes of each fragment, of which the last one takes the rest; by default as in the options
   * @throws DuplexError `call.invalid` if the session is not open
   */
  async send(message: OutgoingMessage, fragments?: readonly number[]): Promise<void> {
    this.#life.requireOpen('send');
    const behind = this.timeline.recorder?.caughtUp();
    if (behind !== undefined) {
      await behind;
      this.#life.requireOpen('send');
    }
    await this.#life.io.send(message, 0, fragments);
  }

  /** @param data at most 125 bytes (RFC 6455, section 5.5) */
  async ping(data: Uint8Array = new Uint8Array(0)): Promise<void> {
    this.#life.requireOpen('ping');
    await this.#life.io.ping(data);
  }

  /** @param data at most 125 bytes: that of a ping, or any for an unsolicited pong (RFC 6455, section 5.5.3) */
  async pong(data: Uint8Array): Promise<void> {
    this.#life.requireOpen('pong');
    await this.#life.io.pong(data);
  }

  /** The session's side of its protocol: automatic messages, and a peer that encodes verbs. */
  get conduct(): Conduct {
    return this.#life.io.conduct;
  }

  /** Bytes waiting to be sent, which grow if the peer stops reading. */
  get bufferedAmount(): number {
    return this.#life.io.bufferedAmount;
  }

  /** Bytes that the kernel has taken from the connection, which shows the progress of a long message. */
  get bytesWritten(): number {
    return this.#life.io.bytesWritten;
  }

  /** The partly received message. If the connection ends, it remains as the truncated message. */
  get arriving(): PartialMessage | undefined {
    return this.#life.io.arriving;
  }

  /** Pauses reading from the socket until every hold is released: TCP then slows the server down. */
  hold(): () => void {
    return this.#life.io.hold();
  }

  /** The machine slept, or its network was lost or came back. @param away milliseconds that the machine slept */
  onSystemEvent(change: SystemEvent, away: number): void {
    this.#life.onSystemEvent(change, away);
  }

  async readRows(from: number, count: number): Promise<Row[]> {
    if (this.timeline.recorder === undefined) return [];
    return this.#recordWorker().rows(this.id, from, count);
  }

  /**
   * A row's whole stored payload.
   * @param row its number in the recording
   * @throws DuplexError `call.invalid` if nothing is recorded
   */
  async readPayload(row: number): Promise<Uint8Array> {
    if (this.timeline.recorder === undefined)
      throw new DuplexError(
        'call.invalid',
        `Message ${row} is not recorded: record the session to read it again.`,
      );
    await this.flush();
    return this.#recordWorker().read(this.id, row, 0, Number.MAX_SAFE_INTEGER);
  }

  /**
   * The stored payload of a row.
   * @param seq its number at the tap, which counts unrecorded rows too
   * @throws DuplexError `call.invalid` if the row is not recorded because the disk failed
   */
  async readShown(seq: number): Promise<Uint8Array> {
    await this.flush();
    const row = this.timeline.rowOf(seq);
    if (row !== undefined) return this.readPayload(row);
    throw new DuplexError(
      'call.invalid',
      `Message ${seq} could not be recorded, so it cannot be read again.`,
    );
  }

  /** Up to `count` frames of a recorded row, from number `from` on; none if frames were not recorded. */
  async readFrames(row: number, from: number, count: number): Promise<FramePage> {
    if (this.timeline.recorder === undefined) return { total: 0, frames: [] };
    return this.#recordWorker().frames(this.id, row, from, count);
  }

  /** Number of the first row at or after a time (microseconds since the start); the number of rows if there is none. */
  async rowAtTime(time: number): Promise<number> {
    if (this.timeline.recorder === undefined) return 0;
    return this.#recordWorker().rowAtTime(this.id, time);
  }

  rename(name: string): void {
    this.#name = name;
    this.#reportFailure(this.timeline.describe({ name }));
    this.#ticker.now();
  }

  /** Hides the rows so far behind a mark in the timeline; they stay in the recording. */
  clear(): void {
    this.#reportFailure(this.timeline.clear());
    this.#ticker.now();
  }

  /**
   * Ends the connection and the recording, and removes it unless it is kept. The session cannot be used afterwards.
   * @throws DuplexError if that fails; it may be called again
   */
  dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#disposing ??= this.#dispose().catch((error: unknown) => {
      this.#disposing = undefined;
      throw error;
    });
    return this.#disposing;
  }

  #requireUndisposed(): void {
    if (this.#isDisposed) throw new DuplexError('call.disposed', 'The session was closed: open another one.');
  }

  async #dispose(): Promise<void> {
    if (this.#life.isLive) {
      this.#note({ note: 'ended', text: 'The connection ended with its window or program.' });
      void this.#life.disconnect(1001, '');
      this.#life.terminate();
    }
    // After a protocol error, the close frame that tells the peer the reason may still be on its way.
    await Promise.race([this.#life.io.gone, delay(LINGER, undefined, { ref: false })]);
    await this.timeline.recorder?.close();
    this.#ticker.stop();
    if (!this.keep && !this.isForeign) await this.removeRecording();
  }

  /** Removes its recording from the disk, after `dispose`. A folder with another recording stays. */
  async removeRecording(): Promise<void> {
    if (this.folder !== undefined && (this.#isExisting || this.timeline.recorder?.isWriter === true))
      await removeRecording(this.folder);
  }

  #note(detail: NoteDetail): void {
    this.timeline.addDetail('note', 'none', detail);
  }

  /** session.json only describes the recording: if it cannot be written, the rows still are. */
  #reportFailure(written: Promise<void>): void {
    written.catch((error: unknown) => this.#onError(toDuplexError(error)));
  }
}
