import type { HandshakeAnswer } from '../../core/request/condition/judged.ts';
import type { HandshakeResult, RunConnection } from '../../core/request/run/runPorts.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { ErrorDetail, OpenDetail } from '../../shared/timeline.ts';
import type { Session } from '../session.ts';

/** Error codes of a handshake that a complete HTTP response refused. */
const REFUSED: ReadonlySet<string> = new Set(['handshake.status', 'handshake.redirect']);

/**
 * Connects a new session as the connection of a run.
 * @param opensByVerb whether a step sends the opening of its protocol
 */
export function sessionConnection(session: Session, opensByVerb: boolean): RunConnection {
  session.conduct.opensItself = !opensByVerb;
  return { ...connectionOf(session), answered: answered(session, opensByVerb) };
}

/** Accepts the client of a session whose connector answers a client, as the connection of a script. */
export function serverConnection(session: Session): RunConnection {
  const accepted = session
    .connect()
    .then((): HandshakeResult => ({ open: true, answer: answerOf(session)! }));
  return { ...connectionOf(session), answered: accepted };
}

function connectionOf(session: Session): Omit<RunConnection, 'answered'> {
  const { conduct } = session;
  return {
    session: { id: session.id, recording: session.folder },
    insecure: session.options.insecure,
    send: (kind, data) => session.send({ kind, data }),
    encode: (call) =>
      conduct.peer?.encode(call) ?? {
        problem: 'The connection is closed, or its protocol is not named: verbs cannot be sent.',
      },
    opening: () => conduct.opening(session.options.handshakeTimeout),
    ping: (data) => session.ping(data),
    close: (code, reason) => session.disconnect(code, reason),
    terminate: () => session.terminate(),
    hold: () => session.hold(),
    read: (seq) => session.readShown(seq),
  };
}

async function answered(session: Session, opensByVerb: boolean): Promise<HandshakeResult> {
  try {
    await session.connect();
    const opening = opensByVerb ? undefined : await session.conduct.opening(session.options.handshakeTimeout);
    if (opening?.state === 'refused') throw new DuplexError('protocol.refused', opening.reason);
    return { open: true, answer: answerOf(session)! };
  } catch (thrown) {
    const error: DuplexError = toDuplexError(thrown);
    const answer = REFUSED.has(error.code) ? answerOf(session) : undefined;
    if (!answer) throw error;
    return { open: false, answer, error };
  }
}

/** The server's response including secrets: conditions read the original, and reports mask it. */
function answerOf({ handshakes }: Session): HandshakeAnswer | undefined {
  const detail = handshakes as OpenDetail | ErrorDetail | undefined;
  if (detail?.status === undefined) return undefined;
  const subprotocol = 'protocol' in detail ? detail.protocol : (detail.subprotocol ?? '');
  return { ...detail, status: detail.status, headers: detail.headers ?? [], subprotocol };
}
