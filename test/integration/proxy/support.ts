import { once } from 'node:events';
import { afterEach, expect } from 'vitest';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { proxyPlan } from '../../../src/core/request/plan/proxyPlan.ts';
import { createFileScope } from '../../../src/core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../src/core/request/variables/value.ts';
import { startProxy, type RecordingProxy } from '../../../src/engine/proxy/recordingProxy.ts';
import { bounded } from '../../../src/engine/runner/bounded.ts';
import { jsonLine } from '../../../src/engine/recordingFile.ts';
import type { Session } from '../../../src/engine/session.ts';
import { testEngine } from '../../support/engine.ts';

const ending: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

export type Row = Readonly<Record<string, unknown>>;

export interface Proxied {
  readonly proxy: RecordingProxy;
  readonly url: string;
  /** All rows of all connections so far, as `--json` prints them. */
  readonly rows: readonly Row[];
  /** The reported errors of clients, and refusals. */
  readonly sentences: readonly string[];
  readonly sessions: readonly Session[];
}

/** A recording proxy to a target; `faults` are the arguments of `@fault` lines, or other directives. */
export async function proxied(target: string, ...faults: readonly string[]): Promise<Proxied> {
  const { engine } = await testEngine();
  const lines = faults.map((fault) => (fault.startsWith('@') ? `# ${fault}` : `# @fault ${fault}`));
  const file = analyzeRequestFile([`PROXY ws://127.0.0.1:0 -> ${target}`, ...lines].join('\n'));
  expect(file.diagnostics).toEqual([]);
  const planned = proxyPlan(file.proxies[0]!, createFileScope([], SAMPLE_PORTS));
  if ('problems' in planned) throw new Error(planned.problems[0]!.message);
  const { plan } = planned;
  const rows: Row[] = [];
  const sentences: string[] = [];
  const sessions: Session[] = [];
  const proxy = await startProxy(engine, {
    host: '127.0.0.1',
    port: 0,
    target,
    options: plan.options,
    onFault: (sentence) => sentences.push(sentence),
    tap: (session, conn) => ({
      onRow(row) {
        if (!sessions.includes(session())) sessions.push(session());
        rows.push({ conn, ...(JSON.parse([...jsonLine(row, row.payload)].join('')) as Row) });
      },
    }),
    rules: {
      faults: plan.faults,
      uri: 'rules.ws',
      ports: { bounded, schema: () => Promise.reject(new Error('There is no schema here.')) },
    },
  });
  ending.push(() => proxy.stop());
  return { proxy, url: proxy.url, rows, sentences, sessions };
}

/** A server of `ws` on a free port. */
export async function target(
  onConnection: (socket: WebSocket) => void,
): Promise<{ readonly url: string; readonly sockets: WebSocketServer }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  sockets.on('connection', onConnection);
  ending.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  return { sockets, url: `ws://127.0.0.1:${(sockets.address() as { port: number }).port}` };
}

export interface Client {
  readonly socket: WebSocket;
  /** Texts that came, and when, in milliseconds of `performance.now()`. */
  readonly came: readonly { readonly text: string; readonly at: number }[];
  readonly closed: Promise<number>;
}

/** A client of `ws`, connected. */
export async function client(url: string, options: ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(url, options);
  const came: { text: string; at: number }[] = [];
  socket.on('message', (data) => came.push({ text: (data as Buffer).toString(), at: performance.now() }));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  ending.push(() => socket.terminate());
  await once(socket, 'open');
  return { socket, came, closed };
}
