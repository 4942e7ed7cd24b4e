import type { Engine } from '../engine/engine.ts';
import { DuplexError } from '../shared/errors.ts';
import type { SessionSummary } from '../shared/session.ts';
import type { Row } from '../shared/timeline.ts';
import { connectRequest } from './connectArguments.ts';
import type { ConnectArguments } from './connectArguments.ts';
import { openSession } from './sessionLifecycle.ts';
import { checkCount, checkIndex } from './panel/checks.ts';
import { payloadRow } from './payload/copyPayload.ts';
import type { Services } from './services.ts';

/**
 * The API that other extensions get from `activate()`. Its methods reject with a DuplexError: a code and a sentence.
 */
export interface DuplexApi {
  readonly version: 1;
  /**
   * Creates a session, shows its panel and connects it.
   * @returns the session once the attempt is over: `state` is `open`, or `failed` with the `error`
   */
  open(connection: string | ConnectArguments): Promise<SessionSummary>;
  /** The sessions of this window in creation order. */
  sessions(): readonly SessionSummary[];
  /** Rows of a session's timeline from row `from` on, at most 2,000 per call. */
  readRows(session: string, from: number, count: number): Promise<readonly Row[]>;
  /** The whole payload of one row; for rows that are not messages, the JSON of docs/recording-format.md. */
  readPayload(session: string, seq: number): Promise<Uint8Array>;
}

let jobs = 0;

export function duplexApi(services: Services): DuplexApi {
  const { engine } = services;
  return {
    version: 1,
    open: async (connection) => (await openSession(services, connectRequest(connection))).summary,
    sessions: () => engine.sessions.map((session) => session.summary),
    readRows: async (id, from, count) => find(engine, id).readRows(checkIndex(from), checkCount(count)),
    readPayload: async (id, seq) => {
      const { folder } = await payloadRow(find(engine, id), checkIndex(seq));
      return engine.query.readPayload(`api-${++jobs}`, folder, seq);
    },
  };
}

function find(engine: Engine, id: string): ReturnType<Engine['create']> {
  const session = engine.find(id);
  if (session) return session;
  throw new DuplexError('call.invalid', `There is no session ${id}: sessions() lists those that exist.`);
}
