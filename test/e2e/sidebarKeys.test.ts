import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { chooseItem, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame, runCommand, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// The views of the sidebar in one real window, by keyboard alone. Each test goes on where the one before it stopped.

type ViewName = 'Sessions' | 'Requests' | 'Recent' | 'Recordings';

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await writeFile(join(window.workspace, 'keys.ws'), `### Ticks\nWEBSOCKET ${server.url}/ticker?rate=1\n`);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const rows = (name: ViewName): Locator => view(page, name).locator('.monaco-list-row');
const input = (): Locator => page.locator('.quick-input-widget:visible input.input');
const header = (text: string): Locator =>
  panelFrame(page).locator('duplex-header').getByText(text, { exact: true });
const dialog = (): Locator => page.locator('.monaco-dialog-box');

/** Opens a view and focuses its list. */
async function focusView(name: ViewName): Promise<void> {
  const list = view(page, name).locator('.monaco-list');
  const isThere = async (): Promise<boolean> => {
    // The first time it opens the view, which is empty at first.
    await runCommand(page, `WebSocket: Focus on ${name} View`, 60_000);
    await rows(name).first().waitFor();
    return isFocused(list);
  };
  await expect.poll(isThere, { timeout: 60_000, interval: 1_000 }).toBe(true);
}

/** Moves to a row of the view, which has the focus, from its top. */
async function moveTo(name: ViewName, text: string | RegExp): Promise<void> {
  const row = rows(name).filter({ hasText: text }).first();
  await row.waitFor();
  await press('Home');
  for (let down = 0; down < 40; down++) {
    if ((await row.getAttribute('class'))?.includes('focused')) return;
    await press('ArrowDown');
  }
  throw new Error(`The arrow keys do not reach ${String(text)}`);
}

/** Chooses an item of the context menu of the row with the focus. */
async function chooseInMenu(name: string): Promise<void> {
  await press('Shift+F10');
  await chooseItem(page, page.getByRole('menuitem', { name }).first());
}

/** The sessions as they are listed, without the headings. */
const sessions = async (): Promise<string[]> =>
  (await rows('Sessions').allInnerTexts())
    .map((text) => text.trim())
    .filter((text) => !/^(Live|Closed|Runs)$/.test(text));

test('a request is connected from its row, and opened in its file', async () => {
  await focusView('Requests');
  await moveTo('Requests', 'Ticks');
  await chooseInMenu('Connect');
  await header('Open').waitFor();
  await focusView('Requests');
  await moveTo('Requests', 'Ticks');
  await press('Enter');
  await page.locator('.tab.active').getByText('keys.ws').waitFor();
  await page.locator('.statusbar').getByText('Ln 2, Col 1').waitFor();
});

test('F2 renames the session of the row, and not the one that is shown', async () => {
  await connectTo(page, `${server.url}/echo`);
  await header('Open').waitFor();
  await focusView('Sessions');
  await moveTo('Sessions', 'Ticks');
  await press('F2');
  await page.locator('.quick-input-title').getByText('Rename Session').waitFor();
  await expect.poll(() => input().inputValue()).toContain('Ticks');
  await press('Control+a');
  await page.keyboard.type('Prices');
  await press('Enter');
  await rows('Sessions').filter({ hasText: 'Prices' }).waitFor();
  expect(await sessions()).toHaveLength(2);
  await window.screenshot('sidebar-keys');
});

test('a heading is folded, and its keys change no session', async () => {
  await focusView('Sessions');
  await moveTo('Sessions', 'Live');
  await press('F2');
  await press('Delete');
  await press('Control+Alt+d');
  await press('ArrowLeft');
  await expect.poll(sessions).toEqual([]);
  expect(await dialog().count()).toBe(0);
  expect(await input().count()).toBe(0);
  await press('ArrowRight');
  await expect.poll(sessions).toHaveLength(2);
});

test('Enter opens a session, and its keys end it and connect it again', async () => {
  await moveTo('Sessions', 'Prices');
  await press('Enter');
  await page.locator('.tab.active').getByText('Prices').waitFor();
  await focusView('Sessions');
  await moveTo('Sessions', 'Prices');
  await press('Control+Alt+d');
  await rows('Sessions')
    .filter({ hasText: /Prices[^]*closed/ })
    .waitFor();
  await header('Closed').waitFor();
  await moveTo('Sessions', 'Prices');
  await press('Control+Alt+r');
  await header('Open').waitFor();
});

test('a session is closed by its key and by its menu, and Close All Closed closes the rest', async () => {
  await connectTo(page, `${server.url}/echo`);
  await expect.poll(sessions).toHaveLength(3);
  await focusView('Sessions');
  await moveTo('Sessions', 'Prices');
  await press('Control+Alt+w');
  await expect.poll(sessions).toHaveLength(2);
  await moveTo('Sessions', '/echo');
  await chooseInMenu('Disconnect');
  await rows('Sessions').getByText('Closed', { exact: true }).waitFor();
  await focusView('Sessions');
  await moveTo('Sessions', /^\s*Closed/);
  await chooseInMenu('Close All Closed');
  await expect.poll(sessions).toHaveLength(1);
});

test('Delete asks before it deletes a session with its recording', async () => {
  await focusView('Sessions');
  await moveTo('Sessions', '/echo');
  await press('Delete');
  await dialog()
    .getByText(/ on disk are deleted/)
    .waitFor();
  await press('Escape');
  await dialog().waitFor({ state: 'detached' });
  expect(await sessions()).toHaveLength(1);
  await focusView('Sessions');
  await moveTo('Sessions', '/echo');
  await press('Delete');
  const agree = dialog().getByRole('button', { name: 'Delete' });
  await tabTo(page, agree);
  await press('Enter');
  await expect.poll(sessions).toEqual([]);
});

test('Enter connects a recent URL, and Delete removes it from the list', async () => {
  await focusView('Recent');
  await moveTo('Recent', '/echo');
  await press('Enter');
  await header('Open').waitFor();
  await expect.poll(sessions).toHaveLength(1);
  const before = await rows('Recent').count();
  await focusView('Recent');
  await moveTo('Recent', '/echo');
  await press('Delete');
  await expect.poll(() => rows('Recent').count()).toBe(before - 1);
  expect(await rows('Recent').filter({ hasText: '/echo' }).count()).toBe(0);
});

test('recordings are listed by day, failures only when they are asked for; Enter opens one, Delete deletes it', async () => {
  await connectTo(page, `${server.url}/refuse?status=403`);
  await header('Failed').waitFor();
  await runCommand(page, 'WebSocket: Close All Closed');
  await focusView('Recordings');
  await moveTo('Recordings', 'Today');
  const failures = rows('Recordings').filter({ hasText: '/refuse' });
  await rows('Recordings').filter({ hasText: 'Prices' }).waitFor();
  expect(await failures.count()).toBe(0);
  await tabTo(
    page,
    view(page, 'Recordings').getByRole('button', { name: 'Show Recordings Without Messages' }),
    'Shift+Tab',
  );
  await press('Enter');
  await failures.waitFor();
  await view(page, 'Recordings').getByText('is hidden').waitFor({ state: 'detached' });
  await window.screenshot('sidebar-keys-recordings');
  await focusView('Recordings');
  await moveTo('Recordings', '/refuse');
  await press('Delete');
  await tabTo(page, dialog().getByRole('button', { name: 'Delete' }));
  await press('Enter');
  await failures.waitFor({ state: 'detached' });
  await focusView('Recordings');
  await moveTo('Recordings', 'Prices');
  await press('Enter');
  await header('Closed').waitFor();
  await expect.poll(sessions).toHaveLength(2);
});
