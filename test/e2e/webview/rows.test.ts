import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { draftText, isFocused, scrollTo } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { FLAG } from '../../../src/shared/timeline.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add({ kind: 'open', direction: 'none', payload: 'HTTP 101' });
  for (let n = 0; n < 6; n++)
    panel.host.add({
      direction: n % 2 ? 'out' : 'in',
      payload: `{"type":"${n < 3 ? 'tick' : 'trade'}","n":${n}}`,
    });
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
  await row(3).waitFor();
}

const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const item = (name: string | RegExp): Locator => panel.page.getByRole('menuitem', { name });

/** Chooses an item of the open menu by its keys. */
async function choose(name: string | RegExp): Promise<void> {
  await item(name).first().waitFor();
  await item(name).first().focus();
  await panel.page.keyboard.press('Enter');
}

it('one row is selected after a jump from another one', async () => {
  await open();
  const list = panel.page.getByRole('grid', { name: 'Timeline' });
  const chosen = (): Promise<string[]> =>
    panel.page
      .locator('.row[aria-selected=true]')
      .evaluateAll((rows: unknown[]) => rows.map((each) => (each as { id: string }).id));
  const jump = async (seq: number): Promise<void> => {
    panel.host.goTo(`#${seq}`);
    await expect
      .poll(() => isFocused(panel.page.getByRole('textbox', { name: 'Go to a message or a time' })))
      .toBe(true);
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => isFocused(list)).toBe(true);
  };
  await list.focus();
  await panel.page.keyboard.press('End');
  await expect.poll(chosen).toEqual(['row-6']);
  await jump(2);
  await expect.poll(chosen).toEqual(['row-2']);
  await panel.page.keyboard.press('Shift+ArrowDown');
  await expect.poll(chosen).toEqual(['row-2', 'row-3']);
  await jump(5);
  await expect.poll(chosen).toEqual(['row-5']);
  await panel.page.keyboard.press('Shift+ArrowUp');
  await expect.poll(chosen).toEqual(['row-4', 'row-5']);
});

describe('the menu of a row', () => {
  it('opens with Shift+F10, and Escape gives the focus back to the timeline', async () => {
    await open();
    await row(2).click();
    await panel.page.keyboard.press('Shift+F10');
    await item('Edit and Resend').waitFor();
    await expect.poll(() => isFocused(item('Edit and Resend'))).toBe(true);
    await panel.page.keyboard.press('Escape');
    await item('Resend').first().waitFor({ state: 'detached' });
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => row(3).getAttribute('aria-selected')).toBe('true');
  });

  it('opens with Shift+F10 for a row that is out of view, which it brings into view', async () => {
    await open();
    panel.host.generate(2_000, (n) => ({ payload: `{"late":${n}}` }));
    panel.host.update();
    const list = panel.page.getByRole('grid', { name: 'Timeline' });
    await list.focus();
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Control+a');
    // All are selected, the last one has the focus, and the list has not moved.
    await panel.page.getByText('2,007 rows selected').waitFor();
    await expect.poll(() => row(2_006).count()).toBe(0);
    await panel.page.keyboard.press('Shift+F10');
    await expect.poll(() => isFocused(item('Edit and Resend'))).toBe(true);
    await row(2_006).waitFor();
    await expect.poll(() => panel.page.getByRole('menu').getAttribute('aria-label')).toContain('2006');
    await panel.page.keyboard.press('Escape');
    await item('Resend').first().waitFor({ state: 'detached' });
    await panel.page.keyboard.press('Home');
    await row(0).waitFor();
    await scrollTo(list, 1);
    await row(2_006).waitFor();
    await panel.page.keyboard.press('ContextMenu');
    await row(0).waitFor();
    await expect.poll(() => panel.page.getByRole('menu').getAttribute('aria-label')).toMatch(/\b0\b/);
  });

  it('edits a message and sends it again, in two steps by keyboard', async () => {
    await open();
    await row(2).click();
    await panel.page.keyboard.press('Shift+F10');
    await choose('Edit and Resend');
    await expect.poll(() => draftText(panel.page)).toBe('{"type":"tick","n":1}');
    await panel.page.keyboard.press('End');
    await panel.page.keyboard.press('Control+Enter');
    await expect
      .poll(() => panel.host.calls.send)
      .toEqual([[{ mode: 'json', text: '{"type":"tick","n":1}' }]]);
  });

  it('applies its items to the row under the pointer', async () => {
    await open();
    await row(1).click();
    for (const [name, call, args] of [
      [/^Resend/, 'resend', [4]],
      [/^Copy ?Ctrl|^Copy$/, 'copyPayload', [4]],
      ['Copy as Hex', 'copyAs', [4, 'hex']],
      ['Copy as Base64', 'copyAs', [4, 'base64']],
      ['Copy as JSON Path: $.type', 'copyText', ['$.type']],
      ['Compare with #1', 'compare', [1, 4]],
      ['Open in Editor', 'openInEditor', [4]],
      ['Save…', 'savePayload', [4]],
      ['Export…', 'exportRows', [4, null, null]],
    ] as const) {
      await row(4).click({ button: 'right' });
      await choose(name);
      await expect.poll((): unknown => panel.host.calls[call].at(-1)).toEqual(args);
    }
    await expect.poll(() => row(1).getAttribute('aria-selected')).toBe('true');
  });

  it('compares a divergence with the recording, by keyboard, and its row reads as the sentence', async () => {
    await open();
    panel.host.add({
      kind: 'note',
      direction: 'none',
      payload: 'Message 6 diverges from row 5 of the recording: it is longer.',
      flags: FLAG.differs,
    });
    panel.host.update();
    await row(6).click();
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => row(7).getAttribute('aria-selected')).toBe('true');
    await expect
      .poll(() => row(7).getAttribute('aria-label'))
      .toContain('Message 6 diverges from row 5 of the recording: it is longer.');
    await panel.page.keyboard.press('Shift+F10');
    await choose('Compare with Recording');
    await expect.poll(() => panel.host.calls.compareReplayed).toEqual([[7]]);
    expect(panel.host.calls.compare).toEqual([]);
  });

  it('opens by the dots of a row', async () => {
    await open();
    await row(3).hover();
    await row(3).locator('.more').click();
    await item('Open in Editor').waitFor();
  });

  it('filters by the value that names the kind of the message', async () => {
    await open();
    await row(5).click({ button: 'right' });
    await choose('Filter by $.type == "trade"');
    await expect.poll(() => panel.page.locator('.row').count()).toBe(3);
    await expect
      .poll(() => panel.page.getByRole('textbox', { name: 'Search' }).inputValue())
      .toBe('$.type == "trade"');
    await panel.page.getByText('3 matches', { exact: true }).waitFor();
  });

  it('marks a row, from which times count', async () => {
    await open();
    await row(3).click({ button: 'right' });
    await choose(/^Mark/);
    await expect.poll(() => row(3).locator('.time').textContent()).toBe('+0.000000');
  });
});

