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

const fields = (): Locator => decoded().getByRole('listbox');
const chosen = (): Promise<string[]> =>
  decoded()
    .locator('.field.chosen')
    .allInnerTexts()
    .then((lines) => lines.map((line) => line.trim()));
/** The text that is selected in the editor on screen. */
const selected = (): Promise<string> => panel.page.evaluate("document.getSelection()?.toString() ?? ''");

describe('a field of a payload', () => {
  it('is marked in Hex and Raw, by keyboard', async () => {
    await open();
    await fields().focus();
    await press('ArrowDown');
    await expect.poll(chosen).toEqual(['[', '{', '"text": "é"', '}', ']']);
    await press('ArrowDown');
    await expect.poll(chosen).toEqual(['{', '"text": "é"', '}']);
    await press('End');
    await expect.poll(chosen).toEqual(['"text": "é"']);
    await expect.poll(() => fields().getAttribute('aria-activedescendant')).toBe('field-10-2');
    await tab('Hex').click();
    // From byte 11, "text":"é" has 11 bytes.
    await expect.poll(() => hexStatus().innerText()).toContain('11');
    await expect.poll(() => hexStatus().innerText()).toContain('0xb');
    await tab('Raw').click();
    await panel.page.locator('duplex-reading .cm-selectionBackground').first().waitFor();
    await tab('Decoded').click();
    await expect.poll(chosen).toEqual(['"text": "é"']);
    await fields().focus();
    await press('ArrowUp');
    await expect.poll(chosen).toEqual(['{', '"text": "é"', '}']);
    await press('Home');
    await expect.poll(async () => (await chosen()).length).toBe(5);
  });

  it('is marked by a click, and no longer by another one', async () => {
    await open();
    const line = decoded().getByRole('option', { name: '"text": "é"' });
    await line.click();
    await expect.poll(() => line.getAttribute('aria-selected')).toBe('true');
    await line.click();
    await expect.poll(chosen).toEqual([]);
  });

  it('is marked by bytes within it that are selected in Hex', async () => {
    await open();
    await tab('Hex').click();
    await panel.page.locator('duplex-hex .viewport').focus();
    for (let byte = 0; byte < 13; byte++) await press('ArrowRight');
    await expect.poll(() => hexStatus().innerText()).toContain('0xc');
    await tab('Decoded').click();
    await expect.poll(chosen).toEqual(['"text": "é"']);
  });
});

describe('a field of a JSON message', () => {
  const JSON_MESSAGE = '{"jsonrpc":"2.0","id":7,"method":"add","params":{"first":"é","second":[1,2]}}';

  async function openJson(): Promise<void> {
    panel = await browser.openPanel();
    panel.host.add({ payload: JSON_MESSAGE });
    const decodedAs = { id: 'json-rpc', title: 'JSON-RPC 2.0' };
    panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
    await panel.load();
    await panel.page.locator('#row-0').click();
    await tab('Decoded').click();
    await decoded().locator('h3').waitFor();
  }

  it('is selected in Pretty, at its place there', async () => {
    await openJson();
    await decoded().getByRole('option', { name: '"second": [' }).click();
    await expect.poll(async () => (await chosen()).length).toBe(4);
    await tab('Pretty').click();
    await panel.page.locator('duplex-reading .cm-selectionBackground').first().waitFor();
    await panel.page.locator('duplex-reading .cm-content').focus();
    await expect.poll(selected).toContain('"second": [');
    expect(await selected()).not.toContain('"first"');
  });

  it('that is selected in Pretty is marked in Decoded and Raw', async () => {
    await openJson();
    await tab('Pretty').click();
    const line = panel.page.locator('duplex-reading .cm-line', { hasText: '"first"' });
    await line.click();
    await press('Home');
    await press('Shift+End');
    await panel.page.locator('duplex-reading .cm-selectionBackground').first().waitFor();
    await tab('Decoded').click();
    await expect.poll(chosen).toEqual(['"first": "é",']);
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it('a unit whose bytes are marked', async () => {
    await open(theme);
    await range(`0 to ${bytes}`).click();
    await decoded().locator('section.marked').waitFor();
    await panel.screenshot(`marked-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
    await decoded().getByRole('option', { name: '"text": "é"' }).click();
    await expect.poll(chosen).toEqual(['"text": "é"']);
    await panel.screenshot(`field-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
  });
});
