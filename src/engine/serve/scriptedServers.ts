import { setMaxListeners } from 'node:events';
import { fileMessage } from '../../core/request/plan/stepPlan.ts';
import { serverPlan, type ServerPlan } from '../../core/request/plan/serverPlan.ts';
import { requestName } from '../../core/request/plan/requestName.ts';
import { settledProtocol, statedProtocol } from '../../core/request/plan/stepVerb.ts';
import { stepMessage } from '../../core/request/plan/stepMessage.ts';
import type { PlacedRequest, RunConnection, StepPorts } from '../../core/request/run/runPorts.ts';
import { serveClient } from '../../core/request/run/serveClient.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import { invalidHeader } from '../../core/session/options/validate.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import type { ServerCertificate } from '../../serve/serverCertificate.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { OnClientFault } from '../../shared/refusedClient.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { Engine } from '../engine.ts';
import {
  BlockProblem,
  blockProblem,
  ListenProblem,
  type BlockSources,
  type ListenOverrides,
} from '../proxy/proxyBlock.ts';
import { serverConnection } from '../runner/sessionConnection.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { blockCertificate } from './blockCertificate.ts';
import { addToPort, type OpenPorts, type PortBlock, type Refused } from './openPorts.ts';

export interface ServeOptions extends BlockSources, ListenOverrides {
  readonly servers: readonly PlacedRequest[];
  /**
   * The open ports that the blocks may share with those of other calls; by default, only the blocks of this
   * call share ports.
   */
  readonly openPorts?: OpenPorts | undefined;
  /** The options that apply to blocks that do not set them. */
  readonly options: Partial<ConnectOptions>;
  /** Receives each session before its client is accepted. @returns the tap of its rows */
  readonly tap: (session: () => Session, number: number) => SessionTap;
  /** Receives one sentence about a fault of a client or of a script. */
  readonly onFault: OnClientFault;
  /** Receives the line, counted from 0, of each rule that a message triggers. */
  readonly onFired?: ((line: number) => void) | undefined;
  /** Receives each session when its connection has ended; by default it is removed from the engine. */
  readonly release?: ((session: Session) => Promise<void>) | undefined;
}

export interface ScriptedServers {
  /** The URLs to connect to, in the order of the blocks. */
  readonly servers: readonly {
    readonly name: string;
    readonly url: string;
    readonly host: string;
    readonly certificate: ServerCertificate | undefined;
  }[];
  /** Stops listening and ends all connections with 1001. */
  stop(): Promise<void>;
}

/**
 * Serves `SERVE` blocks. Several blocks may share a port by their paths. Every connection is a session of the
 * engine, which receives the messages of the client.
 * @throws ListenProblem `file.invalid` if a block is invalid, `call.invalid` if a port cannot be opened
 */
export async function serveScripts(engine: Engine, serve: ServeOptions): Promise<ScriptedServers> {
  const blocks: Block[] = [];
  for (const placed of serve.servers) blocks.push(await blockOf(placed, serve).catch(problemAt(placed)));
  const stopping = new AbortController();
  // Each connection adds a listener.
  setMaxListeners(0, stopping.signal);
  const clients = new Set<Promise<void>>();
  const { openPorts: ports = new Map() as OpenPorts } = serve;
  let count = 0;
  const results = await Promise.allSettled(
    blocks.map((block) => {
      const accept = (request: ClientRequest, base: string): void => {
        const place = { number: ++count, base, signal: stopping.signal };
        const client: Promise<void> = serveOne(engine, serve, block, request, place)
          .catch((thrown: unknown) => serve.onFault(toDuplexError(thrown).message))
          .finally(() => clients.delete(client));
        clients.add(client);
      };
      return addToPort(ports, { ...block, accept, onFault: serve.onFault });
    }),
  );
  const served = results.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(served.map((each) => each.remove()));
    await Promise.all(clients);
  };
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) {
    await stop();
    throw (failed as PromiseRejectedResult).reason;
  }
  return {
    servers: blocks.map(({ placed, plan, certificate }, at) => ({
      name: requestName(placed.request),
      url: served[at]!.url,
      host: plan.host,
      certificate,
    })),
    stop,
  };
}

/** Returns a function that adds the block to an error, and throws it. */
function problemAt(placed: PlacedRequest): (thrown: unknown) => never {
  return (thrown) => {
    throw new ListenProblem(placed, toDuplexError(thrown));
  };
}

/** A block that listens. */
interface Block extends Omit<PortBlock, 'accept' | 'onFault'> {
  readonly plan: ServerPlan;
  readonly fresh: () => Scope;
  readonly connections: Set<RunConnection>;
}

