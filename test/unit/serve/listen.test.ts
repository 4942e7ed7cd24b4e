import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Connection } from '../../../src/net/connection.ts';
import type { ClientRequest } from '../../../src/serve/clientRequest.ts';
import { listen, type HttpAnswer, type Listening } from '../../../src/serve/listen.ts';

let server: Listening | undefined;
const clients: (Socket | WebSocket)[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) {
    if ('terminate' in client) client.terminate();
    else client.destroy();
  }
  await server?.close();
  server = undefined;
});

interface Heard {
  readonly requests: ClientRequest[];
  readonly faults: string[];
}

async function start(
  onRequest: (request: ClientRequest) => void = () => undefined,
  answerHttp?: () => HttpAnswer | undefined,
): Promise<Heard> {
  const heard: Heard = { requests: [], faults: [] };
  const take = (request: ClientRequest): void => {
    heard.requests.push(request);
    onRequest(request);
  };
  server = await listen(
    { host: '127.0.0.1', port: 0 },
    take,
    (fault) => heard.faults.push(fault),
    answerHttp,
  );
  return heard;
}

function raw(): Socket {
  const socket = connect(server!.port, '127.0.0.1');
  socket.on('error', () => undefined);
  clients.push(socket);
  return socket;
}

/** Sends bytes and returns everything that comes back until the server ends the connection. */
async function answerTo(text: string): Promise<string> {
  const socket = raw();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

function handshake(
  changes: Readonly<Record<string, string | undefined>> = {},
  line = 'GET /a?b=c HTTP/1.1',
): string {
  const headers = {
    ...{ Host: 'a', Upgrade: 'websocket', Connection: 'Upgrade' },
    ...{ 'Sec-WebSocket-Key': KEY, 'Sec-WebSocket-Version': '13' },
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

const handler = () => ({
  ...{ onOpen: vi.fn(), onMessage: vi.fn(), onPing: vi.fn(), onPong: vi.fn(), onNote: vi.fn() },
  ...{ onError: vi.fn(), onEnd: vi.fn(), onFrames: undefined },
});
const accept = (request: ClientRequest, protocol = '', options: object = {}): Connection =>
  request.accept(
    protocol,
    connectOptions({ url: 'ws://a/', ...options }),
    handler() as unknown as Parameters<ClientRequest['accept']>[2],
  );

describe('an opening handshake', () => {
  it('has its path, its headers as they were sent, and its subprotocols', async () => {
    const { requests, faults } = await start((request) => request.refuse({ status: 403, body: '' }));
    await answerTo(handshake({ 'X-A': '1', 'x-a': '2', 'Sec-WebSocket-Protocol': 'v2, ,v1 ' }));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ target: '/a?b=c', subprotocols: ['v2', 'v1'] });
    expect(requests[0]!.headers).toEqual(
      expect.arrayContaining([
        ['X-A', '1'],
        ['x-a', '2'],
      ]),
    );
    expect(requests[0]!.peer).toMatch(/^The client at 127\.0\.0\.1:\d+$/);
    expect(faults).toEqual([]);
  });

  it.each<[string, string, number, RegExp]>([
    ['a POST', handshake({}, 'POST / HTTP/1.1'), 400, /is not a GET request \(RFC 6455, section 4\.1\)/],
    ['HTTP/1.0', handshake({}, 'GET / HTTP/1.0'), 400, /is not in HTTP\/1\.1/],
    ['another upgrade', handshake({ Upgrade: 'h2c' }), 400, /does not ask for an upgrade to websocket/],
    ['no key', handshake({ 'Sec-WebSocket-Key': undefined }), 400, /has no Sec-WebSocket-Key of 16 bytes/],
    [
      'a key of 15 bytes',
      handshake({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub24=' }),
      400,
      /has no Sec-WebSocket-Key/,
    ],
    [
      'a key that is no base64',
      handshake({ 'Sec-WebSocket-Key': '!'.repeat(24) }),
      400,
      /has no Sec-WebSocket-Key/,
    ],
    ['two keys', handshake({ 'Sec-WebSocket-Key': `${KEY}, ${KEY}` }), 400, /has no Sec-WebSocket-Key/],
    [
      'version 8',
      handshake({ 'Sec-WebSocket-Version': '8' }),
      426,
      /another version of the protocol than 13/,
    ],
    ['no version', handshake({ 'Sec-WebSocket-Version': undefined }), 426, /another version/],
    ['version 013', handshake({ 'Sec-WebSocket-Version': '013' }), 426, /another version/],
  ])('is refused and reported with %s', async (_, text, status, reason) => {
    const { requests, faults } = await start();
    const answer = await answerTo(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(reason);
    expect(requests).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^The client at 127\.0\.0\.1:\d+: The client's handshake /),
    ]);
  });

  it('names the version that it speaks to a client of another one', async () => {
    await start();
    expect(await answerTo(handshake({ 'Sec-WebSocket-Version': '25' }))).toContain(
      'Sec-WebSocket-Version: 13\r\n',
    );
  });

  it('is answered once: a second refusal does nothing', async () => {
    await start((request) => {
      request.refuse({ status: 503, headers: [['Retry-After', '1']], body: 'später' });
      request.refuse({ status: 200, body: 'again' });
    });
    const answer = Buffer.from(await answerTo(handshake()), 'latin1').toString();
    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 7\r\n/);
    expect(answer).toMatch(/\r\n\r\nspäter$/);
  });

  it('may have a status without a name', async () => {
    await start((request) => request.refuse({ status: 599, body: '' }));
    expect(await answerTo(handshake())).toMatch(/^HTTP\/1\.1 599 Refused\r\n/);
  });
});

describe('a client that leaves before it is answered', () => {
  it.each(['end', 'resetAndDestroy'] as const)('is noticed after %s, and is no fault', async (leave) => {
    const gone = vi.fn();
    const { requests, faults } = await start((request) => request.onGone(gone));
    const socket = raw();
    socket.write(handshake());
    await vi.waitFor(() => expect(requests).toHaveLength(1), 5_000);
    socket[leave]();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce(), 5_000);
    requests[0]!.refuse({ status: 403, body: '' });
    expect(faults).toEqual([]);
  });

  it('is reported at once to a listener that comes late', async () => {
    const { requests } = await start();
    const socket = raw();
    socket.write(handshake());
    await vi.waitFor(() => expect(requests).toHaveLength(1), 5_000);
    const first = vi.fn();
    requests[0]!.onGone(first);
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(first).toHaveBeenCalledOnce(), 5_000);
  });
});

