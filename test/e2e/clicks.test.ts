import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow, panelFrame, type VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// Counts the clicks of the first minutes. Typed keys do not count.

let window: VscodeWindow;
let clicks = 0;

beforeAll(async () => {
  window = await openWindow();
});
afterAll(() => window.dispose());

async function click(target: Locator): Promise<void> {
  await target.click();
  clicks++;
}

test('a first echoed message takes two clicks, a changed header three more, an edited message two', async () => {
  const { page } = window;
  const panel = panelFrame(page);
  const rows = (text: string): Locator => panel.locator('.row').filter({ hasText: text });
  await click(page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }));
  await click(page.getByRole('button', { name: 'Start Demo Server and Connect' }).first());
  await rows('hello').nth(1).waitFor();
  expect(clicks).toBe(2);

  await click(panel.getByRole('button', { name: 'Edit Connection' }));
  await click(panel.getByRole('tab', { name: /^Headers/ }));
  await click(panel.getByRole('button', { name: 'Add Header' }));
  await page.keyboard.type('X-Trace');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  // A second handshake: the change is applied.
  await rows('HTTP 101').nth(1).waitFor();
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  const composer = panel.locator('duplex-composer .cm-content');
  // The user asked for this connection and types next.
  await expect.poll(() => isFocused(composer), { timeout: 20_000 }).toBe(true);
  await page.keyboard.type('second');
  await page.keyboard.press('Control+Enter');
  await rows('second').nth(1).waitFor();
  expect(clicks).toBe(5);

  await rows('second').last().hover();
  await click(rows('second').last().locator('.more'));
  await click(panel.getByRole('menuitem', { name: 'Edit and Resend' }));
  // The draft contains the message before, too, so the focus shows that the item has done its work.
  await expect.poll(() => isFocused(composer), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => composer.innerText(), { timeout: 10_000 }).toContain('second');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' again');
  await page.keyboard.press('Control+Enter');
  await rows('second again').nth(1).waitFor();
  expect(clicks).toBe(7);
  await window.screenshot('clicks');
});
