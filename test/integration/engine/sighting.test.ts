import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { expect, it, onTestFinished } from 'vitest';
import { findProtocol } from '../../../src/core/protocol/registry.ts';
import { demoServer, testEngine } from '../../support/engine.ts';

it('tells the protocol of a session with its reason, and reads by another one when that is chosen', async () => {
  const { engine, recordingsFolder } = await testEngine();
  const http = createServer();
  const io = new Server(http);
  io.on('connection', (socket) =>
    socket.on('ask', (_value, answer: (text: string) => void) => answer('yes')),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => io.close());
  const { port } = http.address() as AddressInfo;
  const session = engine.create({
    url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
    protocol: 'socket.io',
  });
  expect(session.summary.decodedAs).toEqual({ id: 'socket.io', title: 'Socket.IO' });
  session.chooseProtocol('auto');
  expect(session.summary.decodedAs).toEqual({
    id: 'socket.io',
    title: 'Socket.IO',
    reason: 'Socket.IO: path /socket.io/, EIO=4',
  });
  session.chooseProtocol('socket.io');
  await session.connect();
  await expect.poll(() => session.rows).toBeGreaterThanOrEqual(4);
  await session.send({ kind: 'text', data: Buffer.from('421["ask",1]') });
  await expect.poll(() => session.rows).toBeGreaterThanOrEqual(6);
  const units = engine.units(session, { protocol: 'socket.io', pairs: undefined });
  await expect.poll(() => units.figures()).toMatchObject([{ name: 'ask', calls: 1, unanswered: 0 }]);
  expect(() => session.chooseProtocol('nonsense')).toThrow('There is no protocol “nonsense”');
  session.chooseProtocol('none');
  expect(session.summary.decodedAs).toBeUndefined();
  session.chooseProtocol('auto');
  await engine.remove(session);
  // A recording is recognised when it is looked at again.
  const again = await engine.reopen(`${recordingsFolder}/${session.id}`);
  expect(again.summary.decodedAs?.reason).toBe('Socket.IO: path /socket.io/, EIO=4');
});

it('recognises a protocol in the first messages', async () => {
  const { engine } = await testEngine();
  const server = await demoServer();
  const session = engine.create({ url: `${server.url}/echo` });
  await session.connect();
  expect(session.summary.decodedAs).toBeUndefined();
  await session.send({ kind: 'text', data: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"m"}') });
  expect(session.summary.decodedAs?.reason).toBe('JSON-RPC 2.0: first message with jsonrpc');
});

it('follows a recognised protocol, so that its verbs continue what was sent and received', async () => {
  const { engine } = await testEngine();
  const http = createServer();
  const io = new Server(http);
  const heard: unknown[] = [];
  io.of('/admin').on('connection', (socket) =>
    socket.on('add', (value: number, answer: (sum: number) => void) => {
      heard.push(value);
      answer(value + 1);
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => io.close());
  const { port } = http.address() as AddressInfo;
  const session = engine.create({ url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket` });
  await session.connect();
  const say = (text: string) => session.send({ kind: 'text', data: Buffer.from(text) });
  await say('40/admin,');
  await expect.poll(() => session.rows).toBeGreaterThanOrEqual(4);
  await say('42/admin,6["add",1]');
  const encoded = session.conduct.peerOf(findProtocol('socket.io')!)!.encode({
    ...{ verb: 'emit', arguments: ['add'], options: {}, body: '[2]', headers: [], beside: ['ack'] },
    taken: undefined,
  });
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  expect(encoded.messages.map(({ data }) => Buffer.from(data).toString())).toEqual(['42/admin,7["add",2]']);
  for (const message of encoded.messages) await session.send(message);
  await expect.poll(() => heard).toEqual([1, 2]);
  // Duplex sent nothing by itself: no CONNECT of the main namespace, no pong.
  const rows = await session.readRows(0, 100);
  expect(rows.filter(({ direction, kind }) => direction === 'out' && kind === 'text')).toHaveLength(3);
  await session.disconnect();
  expect(session.conduct.peerOf(findProtocol('socket.io')!)).toBeUndefined();
});
