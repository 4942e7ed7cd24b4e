import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { CAUSE, diagnosis, handshakeOf, tls } from './support/connections.ts';
import { conversation, refusal } from './support/conversation.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
const FRAME = { row: 2, time: 0, direction: 'in', fin: true, rsv1: true, rsv2: false, rsv3: false } as const;

/** Everything that the header can tell is there. */
function live({ host }: OpenPanel): void {
  host.add(...conversation);
  host.change({
    state: 'open',
    openedAt: Date.now() - 761_000,
    protocol: 'v1.json',
    extensions: 'permessage-deflate',
    insecure: true,
    pendingBytes: 3_145_728,
    proxy: 'http://proxy.example.test:3128',
    tls: { ...tls, verified: false, validTo: tls.chain[0]!.validTo },
    roundTrip: { last: 12, min: 8, mean: 13, max: 80, answered: 20, lost: 1 },
  });
  host.answer.handshake = async (reveal) => handshakeOf(reveal);
  host.answer.frames = async () => ({
    total: 1,
    frames: [{ ...FRAME, opcode: 1, mask: undefined, headerLength: 2, length: 98, complete: true }],
  });
}

function failed({ host }: OpenPanel): void {
  host.add(refusal);
  host.change({ state: 'failed', error: { code: 'handshake.status', message: CAUSE } });
  host.answer.diagnosis = async () => diagnosis;
}

type Act = (panel: OpenPanel) => Promise<unknown>;

const VIEWS: readonly (readonly [string, (panel: OpenPanel) => void, Act])[] = [
  [
    'a message',
    live,
    async ({ page }) => {
      await page.locator('#row-2').click();
      await page.locator('duplex-inspector .line').first().waitFor();
    },
  ],
  [
    'the frames of a message',
    live,
    async ({ page }) => {
      await page.locator('#row-2').click();
      await page.getByRole('tab', { name: 'Frames' }).click();
      await page.getByRole('table').waitFor();
    },
  ],
  [
    'the overview of a handshake',
    live,
    ({ page }) => page.getByRole('button', { name: 'Handshake' }).click(),
  ],
  [
    'requests and responses',
    live,
    async ({ page }) => {
      await page.getByRole('button', { name: 'Handshake' }).click();
      await page.getByRole('tab', { name: 'Request and Response' }).click();
      await page.getByRole('button', { name: 'Reveal Secrets' }).click();
      await page.getByText('Secrets are shown.').waitFor();
    },
  ],
  [
    'certificates',
    live,
    async ({ page }) => {
      await page.getByRole('button', { name: 'Handshake' }).click();
      await page.getByRole('tab', { name: 'TLS' }).click();
      await page.locator('summary').last().click();
    },
  ],
  [
    'a failure with its evidence',
    failed,
    async ({ page }) => {
      for (const summary of await page.locator('duplex-doctor summary').all()) await summary.click();
    },
  ],
  [
    'a reconnect that is waited for, and the open menu',
    (panel) => {
      live(panel);
      const attempt = { number: 2, of: 10, nextAt: Date.now() + 60_000 };
      panel.host.change({ state: 'waiting', attempt });
    },
    ({ page }) => page.getByRole('button', { name: 'More Actions…' }).click(),
  ],
  [
    'a search and a draft that are not valid',
    live,
    async ({ page }) => {
      await page.getByRole('button', { name: 'Use Regular Expression' }).click();
      await page.getByRole('textbox', { name: 'Search' }).fill('price(');
      await page.getByText('never closed').waitFor();
      await page.getByRole('radio', { name: 'JSON' }).click();
      await page.locator('duplex-composer .cm-content').fill('{"op": ');
      await page.getByRole('alert').filter({ hasText: 'Not JSON' }).waitFor();
    },
  ],
  [
    'every part open at once',
    (panel) => {
      live(panel);
      panel.host.generate(60, (seq) => ({ payload: `{"type":"tick","seq":${seq}}` }));
    },
    async ({ page }) => {
      await page.locator('duplex-chart').waitFor();
      await page.getByRole('button', { name: 'Edit Connection' }).click();
      await page.locator('duplex-connection-form input').first().waitFor();
      await page.getByRole('textbox', { name: 'Search' }).fill('tick');
      await page.locator('mark').first().waitFor();
      await page.locator('.row.text').last().click();
      await page.locator('duplex-inspector .line').first().waitFor();
      await page.keyboard.press('Shift+ArrowUp');
      await page.locator('duplex-range-bar').getByRole('button', { name: 'Compare' }).waitFor();
      await page.locator('duplex-composer').getByRole('button', { name: 'More Ways to Send' }).click();
      await page.getByRole('menuitem', { name: 'Repeat' }).click();
      await page.locator('duplex-repeat-form input').first().waitFor();
      await page.getByRole('button', { name: 'Go to Message' }).click();
      await page.locator('duplex-go-to input').waitFor();
    },
  ],
  [
    'the menu of a narrow panel',
    live,
    async ({ page }) => {
      await page.setViewportSize({ width: 250, height: 800 });
      await page.getByRole('button', { name: 'More Filters and Tools' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Binary' }).waitFor();
    },
  ],
  [
    'the menu of a row',
    live,
    async ({ page }) => {
      await page.locator('#row-2').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Resend', exact: true }).waitFor();
    },
  ],
  ['an empty session', () => undefined, () => Promise.resolve()],
];

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it.each(VIEWS)('%s', async (_, prepare, act) => {
    const panel = await browser.openPanel({ theme });
    try {
      prepare(panel);
      await panel.load();
      await act(panel);
      expect(await axeFindings(panel.page)).toEqual([]);
    } finally {
      await panel.close();
    }
  });
});
