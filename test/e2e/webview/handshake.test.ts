import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { COOKIE, handshakeOf, TOKEN } from './support/connections.ts';
import { conversation } from './support/conversation.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const view = (): Locator => panel.page.locator('duplex-handshake');
const button = (name: string): Locator => panel.page.getByRole('button', { name, exact: true });
const tab = (name: string): Locator => view().getByRole('tab', { name });

async function open(canReveal = true): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add(...conversation);
  panel.host.change({ state: 'open', openedAt: Date.now() });
  panel.host.answer.handshake = async (reveal) => handshakeOf(reveal && canReveal, canReveal);
  await panel.load();
  await button('Handshake').click();
  await view().getByText('192.0.2.7:443').waitFor();
}

describe('the handshake', () => {
  it('has an overview: target, transport, negotiated options', async () => {
    await open();
    for (const text of [
      'wss://api.example.test/stream?channel=BTC',
      '101 Switching Protocols',
      'http://proxy.example.test:3128',
      'wss://api.example.test/old → wss://api.example.test/stream?channel=BTC',
      'TLS 1.3, TLS_AES_256_GCM_SHA384, verified',
      'v1.json',
      'server_no_context_takeover: the server compresses each message on its own',
      'client_max_window_bits=12: the client looks back at most 4 KiB',
      '1 set by the server',
    ]) {
      await view().getByText(text, { exact: true }).waitFor();
    }
  });

  it('is shown byte for byte, with each peer in order', async () => {
    await open();
    await tab('Request and Response').click();
    await expect
      .poll(() => view().locator('h3').allTextContents())
      .toEqual([
        'With the proxy http://proxy.example.test:3128',
        'wss://api.example.test/old',
        'wss://api.example.test/stream?channel=BTC',
      ]);
    const blocks = await view().locator('pre').allTextContents();
    expect(blocks).toHaveLength(6);
    expect(blocks[4]).toContain('Sec-WebSocket-Protocol: v1.json, v2.json\n');
    expect(blocks[5]).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n');
  });

  it('prevents the text of a server from reordering other text', async () => {
    await open();
    await tab('Request and Response').click();
    await expect.poll(() => view().locator('.replaced').textContent()).toBe('‹U+202E›');
  });

  it('masks secrets until they are revealed, and again when they are hidden', async () => {
    await open();
    await tab('Request and Response').click();
    const text = async (): Promise<string> => (await view().locator('.body').textContent()) ?? '';
    await expect.poll(text).toContain('Authorization: Bearer ••••');
    expect(await panel.page.content()).not.toContain(TOKEN);
    await button('Reveal Secrets').click();
    await view().getByText('Secrets are shown.').waitFor();
    await expect.poll(text).toContain(TOKEN);
    await expect.poll(text).toContain(COOKIE);
    await button('Hide Secrets').click();
    await view().getByText('Secrets are masked.').waitFor();
    await expect.poll(text).not.toContain('canary');
    expect(panel.host.calls.handshake).toEqual([[false], [true], [false]]);
  });

  it('says that secrets cannot be shown any more', async () => {
    await open(false);
    await tab('Request and Response').click();
    await view().getByText('this handshake comes from the recording, which never holds them').waitFor();
    await expect.poll(() => button('Reveal Secrets').count()).toBe(0);
  });

  it('masks secrets again after another connection', async () => {
    await open();
    await tab('Request and Response').click();
    await button('Reveal Secrets').click();
    await view().getByText('Secrets are shown.').waitFor();
    panel.host.change({ openedAt: Date.now() + 1 });
    panel.host.update();
    await view().getByText('Secrets are masked.').waitFor();
    expect(panel.host.calls.handshake.at(-1)).toEqual([false]);
  });

  it('shows the certificates as a tree, from the root to that of the peer', async () => {
    await open();
    await tab('TLS').click();
    await view().getByText('TLS_AES_256_GCM_SHA384').waitFor();
    // Icons are characters for private use.
    const trimmed = (texts: string[]): string[] =>
      texts.map((text) => text.replace(/[\s\ue000-\uf8ff]+/g, ' ').trim());
    await expect
      .poll(async () => trimmed(await view().locator('summary').allTextContents()))
      .toEqual([
        'CN=Example Root',
        'CN=Example Issuing CA certificate expires in 8 days',
        'CN=api.example.test',
      ]);
    await view().locator('summary').last().click();
    await view().getByText('DNS:api.example.test, IP Address:127.0.0.1').waitFor();
    await view()
      .getByText(/^\s*(AB:CD:){15}AB:CD\s*$/)
      .last()
      .waitFor();
  });

  it('is copied as a curl command or byte for byte, masked as shown', async () => {
    await open();
    await button('Copy as curl').click();
    await expect.poll(() => panel.host.calls.copyHandshake).toEqual([['curl', false]]);
    await tab('Request and Response').click();
    await button('Reveal Secrets').click();
    await view().getByText('Secrets are shown.').waitFor();
    await button('Copy the Request and the Response as They Travelled').click();
    await expect.poll(() => panel.host.calls.copyHandshake.at(-1)).toEqual(['raw', true]);
  });

  it('replaces the inspector until another row is chosen', async () => {
    await open();
    await panel.page.locator('#row-2').click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    await expect.poll(() => view().count()).toBe(0);
    await button('Handshake').click();
    await view().waitFor();
    await expect.poll(() => panel.page.locator('duplex-inspector').count()).toBe(0);
    await button('Handshake').click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
  });

  it('takes the focus when it opens, and Escape returns to the timeline', async () => {
    await open();
    await expect.poll(() => isFocused(tab('Overview'))).toBe(true);
    await panel.page.keyboard.press('Escape');
    await view().waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(panel.page.getByRole('grid', { name: 'Timeline' }))).toBe(true);
  });

  it('is open again after a reload, without secrets', async () => {
    await open();
    await tab('Request and Response').click();
    await button('Reveal Secrets').click();
    await view().getByText('Secrets are shown.').waitFor();
    await panel.page.waitForTimeout(200);
    expect(await panel.page.evaluate(`sessionStorage.getItem('state')`)).not.toContain('canary');
    await panel.load();
    await view().getByText('192.0.2.7:443').waitFor();
    expect(panel.host.calls.handshake.at(-1)).toEqual([false]);
  });

  it('says that there is none yet, or why it cannot be read', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await button('Handshake').click();
    await view().getByText('No handshake yet.').waitFor();
    await button('Close').click();
    panel.host.answer.handshake = async () => {
      throw new DuplexError('disk.denied', 'The recording cannot be read: allow it.');
    };
    await button('Handshake').click();
    await panel.page.getByRole('alert').getByText('The recording cannot be read: allow it.').waitFor();
  });
});
