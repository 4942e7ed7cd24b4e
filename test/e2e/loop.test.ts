import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame, quickPickRow, runCommand, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// The loop of a working day in one real window, by keyboard: copy a connection, change it with variables, close what ended.

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  const variables = { dev: { port: String(server.port), trace: 'trace-from-dev' } };
  await writeFile(join(window.workspace, 'http-client.env.json'), JSON.stringify(variables));
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

test('a copy is edited before it connects; its variables stay as they were written', async () => {
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
  await url().selectText();
  await page.keyboard.type(written);
  await form().getByText(`= ws://127.0.0.1:${server.port}/echo?trace=trace-from-dev`).waitFor();
  await page.keyboard.press('Enter');
  await isOpen();
  await panel().getByRole('button', { name: 'Edit Connection' }).press('Enter');
  await expect.poll(() => isFocused(url())).toBe(true);
  await expect.poll(() => url().inputValue()).toBe(written);
  await form().getByText(`= ws://127.0.0.1:${server.port}/echo?trace=trace-from-dev`).waitFor();
  await window.screenshot('loop-variables');
  await page.keyboard.press('Escape');
  await form().waitFor({ state: 'detached' });
});

test('sessions stand in groups, and those that ended are closed together', async () => {
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
