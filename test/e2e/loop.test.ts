import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { focused, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame, quickPickRow, runCommand, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// The loop of a working day in one real window, by keyboard alone: copy a connection, change it with variables, close what ended,
// run a request, keep a secret, go on after a reload.

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  const variables = { dev: { port: String(server.port), trace: 'trace-from-dev' } };
  const files = {
    'http-client.env.json': JSON.stringify(variables),
    'ping.ws': `### Ping\nWEBSOCKET ${server.url}/echo\n\nping\n=== wait-for-server\n# @expect text == "ping"\n`,
    'secret.ws': `WEBSOCKET ${server.url}/echo\nX-Api-Key: {{apiToken}}\n`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(window.workspace, name), text);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(async () => {
  await window?.dispose();
  await server.close();
});

const panel = (): FrameLocator => panelFrame(page);
const form = (): Locator => panel().locator('duplex-connection-form');
const url = (): Locator => form().getByRole('textbox', { name: 'URL' });
const sessions = (): Locator => view(page, 'Sessions').locator('.monaco-list-row');
const isOpen = (): Promise<void> =>
  panel().locator('duplex-header').getByText('Open', { exact: true }).waitFor();

/** The headings of the Sessions view, in their order. */
async function groups(): Promise<string[]> {
  const texts = await sessions().allInnerTexts();
  return texts.map((text) => text.trim()).filter((text) => /^(Live|Closed|Runs)\b/.test(text));
}

test('a copy is edited before it connects, and keeps its variables', async () => {
  await connectTo(page, `${server.url}/echo`);
  await isOpen();
  await runCommand(page, 'WebSocket: Select Environment…');
  await quickPickRow(page, 'dev').waitFor();
  await page.keyboard.type('dev');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'detached' });

  await runCommand(page, 'WebSocket: Duplicate and Edit Session…');
  await expect.poll(() => isFocused(url()), { timeout: 20_000 }).toBe(true);
  await panel().locator('duplex-header').getByText('Not connected').waitFor();
  const written = 'ws://127.0.0.1:{{port}}/echo?trace={{trace}}';
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type(written);
  await form().getByText(`= ws://127.0.0.1:${server.port}/echo?trace=trace-from-dev`).waitFor();
  await page.keyboard.press('Enter');
  await isOpen();
  await tabTo(page, panel().getByRole('button', { name: 'Edit Connection' }));
  await page.keyboard.press('Enter');
  await expect.poll(() => isFocused(url())).toBe(true);
  await expect.poll(() => url().inputValue()).toBe(written);
  await form().getByText(`= ws://127.0.0.1:${server.port}/echo?trace=trace-from-dev`).waitFor();
  await window.screenshot('loop-variables');
  await page.keyboard.press('Escape');
  await form().waitFor({ state: 'detached' });
});

test('sessions are listed in groups, and ended ones are closed together', async () => {
  await runCommand(page, 'WebSocket: Disconnect All');
  await connectTo(page, `${server.url}/ticker?rate=1`);
  await isOpen();
  await runCommand(page, 'View: Show WebSocket');
  await expect.poll(groups, { timeout: 20_000 }).toEqual(['Live', 'Closed']);
  await expect.poll(() => sessions().filter({ hasText: '127.0.0.1' }).count()).toBe(3);
  await window.screenshot('loop-groups');
  await runCommand(page, 'WebSocket: Close All Closed');
  await expect.poll(() => sessions().filter({ hasText: '127.0.0.1' }).count()).toBe(1);
  await expect.poll(groups).not.toContain('Closed');
});

/** Opens a file of the workspace in the editor, by its name. */
async function openFile(name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await focused(page.locator('.quick-input-widget:visible input.input'));
  await page.keyboard.insertText(name);
  await quickPickRow(page, name).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active').getByText(name, { exact: true }).first().waitFor();
}

test('the sessions of a run are listed in their own group', async () => {
  await openFile('ping.ws');
  await runCommand(page, 'WebSocket: Run All Requests of File');
  await page
    .locator('.codelens-decoration a')
    .filter({ hasText: /Message #2/ })
    .waitFor();
  await runCommand(page, 'View: Show WebSocket');
  await expect.poll(groups, { timeout: 20_000 }).toContain('Runs');
  const rows = await sessions().allInnerTexts();
  const at = rows.findIndex((text) => text.trim() === 'Runs');
  expect(rows.slice(at + 1)).toEqual([expect.stringMatching(/Ping[^]*↓ 1 ↑ 1/)]);
  await window.screenshot('loop-runs');
});

test('a variable without a value is set as a secret first', async () => {
  await openFile('secret.ws');
  const text = (): Promise<string> => readFile(join(window.workspace, 'secret.ws'), 'utf8');
  await page
    .locator('.editor-instance .squiggly-error, .editor-instance .squiggly-warning')
    .first()
    .waitFor();
  await page.keyboard.press('Control+Home');
  await runCommand(page, 'Go to Next Problem in Files (Error, Warning, Info)');
  await page.keyboard.press('Control+.');
  const offers = page.locator('.action-widget .monaco-list-row.action');
  await offers.first().waitFor();
  expect((await offers.allInnerTexts())[0]).toContain('Set as Secret…');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').getByText('apiToken').first().waitFor();
  await page.keyboard.type('canary-of-the-secret');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+S');
  await expect.poll(text).toContain('X-Api-Key: {{$secret apiToken}}');
  expect(await text()).not.toContain('canary');
});

test('Recent asks after a reload for missing credentials before it connects', async () => {
  const requests: string[] = [];
  const { url: at } = await rawServer((socket, request) => {
    requests.push(request);
    socket.write(switching(request));
  });
  await connectTo(
    page,
    `curl -H 'Authorization: Bearer canary-kept' '${at.replace(/^ws/, 'http')}?token=canary-query'`,
  );
  await expect.poll(() => requests.length).toBe(1);
  await isOpen();
  await runCommand(page, 'Developer: Reload Window');
  await panel().locator('duplex-header').getByText('Closed').waitFor({ timeout: 60_000 });
  const recent = view(page, 'Recent').locator('.monaco-list');
  const focusRecent = async (): Promise<boolean> => {
    // The first time it opens the view, which is folded, and is empty at first.
    await runCommand(page, 'WebSocket: Focus on Recent View', 60_000);
    await recent.locator('.monaco-list-row').first().waitFor();
    return isFocused(recent);
  };
  await expect.poll(focusRecent, { timeout: 60_000, interval: 1_000 }).toBe(true);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const question = page.locator('.quick-input-widget:visible');
  await question.getByText('replace •••• with the value').waitFor();
  await page.keyboard.press('End');
  for (let dots = 0; dots < 4; dots++) await page.keyboard.press('Backspace');
  await page.keyboard.type('again-query');
  await quickPickRow(page, `${at}?token=again-query`).waitFor();
  await page.keyboard.press('Enter');
  await question.getByText(`Authorization for ${at}`).waitFor();
  expect(requests).toHaveLength(1);
  await page.keyboard.type('Bearer again');
  await page.keyboard.press('Enter');
  await expect.poll(() => requests.length).toBe(2);
  expect(requests[1]).toMatch(/^GET \/\?token=again-query HTTP\/1\.1\r\n[^]*Authorization: Bearer again\r\n/);
  await isOpen();
});