it('two selected rows can be compared', async () => {
  await open();
  await row(2).click();
  await panel.page.keyboard.press('Shift+ArrowDown');
  await panel.page.getByRole('button', { name: 'Compare' }).click();
  await expect.poll(() => panel.host.calls.compare).toEqual([[2, 3]]);
  await panel.page.keyboard.press('Shift+ArrowDown');
});

it('a pill counts the new rows while the timeline does not follow, and goes there', async () => {
  await open();
  await row(1).click();
  panel.host.generate(200, (seq) => ({ payload: `{"seq":${seq}}` }));
  panel.host.update();
  const pill = panel.page.getByRole('button', { name: '200 new' });
  await pill.waitFor();
  await pill.press('Enter');
  await row(206).waitFor();
  await pill.waitFor({ state: 'detached' });
  await expect
    .poll(() => panel.page.getByRole('switch', { name: 'Follow' }).getAttribute('aria-checked'))
    .toBe('true');
});

describe('the search field', () => {
  const field = (): Locator => panel.page.getByRole('textbox', { name: 'Search' });

  it('accepts conditions of request files, also without blanks', async () => {
    await open();
    await panel.page.getByRole('button', { name: 'Use JSONPath or a Condition' }).click();
    await field().fill('$.n>=4');
    await panel.page.getByText('2 matches', { exact: true }).waitFor();
    await field().fill('size > 1KiB');
    await panel.page.getByText('No matches', { exact: true }).waitFor();
    await field().fill('$.type');
    await panel.page.getByText('6 matches', { exact: true }).waitFor();
  });

  it('keeps the last result while a query is incomplete, and names the missing part', async () => {
    await open();
    await panel.page.getByRole('button', { name: 'Use JSONPath or a Condition' }).click();
    await panel.page.getByRole('button', { name: 'Only matches' }).click();
    await field().fill('$.n >= 4');
    await expect.poll(() => panel.page.locator('.row').count()).toBe(2);
    await field().fill('$.n >= ');
    await panel.page.locator('duplex-toolbar').getByRole('alert').getByText(/\S/).waitFor();
    await expect.poll(() => panel.page.locator('.row').count()).toBe(2);
  });
});
