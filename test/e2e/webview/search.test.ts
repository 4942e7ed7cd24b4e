import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { FakeMessage } from './support/fakeHost.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

/** Every tenth row was sent, every hundredth is rare. */
const message = (seq: number): FakeMessage => ({
  payload: `{"seq":${seq},"word":"${seq % 100 === 0 ? 'Rare' : 'usual'}"}`,
  direction: seq % 10 === 0 ? 'out' : 'in',
});

async function open(rows = 1_000, options: PanelOptions = {}): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.generate(rows, message);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
  await row(rows - 1).waitFor();
}

const { page, key } = {
  page: () => panel.page,
  key: (name: string): Promise<void> => panel.page.keyboard.press(name),
};
const list = (): Locator => page().getByRole('grid', { name: 'Timeline' });
const rows = (): Locator => page().locator('duplex-timeline .row');
const row = (seq: number): Locator => page().locator(`#row-${seq}`);
const field = (): Locator => page().getByRole('textbox', { name: 'Search' });
const button = (name: string): Locator => page().locator('duplex-toolbar').getByRole('button', { name });
const radio = (name: string): Locator => page().locator('duplex-toolbar').getByRole('radio', { name });
const follow = (): Locator => page().getByRole('switch', { name: 'Follow' });
const status = (text: string): Promise<void> =>
  page().locator('#status').getByText(text, { exact: true }).waitFor();
const rowCount = (text: string): Promise<void> =>
  page().locator('.rows').getByText(text, { exact: true }).waitFor();
const selected = (): Promise<string | null> => list().getAttribute('aria-activedescendant');
const firstRow = (): Promise<string | null> => rows().first().getAttribute('id');

function grow(count: number): void {
  panel.host.generate(count, message);
  panel.host.update();
}

