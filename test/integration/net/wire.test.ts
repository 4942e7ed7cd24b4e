import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { temporaryFolder } from '../../support/folders.ts';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

/** A server that keeps each request as it came. */
async function keeping(...lines: string[]): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const { url } = await rawServer((socket, request) => {
    requests.push(request);
    socket.write(switching(request, ...lines));
  });
  return { url, requests };
}

describe('the request on the wire', () => {
  it('has the headers that RFC 6455 requires, and no others', async () => {
    const { url, requests } = await keeping();
    await outcome({ url: `${url}a/B?c=%20d`, deflate: false });
    const lines = requests[0]!.replace(/^(Sec-WebSocket-Key: ).*$/m, '$1…').split('\r\n');
    expect(lines).toEqual([
      'GET /a/B?c=%20d HTTP/1.1',
      `Host: ${new URL(url).host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: …',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ]);
  });

  it('has headers in their order and spelling, with repeated names in place', async () => {
    const { url, requests } = await keeping();
    const headers = [
      ['x-trace', 'a'],
      ['Origin', 'https://example.test'],
      ['X-TRACE', 'b'],
      ['X-Empty', ''],
      ['User-Agent', 'me/1 ü'],
    ] as const;
    await outcome({ url, headers });
    const sent = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    expect(requests[0]).toContain(`${sent}\r\n`);
  });

  it('has the Host that the user wrote, once', async () => {
    const { url, requests } = await keeping();
    await outcome({ url, headers: [['HOST', 'virtual.test']] });
    expect(requests[0]!.match(/^host:.*$/gim)).toEqual(['HOST: virtual.test']);
  });

  it('makes a new key each time', async () => {
    const { url, requests } = await keeping();
    await outcome({ url });
    await outcome({ url });
    const keys = requests.map((request) => /^Sec-WebSocket-Key: (.*)$/m.exec(request)![1]);
    expect(Buffer.from(keys[0]!, 'base64')).toHaveLength(16);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('offers the parameters of permessage-deflate that were chosen', async () => {
    const { url, requests } = await keeping();
    const deflateParameters = {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 12,
      clientMaxWindowBits: 11,
    };
    await outcome({ url, deflateParameters });
    expect(/^Sec-WebSocket-Extensions: (.*)$/m.exec(requests[0]!)![1]).toBe(
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11',
    );
  });
});

describe('the recorded exchange', () => {
  it('equals the bytes on the wire', async () => {
    const { url, requests } = await keeping('x-ONE:   1', 'X-One: ü');
    const { open } = await outcome({ url: `${url}path`, headers: [['X-Why', 'so']] });
    expect(open!.address).toBe(new URL(url).host);
    const [exchange] = open!.exchanges!;
    expect(exchange).toMatchObject({ with: 'server', url: `${url}path`, request: requests[0] });
    // rawServer writes UTF-8, and each byte is reported as a character.
    const answer = switching(requests[0]!, 'x-ONE:   1', 'X-One: ü');
    expect(exchange!.response).toBe(Buffer.from(answer).toString('latin1'));
  });

  it('has no user info in its URL', async () => {
    const { url } = await keeping();
    const { open } = await outcome({ url: url.replace('//', '//me:canary@') });
    expect(open!.exchanges![0]!.url).toBe(url);
  });

  it('has interim answers too, which are passed over', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
    const { url } = await rawServer((socket, request) => socket.write(early + switching(request)));
    const { open } = await outcome({ url });
    expect(open!.status).toBe(101);
    expect(open!.exchanges![0]!.response.startsWith(early)).toBe(true);
  });

  it('is complete if the answer arrives byte by byte', async () => {
    const { url } = await rawServer((socket, request) => {
      const bytes = [...switching(request)];
      const drip = setInterval(() => {
        const byte = bytes.shift();
        if (byte === undefined) clearInterval(drip);
        else socket.write(byte);
      }, 1);
    });
    expect((await outcome({ url })).open!.exchanges![0]!.response).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\n$/);
  });
});

describe('addresses:', () => {
  it('an IPv6 host is written in brackets', async () => {
    const server = new WebSocketServer({ port: 0, host: '::1' });
    const hosts: (string | undefined)[] = [];
    server.on('connection', (_, request) => hosts.push(request.headers.host));
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { open } = await outcome({ url: `ws://[::1]:${port}/` });
    server.close();
    expect(hosts).toEqual([`[::1]:${port}`]);
    expect(open!.address).toBe(`[::1]:${port}`);
  });

  it.each(['/deep/path?q=1', ''])('a Unix socket is reached, and asked for %j', async (path) => {
    const folder = join(await temporaryFolder(), 'with blank');
    await mkdir(folder);
    const socketPath = join(folder, 's.sock');
    const http = createServer();
    const server = new WebSocketServer({ server: http });
    const asked: (string | undefined)[] = [];
    server.on('connection', (_, request) => asked.push(request.url, request.headers.host));
    await new Promise<void>((resolve) => http.listen(socketPath, resolve));
    const url = `ws+unix:${socketPath.replace(' ', '%20')}${path === '' ? '' : ':'}${path}`;
    const { open, error } = await outcome({ url });
    http.close();
    expect(error).toBeUndefined();
    expect(asked).toEqual([path || '/', 'localhost']);
    expect(open!.address).toBe(socketPath);
  });

  it('a Unix socket that is not there is refused', async () => {
    const path = join(await temporaryFolder(), 'none.sock');
    expect((await outcome({ url: `ws+unix:${path}:/` })).error).toMatchObject({
      code: 'tcp.refused',
      message: expect.stringContaining(path),
    });
  });

  it('an internationalised host is looked up in its ASCII form', async () => {
    const { error } = await outcome({ url: 'ws://bücher.invalid/' });
    expect(error).toMatchObject({ code: 'dns.not-found', message: expect.stringContaining('xn--bcher-kva') });
  });
});
