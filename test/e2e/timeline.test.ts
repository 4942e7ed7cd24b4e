import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// One window for all, and a session of 50,000 messages: each test goes on where the one before it stopped.

const MESSAGES = 50_000;

let server: DemoServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

async function connect(path: string): Promise<void> {
  await connectTo(page, server.url + path);
  panel = panelFrame(page);
}

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await connect(`/burst?n=${MESSAGES}&size=100`);
  await panel.locator('duplex-connection').getByText('Closed').first().waitFor();
  await panel
    .locator('.rows')
    .getByText(/^50,00\d rows$/)
    .waitFor();
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const list = (): Locator => panel.getByRole('grid', { name: 'Timeline' });
const row = (seq: number): Locator => panel.locator(`#row-${seq}`);
const chart = (): Locator => panel.getByRole('slider', { name: /^Rate of messages/ });
const field = (): Locator => panel.getByRole('textbox', { name: 'Go to a message or a time' });
const follow = (): Locator => panel.getByRole('switch', { name: 'Follow' });
const isFollowing = async (): Promise<boolean> => (await follow().getAttribute('aria-checked')) === 'true';
const firstRow = async (): Promise<number> =>
  Number(await panel.locator('duplex-timeline .row').first().getAttribute('data-row'));

test('the chart is drawn under the page’s policy, and a click on it goes to the middle of the session', async () => {
  await panel.locator('duplex-chart canvas').waitFor();
  await expect
    .poll(() => chart().getAttribute('aria-label'))
    .toMatch(/^Rate of messages over .*: at most .+ a second received and 0 sent\./);
  await chart().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect.poll(firstRow).toBeLessThan(100);
  await expect.poll(isFollowing).toBe(false);
  await window.screenshot('timeline-chart');
});

test('Ctrl+G asks for a place, with the keys of VS Code, and goes to a number', async () => {
  await list().focus();
  await page.keyboard.press('Control+g');
  await field().waitFor();
  await page.keyboard.type('#40000');
  await page.keyboard.press('Enter');
  await expect.poll(() => row(40_000).getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Control+g');
  await field().waitFor();
  await page.keyboard.type('#50999');
  await panel.getByText('There is no message #50999').waitFor();
  await page.keyboard.press('Escape');
});

test('the command asks as well, with the focus at any place', async () => {
  await runCommand(page, 'WebSocket: Go to Message or Time…');
  await field().waitFor();
  await page.keyboard.type('+0s');
  await page.keyboard.press('Enter');
  await expect.poll(firstRow).toBe(0);
});

test('a range is added up in the recording and copied as lines', async () => {
  await page.keyboard.press('Control+g');
  await field().fill('#100');
  await page.keyboard.press('Enter');
  await row(100).waitFor();
  await list().focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
  await panel.getByText(/^5 rows selected · .* · in 5 \/ 500 B · out 0 \/ 0 B$/).waitFor();
  await window.screenshot('timeline-range');
  await page.keyboard.press('Control+c');
  await page.getByText('Copied 505 B').waitFor();
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  const lines = copied.trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([99, 100, 101, 102, 103]);
});

/** The used part of the page's window. */
interface PageWindow {
  getSelection(): unknown;
}

test('any number of rows is selected at once', async () => {
  await list().focus();
  await page.keyboard.press('Control+a');
  await panel.getByText(/^50,00\d rows selected · .* · in 50,000 \/ 4\.8 MiB/).waitFor();
  // Rows, and not the page's texts, which VS Code selects by the same key.
  await page.waitForTimeout(300);
  const selected = await panel
    .locator('body')
    .evaluate(() => String((globalThis as unknown as PageWindow).getSelection()));
  expect(selected).toBe('');
});

test('selected rows are exported as JSON lines', async () => {
  await row(await firstRow()).click();
  await list().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await panel.locator('duplex-range-bar').getByText('2 rows selected').waitFor();
  await panel.getByRole('button', { name: 'Save…' }).click();
  await page.locator('.quick-input-list').getByText('JSON Lines', { exact: true }).click();
  const input = page.locator('.quick-input-widget:visible input.input');
  // The dialog shows the folder first and the file's name once it has looked there.
  await expect.poll(() => input.inputValue(), { timeout: 10_000 }).toMatch(/\.jsonl$/);
  const target = join(window.workspace, 'saved.jsonl');
  await input.fill(target);
  await page.keyboard.press('Enter');
  await page.getByText('Exported 2 rows to saved.jsonl.').first().waitFor();
  const lines = (await readFile(target, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { dir: string; kind: string }).kind)).toEqual([
    'text',
    'text',
  ]);
});

test('times count from the chosen row, also after a reload of the page', async () => {
  await page.keyboard.press('Control+g');
  await field().fill('#100');
  await page.keyboard.press('Enter');
  await row(100).waitFor();
  await list().focus();
  await page.keyboard.press('m');
  await expect.poll(() => row(100).locator('.time').textContent()).toBe('+0.000000');
  await page.waitForTimeout(300);
  await runCommand(page, 'File: New Untitled Text File');
  await page.keyboard.press('Control+PageUp');
  panel = panelFrame(page);
  await row(100).waitFor();
  await expect.poll(() => row(100).locator('.time').textContent()).toBe('+0.000000');
});

test('follow never fights the user', async () => {
  await connect('/ticker?rate=200');
  await panel.locator('duplex-connection').getByText('Open', { exact: true }).first().waitFor();
  await expect.poll(isFollowing).toBe(true);
  const rows = async (): Promise<number> =>
    Number(
      /^[\d,]+/
        .exec((await panel.locator('duplex-toolbar .rows').textContent())!.trim())![0]
        .replace(',', ''),
    );
  await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(400);
  const stands = async (): Promise<void> => {
    await expect.poll(isFollowing).toBe(false);
    const [first, before] = [await firstRow(), await rows()];
    await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(before + 100);
    await expect.poll(firstRow).toBe(first);
  };
  await list().hover();
  await page.mouse.wheel(0, -400);
  await stands();
  await list().focus();
  await page.keyboard.press('End');
  await expect.poll(isFollowing).toBe(true);
  await expect.poll(async () => (await rows()) - (await firstRow())).toBeLessThan(60);
  await page.keyboard.press('ArrowUp');
  await stands();
  await follow().click();
  await expect.poll(isFollowing).toBe(true);
  await panel.locator('duplex-timeline .row').first().click();
  await stands();
  await window.screenshot('timeline-live');
});
