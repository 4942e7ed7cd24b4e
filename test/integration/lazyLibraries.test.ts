import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LIBRARIES } from '../../scripts/lib/lazyLibraries.mjs';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { temporaryFolder } from '../support/folders.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { startSocksServer } from '../support/socksServer.ts';
import { duplex, endAll, jsonLines, start, texts } from './cliProcess.ts';

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterAll(() => demo.close());
afterEach(endAll);

/** A use of each library through the built command line, which loads it from its own file. */
const USES: Readonly<Record<string, () => Promise<void>>> = {
  async socks() {
    const proxy = await startSocksServer('me:secret');
    onTestFinished(() => proxy.close());
    const { status, stdout, stderr } = await duplex([
      ...['connect', `${demo.url}/echo`, '--json', '--send', 'hello', '--wait', '200ms'],
      ...['--proxy', proxy.url.replace('//', '//me:secret@')],
    ]);
    expect(stderr).toBe('');
    expect(texts(stdout, 'in')).toEqual(['hello']);
    expect(proxy.asked).toEqual([`127.0.0.1:${demo.port}`]);
    expect(status).toBe(0);
  },
  async 'tough-cookie'() {
    const { url } = await rawServer((socket, request) => {
      const hasCookie = /^Cookie: sid=1\r$/m.test(request);
      if (hasCookie) socket.end(switching(request));
      else socket.end('HTTP/1.1 302 x\r\nSet-Cookie: sid=1\r\nLocation: /\r\nContent-Length: 0\r\n\r\n');
    });
    const { stdout } = await duplex(['connect', url, '--json']);
    expect(jsonLines(stdout).find(({ kind }) => kind === 'open')).toMatchObject({ status: 101 });
  },
  async ajv() {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.json'), JSON.stringify({ type: 'object', required: ['id'] }));
    const request = (body: string): string =>
      `WEBSOCKET ${demo.url}/echo\n\n${body}\n=== wait-for-server\n# @expect $ schema ./text.json\n`;
    await writeFile(join(folder, 'valid.ws'), request('{"id":1}'));
    await writeFile(join(folder, 'invalid.ws'), request('{"no":1}'));
    const run = (name: string) => duplex(['run', join(folder, name)]);
    const [valid, invalid] = [await run('valid.ws'), await run('invalid.ws')];
    expect([valid.status, invalid.status]).toEqual([0, 1]);
    expect(invalid.stdout).toContain('id');
  },
  async chokidar() {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.ws');
    const text = (word: string): string =>
      `### ${word}\nWEBSOCKET ${demo.url}/echo\n\nhello\n=== wait-for-server\n# @expect text == "hello"\n`;
    await writeFile(path, text('first'));
    const running = start(['run', path, '--watch']);
    await running.prints(/first[^]*1 passed/);
    await writeFile(path, text('second'));
    await running.prints(/second[^]*1 passed/);
    running.child.kill('SIGINT');
    expect((await running.result).status).toBe(0);
  },
  async fflate() {
    const har = JSON.stringify({
      log: { entries: [{ request: { url: 'ws://h.test/a' }, _webSocketMessages: [] }] },
    });
    const path = join(await temporaryFolder(), 'a.har.zip');
    await writeFile(path, zipSync({ 'har.har': new TextEncoder().encode(har) }));
    const { status, stdout } = await duplex(['import', path]);
    expect(stdout).toContain('WEBSOCKET ws://h.test/a\n');
    expect(status).toBe(0);
  },
  async protobuf() {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.proto'), 'syntax = "proto3"; message A { int32 n = 1; }');
    const path = join(folder, 'a.ws');
    await writeFile(
      path,
      `WEBSOCKET ${demo.url}/echo\n\n# @encode protobuf A from a.proto\n{"n": 150}\n=== wait-for-server\n# @expect kind == "binary"\n# @expect size == 3\n`,
    );
    const { status, stdout } = await duplex(['run', path]);
    expect(stdout).toContain('1 passed');
    expect(status).toBe(0);
  },
  async 'self-signed'() {
    const running = start(['serve', '--tls', '--port', '0']);
    await running.prints(/^wss:/);
  },
  async yaml() {
    const path = join(await temporaryFolder(), 'Ticks.request.yaml');
    await writeFile(path, '$kind: websocket-request\nurl: wss://ticks.test/a\n');
    const { status, stdout } = await duplex(['import', path]);
    expect(stdout).toContain('WEBSOCKET wss://ticks.test/a\n');
    expect(status).toBe(0);
  },
};

describe('a library that is loaded on its first use', () => {
  it.each(Object.keys(LIBRARIES))('works in the built command line: %s', async (name) => {
    const use = USES[name];
    expect(use, `write a use of ${name} here, and in test/vscode/suite/libraries.test.ts`).toBeDefined();
    await use!();
  });
});
