import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import { EDITABLE } from './support/fakeHost.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';
import { isFocused } from './support/inPage.ts';

const browser = useBrowser();
let panel: OpenPanel;

const header = (): Locator => panel.page.locator('duplex-header');
const actions = (): Locator => header().locator('.action');
const url = (): Locator => header().getByRole('textbox', { name: 'URL' });
const labels = (): Promise<string[]> => actions().locator('.label').allTextContents();

function change(state: SessionState): void {
  panel.host.change({ state, openedAt: state === 'open' ? Date.now() : undefined });
  panel.host.update();
}

describe('the header', () => {
  it('shows the state as a word, and its main action', async () => {
    panel = await browser.openPanel();
    await panel.load();
    for (const [state, word, label] of [
      ['idle', 'Not connected', 'Connect'],
      ['connecting', 'Connecting', 'Cancel'],
      ['open', 'Open', 'Disconnect'],
      ['closing', 'Closing', 'Force Close'],
      ['closed', 'Closed', 'Reconnect'],
      ['failed', 'Failed', 'Reconnect'],
    ] as const) {
      change(state);
      await header().locator('.state').getByText(word, { exact: true }).waitFor();
      await expect.poll(labels).toEqual([label]);
    }
  });

  it('connects, cancels and disconnects', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await actions().click();
    await expect.poll(() => panel.host.calls.connect.length).toBe(1);
    change('connecting');
    await actions().getByText('Cancel').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(1);
    change('open');
    await actions().getByText('Disconnect').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(2);
    change('closing');
    await actions().getByText('Force Close').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(3);
  });

  it('shows the counts, and how long the connection is open', async () => {
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
    for (const text of ['v1.json', 'deflate', 'in 1,204,331 / 118 MiB', 'out 42 / 1.5 KiB']) {
      await facts.getByText(text, { exact: true }).waitFor();
    }
    await facts.getByText('00:12:42', { exact: true }).first().waitFor();
    await facts.getByText('00:12:43', { exact: true }).first().waitFor();
  });

  it('counts the idle time until something is received', async () => {
    panel = await browser.openPanel();
    const facts = header().locator('.facts');
    const openedAt = Date.now() - 60_000;
    panel.host.change({ state: 'open', openedAt, lastReceivedAt: Date.now() - 11_500 });
    await panel.load();
    await facts.getByText('idle 00:00:12').waitFor();
    await facts.getByText('idle 00:00:13').waitFor();
    panel.host.change({ lastReceivedAt: Date.now() });
    panel.host.update();
    await facts.getByText('idle').waitFor({ state: 'detached' });
  });

  it('warns of bytes that wait to be sent, and of a connection that is not verified', async () => {
    panel = await browser.openPanel();
    const openedAt = Date.now();
    panel.host.change({ state: 'open', openedAt, insecure: true, pendingBytes: 3_145_728 });
    await panel.load();
    await header().locator('.warning').getByText('not verified').waitFor();
    await header().locator('.warning').getByText('3.0 MiB pending').waitFor();
    panel.host.change({ pendingBytes: 0 });
    panel.host.update();
    await header().getByText('3.0 MiB pending').waitFor({ state: 'detached' });
    await header().locator('.warning').getByText('not verified').waitFor();
  });

  it('counts down to a reconnect, with buttons to connect now and to stop', async () => {
    panel = await browser.openPanel();
    await panel.load();
    panel.host.change({ state: 'waiting', attempt: { number: 2, of: 10, nextAt: Date.now() + 9_900 } });
    panel.host.update();
    await header().getByText('Reconnecting in 8 s (2 of 10)').waitFor();
    await header().getByText('Reconnecting in 7 s (2 of 10)').waitFor();
    await header().getByText('Connect Now').click();
    await expect.poll(() => panel.host.calls.connect.length).toBe(1);
    await header().getByText('Stop', { exact: true }).click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(1);
    change('connecting');
    await header().getByText('Connecting (2 of 10)').waitFor();
  });

  it('shows the cause of a failure once', async () => {
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
    await actions().click();
    await panel.page.locator('duplex-doctor').getByText('Nobody listens there.').waitFor();
    await panel.page.waitForTimeout(100);
    await expect.poll(() => panel.page.getByText('Nobody listens there.').count()).toBe(1);
  });

  it('says that rows cannot be recorded', async () => {
    panel = await browser.openPanel();
    panel.host.change({
      state: 'open',
      openedAt: Date.now(),
      unrecorded: { reason: 'The disk is full: free some space.', messages: 1_200, bytes: 48_000 },
    });
    await panel.load();
    await header().getByRole('alert').getByText('The disk is full').waitFor();
    await header().getByText('1,200 messages (47 KiB)').waitFor();
  });

  it('announces a change of state', async () => {
    panel = await browser.openPanel();
    await panel.load();
    change('open');
    await panel.page.getByRole('status').getByText('Open', { exact: true }).waitFor();
  });

  it('announces a scheduled reconnect once', async () => {
    panel = await browser.openPanel();
    await panel.load();
    panel.host.change({ state: 'waiting', attempt: { number: 1, of: 3, nextAt: Date.now() + 2_500 } });
    panel.host.update();
    const status = panel.page.locator('.announcement');
    await status.getByText('Reconnecting in 3 s (1 of 3)').waitFor();
    await header().getByText('Reconnecting in 1 s').waitFor();
    await expect.poll(() => status.textContent()).toBe('Reconnecting in 3 s (1 of 3)');
  });

  it('shows an address with any characters as text', async () => {
    panel = await browser.openPanel();
    panel.host.change({ url: 'ws://127.0.0.1/<b>\u202Etxet' });
    await panel.load();
    await expect.poll(() => url().inputValue()).toContain('<b>');
  });
});

