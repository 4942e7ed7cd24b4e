import { curlCommand } from '../../core/session/doctor/curlCommand.ts';
import { diagnoseEnd, type OpenConnectionEnd } from '../../core/session/doctor/diagnoseEnd.ts';
import { diagnose } from '../../core/session/doctor/doctor.ts';
import { isLive } from '../../core/session/life/stateMachine.ts';
import { maskHandshake } from '../../core/session/secrets/maskHandshake.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Search } from '../../engine/search.ts';
import type { Session } from '../../engine/session.ts';
import type { Diagnosis, Fix, FixAction } from '../../shared/diagnosis.ts';
import { DuplexError } from '../../shared/errors.ts';
import { END_WITHIN } from '../../shared/limits.ts';
import type { AnyHandshake, PanelHandshake, PanelHandshakeCalls } from '../../shared/panelProtocol.ts';
import type { ConnectOptions, SessionSummary } from '../../shared/session.ts';
import type {
  CloseDetail,
  ErrorDetail,
  Exchange,
  HandshakeDetail,
  Kind,
  Row,
} from '../../shared/timeline.ts';

/** The part of a session that describes its connection and changes it. */
export interface ConnectableSession {
  readonly summary: SessionSummary;
  readonly options: ConnectOptions;
  /** The result of the last attempt, secrets included; undefined if only a recording is left. */
  readonly handshakes: HandshakeDetail | undefined;
  reconfigure(change: Partial<ConnectOptions>): void;
  disconnect(): Promise<void>;
}

/** The access to a recording that reading its handshakes needs. */
export interface RecordedRows {
  readonly rows: number;
  readRows(from: number, count: number): Promise<Row[]>;
  /** Resolves when all events so far are in the recording. */
  flush(): Promise<void>;
  /** The payload of a row. */
  read(seq: number): Promise<Uint8Array>;
  /** Numbers of the last rows of these kinds, in ascending order, at most `count`; searches the whole recording. */
  last(kinds: readonly Kind[], count: number): Promise<number[]>;
}

/** The functions of the window and the recording that the calls need. */
export interface HandshakePorts {
  readonly recorded: RecordedRows;
  copyText(text: string): Promise<void>;
  connect(): Promise<void>;
  /** Asks before a change that reduces security. @returns false if the user declines */
  agrees(fix: Fix): Promise<boolean>;
  /** Asks the user for the input of a fix, or opens the place to enter it. @returns the changed options, if any */
  act(action: FixAction): Promise<Partial<ConnectOptions> | undefined>;
}

