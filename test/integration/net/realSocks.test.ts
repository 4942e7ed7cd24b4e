import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { freePort, isThere, started } from '../../support/debianServer.ts';
import { duplex, endAll, jsonLines, texts } from '../cliProcess.ts';

// SOCKS5 servers that others wrote, as Debian packages them: microsocks and dante-server.

const microsocks = (...credentials: string[]): Promise<string> =>
  started('microsocks', (port) => Promise.resolve(['-i', '127.0.0.1', '-p', String(port), ...credentials]));

function dante(): Promise<string> {
  return started(existsSync('/usr/sbin/danted') ? '/usr/sbin/danted' : 'danted', async (port) => {
    const file = join(await temporaryFolder(), 'danted.conf');
    const { username } = userInfo();
    const any = 'from: 0.0.0.0/0 to: 0.0.0.0/0';
    const lines = [
      `internal: 127.0.0.1 port = ${port}`,
      'external: lo',
      'clientmethod: none',
      'socksmethod: none',
      `user.privileged: ${username}`,
      `user.unprivileged: ${username}`,
      `client pass { ${any} }`,
      `socks pass { ${any} }`,
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return ['-f', file, '-N', '1'];
  });
}

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterAll(() => demo.close());
afterEach(endAll);

const through = (proxy: string, url = `${demo.url}/echo`) =>
  duplex(['connect', url, '--json', '--send', 'hello', '--wait', '300ms', '--proxy', proxy]);

describe.skipIf(!isThere('microsocks'))('microsocks', () => {
  it('connects the built command line', async () => {
    const { stdout, status } = await through(`socks5://${await microsocks()}`);
    expect(texts(stdout, 'in')).toEqual(['hello']);
    expect(status).toBe(0);
  });

  it('accepts user and password, resolves the name, and refuses a wrong password', async () => {
    const proxy = await microsocks('-u', 'me', '-P', 'secret');
    const named = `${demo.url.replace('127.0.0.1', 'localhost')}/echo`;
    expect(texts((await through(`socks5h://me:secret@${proxy}`, named)).stdout, 'in')).toEqual(['hello']);
    const { stdout, status } = await through(`socks5://me:wrong@${proxy}`);
    expect(jsonLines(stdout)[0]).toMatchObject({ kind: 'error', code: 'proxy.auth' });
    expect(status).toBe(3);
  });

  it('reports that nothing listens at the target', async () => {
    const url = `ws://127.0.0.1:${await freePort()}/`;
    const { stdout } = await through(`socks5://${await microsocks()}`, url);
    expect(jsonLines(stdout)[0]).toMatchObject({
      code: 'proxy.unreachable',
      message: expect.stringContaining('the connection was refused') as string,
    });
  });
});

describe.skipIf(!isThere('danted'))('dante', () => {
  it('connects the built command line', async () => {
    const { stdout, stderr, status } = await through(`socks5://${await dante()}`);
    expect(stderr).toBe('');
    expect(texts(stdout, 'in')).toEqual(['hello']);
    expect(status).toBe(0);
  });
});
