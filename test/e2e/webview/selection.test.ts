import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { FakeMessage } from './support/fakeHost.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

/** Every third was sent; a row every second. */
const message = (seq: number): FakeMessage => ({
  payload: `{"seq":${seq}}`,
  delta: 1_000_000,
  direction: seq % 3 === 0 ? 'out' : 'in',
});

async function open(rows: number): Promise<void> {
  panel = await browser.openPanel();
  panel.host.generate(rows, message);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
  await row(rows - 1).waitFor();
}

const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const list = (): Locator => panel.page.getByRole('grid', { name: 'Timeline' });
const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const bar = (): Locator => panel.page.locator('duplex-range-bar');
const said = (text: string): Promise<void> => bar().getByRole('status').getByText(text).waitFor();
const follow = (): Locator => panel.page.getByRole('switch', { name: 'Follow' });
const isFollowing = async (): Promise<boolean> => (await follow().getAttribute('aria-checked')) === 'true';
const selected = (): Promise<number[]> =>
  panel.page
    .locator('.row.selected')
    .evaluateAll((rows: unknown[]) =>
      rows.map((row) => Number((row as { dataset: { row: string } }).dataset.row)),
    );
const field = (): Locator => panel.page.getByRole('textbox', { name: 'Go to a message or a time' });

describe('a selection of several rows', () => {
  it('extends from a click to a click with Shift, and is summed up', async () => {
    await open(100);
    await row(90).click();
    await row(95).click({ modifiers: ['Shift'] });
    await expect.poll(selected).toEqual([90, 91, 92, 93, 94, 95]);
    // 90 and 93 were sent.
    await said('6 rows selected · 5.00 s · in 4 / 40 B · out 2 / 20 B');
    await expect.poll(isFollowing).toBe(false);
    await row(88).click({ modifiers: ['Shift'] });
    await expect.poll(selected).toEqual([88, 89, 90]);
    await row(97).click();
    await expect.poll(selected).toEqual([97]);
    await expect.poll(() => bar().count()).toBe(0);
  });

  it('is extended by keys, and reduced to one row by Escape', async () => {
    await open(100);
    await row(90).click();
    await list().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp']) await press(`Shift+${key}`);
    await expect.poll(selected).toEqual([90, 91]);
    await press('Shift+End');
    await expect.poll(selected).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    await expect.poll(isFollowing).toBe(false);
    await expect.poll(() => list().getAttribute('aria-activedescendant')).toBe('row-99');
    await press('Escape');
    await expect.poll(selected).toEqual([99]);
  });

  it('has all rows by Ctrl+A, at any scroll position, without later ones', async () => {
    await open(1_000);
    await list().focus();
    await press('Home');
    await row(0).waitFor();
    await press('Control+a');
    await said('1,000 rows selected');
    await expect.poll(() => row(0).isVisible()).toBe(true);
    panel.host.generate(500, message);
    panel.host.update();
    await panel.page.getByText('1,500 rows').first().waitFor();
    await press('Shift+End');
    await said('1,500 rows selected');
    expect(panel.host.calls.rangeStatistics).toHaveLength(2);
  });

  it('leaves out the rows that a filter hides', async () => {
    await open(100);
    await panel.page.getByRole('radio', { name: 'Out' }).click();
    await panel.page.getByText('34 of 100 rows').waitFor();
    await row(99).waitFor();
    await list().focus();
    await press('Control+a');
    await said('34 rows selected');
    await press('Control+c');
    await expect.poll(() => panel.host.calls.copyRange).toEqual([[0, 100, 's1']]);
  });

  it('is copied by Ctrl+C and saved by its button; a single row is copied unchanged', async () => {
    await open(100);
    await row(90).click();
    await list().focus();
    await press('Control+c');
    await expect.poll(() => panel.host.calls.copyPayload).toEqual([[90]]);
    await press('Shift+ArrowDown');
    await press('Control+c');
    await expect.poll(() => panel.host.calls.copyRange).toHaveLength(1);
    expect(panel.host.calls.copyRange[0]!.slice(0, 2)).toEqual([90, 92]);
    await bar().getByRole('button', { name: 'Save…' }).click();
    await expect.poll(() => panel.host.calls.saveRange).toHaveLength(1);
    expect(panel.host.calls.saveRange[0]!.slice(0, 2)).toEqual([90, 92]);
  });

  it('is exported by the menu of a row, with the filter that leaves out rows', async () => {
    await open(100);
    await row(90).click();
    await row(95).click({ modifiers: ['Shift'] });
    const choose = async (): Promise<void> => {
      await row(93).click({ button: 'right' });
      await panel.page.getByRole('menuitem', { name: 'Export…' }).click();
    };
    await choose();
    await expect.poll(() => panel.host.calls.exportRows).toHaveLength(1);
    expect(panel.host.calls.exportRows[0]).toMatchObject([93, { from: 90, end: 96 }, null]);
    await panel.page.getByRole('radio', { name: 'Out' }).click();
    await panel.page.getByText('34 of 100 rows').waitFor();
    // The counter is there before the rows.
    await row(92).waitFor({ state: 'detached' });
    await choose();
    await expect.poll(() => panel.host.calls.exportRows).toHaveLength(2);
    expect(panel.host.calls.exportRows[1]).toMatchObject([93, { from: 90, end: 96 }, 's1']);
  });

  it('is restored after a reload of the page', async () => {
    await open(100);
    await row(90).click();
    await row(95).click({ modifiers: ['Shift'] });
    await said('6 rows selected');
    const place = await row(90).boundingBox();
    await panel.page.waitForTimeout(300);
    await panel.load();
    await expect.poll(selected).toEqual([90, 91, 92, 93, 94, 95]);
    await said('6 rows selected');
    await panel.page.locator('duplex-chart canvas').waitFor();
    expect(await row(90).boundingBox()).toEqual(place);
    expect(await selected()).toEqual([90, 91, 92, 93, 94, 95]);
  });

  it('stays at its place while the chart appears above it, and goes', async () => {
    await open(40);
    await row(30).click();
    await expect.poll(isFollowing).toBe(false);
    const place = async (): Promise<number | undefined> => (await row(30).boundingBox())?.y;
    const before = await place();
    panel.host.generate(20, message);
    panel.host.update();
    const chart = panel.page.locator('duplex-chart canvas');
    await chart.waitFor();
    await expect.poll(place).toBe(before);
    await row(32).click();
    await expect.poll(selected).toEqual([32]);
    await panel.page.getByRole('button', { name: 'Rate' }).click();
    await chart.waitFor({ state: 'detached' });
    await expect.poll(place).toBe(before);
  });
});

