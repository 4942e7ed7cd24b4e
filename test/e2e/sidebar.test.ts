import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { temporaryFolder } from '../support/folders.ts';
import { focused } from './support/keys.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// The views as a user sees them. Screenshots to be looked at: .test-output/screenshots/sidebar-*.png.

const VIEWS = ['Sessions', 'Requests', 'Recent', 'Recordings'];

const REQUESTS = `### Echo
WEBSOCKET ws://HOST/echo

{"hello": "world"}

### Refused
WEBSOCKET ws://HOST/refuse?status=401

### Broken
# @timeout soon
WEBSOCKET ws://HOST/echo
`;

let server: DemoServer;
let window: VscodeWindow | undefined;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
});
afterEach(async () => {
  await window?.dispose();
  window = undefined;
});
afterAll(() => server.close());

/** One of the container's views. */
function view(page: Page, name: string): Locator {
  return page
    .locator('.sidebar .pane')
    .filter({ has: page.locator('.pane-header .title').getByText(name, { exact: true }) });
}

function row(page: Page, name: string, text: string | RegExp): Locator {
  return view(page, name).locator('.monaco-list-row').filter({ hasText: text }).first();
}

async function openContainer(page: Page, views = VIEWS): Promise<void> {
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  for (const name of views) {
    const header = view(page, name).locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  }
}

async function connect(page: Page, url: string, command = 'Connect…'): Promise<void> {
  await connectTo(page, url, command);
  await panelFrame(page).locator('duplex-header').getByTitle(url.split('?')[0]!).first().waitFor();
  // Its composer takes the keys once it is open, also those of a palette that was opened before that.
  await focused(panelFrame(page).locator('duplex-composer .cm-content'));
}

async function closeSession(page: Page, text: string): Promise<void> {
  const session = row(page, 'Sessions', text);
  await session.hover();
  await session.getByRole('button', { name: 'Close Session' }).click();
  await session.waitFor({ state: 'detached' });
}

test.each([
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
])('the views in %s, empty and filled', async (name, theme) => {
  const folder = join(await temporaryFolder(), 'project');
  await mkdir(folder);
  window = await openWindow({ workspace: folder, settings: { 'workbench.colorTheme': theme } });
  const { page } = window;
  await openContainer(page);
  for (const [at, button] of [
    [0, 'Start Demo Server and Connect'],
    [1, 'New Request File'],
    [2, 'Start Demo Server and Connect'],
    [3, 'Start Demo Server and Connect'],
  ] as const)
    await view(page, VIEWS[at]!).locator('.pane-body').getByRole('button', { name: button }).waitFor();
  await window.screenshot(`sidebar-empty-${name}`);

  await writeFile(join(folder, 'chat.ws'), REQUESTS.replaceAll('HOST', `127.0.0.1:${server.port}`));
  await row(page, 'Requests', 'Echo').waitFor();
  await expect.poll(() => row(page, 'Requests', 'chat.ws').count()).toBe(1);

  await connect(page, `${server.url}/echo`);
  await connect(page, `${server.url}/ticker?rate=2`);
  await row(page, 'Recent', '/ticker?rate=2').waitFor();
  await closeSession(page, '/echo');
  await row(page, 'Recordings', /\/echo.* row/).waitFor();
  await row(page, 'Recordings', '/echo').hover();
  await window.screenshot(`sidebar-filled-${name}`);
});

test('a click opens a recording, and a confirmation deletes it; a temporary session leaves none', async () => {
  window = await openWindow();
  const { page } = window;
  await openContainer(page);
  await connect(page, `${server.url}/echo`);
  await closeSession(page, '/echo');
  const recordings = view(page, 'Recordings')
    .locator('.monaco-list-row')
    .filter({ hasText: / rows? · / });
  await recordings.first().waitFor();
  await connect(page, `${server.url}/ticker?rate=1`, 'Connect Without Keeping…');
  await row(page, 'Sessions', 'not kept').waitFor();
  await closeSession(page, '/ticker');
  await expect.poll(() => recordings.allInnerTexts()).toEqual([expect.stringContaining('/echo')]);

  await recordings.first().click();
  await panelFrame(page).locator('duplex-header').getByText('Closed').waitFor();
  await recordings.first().waitFor({ state: 'detached' });
  await closeSession(page, '/echo');

  await recordings.first().hover();
  await recordings.first().getByRole('button', { name: 'Delete Recording' }).click();
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText(/ on disk are deleted/).waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await view(page, 'Recordings').getByText('Every session is recorded').waitFor();
});

test('a request connects and opens from its row', async () => {
  window = await openWindow();
  const { page, workspace } = window;
  const text = REQUESTS.replaceAll('HOST', `127.0.0.1:${server.port}`);
  await writeFile(join(workspace, 'listed.ws'), text);
  await openContainer(page, ['Requests']);
  await row(page, 'Requests', 'Broken').waitFor();
  const echo = row(page, 'Requests', `ws://127.0.0.1:${server.port}/echo`);
  await echo.hover();
  await echo.getByRole('button', { name: 'Connect' }).click();
  await panelFrame(page).locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  await row(page, 'Requests', 'Refused').click();
  await page.locator('.tab').getByText('listed.ws').waitFor();
  await page.locator('.statusbar').getByText('Ln 7, Col 1').waitFor();
});

test('a recent URL connects by a click, and is removed by its button', async () => {
  window = await openWindow();
  const { page } = window;
  await openContainer(page);
  await connect(page, `${server.url}/echo`);
  await row(page, 'Recent', '/echo').click();
  await expect.poll(() => view(page, 'Sessions').locator('.monaco-list-row').count()).toBe(2);
  await row(page, 'Recent', '/echo').hover();
  await row(page, 'Recent', '/echo').getByRole('button', { name: 'Remove From Recent' }).click();
  await view(page, 'Recent').getByText('Servers that you connected to').waitFor();
});
