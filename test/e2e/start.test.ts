import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/folders.mjs';
import { temporaryFolder } from '../support/folders.ts';
import { panelFrame } from './support/window.ts';

// `npm start` as a process. The port of the examples is taken for all of it, so that it must find another.

const taken: Server = createServer();
let temporary: string;
let tools: string;
let child: ChildProcess | undefined;
let said = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    // A port that another program uses is just as good.
    taken.once('error', () => resolve());
    taken.listen(8080, '127.0.0.1', resolve);
  });
});
afterAll(() => taken.close());
beforeEach(async () => {
  temporary = await temporaryFolder();
  tools = await temporaryFolder();
});
afterEach(() => child?.kill('SIGKILL'));

/** A command that comes first on the PATH and writes its arguments to a file, one per line. */
async function tool(name: string, body = ''): Promise<string> {
  const file = join(tools, `${name}.arguments`);
  await writeFile(join(tools, name), `#!/bin/sh\n${body}\nprintf '%s\\n' "$@" > ${file}\n`);
  await chmod(join(tools, name), 0o755);
  return file;
}

function startCommand(...args: string[]): Promise<number | null> {
  said = '';
  const started = spawn(process.execPath, ['scripts/start.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${tools}${delimiter}${process.env.PATH}`,
      TMPDIR: temporary,
      DISPLAY: ':none',
    },
  });
  child = started;
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve) => started.once('close', resolve));
}

const says = (pattern: RegExp): Promise<void> =>
  expect.poll(() => said, { timeout: 60_000 }).toMatch(pattern);

/** The address after `name: ` in the output. */
function address(name: string): string {
  const found = new RegExp(`^${name}: (\\S+)$`, 'm').exec(said)?.[1];
  expect(found, said).toBeDefined();
  return found!;
}

/** Processes that were started with the temporary folder of this start among their arguments. */
async function processes(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(temporary));
}

/** Presses Ctrl+C and expects that nothing is left. */
async function end(ended: Promise<number | null>): Promise<void> {
  const before = said;
  child?.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(said).toBe(before);
  expect(await readdir(temporary)).toEqual([]);
  expect(await processes()).toEqual([]);
  const demo = address('Demo server').replace('ws:', 'http:');
  await expect(fetch(demo)).rejects.toThrow('fetch failed');
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  test('opens a window in the browser in which the first example runs', async () => {
    const opened = await tool('xdg-open');
    const ended = startCommand('--browser');
    await says(/^Ready after [\d.]+ s \(.*build [\d.]+ s.*\)\. Ctrl\+C ends it all\.$/m);
    for (const step of ['npm packages', 'build', 'demo server', 'VS Code server'])
      expect(said).toMatch(new RegExp(`^✓ ${step} [\\d.]+ s$`, 'm'));
    const { port } = new URL(address('Demo server'));
    expect(said).toContain(`Port 8080 is in use: VS Code opens a copy of the examples with port ${port}.`);
    expect(await readFile(opened, 'utf8')).toBe(`${address('VS Code')}\n`);

    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.goto(address('VS Code'));
      const send = page.locator('.monaco-editor .codelens-decoration').getByText('Send').first();
      const panels = page.locator('iframe.webview');
      // VS Code draws its lenses more than once: a click on one that is just being replaced is lost.
      while ((await panels.count()) === 0) {
        await send.click({ timeout: 60_000 });
        await panels.waitFor({ timeout: 5_000 }).catch(() => undefined);
      }
      const panel = panelFrame(page);
      await panel.locator('duplex-header').getByTitle(`ws://localhost:${port}/echo`).waitFor();
      await panel.locator('#row-2').getByText('"hello"').waitFor();
      await page.screenshot({ path: join(root, '.test-output/screenshots/start.png') });
      await says(/^A window is open, [\d.]+ s after the start\.$/m);
      expect((await processes()).length).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
    await end(ended);
  });

  test('opens the desktop VS Code if there is one', async () => {
    const given = await tool('code', 'if [ "$1" = --version ]; then echo 1.150.0; exit; fi');
    const ended = startCommand();
    await says(/^Ready after [\d.]+ s \(.*\)\. Ctrl\+C ends the demo server\.$/m);
    const [development, newWindow, folder, file, ...rest] = (await readFile(given, 'utf8')).split('\n');
    expect([development, newWindow, ...rest]).toEqual([
      `--extensionDevelopmentPath=${root}`,
      '--new-window',
      '',
    ]);
    expect(file).toBe(join(folder!, '1-first-message.ws'));
    const { port } = new URL(address('Demo server'));
    expect(await readFile(file!, 'utf8')).toContain(`WEBSOCKET ws://localhost:${port}/echo`);
    expect(said).not.toContain('VS Code server');
    await end(ended);
  });

  test.each([
    [
      'too old',
      'if [ "$1" = --version ]; then echo 1.102.9; exit; fi',
      /code" is VS Code 1\.102, older than/,
    ],
    ['broken', 'exit 1', /code" does not run here: VS Code 1\.139 will open in the browser\./],
    [
      'not able to open a window',
      'if [ "$1" = --version ]; then echo 1.150.0; exit; fi; exit 1',
      /code" could not open a window: VS Code 1\.139 will open in the browser\./,
    ],
  ])('opens VS Code in the browser if the desktop one is %s', async (_, body, reason) => {
    await tool('code', body);
    await tool('xdg-open');
    const ended = startCommand();
    await says(/^Ready after .* Ctrl\+C ends it all\.$/m);
    expect(said).toMatch(reason);
    address('VS Code');
    await end(ended);
  });

  test('explains what to do if no browser can be opened', async () => {
    await tool('xdg-open', 'exit 3');
    const named = process.env.CHROMIUM;
    process.env.CHROMIUM = join(tools, 'none');
    try {
      const ended = startCommand('--browser');
      await says(/^Ready after/m);
      expect(said).toContain('set it to the path of a Chromium. Then open that address in it.');
      await end(ended);
    } finally {
      if (named === undefined) delete process.env.CHROMIUM;
      else process.env.CHROMIUM = named;
    }
  });
});