describe('the menu of the header', () => {
  const opener = (): Locator => panel.page.getByRole('button', { name: 'More Actions…' });
  const item = (name: string): Locator => panel.page.getByRole('menuitem', { name, exact: true });

  it('sends the chosen item to the host', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'open', openedAt: Date.now() });
    await panel.load();
    for (const [name, command] of [
      ['Send Ping…', 'ping'],
      ['Close With Code…', 'closeWithCode'],
      ['Force Close', 'forceClose'],
      ['Duplicate', 'duplicate'],
      ['Rename…', 'rename'],
      ['Clear', 'clear'],
      ['Choose Protocol…', 'chooseProtocol'],
      ['Save as Request File…', 'saveAsRequestFile'],
      ['Keyboard Shortcuts', 'keyboardShortcuts'],
      ['Copy as curl', 'copyCurl'],
    ] as const) {
      await opener().click();
      await item(name).click();
      await expect.poll(() => panel.host.calls.run.at(-1)).toEqual([command]);
      await panel.page.getByRole('menu').waitFor({ state: 'detached' });
    }
  });

  it('is used with the arrow keys, and closed with Escape', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'open', openedAt: Date.now() });
    await panel.load();
    await opener().focus();
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => isFocused(item('Send Ping…'))).toBe(true);
    await panel.page.keyboard.press('ArrowUp');
    await expect.poll(() => isFocused(item('Keyboard Shortcuts'))).toBe(true);
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => isFocused(item('Close With Code…'))).toBe(true);
    await panel.page.keyboard.press('Escape');
    await panel.page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(opener())).toBe(true);
    expect(panel.host.calls.run).toEqual([]);
  });

  it('disables items that are not possible now', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await opener().click();
    for (const name of ['Send Ping…', 'Close With Code…', 'Force Close'])
      await expect.poll(() => item(name).getAttribute('aria-disabled')).toBe('true');
    await item('Send Ping…').click({ force: true });
    await item('Rename…').click();
    await expect.poll(() => panel.host.calls.run).toEqual([['rename']]);
  });

  it('is closed by a click elsewhere', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await opener().click();
    await panel.page.getByRole('menu').waitFor();
    await panel.page.locator('duplex-composer .cm-content').click();
    await panel.page.getByRole('menu').waitFor({ state: 'detached' });
  });
});