describe('a search', () => {
  it('marks rows and characters among all others, counts, and announces the result to a screen reader', async () => {
    await open();
    await field().fill('rare');
    await status('10 matches');
    await page().getByRole('status').getByText('Search done: 10 matches').waitFor();
    await key('Enter');
    await expect.poll(selected).toBe('row-0');
    await status('1 of 10');
    await expect.poll(() => row(0).getAttribute('class')).toContain('hit');
    await expect.poll(() => row(0).locator('mark').allTextContents()).toEqual(['Rare']);
    await expect.poll(() => row(0).getAttribute('aria-label')).toMatch(/^match, #0 /);
    await expect.poll(() => row(1).getAttribute('class')).not.toContain('hit');
    await rowCount('1,000 rows');
  });

  it('goes to the next and the previous match by keys and buttons, and wraps around', async () => {
    await open();
    await list().focus();
    await key('Home');
    await field().fill('Rare');
    await key('Enter');
    await expect.poll(selected).toBe('row-100');
    await status('2 of 10');
    await key('F3');
    await expect.poll(selected).toBe('row-200');
    await key('Shift+Enter');
    await expect.poll(selected).toBe('row-100');
    await key('Shift+F3');
    await button('Previous Match').click();
    await expect.poll(selected).toBe('row-900');
    await status('10 of 10');
    await button('Next Match').click();
    await expect.poll(selected).toBe('row-0');
    await expect.poll(() => follow().getAttribute('aria-checked')).toBe('false');
    await row(0).click();
    await key('F3');
    await expect.poll(selected).toBe('row-100');
    const frame = (await list().boundingBox())!;
    const box = (await row(100).boundingBox())!;
    expect(Math.abs(box.y + box.height / 2 - frame.y - frame.height / 2)).toBeLessThan(frame.height / 4);
  });

  it('supports case, regular expressions and JSONPath', async () => {
    await open();
    await field().fill('rare');
    await status('10 matches');
    await button('Match Case').click();
    await status('No matches');
    await field().fill('"seq":\\d5\\b');
    await button('Use Regular Expression').click();
    await status('9 matches');
    await key('F3');
    await expect.poll(() => page().locator('mark').first().textContent()).toMatch(/^"seq":\d5$/);
    await field().fill('$[?$.seq > 997]');
    await button('Use JSONPath').click();
    await status('2 matches');
    await expect.poll(() => button('Use Regular Expression').getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => button('Match Case').isDisabled()).toBe(true);
    await key('F3');
    await row(998).waitFor();
    await expect.poll(() => row(998).getAttribute('class')).toContain('hit');
    await button('Use JSONPath').click();
    await status('No matches');
  });

  it('that is written as a condition and finds no text offers to be one, by keyboard', async () => {
    await open();
    await field().fill('$.word=="Rare"');
    await status('No matches');
    await button('Search as a Condition').waitFor();
    await key('Tab');
    await expect.poll(() => isFocused(button('Search as a Condition'))).toBe(true);
    await key('Enter');
    await status('10 matches');
    await expect.poll(() => button('Use JSONPath').getAttribute('aria-pressed')).toBe('true');
    await button('Search as a Condition').waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(field())).toBe(true);
    await button('Use Regular Expression').click();
    await field().fill('$[?$.seq > 997]');
    await button('Search as a JSONPath').click();
    await status('2 matches');
    await button('Use JSONPath').click();
    await field().fill('nothing');
    await status('No matches');
    expect(await button('Search as').count()).toBe(0);
  });

  it('searches in decoded messages, and explains the cost', async () => {
    await open();
    await field().fill('rare');
    await status('10 matches');
    expect(await button('Search in Decoded').getAttribute('title')).toContain('every message is decoded');
    await button('Search in Decoded').click();
    await expect
      .poll(() => panel.host.calls.startSearch?.at(-1)?.[1])
      .toEqual({ text: { pattern: 'rare', mode: 'plain', caseSensitive: false }, decoded: true });
    await expect.poll(() => button('Search in Decoded').getAttribute('aria-pressed')).toBe('true');
    // Where there is no room, the button of what is on stays.
    await page().setViewportSize({ width: 600, height: 600 });
    await button('Search in Decoded').click();
    await expect.poll(() => panel.host.calls.startSearch?.at(-1)?.[1]).not.toHaveProperty('decoded');
    await button('Search in Decoded').waitFor({ state: 'detached' });
  });

  it('reports the error of a pattern during typing, and keeps the result', async () => {
    await open();
    await button('Only matches').click();
    await button('Use Regular Expression').click();
    await field().fill('Rare');
    await status('10 matches');
    await field().pressSequentially('(');
    const problem = page().locator('duplex-toolbar').getByRole('alert');
    await problem.getByText('this ( is never closed').waitFor();
    await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
    await rowCount('10 of 1,000 rows');
    const box = page().locator('.field');
    const before = await box.boundingBox();
    await field().fill('usual');
    await problem.waitFor({ state: 'hidden' });
    await status('990 matches');
    await expect.poll(() => box.boundingBox()).toEqual(before);
  });

  it('shows its progress, and can be cancelled and started again', async () => {
    await open();
    panel.host.searches.limit = 250;
    await field().fill('rare');
    await status('3 matches');
    const progress = page().getByRole('progressbar', { name: 'Searching' });
    await expect.poll(() => progress.getAttribute('aria-valuenow')).toBe('25');
    expect(panel.host.searches.running.size).toBe(1);
    await button('Cancel the Search').click();
    await status('Cancelled');
    await progress.waitFor({ state: 'detached' });
    expect(panel.host.searches.running.size).toBe(0);
    await expect.poll(() => page().locator('mark').count()).toBe(0);
    panel.host.searches.limit = Infinity;
    await field().press('Enter');
    await status('1 of 10');
  });

  it('waits for a match that is not found yet', async () => {
    await open();
    await row(990).click();
    panel.host.searches.limit = 5;
    await field().fill('rare');
    await status('1 match');
    await key('Enter');
    await page().waitForTimeout(100);
    await expect.poll(selected).toBe('row-990');
    panel.host.searches.limit = Infinity;
    panel.host.searches.goOn();
    await expect.poll(selected).toBe('row-0');
  });

  it('stops with the sentence of the host about a pattern that takes too long', async () => {
    await open();
    panel.host.answer.startSearch = async () => {
      throw new DuplexError('call.timeout', 'The pattern takes too long: simplify it.');
    };
    await field().fill('x');
    await page().locator('duplex-toolbar').getByRole('alert').getByText('takes too long').waitFor();
  });

  it('is opened with Ctrl+F, emptied with Escape and closed with another', async () => {
    await open(10);
    await page().getByRole('textbox', { name: 'Message to send' }).focus();
    await key('Control+f');
    await expect.poll(() => isFocused(field())).toBe(true);
    await page().keyboard.type('usual');
    await status('9 matches');
    await key('Escape');
    await expect.poll(() => field().inputValue()).toBe('');
    await expect.poll(() => panel.host.searches.running.size).toBe(0);
    await expect.poll(() => page().locator('mark').count()).toBe(0);
    await key('Escape');
    await expect.poll(() => isFocused(list())).toBe(true);
    await key('Control+f');
    await expect.poll(() => isFocused(field())).toBe(true);
  });

  it('shows marks as text, for any message and search', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: '<img src=x onerror="document.title=1"> & <b>' });
    await panel.load();
    await field().fill('<img src=x');
    await page().locator('mark').waitFor();
    await expect.poll(() => page().locator('mark').textContent()).toBe('<img src=x');
    // But for the empty images that CodeMirror puts beside its widgets.
    await expect.poll(() => page().locator('img:not(.cm-widgetBuffer), b').count()).toBe(0);
  });

  it('never stores the searched text on disk', async () => {
    await open(10);
    await field().fill('usual');
    await button('Match Case').click();
    await status('9 matches');
    await page().waitForTimeout(300);
    const kept = await page().evaluate('JSON.stringify(sessionStorage)');
    expect(kept).toContain('caseSensitive');
    expect(kept).not.toContain('usual');
  });
});

