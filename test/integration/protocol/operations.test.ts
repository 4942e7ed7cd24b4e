import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Units } from '../../../src/engine/unitIndexes.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

const OPEN: TestRow = {
  payload: '{"status":101,"protocol":"","extensions":"","headers":[]}',
  kind: 'open',
  direction: 'none',
};

const call = (id: number, method = 'add'): TestRow => ({
  payload: JSON.stringify({ jsonrpc: '2.0', id, method, params: [] }),
  direction: 'out',
});
const reply = (id: number): TestRow => ({ payload: JSON.stringify({ jsonrpc: '2.0', id, result: 1 }) });

async function recorded(rows: readonly TestRow[]): Promise<{ folder: string; appender: Appender }> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest({}));
  appendRows(appender, [OPEN, ...rows]);
  return { folder, appender };
}

describe('operations in the index of units', () => {
  it('finds the rows of one operation of GraphQL, SignalR, JSON-RPC and Socket.IO', async () => {
    const { engine } = await testEngine();
    const rowsOf = async (protocol: string, payloads: readonly string[], ...asked: readonly number[]) => {
      // A message of the client begins with `>`.
      const sent = (payload: string): TestRow =>
        payload.startsWith('>') ? { payload: payload.slice(1), direction: 'out' } : { payload };
      const { folder, appender } = await recorded(payloads.map(sent));
      appender.close();
      const units = engine.units(folder, { protocol, pairs: undefined });
      await units.ready();
      const found = await Promise.all(asked.map((operation) => units.rowsWith({ operation }, 0, 100)));
      const ended = (await units.subscriptions()).map(({ row, events, end }) => [row, events, end]);
      return { found: found.map((numbers) => [...numbers]), ended };
    };
    const graphql = await rowsOf(
      'graphql-transport-ws',
      [
        '>{"type":"connection_init"}',
        '{"type":"connection_ack"}',
        '>{"id":"a","type":"subscribe","payload":{"query":"subscription Ticks { tick }"}}',
        '>{"id":"b","type":"subscribe","payload":{"query":"{ hello }"}}',
        '{"id":"a","type":"next","payload":{"data":{"tick":1}}}',
        '{"id":"b","type":"next","payload":{"data":{"hello":"x"}}}',
        '{"id":"b","type":"complete"}',
        '{"id":"a","type":"next","payload":{"data":{"tick":2}}}',
        '>{"id":"a","type":"complete"}',
        '>{"id":"a","type":"subscribe","payload":{"query":"subscription Again { tick }"}}',
        '{"id":"a","type":"error","payload":[{"message":"no"}]}',
      ],
      8,
      6,
      11,
      2,
    );
    expect(graphql.found).toEqual([[3, 5, 8, 9], [4, 6, 7], [10, 11], [2]]);
    expect(graphql.ended).toEqual([
      [10, 0, 11],
      [3, 2, 9],
      [4, 1, 7],
    ]);
    const signalr = await rowsOf(
      'signalr',
      [
        '>{"protocol":"json","version":1}\u001e',
        '{}\u001e',
        '>{"type":4,"invocationId":"1","target":"Count","arguments":[2]}\u001e',
        '>{"type":1,"invocationId":"2","target":"Add","arguments":[1]}\u001e',
        '{"type":2,"invocationId":"1","item":1}\u001e{"type":6}\u001e',
        '{"type":3,"invocationId":"2","result":3}\u001e',
        '{"type":2,"invocationId":"1","item":2}\u001e',
        '{"type":3,"invocationId":"1"}\u001e',
      ],
      7,
      6,
    );
    expect(signalr).toEqual({
      found: [
        [3, 5, 7, 8],
        [4, 6],
      ],
      ended: [[3, 2, 8]],
    });
    const subscription = (id: string): string =>
      `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":1}}`;
    const rpc = await rowsOf(
      'json-rpc',
      [
        '>{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}',
        '{"jsonrpc":"2.0","id":1,"result":"0xa"}',
        subscription('0xb'),
        subscription('0xa'),
        '>{"jsonrpc":"2.0","id":2,"method":"eth_unsubscribe","params":["0xa"]}',
        '{"jsonrpc":"2.0","id":2,"result":true}',
      ],
      4,
      3,
    );
    expect(rpc).toEqual({ found: [[1, 2, 4, 5, 6], [3]], ended: [[1, 1, 5]] });
    const chat = await rowsOf(
      'socket.io',
      ['>40', '40{"sid":"x"}', '42["a"]', '>427["ask"]', '42["b"]', '437["yes"]'],
      4,
      3,
    );
    expect(chat.found).toEqual([
      [4, 6],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  it('narrows an operation by type, name and first row, and continues with new rows', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded([call(1), call(2, 'other'), reply(2)]);
    const units = engine.units(folder, { protocol: 'auto', pairs: undefined });
    await units.ready();
    const rowsOf = async (query: Parameters<Units['rowsWith']>[0], from = 0) => [
      ...(await units.rowsWith(query, from, 10)),
    ];
    expect(await rowsOf({ operation: 1 })).toEqual([1]);
    appendRows(appender, [reply(1), call(1), reply(1)]);
    units.extend();
    await units.ready();
    expect(await rowsOf({ operation: 1 })).toEqual([1, 4]);
    expect(await rowsOf({ operation: 6 })).toEqual([5, 6]);
    expect(await rowsOf({ operation: 1, types: ['reply'] })).toEqual([4]);
    expect(await rowsOf({ operation: 1, names: ['other'], byCall: true })).toEqual([]);
    expect(await rowsOf({ operation: 1 }, 2)).toEqual([4]);
    expect(await rowsOf({ operation: 100 })).toEqual([]);
    appender.close();
  });
});
