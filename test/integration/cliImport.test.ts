import { once } from 'node:events';
import { readdirSync, statfsSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { mounted } from '../support/mounts.ts';
import { duplex, endAll, start } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

const small = await mounted('tmpfs', 'size=64k');

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
  folder = undefined;
});

const COMMAND = `curl -H 'Authorization: Bearer abcdef123456' --data x 'ws://127.0.0.1:1/a'`;

it('prints a pasted command as a request file, and lists the omitted parts and the needed secrets', async () => {
  const { status, stdout, stderr } = await duplex(['import', '-'], COMMAND);
  expect(status).toBe(0);
  expect(stdout).toContain('Authorization: Bearer {{$secret authorization}}\n');
  expect(stdout).toContain('# The option --data of curl is not carried over.');
  expect(stderr).toBe(
    'duplex: The option --data of curl is not carried over.\nduplex: Set the secret authorization: the imported files refer to it.\n',
  );
});

it('writes a file for each, keeps existing ones, and writes nothing if one cannot be imported', async () => {
  folder = requestFolder({ 'a.sh': COMMAND, 'b.sh': 'echo hello', 'out/c.ws': 'mine' });
  const refused = await folder.duplex(['import', 'a.sh', 'b.sh', '--output', 'out']);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(
    'b.sh: This is not a format that is imported: choose a command line of curl,',
  );
  expect(() => folder!.read('out/a.ws')).toThrow();

  expect((await folder.duplex(['import', 'a.sh', '--output', 'out'])).status).toBe(0);
  expect((await folder.duplex(['check', 'out/a.ws'])).status).toBe(0);
  const again = await folder.duplex(['import', 'a.sh', '--output', 'out']);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('out/a.ws exists: choose another folder, or overwrite it with --force.');
  expect((await folder.duplex(['import', 'a.sh', '--output', 'out', '--force'])).status).toBe(0);
});

it('refuses an endless standard input', { timeout: 120_000 }, async () => {
  const running = start(['import', '-'], 'open');
  // Its end closes the pipe.
  running.child.stdin!.on('error', () => undefined);
  const block = Buffer.alloc(4 * 1024 * 1024, ' ');
  const send = (error?: Error | null): void => {
    if (!error) running.child.stdin!.write(block, send);
  };
  send();
  const { status, stderr } = await running.result;
  expect(stderr).toBe(
    'duplex: Standard input has more than 256 MiB, more than is imported: export a part of it.\n',
  );
  expect(status).toBe(2);
});

it.skipIf(!small)('leaves nothing if there is no room for a part of it', async () => {
  folder = requestFolder({ 'a.sh': COMMAND });
  const out = join(small!.path, 'made/out');
  const har = join(FIXTURES, 'chrome.har');
  // The first file fits, the others do not.
  writeFileSync(join(small!.path, 'filler'), Buffer.alloc(statfsSync(small!.path).bavail * 4096 - 4096));
  const { status, stderr } = await folder.duplex(['import', 'a.sh', har, '--output', out]);
  expect(stderr).toMatch(/^duplex: .+(?:ENOSPC|no space left).+\n$/);
  expect(status).toBe(2);
  expect(readdirSync(small!.path)).toEqual(['filler']);
});

const FIXTURES = join(import.meta.dirname, '../fixtures/import');

it('imports a folder of Postman with its environments, which then run', async () => {
  folder = requestFolder();
  const { status, stderr } = await folder.duplex(['import', join(FIXTURES, 'postman'), '-o', 'new/requests']);
  expect(stderr).toContain('duplex: One request is not carried over: it is not a WebSocket request.\n');
  expect(stderr).toContain('duplex: Set the secret staging_token: the imported files refer to it.\n');
  expect(status).toBe(0);
  const check = await folder.duplex(['check', 'new/requests/Live-API.ws', '--env', 'Staging']);
  expect(check.stdout).toContain('{{start}} has no value');
  expect(check.stdout).not.toContain('{{token}} has no value');

  const again = await folder.duplex(['import', join(FIXTURES, 'postman'), '-o', 'new/requests']);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('Live-API.ws exists: choose another folder, or overwrite it with --force.');
});

it('prints requests without --output, and names the file for the environments', async () => {
  folder = requestFolder();
  const { stdout, stderr } = await folder.duplex(['import', join(FIXTURES, 'postman')]);
  expect(stdout).toContain('### Ticks: all\n');
  expect(stdout).not.toContain('"Staging"');
  expect(stderr).toContain('The environments are written as http-client.env.json with --output only.');
});

it('writes nothing if a file exists, or two files have one name', async () => {
  folder = requestFolder({
    'a.sh': 'wscat -c ws://h.test',
    'sub/a.sh': 'wscat -c ws://i.test',
    'out/b.ws': 'x',
  });
  folder.write('b.sh', 'wscat -c ws://h.test');
  const one = await folder.duplex(['import', 'a.sh', 'b.sh', '-o', 'out']);
  expect(one.status).toBe(2);
  expect(() => folder!.read('out/a.ws')).toThrow();
  const two = await folder.duplex(['import', 'a.sh', 'sub/a.sh', '-o', 'two']);
  expect(two.stderr).toContain('Two of the imports would write a.ws: import them one by one');
  expect(() => folder!.read('two/a.ws')).toThrow();
});