/** The address at which a block listens. @throws DuplexError `file.invalid` if the block is invalid */
export async function serverAddress(
  { request, file, uri }: PlacedRequest,
  { variables }: Pick<BlockSources, 'variables'>,
): Promise<Pick<ServerPlan, 'host' | 'port'>> {
  if (request.error) throw new BlockProblem(request.error);
  const values = await variables({ request, file, uri });
  if ('problems' in values) throw blockProblem(values.problems);
  const planned = serverPlan(request, values.scope);
  if ('problems' in planned) throw blockProblem(planned.problems);
  return planned.plan;
}

async function blockOf(placed: PlacedRequest, serve: ServeOptions): Promise<Block> {
  const { request } = placed;
  if (request.error) throw new BlockProblem(request.error);
  const values = await serve.variables(placed);
  if ('problems' in values) throw blockProblem(values.problems);
  const planned = serverPlan(request, values.scope);
  if ('problems' in planned) throw blockProblem(planned.problems);
  const { plan } = planned;
  const body = plan.status === undefined ? '' : await bodyOf(placed, values.scope, serve.ports);
  const { host = plan.host, port = plan.port, isSecure = false } = serve;
  const tls = plan.tls ?? (isSecure ? {} : undefined);
  return {
    placed,
    plan: { ...plan, host, port },
    certificate: serve.certificate ?? (await blockCertificate(tls, host, placed.uri, serve.ports)),
    protocol: settledProtocol(statedProtocol(request, values.scope))?.protocol,
    fresh: values.fresh,
    refusal: ownRefusal(placed, plan, body),
    connections: new Set(),
  };
}

/** The text of the step of a block with `@status`, which has at most one. */
async function bodyOf({ request, uri }: PlacedRequest, scope: Scope, ports: StepPorts): Promise<string> {
  const [step] = request.steps;
  const message = step && stepMessage(step, scope);
  if (message?.kind === 'text') return message.text;
  if (!step || message?.kind !== 'file') return '';
  const read = fileMessage(step, await ports.readFile(message.path, uri), message, scope);
  return 'message' in read ? new TextDecoder().decode(read.message.data) : '';
}

/** The refusal of a block with `@status`. @param body the body of the response */
function ownRefusal(
  { request }: PlacedRequest,
  { status, options }: ServerPlan,
  body: string,
): Refused | undefined {
  if (status === undefined) return undefined;
  const line = request.directives.find(({ name }) => name.text === 'status')!.range.start.line + 1;
  return { status, headers: options.headers ?? [], body, why: `the block says so (line ${line}).` };
}

/** Serves one client, from its acceptance to the end of its connection. */
async function serveOne(
  engine: Engine,
  serve: ServeOptions,
  { placed, plan, fresh, connections }: Block,
  request: ClientRequest,
  { number, base, signal }: { readonly number: number; readonly base: string; readonly signal: AbortSignal },
): Promise<void> {
  const scope = fresh();
  const stepProtocol = settledProtocol(statedProtocol(placed.request, scope));
  const offered = plan.options.subprotocols ?? stepProtocol?.protocol.subprotocols ?? [];
  const protocol = offered.find((name) => request.subprotocols.includes(name)) ?? '';
  const { headers = [], ...own } = plan.options;
  const url = new URL(request.target.replace(/^\/+/, '/'), base).href;
  const session = (onRow: SessionTap['onRow']): Session => {
    const made: Session = engine.create(
      {
        ...serve.options,
        ...own,
        url,
        headers: request.headers.filter(([name, value]) => invalidHeader(name, value) === undefined),
        subprotocols: request.subprotocols,
        reconnect: 0,
      },
      {
        role: 'server',
        connector: (options, handler) => request.accept(protocol, options, handler, headers),
        tap: {
          onRow(row) {
            shown.onRow(row);
            onRow(row);
          },
        },
      },
    );
    const shown = serve.tap(() => made, number);
    return made;
  };
  let current: Session | undefined;
  let connection: RunConnection | undefined;
  try {
    const decoding = await serve.ports.decoding(plan.options.decode, placed.uri, 'server');
    const failure = await serveClient({
      placed,
      ports: serve.ports,
      scope,
      fresh,
      stepProtocol,
      answer: { status: 101, subprotocol: protocol, headers: request.headers },
      url,
      decoding,
      connect(onRow) {
        current = session(onRow);
        connection = serverConnection(current);
        connections.add(connection);
        return connection;
      },
      audience: (to) => [...connections].filter((each) => to === 'all' || each !== connection),
      signal,
      onFired: ({ separator }) => serve.onFired?.(separator!.range.start.line),
    });
    if (failure && current) {
      current.report(
        new DuplexError('serve.script', `Line ${failure.range.start.line + 1}: ${failure.message}`),
      );
      serve.onFault(`${request.peer}: line ${failure.range.start.line + 1}: ${failure.message}`);
      await current.disconnect(1011, '');
    } else if (signal.aborted) await current?.disconnect(1001, '');
  } finally {
    if (connection) connections.delete(connection);
    if (current) await (serve.release ?? ((ended) => engine.remove(ended)))(current);
  }
}
