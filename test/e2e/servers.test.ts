import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectTo, openWindow, panelFrame, quickPickRow, runCommand, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// A server is served from its file, and its clients are seen from both sides. Screenshots to be looked at:
// .test-output/screenshots/servers-*.png.

let window: VscodeWindow | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window?.screenshot(`failed-${task.name.slice(0, 20)}`);
  await window?.dispose();
  window = undefined;
});

const FILE = `### Ticks
# @name ticks
SERVE ws://127.0.0.1:0/ticks

{"type": "hello"}
=== on-message
# @where $.op == "ping"
{"op": "pong"}
`;

test.each([
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
])('in %s: serve, connect, and see both sides', async (name, theme) => {
  window = await openWindow({
    settings: { 'workbench.colorTheme': theme, 'editor.codeLens': true },
  });
  const { page, workspace } = window;
  await writeFile(join(workspace, 'ticks.ws'), FILE);
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  const servers = view(page, 'Servers');
  await servers.getByRole('button', { name: 'Start Proxy' }).first().waitFor();
  await window.screenshot(`servers-empty-${name}`);

  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').fill('ticks.ws');
  await quickPickRow(page, 'ticks.ws').click();
  const lens = (title: RegExp) => page.locator('.codelens-decoration a').filter({ hasText: title });
  await lens(/Serve$/).click();
  const server = servers.locator('.monaco-list-row').filter({ hasText: 'ticks' }).first();
  await server.waitFor();
  const url = /ws:\/\/127\.0\.0\.1:\d+\/ticks/.exec(await server.innerText())![0];
  await page.locator('.statusbar').getByLabel('1 WebSocket server listens').first().waitFor();

  await connectTo(page, url);
  const panel = panelFrame(page);
  await panel.getByText('{"type": "hello"}').first().waitFor();
  const client = servers.locator('.monaco-list-row').filter({ hasText: '↓' }).first();
  await client.waitFor();
  await expect.poll(() => server.innerText()).toContain('1 connected');
  await window.screenshot(`servers-client-${name}`);

  // The other side of the same connection, in a panel of its own.
  await client.click();
  await expect.poll(() => page.locator('.tab').filter({ hasText: '/ticks' }).count()).toBe(2);
  await window.screenshot(`servers-both-${name}`);

  await server.hover();
  await server.getByRole('button', { name: 'Stop Server' }).click();
  await server.waitFor({ state: 'detached' });
  await servers.getByRole('button', { name: 'Start Proxy' }).first().waitFor();
});

test('servers and proxies are listed in the Requests view below their file, and open their lines by keyboard', async () => {
  window = await openWindow();
  const { page, workspace } = window;
  const proxy = '\n### In between\nPROXY ws://127.0.0.1:0 -> ws://127.0.0.1:1/stream\n';
  await writeFile(join(workspace, 'ticks.ws'), FILE + proxy);
  const requests = view(page, 'Requests');
  const row = (text: string) => requests.locator('.monaco-list-row').filter({ hasText: text }).first();
  const list = requests.locator('.monaco-list');
  const focusView = async (): Promise<boolean> => {
    await runCommand(page, 'WebSocket: Focus on Requests View', 60_000);
    await row('ticks.ws').waitFor();
    return isFocused(list);
  };
  await expect.poll(focusView, { timeout: 60_000, interval: 1_000 }).toBe(true);
  await row('server · ws://127.0.0.1:0/ticks').waitFor();
  await row('proxy · ws://127.0.0.1:0').waitFor();
  await window.screenshot('servers-requests');
  for (const [text, line] of [
    ['server · ', 3],
    ['proxy · ', 11],
  ] as const) {
    await expect.poll(focusView, { timeout: 60_000, interval: 1_000 }).toBe(true);
    const target = row(text);
    await page.keyboard.press('Home');
    const isAt = async (): Promise<boolean> => /\bfocused\b/.test((await target.getAttribute('class')) ?? '');
    for (let down = 0; down < 20 && !(await isAt()); down++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.tab').getByText('ticks.ws').waitFor();
    await page.locator('.statusbar').getByText(`Ln ${line}, Col 1`).waitFor();
  }
});
