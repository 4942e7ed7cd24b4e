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

/** A GIF of one white pixel (the specification of GIF89a, with LZW of two codes). */
const GIF = Buffer.from(
  '47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b',
  'hex',
);

/** An AVIF of two by two pixels: one intra frame of AV1 in a HEIF file. */
const AVIF = Buffer.from(
  [
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxp',
    'YmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAAB',
    'AABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAA',
    'ABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=',
  ].join(''),
  'base64',
);

/** A BMP of three by two pixels of 24 bits: rows are padded to four bytes. */
function bmp(): Buffer {
  const file = Buffer.alloc(54 + 2 * 12, 0x40);
  file.fill(0, 0, 54);
  file.write('BM', 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(3, 18);
  file.writeInt32LE(2, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}

/** The same picture in a format that the browser writes. */
async function encoded(type: string): Promise<Uint8Array> {
  const url = await panel.page.evaluate<string>(
    `(() => { const canvas = document.createElement('canvas'); canvas.width = 30; canvas.height = 20;
      canvas.getContext('2d').fillRect(0, 0, 30, 20); return canvas.toDataURL('${type}'); })()`,
  );
  return new Uint8Array(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
}

describe('the view of a picture', () => {
  it('shows the picture with its size and a text alternative', async () => {
    await open(pngOf(300, 200));
    await expect.poll(naturalSize).toEqual([300, 200]);
    expect(await image().getAttribute('alt')).toBe('PNG image, 300 × 200 pixels');
    expect(await caption()).toMatch(/^PNG image, 300 × 200 pixels, \d+ B$/);
    expect(await image().getAttribute('src')).toMatch(/^blob:/);
    expect(await axeFindings(panel.page)).toEqual([]);
    await panel.page.getByRole('tab', { name: 'Hex' }).click();
    await expect.poll(() => image().count()).toBe(0);
  });

  it('shows a data URL above the JSON that holds it', async () => {
    const url = `data:image/png;base64,${Buffer.from(pngOf(3, 2)).toString('base64')}`;
    await open(JSON.stringify({ name: 'avatar', url }));
    await expect.poll(naturalSize).toEqual([3, 2]);
    await expect
      .poll(() => panel.page.locator('duplex-inspector .line').allTextContents())
      .toContain('  "name": "avatar",');
  });

  it('shows the formats that the browser itself writes', async () => {
    await open('first');
    for (const [seq, type] of ['image/jpeg', 'image/webp'].entries()) {
      panel.host.add({ kind: 'binary', payload: await encoded(type) });
      panel.host.update();
      await panel.page.locator(`#row-${seq + 1}`).click();
      await panel.page.getByRole('tab', { name: 'Pretty' }).click();
      const format = type.slice('image/'.length).toUpperCase();
      await expect.poll(() => image().getAttribute('alt')).toBe(`${format} image, 30 × 20 pixels`);
      await expect.poll(naturalSize).toEqual([30, 20]);
    }
  });

  it.each<[string, Buffer, readonly number[]]>([
    ['GIF', GIF, [1, 1]],
    ['BMP', bmp(), [3, 2]],
    ['AVIF', AVIF, [2, 2]],
  ])('shows a picture: %s', async (format, bytes, size) => {
    await open(new Uint8Array(bytes));
    await expect.poll(naturalSize).toEqual(size);
    expect(await caption()).toBe(`${format} image, ${size.join(' × ')} pixels, ${bytes.length} B`);
  });

  it.each<[string, Buffer]>([
    ['GIF', Buffer.concat([GIF.subarray(0, 10), Buffer.from([0, 0, 0x21, 0xff])])],
    ['AVIF', Buffer.concat([AVIF.subarray(0, AVIF.length - 29), Buffer.alloc(29, 0xff)])],
    ['PNG', Buffer.from(pngOf(3, 2, new Uint8Array([1, 2, 3])))],
  ])('reports a damaged %s and still shows its bytes in Hex', async (_, bytes) => {
    await open(new Uint8Array(bytes));
    await expect
      .poll(() => panel.page.locator('duplex-image p').textContent())
      .toBe('This image is damaged: its pixels cannot be read.');
    expect(await image().count()).toBe(0);
    await panel.page.getByRole('tab', { name: 'Hex' }).click();
    const digits = bytes.toString('hex', 0, 8).replace(/..(?=.)/g, '$& ');
    await expect
      .poll(async () => {
        const lines = await panel.page.locator('duplex-hex .line').allTextContents();
        return lines[0]?.replace(/\s+/g, ' ');
      })
      .toContain(digits);
  });

  it('reports a damaged picture and never draws SVG', async () => {
    await open(pngOf(3, 2, new Uint8Array([1, 2, 3])).slice(0, 40));
    await expect
      .poll(() => panel.page.locator('duplex-image p').textContent())
      .toBe('This image is damaged: its pixels cannot be read.');
    await open(`data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`);
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    expect(await image().count()).toBe(0);
    expect(await panel.page.evaluate('window.ran')).toBeUndefined();
  });
});
