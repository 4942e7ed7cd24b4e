import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { arrowTo, chooseItem, focused, selectAll, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { draftText, isFocused } from './webview/support/inPage.ts';

// Sending, the rows, reading and finding in one real window, by keyboard alone: the focus moves as keys move it. Each test goes on
// where the one before it stopped.

const XML = '<order><items n="2"><item>one</item><item>two</item></items><note>needle</note></order>';

let server: DemoServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await connectTo(page, `${server.url}/echo`);
  panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(async () => {
  await window?.dispose();
  await server?.close();
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const composer = (): Locator => panel.locator('duplex-composer .cm-content');
const mode = (name: string): Locator => panel.getByRole('radio', { name, exact: true });
const problem = (): Locator => panel.locator('duplex-composer').getByRole('alert');
const hint = (): Locator => panel.locator('duplex-composer .hint');
const list = (): Locator => panel.getByRole('grid', { name: 'Timeline' });
const row = (seq: number): Locator => panel.locator(`#row-${seq}`);
const button = (name: string | RegExp): Locator => panel.getByRole('button', { name, exact: true });
const item = (name: string | RegExp): Locator => panel.getByRole('menuitem', { name });
const field = (): Locator => panel.getByRole('textbox', { name: 'Search', exact: true });
const lines = (): Promise<string[]> => panel.locator('duplex-inspector .line').allTextContents();
const copied = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');

/** Number of the last row, as the list announces it. */
const lastRow = async (): Promise<number> => Number(await list().getAttribute('aria-rowcount')) - 2;

async function write(text: string): Promise<void> {
  await selectAll(page);
  await page.keyboard.insertText(text);
  await expect.poll(() => draftText(panel)).toBe(text);
}

/** Sends what is in the composer, which has the focus, and waits for the answer. */
async function send(text: string): Promise<number> {
  const before = await lastRow();
  await write(text);
  await press('Control+Enter');
  await expect.poll(lastRow).toBe(before + 2);
  return before + 2;
}

/** From the composer's editor. */
async function moreWaysToSend(name: string): Promise<void> {
  await tabTo(page, button('More Ways to Send'));
  await press('Enter');
  await chooseItem(page, item(name));
}

/** Selects a row by its number, from within the timeline. */
async function goTo(seq: number): Promise<void> {
  await press('Control+g');
  await focused(panel.getByRole('textbox', { name: 'Go to a message or a time' }));
  await page.keyboard.type(`#${seq}`);
  await press('Enter');
  await expect.poll(() => row(seq).getAttribute('aria-selected')).toBe('true');
  await focused(list());
}

test('another mode converts the text, or says why not and keeps it', async () => {
  await focused(composer());
  await write('{"a":1}');
  await tabTo(page, mode('Text'), 'Shift+Tab');
  for (const [name, text] of [
    ['JSON', '{"a":1}'],
    ['Hex', '7b 22 61 22 3a 31 7d'],
    ['Base64', 'eyJhIjoxfQ=='],
  ] as const) {
    await press('ArrowRight');
    await focused(mode(name));
    await expect.poll(() => draftText(panel)).toBe(text);
  }
  for (const name of ['Hex', 'JSON', 'Text']) {
    await press('ArrowLeft');
    await focused(mode(name));
  }
  await expect.poll(() => draftText(panel)).toBe('{"a":1}');
  await arrowTo(page, mode('Hex'));
  await tabTo(page, composer());
  await write('ff fe');
  await tabTo(page, mode('Hex'), 'Shift+Tab');
  await press('ArrowLeft');
  await problem().getByText('UTF-8').waitFor();
  await expect.poll(() => draftText(panel)).toBe('ff fe');
  await focused(mode('Hex'));
});

test('a file is chosen and sent', async () => {
  await writeFile(join(window.workspace, 'payload.bin'), Uint8Array.of(0, 1, 2, 255));
  await arrowTo(page, mode('File'));
  await tabTo(page, panel.getByRole('button', { name: 'Choose File…' }));
  await press('Enter');
  const input = page.locator('.quick-input-widget:visible input.input');
  // The dialog shows the folder once it has looked there.
  await expect.poll(() => input.inputValue().catch(() => '')).toBe(`${window.workspace}/`);
  await page.keyboard.type('payload.bin');
  await press('Enter');
  await panel
    .locator('duplex-file-part .path')
    .getByText(/payload\.bin$/)
    .waitFor();
  await tabTo(page, panel.getByRole('button', { name: 'Choose File…' }), 'Shift+Tab');
  await press('Control+Enter');
  await row(2).getByText('00 01 02 ff').waitFor();
});

test('JSON is formatted, and only the selection is sent', async () => {
  await tabTo(page, mode('File'), 'Shift+Tab');
  await arrowTo(page, mode('JSON'));
  await tabTo(page, composer());
  await write('{"type":"order","price":2.50}');
  await press('Shift+Alt+F');
  await expect.poll(() => draftText(panel)).toBe('{\n  "type": "order",\n  "price": 2.50\n}');
  await focused(composer());
  // Alt+F opens the File menu of a VS Code in the browser.
  expect(await page.locator('.menubar-menu-items-holder').count()).toBe(0);
  await write('{"type":"order","price":2.50}');
  await tabTo(page, button('Format'), 'Shift+Tab');
  await press('Enter');
  await focused(composer());
  await expect.poll(() => draftText(panel)).toBe('{\n  "type": "order",\n  "price": 2.50\n}');
  await press('Control+Enter');
  await row(4).getByText('"order"').waitFor();
  await tabTo(page, mode('JSON'), 'Shift+Tab');
  await arrowTo(page, mode('Text'));
  await tabTo(page, composer());
  await write('left right');
  await press('Control+Shift+ArrowLeft');
  await moreWaysToSend('Send the Selection');
  await row(6).getByText('right', { exact: true }).waitFor();
});

test('a message is repeated until it is stopped', async () => {
  await tabTo(page, composer(), 'Shift+Tab');
  await write('{"type":"again"}');
  await moreWaysToSend('Repeat…');
  const times = panel.getByLabel('Times');
  await focused(times);
  await page.keyboard.type('0');
  await press('Enter');
  await panel.locator('duplex-repeat-form').getByRole('alert').waitFor();
  await selectAll(page);
  await page.keyboard.type('100000');
  await press('Tab');
  await selectAll(page);
  await page.keyboard.type('20');
  await press('Enter');
  await hint()
    .getByText(/^Sent [\d,]+ of 100,000$/)
    .waitFor();
  // Enough for the chart.
  await expect.poll(lastRow).toBeGreaterThan(80);
  await tabTo(page, panel.getByRole('button', { name: 'Stop', exact: true }));
  await press('Enter');
  await hint()
    .getByText(/ of 100,000/)
    .waitFor({ state: 'detached' });
});

test('a ping is sent from the menu beside Send', async () => {
  // Stop is gone.
  await tabTo(page, button('More Ways to Send'));
  await press('Enter');
  await chooseItem(page, item('Send Ping…'));
  await page.locator('.quick-input-title').getByText('Send Ping').waitFor();
  await page.keyboard.type('by-keys');
  await press('Enter');
  await panel.locator('.row').filter({ hasText: 'by-keys' }).nth(1).waitFor();
});

test('a range of the chart is selected by keys and read out', async () => {
  const chart = panel.getByRole('slider', { name: /messages|rate|over/i });
  await tabTo(page, chart, 'Shift+Tab');
  const value = (): Promise<string | null> => chart.getAttribute('aria-valuetext');
  await press('Home');
  const clock = /^\s*\d\d:\d\d:\d\d/;
  await expect.poll(value).toMatch(clock);
  const start = await value();
  await press('Shift+End');
  await expect.poll(value).not.toBe(start);
  expect(await value()).toMatch(/\d\d:\d\d:\d\d\.\d[^]*\d\d:\d\d:\d\d\.\d/);
  await press('Enter');
  await panel
    .locator('duplex-range-bar')
    .getByText(/^\d+ rows selected/)
    .waitFor();
});

test('every item of the menu of a row is reached, and adds a column of its value', async () => {
  await tabTo(page, list());
  await goTo(4);
  await press('Shift+F10');
  const items = panel.getByRole('menu').locator('[role=menuitem]');
  await items.first().waitFor();
  const names = await items.allInnerTexts();
  expect(names.length).toBeGreaterThan(12);
  for (let at = 0; at < names.length; at++) {
    await focused(items.nth(at));
    await press('ArrowDown');
  }
  // Around, to the first one.
  await focused(items.first());
  await chooseItem(page, item('Add Column $.type'));
  await row(4).locator('.value').getByText('order').waitFor();
  await focused(list());
});

test('a column is added by its JSONPath, and removed', async () => {
  // Room for two: the message is closed.
  await press('Escape');
  await panel.locator('duplex-inspector').waitFor({ state: 'detached' });
  await tabTo(page, panel.locator('duplex-timeline .messages .opener'), 'Shift+Tab');
  await press('Enter');
  await chooseItem(page, item('Add Column…'));
  await focused(panel.locator('duplex-column-input input'));
  await selectAll(page);
  await page.keyboard.type('$.price');
  await press('Enter');
  await row(4).locator('.value').getByText('2.50').waitFor();
  await tabTo(page, panel.locator('duplex-timeline .messages .opener'), 'Shift+Tab');
  await press('Enter');
  await chooseItem(page, item('Remove Column $.type'));
  await expect.poll(() => row(4).locator('.value').allTextContents()).toEqual(['2.50']);
});

test('the pill counts the new rows while another row is read, and goes there', async () => {
  await tabTo(page, composer());
  await send(XML);
  const pill = panel.getByRole('button', { name: '2 new' });
  await tabTo(page, pill, 'Shift+Tab');
  await press('Enter');
  await expect
    .poll(() => panel.getByRole('switch', { name: 'Follow' }).getAttribute('aria-checked'))
    .toBe('true');
  await row(await lastRow()).waitFor();
});

test('XML is folded and unfolded', async () => {
  await tabTo(page, list(), 'Shift+Tab');
  await press('End');
  await press('Enter');
  await focused(panel.getByRole('tab', { name: 'Pretty' }));
  const message = panel.locator('duplex-inspector .cm-content');
  await tabTo(page, message);
  await expect.poll(lines).toContain('    <item>one</item>');
  await press('Control+Home');
  await press('ArrowDown');
  await press('Control+Shift+BracketLeft');
  await expect.poll(lines).not.toContain('    <item>one</item>');
  await press('Control+Shift+BracketRight');
  await expect.poll(lines).toContain('    <item>one</item>');
});

test('JSON is folded, and gives the path and the value at the cursor', async () => {
  await press('Escape');
  await focused(list());
  await goTo(4);
  await press('Enter');
  const message = panel.locator('duplex-inspector .cm-content');
  await focused(panel.getByRole('tab', { name: 'Pretty' }));
  await expect.poll(lines).toContain('  "price": 2.50');
  await tabTo(page, message);
  await press('Control+Home');
  await press('Control+Shift+BracketLeft');
  await expect.poll(async () => (await lines()).length).toBe(1);
  await press('Control+Shift+BracketRight');
  await press('Control+Home');
  await press('ArrowDown');
  await press('ArrowDown');
  for (const [name, text] of [
    ['Copy Path', '$.price'],
    ['Copy Value', '2.50'],
  ] as const) {
    await tabTo(page, button('More Actions of the Message'), 'Shift+Tab');
    await press('Enter');
    await chooseItem(page, item(name));
    await expect.poll(copied).toBe(text);
    await tabTo(page, message);
  }
});

test('bytes are selected in Hex on both sides, and stay selected in Raw', async () => {
  await tabTo(page, panel.getByRole('tab', { name: 'Pretty' }), 'Shift+Tab');
  await arrowTo(page, panel.getByRole('tab', { name: 'Hex' }));
  await tabTo(page, panel.locator('duplex-hex .viewport'));
  for (let byte = 0; byte < 5; byte++) await press('ArrowRight');
  await press('Shift+ArrowRight');
  const chosen = (side: string): Promise<string[]> =>
    panel.locator(`duplex-hex .chosen.${side}`).allTextContents();
  await expect.poll(() => chosen('digits')).toEqual([expect.stringMatching(/^[0-9a-f]{2} [0-9a-f]{2}$/)]);
  const digits = (await chosen('digits'))[0]!;
  const text = Buffer.from(digits.replace(' ', ''), 'hex').toString();
  await expect.poll(() => chosen('characters')).toEqual([text]);
  await press('Control+c');
  await expect.poll(copied).toBe(digits);
  await tabTo(page, panel.getByRole('tab', { name: 'Hex' }), 'Shift+Tab');
  await arrowTo(page, panel.getByRole('tab', { name: 'Raw' }));
  await panel.locator('duplex-inspector .cm-selectionBackground').first().waitFor();
  await press('Escape');
  await focused(list());
});

test('a condition is searched, and an unfinished one keeps the last result and says what is missing', async () => {
  await press('Control+f');
  await focused(field());
  await page.keyboard.type('$.type=="order"');
  const shown = panel.locator('#status');
  await tabTo(page, panel.getByRole('button', { name: 'Search as a Condition' }));
  await press('Enter');
  await shown.getByText(/^(2 matches|\d of 2)$/).waitFor();
  await press('Control+f');
  await focused(field());
  await press('Enter');
  await expect.poll(() => panel.locator('.row.selected').getAttribute('id')).toMatch(/^row-[34]$/);
  const onlyMatches = panel.locator('duplex-toolbar').getByRole('button', { name: 'Only matches' });
  const rows = panel.locator('.rows').getByText(/^2 of [\d,]+ rows$/);
  await tabTo(page, onlyMatches);
  await press('Enter');
  await rows.waitFor();
  await press('Control+f');
  await focused(field());
  await press('End');
  for (let cut = 0; cut < 7; cut++) await press('Backspace');
  await panel.locator('duplex-toolbar').getByRole('alert').waitFor();
  await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
  expect(await rows.count()).toBe(1);
  await tabTo(page, onlyMatches);
  await press('Enter');
  const isCondition = panel.getByRole('button', { name: 'Use JSONPath or a Condition' });
  await tabTo(page, isCondition, 'Shift+Tab');
  await press('Enter');
  await expect.poll(() => isCondition.getAttribute('aria-pressed')).toBe('false');
});

test('a hit of the search is marked within its message, whose menu opens after Find', async () => {
  await press('Control+f');
  await focused(field());
  await selectAll(page);
  await page.keyboard.type('needle');
  await panel
    .locator('#status')
    .getByText(/^(2 matches|\d of 2)$/)
    .waitFor();
  await press('Enter');
  const message = panel.locator('duplex-inspector .cm-content');
  await message.locator('.cm-searchMatch').getByText('needle').waitFor();
  await press('Escape');
  await press('Escape');
  await focused(list());
  await press('Enter');
  await tabTo(page, message);
  await press('Control+f');
  await page.keyboard.type('two');
  await press('Enter');
  await panel.locator('duplex-inspector .cm-searchMatch-selected').waitFor();
  await press('Escape');
  await focused(message);
  await press('Escape');
  await focused(list());
  await press('Shift+F10');
  await expect.poll(() => isFocused(item('Edit and Resend'))).toBe(true);
  await press('Escape');
  await focused(list());
});

test('the connection is closed with a code from the menu beside Send', async () => {
  await tabTo(page, button('More Ways to Send'));
  await press('Enter');
  await chooseItem(page, item('Close With Code…'));
  await page.locator('.quick-input-title').getByText('Close With Code (1 of 2)').waitFor();
  await selectAll(page);
  await page.keyboard.type('4000');
  await press('Enter');
  await page.locator('.quick-input-title').getByText('Close With Code (2 of 2)').waitFor();
  await page.keyboard.type('by keys');
  await press('Enter');
  await panel.locator('duplex-header').getByText('Closed').waitFor();
  await tabTo(page, list(), 'Shift+Tab');
  await press('End');
  await panel.locator('.row').filter({ hasText: '4000' }).first().waitFor();
});