describe('the URL of the header', () => {
  const OTHER = 'wss://other.example.test/stream';

  it('is edited in place: Enter connects with it', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await url().fill(OTHER);
    await url().press('Enter');
    await expect.poll(() => panel.host.calls.reconnectWith).toEqual([[{ ...EDITABLE, url: OTHER }]]);
  });

  it('offers Reconnect while it is open, and Connect otherwise', async () => {
    panel = await browser.openPanel();
    await panel.load();
    change('open');
    await url().fill(OTHER);
    await expect.poll(labels).toEqual(['Reconnect to Apply', 'Disconnect']);
    change('closed');
    await expect.poll(labels).toEqual(['Reconnect']);
    await actions().click();
    await expect.poll(() => panel.host.calls.reconnectWith.at(-1)?.[0].url).toBe(OTHER);
    expect(panel.host.calls.connect).toEqual([]);
  });

  it('shows the new URL after it is accepted, and the usual buttons', async () => {
    panel = await browser.openPanel();
    await panel.load();
    change('open');
    await url().fill(`${OTHER}?token=secret`);
    panel.host.change({ url: `${OTHER}?token=••••` });
    panel.host.update();
    await expect.poll(() => url().inputValue()).toBe(`${OTHER}?token=••••`);
    await expect.poll(labels).toEqual(['Disconnect']);
  });

  it('is restored by Escape', async () => {
    panel = await browser.openPanel();
    await panel.load();
    const before = await url().inputValue();
    await url().fill(OTHER);
    await url().press('Escape');
    expect(await url().inputValue()).toBe(before);
    await expect.poll(labels).toEqual(['Connect']);
  });

  it('reports errors during typing, and keeps the text', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await url().fill('http:/oops');
    await header().getByRole('alert').getByText('has to begin with ws://').waitFor();
    await url().press('Enter');
    await expect.poll(() => panel.host.calls.connectionProblem.length).toBeGreaterThan(1);
    expect(await url().inputValue()).toBe('http:/oops');
    expect(panel.host.calls.reconnectWith).toEqual([]);
    await url().fill(OTHER);
    await header().getByRole('alert').waitFor({ state: 'detached' });
  });

  it.each(Object.keys(THEMES) as ThemeName[])(
    'has a border of its own where it is wrong, in the %s theme',
    async (theme) => {
      panel = await browser.openPanel({ theme });
      await panel.load();
      const border = (): Promise<string[]> =>
        url().evaluate((element: unknown) => {
          const { borderTopColor, boxShadow } = (
            globalThis as unknown as {
              getComputedStyle(of: unknown): Record<'borderTopColor' | 'boxShadow', string>;
            }
          ).getComputedStyle(element);
          return [borderTopColor, boxShadow];
        });
      const borders = async (text: string): Promise<string[][]> => {
        await url().fill(text);
        await header()
          .getByRole('alert')
          .waitFor({ state: text === OTHER ? 'detached' : 'visible' });
        const focused = await border();
        await url().blur();
        return [focused, await border()];
      };
      const valid = await borders(OTHER);
      const invalid = await borders('http:/oops');
      expect(invalid[0]).toEqual(invalid[1]);
      for (const [colour] of valid) expect(invalid[0]![0]).not.toBe(colour);
      const isThick = theme.startsWith('highContrast');
      expect(invalid[0]![1] !== 'none').toBe(isThick);
      expect(valid.map(([, ring]) => ring)).toEqual(['none', 'none']);
    },
  );

  it('stays if the user does not agree to connect with it', async () => {
    panel = await browser.openPanel();
    panel.host.answer.reconnectWith = async () => false;
    await panel.load();
    await url().fill(OTHER);
    await url().press('Enter');
    await expect.poll(() => panel.host.calls.reconnectWith.length).toBe(1);
    expect(await url().inputValue()).toBe(OTHER);
  });

  it('is taken over by the form', async () => {
    panel = await browser.openPanel();
    await panel.load();
    await url().fill(OTHER);
    await header().getByRole('button', { name: 'Edit Connection' }).click();
    const inForm = panel.page.locator('duplex-connection-form').getByRole('textbox', { name: 'URL' });
    await expect.poll(() => inForm.inputValue()).toBe(OTHER);
    expect(await url().count()).toBe(0);
    await inForm.press('Escape');
    await expect.poll(() => url().inputValue()).toBe('wss://api.example.test/stream');
    await expect.poll(labels).toEqual(['Connect']);
  });

  it.each([1280, 500, 250])('has room at %i px, in every theme', async (width) => {
    for (const theme of ['dark', 'light', 'highContrast'] as const) {
      panel = await browser.openPanel({ theme, width, height: 500 });
      await panel.load();
      change('open');
      await url().fill(`${OTHER}?channel=BTC-USD`);
      await url().fill('http:/oops');
      await header().getByRole('alert').waitFor();
      const box = (await url().boundingBox())!;
      expect(box.width).toBeGreaterThan(200);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      await panel.screenshot(`header-url-${theme}-${width}`);
      await panel.close();
    }
  });
});
