import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

// The host decodes only what the page requests: the pulled rows and the opened documents.

const browser = useBrowser();
let panel: OpenPanel;

const BATCH = 1000;
const BATCHES = 12;

const message = (seq: number) => ({
  kind: 'binary' as const,
  payload: new Uint8Array(encode({ seq, name: `message ${seq}` })),
});

/** A PUBLISH of MQTT 3.1.1 with QoS 0 to the topic `t`. */
const publish = (seq: number) => ({
  kind: 'binary' as const,
  payload: Uint8Array.of(0x30, 4, 0, 1, 0x74, 0x30 + (seq % 10)),
});

const MQTT = { id: 'mqtt', title: 'MQTT', reason: 'MQTT: the subprotocol mqtt' };

const rowsOnScreen = (): Promise<number> => panel.page.locator('[id^="row-"]').count();
const pulled = (): readonly number[] => (panel.host.calls.rows ?? []).map(([, count]) => count);
const opened = (): number => (panel.host.calls.openDocument ?? []).length;
const decoded = (): number => (panel.host.calls.decodeRow ?? []).length;

/** Each batch is on screen before the next one arrives, so that the page skips none of them. */
async function receive(of: (seq: number) => ReturnType<typeof message>): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch++) {
    panel.host.generate(BATCH, of);
    panel.host.update();
    await panel.page.locator(`#row-${panel.host.state.rows - 1}`).waitFor();
  }
}

describe('while 12,000 binary messages arrive', () => {
  it('none of them is formatted until one is selected', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'open', openedAt: Date.now() });
    await panel.load();
    await receive(message);
    expect([opened(), decoded()]).toEqual([0, 0]);
    await panel.page.locator(`#row-${BATCH * BATCHES - 1}`).click();
    await panel.page.getByRole('tab', { name: 'Pretty' }).click();
    await expect.poll(opened).toBeGreaterThan(0);
    const seqs = panel.host.calls.openDocument.map(([, seq]) => seq);
    expect(new Set(seqs)).toEqual(new Set([BATCH * BATCHES - 1]));
  });

  it('a known protocol decodes what is pulled: a few screens for each update', async () => {
    panel = await browser.openPanel();
    panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: MQTT });
    await panel.load();
    await receive(publish);
    const screen = await rowsOnScreen();
    expect(screen).toBeGreaterThan(5);
    expect(Math.max(...pulled())).toBeLessThan(6 * screen);
    const total = pulled().reduce((sum, count) => sum + count, 0);
    expect(total).toBeLessThan(BATCHES * 6 * screen);
    expect(total).toBeLessThan((BATCH * BATCHES) / 2);
    expect(opened()).toBe(0);
  });
});
