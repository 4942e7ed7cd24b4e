import { describe, expect, it } from 'vitest';
import type { FrameRow } from '../../../src/shared/frames.ts';
import { CAUSE, diagnosis, ending, handshakeOf, tls } from './support/connections.ts';
import { conversation, refusal } from './support/conversation.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
/** To be looked at: .test-output/screenshots/. */
async function picture(
  name: string,
  options: PanelOptions,
  prepare: (panel: OpenPanel) => void,
  act: (panel: OpenPanel) => Promise<void> = async () => undefined,
): Promise<void> {
  const panel = await browser.openPanel(options);
  try {
    prepare(panel);
    await panel.load();
    await act(panel);
    await panel.page.waitForTimeout(400);
    await panel.screenshot(name);
    expect(panel.complaints).toEqual([]);
  } finally {
    await panel.close();
  }
}

function openSession({ host }: OpenPanel): void {
  host.add(...conversation);
  host.change({
    state: 'open',
    protocol: 'v1.json',
    extensions: 'permessage-deflate; client_max_window_bits=15',
    openedAt: Date.now() - 761_000,
    in: { messages: 1_204_331, bytes: 123_731_968 },
    out: { messages: 42, bytes: 1_536 },
  });
}

function liveSession(panel: OpenPanel): void {
  openSession(panel);
  const { host } = panel;
  host.change({
    proxy: 'http://proxy.example.test:3128',
    tls: { ...tls, validTo: new Date(Date.now() + 800_000_000).toISOString() },
    roundTrip: { last: 12.4, min: 8, mean: 13, max: 80, answered: 20, lost: 0 },
    pendingBytes: 3_145_728,
    recordedBytes: 125_000_000,
    framesKept: true,
  });
  host.answer.handshake = async (reveal) => handshakeOf(reveal);
  host.answer.frames = async () => ({ total: frames.length, frames });
}

const frame = { row: 2, time: 2_415_000, direction: 'in', mask: undefined, complete: true } as const;
const bits = { rsv1: false, rsv2: false, rsv3: false };
const frames: readonly FrameRow[] = [
  { ...frame, ...bits, fin: false, rsv1: true, opcode: 1, headerLength: 4, length: 1_024 },
  { ...frame, ...bits, fin: false, opcode: 0, headerLength: 4, length: 1_024 },
  { ...frame, ...bits, fin: true, opcode: 0, headerLength: 2, length: 98 },
];

const select =
  (seq: number) =>
  async ({ page }: OpenPanel) => {
    await page.locator(`#row-${seq}`).click();
    await page.locator('duplex-inspector .line').first().waitFor();
  };

