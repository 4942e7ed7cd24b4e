import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOnPath } from '../../../scripts/lib/findOnPath.mjs';
import { temporaryFolder } from '../../support/folders.ts';

const chromium = new URL('../../../scripts/lib/chromium.mjs', import.meta.url).href;
const INSTALL = 'apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core fonts-liberation';
// script(1) of util-linux gives a process a terminal.
const terminal = process.platform === 'linux' ? findOnPath('script') : undefined;

interface Machine {
  /** The user id; by default 1000, a user without rights. */
  readonly user?: number;
  /** The input at the terminal; if undefined, there is no terminal. */
  readonly typed?: string;
  readonly hasApt?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs ensureChromium() where no Chromium is on PATH; answers what it said and which commands it ran. */
async function ensure({ user = 1000, typed, hasApt = true, env }: Machine) {
  const folder = await temporaryFolder();
  const ran = join(folder, 'ran');
  const tool = async (name: string, body: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${ran}\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  };
  await writeFile(ran, '');
  await tool('sudo', '"$@"');
  const file = join(folder, 'chromium');
  if (hasApt)
    await tool(
      'apt-get',
      `case "$*" in *install*) echo > ${file}; /bin/chmod 755 ${file};; *) exit 100;; esac`,
    );
  const script = join(folder, 'script.mjs');
  await writeFile(
    script,
    `import { ensureChromium } from '${chromium}';
    process.getuid = () => ${user};
    await ensureChromium().then((path) => console.log('found ' + path), ({ message }) => console.log(message));`,
  );
  const command: [string, string[]] =
    typed === undefined
      ? [process.execPath, [script]]
      : [terminal!, ['-qefc', `${process.execPath} ${script}`, '/dev/null']];
  const child = spawn(...command, { env: { PATH: folder, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  let answer = typed;
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    if (answer === undefined || !said.includes('[y/N]')) return;
    child.stdin.write(answer);
    answer = undefined;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return { said, ran: (await readFile(ran, 'utf8')).split('\n').slice(0, -1), file };
}

describe.skipIf(process.platform !== 'linux')('where there is no Chromium', () => {
  it('a user without rights and without a terminal gets the command to run, and nothing runs', async () => {
    const { said, ran } = await ensure({});
    expect(said).toBe(`No Chromium was found: run "sudo ${INSTALL}", or set CHROMIUM to the path of one.\n`);
    expect(ran).toEqual([]);
  });

  it.skipIf(!terminal)('somebody without rights is asked, and may say no', async () => {
    const { said, ran } = await ensure({ typed: '\r' });
    expect(said).toContain(`Run "sudo ${INSTALL}"? [y/N]`);
    expect(said).toContain(`No Chromium was found: run "sudo ${INSTALL}"`);
    expect(ran).toEqual([]);
  });

  it.skipIf(!terminal)('somebody without rights is asked, and may say yes', async () => {
    const { said, ran, file } = await ensure({ typed: 'y\r' });
    expect(ran).toEqual(['sudo apt-get -qq update', 'apt-get -qq update', `sudo ${INSTALL}`, INSTALL]);
    expect(said).toContain(`found ${file}`);
  });

  it('an administrator is not asked', async () => {
    const { said, ran, file } = await ensure({ user: 0 });
    expect(ran).toEqual(['apt-get -qq update', INSTALL]);
    expect(said).toContain(`found ${file}`);
  });

  it('a system without apt gets the advice to install one', async () => {
    expect((await ensure({ hasApt: false })).said).toBe(
      'No Chromium was found: install Chrome, Edge or Chromium, or set CHROMIUM to the path of one.\n',
    );
  });

  it('a wrong CHROMIUM is named', async () => {
    expect((await ensure({ env: { CHROMIUM: '/nowhere/chromium' } })).said).toBe(
      'CHROMIUM names /nowhere/chromium, which is not there: set it to the path of a Chromium.\n',
    );
  });
});
