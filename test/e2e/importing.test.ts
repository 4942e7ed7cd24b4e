import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openWindow, panelFrame, quickPickRow, runCommand, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

/** As it is copied from a page: with no-break spaces between the words. */
const COMMAND = [
  "curl\u00a0'wss://feed.example.test/ws?symbol=A' \\",
  "\u00a0\u00a0-H\u00a0'Origin: https://feed.example.test' \\",
  "  -H\u00a0'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=='",
].join('\n');

let window: VscodeWindow;

beforeAll(async () => {
  window = await openWindow({ settings: { 'files.autoSave': 'off' } });
  await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await writeFile(join(window.workspace, 'pasted.ws'), '### Before\nWEBSOCKET ws://127.0.0.1:1/\n\n');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-import-${task.name.slice(0, 20)}`);
});
afterAll(() => window?.dispose());

const lines = (): Locator => window.page.locator('.editor-instance .monaco-editor .view-lines').first();

test('a curl command that is pasted into a request file offers to become a request', async () => {
  const { page } = window;
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').fill('pasted.ws');
  await quickPickRow(page, 'pasted.ws').click();
  await page.locator('.tab.active').getByText('pasted.ws', { exact: true }).first().waitFor();
  // The extension is active, and so is its offer.
  await page.locator('.codelens-decoration a').filter({ hasText: 'Connect' }).first().waitFor();
  await lines().click();
  await page.keyboard.press('Control+End');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(COMMAND)})`);
  await page.keyboard.press('Control+V');
  // The text itself stays until the offer is taken.
  await expect.poll(() => lines().innerText()).toContain('Sec-WebSocket-Key');
  await page.locator('.post-edit-widget').first().waitFor();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget').getByText('Convert to a Request').first().click();
  await expect.poll(() => lines().innerText()).toMatch(/WEBSOCKET.wss:\/\/feed\.example\.test\/ws\?symbol=A/);
  await window.screenshot('import-pasted');
  await page.keyboard.press('Control+S');
  const saved = (): Promise<string> => readFile(join(window.workspace, 'pasted.ws'), 'utf8');
  await expect
    .poll(saved)
    .toMatch(
      /WEBSOCKET wss:\/\/feed\.example\.test\/ws\?symbol=A\r?\nOrigin: https:\/\/feed\.example\.test\r?\n/,
    );
  expect(await saved()).not.toMatch(/Sec-WebSocket-Key|\u00a0|curl/);
});

test('a HAR file that is dropped onto a view becomes a recording', async () => {
  const { page } = window;
  const path = join(window.workspace, 'dropped.har');
  const entry = {
    startedDateTime: '2026-11-02T10:00:00.000Z',
    request: { url: 'wss://dropped.example.test/feed' },
    _webSocketMessages: [{ type: 'receive', opcode: 1, data: 'was dropped', time: 1793613600.5 }],
  };
  await writeFile(path, JSON.stringify({ log: { entries: [entry] } }));
  await runCommand(page, 'WebSocket: Focus on Requests View');
  const target = view(page, 'Requests').locator('.monaco-list-row').first();
  await target.waitFor();
  // The URI that the explorer of this window gives.
  const uri = `vscode-remote://${new URL(page.url()).host}${path}`;
  const transfer = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      transfer.setData('text/uri-list', ${JSON.stringify(uri)});
      return transfer;
    })()`,
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await target.dispatchEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true });
  await panelFrame(page).getByText('was dropped').first().waitFor();
  await window.screenshot('import-dropped');
});
