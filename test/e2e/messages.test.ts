import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { focused, selectAll, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { draftText, isFocused } from './webview/support/inPage.ts';

// The messages of a session in one real window, by keyboard alone: send again, save, edit and resend, compare, search within,
// open in an editor, and all of it where there is little room. Each test goes on where the one before it stopped.

const FIRST = '{"type":"first","price":1.0}';
const SECOND = '{"type":"second","price":2.50,"needle":"here"}';

let server: DemoServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await connectTo(page, `${server.url}/echo`);
  panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const composer = (): Locator => panel.locator('duplex-composer .cm-content');
const list = (): Locator => panel.getByRole('grid', { name: 'Timeline' });
const row = (seq: number): Locator => panel.locator(`#row-${seq}`);
const button = (name: string): Locator => panel.getByRole('button', { name, exact: true });

/** Goes down in the open menu to an item, and chooses it. */
async function choose(name: string | RegExp): Promise<void> {
  const item = panel.locator('[role^=menuitem]').filter({ hasText: name });
  await item.waitFor();
  for (let down = 0; down < 20 && !(await isFocused(item)); down++) await press('ArrowDown');
  await focused(item);
  await press('Enter');
}

/** Opens the menu of the selected row as its key does. */
async function chooseOfRow(name: string | RegExp): Promise<void> {
  const menu = panel.getByRole('menu');
  const open = async (): Promise<boolean> => {
    await tabTo(page, list());
    await press('Shift+F10');
    return menu.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
  };
  // The last action may still be about to take the focus.
  await expect.poll(open, { timeout: 30_000 }).toBe(true);
  await choose(name);
}

/** Selects a row by its number. */
async function goTo(seq: number): Promise<void> {
  await tabTo(page, list());
  await press('Control+g');
  const field = panel.getByRole('textbox', { name: 'Go to a message or a time' });
  await focused(field);
  await page.keyboard.type(`#${seq}`);
  await press('Enter');
  await expect.poll(() => row(seq).getAttribute('aria-selected'), { timeout: 30_000 }).toBe('true');
}

async function send(text: string): Promise<void> {
  await tabTo(page, composer());
  await selectAll(page);
  await page.keyboard.insertText(text);
  await press('Control+Enter');
}

test('sent messages and the last draft come back by Alt+Up and Alt+Down', async () => {
  await composer().waitFor();
  await focused(composer());
  await send(FIRST);
  await row(2).waitFor();
  await send(SECOND);
  await row(4).waitFor();
  await selectAll(page);
  await page.keyboard.insertText('a draft');
  await press('Alt+ArrowUp');
  await expect.poll(() => draftText(panel)).toBe(SECOND);
  await press('Alt+ArrowUp');
  await expect.poll(() => draftText(panel)).toBe(FIRST);
  await press('Alt+ArrowDown');
  await press('Alt+ArrowDown');
  await expect.poll(() => draftText(panel)).toBe('a draft');
});

test('a message is saved in a request file of the workspace, and fills the composer again', async () => {
  await press('Alt+ArrowUp');
  await expect.poll(() => draftText(panel)).toBe(SECOND);
  await tabTo(page, button('Saved Messages'));
  await press('Enter');
  await choose('Save This Message…');
  await page.locator('.quick-input-widget:visible').getByText('of the workspace').waitFor();
  await page.keyboard.type('Second one');
  await press('Enter');
  const saved = async (): Promise<string> => {
    const names = (await readdir(window.workspace, { recursive: true })).filter((name) => /\.ws$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(join(window.workspace, name), 'utf8')));
    return texts.find((text) => text.includes(SECOND)) ?? '';
  };
  await expect.poll(saved).toContain('Second one');
  await send('something else');
  await row(6).waitFor();
  await tabTo(page, button('Saved Messages'));
  await press('Enter');
  await choose('Second one');
  await expect.poll(() => draftText(panel)).toBe(SECOND);
});

