import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countingServer, type CountingServer } from '../integration/protocol/support/graphqlServer.ts';
import { chooseItem, focused, selectAll, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';
import { isFocused } from './webview/support/inPage.ts';

// Two subscriptions of a server of graphql-ws, of which one is shown alone, by keyboard. Each test goes on where the one
// before it stopped.

let server: CountingServer;
let window: VscodeWindow;
let page: Page;
let panel: FrameLocator;

beforeAll(async () => {
  server = await countingServer();
  window = await openWindow({ settings: { 'duplex.connection.protocol': 'graphql-transport-ws' } });
  page = window.page;
});
afterAll(async () => {
  await window?.dispose();
  server?.close();
});

const press = (key: string): Promise<void> => page.keyboard.press(key);
const previews = (): Promise<string[]> => panel.locator('duplex-timeline .row .preview').allInnerTexts();
const list = () => panel.getByRole('grid', { name: 'Timeline' });
const pill = () => panel.getByRole('button', { name: /^Only the operation of #\d+ is shown: show all$/ });

/** Rows of the subscription with this id that came with these numbers. */
const results = (id: number, ...numbers: number[]): RegExp[] =>
  numbers.map((number) => new RegExp(`^next ${id} .*"ticks":\\s*${number}\\b`));
const matching = (patterns: readonly RegExp[]): unknown[] =>
  patterns.map((pattern): unknown => expect.stringMatching(pattern));
const has = (patterns: readonly RegExp[]): Promise<void> =>
  expect.poll(previews, { timeout: 60_000 }).toEqual(expect.arrayContaining(matching(patterns)));

async function subscribe(document: string): Promise<void> {
  await tabTo(page, panel.locator('duplex-composer .cm-content'));
  await selectAll(page);
  await page.keyboard.insertText(document);
  await press('Control+Enter');
}

test('two operations run, each by the verb of the composer', async () => {
  await connectTo(page, server.url);
  panel = panelFrame(page);
  await has([/^connection_ack/]);
  await tabTo(page, panel.getByRole('button', { name: 'What to send' }), 'Shift+Tab');
  await press('Enter');
  await focused(panel.getByRole('menuitemradio', { name: 'Message', exact: true }));
  const verb = panel.getByRole('menuitemradio', { name: /^@subscribe/ });
  for (let down = 0; down < 10 && !(await isFocused(verb)); down++) await press('ArrowDown');
  await press('Enter');
  await subscribe('subscription Ours { ticks }');
  await has([/^subscribe 1 /]);
  await subscribe('subscription Theirs { ticks }');
  await has([/^subscribe 2 /]);
  for (const number of [1, 2]) {
    await expect.poll(() => server.waiting, { timeout: 30_000 }).toBe(2);
    server.tick();
    await has([...results(1, number), ...results(2, number)]);
  }
});

test('the menu of a row shows its operation alone, which goes on', async () => {
  await tabTo(page, list(), 'Shift+Tab');
  await press('Control+Home');
  const selected = panel.locator('duplex-timeline .row[aria-selected=true] .preview');
  const steps = [/^subscribe 1 /, /^subscribe 2 /, /^next 1 /];
  await press('ArrowDown');
  for (const step of steps) {
    for (let down = 0; down < 4 && !step.test(await selected.innerText()); down++) {
      const before = await selected.innerText();
      await press('ArrowDown');
      await expect.poll(() => selected.innerText(), { timeout: 30_000 }).not.toBe(before);
    }
    expect(await selected.innerText()).toMatch(step);
  }
  await press('Shift+F10');
  await chooseItem(page, panel.getByRole('menuitem', { name: 'Show Only This Operation' }));
  const shown = [/^subscribe 1 .*Ours/, ...results(1, 1, 2)];
  await expect.poll(previews, { timeout: 30_000 }).toEqual(matching(shown));
  await window.screenshot('protocol-operation');

  // Later results of the operation are shown, and those of the other operation are not.
  server.tick();
  await expect.poll(previews, { timeout: 30_000 }).toEqual(matching([...shown, ...results(1, 3)]));
});

test('the button in the bar shows all rows again', async () => {
  await tabTo(page, pill(), 'Shift+Tab');
  await press('Enter');
  await has([/^connection_ack/, /^subscribe 2 .*Theirs/, ...results(1, 1, 2, 3), ...results(2, 1, 2, 3)]);
  expect(await pill().count()).toBe(0);
  await focused(panel.getByRole('button', { name: 'Filter by Type and Name' }));
});
