import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { axeFindings } from '../support/axe.ts';
import { draftText, isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

const SOCKETIO = { id: 'socket.io', title: 'Socket.IO' };
const MQTT = { id: 'mqtt', title: 'MQTT' };

const menu = (): Locator => panel.page.getByRole('button', { name: 'What to send' });
const form = (): Locator => panel.page.locator('duplex-verb-form');
const field = (name: string): Locator => form().getByRole('textbox', { name, exact: true });
const item = (name: RegExp): Locator => panel.page.getByRole('menuitemradio', { name });
const problem = (): Locator => panel.page.locator('duplex-composer .problem');
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const sent = () => panel.host.calls.send.map(([draft]) => draft);

async function open(decodedAs: typeof MQTT | undefined, options: PanelOptions = {}): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.add({ payload: '42["chat","a"]' });
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
  await panel.load();
  if (options.width === 250) await panel.page.getByRole('button', { name: 'Write a Message' }).click();
}

describe('the verbs of a protocol', () => {
  it('are chosen, filled in and sent by keyboard alone', async () => {
    await open(SOCKETIO);
    await menu().focus();
    await press('Enter');
    await expect.poll(() => isFocused(item(/^Message$/))).toBe(true);
    // The plain message comes first, then the verbs in their order.
    for (let down = 0; down < 2; down++) await press('ArrowDown');
    await expect.poll(() => isFocused(item(/^@emit/))).toBe(true);
    await press('Enter');
    await expect.poll(() => isFocused(field('event'))).toBe(true);
    await panel.page.keyboard.type('chat');
    await press('Tab');
    await press(' ');
    await press('Control+Enter');
    await expect.poll(sent).toHaveLength(1);
    expect(sent()[0]).toMatchObject({
      mode: 'json',
      verb: {
        ...{ protocol: 'socket.io', name: 'emit', arguments: ['chat'] },
        ...{ options: {}, beside: ['ack'], headers: [] },
      },
    });
    // An empty editor begins with the example of the verb.
    expect(() => JSON.parse(sent()[0]!.text) as unknown).not.toThrow();
  });

  it('keep the typed values, and show their options', async () => {
    await open(MQTT);
    await panel.page.locator('duplex-composer .cm-content').fill('on');
    await menu().click();
    await item(/^@publish/).click();
    await expect.poll(() => draftText(panel.page)).toBe('on');
    await field('topic').fill('home/lamp');
    const qos = form().getByRole('combobox', { name: 'qos' });
    expect(await qos.locator('option').allTextContents()).toEqual(['Default', '0', '1', '2']);
    await qos.selectOption('1');
    await form().locator('vscode-checkbox', { hasText: 'retain' }).click();
    await panel.screenshot('verbs');
    await panel.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect
      .poll(sent)
      .toMatchObject([{ text: 'on', verb: { arguments: ['home/lamp'], options: { qos: '1', retain: '' } } }]);
  });

  it('report a missing argument at its field, and send nothing', async () => {
    await open(SOCKETIO);
    await menu().click();
    await item(/^@emit/).click();
    await press('Control+Enter');
    await expect.poll(() => problem().innerText()).toContain('@emit needs: event');
    await expect.poll(() => field('event').getAttribute('aria-invalid')).toBe('true');
    await field('event').fill('chat');
    await expect.poll(() => field('event').getAttribute('aria-invalid')).toBe('false');
    await panel.page.locator('duplex-composer .cm-content').fill('{"a":');
    await press('Control+Enter');
    await expect.poll(() => problem().innerText()).toContain('Not JSON');
    expect(sent()).toEqual([]);
  });

  it('show the error of the host, and keep the draft', async () => {
    await open(SOCKETIO);
    panel.host.answer.send = () => Promise.reject(new DuplexError('call.invalid', '@emit is not for you.'));
    await menu().click();
    await item(/^@emit/).click();
    await field('event').fill('chat');
    await press('Control+Enter');
    await expect.poll(() => problem().innerText()).toContain('@emit is not for you.');
    await expect.poll(() => field('event').inputValue()).toBe('chat');
  });

  it('are restored from the history and after a reload', async () => {
    await open(SOCKETIO);
    const verb = {
      protocol: 'socket.io',
      name: 'emit',
      arguments: ['join'],
      options: {},
      beside: [],
      headers: [],
    };
    panel.host.answer.sentDrafts = async () => [{ mode: 'json', text: '["room"]', verb }];
    await panel.page.getByRole('button', { name: /^Messages sent to this URL/ }).click();
    await panel.page.getByRole('menuitem', { name: '@emit join ["room"]' }).click();
    await expect.poll(() => field('event').inputValue()).toBe('join');
    await panel.load();
    await expect.poll(() => field('event').inputValue()).toBe('join');
    await menu().click();
    await item(/^Message$/).click();
    await expect.poll(() => form().count()).toBe(0);
    await expect.poll(() => draftText(panel.page)).toBe('["room"]');
  });

  it('have no editor if they have no payload', async () => {
    await open(SOCKETIO);
    await menu().click();
    await item(/^@disconnect/).click();
    await expect
      .poll(() => panel.page.locator('duplex-composer .none').innerText())
      .toBe('This verb has no payload.');
    await press('Control+Enter');
    await expect.poll(sent).toMatchObject([{ text: '', verb: { name: 'disconnect' } }]);
  });

  it('are those of the known protocol, and none without one', async () => {
    await open(SOCKETIO);
    await menu().click();
    await item(/^@emit/).click();
    await field('event').fill('chat');
    panel.host.change({ decodedAs: MQTT });
    panel.host.update();
    await expect.poll(() => form().count()).toBe(0);
    await menu().click();
    await expect.poll(() => item(/^@publish/).count()).toBe(1);
    await expect.poll(() => item(/^@emit/).count()).toBe(0);
    await press('Escape');
    panel.host.change({ decodedAs: undefined });
    panel.host.update();
    await expect.poll(() => menu().count()).toBe(0);
  });

  it.each([250, 500])('fit a panel of %i pixels', async (width) => {
    await open(MQTT, { width });
    await menu().click();
    await item(/^@publish/).click();
    await field('topic').waitFor();
    await panel.screenshot(`verbs-${width}`);
    for (const control of await form().locator('input, select, vscode-checkbox').all()) {
      const box = (await control.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
    }
  });
});

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it('the form of a verb', async () => {
    await open(MQTT, { theme });
    await menu().click();
    await item(/^@publish/).click();
    await field('topic').fill('');
    await press('Control+Enter');
    await expect.poll(() => field('topic').getAttribute('aria-invalid')).toBe('true');
    await panel.screenshot(`verbs-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
  });
});