describe('a filter', () => {
  it('leaves out other rows; the visible ones keep their numbers', async () => {
    await open();
    await radio('Out').click();
    await rowCount('100 of 1,000 rows');
    await row(990).waitFor();
    await expect
      .poll(() =>
        rows().evaluateAll((all: { dataset: { row?: string } }[]) =>
          all.every((each) => Number(each.dataset.row) % 10 === 0),
        ),
      )
      .toBe(true);
    await expect.poll(() => row(990).getAttribute('aria-rowindex')).toBe('101');
    await expect.poll(() => list().getAttribute('aria-rowcount')).toBe('101');
    await radio('All').click();
    await rowCount('1,000 rows');
    await expect.poll(() => panel.host.searches.running.size).toBe(0);
  });

  it('selects several kinds at a time', async () => {
    panel = await browser.openPanel();
    panel.host.add(
      { payload: 'a' },
      { kind: 'binary', payload: Uint8Array.of(1) },
      { kind: 'ping', payload: '' },
    );
    await panel.load();
    await button('Binary').click();
    await rowCount('1 of 3 rows');
    await button('Control').click();
    await rowCount('2 of 3 rows');
    await expect.poll(() => button('Control').getAttribute('aria-pressed')).toBe('true');
    await button('Binary').click();
    await button('Control').click();
    await rowCount('3 rows');
  });

  it('says so if no row is left', async () => {
    await open(10);
    await button('Binary').click();
    await page().getByText('No row matches.').waitFor();
  });

  it('narrows the matches of a search', async () => {
    await open();
    await field().fill('usual');
    await status('990 matches');
    await radio('Out').click();
    await status('90 matches');
    await rowCount('100 of 1,000 rows');
    await expect.poll(() => page().locator('.row.hit').count()).toBeGreaterThan(5);
  });

  it('is kept after a reload of the page', async () => {
    await open();
    await radio('Out').click();
    await rowCount('100 of 1,000 rows');
    await page().waitForTimeout(300);
    await panel.load();
    await rowCount('100 of 1,000 rows');
    await expect.poll(() => radio('Out').getAttribute('aria-checked')).toBe('true');
  });
});

