import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

let server: DemoServer;
let window: VscodeWindow;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
});
afterAll(async () => {
  await window?.dispose();
  await server.close();
});

test('a panel whose recording was deleted says so after a reload, and connects again by keyboard', async () => {
  const { page } = window;
  await connectTo(page, `${server.url}/echo`);
  const panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  await runCommand(page, 'WebSocket: Disconnect');
  await panel.locator('duplex-header').getByText('Closed').waitFor();

  const folders = (await readdir(window.storage, { recursive: true })).filter((path) =>
    /[\\/]recordings$/.test(path),
  );
  expect(folders).toHaveLength(1);
  await rm(join(window.storage, folders[0]!), { recursive: true });

  // VS Code itself saves which editors are open before it reloads.
  await runCommand(page, 'Developer: Reload Window');
  await page.locator('.tab').getByText(`127.0.0.1:${server.port}/echo`).waitFor({ timeout: 60_000 });
  const lost = panelFrame(page);
  await lost.getByRole('heading', { name: 'This recording was deleted' }).waitFor({ timeout: 60_000 });
  await window.screenshot('recording-deleted');
  await lost.getByRole('link', { name: 'Close' }).waitFor();
  await runCommand(page, 'View: Focus Active Editor Group');
  await tabTo(page, lost.getByRole('link', { name: 'Connect Again' }));
  await page.keyboard.press('Enter');
  await panelFrame(page).locator('duplex-header').getByText('Open', { exact: true }).waitFor();
});
