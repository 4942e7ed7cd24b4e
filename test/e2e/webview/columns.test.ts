import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import type { FakeMessage } from './support/fakeHost.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const tick = (seq: number): FakeMessage => ({
  payload: `{"type":"tick","seq":${seq},"deep":{"id":"x${seq}"}}`,
});

async function open(options?: PanelOptions, columns: readonly string[] = [], count = 5): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.generate(count, tick);
  panel.host.columns = columns;
  await panel.load();
  await row(count - 1).waitFor();
}

const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const grid = (): Locator => panel.page.getByRole('grid');
const heads = (): Promise<string[]> => grid().getByRole('columnheader').allTextContents();
const valuesOf = (seq: number): Promise<string[]> => row(seq).locator('.value').allTextContents();
const field = (): Locator => panel.page.getByRole('textbox', { name: 'Path of the new column' });
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const PLAIN = ['Number', 'Time', 'Delta', 'Direction', 'Kind', 'Message', 'Size'];

/** Opens the menu of the message column by keys and takes an item. */
async function choose(item: string): Promise<void> {
  await panel.page.getByRole('button', { name: 'What rows show of messages' }).focus();
  await press('Enter');
  const wanted = panel.page.getByRole('menuitem', { name: item });
  await wanted.waitFor();
  for (let step = 0; step < 20 && !(await wanted.evaluate(isFocusedElement)); step++)
    await press('ArrowDown');
  await press('Enter');
}

const isFocusedElement = (element: unknown): boolean =>
  (element as { matches(selector: string): boolean }).matches(':focus');