describe('the time column', () => {
  const time = (seq: number): Promise<string | null> => row(seq).locator('.time').textContent();
  const choose = async (name: string): Promise<void> => {
    await panel.page.getByRole('button', { name: 'What the time column shows' }).click();
    await panel.page.getByRole('menuitemradio', { name }).click();
  };

  it('shows the choice of the menu of its head, and keeps it', async () => {
    await open(100);
    await expect.poll(() => time(99)).toBe('12:02:46.123000');
    await choose('Since the Start of the Session');
    await expect.poll(() => time(99)).toBe('+1:39.000000');
    await choose('Since the Row Above');
    await expect.poll(() => time(99)).toBe('+1.00 s');
    await panel.page.waitForTimeout(300);
    await panel.load();
    await row(99).waitFor();
    await expect.poll(() => time(99)).toBe('+1.00 s');
  });

  it('counts from a row that M marks', async () => {
    await open(100);
    await row(95).click();
    await list().focus();
    await press('m');
    await expect.poll(() => time(99)).toBe('+4.000000');
    await expect.poll(() => time(95)).toBe('+0.000000');
    await expect.poll(() => time(93)).toBe('-2.000000');
    await panel.page.getByText('Times count from row #95.').first().waitFor();
  });

  it('is used by keys', async () => {
    await open(100);
    await panel.page.getByRole('button', { name: 'What the time column shows' }).focus();
    await press('Enter');
    await press('ArrowDown');
    await press('Enter');
    await expect.poll(() => time(99)).toBe('+1:39.000000');
  });

  it('marks a pause, in a separate line between two rows of the same height', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: 'a' }, { payload: 'b', delta: 12_400_000 }, { payload: 'c' });
    await panel.load();
    await row(1).locator('.pause').getByText('12.4 s').waitFor();
    await expect.poll(() => panel.page.locator('.pause').count()).toBe(1);
    await expect.poll(() => row(1).getAttribute('aria-label')).toContain('after a pause of 12.4 s');
    const boxes = await Promise.all([0, 1, 2].map((seq) => row(seq).boundingBox()));
    expect(boxes.map((box) => box!.height)).toEqual([22, 22, 22]);
  });
});

describe('going to a number or a time', () => {
  const ask = async (text: string): Promise<void> => {
    await panel.page.getByRole('button', { name: /^Go to Message or Time/ }).click();
    await expect.poll(() => isFocused(field())).toBe(true);
    await panel.page.keyboard.type(text);
  };

  it.each([
    ['#4321', 4_321],
    ['+1:05', undefined],
    ['+65s', 65],
    ['12:02:10', 63],
  ])('takes %s', async (text, seq) => {
    await open(10_000);
    await ask(text);
    if (seq === undefined) {
      await panel.page.getByText('Type a number such as #1204').waitFor();
      await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
      await press('Enter');
      await expect.poll(() => field().isVisible()).toBe(true);
      await press('Escape');
      await expect.poll(() => field().count()).toBe(0);
      return;
    }
    await press('Enter');
    await expect.poll(selected).toEqual([seq]);
    await expect.poll(isFollowing).toBe(false);
    await expect.poll(() => isFocused(list())).toBe(true);
  });

  it('goes to the next row if a filter hides the given one', async () => {
    await open(100);
    await panel.page.getByRole('radio', { name: 'Out' }).click();
    await panel.page.getByText('34 of 100 rows').waitFor();
    await ask('#31');
    await press('Enter');
    await expect.poll(selected).toEqual([33]);
  });

  it('is opened by the command, which accepts a row', async () => {
    await open(10_000);
    panel.host.goTo('+3s');
    await field().waitFor();
    await expect.poll(() => field().inputValue()).toBe('+3s');
    await press('Enter');
    await expect.poll(selected).toEqual([3]);
    panel.host.showRow(7_777);
    await expect.poll(selected).toEqual([7_777]);
    await expect.poll(() => row(7_777).isVisible()).toBe(true);
  });
});
