import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// Look at the screenshots in .test-output/screenshots/. Properties that a screenshot alone cannot prove, such as the
// theme's colours in the panel, are checked as well.

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
};

const REQUESTS = `@host = localhost:8080

### Echo
# @name echo
WEBSOCKET ws://{{host}}/echo
Origin: http://localhost

{"op": "subscribe", "channel": "BTC"}
=== wait-for-server
Second message

### Something is wrong here
# @timeout soon
WEBSOCKET http://{{host}}/
`;

let server: DemoServer;
let window: VscodeWindow | undefined;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
});
afterEach(async () => {
  await window?.dispose();
  window = undefined;
});
afterAll(() => server.close());

async function connect(page: Page, url: string): Promise<void> {
  await connectTo(page, url);
  await panelFrame(page).locator('duplex-header').getByTitle(url.split('?')[0]!).first().waitFor();
}

interface Styled {
  getComputedStyle(element: unknown): { readonly backgroundColor: string };
}

async function background(element: Locator): Promise<string> {
  return element.evaluate(
    (shown) => (globalThis as unknown as Styled).getComputedStyle(shown).backgroundColor,
  );
}

test.each(Object.entries(THEMES))('the window in %s', async (name, theme) => {
  window = await openWindow({ settings: { 'workbench.colorTheme': theme } });
  const { page, workspace } = window;
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
  await page.locator('.sidebar').getByText('Start Demo Server and Connect').waitFor();
  await window.screenshot(`welcome-${name}`);

  await connect(page, `${server.url}/echo`);
  const panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  const composer = panel.locator('duplex-composer .cm-content');
  const messages = ['{"op":"subscribe","channel":"BTC","depth":1.0}', 'plain text', '[1,2,{"a":null}]'];
  for (const [index, text] of messages.entries()) {
    await composer.fill(text);
    await page.keyboard.press('Control+Enter');
    // After the row of the opening: one that was sent, one that came back.
    await panel.locator(`#row-${2 * index + 2}`).waitFor();
  }
  await panel.locator('#row-2').click();
  await panel.locator('duplex-inspector .line').nth(4).waitFor();
  await view(page, 'Sessions').getByText('↓ 3 ↑ 3').waitFor();
  await window.screenshot(`session-${name}`);

  const editor = page.locator('.editor-group-container').first();
  expect(await background(panel.locator('body'))).toBe(await background(editor));

  await connect(page, `${server.url}/refuse?status=401`);
  const doctor = panelFrame(page).locator('duplex-doctor');
  await doctor.getByText('HTTP 401').first().waitFor();
  await view(page, 'Sessions').getByText('failed').waitFor();
  await window.screenshot(`refused-${name}`);

  await writeFile(join(workspace, 'requests.ws'), REQUESTS);
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').fill('requests.ws');
  await page.locator('.quick-input-list').getByText('requests.ws').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.monaco-editor .codelens-decoration').getByText('Connect').first().waitFor();
  await page.locator('.monaco-editor .squiggly-error').first().waitFor();
  await window.screenshot(`request-file-${name}`);
});
