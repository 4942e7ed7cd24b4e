import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { draftText, isFocused } from './support/inPage.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(state: 'open' | 'idle' = 'open'): Promise<void> {
  panel = await browser.openPanel();
  panel.host.change({ state, openedAt: Date.now() });
  await panel.load();
  await panel.page.locator('duplex-composer .cm-content').waitFor();
}

const input = (): Locator => panel.page.getByRole('textbox', { name: 'Message to send' });
const send = (): Locator => panel.page.getByRole('button', { name: 'Send', exact: true });
const mode = (name: string): Locator => panel.page.getByRole('radio', { name });
const alert = (text: string): Locator =>
  panel.page.locator('duplex-composer').getByRole('alert').getByText(text);

describe('the composer', () => {
  it('sends the typed text by button and by key, and keeps it', async () => {
    await open();
    await input().fill('hello\n wörld ');
    await send().click();
    await expect.poll(() => panel.host.calls.send).toEqual([[{ mode: 'text', text: 'hello\n wörld ' }]]);
    await expect.poll(() => draftText(panel.page)).toBe('hello\n wörld ');
    await input().press('Control+Enter');
    await expect.poll(() => panel.host.calls.send.length).toBe(2);
    await input().press('Meta+Enter');
    await expect.poll(() => panel.host.calls.send.length).toBe(3);
    await expect.poll(() => draftText(panel.page)).toBe('hello\n wörld ');
  });

  it('sends once by key from any of its controls, which do nothing else then', async () => {
    await open();
    await input().fill('once');
    const history = panel.page.getByRole('button', { name: /Messages sent to this URL/ });
    let sent = 0;
    for (const control of [send(), history, mode('Text')]) {
      await control.focus();
      await panel.page.keyboard.press('Control+Enter');
      sent++;
      await expect.poll(() => panel.host.calls.send.length).toBe(sent);
    }
    expect(await panel.page.getByRole('menu').count()).toBe(0);
    await mode('File').click();
    await panel.page.getByRole('button', { name: 'Choose File…' }).focus();
    await panel.page.keyboard.press('Control+Enter');
    await alert('Choose a file first.').waitFor();
    expect(panel.host.calls.pickFile).toEqual([]);
    // Each message once, also after what followed it.
    expect(panel.host.calls.send).toEqual(Array.from({ length: 3 }, () => [{ mode: 'text', text: 'once' }]));
  });

  it('leaves the focus on the mode that stays if a text cannot be converted', async () => {
    await open();
    await mode('Hex').click();
    await input().fill('ff');
    await mode('Hex').focus();
    await panel.page.keyboard.press('ArrowLeft');
    await alert('not valid UTF-8').waitFor();
    await expect.poll(() => isFocused(mode('Hex'))).toBe(true);
    await panel.page.keyboard.press('ArrowRight');
    await expect.poll(() => isFocused(mode('Base64'))).toBe(true);
    await expect.poll(() => draftText(panel.page)).toBe('/w==');
  });

  it('sends JSON exactly as it was typed', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{ "b": 1.0,  "a": 12345678901234567890 }');
    await send().click();
    await expect
      .poll(() => panel.host.calls.send)
      .toEqual([[{ mode: 'json', text: '{ "b": 1.0,  "a": 12345678901234567890 }' }]]);
  });

  it('reports errors of JSON, hex and base64 during typing, and does not send them', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"a":}');
    await alert('Not JSON at column 6: expected a value.').waitFor();
    await send().click();
    await input().fill('{"a":1}');
    await alert('Not JSON').waitFor({ state: 'detached' });
    await mode('Hex').click();
    await expect.poll(() => draftText(panel.page)).toBe('7b 22 61 22 3a 31 7d');
    await input().fill('7b zz');
    await alert('is not a hexadecimal digit').waitFor();
    await input().fill('00 ff 0');
    await alert('Half a byte at column 7').waitFor();
    await mode('Base64').click();
    await alert('Half a byte').waitFor();
    await expect.poll(() => mode('Hex').getAttribute('aria-checked')).toBe('true');
    await input().fill('');
    await mode('Base64').click();
    await input().fill('aGVsb');
    await alert('ends in the middle of a byte').waitFor();
    await input().press('Control+Enter');
    await expect.poll(() => draftText(panel.page)).toBe('aGVsb');
    // Messages arrive in order, so an earlier message would be listed before this one.
    await input().fill('aGVsbG8=');
    await send().click();
    await expect.poll(() => panel.host.calls.send.length).toBeGreaterThan(0);
    expect(panel.host.calls.send).toEqual([[{ mode: 'base64', text: 'aGVsbG8=' }]]);
  });

  it('sends all messages that are requested while another one is on its way, in order', async () => {
    await open();
    const sent: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    panel.host.answer.send = async ({ text }) => {
      await held;
      sent.push(text);
    };
    for (const text of ['one', 'two', 'three']) {
      await input().fill(text);
      await input().press('Control+Enter');
    }
    await panel.page.getByText('Sending 3 messages').waitFor();
    expect(panel.host.calls.send).toHaveLength(1);
    release();
    await expect.poll(() => sent).toEqual(['one', 'two', 'three']);
    await panel.page.getByText('Sending').waitFor({ state: 'detached' });
  });

  it('counts the messages of several that could not be sent', async () => {
    await open();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    panel.host.answer.send = async () => {
      await held;
      throw new DuplexError('call.invalid', 'The connection has just closed: reconnect and send again.');
    };
    await input().fill('hello');
    await input().press('Control+Enter');
    await input().press('Control+Enter');
    await panel.page.getByText('Sending 2 messages').waitFor();
    release();
    await alert('2 messages were not sent. The connection has just closed').waitFor();
  });

  it('reports why the host could not send, and keeps the draft', async () => {
    await open();
    panel.host.answer.send = async () => {
      throw new DuplexError('call.invalid', 'The connection has just closed: reconnect and send again.');
    };
    await input().fill('hello');
    await send().click();
    await alert('The connection has just closed').waitFor();
    await expect.poll(() => draftText(panel.page)).toBe('hello');
    panel.host.answer = {};
    await send().click();
    await alert('The connection has just closed').waitFor({ state: 'detached' });
  });

  it('accepts text without a connection, and says that there is none', async () => {
    await open('idle');
    await expect.poll(() => send().getAttribute('disabled')).not.toBeNull();
    await panel.page.getByText('Connect to send.').waitFor();
    await input().fill('soon');
    await input().press('Control+Enter');
    await alert('Not sent: connect first.').waitFor();
    expect(panel.host.calls.send).toEqual([]);
    panel.host.change({ state: 'open', openedAt: Date.now() });
    panel.host.update();
    await alert('Not sent').waitFor({ state: 'detached' });
    await input().press('Control+Enter');
    await expect.poll(() => panel.host.calls.send).toEqual([[{ mode: 'text', text: 'soon' }]]);
  });

  it('sends a chosen file', async () => {
    await open();
    await mode('File').click();
    await panel.page.getByText('No file chosen.').waitFor();
    await panel.page.locator('duplex-composer').press('Control+Enter');
    await alert('Choose a file first.').waitFor();
    panel.host.answer.pickFile = async () => '/home/user/message.bin';
    await panel.page.getByRole('button', { name: 'Choose File' }).click();
    await panel.page.getByText('/home/user/message.bin').waitFor();
    await alert('Choose a file first.').waitFor({ state: 'detached' });
    await send().click();
    await expect
      .poll(() => panel.host.calls.send)
      .toEqual([[{ mode: 'file', text: '/home/user/message.bin' }]]);
  });

  it('keeps the draft with the host, not on the disk, and finds it again', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"token":"secret"}');
    await expect
      .poll(() => panel.host.calls.keepDraft.at(-1))
      .toEqual([{ mode: 'json', text: '{"token":"secret"}' }]);
    await panel.load();
    await expect.poll(() => draftText(panel.page)).toBe('{"token":"secret"}');
    await expect.poll(() => mode('JSON').getAttribute('aria-checked')).toBe('true');
    expect(await panel.page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('secret');
  });

  it('marks an error at its place', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"a": 1,\n "b": oops}');
    await alert('line 2').waitFor();
    await expect.poll(() => panel.page.locator('.cm-lintRange-error').allTextContents()).toEqual(['o']);
  });

  it('closes brackets and quotes, and formats JSON by key without changing a number', async () => {
    await open();
    await mode('JSON').click();
    await input().click();
    await panel.page.keyboard.type('{"b":1.0,"a":12345678901234567890');
    await expect.poll(() => draftText(panel.page)).toBe('{"b":1.0,"a":12345678901234567890}');
    await panel.page.keyboard.press('Shift+Alt+f');
    await expect.poll(() => draftText(panel.page)).toBe('{\n  "b": 1.0,\n  "a": 12345678901234567890\n}');
    await panel.page.keyboard.press('Control+z');
    await expect.poll(() => draftText(panel.page)).toBe('{"b":1.0,"a":12345678901234567890}');
  });

  it('formats JSON around variables', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"id":{{id}},"c":"{{channel}}"}');
    await panel.page.getByRole('button', { name: 'Format', exact: true }).click();
    await expect.poll(() => draftText(panel.page)).toBe('{\n  "id": {{id}},\n  "c": "{{channel}}"\n}');
    await expect.poll(() => panel.page.locator('duplex-composer .problem span').count()).toBe(0);
  });

  it('completes variables, whose values the host fills in', async () => {
    await open();
    await input().click();
    await panel.page.keyboard.type('{{cha');
    await panel.page.getByRole('option', { name: /channel/ }).waitFor();
    await panel.page.waitForTimeout(150);
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => draftText(panel.page)).toBe('{{channel}}');
    await panel.page.keyboard.press('Control+Enter');
    await expect.poll(() => panel.host.calls.send.at(-1)).toEqual([{ mode: 'text', text: '{{channel}}' }]);
  });

  it('sends braces unchanged on request', async () => {
    await open();
    await input().fill('{{channel}}');
    await panel.page.getByRole('button', { name: 'More Ways to Send' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Do Not Fill in Variables' }).click();
    await send().click();
    await expect
      .poll(() => panel.host.calls.send.at(-1))
      .toEqual([{ mode: 'text', text: '{{channel}}', asIs: true }]);
  });

  it('converts between modes, and undo takes that back', async () => {
    await open();
    await input().fill('hé');
    await mode('Base64').click();
    await expect.poll(() => draftText(panel.page)).toBe('aMOp');
    await mode('Hex').click();
    await expect.poll(() => draftText(panel.page)).toBe('68 c3 a9');
    await input().click();
    await panel.page.keyboard.press('Control+z');
    await expect.poll(() => draftText(panel.page)).toBe('aMOp');
    await expect.poll(() => mode('Base64').getAttribute('aria-checked')).toBe('true');
  });

  it('reports why bytes cannot become text, and keeps them', async () => {
    await open();
    await mode('Hex').click();
    await input().fill('ff fe');
    await mode('Text').click();
    await alert('not valid UTF-8').waitFor();
    await expect.poll(() => mode('Hex').getAttribute('aria-checked')).toBe('true');
    await expect.poll(() => draftText(panel.page)).toBe('ff fe');
  });

  it('goes through the messages sent to the URL with Alt+Up and Alt+Down, and back to the draft', async () => {
    await open();
    panel.host.answer.sentDrafts = async () => [
      { mode: 'json', text: '{"n":2}' },
      { mode: 'text', text: 'one' },
    ];
    await input().click();
    await panel.page.keyboard.type('typed');
    const steps = [
      ['Alt+ArrowUp', '{"n":2}'],
      ['Alt+ArrowUp', 'one'],
      ['Alt+ArrowUp', 'one'],
      ['Alt+ArrowDown', '{"n":2}'],
      ['Alt+ArrowDown', 'typed'],
    ] as const;
    for (const [key, shown] of steps) {
      await panel.page.keyboard.press(key);
      await expect.poll(() => draftText(panel.page)).toBe(shown);
    }
  });

  it('lists sent and saved messages', async () => {
    await open();
    panel.host.answer.sentDrafts = async () => [{ mode: 'json', text: '{"n":2}' }];
    panel.host.answer.savedMessages = async () => [
      { name: 'Subscribe', draft: { mode: 'text', text: 'sub' } },
    ];
    await panel.page.getByRole('button', { name: /Messages sent to this URL/ }).click();
    await panel.page.getByRole('menuitem', { name: '{"n":2}' }).click();
    await expect.poll(() => draftText(panel.page)).toBe('{"n":2}');
    await expect.poll(() => isFocused(input())).toBe(true);
    const saved = panel.page.getByRole('button', { name: 'Saved Messages' });
    await saved.click();
    await panel.page.getByRole('menuitem', { name: 'Subscribe' }).click();
    await expect.poll(() => draftText(panel.page)).toBe('sub');
    await saved.click();
    await panel.page.getByRole('menuitem', { name: 'Save This Message' }).click();
    await expect.poll(() => panel.host.calls.saveMessage).toEqual([[{ mode: 'text', text: 'sub' }]]);
  });

  it('repeats a message by keyboard alone, shows its progress, and stops', async () => {
    await open();
    await input().fill('again');
    await panel.page.getByRole('button', { name: 'More Ways to Send' }).focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('menuitem', { name: 'Repeat…' }).focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.type('5');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.type('x');
    await panel.page.keyboard.press('Enter');
    await panel.page.getByText('Type a number of messages').waitFor();
    await panel.page.keyboard.press('Control+a');
    await panel.page.keyboard.type('20');
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => panel.host.calls.repeat).toEqual([[{ mode: 'text', text: 'again' }, 5, 20]]);
    panel.host.state = { ...panel.host.state, repeat: { sent: 3, times: 5 } };
    panel.host.update();
    await panel.page.getByText('Sent 3 of 5').waitFor();
    await panel.page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => panel.host.calls.stopRepeat.length).toBe(1);
  });

  it('is hidden and shown again, remembers it, and is resized by keys', async () => {
    await open();
    await panel.page.getByRole('button', { name: 'Hide the Composer' }).click();
    await input().waitFor({ state: 'detached' });
    await panel.page.waitForTimeout(200);
    await panel.load();
    await panel.page.getByRole('button', { name: 'Write a Message' }).click();
    await input().waitFor();
    await expect.poll(() => isFocused(input())).toBe(true);
    const height = async (): Promise<number> =>
      (await panel.page.locator('duplex-composer-field').boundingBox())!.height;
    const before = await height();
    await panel.page.getByRole('separator', { name: 'Resize the composer' }).press('ArrowUp');
    await expect.poll(height).toBeGreaterThan(before);
  });

  it("gets the focus after the user's connection opens, with the keys that were typed before", async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'connecting' });
    await panel.load();
    await panel.page.keyboard.type('first ');
    panel.host.change({ state: 'open', openedAt: Date.now() });
    panel.host.update();
    await panel.page.locator('duplex-composer .cm-content').waitFor();
    await panel.page.keyboard.type('words');
    await expect.poll(() => draftText(panel.page)).toBe('first words');
  });

  it('does not take the focus from another place', async () => {
    await open('idle');
    await panel.page.getByRole('textbox', { name: 'Search' }).focus();
    panel.host.change({ state: 'connecting' });
    panel.host.update();
    panel.host.change({ state: 'open', openedAt: Date.now() });
    panel.host.update();
    await panel.page.getByText('Disconnect').waitFor();
    await expect.poll(() => isFocused(panel.page.getByRole('textbox', { name: 'Search' }))).toBe(true);
  });
});
