import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

const SOCKETIO = { id: 'socket.io', title: 'Socket.IO', reason: 'Socket.IO: path /socket.io/, EIO=4' };

const button = (): Locator => panel.page.getByRole('button', { name: 'Filter by Type and Name' });
const list = (): Locator => panel.page.getByRole('dialog', { name: 'Filter by Type and Name' });
const option = (name: RegExp): Locator => list().getByRole('option', { name });
const rows = (): Promise<string[]> =>
  panel.page
    .locator('duplex-timeline .row .seq')
    .allInnerTexts()
    .then((numbers) => numbers.map((number) => number.slice(1)));
const counter = (): Locator => panel.page.locator('duplex-toolbar .rows');
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const focused = (): Promise<string> =>
  panel.page.evaluate<string>(`(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
  })()`);

/** Rows 0 to 6: two chats, a call with its reply, a heartbeat both ways, a chore. */
async function open(options: PanelOptions = {}, decodedAs: typeof SOCKETIO | undefined = SOCKETIO) {
  panel = await browser.openPanel(options);
  panel.host.add(
    { payload: '40', direction: 'out', flags: FLAG.automatic },
    { payload: '42["chat","a"]' },
    { payload: '427["ask",1]', direction: 'out' },
    { payload: '437["yes"]' },
    { payload: '2' },
    { payload: '3', direction: 'out', flags: FLAG.automatic },
    { payload: '42["chat","b"]', direction: 'out' },
  );
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
  await panel.load();
}

describe('the filter by type and name', () => {
  it('lists types and names with their counts, and shows the rows of the chosen ones', async () => {
    await open();
    await button().click();
    await expect
      .poll(() => list().getByRole('listbox', { name: 'Names' }).getByRole('option').allInnerTexts())
      .toContainEqual(expect.stringMatching(/chat\s*2/));
    await expect.poll(() => option(/^Calls/).innerText()).toMatch(/Calls\s*1/);
    await option(/^chat/).click();
    await expect.poll(rows).toEqual(['1', '6']);
    await expect.poll(() => counter().innerText()).toBe('2 of 7 rows');
    await expect.poll(() => option(/^chat/).getAttribute('aria-selected')).toBe('true');
    await option(/^ask/).click();
    await expect.poll(rows).toEqual(['1', '2', '6']);
    await panel.screenshot('unit-filter');
    await list().getByRole('button', { name: 'Show All' }).click();
    await expect.poll(rows).toHaveLength(7);
  });

  it('works by keyboard, together with the direction, and closes with Escape', async () => {
    await open();
    await button().focus();
    await press('Enter');
    await list().waitFor();
    await expect.poll(() => option(/^chat/).count()).toBe(1);
    // The check box, the types, the field of the names, the names.
    for (let tab = 0; tab < 3; tab++) await press('Tab');
    await expect.poll(focused).toMatch(/^chat/);
    await press('ArrowDown');
    await press('ArrowUp');
    await press(' ');
    await expect.poll(rows).toEqual(['1', '6']);
    await press('Escape');
    await expect.poll(() => list().count()).toBe(0);
    await expect.poll(focused).toBe('Filter by Type and Name');
    await panel.page.getByRole('radio', { name: 'Out' }).click();
    await expect.poll(rows).toEqual(['6']);
    await expect.poll(() => button().innerText()).toMatch(/1$/);
  });

  it('finds a name among many', async () => {
    await open();
    panel.host.answer.unitCounts = async (filter) => ({
      types: [{ type: 'event', count: 5000 }],
      names: Array.from({ length: 2000 }, (_, i) => ({ name: `room ${i}`, count: 5000 - i })).filter(
        ({ name }) => name.includes(filter),
      ),
      matches: filter === '' ? 5000 : 1,
    });
    await button().click();
    await expect.poll(() => list().locator('[role=option]').count()).toBe(201);
    await expect.poll(() => list().locator('.more').innerText()).toBe('4,800 more: type a part of the name.');
    await list().getByRole('textbox', { name: 'Find a name' }).fill('room 1999');
    await expect
      .poll(() => list().locator('.names [role=option]').allInnerTexts())
      .toEqual([expect.stringMatching(/room 1999\s*3,001/)]);
  });

  it('survives a reload, and ends with the protocol', async () => {
    await open();
    await button().click();
    await option(/^chat/).click();
    await expect.poll(rows).toEqual(['1', '6']);
    await expect
      .poll(() => panel.page.evaluate<string>(`sessionStorage.getItem('state') ?? ''`))
      .toContain('"chat"');
    await panel.load();
    await expect.poll(rows).toEqual(['1', '6']);
    panel.host.change({ decodedAs: undefined });
    panel.host.update();
    await expect.poll(rows).toHaveLength(7);
    await expect.poll(() => button().count()).toBe(0);
  });

  it('closes with a click elsewhere', async () => {
    await open();
    await button().click();
    await list().waitFor();
    await panel.page.locator('#row-1 .time').click();
    await expect.poll(() => list().count()).toBe(0);
  });

  it('is in the menu of a narrow panel, and gives the focus back to it', async () => {
    await open({ width: 250 });
    await expect.poll(() => button().count()).toBe(0);
    const more = panel.page.getByRole('button', { name: 'More Filters and Tools' });
    await more.click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Filter by Type and Name…' }).click();
    await option(/^chat/).click();
    await expect.poll(rows).toEqual(['1', '6']);
    await panel.screenshot('unit-filter-narrow');
    const box = await list().boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(250);
    await press('Escape');
    await expect.poll(focused).toBe('More Filters and Tools');
  });
});

