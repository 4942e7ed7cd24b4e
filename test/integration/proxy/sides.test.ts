import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startProxy } from '../../../src/engine/proxy/recordingProxy.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { testEngine } from '../../support/engine.ts';

const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A proxy in front of an echo server with TLS, and a client. @returns the extensions and a text, as each side has them */
async function exchange(sides: {
  readonly server: boolean;
  readonly client: boolean;
}): Promise<{ readonly server: string; readonly client: string; readonly echoed: string }> {
  const { cert, key } = makeCertificate({ name: 'localhost', hosts: ['127.0.0.1'] });
  const https = createServer({ cert, key });
  const sockets = new WebSocketServer({ server: https, perMessageDeflate: sides.server });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  ending.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    https.close();
  });
  let extensions = '';
  sockets.on('connection', (socket) => {
    extensions = socket.extensions;
    socket.on('message', (data) => socket.send((data as Buffer).toString()));
  });
  const { engine } = await testEngine();
  const proxy = await startProxy(engine, {
    target: `wss://127.0.0.1:${(https.address() as AddressInfo).port}`,
    host: '127.0.0.1',
    port: 0,
    options: { ca: [cert] },
    onFault: () => undefined,
    tap: () => ({ onRow: () => undefined }),
  });
  ending.push(() => proxy.stop());
  const socket = new WebSocket(proxy.url, { perMessageDeflate: sides.client });
  ending.push(() => socket.terminate());
  await once(socket, 'open');
  const came = once(socket, 'message') as Promise<[Buffer]>;
  socket.send('x'.repeat(5000));
  const [echoed] = await came;
  return { server: extensions, client: socket.extensions, echoed: echoed.toString() };
}

describe('behind a proxy of a wss:// server, compression is negotiated', () => {
  it.each([
    { server: true, client: true },
    { server: true, client: false },
    { server: false, client: true },
    { server: false, client: false },
  ])('by each side: %o', async (sides) => {
    const { server, client, echoed } = await exchange(sides);
    expect(server.startsWith('permessage-deflate')).toBe(sides.server);
    expect(client.startsWith('permessage-deflate')).toBe(sides.client);
    expect(echoed).toBe('x'.repeat(5000));
  });
});
