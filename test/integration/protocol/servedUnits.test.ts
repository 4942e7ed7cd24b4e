import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, jsonLines, start } from '../cliProcess.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';

// Recordings of Duplex as a server have a server's directions: `out` is sent by the server.

let folder: RequestFolder | undefined;
afterEach(() => folder?.remove());
afterAll(endAll);

const SERVER = `
# @protocol json-rpc
SERVE ws://127.0.0.1:9000/

=== on-message
# @where method == "add"
# @capture id = id
===
# @delay 20ms
# @respond
3
=== on-message
# @where method == "ask"
# @call question
[1]
===
# @respond
"later"
`;

it('answers the unit of a rule in its later steps, and is decoded as a server from its recording', async () => {
  folder = requestFolder({ 'a.ws': SERVER });
  const served = start(['serve', 'a.ws', '--port', '0', '--record', 'recorded'], 'closed', {
    cwd: folder.path,
  });
  await served.prints(/^ws:\S+\n/);
  const socket = new WebSocket(/^ws:\S+/.exec(served.stdout())![0]);
  const came: unknown[] = [];
  socket.on('message', (data: Buffer) => came.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  socket.send('{"jsonrpc":"2.0","id":7,"method":"add","params":[1,2]}');
  socket.send('{"jsonrpc":"2.0","id":"x","method":"ask"}');
  await expect.poll(() => came.length, { timeout: 20_000 }).toBe(3);
  expect(came).toContainEqual({ jsonrpc: '2.0', id: 7, result: 3 });
  expect(came).toContainEqual({ jsonrpc: '2.0', id: 1, method: 'question', params: [1] });
  expect(came).toContainEqual({ jsonrpc: '2.0', id: 'x', result: 'later' });
  socket.close();
  await once(socket, 'close');
  served.child.kill('SIGINT');
  await served.result;

  const [name] = readdirSync(join(folder.path, 'recorded'));
  const recording = join('recorded', name!);
  const manifest = JSON.parse(readFileSync(join(folder.path, recording, 'session.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ role: 'server', protocol: 'json-rpc' });
  const calls = jsonLines((await folder.duplex(['log', recording, '--calls', '--json'])).stdout);
  expect(calls).toContainEqual(
    expect.objectContaining({
      kind: 'call',
      name: 'add',
      dir: 'in',
      error: false,
      reply: expect.any(Number) as number,
    }),
  );
  expect(calls).toContainEqual(
    expect.objectContaining({ kind: 'call', name: 'question', dir: 'out', reply: null }),
  );
});

it('decodes by the side that sent a message: a ping of Engine.IO comes from the server', async () => {
  folder = requestFolder({
    'a.ws':
      '# @protocol socket.io\nSERVE ws://127.0.0.1:9000/socket.io/\n\n=== on-message\n# @where event == "add"\n# @delay 5ms\n===\n# @ack\n[3]\n',
  });
  const served = start(['serve', 'a.ws', '--port', '0', '--record', 'recorded'], 'closed', {
    cwd: folder.path,
  });
  await served.prints(/^ws:\S+\n/);
  const url = /^ws:\S+/.exec(served.stdout())![0];
  const socket = new WebSocket(`${url}?EIO=4&transport=websocket`);
  const came: string[] = [];
  socket.on('message', (data: Buffer) => came.push(data.toString()));
  await once(socket, 'open');
  socket.send('40');
  socket.send('425["add",1,2]');
  await expect.poll(() => came.at(-1), { timeout: 20_000 }).toBe('435[3]');
  socket.close();
  await once(socket, 'close');
  served.child.kill('SIGINT');
  await served.result;
  const [name] = readdirSync(join(folder.path, 'recorded'));
  const { stdout } = await folder.duplex(['log', join('recorded', name!), '--units', '--json']);
  const units = (jsonLines(stdout) as { dir?: string; decoded?: { units: object[] } }[]).flatMap(
    ({ dir, decoded }) => (decoded?.units ?? []).map((unit) => ({ dir, ...unit })),
  );
  expect(units).toContainEqual(expect.objectContaining({ dir: 'in', type: 'call', name: 'add', id: 5 }));
  expect(units).toContainEqual(expect.objectContaining({ dir: 'out', type: 'reply', replyTo: 5 }));
});
