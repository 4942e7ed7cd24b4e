import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, start } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
});

const CLIENTS = 1000;

it(
  'a scripted server serves a thousand connections, each with captures of its own',
  { timeout: 120_000 },
  async () => {
    folder = requestFolder({
      'servers.ws': `SERVE ws://127.0.0.1:0/

=== wait-for-client
# @capture name = $.name
{"hello": "{{name}}"}
=== on-message
# @where kind == "binary"
# @echo
=== on-message
{"bye": "{{name}}"}
`,
    });
    const running = start(['serve', 'servers.ws', '--json'], 'closed', { cwd: folder.path });
    await running.prints(/ws:\/\/[^"\s]+\d/);
    const url = /ws:\/\/[^"\s]+/.exec(running.stdout())![0];
    const sockets: WebSocket[] = [];
    // Fifty at a time: the system's queue for unaccepted connections is short.
    for (let at = 0; at < CLIENTS; at += 50) {
      const more = Array.from({ length: 50 }, () => new WebSocket(url));
      await Promise.all(more.map((socket) => once(socket, 'open')));
      sockets.push(...more);
    }
    const talks = sockets.map(async (socket, index) => {
      const came: string[] = [];
      const whole = new Promise<void>((resolve) =>
        socket.on('message', (data, isBinary) => {
          came.push(isBinary ? `bytes ${(data as Buffer).toString('hex')}` : (data as Buffer).toString());
          if (came.length === 3) resolve();
        }),
      );
      socket.send(`{"name": "client ${index}"}`);
      socket.send(Buffer.from([index & 255, index >> 8]));
      socket.send('end');
      await whole;
      return came;
    });
    const came = await Promise.all(talks);
    expect(came).toEqual(
      sockets.map((_, index) => [
        `{"hello": "client ${index}"}`,
        `bytes ${Buffer.from([index & 255, index >> 8]).toString('hex')}`,
        `{"bye": "client ${index}"}`,
      ]),
    );
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.close(1000);
    await Promise.all(closed);
    expect(running.child.exitCode).toBeNull();
    // Nor a warning of Node about listeners that it takes for a leak.
    expect(running.stderr()).toBe('');
  },
);
