import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpProxy, socksProxy } from '../../support/proxies.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { startRecordingServer } from './recordingServer.ts';
import { openWorkshop, RUNNERS, writtenProgram } from './targetPrograms.ts';

// The program runs with socket.io-client of npm against the server of npm, which must see what it sees of `duplex run`.

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const HOSTILE = String.raw`it's "q" \ $HOME ${'$'}{x} </script> */`;
const SECRETS = { DUPLEX_SECRET_APITOKEN: `s3cr3t'$(x)`, DUPLEX_SECRET_ROOM: 'room-of-mine' };

interface Socket {
  readonly handshake: {
    readonly headers: Record<string, string>;
    readonly query: Record<string, string>;
    readonly auth: object;
  };
  readonly nsp: { readonly name: string };
  emit(event: string, ...args: unknown[]): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  onAny(listener: (...args: unknown[]) => void): void;
}

let folder: RequestFolder;
let close: () => void;
let port: number;
const seen: unknown[] = [];

const REQUEST = (port: number): string => `
### Every verb
# @name talk
# @protocol socket.io
WEBSOCKET ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket&room=a%20b
X-Hostile: ${HOSTILE}
X-Secret: {{$secret apiToken}}

# @connect /chat
{"room": "{{$secret room}}"}
=== wait-for-server
# @where name == "welcome"
# @expect payload[0].version == 3
# @capture ticket = payload[0].ticket
# @emit say
[${JSON.stringify(HOSTILE)}, {"ticket": "{{ticket}}", "list": [[1], 2]}]
===
# @emit one
{"single": true}
===
# @emit none
===
# @emit add
# @ack
[1, 2]
===
# @emit add
# @ack
[20, 22]
=== wait-for-server
# @reply
# @expect payload[0] == 42
# @repeat 2
# @emit done
`;

beforeAll(async () => {
  const http = createServer();
  const { Server } = require('socket.io') as {
    Server: new (http: unknown) => {
      of(name: string): { on(event: string, listener: (socket: Socket) => void): void };
      close(): void;
    };
  };
  const io = new Server(http);
  const listen = (socket: Socket): void => {
    const { headers, query, auth } = socket.handshake;
    seen.push([socket.nsp.name, headers['x-hostile'], headers['x-secret'], query.room, auth]);
    socket.onAny((...args) => seen.push(args.filter((each) => typeof each !== 'function')));
    socket.on('add', (a, b, answer) => (answer as (sum: number) => void)(Number(a) + Number(b)));
    socket.emit('noise', 1);
    socket.emit('welcome', { version: 3, ticket: 'ticket-12345' });
  };
  io.of('/chat').on('connection', listen);
  io.of('/').on('connection', listen);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  close = () => {
    io.close();
    http.closeAllConnections();
  };
  ({ port } = http.address() as AddressInfo);
  folder = requestFolder({ 'talk.ws': REQUEST(port) });
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(folder.path, 'node_modules'));
});
afterAll(() => {
  folder.remove();
  close();
});

it('the server sees what it sees of duplex run', async () => {
  const ran = await folder.duplex(['run', 'talk.ws'], SECRETS);
  expect(ran.status, ran.stdout + ran.stderr).toBe(0);
  await expect.poll(() => seen.filter((each) => (each as unknown[])[0] === 'done').length).toBe(2);
  const expected = seen.splice(0);
  const code = await folder.duplex([
    'code',
    'talk.ws',
    '--target',
    'socket.io-client',
    '--output',
    'client.mjs',
  ]);
  expect(code.status, code.stderr).toBe(0);
  expect(code.stderr).toBe('');
  for (const secret of Object.values(SECRETS)) expect(folder.read('client.mjs')).not.toContain(secret);
  await run(process.execPath, ['client.mjs'], {
    cwd: folder.path,
    timeout: 50_000,
    env: { ...process.env, ...SECRETS },
  });
  await expect.poll(() => seen.filter((each) => (each as unknown[])[0] === 'done').length).toBe(2);
  // Duplex connects to the namespace alone, as the client does.
  expect(seen).toEqual(expected);
  expect(expected).toContainEqual(['say', HOSTILE, { ticket: 'ticket-12345', list: [[1], 2] }]);
  expect(expected).toContainEqual([
    '/chat',
    HOSTILE,
    SECRETS.DUPLEX_SECRET_APITOKEN,
    'a b',
    { room: 'room-of-mine' },
  ]);
});

