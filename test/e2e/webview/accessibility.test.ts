import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { conversation, refusal } from './support/conversation.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
/** Of a page: the tests' own types know no DOM. */
interface Styles {
  getComputedStyle(element: unknown): { getPropertyValue(name: string): string };
}

async function withPanel(options: PanelOptions, use: (panel: OpenPanel) => Promise<void>): Promise<void> {
  const panel = await browser.openPanel(options);
  try {
    panel.host.add(...conversation);
    panel.host.change({ state: 'open', openedAt: Date.now() });
    await panel.load();
    await panel.page.locator('#row-11').waitFor();
    await use(panel);
    expect(panel.complaints).toEqual([]);
  } finally {
    await panel.close();
  }
}

/** The element with the focus, through all shadow roots: its role and name, and whether its focus is drawn. */
const FOCUSED = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  // A list shows the focus on its active row.
  const row = element.getAttribute('aria-activedescendant');
  const style = getComputedStyle(row ? element.getRootNode().getElementById(row) : element);
  const role = element.getAttribute('role') ?? (element.tagName === 'INPUT' ? 'textbox' : element.tagName.toLowerCase());
  const name = element.getAttribute('aria-label') ?? element.textContent.trim();
  const host = element.getRootNode().host;
  // A field shows it on the border around all that it holds.
  const frame = element.closest('.field') ?? (host?.localName === 'duplex-composer-field' ? host : null);
  const reading = host?.localName === 'duplex-reading' && getComputedStyle(element.closest('.editor')).outlineStyle === 'solid';
  const isFramed = reading || frame !== null && getComputedStyle(frame).borderColor === 'rgb(0, 120, 212)';
  const isDrawn = isFramed || style.outlineStyle !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)' || style.borderStyle !== 'none';
  return { what: role + ' ' + (name || host?.textContent.trim() || ''), isDrawn };
})()`;

const ANIMATIONS = `document.querySelector('duplex-panel').shadowRoot.querySelector('duplex-connection').shadowRoot.querySelector('duplex-header').shadowRoot.getAnimations().length`;

const focused = (page: Page): Promise<{ what: string; isDrawn: boolean }> => page.evaluate(FOCUSED);

describe('the panel without a mouse', () => {
  it('has a Tab order in which each control has a name and shows the focus', () =>
    withPanel({}, async ({ page }) => {
      await page.locator('#row-2').click();
      await page.locator('duplex-inspector .line').first().waitFor();
      await page.evaluate('document.activeElement.blur()');
      const stops: string[] = [];
      for (let stop = 0; stop < 64; stop++) {
        await page.keyboard.press('Tab');
        const { what, isDrawn } = await focused(page);
        expect(isDrawn, `${what} shows its focus`).toBe(true);
        stops.push(what);
      }
      const order = [
        'button Disconnect',
        'button Edit Connection',
        'button Handshake',
        'button More Actions…',
        'radio All',
        'button Text',
        'button Binary',
        'button Control',
        'textbox Search',
        'button Match Case',
        'button Use Regular Expression',
        'button Use JSONPath or a Condition',
        'button Search in Decoded',
        'button Only matches',
        'button Go to Message or Time (Ctrl+G)',
        'button Rate',
        'switch Follow',
        'button What the time column shows',
        'button What rows show of messages',
        'grid Timeline',
        'separator Resize the inspector',
        'tab Pretty',
        'button Copy This View',
        'button Save Message to a File…',
        'button More Actions of the Message',
        'button Close',
        'textbox Pretty, 19 lines',
        'separator Resize the composer',
        'radio Text',
        'button Encode as bytes',
        'button Saved Messages',
        'button Messages sent to this URL (Alt+Up)',
        'button Hide the Composer',
        'textbox Message to send',
        'button More Ways to Send',
        'button Send',
      ];
      // Between the last and the first the focus visits the browser.
      const walked = stops.slice(stops.indexOf(order[0]!)).filter((what) => what !== 'body');
      const names = walked.slice(0, order.length);
      expect(names).toEqual(order);
    }));

  it('has a name for every button', () =>
    withPanel({}, async ({ page }) => {
      await page.locator('#row-2').click();
      await page.locator('duplex-inspector .line').first().waitFor();
      for (const role of ['button', 'tab', 'radio', 'switch', 'separator', 'grid', 'textbox'] as const) {
        const all = page.getByRole(role);
        const named = page.getByRole(role, { name: /\S/ });
        await expect.poll(() => all.count(), { message: role }).toBeGreaterThan(0);
        await expect.poll(() => named.count(), { message: role }).toBe(await all.count());
      }
    }));

  it('announces the state and the failure to a screen reader', () =>
    withPanel({}, async ({ page, host }) => {
      host.add(refusal);
      host.change({ state: 'failed', error: { code: 'handshake.status', message: refusal.preview! } });
      host.update();
      await page.getByRole('status').getByText('Failed').waitFor();
      await page.getByRole('alert').getByText('401 Unauthorized').waitFor();
    }));
});

describe('the panel and its theme', () => {
  it('draws the borders of high contrast', () =>
    withPanel({ theme: 'highContrast' }, async ({ page }) => {
      await page.locator('#row-2').click();
      await page.locator('duplex-inspector .line').first().waitFor();
      const colour = (selector: string, property: string): Promise<string> =>
        page
          .locator(selector)
          .evaluate(
            (element: unknown, name: string) =>
              (globalThis as unknown as Styles).getComputedStyle(element).getPropertyValue(name),
            property,
          );
      await expect.poll(() => colour('duplex-header', 'border-bottom-color')).toBe('rgb(111, 195, 223)');
      await expect
        .poll(() => colour('duplex-splitter[orientation=horizontal]', 'background-color'))
        .toBe('rgb(111, 195, 223)');
    }));

  it('has no animation if the user prefers reduced motion', () =>
    withPanel({ reducedMotion: true }, async ({ page, host }) => {
      host.change({ state: 'connecting' });
      host.update();
      await page.locator('.state.connecting').waitFor();
      expect(await page.evaluate(ANIMATIONS)).toBe(0);
    }));

  it('otherwise turns the icon of a running action', () =>
    withPanel({ reducedMotion: false }, async ({ page, host }) => {
      host.change({ state: 'connecting' });
      host.update();
      await page.locator('.state.connecting').waitFor();
      await expect.poll(() => page.evaluate(ANIMATIONS)).toBeGreaterThan(0);
    }));

  it('grows its lines with the editor font', () =>
    withPanel({}, async ({ page }) => {
      await page.evaluate(`document.documentElement.style.setProperty('--vscode-editor-font-size', '24px')`);
      await page.locator('#row-2').click();
      await page.locator('duplex-inspector .line').first().waitFor();
      const { height } = (await page.locator('duplex-inspector .line').first().boundingBox())!;
      expect(Math.round(height)).toBe(34);
    }));
});
