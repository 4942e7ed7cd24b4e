import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/lib/folders.mjs';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { temporaryFolder } from '../support/folders.ts';
import { targets } from './support/targets.ts';
import {
  connectTo,
  openWindow,
  panelFrame,
  quickPickRow,
  runCommand,
  typeUrl,
  view,
} from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { draftText } from './webview/support/inPage.ts';

// The main job, with the build under development and with the package that users install, which must not differ.
// One window for each: every test goes on where the one before it stopped, as a user does.

const MESSAGE = '{"op":"subscribe","big":12345678901234567890,"price":1.0,"list":[true,null]}';
const PRETTY = [
  '{',
  '  "op": "subscribe",',
  '  "big": 12345678901234567890,',
  '  "price": 1.0,',
  '  "list": [',
  '    true,',
  '    null',
  '  ]',
  '}',
];

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
});
afterAll(() => server.close());

/** The fonts of a page's document. */
interface Fonts {
  readonly ready: Promise<unknown>;
  check(font: string): boolean;
  [Symbol.iterator](): Iterator<{ readonly family: string; readonly status: string }>;
}

/** The row of the timeline with this number. */
function row(panel: FrameLocator, seq: number): Locator {
  return panel.locator(`#row-${seq}`);
}

async function connectByPalette(url: string): Promise<FrameLocator> {
  await connectTo(page, url);
  return panelFrame(page);
}

async function notification(text: string | RegExp): Promise<void> {
  await page.locator('.notification-toast').filter({ hasText: text }).first().waitFor();
}

