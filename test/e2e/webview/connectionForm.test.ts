import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { HEADER_NAMES } from '../../../src/shared/headerNames.ts';
import { axeFindings } from '../support/axe.ts';
import { CAUSE, diagnosis } from './support/connections.ts';
import { EDITABLE } from './support/fakeHost.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(options: PanelOptions = {}): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
  await panel.page.getByRole('button', { name: 'Edit Connection' }).press('Enter');
  await url().waitFor();
}

const url = (): Locator => panel.page.locator('duplex-connection-form').getByRole('textbox', { name: 'URL' });
const tab = (name: string): Locator => panel.page.getByRole('tab', { name });

describe('the options of the connection', () => {
  it('are edited by keyboard alone: the URL has the focus, Enter connects', async () => {
    await open();
    await expect.poll(() => isFocused(url())).toBe(true);
    await panel.page.keyboard.press('End');
    await panel.page.keyboard.type('&depth=5');
    await panel.page.keyboard.press('Enter');
    await expect
      .poll(() => panel.host.calls.reconnectWith)
      .toEqual([[{ ...EDITABLE, url: `${EDITABLE.url}&depth=5` }]]);
    await url().waitFor({ state: 'detached' });
  });

  it('complete the names and the usual values of headers', async () => {
    await open();
    await tab('Headers').click();
    const form = panel.page.locator('duplex-connection-form');
    const valuesOf = (id: string): Promise<string[]> =>
      form
        .locator(`datalist#${id} option`)
        .evaluateAll((all: unknown[]) => all.map((option) => (option as { value: string }).value));
    await expect.poll(() => valuesOf('names')).toEqual([...HEADER_NAMES.keys()]);
    await expect.poll(() => valuesOf('values-authorization')).toContain('Bearer ');
    const names = form.getByRole('combobox', { name: 'Name' });
    await expect.poll(() => names.first().getAttribute('list')).toBe('names');
    const values = form.getByRole('combobox', { name: 'Value' });
    await expect.poll(() => values.first().getAttribute('list')).toBe('values-origin');
  });

  it('are in groups, with rare ones collapsed', async () => {
    await open();
    await tab('TLS & Proxy').click();
    const group = (name: string): Locator => panel.page.getByRole('group', { name, exact: true });
    await group('Certificate').getByRole('checkbox', { name: 'Accept any certificate' }).waitFor();
    await group('Proxy').getByRole('textbox').waitFor();
    await tab('Settings').click();
    await group('Messages')
      .getByRole('checkbox', { name: /Compression/ })
      .waitFor();
    await group('Lifetime of the Connection').getByRole('spinbutton').first().waitFor();
    const advanced = panel.page.getByRole('spinbutton', { name: 'Handshake time-out in seconds' });
    await expect.poll(() => advanced.isVisible()).toBe(false);
    await panel.page.getByText('Advanced', { exact: true }).press('Enter');
    await advanced.waitFor();
  });

  it('show variables with their values as soon as the form opens', async () => {
    panel = await browser.openPanel();
    panel.host.answer.editableConnection = async () => ({
      ...EDITABLE,
      url: 'wss://{{host}}/stream',
      headers: [['Authorization', 'Bearer {{token}}']],
    });
    panel.host.answer.filledTexts = async (all) =>
      all.map((text) => text.replace('{{host}}', 'api.test').replace('{{token}}', '••••'));
    await panel.load();
    panel.host.editConnection();
    await expect.poll(() => url().inputValue()).toBe('wss://{{host}}/stream');
    await panel.page.getByText('= wss://api.test/stream').waitFor();
    await tab('Headers').click();
    await panel.page.getByText('= Bearer ••••').waitFor();
  });

  it('offer the path of the named protocol at the URL, added by one key', async () => {
    const path = '/socket.io/?EIO=4&transport=websocket';
    panel = await browser.openPanel();
    panel.host.answer.editableConnection = async () => ({ ...EDITABLE, url: 'ws://chat.test/' });
    panel.host.answer.usualPath = async (text) => (text.includes('socket.io') ? undefined : path);
    await panel.load();
    panel.host.editConnection();
    const add = panel.page.getByRole('button', { name: `Add ${path}` });
    await add.waitFor();
    expect(await url().inputValue()).toBe('ws://chat.test/');
    await panel.screenshot('connection-form-path');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => url().inputValue()).toBe(`ws://chat.test${path}`);
    await expect.poll(() => isFocused(url())).toBe(true);
    await expect.poll(() => panel.host.calls.usualPath.at(-1)?.[0]).toBe(`ws://chat.test${path}`);
    expect(await add.count()).toBe(0);
    await url().fill('ws://other.test');
    await add.waitFor();
  });

  it('open once on request of the host, with the focus on the URL', async () => {
    panel = await browser.openPanel();
    await panel.load();
    panel.host.editConnection();
    await expect.poll(() => isFocused(url())).toBe(true);
    await url().fill('ws://typed.test/');
    await panel.page.getByRole('tab', { name: 'Headers' }).click();
    panel.host.editConnection();
    await expect.poll(() => isFocused(url())).toBe(true);
    expect(await url().inputValue()).toBe('ws://typed.test/');
    await panel.page.getByRole('button', { name: 'Connect', exact: true }).last().click();
    await expect.poll(() => panel.host.calls.reconnectWith.at(-1)?.[0].url).toBe('ws://typed.test/');
  });

  it('open from the card of a failure', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'failed', error: { code: 'handshake.status', message: CAUSE } });
    panel.host.answer.diagnosis = async () => diagnosis;
    await panel.load();
    await panel.page.locator('duplex-doctor').getByRole('button', { name: 'Edit Connection' }).press('Enter');
    await expect.poll(() => isFocused(url())).toBe(true);
    await expect.poll(() => url().inputValue()).toBe(EDITABLE.url);
    await url().press('Escape');
    await url().waitFor({ state: 'detached' });
    const pencil = panel.page.locator('duplex-header').getByRole('button', { name: 'Edit Connection' });
    await expect.poll(() => isFocused(pencil)).toBe(true);
  });

  it('have the parameters of the URL as rows', async () => {
    await open();
    await panel.page.getByRole('textbox', { name: 'Value' }).fill('ETH');
    await expect.poll(() => url().inputValue()).toBe('wss://api.example.test/stream?channel=ETH');
    await panel.page.getByRole('button', { name: 'Remove channel' }).click();
    await expect.poll(() => url().inputValue()).toBe('wss://api.example.test/stream');
  });

  it('take headers, a token, subprotocols and settings, and keep masked secrets as they are', async () => {
    await open();
    await tab('Headers').click();
    await panel.page.getByRole('button', { name: 'Add Header' }).click();
    await panel.page.getByRole('textbox', { name: 'Value' }).last().fill('1');
    await panel.page.getByRole('combobox', { name: 'Name' }).last().fill('X-Trace');
    await tab('Subprotocols').click();
    await panel.page.getByRole('textbox', { name: /Subprotocols/ }).fill('v2.json, v1.json');
    await tab('Settings').click();
    await panel.page.getByRole('checkbox', { name: /Compression/ }).uncheck();
    await panel.page.getByRole('spinbutton', { name: /between pings/ }).fill('15');
    await panel.page.getByRole('button', { name: 'Reconnect to Apply' }).click();
    await expect
      .poll(() => panel.host.calls.reconnectWith.at(-1)?.[0])
      .toMatchObject({
        headers: [...EDITABLE.headers, ['X-Trace', '1']],
        subprotocols: ['v2.json', 'v1.json'],
        deflate: false,
        heartbeat: 15_000,
      });
  });

  it('are applied by Enter in any field, with what was typed last', async () => {
    await open();
    panel.host.answer.reconnectWith = async () => false;
    const applied = async (part: object): Promise<void> => {
      await panel.page.keyboard.press('Enter');
      await expect.poll(() => panel.host.calls.reconnectWith.at(-1)?.[0]).toMatchObject(part);
    };
    await tab('Auth').click();
    await panel.page.getByRole('textbox', { name: 'Bearer token' }).focus();
    await panel.page.keyboard.press('Control+A');
    await panel.page.keyboard.type('typed');
    await applied({ headers: expect.arrayContaining([['Authorization', 'Bearer typed']]) as unknown });
    await tab('Subprotocols').click();
    await panel.page.getByRole('textbox', { name: /Subprotocols/ }).focus();
    await panel.page.keyboard.press('Control+A');
    await panel.page.keyboard.type('a, ,b ,');
    await applied({ subprotocols: ['a', 'b'] });
    await tab('Settings').click();
    await panel.page.getByRole('spinbutton', { name: /between pings/ }).focus();
    await panel.page.keyboard.press('Control+A');
    await panel.page.keyboard.type('7');
    await applied({ heartbeat: 7_000 });
    await panel.page.keyboard.press('Control+A');
    await panel.page.keyboard.type('-3');
    await applied({ heartbeat: 0 });
  });

  it('have rare ones collapsed', async () => {
    await open();
    await tab('Settings').click();
    const timeout = panel.page.locator('duplex-connection-form').getByLabel(/Handshake time-out/);
    expect(await timeout.isVisible()).toBe(false);
    await panel.page.getByText('Advanced', { exact: true }).click();
    await timeout.fill('3');
    await panel.page.getByRole('button', { name: 'Reconnect to Apply' }).click();
    await expect.poll(() => panel.host.calls.reconnectWith.at(-1)?.[0].handshakeTimeout).toBe(3_000);
  });

  it('show variables with their values', async () => {
    await open();
    await url().fill('wss://{{host}}/stream');
    await panel.page.getByText('= wss://filled/stream').waitFor();
    await url().fill('wss://plain.test/');
    await panel.page.getByText('= wss://filled/stream').waitFor({ state: 'detached' });
  });

  it('report errors during typing, and do not connect with them', async () => {
    await open();
    await url().fill('http:/oops');
    await panel.page.getByRole('alert').getByText('has to begin with ws://').waitFor();
    await panel.page.keyboard.press('Enter');
    await panel.page.waitForTimeout(400);
    expect(panel.host.calls.reconnectWith).toEqual([]);
    await expect.poll(() => url().inputValue()).toBe('http:/oops');
  });

  it('are discarded by Escape, and kept if the user does not agree', async () => {
    await open();
    panel.host.answer.reconnectWith = async () => false;
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => panel.host.calls.reconnectWith.length).toBe(1);
    await url().waitFor();
    await url().press('Escape');
    await url().waitFor({ state: 'detached' });
  });

  it.each(['dark', 'light', 'highContrast'] as const)(
    'are accessible in the %s theme, at 500 px too',
    async (theme) => {
      await open({ theme, width: 500 });
      for (const name of ['Headers', 'TLS & Proxy', 'Settings']) {
        await tab(name).click();
        expect(await axeFindings(panel.page)).toEqual([]);
      }
      await panel.screenshot(`connection-form-${theme}`);
    },
  );
});
