import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { expect, it, onTestFinished } from 'vitest';
import { findProtocol } from '../../../src/core/protocol/registry.ts';
import { demoServer, testEngine } from '../../support/engine.ts';

it('shows the protocol of a session with its reason, and decodes by another one on request', async () => {
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

it.each(['when it is recognised', 'when it is chosen in the middle'])(
  'continues a conversation with the verbs of a protocol: %s',
  async (when) => {
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
    const session = engine.create({
      url: `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
      protocol: when === 'when it is recognised' ? 'auto' : 'none',
    });
    await session.connect();
    const say = (text: string) => session.send({ kind: 'text', data: Buffer.from(text) });
    await say('40/admin,');
    await expect.poll(() => session.rows).toBeGreaterThanOrEqual(4);
    for (let number = 1; number <= 6; number++) await say(`42/admin,${number}["add",${number}]`);
    if (when !== 'when it is recognised') session.chooseProtocol('socket.io');
    expect(session.summary.decodedAs?.id).toBe('socket.io');
    expect(session.conduct.listens).toBe(false);
    const peer = await session.conduct.peerOf(findProtocol('socket.io')!);
    const encoded = peer!.encode({
      ...{ verb: 'emit', arguments: ['add'], options: {}, body: '[7]', headers: [], beside: ['ack'] },
      taken: undefined,
    });
    if (!('messages' in encoded)) throw new Error(encoded.problem);
    expect(encoded.messages.map(({ data }) => Buffer.from(data).toString())).toEqual(['42/admin,7["add",7]']);
    for (const message of encoded.messages) await session.send(message);
    await expect.poll(() => heard).toEqual([1, 2, 3, 4, 5, 6, 7]);
    // Duplex sent nothing automatically: no CONNECT of the main namespace, no pong.
    const rows = await session.readRows(0, 100);
    expect(rows.filter(({ direction, kind }) => direction === 'out' && kind === 'text')).toHaveLength(8);
    await session.disconnect();
    expect(await session.conduct.peerOf(findProtocol('socket.io')!)).toBeUndefined();
  },
);
