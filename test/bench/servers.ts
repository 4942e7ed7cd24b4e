import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Engine } from '../../src/engine/engine.ts';
import { startProxy } from '../../src/engine/proxy/recordingProxy.ts';

// The measured programs of servers, one per process: node servers.js ROLE ARGUMENTS. Each prints lines of JSON.

/** A proxy that records, until it is ended. Its first line is its URL. */
async function proxy(target: string, folder: string): Promise<void> {
  const engine = new Engine({
    workersFolder: join(process.cwd(), 'dist/workers'),
    recordingsFolder: folder,
    onError: (error) => {
      throw error;
    },
  });
  const running = await startProxy(engine, {
    target,
    host: '127.0.0.1',
    port: 0,
    options: { deflate: false, maxPayload: 0 },
    onFault: (sentence) => process.stderr.write(`${sentence}\n`),
    tap: () => ({ onRow: () => {} }),
  });
  console.log(JSON.stringify({ url: running.url }));
  await once(process, 'SIGTERM');
  await running.stop();
  await engine.dispose();
}

/** Receives ticks for some seconds: their rate, and the ages in milliseconds of those of the last two seconds. */
async function ages(url: string, seconds: number): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  const began = performance.now();
  const lately: number[] = [];
  let messages = 0;
  socket.on('message', (data) => {
    messages++;
    if (performance.now() - began < (seconds - 2) * 1000) return;
    const time = /"time":(\d+)/.exec((data as Buffer).toString('latin1'))?.[1];
    lately.push(Date.now() - Number(time));
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  socket.terminate();
  lately.sort((a, b) => a - b);
  const rate = messages / ((performance.now() - began) / 1000);
  console.log(JSON.stringify({ rate, p99: lately[Math.floor(lately.length * 0.99)], max: lately.at(-1) }));
}

/** Opens connections and sends several messages on each, each after the echo of the previous one. */
async function clients(url: string, count: number, messages: number): Promise<void> {
  const began = performance.now();
  const sockets: WebSocket[] = [];
  // The system's queue for unaccepted connections is short.
  for (let at = 0; at < count; at += 50) {
    const more = Array.from(
      { length: Math.min(50, count - at) },
      () => new WebSocket(url, { perMessageDeflate: false }),
    );
    await Promise.all(more.map((socket) => once(socket, 'open')));
    sockets.push(...more);
  }
  const opened = performance.now();
  await Promise.all(
    sockets.map(async (socket, index) => {
      for (let i = 0; i < messages; i++) {
        const text = `client ${index}, message ${i}`;
        const came = once(socket, 'message');
        socket.send(text);
        const [data] = (await came) as [Buffer];
        if (data.toString() !== text) throw new Error(`${data.toString()} is not the echo of ${text}.`);
      }
    }),
  );
  const echoed = performance.now();
  for (const socket of sockets) socket.terminate();
  console.log(JSON.stringify({ open: (opened - began) / 1000, echo: (echoed - opened) / 1000 }));
}

const ROLES: Record<string, (url: string, ...args: string[]) => Promise<void>> = {
  proxy: (url, folder) => proxy(url, folder),
  ages: (url, seconds) => ages(url, Number(seconds)),
  clients: (url, count, messages) => clients(url, Number(count), Number(messages)),
};

const [role = '', url = '', ...args] = process.argv.slice(2);
void ROLES[role]!(url, ...args);
