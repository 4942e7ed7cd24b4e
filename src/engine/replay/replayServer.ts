import { setTimeout as delay } from 'node:timers/promises';
import { invalidHeader } from '../../core/session/options/validate.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { listen, type Listening } from '../../serve/listen.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { Engine } from '../engine.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { compared, withOwnId, type ReplayScript, type Turn } from './replayScript.ts';

export interface ReplayOptions {
  readonly host: string;
  readonly port: number;
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
  /** Gets each session before its client is accepted. @returns what sees its rows */
  readonly tap: (session: () => Session, number: number) => SessionTap;
  /** Gets one sentence about a client that does what was not recorded, or breaks the protocol. */
  readonly onFault: (sentence: string) => void;
}

/**
 * Plays the server's side of a recorded connection to each client. What the client sends is compared with what was sent then, in
 * order, and what followed is sent with its pauses.
 * @throws DuplexError `call.invalid` if it cannot listen
 */
export async function replayServer(
  engine: Engine,
  script: ReplayScript,
  options: ReplayOptions,
): Promise<Listening & { stop(): Promise<void> }> {
  const stopping = new AbortController();
  const clients = new Set<Promise<void>>();
  let count = 0;
  const listening: Listening = await listen(
    options,
    (request) => {
      const number = ++count;
      if (script.refusal) return request.refuse(script.refusal);
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

type Message = Pick<
  Extract<Turn, { readonly payload: Uint8Array; readonly kind: unknown }>,
  'kind' | 'payload'
>;

async function play(
  engine: Engine,
  { protocol, turns }: ReplayScript,
  { speed, tap, onFault }: ReplayOptions,
  request: ClientRequest,
  number: number,
  base: string,
  signal: AbortSignal,
): Promise<void> {
  const arrived: Message[] = [];
  let notify = (): void => {};
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
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
        request.accept(request.subprotocols.includes(protocol) ? protocol : '', given, handler),
      tap: {
        onRow(row) {
          shown.onRow(row);
          if (row.kind === 'close' || row.kind === 'error') ended.abort();
          if (row.direction !== 'in' || (row.kind !== 'text' && row.kind !== 'binary')) return;
          arrived.push({ kind: row.kind, payload: row.payload.slice() });
          notify();
        },
      },
    },
  );
  const shown = tap(() => session, number);
  const next = async (): Promise<Message> => {
    while (arrived.length === 0)
      await new Promise<void>((resolve, reject) => {
        notify = resolve;
        over.addEventListener('abort', () => reject(new Gone()), { once: true });
        if (over.aborted) reject(new Gone());
      });
    return arrived.shift()!;
  };
  /** The ids of this client by those of the recording. */
  const ids = new Map<string, string>();
  try {
    await session.connect();
    for (const turn of turns) {
      if (turn.does === 'expect') {
        const { difference, ids: pair } = compared(turn, await next());
        if (difference !== undefined)
          onFault(`${request.peer} diverges from row ${turn.row} of the recording: ${difference}.`);
        if (pair) ids.set(...pair);
        continue;
      }
      const pause = turn.after / speed;
      if (pause >= 1) await delay(pause, undefined, { signal: over });
      if (over.aborted) break;
      if (turn.does === 'send') await session.send({ kind: turn.kind, data: withOwnId(turn, ids) });
      else if (turn.does === 'ping') await session.ping(turn.payload);
      else await session.endAs(turn);
    }
    if (!over.aborted)
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
  } catch (thrown) {
    // Whatever fails because the client has left, or the server stops, is not a fault.
    if (!over.aborted) throw thrown;
  } finally {
    if (signal.aborted) await session.disconnect(1001, '');
    await engine.remove(session);
  }
}

/** The connection ended while a message was awaited. */
class Gone extends Error {}