it('uses the named format, and refuses other content', async () => {
  folder = requestFolder({ 'a.txt': 'hello: world' });
  const refused = await folder.duplex(['import', 'a.txt', '--from', 'postman']);
  expect(refused.stderr).toBe('duplex: a.txt: This is not JSON: export the collection as Collection v2.1.\n');
  expect(refused.status).toBe(2);
  expect((await folder.duplex(['import', 'a.txt', '--from', 'excel'])).stderr).toContain('postman-v3');
});

it('takes the names of clients as formats', async () => {
  folder = requestFolder({ 'a.txt': 'curl ws://h.test/a' });
  expect((await folder.duplex(['import', 'a.txt', '--from', 'curl'])).stdout).toContain(
    'WEBSOCKET ws://h.test/a\n',
  );
  const named = await folder.duplex(['import', join(FIXTURES, 'postman'), '--from', 'postman']);
  expect(named.stdout).toContain('### Ticks: all\n');
});

it('imports a HAR file as recordings and requests, and a HAR of a recording as the same rows', async () => {
  folder = requestFolder();
  const har = join(FIXTURES, 'chrome.har');
  expect((await folder.duplex(['import', har, '-o', 'out'])).status).toBe(0);
  const recording = 'out/ticks.example.test-stream-recording';
  const rows = await folder.duplex(['log', recording, '--json']);
  const lines = rows.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ kind, dir, t }) => [kind, dir, t])).toEqual([
    ['open', undefined, 0],
    ['text', 'out', 54_321],
    ['binary', 'in', 100_000],
    ['ping', 'in', 200_000],
    ['pong', 'out', 200_000],
    ['error', undefined, 900_000],
  ]);
  expect(rows.stdout + folder.read(`${recording}/session.json`)).not.toContain('canary');

  await folder.duplex(['export', recording, '--to', 'har', '--output', 'again.har']);
  expect((await folder.duplex(['import', 'again.har', '-o', 'again'])).status).toBe(0);
  const again = await folder.duplex([
    'log',
    'again/ticks.example.test-stream-recording',
    '--json',
    '--filter',
    'text binary ping pong',
  ]);
  expect(again.stdout.trim().split('\n')).toEqual(rows.stdout.trim().split('\n').slice(1, 5));

  const refused = await folder.duplex(['import', har, '-o', 'out', '--force']);
  expect(refused.stderr).toContain('ticks.example.test-stream-recording exists: choose another folder');
  expect(refused.status).toBe(2);
});

it('imports AsyncAPI with the schemas of its replies, which then hold a server to them', async () => {
  folder = requestFolder();
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  try {
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        socket.send('{"noise": true}');
        socket.send(JSON.stringify({ event: 'status', of: JSON.parse(data.toString()) as unknown }));
      }),
    );
    const { port } = sockets.address() as AddressInfo;
    const message = (event: string, more: object = {}): object => ({
      payload: { type: 'object', required: ['event', 'of'], properties: { event: { const: event } } },
      ...more,
    });
    const channel = (name: string, messages: object): object => ({ [name]: { address: '/', messages } });
    folder.write(
      'api.json',
      JSON.stringify({
        asyncapi: '3.0.0',
        info: { title: 'Api' },
        servers: { local: { host: `127.0.0.1:${port}`, protocol: 'ws' } },
        channels: {
          ...channel('ask', { ask: message('ask', { examples: [{ payload: { event: 'ask' } }] }) }),
          ...channel('told', { status: message('status') }),
        },
        operations: {
          receive: {
            action: 'receive',
            channel: { $ref: '#/channels/ask' },
            reply: { channel: { $ref: '#/channels/told' } },
          },
        },
      }),
    );
    const { status, stderr } = await folder.duplex(['import', 'api.json', '--output', 'described']);
    expect(status, stderr).toBe(0);
    const run = await folder.duplex(['run', 'described/Api.ws']);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain('1 passed');
    const shown = await folder.duplex(['import', 'api.json']);
    expect(shown.stderr).toContain('The schemas that the requests name are written with --output only.');
  } finally {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  }
});

it('imports the environments of REST Client and httpYac in a folder, which a request then uses', async () => {
  folder = requestFolder({
    'old/.vscode/settings.json': '{"rest-client.environmentVariables": {"dev": {"host": "127.0.0.1:1",},}}',
    'old/env/.env.dev': 'ROOM=lobby\n',
    'old/env/prod.env': 'ROOM=hall\n',
  });
  const { status, stderr } = await folder.duplex(['import', 'old', '--output', 'new']);
  expect(status, stderr).toBe(0);
  expect(JSON.parse(folder.read('new/http-client.env.json'))).toEqual({
    dev: { host: '127.0.0.1:1', ROOM: 'lobby' },
    prod: { ROOM: 'hall' },
  });
  folder.write('new/a.ws', 'WEBSOCKET ws://{{host}}/{{ROOM}}\n');
  const checked = await folder.duplex(['check', 'new/a.ws', '--env', 'dev']);
  expect(checked.status, checked.stdout + checked.stderr).toBe(0);
});
