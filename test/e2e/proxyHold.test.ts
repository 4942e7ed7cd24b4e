import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openWindow, panelFrame, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// A message is held, edited and released in the proxy, by keys. Screenshots to be looked at: .test-output/screenshots/proxy-hold-*.png.

let window: VscodeWindow | undefined;
const ending: (() => void)[] = [];

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window?.screenshot(`failed-${task.name.slice(0, 20)}`);
  for (const end of ending.splice(0)) end();
  await window?.dispose();
  window = undefined;
});

test.each([
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
])('in %s: hold and edit a message in the proxy', async (name, theme) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  ending.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as { port: number };
  window = await openWindow({ settings: { 'workbench.colorTheme': theme } });
  const { page } = window;
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  const servers = view(page, 'Servers');
  await servers.getByRole('button', { name: 'Start Proxy' }).first().click();
  await page.locator('.quick-input-widget:visible input.input').fill(`ws://127.0.0.1:${port}`);
  await page.keyboard.press('Enter');
  const row = servers.locator('.monaco-list-row').filter({ hasText: 'Proxy' }).first();
  await row.waitFor();
  const url = /ws:\/\/127\.0\.0\.1:\d+/.exec(await row.innerText())![0];

  const socket = new WebSocket(url);
  ending.push(() => socket.terminate());
  const came: string[] = [];
  socket.on('message', (data) => came.push((data as Buffer).toString()));
  await once(socket, 'open');
  await servers.locator('.monaco-list-row').filter({ hasText: '↓' }).first().click();
  const panel = panelFrame(page);
  const hold = panel.getByRole('button', { name: 'Hold Received' });
  await hold.press('Enter');
  await expect.poll(() => hold.getAttribute('aria-pressed')).toBe('true');

  for (const sent of server.clients) sent.send('{"price":1}');
  await panel.locator('.row .tag').filter({ hasText: 'held' }).waitFor();
  expect(came).toEqual([]);
  await panel.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+F10');
  const item = panel.getByRole('menuitem', { name: 'Edit and Release…' });
  await item.press('Enter');
  const editor = panel.getByRole('textbox', { name: /^Held message #/ });
  await expect.poll(() => editor.inputValue()).toBe('{"price":1}');
  await window.screenshot(`proxy-hold-${name}`);
  await editor.fill('{"price":2}');
  await editor.press('Control+Enter');
  await expect.poll(() => came).toEqual(['{"price":2}']);
  await panel.locator('.row .tag').filter({ hasText: 'passed on instead' }).waitFor();
  await panel.getByText('was edited and released').first().waitFor();
  await window.screenshot(`proxy-released-${name}`);
});
