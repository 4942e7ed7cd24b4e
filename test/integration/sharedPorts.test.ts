import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../support/debianServer.ts';
import { servers, run, given, answer, refuses, echo } from './servingWindow.ts';

vi.mock('vscode', () => import('../unit/vscode/support/fakeVscode.ts'));

/** Where the name is that of ::1, it is another port. */
const isSame = (await lookup('localhost')).address === '127.0.0.1';

describe('blocks that share a port by their paths', () => {
  const serve = run['duplex.serve']!;
  const ENDS = 10_000;
  let port: number;

  beforeEach(async () => (port = await freePort()));

  const at = (path: string): string => `ws://127.0.0.1:${port}${path}`;
  const file = (...blocks: string[]): string =>
    blocks.map((block) => `${echo(`SERVE ${block}`)}`).join('### next\n');
  const lineOf = (text: string, path: string): number =>
    text.split('\n').findIndex((line) => line.startsWith('SERVE') && line.endsWith(path));
  const listed = (): string[] => servers.all.map(({ url }) => url);

  /** The status that a client is refused with. */
  async function refusal(url: string): Promise<string> {
    const client = new WebSocket(url);
    const [error] = (await once(client, 'error')) as [Error];
    return error.message;
  }

  test('are all served, each with its own clients', async () => {
    const uri = given('/two.ws', file(at('/a'), at('/b')));
    expect(await serve(uri)).toEqual([at('/a'), at('/b')]);
    expect(await answer(at('/a'), 'one')).toBe('one');
    expect(await answer(at('/b'), 'two')).toBe('two');
    expect(await answer(at('/b'), 'three')).toBe('three');
    expect(servers.all.map(({ sessions }) => sessions.length)).toEqual([1, 2]);
    expect(servers.all.map(({ fired }) => [...fired.values()])).toEqual([[1], [2]]);
  });

  test('start and stop one by one: the others keep their port and their clients', async () => {
    const text = file(at('/a'), at('/b'));
    const uri = given('/two.ws', text);
    expect(await serve(uri, lineOf(text, '/a'))).toEqual([at('/a')]);
    expect(await refusal(at('/b'))).toMatch(/404/);
    const kept = new WebSocket(at('/a'));
    await once(kept, 'open');
    expect(await serve(uri, lineOf(text, '/b'))).toEqual([at('/b')]);
    expect(await answer(at('/b'), 'hello')).toBe('hello');

    const left = new WebSocket(at('/b'));
    await once(left, 'open');
    const closed = once(left, 'close');
    await run['duplex.stopServer']!(uri, lineOf(text, '/b'));
    expect((await closed)[0]).toBe(1001);
    expect(listed()).toEqual([at('/a')]);
    expect(await refusal(at('/b'))).toMatch(/404/);
    kept.send('still here');
    expect(String((await once(kept, 'message'))[0])).toBe('still here');

    // The block that opened the port leaves first.
    await serve(uri, lineOf(text, '/b'));
    await run['duplex.stopServer']!(uri, lineOf(text, '/a'));
    expect(await refusal(at('/a'))).toMatch(/404/);
    expect(await answer(at('/b'), 'alone')).toBe('alone');
    await run['duplex.stopServer']!(uri, lineOf(text, '/b'));
    await refuses(at('/b'));
    expect(await serve(uri)).toEqual([at('/a'), at('/b')]);
  });

  test('may be of several files, and start at the same moment', async () => {
    const files = ['/a', '/b', '/c'].map((path) => given(`${path}.ws`, file(at(path))));
    expect(await Promise.all(files.map((uri) => serve(uri)))).toEqual([[at('/a')], [at('/b')], [at('/c')]]);
    for (const path of ['/a', '/b', '/c']) expect(await answer(at(path), path)).toBe(path);
  });

  test('list a client without a path of theirs below the block that has listened longest', async () => {
    await serve(given('/two.ws', file(at('/a'), at('/b'))));
    await refusal(at('/elsewhere'));
    await expect.poll(() => servers.all[0]!.refused[0]?.status, { timeout: ENDS }).toBe(404);
    expect(servers.all[0]!.refused[0]!.reason).toContain('Paths of this server: /a, /b');
    expect(servers.all[1]!.refused).toEqual([]);
    await servers.stop(servers.all[0]!);
    await refusal(at('/elsewhere'));
    await expect.poll(() => servers.all[0]!.refused[0]?.reason, { timeout: ENDS }).toMatch(/server: \/b$/);
  });

  test('cannot have one path, nor differ in TLS, and disturb no other', async () => {
    await serve(given('/a.ws', file(at('/a'))));
    await expect(serve(given('/again.ws', file(at('/a'))))).rejects.toThrow(/Two blocks serve the path \/a /);
    await expect(serve(given('/tls.ws', file(at('/b').replace('ws:', 'wss:'))))).rejects.toThrow(
      `The blocks at port ${port} differ in TLS`,
    );
    expect(listed()).toEqual([at('/a')]);
    expect(await answer(at('/a'), 'hello')).toBe('hello');
    expect(await refusal(at('/b'))).toMatch(/404/);
  });

  const named = (path: string): string => at(path).replace('127.0.0.1', 'localhost');

  test.runIf(isSame)('must name one host, and disturb no other', async () => {
    await serve(given('/a.ws', file(named('/a'))));
    await expect(serve(given('/b.ws', file(at('/b'))))).rejects.toThrow(
      `Port ${port} is open for localhost, and this block asks for 127.0.0.1: blocks share a port if they name the same host, so write localhost here, too.`,
    );
    expect(await answer(at('/a'), 'hello')).toBe('hello');
    expect(await serve(given('/b.ws', file(named('/b'))))).toEqual([named('/b')]);
    expect(await answer(at('/b'), 'hello')).toBe('hello');
  });

  test.runIf(isSame)('say that another program has the port, whatever hosts they name', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const files = [named('/a'), at('/b')].map((url) => given(`${url.slice(-1)}.ws`, file(url)));
    const results = await Promise.allSettled(files.map((uri) => serve(uri)));
    const problems = results.map((result) => String((result as PromiseRejectedResult).reason));
    for (const problem of problems) expect(problem).toContain(`Port ${port} is in use`);
    await new Promise((resolve) => other.close(resolve));
  });

  test('all fail at a port that another program has, and start when it is free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const files = ['/a', '/b'].map((path) => given(`${path}.ws`, file(at(path))));
    const results = await Promise.allSettled(files.map((uri) => serve(uri)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(servers.all).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    for (const uri of files) expect(await serve(uri)).toHaveLength(1);
    expect(await answer(at('/b'), 'hello')).toBe('hello');
  });

  test('share one certificate that is made for them', async () => {
    const secure = (path: string): string => at(path).replace('ws:', 'wss:');
    expect(await serve(given('/two.ws', file(secure('/a'), secure('/b'))))).toEqual([
      secure('/a'),
      secure('/b'),
    ]);
    const [a, b] = servers.all;
    expect(a!.certificate).toBeDefined();
    expect(a!.certificate).toEqual(b!.certificate);
    const client = new WebSocket(secure('/b'), { ca: b!.certificate!.pem });
    await once(client, 'open');
    client.terminate();
  });
});