describe('columns of the user', () => {
  it('are added and removed by keys alone', async () => {
    await open();
    await expect.poll(heads).toEqual(PLAIN);
    await choose('Add Column…');
    await panel.page.keyboard.type('seq');
    await expect.poll(() => field().inputValue()).toBe('$.seq');
    await press('Enter');
    await expect.poll(heads).toEqual([...PLAIN.slice(0, 6), '$.seq', 'Size']);
    await expect.poll(() => valuesOf(3)).toEqual(['3']);
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('8');
    await expect.poll(() => row(3).getAttribute('aria-label')).toMatch(/, \$\.seq: 3$/);
    // The focus is in the timeline again.
    await press('Home');
    await expect.poll(() => row(0).getAttribute('aria-selected')).toBe('true');
    await choose('Remove Column $.seq');
    await expect.poll(heads).toEqual(PLAIN);
    await expect.poll(() => row(3).locator('.value').count()).toBe(0);
  });

  it('suggest the path to the kind of the selected message, also in its menu', async () => {
    await open();
    await row(2).click();
    await choose('Add Column…');
    await expect.poll(() => field().inputValue()).toBe('$.type');
    await press('Escape');
    await expect.poll(() => field().count()).toBe(0);
    await grid().focus();
    await press('Shift+F10');
    await panel.page.getByRole('menuitem', { name: 'Add Column $.type' }).press('Enter');
    await expect.poll(() => valuesOf(2)).toEqual(['tick']);
  });

  it('are kept for the page, and start with those of the settings', async () => {
    await open({}, ['$.type', '$.deep.id']);
    await expect.poll(() => valuesOf(1)).toEqual(['tick', 'x1']);
    await choose('Remove Column $.type');
    await expect.poll(() => valuesOf(1)).toEqual(['x1']);
    await expect
      .poll(() => panel.page.evaluate<string>(`sessionStorage.getItem('state')`))
      .toContain('"columns":["$.deep.id"]');
    await panel.load();
    await expect.poll(() => valuesOf(1)).toEqual(['x1']);
  });

  it.each([
    ['$..id', 'This is not a path to one value'],
    ['type', 'This is not a path to one value'],
    ['$[?match(@.a, "(a+)+$")]', 'This is not a path to one value'],
    ['$["<img src=x onerror=alert(1)>"', 'This is not a path to one value'],
    [`$.${'a'.repeat(2_000)}`, 'This is not a path to one value'],
    ['$.type', 'There is a column with this path.'],
  ])('report at the field the problem of %s', async (path, problem) => {
    await open({}, ['$.type']);
    await choose('Add Column…');
    await field().fill(path);
    await panel.page.locator('duplex-column-input .problem').getByText(problem).waitFor();
    await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
    await press('Enter');
    await expect.poll(() => field().inputValue()).toBe(path);
    await expect.poll(() => heads().then((all) => all.length)).toBe(8);
  });

  it('are eight at most', async () => {
    await open(
      { width: 1900 },
      Array.from({ length: 8 }, (_, index) => `$.a${index}`),
    );
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('15');
    await choose('Add Column…');
    await panel.page.getByText('At most 8 columns are shown: remove one first.').waitFor();
  });

  it('show any names of members as text', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: '{"<b>x</b>":"<img src=x onerror=alert(1)>"}' });
    panel.host.columns = ['$["<b>x</b>"]'];
    await panel.load();
    await expect.poll(() => valuesOf(0)).toEqual(['<img src=x onerror=alert(1)>']);
    await panel.page.getByText('$["<b>x</b>"]', { exact: true }).first().waitFor();
  });

  it('read only rows on screen, each once', async () => {
    await open({}, ['$.seq'], 100_000);
    await expect.poll(() => valuesOf(99_999)).toEqual(['99999']);
    const asked = (): number[] => panel.host.calls.columnValues.flatMap(([rows]) => [...rows]);
    expect(asked().length).toBeLessThan(100);
    await grid().focus();
    await press('Home');
    await expect.poll(() => valuesOf(0)).toEqual(['0']);
    await press('End');
    await expect.poll(() => valuesOf(99_999)).toEqual(['99999']);
    expect(asked().length).toBeLessThan(200);
    expect(new Set(asked()).size).toBe(asked().length);
  });

  it('say that a large message is not read', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: JSON.stringify({ type: 'large', text: 'x'.repeat(300_000) }) }, tick(1));
    panel.host.columns = ['$.type'];
    await panel.load();
    await expect.poll(() => valuesOf(0)).toEqual(['too large']);
    await expect.poll(() => row(0).locator('.value').getAttribute('title')).toContain('256 KiB');
    await expect.poll(() => valuesOf(1)).toEqual(['tick']);
  });

  it('are shown for the hits of a search', async () => {
    await open({}, ['$.seq']);
    await panel.page.getByRole('button', { name: 'Only matches' }).click();
    await panel.page.getByRole('textbox', { name: 'Search' }).fill('x3');
    await expect.poll(() => panel.page.locator('duplex-timeline .row').count()).toBe(1);
    await expect.poll(() => valuesOf(3)).toEqual(['3']);
  });

  it('are fewer in a narrow panel, and keys skip the hidden cells', async () => {
    await open({ width: 500 }, ['$.type', '$.seq']);
    await expect.poll(heads).toEqual(['Number', 'Time', 'Direction', 'Kind', 'Message', '$.type', 'Size']);
    await expect.poll(() => valuesOf(1)).toEqual(['tick']);
    await panel.page.setViewportSize({ width: 250, height: 800 });
    await expect.poll(heads).toEqual(['Number', 'Direction', 'Kind', 'Message']);
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('4');
    await grid().focus();
    await press('Home');
    for (let step = 0; step < 9; step++) await press('ArrowRight');
    await expect.poll(() => grid().getAttribute('aria-activedescendant')).toBe('row-0-cell-3');
    await expect.poll(() => row(0).locator('.active').textContent()).toContain('{"type":"tick"');
    await panel.page.setViewportSize({ width: 1900, height: 800 });
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('9');
    for (let step = 0; step < 9; step++) await press('ArrowRight');
    await expect.poll(() => grid().getAttribute('aria-activedescendant')).toBe('row-0-cell-8');
  });

  it('that do not fit beside the message are told, and come into view by their menu', async () => {
    await open({ width: 1000 }, ['$.type', '$.seq']);
    const more = panel.page.getByRole('button', { name: 'does not fit' });
    await grid().focus();
    await press('Home');
    await press('Enter');
    await panel.page.locator('duplex-inspector').waitFor();
    await expect.poll(() => valuesOf(1)).toEqual(['tick']);
    await expect.poll(() => more.innerText()).toContain('+1');
    await more.focus();
    await press('Enter');
    await panel.page.getByRole('menuitem', { name: 'Show Column $.seq' }).press('Enter');
    await expect.poll(() => valuesOf(1)).toEqual(['1']);
    await panel.page.setViewportSize({ width: 1900, height: 800 });
    await more.waitFor({ state: 'detached' });
    await expect.poll(() => valuesOf(1)).toEqual(['1', 'tick']);
    await panel.page.setViewportSize({ width: 250, height: 800 });
    await expect.poll(() => valuesOf(1)).toEqual([]);
    await panel.page.getByRole('button', { name: '2 columns do not fit' }).waitFor();
    await panel.screenshot('columns-hidden');
  });

  it.each(['dark', 'light', 'highContrast', 'highContrastLight'] as const)(
    'have nothing that axe-core finds, at any width (%s)',
    async (theme) => {
      await open({ theme }, ['$.type', '$.seq']);
      await choose('Add Column…');
      await field().fill('$..x');
      expect(await axeFindings(panel.page)).toEqual([]);
      for (const width of [500, 250]) {
        await panel.page.setViewportSize({ width, height: 800 });
        await row(0).waitFor();
        expect(await axeFindings(panel.page)).toEqual([]);
      }
    },
  );
});
