import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const BYTES = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) & 255);

async function open(options?: PanelOptions, payload = BYTES): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.add({ kind: 'binary', payload });
  await panel.load();
  await panel.page.locator('#row-0').click();
  await lines().first().waitFor();
}

const lines = (): Locator => panel.page.locator('duplex-hex .line');
const first = (): Promise<string | null> => lines().first().textContent();
const viewport = (): Locator => panel.page.locator('duplex-hex .viewport');
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const chosen = (side: 'digits' | 'characters'): Promise<string[]> =>
  panel.page.locator(`duplex-hex .chosen.${side}`).allTextContents();
const status = (): Promise<string | null> =>
  panel.page.locator('duplex-hex').getByRole('status').textContent();
const copied = (): unknown => panel.host.calls.copyText.at(-1)?.[0];

/** Drags from one place of a row to another; places in characters. */
async function drag(from: readonly [row: number, at: number], to: typeof from): Promise<void> {
  const box = (await lines().first().boundingBox())!;
  const length = (await first())!.length;
  const width = await panel.page.evaluate<number>(
    `(() => { const range = document.createRange();
      const line = document.querySelector('duplex-panel').shadowRoot.querySelector('duplex-side').shadowRoot
        .querySelector('duplex-inspector').shadowRoot.querySelector('duplex-hex').shadowRoot.querySelector('.line');
      range.selectNodeContents(line); return range.getBoundingClientRect().width; })()`,
  );
  const point = ([row, at]: typeof from): [number, number] => [
    box.x + ((at + 0.5) * width) / length,
    box.y + (row + 0.5) * box.height,
  ];
  await panel.page.mouse.move(...point(from));
  await panel.page.mouse.down();
  await panel.page.mouse.move(...point(to));
  await panel.page.mouse.up();
}

describe('bytes as hex', () => {
  it.each([
    [1600, '00000000  00 25 4a 6f 94 b9 de 03  28 4d 72 97 bc e1 06 2b  .%Jo....(Mr....+'],
    [1000, '00000000  00 25 4a 6f  94 b9 de 03  .%Jo....'],
    [500, '00000000  00 25 4a 6f  94 b9 de 03  .%Jo....'],
    [250, '00000000  00 25 4a 6f  .%Jo'],
  ])('use the width of a panel of %i px, with their characters visible', async (width, row) => {
    await open({ width, height: 700 });
    await expect.poll(first).toBe(row);
    const overflow = await viewport().evaluate((element: unknown) => {
      const { scrollWidth, clientWidth } = element as { scrollWidth: number; clientWidth: number };
      return scrollWidth - clientWidth;
    });
    expect(overflow).toBe(0);
  });

  it('stay at their place when the width changes', async () => {
    await open({ width: 1600, height: 300 }, new Uint8Array(100_000));
    await viewport().focus();
    await press('Control+End');
    await expect.poll(async () => (await lines().last().textContent())?.slice(0, 8)).toBe('00018690');
    await panel.page.setViewportSize({ width: 500, height: 800 });
    await expect.poll(async () => (await first())!.length).toBe(44);
    const place = Number.parseInt((await first())!.slice(0, 8), 16);
    expect(place).toBeGreaterThan(99_000);
  });

  it('are drawn only on screen, up to their end', async () => {
    await open({}, new Uint8Array(1_000_003));
    await viewport().focus();
    await press('Control+End');
    await expect
      .poll(async () => (await lines().last().textContent())?.slice(0, 20))
      .toBe('000f4240  00 00 00  ');
    expect(await lines().count()).toBeLessThan(60);
  });

  it('are selected by the mouse in either column, which marks the other', async () => {
    await open({ width: 1000 });
    await drag([0, 13], [1, 11]);
    await expect.poll(() => chosen('digits')).toEqual(['25 4a 6f  94 b9 de 03', '28']);
    await expect.poll(() => chosen('characters')).toEqual(['%Jo....', '(']);
    await press('Control+c');
    await expect.poll(copied).toBe('25 4a 6f 94 b9 de 03 28');
    await drag([0, 37], [0, 39]);
    await expect.poll(() => chosen('digits')).toEqual(['25 4a 6f']);
    await expect.poll(() => chosen('characters')).toEqual(['%Jo']);
    await expect.poll(status).toBe('3 bytes from 1 (0x1)');
    await press('Control+c');
    await expect.poll(copied).toBe('%Jo');
  });

  it('are selected by keys alone, and copied either way', async () => {
    await open({ width: 1000 });
    await viewport().focus();
    await press('ArrowDown');
    await expect.poll(status).toBe('Byte 0 (0x0)');
    await press('ArrowRight');
    for (let step = 0; step < 2; step++) await press('Shift+ArrowRight');
    await expect.poll(() => chosen('digits')).toEqual(['25 4a 6f']);
    await expect.poll(() => chosen('characters')).toEqual(['%Jo']);
    await press('Control+c');
    await expect.poll(copied).toBe('25 4a 6f');
    await press('Tab');
    await press('Tab');
    await press('Enter');
    await expect.poll(copied).toBe('%Jo');
    await viewport().focus();
    await press('Control+a');
    await expect.poll(status).toBe('300 bytes from 0 (0x0)');
    await press('Control+c');
    await expect.poll(() => String(copied()).split(' ').length).toBe(300);
    await press('ArrowDown');
    await expect.poll(status).toBe('Byte 299 (0x12b)');
  });

  it('are copied far beyond the screen, up to a limit that is shown', async () => {
    await open(
      {},
      Uint8Array.from({ length: 70_000 }, (_, index) => index & 0x3f),
    );
    await viewport().focus();
    await press('Control+a');
    await press('Control+c');
    await panel.page.getByRole('alert').getByText('At most 65,536 bytes are copied').waitFor();
    expect(panel.host.calls.copyText).toEqual([]);
    await viewport().focus();
    await press('Control+Home');
    for (let step = 0; step < 60; step++) await press('Shift+PageDown');
    await press('Control+c');
    await expect.poll(() => String(copied()).length).toBeGreaterThan(20_000);
    const bytes = String(copied()).split(' ');
    expect(bytes).toEqual(bytes.map((_, index) => (index & 0x3f).toString(16).padStart(2, '0')));
  });

  it('lose their selection with another message', async () => {
    await open();
    panel.host.add({ kind: 'binary', payload: Uint8Array.of(1, 2, 3) });
    panel.host.update();
    await viewport().focus();
    await press('Control+a');
    await expect.poll(status).toBe('300 bytes from 0 (0x0)');
    await panel.page.locator('#row-1').click();
    await expect.poll(async () => (await first())?.slice(0, 18)).toBe('00000000  01 02 03');
    expect(await chosen('digits')).toEqual([]);
    expect(await panel.page.locator('duplex-hex').getByRole('button').count()).toBe(0);
  });

  it.each(['dark', 'light', 'highContrast', 'highContrastLight'] as const)(
    'have nothing that axe-core finds while some are selected (%s)',
    async (theme) => {
      await open({ theme });
      await viewport().focus();
      await press('ArrowDown');
      await press('Shift+ArrowDown');
      await expect.poll(() => chosen('characters')).not.toEqual([]);
      expect(await axeFindings(panel.page)).toEqual([]);
    },
  );
});
