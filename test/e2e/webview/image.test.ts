import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { pngOf } from '../../support/png.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = true"/>';

async function open(payload: Uint8Array | string): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add({ kind: typeof payload === 'string' ? 'text' : 'binary', payload });
  await panel.load();
  await panel.page.locator('#row-0').click();
  await panel.page.getByRole('tab', { name: 'Pretty' }).click();
}

const image = (): Locator => panel.page.locator('duplex-image img');
const caption = (): Promise<string | null> => panel.page.locator('duplex-image figcaption').textContent();
const naturalSize = (): Promise<readonly number[]> =>
  image().evaluate((element: unknown) => {
    const { naturalWidth, naturalHeight } = element as { naturalWidth: number; naturalHeight: number };
    return [naturalWidth, naturalHeight];
  });

/** The same picture in a format that the browser writes. */
async function encoded(type: string): Promise<Uint8Array> {
  const url = await panel.page.evaluate<string>(
    `(() => { const canvas = document.createElement('canvas'); canvas.width = 30; canvas.height = 20;
      canvas.getContext('2d').fillRect(0, 0, 30, 20); return canvas.toDataURL('${type}'); })()`,
  );
  return new Uint8Array(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
}

describe('a picture in a message', () => {
  it('is drawn with its size and a text for those who do not see it', async () => {
    await open(pngOf(300, 200));
    await expect.poll(naturalSize).toEqual([300, 200]);
    expect(await image().getAttribute('alt')).toBe('PNG picture, 300 × 200 pixels');
    expect(await caption()).toMatch(/^PNG picture, 300 × 200 pixels, \d+ B$/);
    expect(await image().getAttribute('src')).toMatch(/^blob:/);
    expect(await axeFindings(panel.page)).toEqual([]);
    await panel.page.getByRole('tab', { name: 'Hex' }).click();
    await expect.poll(() => image().count()).toBe(0);
  });

  it('of a data URL stands above the JSON that holds it', async () => {
    const url = `data:image/png;base64,${Buffer.from(pngOf(3, 2)).toString('base64')}`;
    await open(JSON.stringify({ name: 'avatar', url }));
    await expect.poll(naturalSize).toEqual([3, 2]);
    await expect
      .poll(() => panel.page.locator('duplex-inspector .line').allTextContents())
      .toContain('  "name": "avatar",');
  });

  it('is of the formats that the browser itself writes too', async () => {
    await open('first');
    for (const [seq, type] of ['image/jpeg', 'image/webp'].entries()) {
      panel.host.add({ kind: 'binary', payload: await encoded(type) });
      panel.host.update();
      await panel.page.locator(`#row-${seq + 1}`).click();
      await panel.page.getByRole('tab', { name: 'Pretty' }).click();
      const format = type.slice('image/'.length).toUpperCase();
      await expect.poll(() => image().getAttribute('alt')).toBe(`${format} picture, 30 × 20 pixels`);
      await expect.poll(naturalSize).toEqual([30, 20]);
    }
  });

  it('that is damaged says so, and one of SVG is never drawn', async () => {
    await open(pngOf(3, 2, new Uint8Array([1, 2, 3])).slice(0, 40));
    await expect
      .poll(() => panel.page.locator('duplex-image p').textContent())
      .toBe('This picture is damaged: its pixels cannot be read.');
    await open(`data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`);
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    expect(await image().count()).toBe(0);
    expect(await panel.page.evaluate('window.ran')).toBeUndefined();
  });
});
