import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { FrameRow } from '../../../src/shared/frames.ts';
import { conversation } from './support/conversation.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const frames = (): Locator => panel.page.locator('duplex-frames');
const tab = (): Locator => panel.page.getByRole('tab', { name: 'Frames' });
const cells = (row: number): Promise<string[]> =>
  frames()
    .locator(`[aria-rowindex="${row + 2}"] [role=cell]`)
    .allInnerTexts();

const frame = (change: Partial<FrameRow> = {}): FrameRow => ({
  row: 2,
  time: 1_234_567,
  direction: 'in',
  fin: true,
  rsv1: false,
  rsv2: false,
  rsv3: false,
  opcode: 1,
  mask: undefined,
  headerLength: 2,
  length: 98,
  complete: true,
  ...change,
});

async function open(all: readonly FrameRow[], framesKept = true): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add(...conversation);
  panel.host.change({ state: 'open', openedAt: Date.now(), framesKept });
  panel.host.answer.frames = async (_seq, from, count) => ({
    total: all.length,
    frames: all.slice(from, from + count),
  });
  await panel.load();
  await panel.page.locator('#row-2').click();
  await tab().click();
}

describe('the frames of a message', () => {
  it('are a table of their headers', async () => {
    await open([
      frame({ fin: false, rsv1: true, length: 1_024, headerLength: 4 }),
      frame({ opcode: 0, direction: 'out', mask: 0x00_fa_21_3d, headerLength: 6, complete: false }),
      frame({ opcode: 11, rsv3: true }),
    ]);
    await frames().getByRole('table').waitFor();
    await expect
      .poll(async () => (await cells(0)).slice(3))
      .toEqual(['text', '0', '100', '1,024', 'none', '4', 'compressed']);
    await expect
      .poll(async () => (await cells(1)).slice(3))
      .toEqual(['continuation', '1', '000', '98', '00fa213d', '6', 'incomplete']);
    await expect.poll(async () => (await cells(2)).slice(3, 6)).toEqual(['reserved 0xb', '1', '001']);
    await expect.poll(async () => (await cells(0))[2]).toBe('12:01:08.357');
  });

  it('are drawn only if they are visible, for any number', async () => {
    await open(Array.from({ length: 5_000 }, (_, index) => frame({ length: index, opcode: index ? 0 : 1 })));
    await frames().getByRole('table').waitFor();
    await expect.poll(() => frames().getByRole('table').getAttribute('aria-rowcount')).toBe('5001');
    await expect.poll(() => frames().locator('.rows .row').count()).toBeLessThan(100);
    await frames().locator('.viewport').focus();
    await panel.page.keyboard.press('End');
    await expect.poll(async () => (await cells(4_999))[6]).toBe('4,999');
    await panel.page.keyboard.press('Home');
    await expect.poll(async () => (await cells(0))[3]).toBe('text');
  });

  it('have a button to connect again with frame details if they were not kept', async () => {
    await open([], false);
    await frames().getByText('The frames of this message were not recorded.').waitFor();
    await frames().getByRole('button', { name: 'Reconnect With Frame Details' }).click();
    await expect.poll(() => panel.host.calls.keepFrames.length).toBe(1);
  });

  it('say that those of later messages are kept', async () => {
    await open([], true);
    await frames().getByText('Frames of new messages are recorded from now on.').waitFor();
    await expect.poll(() => frames().getByRole('button').count()).toBe(0);
  });

  it('are not offered for rows that did not travel', async () => {
    await open([frame()]);
    await frames().getByRole('table').waitFor();
    await panel.page.locator('#row-0').click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    await expect.poll(() => tab().count()).toBe(0);
    await panel.page.locator('#row-3').click();
    await frames().getByRole('table').waitFor();
  });

  it('are closed by the other views', async () => {
    await open([frame()]);
    await frames().getByRole('table').waitFor();
    await panel.page.getByRole('tab', { name: 'Raw' }).click();
    await panel.page.locator('duplex-inspector .line').first().waitFor();
    await expect.poll(() => frames().count()).toBe(0);
  });
});
