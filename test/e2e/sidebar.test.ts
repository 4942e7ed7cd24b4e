import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { temporaryFolder } from '../support/folders.ts';
import { openWindow, panelFrame, runCommand } from './support/window.ts';
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

async function openContainer(page: Page): Promise<void> {
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  for (const name of VIEWS) {
    const header = view(page, name).locator('.pane-header');
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  }
}

async function connect(page: Page, url: string): Promise<void> {
  await runCommand(page, 'WebSocket: Connect');
  await page.locator('.quick-input-title').getByText('Connect to WebSocket').waitFor();
  await page.keyboard.type(url);
  await page.keyboard.press('Enter');
  await panelFrame(page).locator('duplex-header').getByText(url.split('?')[0]!).first().waitFor();
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
  expect(await row(page, 'Requests', 'chat.ws').count()).toBe(1);

  await connect(page, `${server.url}/echo`);
  await connect(page, `${server.url}/ticker?rate=2`);
  await row(page, 'Recent', '/ticker?rate=2').waitFor();
  const session = row(page, 'Sessions', '/echo');
  await session.hover();
  await session.getByRole('button', { name: 'Close Session' }).click();
  await row(page, 'Recordings', /\/echo.* row/).waitFor();
  await row(page, 'Recordings', '/echo').hover();
  await window.screenshot(`sidebar-filled-${name}`);
});
