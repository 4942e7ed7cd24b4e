import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { Rates } from '../../../src/shared/timelineProtocol.ts';
import type { FakeMessage } from './support/fakeHost.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

/** A hundred rows a second. */
const message = (seq: number): FakeMessage => ({
  payload: `{"seq":${seq}}`,
  delta: 10_000,
  direction: seq % 10 === 0 ? 'out' : 'in',
});

async function open(rows: number, options?: PanelOptions): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.generate(rows, message);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
}

const chart = (): Locator => panel.page.locator('duplex-chart');
const plot = (): Locator => panel.page.getByRole('slider', { name: /^Rate of messages/ });
const canvas = (): Locator => chart().locator('canvas');
const view = (): Locator => chart().locator('.view');
const firstRow = async (): Promise<number> =>
  Number(await panel.page.locator('duplex-timeline .row').first().getAttribute('data-row'));
const isFollowing = async (): Promise<boolean> =>
  (await panel.page.getByRole('switch', { name: 'Follow' }).getAttribute('aria-checked')) === 'true';

it('has a summary in a sentence', async () => {
  await open(6_000);
  await canvas().waitFor();
  await expect
    .poll(() => plot().getAttribute('aria-label'))
    .toMatch(/^Rate of messages over 00:00:5\d: at most \d+ a second received and \d+ sent\./);
  await chart()
    .getByText(/^\s*at most \d+ in, \d+ out\s*$/)
    .waitFor();
});

it('marks the visible rows, and a click goes to any place', async () => {
  await open(6_000);
  await canvas().waitFor();
  const box = (await plot().boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + 20 };
  await panel.page.mouse.click(middle.x, middle.y);
  await expect.poll(firstRow).toBeGreaterThan(2_900);
  await expect.poll(firstRow).toBeLessThan(3_100);
  await expect.poll(isFollowing).toBe(false);
  await expect.poll(async () => Math.abs((await view().boundingBox())!.x - middle.x)).toBeLessThan(10);
  // Nothing was selected by that.
  await expect.poll(() => panel.page.locator('.row.selected').count()).toBe(0);
});

it('selects the rows of a range by dragging, in either direction', async () => {
  await open(6_000);
  await canvas().waitFor();
  const box = (await plot().boundingBox())!;
  const drag = async (from: number, to: number): Promise<void> => {
    await panel.page.mouse.move(box.x + box.width * from, box.y + 20);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + box.width * to, box.y + 20, { steps: 5 });
    await chart().locator('.range').waitFor();
    await chart()
      .getByText(/^\s*12:01:\d\d\.\d to 12:0\d:\d\d\.\d\s*$/)
      .waitFor();
    await panel.page.mouse.up();
    await chart().locator('.range').waitFor({ state: 'hidden' });
  };
  await drag(0.25, 0.5);
  const bar = panel.page.locator('duplex-range-bar');
  await bar.getByText(/^1,[45]\d\d rows selected/).waitFor();
  await expect.poll(firstRow).toBeGreaterThan(1_400);
  await expect.poll(firstRow).toBeLessThan(1_600);
  await expect.poll(isFollowing).toBe(false);
  await drag(0.2, 0.1);
  await bar.getByText(/^[56]\d\d rows selected/).waitFor();
  await expect.poll(firstRow).toBeLessThan(700);
});

it('selects a range by keys', async () => {
  await open(6_000);
  await canvas().waitFor();
  await plot().focus();
  await panel.page.keyboard.press('Home');
  await expect.poll(() => plot().getAttribute('aria-valuetext')).toMatch(/^12:01:07 /);
  await panel.page.keyboard.press('Shift+PageUp');
  await expect.poll(() => plot().getAttribute('aria-valuetext')).toMatch(/^12:01:07\.\d to 12:01:\d\d\.\d$/);
  await panel.page.keyboard.press('Enter');
  await panel.page
    .locator('duplex-range-bar')
    .getByText(/rows selected/)
    .waitFor();
  await expect.poll(firstRow).toBe(0);
});

it('still marks the visible rows when it becomes narrower', async () => {
  await open(6_000);
  await canvas().waitFor();
  await panel.page.locator('duplex-timeline .row').last().click();
  await panel.page.getByRole('tab', { name: 'Pretty' }).waitFor();
  const end = async (): Promise<number> => {
    const [mark, all] = await Promise.all([view().boundingBox(), plot().boundingBox()]);
    return Math.abs(mark!.x + mark!.width - (all!.x + all!.width));
  };
  await expect.poll(end).toBeLessThan(12);
});

it('shows the time and the rate under the pointer', async () => {
  await open(6_000);
  await canvas().waitFor();
  const box = (await plot().boundingBox())!;
  await panel.page.mouse.move(box.x + box.width / 2, box.y + 20);
  await chart()
    .getByText(/^\s*12:01:3\d {3}[\d.]+ in, [\d.]+ out\s*$/)
    .waitFor();
});

