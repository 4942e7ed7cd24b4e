import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/debianServer.ts';
import { endAll } from './cliProcess.ts';
import { contentOf, requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder;
afterEach(() => {
  endAll();
  folder.remove();
});

/** A server that answers a ping with its name. */
const serve = (port: number, path: string, name: string): string =>
  `### ${name}\nSERVE ws://127.0.0.1:${port}/${path}\n\n=== on-message\n# @where $.op == "ping"\n{"pong": "${name}"}\n\n`;

/** A request that expects this answer. */
const ping = (port: number, path: string, name: string): string =>
  `### ping ${name}\nWEBSOCKET ws://127.0.0.1:${port}/${path}\n\n{"op": "ping"}\n=== wait-for-server\n# @expect $.pong == "${name}"\n\n`;

/** Fails unless the port can be listened at. */
async function listenAt(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

describe('duplex run --serve', () => {
  test.each([[[]], [['--together']]])('serves the blocks of a file for its requests: %j', async (more) => {
    const port = await freePort();
    folder = requestFolder({
      'a.ws': serve(port, 'a', 'A') + serve(port, 'b', 'B') + ping(port, 'a', 'A') + ping(port, 'b', 'B'),
    });
    const { status, stdout, stderr } = await folder.duplex(['run', 'a.ws', '--serve', ...more]);
    expect(stderr).toBe('');
    // Side by side, either may end first.
    expect(stdout.match(/✓ ping ./g)?.sort()).toEqual(['✓ ping A', '✓ ping B']);
    expect(stdout).toMatch(/^a\.ws\n(?: {2}✓ .*\n){2}\n2 passed \(.*\)\n$/);
    expect(status).toBe(0);
    await listenAt(port);
  });

  test('does not serve without the option', async () => {
    const port = await freePort();
    folder = requestFolder({ 'a.ws': serve(port, '', 'A') + ping(port, '', 'A') });
    expect((await folder.duplex(['run', 'a.ws'])).status).toBe(3);
  });

  test('serves all files at one port, each with its own variables, and a proxy before them', async () => {
    const [port, front] = [await freePort(), await freePort()];
    const own = (name: string): string => `@name = ${name}\n\n`;
    folder = requestFolder({
      'a.ws': own('A') + serve(port, 'a', '{{name}}') + ping(port, 'b', 'B'),
      'b.ws': own('B') + serve(port, 'b', '{{name}}') + ping(front, 'a', 'A'),
      'c.ws': `PROXY ws://127.0.0.1:${front} -> ws://127.0.0.1:${port}\n\n` + ping(front, 'b', 'B'),
    });
    const { status, stdout, stderr } = await folder.duplex(['run', '.', '--serve', '--parallel', '3']);
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(/^3 passed/m);
  });

  test('has the status of the requests, reports the errors of a block, and records the requests only', async () => {
    const port = await freePort();
    const strict = `### strict\nSERVE ws://127.0.0.1:${port}/strict\n\n=== wait-for-client\n# @expect text == "hello"\n\n`;
    folder = requestFolder({ 'a.ws': strict + ping(port, 'strict', 'A') });
    const { status, stdout, stderr } = await folder.duplex(['run', 'a.ws', '--serve', '--record', 'kept']);
    expect(stdout).toMatch(/^0 passed, 1 failed/m);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^duplex: The client at 127\.0\.0\.1:\d+: line 5: .*\n$/);
    expect(readdirSync(`${folder.path}/kept`)).toEqual(['a-1-ping-A']);
  });

  test('leaves a disabled block out', async () => {
    const port = await freePort();
    folder = requestFolder({
      'a.ws':
        serve(port, 'a', 'A') +
        serve(port, 'b', 'B').replace('SERVE', '# @disabled\nSERVE') +
        ping(port, 'b', 'B'),
    });
    const { status, stderr } = await folder.duplex(['run', 'a.ws', '--serve']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('was refused with 404: nothing is served at “/b”. Paths of this server: /a');
  });

  test('a port in use ends it before any request, and frees the ports that it had', async () => {
    const [free, other] = [await freePort(), await freePort()];
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    folder = requestFolder({
      'a.ws': serve(free, 'a', 'A') + ping(free, 'a', 'A'),
      'b.ws': `\n${serve(port, 'b', 'B')}${serve(other, 'c', 'C')}`,
    });
    expect(await folder.duplex(['run', '.', '--serve'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `duplex: b.ws:3:1 error call.invalid Port ${port} is in use; pick another one, or 0 for any that is free.\n`,
    });
    await listenAt(free);
  });

  test.each([
    [
      'an unknown variable',
      'SERVE ws://127.0.0.1:{{port}}/\n',
      /^duplex: b\.ws:1:\d+ error variable\.unknown /,
    ],
    [
      'a path that is served twice',
      'SERVE ws://127.0.0.1:9999/\n###\nSERVE ws://127.0.0.1:9999/\n',
      /^duplex: b\.ws:3:1 error call\.invalid Two blocks serve the path \/ /,
    ],
    [
      'a proxy that names a path',
      'PROXY ws://localhost:0/x -> ws://localhost:1\n',
      /^duplex: b\.ws:1:7 error url\.invalid A proxy listens/,
    ],
    ['no block', 'WEBSOCKET ws://127.0.0.1:1\n', /^duplex: There is nothing to serve: .* omit --serve\.\n$/],
  ])('refuses %s with its place', async (_, source, sentence) => {
    folder = requestFolder({ 'b.ws': source });
    const { status, stdout, stderr } = await folder.duplex(['run', 'b.ws', '--serve']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });

  test('stops at an interrupt, and reports', async () => {
    const port = await freePort();
    folder = requestFolder({
      'a.ws': `### A\nSERVE ws://127.0.0.1:${port}/\n\nhello\n\n### ask\nWEBSOCKET ws://127.0.0.1:${port}/\n\n=== wait-for-server\n=== wait-for-server\n# @within 600s\n`,
    });
    const running = folder.start(['run', 'a.ws', '--serve', '--record', 'kept']);
    // The request has its first message, and waits for one that does not come.
    await expect
      .poll(() => contentOf(`${folder.path}/kept`).includes('hello'), {
        timeout: 30_000,
      })
      .toBe(true);
    running.child.kill('SIGINT');
    const { status, stdout } = await running.result;
    expect(status).toBe(1);
    expect(stdout).toContain('ask');
    await listenAt(port);
  });

  test('with --watch the blocks start again with each run, also after one that could not listen', async () => {
    const port = await freePort();
    const file = (name: string): string => serve(port, '', name) + ping(port, '', name);
    folder = requestFolder({ 'a.ws': file('one') });
    const running = folder.start(['run', 'a.ws', '--serve', '--watch']);
    await running.prints(/✓ ping one[^]*^1 passed/m);
    folder.write('a.ws', file('two').replace('SERVE ws://127.0.0.1', 'SERVE ws://{{nowhere}}'));
    await expect.poll(running.stderr, { timeout: 30_000 }).toMatch(/a\.ws:2:\d+ error variable\.unknown/);
    folder.write('a.ws', file('two'));
    await running.prints(/✓ ping two[^]*^1 passed/m);
    running.child.kill('SIGINT');
    expect((await running.result).status).toBe(0);
    await listenAt(port);
  });
});
