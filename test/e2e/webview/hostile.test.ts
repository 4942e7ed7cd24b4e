import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { PAGE_TITLE } from './support/pageServer.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const HTML =
  '<img src="https://example.test/x" onerror="document.title=\'run\'"><script>document.title="run"</script>';
/** Lit marks the places of its values with comments; a payload must not be able to pose as one. */
const LIKE_LIT = '<!--?lit$123$--><!--lit-part--> ${alert(1)} {{constructor.constructor("alert(1)")()}}';

const browser = useBrowser();
async function withPanel(use: (panel: OpenPanel, requests: string[]) => Promise<void>): Promise<void> {
  const panel = await browser.openPanel({ isLast: true });
  const requests: string[] = [];
  panel.page.on('request', (request) => requests.push(request.url()));
  try {
    await use(panel, requests);
    expect(await panel.page.title()).toBe(PAGE_TITLE);
    expect(requests.filter((url) => !url.startsWith('http://127.0.0.1:'))).toEqual([]);
    expect(panel.complaints).toEqual([]);
  } finally {
    await panel.close();
  }
}

/** CodeMirror puts an empty image beside each widget, so that carets can stand there. */
const OWN_IMAGES = 'img:not(.cm-widgetBuffer)';

describe('what a server sends', () => {
  it.each([
    ['HTML', HTML],
    ['what looks like a template', LIKE_LIT],
  ])('is text wherever it appears: %s', async (_name, text) => {
    await withPanel(async (panel) => {
      const { page, host } = panel;
      host.add({ payload: text }, { payload: JSON.stringify({ [text]: text }) });
      host.change({
        state: 'closed',
        url: `ws://127.0.0.1/?${text}`,
        protocol: text,
        extensions: text,
        openedAt: Date.now(),
        error: { code: 'tcp.reset', message: text },
      });
      host.state = { ...host.state, remoteName: text };
      await panel.load();
      await expect
        .poll(() => page.locator('duplex-url-field input').inputValue())
        .toBe(`ws://127.0.0.1/?${text}`);
      await expect.poll(() => page.locator('duplex-doctor .cause').textContent()).toContain(text);
      await expect
        .poll(() => page.locator('duplex-header .subprotocol span:not(.icon)').textContent())
        .toBe(text);
      for (const [seq, line] of [
        [0, 0],
        [1, 1],
      ] as const) {
        await page.locator(`#row-${seq}`).click();
        const shown = page.locator('duplex-inspector .line').nth(line).getByText(text.slice(0, 8)).first();
        await shown.waitFor();
      }
      host.answer.copyDocument = async () => {
        throw new DuplexError('call.invalid', text);
      };
      await page.getByRole('button', { name: 'Copy This View' }).click();
      const notice = page.locator('duplex-notice');
      await notice.waitFor();
      await expect.poll(() => notice.locator('.text').textContent()).toBe(text);
      await expect.poll(() => page.locator(`${OWN_IMAGES}, iframe`).count()).toBe(0);
    });
  });

  it('cannot run a script that the page did not load', async () => {
    const panel = await browser.openPanel();
    try {
      await panel.load();
      // As if something had got through: the policy of the page still stops it.
      await panel.page.evaluate(`
        const script = document.createElement('script');
        script.textContent = 'document.title = "run"';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = '/codicon.css';
        document.body.append(image);
      `);
      await expect.poll(() => panel.complaints.length).toBeGreaterThanOrEqual(2);
      expect(await panel.page.title()).toBe(PAGE_TITLE);
      for (const complaint of panel.complaints)
        expect(complaint).toMatch(/Content Security Policy|not loaded/);
    } finally {
      await panel.close();
    }
  });

  it('cannot reorder what stands around it', async () => {
    await withPanel(async (panel) => {
      const { page, host } = panel;
      host.add({ payload: 'invoice\u202Efdp.exe\u2066' });
      await panel.load();
      const row = page.locator('#row-0');
      await row.waitFor();
      await expect.poll(() => row.textContent()).toContain('invoice‹U+202E›fdp.exe‹U+2066›');
      await row.click();
      await page.locator('duplex-inspector .line').first().waitFor();
      await expect
        .poll(() => page.locator('duplex-inspector .line').first().textContent())
        .toBe('invoice‹U+202E›fdp.exe‹U+2066›');
    });
  });

  it('may be one line of a megabyte', async () => {
    await withPanel(async (panel) => {
      const { page, host } = panel;
      host.add({ payload: `{"a":"${'x'.repeat(1_000_000)}"}` });
      await panel.load();
      await page.locator('#row-0').click();
      await page.getByRole('textbox', { name: /^Pretty/ }).waitFor();
      const lengths = (await page.locator('duplex-inspector .line').allTextContents()).map(
        (line) => line.length,
      );
      // Only what is near the visible part is drawn.
      expect(Math.max(...lengths)).toBeLessThanOrEqual(20_000);
      expect(lengths.length).toBeLessThan(100);
    });
  });
});
