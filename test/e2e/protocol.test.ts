import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatServer } from '../integration/protocol/support/socketioServers.ts';
import type { ChatServer } from '../integration/protocol/support/socketioServers.ts';
import { focused, selectAll, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// A chat of the socket.io package and Duplex, by keyboard. Each test goes on where the one before it stopped.

let server: ChatServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

beforeAll(async () => {
  server = await chatServer(4);
  window = await openWindow({ settings: { 'duplex.connection.protocol': 'socket.io' } });
  page = window.page;
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const previews = (): Promise<string[]> => panel.locator('duplex-timeline .row .preview').allInnerTexts();

/** Writes over what is in the composer's editor, and sends it. */
async function send(payload: string): Promise<void> {
  await focused(panel.locator('duplex-composer .cm-content'));
  await selectAll(page);
  await page.keyboard.insertText(payload);
  await press('Control+Enter');
}

test('a named protocol opens its connection, and rows show their decoded form', async () => {
  await connectTo(page, `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  panel = panelFrame(page);
  await expect.poll(previews, { timeout: 60_000 }).toContainEqual(expect.stringMatching(/^CONNECT/));
});

test('an event is emitted with an acknowledgement, and the answer is decoded', async () => {
  await tabTo(page, panel.getByRole('button', { name: 'What to send' }), 'Shift+Tab');
  await press('Enter');
  await focused(panel.getByRole('menuitemradio', { name: 'Message', exact: true }));
  const emit = panel.getByRole('menuitemradio', { name: /^@emit/ });
  for (let down = 0; down < 10 && !(await isFocused(emit)); down++) await press('ArrowDown');
  await press('Enter');
  await focused(panel.locator('duplex-verb-form').getByRole('textbox', { name: 'event' }));
  await page.keyboard.type('add');
  await press('Tab');
  await press(' ');
  await press('Tab');
  await send('[2, 3]');
  await expect
    .poll(previews, { timeout: 30_000 })
    .toContainEqual(expect.stringMatching(/^ACK 0 \[5,\s*"done"\]/));
  expect(server.seen).toEqual([['/', 'add', [2, 3]]]);
});

test('an event that the server emits is decoded', async () => {
  await tabTo(page, panel.locator('duplex-verb-form').getByRole('textbox', { name: 'event' }), 'Shift+Tab');
  await selectAll(page);
  await page.keyboard.type('say');
  await press('Tab');
  await press(' ');
  await press('Tab');
  await send('["hello"]');
  await expect.poll(previews, { timeout: 30_000 }).toContainEqual(expect.stringMatching(/^said \["hello"\]/));
});

test('the conversation shows the latency of the call', async () => {
  await tabTo(page, panel.getByRole('button', { name: 'What rows show of messages' }), 'Shift+Tab');
  await press('Enter');
  const item = panel.getByRole('menuitem', { name: 'Show the Conversation' });
  await item.waitFor();
  for (let down = 0; down < 10 && !(await isFocused(item)); down++) await press('ArrowDown');
  await press('Enter');
  const row = panel.getByRole('table', { name: 'Latency by Name' }).getByRole('row', { name: /^add/ });
  await expect.poll(() => row.innerText(), { timeout: 30_000 }).toMatch(/add\s+1\s+0\s+0(\s+[\d.]+ ms){3}/);
  await window.screenshot('protocol-conversation');
});

test('the timeline is filtered by the name of the event', async () => {
  const filter = panel.getByRole('button', { name: 'Filter by Type and Name' });
  await tabTo(page, filter, 'Shift+Tab');
  await press('Enter');
  const list = panel.getByRole('dialog', { name: 'Filter by Type and Name' });
  const said = list.getByRole('option', { name: /^said/ });
  await said.waitFor({ timeout: 30_000 });
  // The check box, the types, the field that finds a name, the names.
  await focused(list.locator('vscode-checkbox'));
  for (let tab = 0; tab < 3; tab++) await press('Tab');
  for (let down = 0; down < 20 && !(await isFocused(said)); down++) await press('ArrowDown');
  await press(' ');
  await expect.poll(previews, { timeout: 30_000 }).toEqual([expect.stringMatching(/^said \["hello"\]/)]);
  await window.screenshot('protocol-filter');
  await press('Escape');
  await focused(filter);
});
