import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { FakeMessage } from './support/fakeHost.ts';
import { isFocused, scrollTo } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const tick = (seq: number): FakeMessage => ({ payload: `{"seq":${seq}}`, delta: 1_000 });

async function open(rows: number, options?: PanelOptions): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.generate(rows, tick);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
}

const list = (): Locator => panel.page.getByRole('grid', { name: 'Timeline' });
const rows = (): Locator => panel.page.locator('duplex-timeline .row');
const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const follow = (): Locator => panel.page.getByRole('switch', { name: 'Follow' });
const isFollowing = async (): Promise<boolean> => (await follow().getAttribute('aria-checked')) === 'true';

/** Adds rows as a fast session does, and updates the page. */
function grow(count: number): void {
  panel.host.generate(count, tick);
  panel.host.update();
}

const inView = async (seq: number): Promise<boolean> => {
  const box = await row(seq).boundingBox();
  const frame = await list().boundingBox();
  return !!box && !!frame && box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1;
};

describe('the timeline', () => {
  it('starts at its end, and stays there while rows arrive', async () => {
    await open(1_000);
    await row(999).waitFor();
    await expect.poll(() => inView(999)).toBe(true);
    grow(500);
    await row(1_499).waitFor();
    await expect.poll(() => inView(1_499)).toBe(true);
    await expect.poll(isFollowing).toBe(true);
  });

  it('has only the rows on the screen in the page, and no more than 300', async () => {
    await open(1_000_000);
    await row(999_999).waitFor();
    const box = (await list().boundingBox())!;
    await expect.poll(() => rows().count()).toBeLessThanOrEqual(Math.ceil(box.height / 22) + 1);
    expect(panel.host.calls.rows.every(([, count]) => count <= 200)).toBe(true);
  });

  it('stands still when the user scrolls up, and follows again on request', async () => {
    await open(1_000);
    await row(999).waitFor();
    await list().hover();
    await panel.page.mouse.wheel(0, -2_200);
    await row(890).waitFor();
    await expect.poll(isFollowing).toBe(false);
    const before = await rows().first().getAttribute('id');
    grow(5_000);
    await panel.page.getByText('6,000 rows').first().waitFor();
    await expect.poll(() => rows().first().getAttribute('id')).toBe(before);
    await follow().click();
    await row(5_999).waitFor();
    await expect.poll(() => inView(5_999)).toBe(true);
  });

  it('announces each row to a screen reader, with its place', async () => {
    await open(3);
    await row(2).waitFor();
    await expect
      .poll(() => row(1).getAttribute('aria-label'))
      .toMatch(/^#1 text received, 9 B, .*, \{"seq":1\}$/);
    // The heads of the columns are the first row.
    await expect.poll(() => row(1).getAttribute('aria-rowindex')).toBe('3');
    await expect.poll(() => list().getAttribute('aria-rowcount')).toBe('4');
    const heads = list().getByRole('columnheader');
    await expect
      .poll(() => heads.allTextContents())
      .toEqual(['Number', 'Time', 'Delta', 'Direction', 'Kind', 'Message', 'Size']);
    await expect.poll(() => list().getAttribute('aria-colcount')).toBe('7');
    const cells = row(1).getByRole('gridcell');
    await expect.poll(() => cells.count()).toBe(7);
    await expect.poll(() => cells.nth(5).textContent()).toContain('{"seq":1}');
    await expect.poll(() => cells.nth(3).getAttribute('aria-label')).toBe('received');
  });

  it.each([
    [1200, ['#', 'Delta', '', 'Kind', 'Size']],
    [500, ['#', '', '', 'Size']],
    [250, ['#', '', '']],
  ])('shows in %i px the names of the columns that have room for them', async (width, names) => {
    await open(3, { width });
    await row(2).waitFor();
    const heads = panel.page.locator('duplex-timeline .head > span');
    // The names of the columns Time and Message are those of their menus.
    const named = panel.page.locator('duplex-timeline .head > span:not(.message)');
    await expect.poll(() => named.allTextContents()).toEqual(names);
    const overflows = await heads.evaluateAll((all: unknown[]) =>
      (all as { scrollWidth: number; clientWidth: number }[]).map(
        ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
      ),
    );
    expect(overflows).not.toContain(true);
  });

  it('is used by keys', async () => {
    await open(1_000);
    await row(999).waitFor();
    await list().focus();
    const active = (): Promise<string | null> => list().getAttribute('aria-activedescendant');
    for (const [key, seq] of [
      ['Home', 0],
      ['ArrowDown', 1],
      ['ArrowDown', 2],
      ['ArrowUp', 1],
    ] as const) {
      await panel.page.keyboard.press(key);
      await row(seq).waitFor();
      await expect.poll(active).toBe(`row-${seq}`);
      await expect.poll(() => row(seq).getAttribute('aria-selected')).toBe('true');
      await expect.poll(() => inView(seq)).toBe(true);
    }
    await expect.poll(isFollowing).toBe(false);
    await panel.page.keyboard.press('PageDown');
    await expect.poll(async () => Number((await active())!.slice('row-'.length))).toBeGreaterThan(5);
    await panel.page.keyboard.press('PageUp');
    await expect.poll(active).toBe('row-1');
    await panel.page.keyboard.press('End');
    await row(999).waitFor();
    await expect.poll(active).toBe('row-999');
    await expect.poll(isFollowing).toBe(true);
  });

  it('is read cell by cell with the arrow keys', async () => {
    await open(10);
    await row(9).waitFor();
    await list().focus();
    const active = (): Promise<string | null> => list().getAttribute('aria-activedescendant');
    await panel.page.keyboard.press('Home');
    for (const [key, id] of [
      ['ArrowRight', 'row-0-cell-0'],
      ['ArrowRight', 'row-0-cell-1'],
      ['ArrowDown', 'row-1-cell-1'],
      ['ArrowLeft', 'row-1-cell-0'],
      ['ArrowLeft', 'row-1'],
      ['ArrowLeft', 'row-1'],
    ] as const) {
      await panel.page.keyboard.press(key);
      await expect.poll(active).toBe(id);
      await panel.page.locator(`#${id}`).waitFor();
    }
  });

  it('opens with Enter, returns with Escape, and closes with another', async () => {
    await open(10);
    await list().focus();
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press('Enter');
    const tab = panel.page.getByRole('tab', { name: 'Pretty' });
    await tab.waitFor();
    await expect.poll(() => isFocused(tab)).toBe(true);
    await panel.page.keyboard.press('Escape');
    await expect.poll(() => isFocused(list())).toBe(true);
    await expect.poll(() => tab.count()).toBe(1);
    await panel.page.keyboard.press('Escape');
    await expect.poll(() => tab.count()).toBe(0);
  });

  it('reaches any of ten million rows, beyond the height that a browser scrolls', async () => {
    await open(10_000_000);
    await row(9_999_999).waitFor();
    await expect.poll(() => inView(9_999_999)).toBe(true);
    await scrollTo(list(), 0);
    await row(0).waitFor();
    await scrollTo(list(), 0.5);
    await expect
      .poll(async () => Number((await rows().first().getAttribute('data-row')) ?? '0'))
      .toBeGreaterThan(4_990_000);
    // By hand, a list of any length moves by what the wheel moved.
    const before = Number(await rows().first().getAttribute('data-row'));
    await list().hover();
    await panel.page.mouse.wheel(0, 220);
    await expect.poll(async () => Number(await rows().first().getAttribute('data-row'))).toBe(before + 10);
    await list().focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    const selected = Number((await list().getAttribute('aria-activedescendant'))!.slice('row-'.length));
    await row(selected).waitFor();
    await expect.poll(() => inView(selected)).toBe(true);
    await expect.poll(() => row(selected).textContent()).toContain(`{"seq":${selected}}`);
    await scrollTo(list(), 1);
    await row(9_999_999).waitFor();
    await expect.poll(() => inView(9_999_999)).toBe(true);
  });

  it('never shows an empty row while rows arrive', async () => {
    await open(0);
    await list().waitFor();
    await panel.page.evaluate(`
      window.empty = 0;
      const list = document.querySelector('duplex-panel').shadowRoot.querySelector('duplex-timeline-pane')
        .shadowRoot.querySelector('duplex-timeline').shadowRoot;
      new MutationObserver(() => {
        window.empty += list.querySelectorAll('[aria-label="Loading"]').length;
        window.most = Math.max(window.most ?? 0, list.querySelectorAll('.row').length);
      }).observe(list, { childList: true, subtree: true, attributes: true });
    `);
    // 20 updates a second of 2,500 rows each: 50,000 messages a second.
    for (let update = 0; update < 40; update++) {
      grow(2_500);
      await panel.page.waitForTimeout(50);
    }
    await row(99_999).waitFor();
    expect(await panel.page.evaluate('window.empty')).toBe(0);
    expect(await panel.page.evaluate('window.most')).toBeLessThan(300);
  });

  it('hides cleared rows', async () => {
    await open(50);
    // The last row that goes: the composer leaves room for the rows below it, and moves them when it is drawn.
    await panel.page.locator('duplex-composer .cm-content').waitFor();
    await row(39).click();
    await expect.poll(() => row(39).getAttribute('aria-selected')).toBe('true');
    panel.host.change({ firstRow: 40 });
    panel.host.update();
    await panel.page.getByText('10 rows').first().waitFor();
    await expect.poll(() => rows().first().getAttribute('id')).toBe('row-40');
    await expect.poll(() => row(40).getAttribute('aria-rowindex')).toBe('2');
    await expect.poll(() => panel.page.getByRole('tab').count()).toBe(0);
    await list().focus();
    await panel.page.keyboard.press('Home');
    await expect.poll(() => list().getAttribute('aria-activedescendant')).toBe('row-40');
  });

  it('shows rows of any content as text', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: '<img src=x onerror="document.title=1"><script>document.title=2</script>' });
    await panel.load();
    await row(0).waitFor();
    await expect.poll(() => row(0).locator('.preview').textContent()).toContain('<img src=x');
    await expect.poll(() => panel.page.locator('img:not(.cm-widgetBuffer)').count()).toBe(0);
  });

  it('returns to its place after a reload of the page', async () => {
    await open(1_000);
    await row(999).waitFor();
    await list().hover();
    await panel.page.mouse.wheel(0, -4_400);
    await expect.poll(isFollowing).toBe(false);
    await rows().nth(5).click();
    await expect.poll(() => list().getAttribute('aria-activedescendant')).toMatch(/^row-/);
    const selected = await list().getAttribute('aria-activedescendant');
    await panel.page.waitForTimeout(300);
    const before = await rows().first().getAttribute('id');
    await panel.load();
    await expect.poll(() => rows().first().getAttribute('id')).toBe(before);
    await expect.poll(() => list().getAttribute('aria-activedescendant')).toBe(selected);
    await expect.poll(isFollowing).toBe(false);
    await panel.page.locator('.line').first().waitFor();
    expect(await panel.page.evaluate('sessionStorage.getItem("state")')).not.toContain('seq"');
  });

  it('says what to do if it is empty', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await panel.page.getByText('Connect to see every message').waitFor();
  });

  it('reports that rows cannot be read, and reads them when it is possible', async () => {
    panel = await browser.openPanel();
    panel.host.generate(10, tick);
    panel.host.answer.rows = async () => {
      throw new DuplexError('file.invalid', 'The recording is gone.');
    };
    await panel.load();
    await panel.page.getByRole('alert').getByText('The recording is gone.').waitFor();
    panel.host.answer = {};
    grow(1);
    await row(10).getByText('{"seq":10}').waitFor();
  });
});
