import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

const PAYLOAD = '["chat",{"text":"é"}]';
const bytes = new TextEncoder().encode(`42${PAYLOAD}`).length;

const tab = (name: string): Locator => panel.page.getByRole('tab', { name, exact: true });
const decoded = (): Locator => panel.page.locator('duplex-decoded');
const range = (name: string): Locator => decoded().getByRole('button', { name, exact: true });
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const hexStatus = (): Locator => panel.page.locator('duplex-hex .status');

async function open(theme: ThemeName = 'dark'): Promise<void> {
  panel = await browser.openPanel({ theme });
  panel.host.add({ payload: `42${PAYLOAD}` }, { payload: '42["other"]' });
  const decodedAs = { id: 'socket.io', title: 'Socket.IO' };
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
  await panel.load();
  await panel.page.locator('#row-0').click();
  await tab('Decoded').click();
  await decoded().locator('h3').waitFor();
}

describe('the bytes of a unit', () => {
  it('are marked in Hex and Raw, by keyboard', async () => {
    await open();
    await range(`0 to ${bytes}`).focus();
    await press('Enter');
    await expect.poll(() => range(`0 to ${bytes}`).getAttribute('aria-pressed')).toBe('true');
    await tab('Hex').click();
    await expect.poll(() => hexStatus().innerText()).toContain(String(bytes));
    await tab('Raw').click();
    await panel.page.locator('duplex-reading .cm-selectionBackground').first().waitFor();
    await tab('Decoded').click();
    await expect.poll(() => decoded().locator('section.marked').count()).toBe(1);
    await range(`0 to ${bytes}`).click();
    await expect.poll(() => decoded().locator('.marked').count()).toBe(0);
  });

  it('that are selected in Hex are marked in Decoded', async () => {
    await open();
    await tab('Hex').click();
    await panel.page.locator('duplex-hex .viewport').focus();
    await press('Control+a');
    await tab('Decoded').click();
    await expect.poll(() => range(`0 to ${bytes}`).getAttribute('aria-pressed')).toBe('true');
  });

  it('that are selected in Raw are marked in Decoded', async () => {
    await open();
    await tab('Raw').click();
    await panel.page.locator('duplex-reading .cm-content').click();
    await press('Control+Home');
    await press('Shift+Control+End');
    await panel.page.locator('duplex-reading .cm-selectionBackground').first().waitFor();
    await tab('Decoded').click();
    await expect.poll(() => range(`0 to ${bytes}`).getAttribute('aria-pressed')).toBe('true');
  });

  it('end with their message', async () => {
    await open();
    await range(`0 to ${bytes}`).click();
    await panel.page.locator('#row-1').click();
    await expect.poll(() => decoded().locator('h3').innerText()).toContain('other');
    await expect.poll(() => decoded().locator('.marked').count()).toBe(0);
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it('a unit whose bytes are marked', async () => {
    await open(theme);
    await range(`0 to ${bytes}`).click();
    await decoded().locator('section.marked').waitFor();
    await panel.screenshot(`marked-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
  });
});
