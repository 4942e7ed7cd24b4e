import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as GraphQL from 'graphql';
import type * as GraphQLWs from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

// By require: graphql refuses what another copy of it made, and graphql-ws loads the CommonJS one.
const require = createRequire(import.meta.url);
const { buildSchema } = require('graphql') as typeof GraphQL;
const { useServer } = require('graphql-ws/use/ws') as typeof GraphQLWs;

/** A server of graphql-ws at `/graphql` that greets, counts, and counts for ever. */
export interface CountingServer {
  readonly url: string;
  /** The payload of each connection_init. */
  readonly seen: readonly unknown[];
  /** How many endless subscriptions wait for a tick. */
  readonly waiting: number;
  /** Lets the endless subscriptions yield. */
  tick(): void;
  close(): void;
}

export async function countingServer(): Promise<CountingServer> {
  const seen: unknown[] = [];
  let waiting: (() => void)[] = [];
  const roots = {
    hello: ({ name }: { name?: string }) => `Hello ${name ?? 'you'}`,
    async *count({ to }: { to: number }) {
      for (let count = 1; count <= to; count++) yield { count };
    },
    async *ticks() {
      for (let ticks = 1; ; ticks++) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        yield { ticks };
      }
    },
  };
  const http = createServer();
  useServer(
    {
      schema: buildSchema(
        'type Query { hello(name: String): String } type Subscription { count(to: Int!): Int, ticks: Int }',
      ),
      roots: { query: roots, subscription: roots },
      onConnect: ({ connectionParams }) => void seen.push(connectionParams ?? 'nothing'),
    },
    new WebSocketServer({ server: http, path: '/graphql' }),
    // Pings would be rows between the messages.
    0,
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`,
    seen,
    get waiting() {
      return waiting.length;
    },
    tick() {
      const due = waiting;
      waiting = [];
      for (const go of due) go();
    },
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
}
