import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// One window and one session of 50,000 messages for all: each test goes on where the one before it stopped.

const MESSAGES = 50_000;

let server: DemoServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  await connectTo(page, `${server.url}/burst?n=${MESSAGES}&size=100`);
  panel = panelFrame(page);
  // The handshake, the messages, and a close frame each way.
  await panel.locator('duplex-header').getByText('Closed').waitFor();
  await rowCount(/^50,00\d rows$/);
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const field = (): Locator => panel.getByRole('textbox', { name: 'Search' });
const button = (name: string): Locator => panel.locator('duplex-toolbar').getByRole('button', { name });
const status = (text: string): Promise<void> =>
  panel.locator('#status').getByText(text, { exact: true }).waitFor();
const rowCount = (text: RegExp): Promise<void> => panel.locator('.rows').getByText(text).waitFor();
const selectedRow = (): Promise<string | null> => panel.locator('.row.selected').getAttribute('id');

test('Ctrl+F opens the search, which finds and marks a text in 50,000 messages', async () => {
  await panel.getByRole('grid', { name: 'Timeline' }).focus();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('"n": 777');
  await status('10 matches');
  await page.keyboard.press('Enter');
  await expect.poll(selectedRow).toMatch(/^row-\d+$/);
  await panel.locator('.row.selected mark').getByText('"n": 777', { exact: true }).waitFor();
  await window.screenshot('search-among-all');
});

test('the next and the previous match are reached by keys', async () => {
  const at = async (): Promise<number> =>
    Number(/^(\d+) of 10$/.exec((await panel.locator('#status').textContent())!)?.[1]);
  await expect.poll(at).toBeGreaterThan(0);
  const first = await at();
  const after = (match: number): number => (match % 10) + 1;
  await page.keyboard.press('Enter');
  await expect.poll(at).toBe(after(first));
  await page.keyboard.press('F3');
  await expect.poll(at).toBe(after(after(first)));
  await page.keyboard.press('Shift+F3');
  await expect.poll(at).toBe(after(first));
});

test('only matches are listed, with their row numbers', async () => {
  await button('Only matches').click();
  await rowCount(/^10 of 50,00\d rows$/);
  await expect.poll(() => panel.locator('.row').count()).toBe(10);
  await panel.locator('.row').last().click();
  await status('10 of 10');
  await window.screenshot('search-only-matches');
});

test('a regular expression and a JSONPath are searched, and their errors are shown', async () => {
  await button('Use Regular Expression').click();
  await field().fill('"n":\\s*4999[0-4],');
  await status('5 matches');
  await button('Use JSONPath').click();
  await field().fill('$[?@ >= 49990');
  await panel
    .locator('duplex-toolbar')
    .getByRole('alert')
    .getByText(/The JSONPath is not valid/)
    .waitFor();
  await rowCount(/^5 of 50,00\d rows$/);
  await field().fill('$[?@ >= 49990]');
  await status('10 matches');
  await rowCount(/^10 of 50,00\d rows$/);
});

test('a filter shows control frames only', async () => {
  await field().fill('');
  await button('Control').click();
  await rowCount(/^\d of 50,00\d rows$/);
  await panel.locator('.row.close').first().waitFor();
  await expect.poll(() => panel.locator('.row.text').count()).toBe(0);
});

test('new messages add hits, and the list follows them', async () => {
  await connectTo(page, `${server.url}/ticker?rate=50`);
  panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  await button('Only matches').click();
  await field().fill('"seq":');
  const hits = async (): Promise<number> =>
    Number(/^[\d,]+/.exec((await panel.locator('#status').textContent()) ?? '')?.[0].replace(',', '') ?? 0);
  await expect.poll(hits, { timeout: 20_000 }).toBeGreaterThan(20);
  const before = await hits();
  await expect.poll(hits, { timeout: 20_000 }).toBeGreaterThan(before + 50);
  await expect
    .poll(() => panel.getByRole('switch', { name: 'Follow' }).getAttribute('aria-checked'))
    .toBe('true');
  await window.screenshot('search-live');
});