describe('a client that is accepted', () => {
  it('may have sent its first messages before the answer', async () => {
    const given = handler();
    const { requests } = await start();
    const socket = raw();
    // A masked text frame (RFC 6455, section 5.7) right behind the handshake.
    const frame = Buffer.from('818537fa213d7f9f4d5158', 'hex');
    socket.write(Buffer.concat([Buffer.from(handshake()), frame]));
    await vi.waitFor(() => expect(requests).toHaveLength(1), 5_000);
    const connection = requests[0]!.accept(
      '',
      connectOptions({ url: 'ws://a/' }),
      given as unknown as Parameters<ClientRequest['accept']>[2],
    );
    await vi.waitFor(() => expect(given.onMessage).toHaveBeenCalledOnce(), 5_000);
    connection.terminate();
  });

  it('gets the subprotocol and the compression that were agreed on', async () => {
    await start((request) => void accept(request, 'v2'));
    const client = new WebSocket(server!.url, ['v1', 'v2']);
    clients.push(client);
    await once(client, 'open');
    expect(client.protocol).toBe('v2');
    expect(client.extensions).toContain('permessage-deflate');
  });

  it('gets no compression if that is off', async () => {
    await start((request) => void accept(request, '', { deflate: false }));
    const client = new WebSocket(server!.url);
    clients.push(client);
    await once(client, 'open');
    expect(client.extensions).toBe('');
  });
});

describe('plain HTTP', () => {
  const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

  it('is refused with 426 and a sentence', async () => {
    const { requests, faults } = await start();
    const answer = await answerTo(GET);
    expect(answer).toMatch(/^HTTP\/1\.1 426 /);
    expect(answer).toContain('This address speaks WebSocket');
    expect([requests, faults]).toEqual([[], []]);
  });

  it('may have an answer of its own', async () => {
    await start(undefined, () => ({ status: 200, headers: { 'X-Own': '1' }, body: 'hello' }));
    const answer = await answerTo(GET);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nX-Own: 1\r\n/);
    expect(answer).toContain('hello');
  });

  it.each([
    ['no HTTP', 'SSH-2.0-client\r\n\r\n'],
    ['control characters', `${'\0'.repeat(100)}\r\n\r\n`],
    ['a header that has no end', `GET / HTTP/1.1\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('leaves the server running after %s', async (_, text) => {
    const { requests } = await start((request) => request.refuse({ status: 403, body: '' }));
    await answerTo(text);
    await answerTo(handshake());
    expect(requests).toHaveLength(1);
  });
});

describe('a server', () => {
  it('reports the port that is in use', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const nothing = (): void => undefined;
    await expect(listen({ host: '127.0.0.1', port }, nothing, nothing)).rejects.toMatchObject({
      code: 'call.invalid',
      message: `Port ${port} is in use; pick another one, or 0 for any that is free.`,
    });
    other.close();
  });

  it('accepts no clients after it is closed, and keeps the connected ones', async () => {
    await start((request) => void accept(request));
    const { port, url } = server!;
    const client = new WebSocket(url);
    clients.push(client);
    await once(client, 'open');
    await server!.close();
    expect(client.readyState).toBe(WebSocket.OPEN);
    const late = connect(port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