describe.each(targets.map((target) => [target.name, target] as const))('with %s', (_, target) => {
  beforeAll(async () => {
    window = await openWindow(target);
    page = window.page;
  });
  afterAll(() => window?.dispose());

  test('the first button of the empty Sessions view starts a session with a first message and its answer', async () => {
    await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
    await page.locator('.sidebar').getByText('Start Demo Server and Connect').click();
    await row(panelFrame(page), 2).getByText('"hello"').waitFor();
    const session = view(page, 'Sessions').locator('.monaco-list-row').filter({ hasText: 'Demo: echo' });
    await session.getByText('↓ 1 ↑ 1').waitFor();
    await session.hover();
    await session.getByRole('button', { name: 'Close Session' }).click();
    await page.locator('.sidebar').getByText('Start Demo Server and Connect').waitFor();
    await page.locator('.tab').getByText('Demo: echo').waitFor({ state: 'detached' });
    await runCommand(page, 'WebSocket: Stop Demo Server');
  });

  test('the input of the palette is checked at every key', async () => {
    await typeUrl(page, 'ws://localhost/#part');
    await page.locator('.quick-input-list').getByText('A WebSocket URL has no #fragment').first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('iframe.webview').count()).toBe(0);
  });

  test('a URL typed into the palette opens a panel that is connected', async () => {
    const url = `${server.url}/echo`;
    const panel = await connectByPalette(url);
    await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
    await panel.locator('duplex-header').getByTitle(url).waitFor();
    await page.locator('.tab').getByText(`127.0.0.1:${server.port}/echo`).waitFor();
  });

  test('the icons of the panel use the font of the extension', async () => {
    const loaded = await panelFrame(page)
      .locator('body')
      .evaluate(async () => {
        const { fonts } = (globalThis as unknown as { document: { fonts: Fonts } }).document;
        await fonts.ready;
        // A font that is not declared at all passes the check as well.
        const states = [...fonts].filter(({ family }) => family === 'codicon').map(({ status }) => status);
        return { states, isThere: fonts.check('16px codicon') };
      });
    expect(loaded).toEqual({ states: ['loaded'], isThere: true });
  });

  test('JSON sent from the composer comes back, and is shown pretty without a changed number', async () => {
    const panel = panelFrame(page);
    await panel.getByRole('radio', { name: 'JSON' }).click();
    await panel.locator('duplex-composer .cm-content').fill(MESSAGE);
    await page.keyboard.press('Control+Enter');
    await row(panel, 2).click();
    await panel
      .locator('duplex-inspector .line')
      .nth(PRETTY.length - 1)
      .waitFor();
    await expect.poll(() => panel.locator('duplex-inspector .line').allInnerTexts()).toEqual(PRETTY);
  });

  test('Save writes the payload to the chosen file, byte for byte', async () => {
    const panel = panelFrame(page);
    const target = join(window.workspace, 'saved message.json');
    await panel.locator('duplex-inspector').getByTitle('Save Message to a File…').click();
    const input = page.locator('.quick-input-widget:visible input.input');
    // The dialog shows the folder first and the file's name once it has looked there.
    await expect.poll(() => input.inputValue()).toMatch(/echo-2\.json$/);
    await input.fill(target);
    await page.keyboard.press('Enter');
    await notification(/Saved 76 B to saved message\.json/);
    expect(await readFile(target, 'utf8')).toBe(MESSAGE);
  });

  test('the Sessions view counts received and sent messages, and its buttons close and reopen the connection', async () => {
    const session = view(page, 'Sessions').locator('.monaco-list-row').filter({ hasText: '/echo' });
    await session.getByText('↓ 1 ↑ 1').waitFor();
    await page.locator('.statusbar-item').getByRole('button', { name: '1 open WebSocket session' }).waitFor();
    await session.hover();
    await session.getByRole('button', { name: 'Disconnect' }).click();
    await session.getByText('closed').waitFor();
    await panelFrame(page).locator('duplex-header').getByText('Closed').waitFor();
    await session.hover();
    await session.getByRole('button', { name: 'Reconnect' }).click();
    await panelFrame(page).locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  });

  test('a message that cannot be sent stays in the composer with the reason', async () => {
    const panel = panelFrame(page);
    const text = panel.locator('duplex-composer .cm-content');
    await text.fill('{"broken": ');
    await page.keyboard.press('Control+Enter');
    await panel.locator('duplex-composer').getByRole('alert').getByText(/JSON/).waitFor();
    await expect.poll(() => draftText(panel)).toBe('{"broken": ');
  });

  test('a draft survives while the panel is hidden', async () => {
    await panelFrame(page).locator('duplex-composer .cm-content').fill('{"draft": 1}');
    await page.waitForTimeout(500);
    const ticker = await connectByPalette(`${server.url}/ticker?rate=2`);
    await ticker
      .locator('duplex-header')
      .getByTitle(/ticker/)
      .waitFor();
    await page.locator('.tab').getByText(`127.0.0.1:${server.port}/echo`).click();
    await panelFrame(page).locator('duplex-header').getByTitle(/echo/).waitFor();
    await expect.poll(() => draftText(panelFrame(page))).toBe('{"draft": 1}');
  });

  test('a refused handshake shows the answer of the server, at the top and in its row', async () => {
    const panel = await connectByPalette(`${server.url}/refuse?status=401&body=Log%20in%20first`);
    const doctor = panel.locator('duplex-doctor');
    await doctor.getByRole('alert').getByText(/401/).waitFor();
    await doctor.getByText('Show in Timeline').click();
    const details = panel.locator('duplex-inspector');
    await details.getByText('"handshake.status"').waitFor();
    await details.locator('.line').first().hover();
    await page.mouse.wheel(0, 5_000);
    await details.getByText('"Log in first"').waitFor();
  });

  test('the recent URLs are offered again', async () => {
    await typeUrl(page, '');
    await quickPickRow(page, `${server.url}/echo`).waitFor();
    await page.keyboard.press('Escape');
  });

  test('a reload brings the panel back over its recording, without connecting', async () => {
    await page.reload();
    await page.locator('.tab').getByText(`127.0.0.1:${server.port}/echo`).click({ timeout: 60_000 });
    const panel = panelFrame(page);
    await panel.locator('duplex-header').getByText('Closed').waitFor();
    await row(panel, 2).click();
    await panel
      .locator('duplex-inspector .line')
      .nth(PRETTY.length - 1)
      .waitFor();
    await expect.poll(() => panel.locator('duplex-inspector .line').allInnerTexts()).toEqual(PRETTY);
    // It was open: the window took it along, and says so.
    const timeline = panel.locator('duplex-timeline');
    await timeline.focus();
    await page.keyboard.press('End');
    await timeline.getByText('The connection ended with its window or program.').waitFor();
    // The handshake comes from the recording, which contains no secret.
    await panel.getByRole('button', { name: 'Handshake' }).click();
    const handshake = panel.locator('duplex-handshake');
    await handshake.getByRole('tab', { name: 'Request and Response' }).click();
    await handshake.getByText('comes from the recording').waitFor();
    await handshake.getByText('GET /echo HTTP/1.1').waitFor();
  });

  test('the included command line echoes and records', async () => {
    const folder = join(await temporaryFolder(), 'recording');
    const cli = join(window.extension, 'dist/cli.js');
    const run = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args]);
    await run('connect', `${server.url}/echo`, '--send', MESSAGE, '--record', folder, '--wait', '500ms');
    const { stdout } = await run('log', folder, '--json');
    const texts = stdout.split('\n').filter((line) => line.includes('"kind":"text"'));
    expect(texts.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual([MESSAGE, MESSAGE]);
  });

  test('keys typed right after Connect reach the composer, and Ctrl+Enter sends them', async () => {
    const panel = await connectByPalette(`${server.url}/echo`);
    await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
    await panel.locator('duplex-composer .cm-content').waitFor();
    await page.keyboard.type('typed at once');
    await expect.poll(() => draftText(panel)).toBe('typed at once');
    await page.keyboard.press('Control+Enter');
    await row(panel, 2).getByText('typed at once').waitFor();
  });

  test.runIf(target.extension.endsWith('.vsix'))('only files of the allow-list are installed', async () => {
    const installed = await readdir(window.extension, { recursive: true, withFileTypes: true });
    const names = installed
      .filter((entry) => entry.isFile())
      .map((entry) => relative(window.extension, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    // The packager's types leave `readmePath` out.
    const options = { cwd: root, packageManager: PackageManager.None, readmePath: 'dist/README.md' };
    const allowed = await listFiles(options);
    // The packager and the installer write these in their own way.
    const renamed: Record<string, string> = { LICENSE: 'license.txt', 'dist/README.md': 'readme.md' };
    const shipped = allowed.map((name) => renamed[name] ?? name.toLowerCase());
    // Parts of the panel are named after their contents, which differ in the build that was made since.
    const unhashed = (files: readonly string[]): string[] =>
      [...new Set(files.map((name) => name.toLowerCase().replace(/-[a-z0-9]{8}(?=\.js$)/, '')))].sort();
    expect(unhashed(names)).toEqual(unhashed([...shipped, '.vsixmanifest']));
    const readme = await readFile(join(window.extension, 'readme.md'), 'utf8');
    expect(readme).toBe(await readFile(join(root, 'dist/README.md'), 'utf8'));
    const pictures = allowed.filter((name) => name.startsWith('media/readme/'));
    const sizes = await Promise.all(pictures.map(async (name) => (await stat(join(root, name))).size));
    const most = 2_000_000 + sizes.reduce((sum, size) => sum + size, 0);
    expect((await stat(target.extension)).size).toBeLessThan(most);
  });
});