describe('one operation', () => {
  const pill = (): Locator =>
    panel.page.getByRole('button', { name: 'Only the operation of #3 is shown: show all' });

  it('is shown alone from the menu of a row and ended by keyboard, and survives a reload', async () => {
    await open();
    await panel.page.locator('#row-3 .time').click();
    await press('Shift+F10');
    const item = panel.page.getByRole('menuitem', { name: 'Show Only This Operation' });
    await item.waitFor();
    for (let down = 0; down < 20 && !(await isFocused(item)); down++) await press('ArrowDown');
    await press('Enter');
    await expect.poll(rows).toEqual(['2', '3']);
    await expect.poll(() => counter().innerText()).toBe('2 of 7 rows');
    expect(await panel.page.locator('.announcement').innerText()).toBe('Only the operation of #3 is shown.');
    await panel.screenshot('unit-operation');
    await expect
      .poll(() => panel.page.evaluate<string>(`sessionStorage.getItem('state') ?? ''`))
      .toContain('"operation":3');
    await panel.load();
    await expect.poll(rows).toEqual(['2', '3']);
    await pill().focus();
    await press('Enter');
    await expect.poll(rows).toHaveLength(7);
    await expect.poll(() => pill().count()).toBe(0);
    await expect.poll(focused).toBe('Filter by Type and Name');
  });

  it('cannot be chosen for rows that do not decode', async () => {
    await open();
    panel.host.add({ payload: 'hello' });
    panel.host.update();
    await panel.page.locator('#row-7 .time').click({ button: 'right' });
    const item = panel.page.getByRole('menuitem', { name: 'Show Only This Operation' });
    await expect.poll(() => item.getAttribute('aria-disabled')).toBe('true');
  });

  it('ends with Show All, and has its button in a narrow panel too', async () => {
    await open({ width: 250 });
    await panel.page.locator('#row-3 .seq').click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'Show Only This Operation' }).click();
    await expect.poll(rows).toEqual(['2', '3']);
    await expect.poll(() => pill().boundingBox()).toMatchObject({ height: 24 });
    await panel.screenshot('unit-operation-narrow');
    await panel.page.getByRole('button', { name: 'More Filters and Tools' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Filter by Type and Name…' }).click();
    await list().getByRole('button', { name: 'Show All' }).click();
    await expect.poll(rows).toHaveLength(7);
    await expect.poll(() => pill().count()).toBe(0);
  });
});

describe('folding', () => {
  it('leaves out heartbeats and chores, and counts them', async () => {
    await open();
    await button().click();
    await list().locator('vscode-checkbox').click();
    await expect.poll(rows).toEqual(['1', '2', '3', '6']);
    await expect.poll(() => counter().innerText()).toBe('4 rows, 3 folded');
    await option(/^chat/).click();
    await expect.poll(rows).toEqual(['1', '6']);
    await expect.poll(() => counter().innerText()).toBe('2 of 7 rows');
  });

  it('continues while messages arrive, and is in the menu of a narrow panel', async () => {
    await open({ width: 500 });
    await panel.page.getByRole('button', { name: 'More Filters and Tools' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Fold Heartbeats and Chores' }).click();
    await expect.poll(() => counter().innerText()).toBe('4 rows, 3 folded');
    panel.host.add({ payload: '2' }, { payload: '42["chat","c"]' });
    panel.host.update();
    panel.host.searches.goOn();
    await expect.poll(rows).toEqual(['1', '2', '3', '6', '8']);
    await expect.poll(() => counter().innerText()).toBe('5 rows, 4 folded');
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it('the list of types and names', async () => {
    await open({ theme });
    await button().click();
    await option(/^chat/).click();
    await expect.poll(() => option(/^chat/).getAttribute('aria-selected')).toBe('true');
    await panel.screenshot(`unit-filter-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
  });
});
