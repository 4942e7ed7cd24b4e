import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import { refusal } from './support/conversation.ts';
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

const header = (): Locator => panel.page.locator('duplex-header');
const action = (): Locator => header().locator('.action');

function change(state: SessionState): void {
  panel.host.change({ state, openedAt: state === 'open' ? Date.now() : undefined });
  panel.host.update();
}

describe('the header', () => {
  it('shows the state as a word, and the one thing to do about it', async () => {
    panel = await browser.openPanel();
    await panel.load();
    for (const [state, word, label] of [
      ['idle', 'Not connected', 'Connect'],
      ['connecting', 'Connecting', 'Cancel'],
      ['open', 'Open', 'Disconnect'],
      ['closing', 'Closing', 'Force Close'],
      ['closed', 'Closed', 'Reconnect'],
      ['waiting', 'Waiting to reconnect', 'Cancel'],
      ['failed', 'Failed', 'Reconnect'],
    ] as const) {
      change(state);
      await header().locator('.state').getByText(word, { exact: true }).waitFor();
      expect((await action().textContent())?.trim()).toBe(label);
    }
  });

  it('connects, cancels and disconnects', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await action().click();
    await expect.poll(() => panel.host.calls.connect.length).toBe(1);
    change('connecting');
    await action().getByText('Cancel').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(1);
    change('open');
    await action().getByText('Disconnect').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(2);
    change('closing');
    await action().getByText('Force Close').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(3);
  });

  it('shows what passed, and for how long the connection is open', async () => {
    panel = await browser.openPanel();
    panel.host.change({
      state: 'open',
      protocol: 'v1.json',
      extensions: 'permessage-deflate',
      openedAt: Date.now() - 761_500,
      in: { messages: 1_204_331, bytes: 123_731_968 },
      out: { messages: 42, bytes: 1_536 },
    });
    await panel.load();
    const facts = header().locator('.facts');
    for (const text of ['v1.json', 'deflate', 'in 1,204,331 / 118 MB', 'out 42 / 1.5 KB']) {
      await facts.getByText(text, { exact: true }).waitFor();
    }
    await facts.getByText('00:12:42', { exact: true }).first().waitFor();
    await facts.getByText('00:12:43', { exact: true }).first().waitFor();
    await facts.getByText('idle').waitFor();
    panel.host.change({ in: { messages: 1_204_332, bytes: 123_731_970 } });
    panel.host.update();
    await facts.getByText('in 1,204,332 / 118 MB').waitFor();
    expect(await facts.getByText('idle').count()).toBe(0);
  });

  it('says why a connection failed, with code, details and a way on', async () => {
    panel = await browser.openPanel();
    panel.host.add(refusal);
    panel.host.change({ state: 'failed', error: { code: 'handshake.status', message: refusal.preview! } });
    await panel.load();
    const banner = header().getByRole('alert');
    await banner.getByText('401 Unauthorized').waitFor();
    await banner.getByText('handshake.status').waitFor();
    expect(await panel.page.getByRole('button', { name: 'Reconnect' }).count()).toBe(1);
    await action().click();
    await expect.poll(() => panel.host.calls.connect.length).toBe(1);
    panel.host.change({ state: 'connecting', error: undefined });
    panel.host.update();
    await banner.waitFor({ state: 'detached' });
  });

  it('does not tell twice why a connection failed', async () => {
    panel = await browser.openPanel();
    panel.host.answer.connect = async () => {
      panel.host.change({
        state: 'failed',
        error: { code: 'tcp.refused', message: 'Nobody listens there.' },
      });
      panel.host.update();
      throw new DuplexError('tcp.refused', 'Nobody listens there.');
    };
    await panel.load();
    await action().click();
    await header().getByText('Nobody listens there.').waitFor();
    await panel.page.waitForTimeout(100);
    expect(await panel.page.getByText('Nobody listens there.').count()).toBe(1);
  });

  it('says what cannot be recorded', async () => {
    panel = await browser.openPanel();
    panel.host.change({
      state: 'open',
      openedAt: Date.now(),
      unrecorded: { reason: 'The disk is full: free some space.', messages: 1_200, bytes: 48_000 },
    });
    await panel.load();
    await header().getByRole('alert').getByText('The disk is full').waitFor();
    await header().getByText('1,200 messages (47 KB)').waitFor();
  });

  it('announces a change of state', async () => {
    panel = await browser.openPanel();
    await panel.load();
    change('open');
    await panel.page.getByRole('status').getByText('Open', { exact: true }).waitFor();
  });

  it('shows an address as text, whatever its letters', async () => {
    panel = await browser.openPanel();
    panel.host.change({ url: 'ws://127.0.0.1/<b>\u202Etxet' });
    await panel.load();
    expect(await header().locator('.url').textContent()).toContain('<b>');
  });
});