test('Shift+F10 opens the menu of a row; Edit and Resend opens the composer and sends the changed message', async () => {
  await goTo(1);
  await chooseOfRow('Edit and Resend');
  await focused(composer());
  await expect.poll(() => draftText(panel)).toContain('"first"');
  await press('Control+End');
  await page.keyboard.type(' ');
  await press('Control+Enter');
  await row(8).waitFor();
  await row(7).getByText('"first"').waitFor();
  await expect.poll(() => row(7).innerText()).toContain(`${FIRST.length + 1} B`);
});

test('two selected rows are compared in the diff editor', async () => {
  await goTo(1);
  await press('Shift+ArrowDown');
  await press('Shift+ArrowDown');
  await press('Shift+ArrowUp');
  const compare = panel.locator('duplex-range-bar').getByRole('button', { name: 'Compare' });
  await tabTo(page, compare);
  await press('Enter');
  await page.locator('.monaco-diff-editor').waitFor();
  await page.locator('.tab.active').getByText('#1').waitFor();
  await runCommand(page, 'View: Close Editor');
  await goTo(3);
  await tabTo(page, list());
  await press('ArrowUp');
  await press('ArrowUp');
  await press('Shift+ArrowDown');
  await press('Shift+ArrowDown');
  await chooseOfRow('Compare with #1');
  await page.locator('.monaco-diff-editor').waitFor();
  await page.locator('.tab.active').getByText('#3').waitFor();
  await runCommand(page, 'View: Close Editor');
});

test('Ctrl+F within a message searches in it, and the whole document is copied', async () => {
  await goTo(3);
  await press('Enter');
  const message = panel.locator('duplex-inspector .cm-content');
  await message.waitFor();
  await tabTo(page, message);
  await press('Control+f');
  await page.keyboard.type('here');
  await press('Enter');
  await panel.locator('duplex-inspector .cm-searchMatch-selected').waitFor();
  await expect.poll(() => panel.getByRole('textbox', { name: 'Search', exact: true }).inputValue()).toBe('');
  await tabTo(page, message);
  await press('Control+a');
  await press('Control+c');
  const copied = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
  await expect.poll(copied).toContain('"price": 2.50,');
});

test('Open in Editor shows a document of its language that cannot be edited', async () => {
  await tabTo(page, button('More Actions of the Message'));
  await press('Enter');
  await choose('Open in Editor');
  const editor = page.locator('.editor-instance .view-lines').filter({ hasText: '"second"' });
  await editor.waitFor();
  await page.locator('.statusbar').getByText('JSON', { exact: true }).waitFor();
  await page.keyboard.type('x');
  await page
    .getByText(/Cannot edit in read-only editor|read-only/i)
    .first()
    .waitFor();
  await runCommand(page, 'View: Close Editor');
});

test('Keyboard Shortcuts in the menu of the panel lists the keys of the extension', async () => {
  await tabTo(page, button('More Actions…'));
  await press('Enter');
  await choose('Keyboard Shortcuts');
  await page.locator('.keybindings-editor').waitFor();
  await page.locator('.keybindings-editor').getByText('WebSocket: Go to Message or Time…').waitFor();
  // It lies over the window.
  await press('Escape');
  await page.locator('.keybindings-editor').waitFor({ state: 'detached' });
});

test('the composer is one line in a window of 250 px, and every control is reached by keys', async () => {
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize({ width: 298, height: 800 });
  // Edit and Resend opened it.
  await tabTo(page, button('Hide the Composer'));
  await press('Enter');
  await tabTo(page, button('Write a Message'));
  await press('Enter');
  await composer().waitFor();
  await send('["narrow"]');
  await panel.getByRole('button', { name: '2 new' }).waitFor();
  await tabTo(page, list());
  await press('End');
  await row(10).getByText('["narrow"]').waitFor();
  await tabTo(page, button('More Filters and Tools'));
  await press('Enter');
  await choose('Only matches');
  for (const name of ['More Actions…', 'More Filters and Tools', 'Hide the Composer', 'Send']) {
    const box = (await button(name).boundingBox())!;
    expect(box.x + box.width, name).toBeLessThanOrEqual(298);
  }
  await window.screenshot('messages-narrow');
});
