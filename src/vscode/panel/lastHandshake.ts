import type { End } from '../../core/session/doctor/diagnoseEnd.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Search } from '../../engine/search.ts';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import { END_WITHIN } from '../../shared/limits.ts';
import type { AnyHandshake } from '../../shared/panelProtocol.ts';
import type { CloseDetail, ErrorDetail, Exchange, Kind, Row } from '../../shared/timeline.ts';

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

/** Number of last connections that are searched for one with its exchanges. */
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
export async function lastEnd(recorded: RecordedRows): Promise<Omit<End, 'protocol'> | undefined> {
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
    // A failure after the handshake does not describe it; the row before it does.
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