it('a program that is not answered as expected fails', async () => {
  folder.write('wrong.ws', folder.read('talk.ws').replace('payload[0] == 42', 'payload[0] == 43'));
  const code = await folder.duplex([
    'code',
    'wrong.ws',
    '--target',
    'socket.io-client',
    '--output',
    'wrong.mjs',
  ]);
  expect(code.status, code.stderr).toBe(0);
  const failed = run(process.execPath, ['wrong.mjs'], {
    cwd: folder.path,
    timeout: 50_000,
    env: { ...process.env, ...SECRETS },
  });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Expected payload[0] == 43') as string,
  });
});

it('is refused for a request of another protocol, and says what it leaves out', async () => {
  folder.write('plain.ws', 'WEBSOCKET ws://127.0.0.1:1/\n\nhello\n');
  const refused = await folder.duplex(['code', 'plain.ws', '--target', 'socket.io-client']);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('write # @protocol socket.io above its target.');
  folder.write(
    'left.ws',
    '# @protocol socket.io\nWEBSOCKET ws://127.0.0.1:1/socket.io/?EIO=4&transport=websocket\n\n# @disconnect\n===\n# @emit a\n[{"$base64": "AQ=="}]\n=== wait-for-server\n# @where id == 1\n',
  );
  const left = await folder.duplex(['code', 'left.ws', '--target', 'socket.io-client']);
  expect(left.status, left.stderr).toBe(0);
  expect(left.stdout).toContain("// @disconnect is left out: call the client's own function.");
  expect(left.stdout).toContain('// Bytes in arguments are left out: send a Buffer in their place.');
  expect(left.stdout).toContain('// The condition @where id == 1 is not checked.');
});

it.each([
  ['http', httpProxy],
  ['socks5', socksProxy],
] as const)('goes through a proxy that speaks %s, with its password', async (scheme, startProxy) => {
  seen.length = 0;
  const proxy = await startProxy('me:pa ss');
  const server = await startRecordingServer();
  const text = folder
    .read('talk.ws')
    .replace('# @name talk', `# @proxy ${scheme}://me:pa%20ss@${proxy.host}`);
  const workshop = openWorkshop(server, { 'proxied.ws': text });
  try {
    const { program, left } = await writtenProgram(workshop, 'proxied', 'socket.io-client', 'client.mjs');
    expect(left).toEqual([]);
    expect(program).not.toContain('pa%20ss');
    const env = { ...SECRETS, PROXY_PASSWORD: 'pa%20ss' };
    await RUNNERS['socket.io-client'].execute(workshop, 'client.mjs', env);
    await expect.poll(() => seen.filter((each) => (each as unknown[])[0] === 'done').length).toBe(2);
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${port}`]));
  } finally {
    await workshop.close();
    await server.close();
  }
});

it('has one socket: further namespaces are left out, and subprotocols are offered', async () => {
  folder.write(
    'two.ws',
    `# @protocol socket.io\n# @subprotocol v1, v2\nWEBSOCKET ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket\n\n# @connect /a\n===\n# @connect /b\n`,
  );
  const { status, stdout, stderr } = await folder.duplex(['code', 'two.ws', '--target', 'socket.io-client']);
  expect(status, stderr).toBe(0);
  expect(stderr).toBe('duplex: Left out: all namespaces but the first: this program has one socket.\n');
  expect(stdout).toContain('protocols: ["v1", "v2"],');
});