describe.each(Object.keys(THEMES) as ThemeName[])('the panel in the %s theme', (theme) => {
  it('shows a conversation and a message beside it', () =>
    picture(`panel-${theme}`, { theme }, openSession, select(2)));

  it('shows hex below when it is narrow', () =>
    picture(`panel-${theme}-narrow`, { theme, width: 620, height: 900 }, openSession, select(4)));

  it('shows bytes with a selection, at every width', async () => {
    for (const width of [1280, 500, 250])
      await picture(
        `panel-${theme}-hex-${width}`,
        { theme, width, height: 800 },
        openSession,
        async ({ page }) => {
          await page.locator('#row-4').click();
          await page.locator('duplex-hex .line').first().waitFor();
          await page.locator('duplex-hex .viewport').focus();
          for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Shift+ArrowDown'])
            await page.keyboard.press(key);
        },
      );
  });

  it('shows columns of the user, and the field for another one, at every width', async () => {
    for (const width of [1280, 500, 250])
      await picture(
        `panel-${theme}-columns-${width}`,
        { theme, width, height: 700 },
        (panel) => {
          openSession(panel);
          panel.host.add({ payload: JSON.stringify({ type: 'large', text: 'x'.repeat(300_000) }) });
          panel.host.columns = ['$.type', '$.levels', '$.price'];
        },
        async ({ page }) => {
          await page.locator('#row-3').click();
          await page.getByRole('button', { name: 'What rows show of messages' }).press('Enter');
          await page.getByRole('menuitem', { name: 'Add Column…' }).press('Enter');
          await page.getByRole('textbox', { name: 'Path of the new column' }).fill('$..id');
        },
      );
  });

  it('shows the matches of a search among the other rows', () =>
    picture(`panel-${theme}-search`, { theme }, openSession, async ({ page }) => {
      await page.getByRole('textbox', { name: 'Search' }).fill('tick');
      await page.locator('mark').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('1 of 1').waitFor();
    }));

  it('shows matches only, while it still searches', () =>
    picture(
      `panel-${theme}-matches`,
      { theme, height: 600 },
      (panel) => {
        openSession(panel);
        panel.host.generate(5_000, (seq) => ({
          payload: `{"type":"tick","seq":${seq},"price":${seq % 97}.50}`,
        }));
        panel.host.searches.limit = 2_000;
      },
      async ({ page }) => {
        await page.getByRole('button', { name: 'Only matches' }).click();
        await page.getByRole('radio', { name: 'In' }).click();
        await page.getByRole('button', { name: 'Use Regular Expression' }).click();
        await page.getByRole('textbox', { name: 'Search' }).fill('"price":9\\d');
        await page.locator('mark').first().waitFor();
        await page.keyboard.press('Enter');
        await page.locator('.row.selected').waitFor();
      },
    ));

  it('shows the error of a search, in a narrow panel', () =>
    picture(`panel-${theme}-pattern`, { theme, width: 520, height: 600 }, openSession, async ({ page }) => {
      await page.getByRole('button', { name: 'Use Regular Expression' }).click();
      await page.getByRole('textbox', { name: 'Search' }).fill('price(');
      await page.locator('#problem').getByText('never closed').waitFor();
    }));

  it('shows a refused handshake with its fixes', () =>
    picture(
      `panel-${theme}-failed`,
      { theme },
      ({ host }) => {
        host.add(refusal);
        host.change({ state: 'failed', insecure: true, error: { code: 'handshake.status', message: CAUSE } });
        host.answer.diagnosis = async () => diagnosis;
      },
      async ({ page }) => {
        await page.getByText('2 headers').click();
      },
    ));

  it('shows an unexpected end of a connection, at every width', async () => {
    for (const width of [1280, 500, 250])
      await picture(`panel-${theme}-ended-${width}`, { theme, width, height: 600 }, ({ host }) => {
        host.add(...conversation);
        host.change({ state: 'closed', end: { code: 1008, reason: 'token expired' } });
        host.answer.diagnosis = async () => ending;
      });
  });

  it('shows the negotiated options of a handshake, with all facts in the header', () =>
    picture(`panel-${theme}-handshake`, { theme }, liveSession, async ({ page }) => {
      await page.getByRole('button', { name: 'Handshake' }).click();
      await page.getByText('192.0.2.7:443').waitFor();
    }));

  it('shows a handshake byte for byte', () =>
    picture(`panel-${theme}-exchanges`, { theme }, liveSession, async ({ page }) => {
      await page.getByRole('button', { name: 'Handshake' }).click();
      await page.getByRole('tab', { name: 'Request and Response' }).click();
    }));

  it('shows certificates, in a narrow panel', () =>
    picture(
      `panel-${theme}-certificates`,
      { theme, width: 620, height: 900 },
      liveSession,
      async ({ page }) => {
        await page.getByRole('button', { name: 'Handshake' }).click();
        await page.getByRole('tab', { name: 'TLS' }).click();
        await page.locator('summary').last().click();
      },
    ));

  it('shows the frames of a message', () =>
    picture(`panel-${theme}-frames`, { theme }, liveSession, async ({ page }) => {
      await page.locator('#row-2').click();
      await page.getByRole('tab', { name: 'Frames' }).click();
      await page.getByRole('table').waitFor();
    }));

  it('shows that frames were not kept, and the menu of the header', () =>
    picture(`panel-${theme}-menu`, { theme, height: 600 }, openSession, async ({ page }) => {
      await page.locator('#row-2').click();
      await page.getByRole('tab', { name: 'Frames' }).click();
      await page.getByRole('button', { name: 'More Actions…' }).click();
      await page.getByRole('menu').waitFor();
    }));

  it('counts down to a reconnect', () =>
    picture(`panel-${theme}-waiting`, { theme, height: 600 }, (panel) => {
      openSession(panel);
      const attempt = { number: 2, of: 10, nextAt: Date.now() + 5_000 };
      panel.host.change({ state: 'waiting', attempt, protocol: '', extensions: '' });
    }));

  it('shows an empty session', () => picture(`panel-${theme}-empty`, { theme }, () => undefined));

  it('shows why a draft cannot be sent', () =>
    picture(`panel-${theme}-draft`, { theme, height: 600 }, openSession, async ({ page }) => {
      await page.getByRole('radio', { name: 'JSON' }).click();
      await page.locator('duplex-composer .cm-content').fill('{\n  "op": "subscribe",\n  "channel": BTC\n}');
      await page.getByRole('alert').filter({ hasText: 'Not JSON' }).waitFor();
    }));
});
