import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow, quickPickRow, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// Connections from anybody are counted below HTTP: in Restricted Mode there must be none.
let connections = 0;
const server = createServer((socket) => {
  connections++;
  socket.destroy();
});
let window: VscodeWindow;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  window = await openWindow({ trust: false });
});
afterAll(async () => {
  await window?.dispose();
  await new Promise((resolve) => server.close(resolve));
});

test('the views explain Restricted Mode and offer trust', async () => {
  const { page } = window;
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  await page.locator('.sidebar').getByText('In Restricted Mode, Duplex does not connect.').waitFor();
  await page.locator('.sidebar').getByText('In Restricted Mode, Duplex reads no files.').first().waitFor();
  await page.locator('.sidebar').getByText('Manage Workspace Trust').first().waitFor();
});

test.each([
  ['WebSocket: Connect…', 'does not connect in Restricted Mode'],
  ['WebSocket: Start Demo Server', 'does not listen in Restricted Mode'],
  ['WebSocket: Start Demo Server and Connect', 'does not connect in Restricted Mode'],
])('%s explains why it does nothing, with the remedy', async (command, hasText) => {
  const { page } = window;
  await runCommand(page, command);
  const toast = page.locator('.notification-toast').filter({ hasText });
  await toast.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
  await window.screenshot('restricted');
  await runCommand(page, 'Notifications: Clear All Notifications');
  await toast.waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('iframe.webview').count()).toBe(0);
});

test('a request file does not connect either', async () => {
  const { page, workspace } = window;
  const { port } = server.address() as AddressInfo;
  await writeFile(join(workspace, 'hostile.ws'), `WEBSOCKET ws://127.0.0.1:${port}/\n\nhello\n`);
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').fill('hostile.ws');
  await quickPickRow(page, 'hostile.ws').click();
  await page.locator('.monaco-editor .view-lines').getByText('hello').waitFor();
  const lens = page.locator('.monaco-editor .codelens-decoration').getByText('Connect').first();
  await lens.click();
  await page
    .locator('.notification-toast')
    .filter({ hasText: 'does not connect in Restricted Mode' })
    .first()
    .waitFor();
  expect(connections).toBe(0);
});
