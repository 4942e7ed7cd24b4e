import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { startBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

let browser: Awaited<ReturnType<typeof startBrowser>>;
let panel: OpenPanel;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(panel.complaints).toEqual([]);
  await panel.close();
});

async function open(state: 'open' | 'idle' = 'open'): Promise<void> {
  panel = await browser.openPanel();
  panel.host.change({ state, openedAt: Date.now() });
  await panel.load();
}

const input = (): Locator => panel.page.getByRole('textbox', { name: 'Message to send' });
const send = (): Locator => panel.page.getByRole('button', { name: 'Send', exact: true });
const mode = (name: string): Locator => panel.page.getByRole('radio', { name });
const alert = (text: string): Locator =>
  panel.page.locator('duplex-composer').getByRole('alert').getByText(text);

describe('the composer', () => {
  it('sends what was typed, by button and by key, and keeps it', async () => {
    await open();
    await input().fill('hello\n wörld ');
    await send().click();
    await expect.poll(() => panel.host.calls.send).toEqual([[{ mode: 'text', text: 'hello\n wörld ' }]]);
    expect(await input().inputValue()).toBe('hello\n wörld ');
    await input().press('Control+Enter');
    await expect.poll(() => panel.host.calls.send.length).toBe(2);
    await input().press('Meta+Enter');
    await expect.poll(() => panel.host.calls.send.length).toBe(3);
    expect(await input().inputValue()).toBe('hello\n wörld ');
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

  it('says as one types where JSON, hex and base64 go wrong, and sends none of it', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"a":}');
    await alert('Not JSON at column 6: expected a value.').waitFor();
    await send().click();
    await input().fill('{"a":1}');
    await alert('Not JSON').waitFor({ state: 'detached' });
    await mode('Hex').click();
    await alert('is not a hexadecimal digit').waitFor();
    await input().fill('00 ff 0');
    await alert('Half a byte at column 7').waitFor();
    await mode('Base64').click();
    await input().fill('aGVsb');
    await alert('ends in the middle of a byte').waitFor();
    await input().press('Control+Enter');
    await panel.page.waitForTimeout(100);
    expect(panel.host.calls.send).toEqual([]);
    expect(await input().inputValue()).toBe('aGVsb');
  });

  it('sends what is asked for while another message is on its way, all of it and in order', async () => {
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

  it('counts what could not be sent of several', async () => {
    await open();
    panel.host.answer.send = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      throw new DuplexError('call.invalid', 'The connection has just closed: reconnect and send again.');
    };
    await input().fill('hello');
    await input().press('Control+Enter');
    await input().press('Control+Enter');
    await alert('2 messages were not sent. The connection has just closed').waitFor();
  });

  it('says why the host could not send, and keeps the draft', async () => {
    await open();
    panel.host.answer.send = async () => {
      throw new DuplexError('call.invalid', 'The connection has just closed: reconnect and send again.');
    };
    await input().fill('hello');
    await send().click();
    await alert('The connection has just closed').waitFor();
    expect(await input().inputValue()).toBe('hello');
    panel.host.answer = {};
    await send().click();
    await alert('The connection has just closed').waitFor({ state: 'detached' });
  });

  it('can be typed into without a connection, and says what is missing', async () => {
    await open('idle');
    expect(await send().getAttribute('disabled')).not.toBeNull();
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

  it('sends a file that was chosen', async () => {
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
    await expect.poll(() => input().inputValue()).toBe('{"token":"secret"}');
    expect(await mode('JSON').getAttribute('aria-checked')).toBe('true');
    expect(await panel.page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('secret');
  });

  it('grows with its text up to a limit', async () => {
    await open();
    const height = async (): Promise<number> => (await input().boundingBox())!.height;
    const small = await height();
    await input().fill('line\n'.repeat(8));
    await expect.poll(height).toBeGreaterThan(small);
    await input().fill('line\n'.repeat(500));
    await expect.poll(height).toBeLessThan(330);
  });
});
