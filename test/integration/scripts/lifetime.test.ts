import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { run, temporaryFolder as scriptFolder } from '../../../scripts/lib/lifetime.mjs';
import { temporaryFolder } from '../../support/folders.ts';

const lifetime = new URL('../../../scripts/lib/lifetime.mjs', import.meta.url).href;
const node = process.execPath;
/** Stays until it is ended. */
const idle = 'setInterval(() => {}, 1000)';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A zombie still answers to signals: a process is gone when it no longer runs. */
async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !status.slice(status.lastIndexOf(')')).startsWith(') Z');
}

/** A script that starts an idle grandchild in a process group of its own and writes its pid to `file`. */
function parentOfDetached(file: string): string {
  return `
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}], {
      detached: true, stdio: 'ignore',
    });
    require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
    ${idle}`;
}

async function pidIn(file: string): Promise<number> {
  return Number(
    await vi.waitFor(async () => (await readFile(file, 'utf8')) || Promise.reject(new Error()), 5_000),
  );
}

/** Runs a module that uses lifetime.mjs in a Node of its own. */
async function script(
  source: string,
): Promise<{ child: ReturnType<typeof spawn>; ended: Promise<number | null> }> {
  const file = join(await temporaryFolder(), 'script.mjs');
  await writeFile(file, source);
  const child = spawn(node, [file], { stdio: 'ignore' });
  return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

describe('run', () => {
  it('gives the exit status', async () => {
    expect(await run(node, ['-e', 'process.exit(3)'])).toMatchObject({ status: 3, timedOut: false });
  });

  it('returns the output of the command on request', async () => {
    const speak = 'console.log("näh"); console.error("oh")';
    expect(await run(node, ['-e', speak], { stdio: ['ignore', 'pipe', 'pipe'] })).toEqual({
      status: 0,
      timedOut: false,
      output: 'näh\n',
      errors: 'oh\n',
    });
  });

  it('gives no status for a command that does not exist', async () => {
    const complaint = vi.spyOn(console, 'error').mockReturnValue();
    expect(await run(join(await temporaryFolder(), 'missing'), [])).toMatchObject({
      status: undefined,
      timedOut: false,
    });
    expect(complaint).toHaveBeenCalledWith(expect.stringContaining('could not be started'));
  });

  it('ends all that descends from a command whose time is over, other process groups included', async () => {
    const file = join(await temporaryFolder(), 'pid');
    const { timedOut } = await run(node, ['-e', parentOfDetached(file)], { timeout: 1_500, stdio: 'ignore' });
    expect(timedOut).toBe(true);
    expect(await isRunning(await pidIn(file))).toBe(false);
  });

  it('ends a command that ignores the request to end', async () => {
    const deaf = `process.on('SIGTERM', () => {}); ${idle}`;
    expect(await run(node, ['-e', deaf], { timeout: 500 })).toMatchObject({
      status: undefined,
      timedOut: true,
    });
  });
});

describe('a process that starts children', () => {
  it('takes them along when it exits without having ended them', async () => {
    const file = join(await temporaryFolder(), 'pid');
    const { ended } = await script(`
      import { existsSync } from 'node:fs';
      import { start } from '${lifetime}';
      start(process.execPath, ['-e', ${JSON.stringify(parentOfDetached(file))}], { stdio: 'ignore' });
      setInterval(() => existsSync(${JSON.stringify(file)}) && process.exit(5), 20);`);
    expect(await ended).toBe(5);
    await vi.waitFor(async () => expect(await isRunning(await pidIn(file))).toBe(false), 5_000);
  });

  it.skipIf(process.platform === 'win32')(
    'stops at Ctrl+C, starts nothing more, and says so by its status',
    async () => {
      const folder = await temporaryFolder();
      const [file, next] = [join(folder, 'pid'), join(folder, 'next')];
      const { child, ended } = await script(`
      import { endOnSignals, run } from '${lifetime}';
      endOnSignals();
      await run(process.execPath, ['-e', ${JSON.stringify(parentOfDetached(file))}], { stdio: 'ignore' });
      await run(process.execPath, ['-e', 'require("node:fs").writeFileSync(${JSON.stringify(next)}, "")']);`);
      const grandchild = await pidIn(file);
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(await isRunning(grandchild)).toBe(false);
      expect(existsSync(next)).toBe(false);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'ends when npm is ended, and the shell that npm ran it in',
    async () => {
      const file = join(await temporaryFolder(), 'pid');
      const orphaned = join(await temporaryFolder(), 'orphaned.mjs');
      await writeFile(
        orphaned,
        `
      import { writeFileSync } from 'node:fs';
      import { endOnSignals } from '${lifetime}';
      endOnSignals();
      writeFileSync(${JSON.stringify(file)}, String(process.pid));
      ${idle}`,
      );
      const { child, ended } = await script(`
      import { spawn } from 'node:child_process';
      spawn(process.execPath, [${JSON.stringify(orphaned)}], {
        stdio: 'ignore', env: { ...process.env, npm_lifecycle_event: 'start' },
      });
      ${idle}`);
      const orphan = await pidIn(file);
      expect(await isRunning(orphan)).toBe(true);
      child.kill('SIGKILL');
      await ended;
      await vi.waitFor(async () => expect(await isRunning(orphan)).toBe(false), 10_000);
    },
  );

  it('removes its temporary folders when it exits', async () => {
    const file = join(await temporaryFolder(), 'name');
    const { ended } = await script(`
      import { writeFileSync } from 'node:fs';
      import { temporaryFolder } from '${lifetime}';
      const { folder } = await temporaryFolder('duplex-test-');
      writeFileSync(folder + '/content', '');
      writeFileSync(${JSON.stringify(file)}, folder);
      process.exit();`);
    await ended;
    const folder = await readFile(file, 'utf8');
    expect(folder).toContain('duplex-test-');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a temporary folder', () => {
  it('is new, and is removed with what is in it', async () => {
    const [one, two] = await Promise.all([scriptFolder('duplex-test-'), scriptFolder('duplex-test-')]);
    expect(one.folder).not.toBe(two.folder);
    await mkdir(join(one.folder, 'below'));
    await Promise.all([one.remove(), two.remove()]);
    await expect(stat(one.folder)).rejects.toThrow('ENOENT');
  });
});

describe('endWithParent', () => {
  it('ends a server whose parent was killed', async () => {
    const preload = new URL('../../../scripts/lib/endWithParent.mjs', import.meta.url).href;
    const file = join(await temporaryFolder(), 'pid');
    const { child, ended } = await script(`
      import { spawn } from 'node:child_process';
      import { writeFileSync } from 'node:fs';
      const args = ['--import', '${preload}', '-e', ${JSON.stringify(idle)}];
      const server = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] });
      writeFileSync(${JSON.stringify(file)}, String(server.pid));
      ${idle};`);
    const server = await pidIn(file);
    child.kill('SIGKILL');
    await ended;
    await vi.waitFor(async () => expect(await isRunning(server)).toBe(false), 5_000);
  });

  it('is not inherited by what the server forks', async () => {
    const preload = new URL('../../../scripts/lib/endWithParent.mjs', import.meta.url).href;
    const folder = await temporaryFolder();
    const [server, forked, seen] = [
      join(folder, 'server.mjs'),
      join(folder, 'forked.mjs'),
      join(folder, 'seen'),
    ];
    await writeFile(server, `import { fork } from 'node:child_process'; fork(${JSON.stringify(forked)});`);
    const report = `JSON.stringify(process.execArgv)`;
    await writeFile(
      forked,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(seen)}, ${report});`,
    );
    const child = spawn(node, ['--import', preload, '--no-warnings', server], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(JSON.parse(await readFile(seen, 'utf8'))).toEqual(['--no-warnings']);
  });

  it('lets a server end on its own', async () => {
    const preload = new URL('../../../scripts/lib/endWithParent.mjs', import.meta.url).href;
    const child = spawn(node, ['--import', preload, '-e', ''], { stdio: ['pipe', 'ignore', 'ignore'] });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });
});
