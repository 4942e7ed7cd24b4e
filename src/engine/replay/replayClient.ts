import { isUnknownProtocol } from '../../core/protocol/protocolChoice.ts';
import { toDuplexError, type DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { Engine, SessionInit } from '../engine.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import type { Divergence } from './compareMessages.ts';
import { Replayer, type ReplayerOptions } from './replayer.ts';
import type { ReplayScript } from './replayScript.ts';

export interface ReplayClientOptions extends ReplayerOptions {
  readonly connection: { readonly url: string } & Partial<ConnectOptions>;
  readonly init?: Pick<SessionInit, 'name' | 'folder'>;
  /** Receives the session before it connects. @returns the tap of its rows */
  readonly tap: (session: () => Session) => SessionTap;
  /** Ends the replay and closes the connection. */
  readonly signal: AbortSignal;
}

/** A finished replay. */
export interface ReplayResult {
  readonly session: Session;
  readonly divergences: readonly Divergence[];
  /** The reason why the connection failed or broke. */
  readonly error: DuplexError | undefined;
}

/**
 * Plays the client's side of a recorded connection to a server, and compares what the server sends. Offers
 * the recorded subprotocol unless the options name others.
 * @throws DuplexError `url.invalid` or `call.invalid` if the options are invalid, `disk.denied` if the replay
 * cannot be recorded
 */
export async function replayClient(
  engine: Engine,
  script: ReplayScript,
  { connection, init, tap, signal, onDivergence, ...options }: ReplayClientOptions,
): Promise<ReplayResult> {
  const divergences: Divergence[] = [];
  const told = (divergence: Divergence): void => {
    divergences.push(divergence);
    onDivergence(divergence);
  };
  const replayer = new Replayer(() => session, script, { ...options, onDivergence: told });
  const { subprotocol, refusal } = script;
  let error: DuplexError | undefined;
  const session: Session = engine.create(
    {
      ...(subprotocol !== '' && { subprotocols: [subprotocol] }),
      ...connection,
      reconnect: 0,
      // The recording already contains the automatic messages of its protocol.
      protocol: 'auto',
    },
    {
      ...init,
      tap: {
        onRow(row) {
          shown.onRow(row);
          replayer.onRow(row);
        },
      },
    },
  );
  const shown = tap(() => session);
  const cancel = (): void => void session.disconnect().catch(() => session.terminate());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await session.recordingReady();
    await session.connect();
    // The protocol is unknown if its table was not read: the messages are then replayed without it.
    if (!isUnknownProtocol(script.protocol)) session.chooseProtocol(script.protocol);
    if (refusal)
      replayer.report(`The handshake was accepted, and the recorded one was refused with ${refusal.status}.`);
    await replayer.play(signal);
    replayer.finish();
    await session.disconnect();
    error = replayer.breakdown;
  } catch (thrown) {
    const { status } = replayer.failure ?? {};
    if (refusal && status !== undefined) {
      if (status !== refusal.status)
        replayer.report(
          `The handshake was refused with ${status}, and the recorded one with ${refusal.status}.`,
        );
    } else if (!signal.aborted) error = toDuplexError(thrown);
    if (session.state === 'open') await session.disconnect();
  } finally {
    signal.removeEventListener('abort', cancel);
    await session.flush();
  }
  return { session, divergences, error };
}
