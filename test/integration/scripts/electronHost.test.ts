import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { electronHost } from '../../../scripts/lib/electronHost.mjs';
import { temporaryFolder } from '../../support/folders.ts';

const RELEASE = '1.139.1';
const module = new URL('../../../scripts/lib/electronHost.mjs', import.meta.url).href;

afterEach(() => vi.unstubAllEnvs());

async function executable(file: string, body: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
}

/** A folder of downloads in which that VS Code is a shell script. */
async function cacheWith(body: string): Promise<{ cache: string; executable: string }> {
  const cache = await temporaryFolder();
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const folder = join(cache, `vscode-linux-${arch}-${RELEASE}`);
  await mkdir(folder);
  await writeFile(join(folder, 'is-complete'), '');
  await executable(join(folder, 'code'), body);
  return { cache, executable: join(folder, 'code') };
}

/** Runs the host on made-up paths; answers how it ended and what it logged. */
async function runHost(cache: string, { timeout = 20_000, env = {} } = {}) {
  const lines: string[] = [];
  const how = await electronHost(cache)({
    version: '1.139',
    extension: '/the/extension',
    tests: '/the/tests/index.js',
    folder: '/the/workspace',
    env,
    log: (line) => lines.push(line),
    timeout,
  });
  return { how, lines };
}

describe.skipIf(process.platform !== 'linux')('the desktop host', () => {
  it('starts the VS Code that is downloaded, with the tests, in a profile of its own', async () => {
    vi.stubEnv('DISPLAY', ':none');
    const { cache } = await cacheWith('printf "%s\\n" "$@"; echo "[test] $RESULTS" >&2; exit 7');
    const { how, lines } = await runHost(cache, { env: { RESULTS: 'to here' } });
    expect(how).toBe('status 7');
    expect(lines).toContain('[test] to here');
    expect(lines).toContain('/the/workspace');
    expect(lines).toContain('--extensionDevelopmentPath=/the/extension');
    expect(lines).toContain('--extensionTestsPath=/the/tests/index.js');
    expect(lines).toContain('--disable-workspace-trust');
    const data = lines.find((line) => line.startsWith('--user-data-dir='))!.split('=')[1]!;
    expect(data).toContain('duplex-vscode-');
    expect(existsSync(join(data, '..'))).toBe(false);
  });

  it('ends a VS Code that takes too long', async () => {
    vi.stubEnv('DISPLAY', ':none');
    const { cache } = await cacheWith('echo $$; exec sleep 60');
    const { how, lines } = await runHost(cache, { timeout: 1_000 });
    expect(how).toBe('not done after 1 s');
    expect(existsSync(`/proc/${lines[0]}`)).toBe(false);
  });

  it('gives it a screen if there is none and if it can', async () => {
    for (const name of ['DISPLAY', 'WAYLAND_DISPLAY']) vi.stubEnv(name, '');
    const tools = await temporaryFolder();
    vi.stubEnv('PATH', tools);
    const { cache, executable: code } = await cacheWith('echo started');
    await expect(runHost(cache)).rejects.toThrow(
      'There is no screen: run "sudo apt-get install xvfb" first, or run "npm run test:vscode", ' +
        'which takes VS Code from the npm registry and needs no screen.',
    );
    const given = join(tools, 'given');
    await executable(join(tools, 'xvfb-run'), `printf '%s\\n' "$1" "$2" > ${given}; shift; exec "$@"`);
    expect(await runHost(cache)).toEqual({ how: 'status 0', lines: ['started'] });
    expect(await readFile(given, 'utf8')).toBe(`--auto-servernum\n${code}\n`);
  });

  it('says in one sentence that VS Code could not be downloaded, and what to do', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const script = `
      import { electronHost } from '${module}';
      const run = { version: '1.139', extension: '', tests: '', folder: '', env: {}, log() {}, timeout: 1 };
      await electronHost(${JSON.stringify(await temporaryFolder())})(run).catch(({ message }) => console.error(message));`;
    const errors = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        ['--input-type=module', '-e', script],
        {
          // The package reads its proxy once, when it is loaded.
          env: { ...process.env, DISPLAY: ':none', npm_config_https_proxy: `http://127.0.0.1:${port}` },
        },
        (_, __, stderr) => resolve(stderr),
      ),
    );
    server.close();
    expect(errors).toMatch(
      /^VS Code 1\.139\.1 could not be downloaded \(.+\): check the network and npm's setting "https-proxy", or run "npm run test:vscode", .*\.\n$/,
    );
  });
});