interface Found {
  readonly diagnosis: Diagnosis;
  /** Set for a failure. */
  readonly detail?: ErrorDetail;
  /** The time at which the server allows another attempt, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** Serves the part of a panel's page that shows the handshake or explains the failure. */
export function handshakeCalls(session: ConnectableSession, ports: HandshakePorts): PanelHandshakeCalls {
  /** The diagnosis of the last failure or the last end, if there is one. */
  const found = async (): Promise<Found | undefined> => {
    const { error, end, protocol, startedAt } = session.summary;
    if (error !== undefined) {
      const recorded = await lastFailure(ports.recorded);
      // Without a recording, only the code and the message are known.
      const known = recorded?.detail.code === error.code ? recorded : undefined;
      const detail: ErrorDetail = known?.detail ?? { code: error.code, message: error.message };
      const diagnosis = diagnose(detail, session.options);
      if (known === undefined || diagnosis.retryAfter === undefined) return { diagnosis, detail };
      return { diagnosis, detail, retryAt: startedAt + known.time / 1000 + diagnosis.retryAfter };
    }
    if (end === undefined) return undefined;
    const recorded = await lastEnd(ports.recorded);
    const isSame = recorded?.close.code === end.code;
    const told = isSame
      ? recorded
      : { close: { ...end, clean: end.code !== 1006 }, direction: 'in' as const, time: 0 };
    return { diagnosis: diagnoseEnd({ ...told, protocol }, session.options) };
  };

  const handshake = async (reveal: boolean): Promise<PanelHandshake | undefined> => {
    const { handshakes, options, summary } = session;
    const { url } = summary;
    if (handshakes === undefined) {
      const detail = await recordedHandshake(ports.recorded);
      return detail && { url, detail, isRevealed: false, canReveal: false };
    }
    const message = summary.state === 'failed' ? summary.error?.message : undefined;
    const shown = reveal ? handshakes : maskHandshake(handshakes, options);
    const detail = { ...shown, ...(message !== undefined && { message }) };
    return { url, detail, isRevealed: reveal, canReveal: true };
  };

  const fixOf = async (id: unknown): Promise<Fix> => {
    const fix = (await found())?.diagnosis.fixes.find((each) => each.id === id);
    if (fix === undefined)
      throw new DuplexError('call.invalid', 'The session has changed in the meantime: try again.');
    return fix;
  };

  return {
    handshake: (reveal) => handshake(reveal === true),
    async copyHandshake(as, reveal) {
      if (as === 'curl') return ports.copyText(curlCommand(session.options, reveal === true));
      const shown = await handshake(reveal === true);
      const text = exchangesText(shown?.detail.exchanges);
      if (text === '') throw new DuplexError('call.invalid', 'There is nothing to copy: connect first.');
      return ports.copyText(text);
    },
    async diagnosis() {
      const told = await found();
      if (told === undefined) return undefined;
      const { diagnosis, ...rest } = told;
      const { headline, cause, evidence, fixes } = diagnosis;
      // While a reconnect is scheduled, only the header offers to connect immediately.
      const offered = session.summary.state === 'waiting' ? fixes.filter(({ id }) => id !== 'retry') : fixes;
      return {
        ...(headline !== undefined && { headline }),
        cause,
        evidence,
        ...rest,
        fixes: offered.map(({ id, label }) => ({ id, label })),
      };
    },
    async applyFix(id) {
      const fix = await fixOf(id);
      if (!(await ports.agrees(fix))) return;
      const options = fix.action === undefined ? fix.change : await ports.act(fix.action);
      if (options === undefined) return;
      await changeOptions(session, options);
      await ports.connect();
    },
    async keepFrames() {
      await changeOptions(session, { frames: true });
      await ports.connect();
    },
  };
}

/** A session can change its options only while it is not connected, so it disconnects first. */
export async function changeOptions(
  session: Pick<ConnectableSession, 'summary' | 'disconnect' | 'reconfigure'>,
  options: Partial<ConnectOptions>,
): Promise<void> {
  if (isLive(session.summary.state)) await session.disconnect();
  session.reconfigure(options);
}

/** Maximum number of connections that are searched, from the last one back, for one with its exchanges. */
const CONNECTIONS = 5;

/**
 * The last failure as it is recorded, with its time in microseconds since the session began; undefined if it is not
 * among the last rows.
 */
export async function lastFailure(
  recorded: RecordedRows,
): Promise<{ readonly detail: ErrorDetail; readonly time: number } | undefined> {
  const row = (await lastRows(recorded)).find(({ kind }) => kind === 'error');
  return row && { detail: parse<ErrorDetail>(await recorded.read(row.seq)), time: row.time };
}

/** The end of the last connection as it is recorded; undefined if it is not among the last rows. */
export async function lastEnd(
  recorded: RecordedRows,
): Promise<Omit<OpenConnectionEnd, 'protocol'> | undefined> {
  const rows = await lastRows(recorded);
  const at = rows.findIndex(({ kind }) => kind === 'close');
  const row = rows[at];
  if (row === undefined) return undefined;
  const before = rows.slice(at + 1);
  const opened = before.findIndex(({ kind }) => kind === 'open');
  const messages = before
    .slice(0, opened < 0 ? before.length : opened)
    .filter(({ kind }) => kind === 'text' || kind === 'binary');
  return {
    close: parse<CloseDetail>(await recorded.read(row.seq)),
    direction: row.direction,
    time: row.time,
    received: messages.find(({ direction }) => direction === 'in'),
    sent: messages.find(({ direction }) => direction === 'out'),
  };
}

/** The last rows, newest first. */
async function lastRows(recorded: RecordedRows): Promise<Row[]> {
  await recorded.flush();
  const from = Math.max(0, recorded.rows - END_WITHIN);
  return (await recorded.readRows(from, END_WITHIN)).reverse();
}

/** The last recorded handshake, secrets masked; undefined if there is none. */
export async function recordedHandshake(recorded: RecordedRows): Promise<AnyHandshake | undefined> {
  await recorded.flush();
  let last: AnyHandshake | undefined;
  for (const seq of (await recorded.last(['open', 'error'], CONNECTIONS)).reverse()) {
    const detail = parse(await recorded.read(seq));
    // A failure after the handshake does not describe the handshake; the previous row does.
    if (detail.phase !== 'open') return detail;
    last ??= detail;
  }
  return last;
}

function parse<T = AnyHandshake>(payload: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as T;
  } catch (cause) {
    const message = 'What the recording holds of this connection is damaged: connect again.';
    throw new DuplexError('file.invalid', message, { cause });
  }
}

/** The requests and responses in order, byte for byte. */
export function exchangesText(exchanges: readonly Exchange[] = []): string {
  return exchanges.map(({ request, response }) => request + response).join('');
}

let jobs = 0;

/** Reads the handshakes and ends of a session from its recording. */
export function createRecordedRows(engine: Engine, session: Session): RecordedRows {
  return {
    get rows() {
      return session.rows;
    },
    readRows: (from, count) => session.readRows(from, count),
    flush: () => session.flush(),
    read: (seq) => engine.query.readPayload(`connection-${++jobs}`, folderOf(session), seq),
    async last(kinds: readonly Kind[], count) {
      if (session.rows === 0) return [];
      const search = engine.search(folderOf(session), { kinds });
      try {
        await finished(search);
        const from = Math.max(0, search.state.hits - count);
        return (await search.hits(from, count)).map(({ seq }) => seq);
      } finally {
        await search.dispose();
      }
    },
  };
}

function folderOf({ folder }: Session): string {
  if (folder !== undefined) return folder;
  throw new DuplexError('call.invalid', 'This session is not recorded: there is nothing to show.');
}

/** Resolves when all existing rows were examined. */
async function finished(search: Search): Promise<void> {
  while (!search.state.done && search.state.error === undefined) await change(search);
  const { error } = search.state;
  if (error !== undefined) throw new DuplexError(error.code, error.message);
}

function change(search: Search): Promise<void> {
  return new Promise((resolve) => {
    const stop = search.onDidChange(() => {
      stop();
      resolve();
    });
  });
}
