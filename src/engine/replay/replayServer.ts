import { invalidHeader } from '../../core/session/options/validate.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { listen, type Listening } from '../../serve/listen.ts';
import type { ServerCertificate } from '../../serve/serverCertificate.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { OnClientFault } from '../../shared/refusedClient.ts';
import type { Engine } from '../engine.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { Replayer } from './replayer.ts';
import type { ReplayScript } from './replayScript.ts';

export interface ReplayServerOptions {
  readonly host: string;
  readonly port: number;
  /** Listens with TLS. */
  readonly certificate?: ServerCertificate | undefined;
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
  /** Receives each session before its client is accepted. @returns the tap of its rows */
  readonly tap: (session: () => Session, number: number) => SessionTap;
  /** Receives one sentence about a client that deviates from the recording or violates the protocol. */
  readonly onFault: OnClientFault;
  /** Receives each session after its connection has ended. Default: removes it. */
  readonly release?: ((session: Session) => Promise<void>) | undefined;
}

/**
 * Plays the server's side of a recorded connection to each client. Messages of the client are compared with the
 * recorded ones in order. The recorded answers are sent with their pauses.
 * @throws DuplexError `call.invalid` if listening fails
 */
export async function replayServer(
  engine: Engine,
  script: ReplayScript,
  options: ReplayServerOptions,
): Promise<Listening & { stop(): Promise<void> }> {
  const stopping = new AbortController();
  const clients = new Set<Promise<void>>();
  let count = 0;
  const listening: Listening = await listen(
    options,
    (request) => {
      const number = ++count;
      if (script.refusal) {
        const { status } = script.refusal;
        request.refuse(script.refusal);
        return options.onFault(
          `${request.peer} was refused with ${status}, as in the recording.`,
          request.refused(status, 'as in the recording.'),
        );
      }
      const client: Promise<void> = play(
        engine,
        script,
        options,
        request,
        number,
        listening.url,
        stopping.signal,
      )
        .catch((thrown: unknown) => options.onFault(toDuplexError(thrown).message))
        .finally(() => clients.delete(client));
      clients.add(client);
    },
    options.onFault,
  );
  return {
    ...listening,
    async stop() {
      stopping.abort();
      await listening.close();
      await Promise.all(clients);
    },
  };
}

async function play(
  engine: Engine,
  script: ReplayScript,
  { speed, tap, onFault, release = (session) => engine.remove(session) }: ReplayServerOptions,
  request: ClientRequest,
  number: number,
  base: string,
  signal: AbortSignal,
): Promise<void> {
  const { subprotocol } = script;
  const replayer = new Replayer(() => session, script, {
    speed,
    patience: Infinity,
    onDivergence: ({ text }) => onFault(`${request.peer}: ${text}`),
  });
  const session: Session = engine.create(
    {
      url: new URL(request.target.replace(/^\/+/, '/'), base).href,
      headers: request.headers.filter(([name, value]) => invalidHeader(name, value) === undefined),
      subprotocols: request.subprotocols,
      reconnect: 0,
    },
    {
      role: 'server',
      connector: (given, handler) =>
        request.accept(request.subprotocols.includes(subprotocol) ? subprotocol : '', given, handler),
      tap: {
        onRow(row) {
          shown.onRow(row);
          replayer.onRow(row);
        },
      },
    },
  );
  const shown = tap(() => session, number);
  const over = AbortSignal.any([signal, replayer.ended]);
  try {
    await session.connect();
    await replayer.play(signal);
    if (!signal.aborted) replayer.reportExtras();
    if (!over.aborted)
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
  } catch (thrown) {
    if (!over.aborted) {
      // Reading the recording failed: the client must not wait for its messages.
      await session.disconnect(1011, '');
      throw thrown;
    }
  } finally {
    if (signal.aborted) await session.disconnect(1001, '');
    await release(session);
  }
}
