import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/folders.mjs';
import { temporaryFolder } from '../../support/folders.ts';

/** A clone in which nothing was installed yet, with a temporary folder of its own. */
async function emptyClone(): Promise<{ clone: string; temporary: string }> {
  const folder = await temporaryFolder();
  const [clone, temporary] = [join(folder, 'clone'), join(folder, 'tmp')];
  await mkdir(clone);
  await mkdir(temporary);
  for (const name of ['scripts', 'package.json', 'package-lock.json', '.npmrc'])
    await cp(join(root, name), join(clone, name), { recursive: true });
  return { clone, temporary };
}

/** A port at which nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startCommand(
  clone: string,
  temporary: string,
  { args = ['--browser'], user }: { args?: string[]; user?: number } = {},
): Promise<{ status: number | null; errors: string }> {
  const child = spawn(process.execPath, [join(clone, 'scripts/start.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user !== undefined && { uid: user, gid: user }),
    env: {
      ...process.env,
      TMPDIR: temporary,
      npm_config_registry: `http://127.0.0.1:${await deadPort()}/`,
    },
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, errors };
}

describe('npm start ends in one sentence', () => {
  it('where the registry cannot be reached, and leaves nothing behind', async () => {
    const { clone, temporary } = await emptyClone();
    const { status, errors } = await startCommand(clone, temporary);
    expect(errors).toMatch(
      /^npm could not fetch .+ from its registry \(ECONNREFUSED\): check the network and npm's settings "registry" and "proxy", then run this again\.\n$/,
    );
    expect(status).toBe(1);
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(join(clone, '.vscode-test'))).toEqual([]);
  });

  it('where its folder cannot be written to', async () => {
    const { clone, temporary } = await emptyClone();
    // For an administrator no folder is closed.
    const user = process.getuid?.() === 0 ? 65_534 : undefined;
    await chmod(join(clone, '..'), 0o755);
    await chmod(temporary, 0o777);
    await chmod(clone, 0o555);
    const { status, errors } = await startCommand(clone, temporary, user === undefined ? {} : { user });
    await chmod(clone, 0o755);
    expect(errors).toMatch(
      /^Nothing can be written to .*clone.* \(EACCES\): give that folder to your user, then run this again\.\n$/,
    );
    expect(status).toBe(1);
  });

  it('where the temporary folder is none', async () => {
    const { clone } = await emptyClone();
    const { status, errors } = await startCommand(clone, join(clone, 'package.json'));
    expect(errors).toMatch(/^Nothing can be written to .*package\.json \(\w+\): give that folder/);
    expect(errors.trimEnd()).not.toContain('\n');
    expect(status).toBe(1);
  });

  it('where it is given an option that it does not have', async () => {
    const { clone, temporary } = await emptyClone();
    const { status, errors } = await startCommand(clone, temporary, { args: ['--window'] });
    expect(errors).toBe('The only option is --browser: "npm start -- --browser" opens no desktop VS Code.\n');
    expect(status).toBe(1);
  });
});
