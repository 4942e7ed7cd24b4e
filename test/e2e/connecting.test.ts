import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { draftText, isFocused } from './webview/support/inPage.ts';

// Connects, changes the connection and continues after an end, by keyboard, in one real window.

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
});
afterAll(async () => {
  await window?.dispose();
  await server.close();
});

const panel = (): FrameLocator => panelFrame(page);
const card = (): Locator => panel().locator('duplex-doctor');
const urlIn = (part: 'duplex-header' | 'duplex-connection-form'): Locator =>
  panel().locator(part).getByRole('textbox', { name: 'URL' });
const isOpen = (): Promise<void> =>
  panel().locator('duplex-header').getByText('Open', { exact: true }).waitFor();

/** Replaces the content of a field with a URL, and connects with it. */
async function typeInto(field: Locator, url: string): Promise<void> {
  // Not by Ctrl+A, which VS Code sends back into the page a moment later.
  await tabTo(page, field);
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type(url);
  await page.keyboard.press('Enter');
}

test('a new connection is edited before it connects, and then the composer takes the keys', async () => {
  await runCommand(page, 'WebSocket: New Connection in a Panel…');
  await expect.poll(() => isFocused(urlIn('duplex-connection-form'))).toBe(true);
  await panel().locator('duplex-header').getByText('Not connected').waitFor();
  await page.keyboard.type(`${server.url}/echo`);
  await page.keyboard.press('Enter');
  await isOpen();
  await panel().locator('duplex-composer .cm-content').waitFor();
  await expect.poll(() => isFocused(panel().locator('duplex-composer .cm-content'))).toBe(true);
  await page.keyboard.type('typed at once');
  await expect.poll(() => draftText(panel())).toBe('typed at once');
  await page.keyboard.press('Control+Enter');
  await panel().locator('#row-2').getByText('typed at once').waitFor();
  // The session is named after its URL.
  await page.locator('.tab').getByText(`127.0.0.1:${server.port}/echo`).waitFor();
});

test('the URL is edited in the header; a close by policy has a card with code, meaning and reason', async () => {
  await typeInto(urlIn('duplex-header'), `${server.url}/close?code=1008&reason=token%20expired`);
  await card().getByRole('alert').getByText('The server refuses by its policy').waitFor();
  await card().getByText('1008, Policy violation').waitFor();
  await card().getByText('token expired', { exact: true }).waitFor();
});

test('the card opens the form, and a successful connection closes it', async () => {
  await tabTo(page, card().getByRole('button', { name: 'Edit Connection' }));
  await page.keyboard.press('Enter');
  await expect.poll(() => isFocused(urlIn('duplex-connection-form'))).toBe(true);
  await typeInto(urlIn('duplex-connection-form'), `${server.url}/echo`);
  await isOpen();
  await card().waitFor({ state: 'detached' });
  // It is closed once the connection is open, and leaves the focus to the composer.
  await urlIn('duplex-connection-form').waitFor({ state: 'detached' });
  await expect.poll(() => isFocused(panel().locator('duplex-composer .cm-content'))).toBe(true);
});

test('a connection without a close frame is reported as lost, and its row has no arrow', async () => {
  await typeInto(urlIn('duplex-header'), `${server.url}/close?code=1006`);
  await card().getByRole('alert').getByText('Connection lost without a close frame').waitFor();
  await tabTo(page, card().getByRole('button', { name: 'Show in Timeline' }));
  await page.keyboard.press('Enter');
  const row = panel().locator('.row.selected');
  await row.getByText(/^1006/).waitFor();
  expect(await row.getAttribute('aria-label')).not.toMatch(/sent|received/);
});

test('Retry-After is counted down, then the server is asked again', async () => {
  let asked = 0;
  const { url } = await rawServer((socket, request) => {
    if (asked++ === 0)
      socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n');
    else socket.write(switching(request));
  });
  await typeInto(urlIn('duplex-header'), url);
  await card()
    .getByText(/^Retry in \d+ s$/)
    .waitFor();
  await card().getByText('The server allows another attempt now').waitFor();
  await tabTo(page, card().getByRole('button', { name: 'Connect again' }));
  await page.keyboard.press('Enter');
  await isOpen();
  expect(asked).toBe(2);
});

test('a pasted command line of curl connects with its options', async () => {
  const requests: string[] = [];
  const { url } = await rawServer((socket, request) => {
    requests.push(request);
    socket.write(switching(request));
  });
  await connectTo(page, `curl -H 'X-Key: of-curl' ${url.replace(/^ws/, 'http')}curl`);
  await expect.poll(() => requests.length).toBe(1);
  expect(requests[0]).toMatch(/^GET \/curl HTTP\/1\.1\r\n[^]*X-Key: of-curl\r\n/);
  await isOpen();
});
