import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { conversation, refusal, SUBSCRIBED } from './support/conversation.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(options?: PanelOptions): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.add(...conversation);
  await panel.load();
}

const SUBSCRIBED_ROW = 2;
const BINARY_ROW = 4;

const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const lines = (): Locator => panel.page.locator('duplex-inspector .line');
const tab = (name: string): Locator => panel.page.getByRole('tab', { name });
const button = (name: string): Locator => panel.page.getByRole('button', { name });
const isSelected = (name: string): Promise<string | null> => tab(name).getAttribute('aria-selected');

/** Waits until the view begins with this line, and gives all that are on the screen. */
async function shown(first: string): Promise<string[]> {
  await expect.poll(async () => (await lines().allTextContents())[0]).toBe(first);
  return lines().allTextContents();
}

describe('the inspector', () => {
  it('shows JSON pretty, in its original spelling', async () => {
    await open();
    await row(SUBSCRIBED_ROW).click();
    const text = await shown('{');
    expect(text).toContain('  "id": 12345678901234567890,');
    expect(text).toContain('  "price": 1.0,');
    expect(text).toContain('  "note": "caf\\u00e9 \\"x\\"",');
    expect(text).toContain('  "empty": {}');
    await expect
      .poll(() => panel.page.locator('duplex-inspector .line .name').first().textContent())
      .toBe('"type"');
  });

  it('shows text first as Pretty and bytes first as Hex, and remembers another choice for each', async () => {
    await open();
    await row(BINARY_ROW).click();
    await shown('00000000  00 25 4a 6f  94 b9 de 03  .%Jo....');
    await expect.poll(() => isSelected('Hex')).toBe('true');
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    await expect.poll(() => isSelected('Pretty')).toBe('true');
    await tab('Raw').click();
    await shown(SUBSCRIBED);
    await row(1).click();
    await shown('{"op": "subscribe", "channel": "BTC"}');
    await expect.poll(() => isSelected('Raw')).toBe('true');
    await row(BINARY_ROW).click();
    await expect.poll(() => isSelected('Hex')).toBe('true');
  });

  it('has tabs for the arrow keys, one of them in the tab order', async () => {
    await open();
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    await tab('Pretty').focus();
    await panel.page.keyboard.press('ArrowRight');
    await expect.poll(() => isFocused(tab('Raw'))).toBe(true);
    await shown(SUBSCRIBED);
    await panel.page.keyboard.press('End');
    await expect.poll(() => isFocused(tab('Frames'))).toBe(true);
    await expect.poll(() => tab('Frames').getAttribute('tabindex')).toBe('0');
    await expect.poll(() => tab('Raw').getAttribute('tabindex')).toBe('-1');
    await panel.page.keyboard.press('ArrowRight');
    await expect.poll(() => isFocused(tab('Pretty'))).toBe(true);
  });

  it('follows the selection of the timeline, and keeps only one view open at the host', async () => {
    await open();
    await row(1).click();
    await shown('{');
    for (let step = 0; step < 6; step++) await panel.page.keyboard.press('ArrowDown');
    await panel.page.getByText('#7 text received', { exact: true }).waitFor();
    await expect.poll(() => [...panel.host.openDocuments].length).toBe(1);
    await button('Close').click();
    await expect.poll(() => [...panel.host.openDocuments].length).toBe(0);
  });

  it('shows invalid UTF-8 and replaced characters of a message', async () => {
    await open();
    await row(8).click();
    await panel.page.getByText('Not valid UTF-8 at byte 3').waitFor();
    await row(7).click();
    await panel.page.getByText('Not valid UTF-8').waitFor({ state: 'detached' });
    await expect
      .poll(() => panel.page.locator('duplex-inspector .line .replaced').allTextContents())
      .toEqual(['‹U+202E›', '␀']);
  });

  it('shows status, headers and body of a refused handshake', async () => {
    panel = await browser.openPanel();
    panel.host.add(refusal);
    panel.host.change({ state: 'failed', error: { code: 'handshake.status', message: refusal.preview! } });
    await panel.load();
    await button('Show in Timeline').click();
    const text = await shown('{');
    expect(text).toContain('  "status": 401,');
    expect(text).toContain('  "body": "{\\"error\\":\\"token expired\\"}"');
    expect(text.join('\n')).toContain('"www-authenticate",');
  });

  it('draws only the lines on the screen of a long message', async () => {
    panel = await browser.openPanel();
    const items = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    panel.host.add({ payload: JSON.stringify(items) });
    await panel.load();
    await row(0).click();
    await shown('[');
    await expect.poll(() => lines().count()).toBeLessThan(100);
    const body = panel.page.getByRole('textbox', { name: 'Pretty, 300,002 lines' });
    await body.focus();
    await panel.page.keyboard.press('Control+End');
    await expect.poll(async () => (await lines().allTextContents()).at(-1)).toBe(']');
    await expect.poll(async () => (await lines().allTextContents()).at(-3)).toBe('    "id": 99999');
    await panel.page.keyboard.press('Control+Home');
    await shown('[');
  });

  it('pulls the lines of a message that is too large to hold as a whole', async () => {
    panel = await browser.openPanel();
    panel.host.mostText = 1_000;
    panel.host.add({ payload: JSON.stringify(Array.from({ length: 5_000 }, (_, id) => ({ id }))) });
    await panel.load();
    await row(0).click();
    await shown('[');
    await panel.page.getByRole('group', { name: 'Pretty, 15,002 lines' }).focus();
    await panel.page.keyboard.press('End');
    await expect.poll(async () => (await lines().allTextContents()).at(-1)).toBe(']');
  });

  it('shows the progress of a long format, and cancels it', async () => {
    await open();
    let document = '';
    panel.host.answer.openDocument = (name) => {
      document = name;
      return new Promise((_, reject) => {
        panel.host.answer.closeDocument = async () =>
          reject(new DuplexError('call.cancelled', 'The message was closed before it was formatted.'));
      });
    };
    await row(SUBSCRIBED_ROW).click();
    await panel.page.getByText('Formatting', { exact: true }).waitFor();
    panel.host.progress(document, 20_971_520, 52_428_800);
    await panel.page.getByText('Formatting: 20 MiB of 50 MiB').waitFor();
    const bar = panel.page.getByRole('progressbar', { name: 'Formatting' });
    await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('20971520');
    await button('Cancel').click();
    await panel.page.getByRole('alert').getByText('Formatting was cancelled.').waitFor();
    panel.host.answer = {};
    await button('Format Again').click();
    await shown('{');
  });

  it('does not flicker: the document stays until the next one is ready', async () => {
    await open();
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    await panel.page.evaluate(`
      window.empty = 0;
      const side = document.querySelector('duplex-panel').shadowRoot.querySelector('duplex-side').shadowRoot;
      const root = side.querySelector('duplex-inspector').shadowRoot;
      const view = root.querySelector('duplex-reading').shadowRoot;
      new MutationObserver(() => {
        if (view.querySelectorAll('.line').length === 0) window.empty++;
      }).observe(view, { childList: true, subtree: true });
    `);
    await row(1).click();
    await expect.poll(async () => (await lines().allTextContents())[1]).toBe('  "op": "subscribe",');
    expect(await panel.page.evaluate('window.empty')).toBe(0);
  });

  it('copies the visible view, Raw bit for bit, and saves', async () => {
    await open();
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    await button('Copy This View').click();
    await button('Copied').waitFor();
    expect(panel.host.calls.copyDocument).toEqual([[[...panel.host.openDocuments][0]]]);
    await tab('Raw').click();
    await shown(SUBSCRIBED);
    await button('Copy the Message as It Is').click();
    await expect.poll(() => panel.host.calls.copyPayload).toEqual([[SUBSCRIBED_ROW]]);
    await button('Save Message to a File').click();
    await expect.poll(() => panel.host.calls.savePayload).toEqual([[SUBSCRIBED_ROW]]);
  });

  it('reports why a message cannot be copied', async () => {
    await open();
    panel.host.answer.copyDocument = async () => {
      throw new DuplexError('call.invalid', 'It is too long to copy. Save the message to a file instead.');
    };
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    await button('Copy This View').click();
    await panel.page.getByRole('alert').getByText('too long to copy').waitFor();
    await button('Dismiss').click();
    await panel.page.getByText('too long to copy').waitFor({ state: 'detached' });
  });

  it('says that a message is empty', async () => {
    panel = await browser.openPanel();
    panel.host.add({ payload: '' });
    await panel.load();
    await row(0).click();
    await panel.page.getByText('This message is empty').waitFor();
  });

  it('is beside the timeline or below it, and is resized by keys and by mouse', async () => {
    await open();
    await row(SUBSCRIBED_ROW).click();
    await shown('{');
    const splitter = panel.page.getByRole('separator', { name: 'Resize the inspector' });
    const inspector = panel.page.locator('duplex-inspector');
    const width = async (): Promise<number> => (await inspector.boundingBox())!.width;
    await expect.poll(() => splitter.getAttribute('aria-orientation')).toBe('vertical');
    await expect.poll(async () => Math.round(await width())).toBe(540);
    await splitter.focus();
    await panel.page.keyboard.press('ArrowLeft');
    await expect.poll(async () => Math.round(await width())).toBe(564);
    await expect.poll(() => splitter.getAttribute('aria-valuenow')).toBe('47');
    const box = (await splitter.boundingBox())!;
    await panel.page.mouse.move(box.x + 2, box.y + 50);
    await panel.page.mouse.down();
    await panel.page.mouse.move(600, box.y + 60);
    await panel.page.mouse.up();
    await expect.poll(async () => Math.round(await width())).toBe(600);
    await panel.page.setViewportSize({ width: 700, height: 800 });
    await expect.poll(() => splitter.getAttribute('aria-orientation')).toBe('horizontal');
    const below = async (): Promise<number> => {
      const timeline = (await panel.page.locator('duplex-timeline').boundingBox())!;
      return (await inspector.boundingBox())!.y - timeline.y - timeline.height;
    };
    await expect.poll(below).toBeGreaterThanOrEqual(0);
    await panel.page.waitForTimeout(200);
    await panel.page.setViewportSize({ width: 1200, height: 800 });
    await panel.load();
    await expect.poll(async () => Math.round(await width())).toBe(600);
  });
});
