import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { conversation } from './support/conversation.ts';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(width: number, theme: ThemeName = 'dark'): Promise<void> {
  panel = await browser.openPanel({ width, theme });
  panel.host.add(...conversation);
  panel.host.change({
    state: 'open',
    openedAt: Date.now() - 761_000,
    protocol: 'v1.json',
    extensions: 'permessage-deflate',
    in: { messages: 1_204_331, bytes: 123_731_968 },
    out: { messages: 42, bytes: 1_536 },
  });
  await panel.load();
  await panel.page.locator('#row-11').waitFor();
}

const button = (name: string): Locator => panel.page.getByRole('button', { name, exact: true });
const item = (name: string): Locator => panel.page.getByRole('menuitemcheckbox', { name });
const isChecked = (name: string): Promise<string | null> => item(name).getAttribute('aria-checked');

/**
 * Runs in the page: what is wrong with the places of its controls. Each stands within the window and is at least 24 px in
 * both directions (WCAG 2.2, 2.5.8), and no two overlap. A splitter is as thin as VS Code's, and has keys.
 */
const MISPLACED = `(() => {
  const found = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) collect(element.shadowRoot);
      if (element.matches('button, vscode-button, input, [role=switch]') &&
        element.checkVisibility({ visibilityProperty: true })) found.push(element);
    }
  };
  collect(document);
  const name = (element) => element.getAttribute('aria-label') ?? element.getAttribute('label') ?? element.textContent.trim();
  const faults = [];
  const boxes = found
    .filter((element) => !(element.getRootNode().host?.localName.startsWith('vscode-')))
    .map((element) => ({ element, name: name(element), box: element.getBoundingClientRect() }));
  for (const { name, box } of boxes) {
    if (box.left < 0 || box.right > innerWidth || box.bottom > innerHeight) faults.push(name + ' is cut off');
    if (box.width < 24 || box.height < 23.5) faults.push(name + ' is ' + box.width + ' x ' + box.height);
  }
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 1 && down > 1) faults.push(one.name + ' overlaps ' + other.name);
    }
  });
  return faults;
})()`;

describe('the layout', () => {
  it.each([1280, 500, 250])('has room for every control at %i px', async (width) => {
    await open(width);
    await expect.poll(() => panel.page.evaluate(MISPLACED)).toEqual([]);
    await panel.page.locator('#row-2').click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    await panel.page.getByRole('textbox', { name: 'Search' }).fill('tick');
    await panel.page.locator('#status').getByText('1 match').waitFor();
    await expect.poll(() => panel.page.evaluate(MISPLACED)).toEqual([]);
  });

  it('shows icons in the header if the labels do not fit, with the same names', async () => {
    await open(1280);
    const label = button('Disconnect').locator('.label');
    await label.waitFor();
    await panel.page.setViewportSize({ width: 500, height: 800 });
    await label.waitFor({ state: 'hidden' });
    await button('Disconnect').locator('.icon').waitFor();
    await button('Handshake').locator('.icon').waitFor();
    await button('Disconnect').click();
    await expect.poll(() => panel.host.calls.disconnect.length).toBe(1);
  });

  it('moves tools of the bar into a menu, where keys reach them', async () => {
    await open(500);
    await button('Text').waitFor();
    await button('More Filters and Tools').focus();
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => isFocused(item('Search in Decoded'))).toBe(true);
    await panel.page.keyboard.press('ArrowDown');
    await expect.poll(() => isFocused(item('Only matches'))).toBe(true);
    await expect.poll(() => isChecked('Only matches')).toBe('false');
    await panel.page.keyboard.press('Enter');
    await button('More Filters and Tools').click();
    await expect.poll(() => isChecked('Only matches')).toBe('true');
    await panel.page.getByRole('menuitem', { name: 'Go to Message or Time…' }).click();
    await panel.page.locator('duplex-go-to input').waitFor();
  });

  it('has the kinds and the modes of a search in that menu if it is narrow', async () => {
    await open(250);
    await button('Text').waitFor({ state: 'detached' });
    await button('More Filters and Tools').click();
    await item('Binary').click();
    await panel.page.getByText('1 of 12 rows').waitFor();
    await button('More Filters and Tools').click();
    await expect.poll(() => isChecked('Binary')).toBe('true');
    await item('Use Regular Expression').click();
    // A mode that is on stays in view.
    await button('Use Regular Expression').click();
    await button('Use Regular Expression').waitFor({ state: 'detached' });
  });

  it('collapses the composer if it is narrow, until the user opens it', async () => {
    await open(250);
    await button('Write a Message').click();
    const field = panel.page.locator('duplex-composer .cm-content');
    await field.waitFor();
    await button('Kind of message').click();
    await panel.page.getByRole('menuitemradio', { name: 'Hex' }).click();
    await field.fill('00 ff');
    await button('Send').click();
    await expect.poll(() => panel.host.calls.send.at(-1)).toEqual([{ mode: 'hex', text: '00 ff' }]);
    await expect.poll(() => panel.page.evaluate(MISPLACED)).toEqual([]);
  });

  it('keeps the views of a message reachable if it is narrow', async () => {
    await open(250);
    await panel.page.locator('#row-2').click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    await panel.page.locator('duplex-inspector duplex-segments').getByRole('button').click();
    await panel.page.getByRole('menuitemradio', { name: 'Hex' }).click();
    await panel.page.getByText('00000000').first().waitFor();
  });
});

it('makes the primary action the strongest in high contrast', async () => {
  await open(1280, 'highContrast');
  const background = (name: string): Promise<string> =>
    button(name).evaluate((element: unknown) => {
      const base = (
        element as { shadowRoot: { querySelector(selector: string): unknown } }
      ).shadowRoot.querySelector('.base');
      return (
        globalThis as unknown as { getComputedStyle(of: unknown): { backgroundColor: string } }
      ).getComputedStyle(base).backgroundColor;
    });
  await expect.poll(() => background('Send')).toBe('rgb(255, 255, 255)');
  await expect.poll(() => background('Disconnect')).toBe('rgb(0, 0, 0)');
});
