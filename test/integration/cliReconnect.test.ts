import { afterEach, describe, expect, it } from 'vitest';
import { fallibleServer } from '../support/fallibleServer.ts';
import { endAll, jsonLines, start } from './cliProcess.ts';

afterEach(endAll);

const QUICK = ['--reconnect', '20', '--reconnect-delay', '20ms', '--reconnect-max-delay', '100ms', '--json'];

describe('duplex connect --reconnect', () => {
  it('continues its input when the server is back, and the last connection decides the status', async () => {
    const server = await fallibleServer((socket) =>
      socket.on('message', (data: Buffer) => socket.send(data, { binary: false })),
    );
    const running = start(['connect', server.url, ...QUICK], 'open');
    await running.prints(/"kind":"open"/);
    running.child.stdin?.write('one\n');
    await running.prints(/"dir":"in","kind":"text","size":3,"text":"one"/);
    await server.down();
    await running.prints(/"note":"reconnect","text":"Reconnect 2 of 20/);
    // Typed while it waits.
    running.child.stdin?.write('two\nthree\n');
    await server.up();
    await running.prints(/"dir":"in","kind":"text","size":5,"text":"three"/);
    running.child.stdin?.end();
    const { status, stdout } = await running.result;
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    expect(lines.filter(({ kind }) => kind === 'open')).toHaveLength(2);
    expect(lines.filter(({ dir, kind }) => dir === 'out' && kind === 'text').map(({ text }) => text)).toEqual(
      ['one', 'two', 'three'],
    );
  });

  it('ends with status 3 if the server does not come back', async () => {
    const server = await fallibleServer();
    const args = ['connect', server.url, '--reconnect', '2', '--reconnect-delay', '20ms', '--json'];
    const running = start(args, 'open');
    await running.prints(/"kind":"open"/);
    await server.down();
    const { status, stdout } = await running.result;
    expect(status).toBe(3);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      kind: 'note',
      text: 'Given up after 2 reconnects in a row: tcp.refused.',
    });
  });

  it('is stopped by an interrupt while it waits', async () => {
    const server = await fallibleServer();
    const args = ['connect', server.url, '--reconnect', '2', '--reconnect-delay', '20s', '--json'];
    const running = start(args, 'open');
    await running.prints(/"kind":"open"/);
    await server.down();
    await running.prints(/"note":"reconnect"/);
    const before = performance.now();
    running.child.kill('SIGINT');
    await running.result;
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('does not try a first connection again', async () => {
    const server = await fallibleServer();
    server.status = 503;
    const { status } = await start(['connect', server.url, ...QUICK]).result;
    expect([status, server.requests.length]).toEqual([3, 1]);
  });
});