describe('only matches', () => {
  it('are listed as soon as they are found, and followed as they arrive', async () => {
    await open();
    await button('Only matches').click();
    await field().fill('rare');
    await rowCount('10 of 1,000 rows');
    await expect.poll(() => rows().count()).toBe(10);
    await expect.poll(() => page().locator('mark').count()).toBe(10);
    grow(9_000);
    await rowCount('100 of 10,000 rows');
    await row(9_900).waitFor();
    await expect.poll(() => follow().getAttribute('aria-checked')).toBe('true');
    await field().fill('');
    await rowCount('10,000 rows');
    await row(9_999).waitFor();
  });

  it('are reached by keys, also those that are not loaded yet', async () => {
    await open(100_000);
    await button('Only matches').click();
    await field().fill('rare');
    await rowCount('1,000 of 100,000 rows');
    await list().focus();
    await key('Home');
    await expect.poll(selected).toBe('row-0');
    await key('ArrowDown');
    await expect.poll(selected).toBe('row-100');
    await key('End');
    await expect.poll(selected).toBe('row-99900');
    await key('ArrowUp');
    await expect.poll(selected).toBe('row-99800');
    await status('999 of 1,000');
  });

  it('keep the selection if its row is among them, and restore it later if it is not', async () => {
    await open();
    await list().focus();
    await key('Home');
    for (let i = 0; i < 5; i++) await key('ArrowDown');
    await expect.poll(selected).toBe('row-5');
    await button('Only matches').click();
    await field().fill('Rare');
    await rowCount('10 of 1,000 rows');
    await expect.poll(selected).toBeNull();
    await list().focus();
    await key('ArrowDown');
    await expect.poll(selected).toBe('row-100');
    await key('Control+f');
    await key('Escape');
    await rowCount('1,000 rows');
    await expect.poll(selected).toBe('row-100');
    await field().fill('usual');
    await rowCount('990 of 1,000 rows');
    await expect.poll(selected).toBeNull();
    await field().fill('');
    await rowCount('1,000 rows');
    await expect.poll(selected).toBe('row-100');
  });

  it('keep the scroll position if possible', async () => {
    await open();
    await list().focus();
    await key('Home');
    for (let i = 0; i < 5; i++) await key('PageDown');
    await page().waitForTimeout(200);
    const before = await firstRow();
    await radio('In').click();
    await rowCount('900 of 1,000 rows');
    const first = Number((await firstRow())!.slice(4));
    expect(Math.abs(first - Number(before!.slice(4)))).toBeLessThanOrEqual(15);
    await radio('All').click();
    await rowCount('1,000 rows');
    await expect
      .poll(async () => Math.abs(Number((await firstRow())!.slice(4)) - Number(before!.slice(4))))
      .toBeLessThanOrEqual(15);
  });

  it('never show an empty row or list during typing', async () => {
    await open(5_000);
    // The composer leaves room for the rows below it, and moves them when it is drawn.
    await page().locator('duplex-composer .cm-content').waitFor();
    await row(4_999).getByText('"seq":4999').waitFor();
    await button('Only matches').click();
    await page().evaluate(`
      window.empty = 0;
      const list = document.querySelector('duplex-panel').shadowRoot.querySelector('duplex-timeline-pane')
        .shadowRoot.querySelector('duplex-timeline').shadowRoot;
      new MutationObserver(() => {
        window.empty += list.querySelectorAll('[aria-label="Loading"]').length + (list.querySelector('.row') ? 0 : 1);
      }).observe(list, { childList: true, subtree: true, attributes: true });
    `);
    await field().pressSequentially('rare', { delay: 250 });
    await rowCount('50 of 5,000 rows');
    expect(await page().evaluate('window.empty')).toBe(0);
  });

  it('begin again when rows are cleared', async () => {
    await open();
    await button('Only matches').click();
    await field().fill('rare');
    await rowCount('10 of 1,000 rows');
    panel.host.change({ firstRow: 850 });
    panel.host.update();
    await rowCount('1 of 150 rows');
    await expect.poll(firstRow).toBe('row-900');
    expect(panel.host.searches.running.size).toBe(1);
  });
});
