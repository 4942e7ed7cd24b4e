import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, jsonLines, start, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

// Clients that a server does not accept are lines of its output, with the reason.

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
});

const BLOCKS = `### Open
SERVE ws://127.0.0.1:{{port}}/open

=== on-message
# @echo
`;

interface Served extends Running {
  readonly url: URL;
}

async function serve(source: string, ...args: string[]): Promise<Served> {
  folder = requestFolder({ 'servers.ws': source.replace('{{port}}', '0') });
  const running = start(['serve', 'servers.ws', '--json', ...args], 'closed', { cwd: folder.path });
  await running.prints(/wss?:\/\/\S+\n/);
  return { ...running, url: new URL(/wss?:\S+/.exec(running.stdout())![0]) };
}

/** The lines about refused clients, as soon as there are so many. */
async function refused(served: Running, count = 1): Promise<readonly Record<string, unknown>[]> {
  const lines = () =>
    (jsonLines(served.stdout().replace(/^wss?:.*\n/gm, '')) as Record<string, unknown>[]).filter(
      ({ kind }) => kind === 'refused',
    );
  await expect.poll(() => lines().length, { timeout: 20_000 }).toBe(count);
  return lines();
}

/** Sends bytes. @returns what came until the end of the connection */
async function knock({ hostname, port }: URL, bytes: string | Buffer): Promise<string> {
  const socket = connect(Number(port), hostname);
  let came = '';
  socket.setEncoding('latin1').on('data', (part: string) => (came += part));
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await once(socket, 'close');
  return came;
}

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const UPGRADE = 'Upgrade: websocket\r\nConnection: Upgrade';
const VERSION = 'Sec-WebSocket-Version: 13';

function handshake(start: string, ...lines: string[]): string {
  return `${[start, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
}

describe('a client that violates the protocol', () => {
  it.each([
    ['POST /open HTTP/1.1', [UPGRADE, KEY, VERSION], 400, 'is not a GET request', '4.1'],
    ['GET /open HTTP/1.0', [UPGRADE, KEY, VERSION], 400, 'is not in HTTP/1.1', '4.1'],
    [
      'GET /open HTTP/1.1',
      ['Upgrade: h2c\r\nConnection: Upgrade', KEY, VERSION],
      400,
      'upgrade to websocket',
      '4.2.1',
    ],
    ['GET /open HTTP/1.1', [UPGRADE, VERSION], 400, 'no Sec-WebSocket-Key of 16 bytes', '4.2.1'],
    ['GET /open HTTP/1.1', [UPGRADE, 'Sec-WebSocket-Key: c2hvcnQ=', VERSION], 400, 'of 16 bytes', '4.2.1'],
    ['GET /open HTTP/1.1', [UPGRADE, KEY, 'Sec-WebSocket-Version: 8'], 426, 'another version', '4.4'],
  ])('%s %j', async (line, lines, status, what, section) => {
    const served = await serve(BLOCKS);
    expect(await knock(served.url, handshake(line, ...lines))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [entry] = await refused(served);
    expect(entry).toEqual({
      kind: 'refused',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      target: '/open',
      status,
      message: expect.stringContaining(what) as string,
    });
    expect(entry!['message']).toMatch(
      new RegExp(`^The client's handshake .*\\(RFC 6455, section ${section}\\)\\.$`),
    );
    expect(served.stderr()).toContain(`${entry!['client'] as string}: ${entry!['message'] as string}`);
  });

  it('by bytes that are not HTTP, or by TLS if none is expected', async () => {
    const served = await serve(BLOCKS);
    expect(await knock(served.url, '\x81\x05hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const [garbage] = await refused(served);
    expect(garbage).toMatchObject({
      status: 400,
      message: expect.stringContaining('(RFC 6455, section 4.1)'),
    });
    expect(garbage).not.toHaveProperty('target');
    const secure = connectTls({ port: Number(served.url.port), host: served.url.hostname });
    await once(secure, 'error');
    const [, tls] = await refused(served, 2);
    expect(tls!['message']).toBe('it speaks TLS. Let it connect to the ws:// URL, or serve a wss:// one.');
    // Nothing else is disturbed.
    const client = new WebSocket(served.url);
    await once(client, 'open');
    client.send('still there');
    expect(String((await once(client, 'message'))[0])).toBe('still there');
    client.terminate();
  });

  it('by headers without an end', async () => {
    const served = await serve(BLOCKS);
    const long = handshake('GET /open HTTP/1.1', UPGRADE, KEY, VERSION, `X-Long: ${'x'.repeat(64 * 1024)}`);
    await knock(served.url, long);
    const [entry] = await refused(served);
    expect(entry!['message']).toContain('too long');
  });

  it('by plain HTTP if TLS is expected', async () => {
    const served = await serve(BLOCKS.replace('ws://', 'wss://'), '--tls');
    await knock(served.url, handshake('GET /open HTTP/1.1', UPGRADE, KEY, VERSION));
    const [entry] = await refused(served);
    expect(entry).not.toHaveProperty('status');
    expect(entry!['message']).toContain('it does not speak TLS');
  });

  it('is not one that only opens a connection and leaves', async () => {
    const served = await serve(BLOCKS);
    const { port, hostname } = served.url;
    for (const bytes of ['', 'GET /open HT']) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.end(bytes);
      await once(socket.resume(), 'close');
    }
    await knock(served.url, handshake('GET /nowhere HTTP/1.1', UPGRADE, KEY, VERSION));
    // One line, of the last client only.
    expect(await refused(served)).toMatchObject([{ target: '/nowhere' }]);
  });
});

describe('a client that is refused on purpose', () => {
  it('by its path', async () => {
    const served = await serve(BLOCKS);
    await knock(served.url, handshake('GET /d?x=1 HTTP/1.1', UPGRADE, KEY, VERSION));
    expect(await refused(served)).toMatchObject([
      { target: '/d?x=1', status: 404, message: 'nothing is served at “/d”. Paths of this server: /open' },
    ]);
  });

  it('by a block', async () => {
    const served = await serve('# @status 401\nSERVE ws://127.0.0.1:{{port}}/\n\nNo.\n');
    await knock(served.url, handshake('GET / HTTP/1.1', UPGRADE, KEY, VERSION));
    expect(await refused(served)).toMatchObject([{ status: 401, message: 'the block says so (line 1).' }]);
  });

  it('by a fault of a proxy', async () => {
    const served = await serve(
      'PROXY ws://127.0.0.1:{{port}} -> ws://127.0.0.1:9\n# @fault refuse 503 count 1\n',
    );
    await knock(served.url, handshake('GET / HTTP/1.1', UPGRADE, KEY, VERSION));
    expect(await refused(served)).toMatchObject([{ status: 503, message: 'refuse 503 count 1 (line 2).' }]);
  });
});