it('is used by keys', async () => {
  await open(6_000);
  await canvas().waitFor();
  await plot().focus();
  await panel.page.keyboard.press('Home');
  await expect.poll(() => plot().getAttribute('aria-valuetext')).toMatch(/^12:01:07 /);
  for (let i = 0; i < 8; i++) await panel.page.keyboard.press('ArrowRight');
  await expect.poll(() => plot().getAttribute('aria-valuetext')).toMatch(/^12:01:08 /);
  await panel.page.keyboard.press('Enter');
  await expect.poll(firstRow).toBeGreaterThan(80);
  await expect.poll(firstRow).toBeLessThan(120);
});

it('is updated with a live session, once a second at most', async () => {
  await open(100);
  await canvas().waitFor();
  for (let i = 0; i < 30; i++) {
    panel.host.generate(100, message);
    panel.host.update();
    await panel.page.waitForTimeout(50);
  }
  await expect.poll(() => plot().getAttribute('aria-label')).toMatch(/over 00:00:3\d/);
  expect(panel.host.calls.rates.length).toBeLessThan(8);
});

it('is drawn while a long recording is being counted', async () => {
  panel = await browser.openPanel();
  panel.host.generate(1_000_000, message);
  const mean = Array.from({ length: 100 }, (_, i) => i);
  const series = { mean, min: mean, max: mean };
  const part = (next: number): Rates => ({
    ...{ next, start: 0, width: 1_000_000, end: 100_000_000 },
    ...{ in: series, out: series },
  });
  let finish: (rates: Rates) => void = () => undefined;
  const answers = [part(250_000), new Promise<Rates>((resolve) => (finish = resolve))];
  panel.host.answer.rates = async () => answers.shift()!;
  await panel.load();
  await chart().getByText('Counting: 25 %').waitFor();
  await canvas().waitFor();
  finish(part(1_000_000));
  await chart()
    .getByText(/at most 99 in/)
    .waitFor();
});

it('can be hidden, and then makes no calls', async () => {
  await open(100);
  await canvas().waitFor();
  const toggle = panel.page.getByRole('button', { name: 'Rate', exact: true });
  await toggle.click();
  await expect.poll(() => chart().count()).toBe(0);
  const asked = panel.host.calls.rates.length;
  panel.host.generate(100, message);
  panel.host.update();
  await panel.page.waitForTimeout(1_500);
  expect(panel.host.calls.rates).toHaveLength(asked);
  await panel.load();
  await panel.page.locator('duplex-timeline .row').first().waitFor();
  await expect.poll(() => chart().count()).toBe(0);
  await toggle.click();
  await canvas().waitFor();
});

it('is not drawn if all rows are visible', async () => {
  await open(20);
  await panel.page.locator('duplex-timeline .row').nth(5).waitFor();
  await expect.poll(() => chart().count()).toBe(0);
});

it('reports once why there are no rates', async () => {
  panel = await browser.openPanel();
  panel.host.generate(100, message);
  panel.host.answer.rates = async () => {
    throw new DuplexError('file.invalid', 'The index is gone.');
  };
  await panel.load();
  await panel.page.getByRole('alert').getByText('The index is gone.').waitFor();
});

it.each(Object.keys(THEMES) as ThemeName[])('uses the colours of the %s theme', async (theme) => {
  await open(5_000, { theme });
  panel.host.add({ payload: 'late', delta: 70_000_000 }, { payload: 'later', delta: 2_500_000 });
  for (let i = 0; i < 1_500; i++) panel.host.add({ payload: `{"burst":${i}}`, delta: 500 });
  panel.host.update();
  await canvas().waitFor();
  await panel.page.locator('#row-6490').click();
  await panel.page.locator('#row-6494').click({ modifiers: ['Shift'] });
  await panel.page.locator('duplex-range-bar').getByText('5 rows selected').waitFor();
  await panel.page.waitForTimeout(1_200);
  await panel.screenshot(`timeline-${theme}`);
  await panel.page.getByRole('button', { name: 'What the time column shows' }).click();
  await panel.screenshot(`timeline-${theme}-time`);
  await panel.page.keyboard.press('Escape');
  const field = panel.page.getByRole('textbox', { name: 'Go to a message or a time' });
  panel.host.goTo('#5002');
  await expect.poll(() => isFocused(field)).toBe(true);
  await panel.page.keyboard.press('Enter');
  await panel.page.locator('#row-5002.selected').waitFor();
  panel.host.goTo('#987654');
  await panel.page.getByText('There is no message #987654').waitFor();
  await panel.screenshot(`timeline-${theme}-go-to`);
});
