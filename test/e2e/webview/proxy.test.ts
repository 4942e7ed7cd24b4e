import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PanelFault, PanelProxy } from '../../../src/shared/panelProtocol.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { axeFindings } from '../support/axe.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

const fault = (id: number, written: string, more: Partial<PanelFault> = {}): PanelFault => ({
  id,
  written,
  isOn: true,
  fired: 0,
  isOfFile: false,
  holds: [],
  ...more,
});

/** A panel of a proxied connection with four messages, of which some are held. */
async function open(proxy: PanelProxy, options?: PanelOptions): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.generate(4, (seq) => ({ payload: `{"n":${seq}}` }));
  panel.host.state = { ...panel.host.state, proxy };
  await panel.load();
  panel.host.change({ state: 'open' });
  await bar().waitFor();
}

/** Sends the new state of the proxy to the page. */
function tell(proxy: PanelProxy): void {
  panel.host.state = { ...panel.host.state, proxy };
  panel.host.update();
}

const bar = (): Locator => panel.page.getByRole('toolbar', { name: 'Proxy' });
const button = (name: string): Locator => panel.page.getByRole('button', { name, exact: true });
const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
const tagsOf = (seq: number): Promise<string[]> => row(seq).locator('.tag').allTextContents();

describe('a proxied connection', () => {
  it('marks held messages, and releases and drops them by its buttons', async () => {
    await open({ faults: [], held: [1, 2] });
    await expect.poll(() => tagsOf(1)).toEqual(['held']);
    expect(await tagsOf(0)).toEqual([]);
    await expect.poll(() => row(2).getAttribute('aria-label')).toContain('held');
    await expect.poll(() => bar().getByRole('status').textContent()).toBe('2 held');
    await button('Release').click();
    await expect.poll(() => panel.host.calls.releaseHeld).toEqual([[[1]]]);
    // The selected one, if it is held.
    await row(2).click();
    await button('Drop').click();
    await expect.poll(() => panel.host.calls.dropHeld).toEqual([[[2]]]);
    await button('Release All').click();
    await expect.poll(() => panel.host.calls.releaseHeld.at(-1)).toEqual([[1, 2]]);
    tell({ faults: [], held: [] });
    await expect.poll(() => tagsOf(1)).toEqual([]);
    for (const name of ['Release', 'Edit and Release…', 'Drop', 'Release All'])
      expect(await button(name).isDisabled()).toBe(true);
  });

  it('holds each direction by its button, with a condition, and stops holding', async () => {
    await open({ faults: [fault(3, 'hold out', { isOfFile: true, holds: ['out'] })], held: [] });
    await expect.poll(() => button('Hold Sent').getAttribute('aria-pressed')).toBe('true');
    expect(await button('Hold Received').getAttribute('aria-pressed')).toBe('false');
    await panel.page.getByRole('textbox', { name: 'Condition of messages to hold' }).fill('$.n == 2');
    await button('Hold Received').click();
    await expect.poll(() => panel.host.calls.addFault).toEqual([['hold in where $.n == 2']]);
    await button('Hold Sent').click();
    // That of a file is switched, not removed.
    await expect.poll(() => panel.host.calls.switchFault).toEqual([[3, false]]);
    tell({ faults: [fault(4, 'hold in', { holds: ['in'] })], held: [] });
    await expect.poll(() => button('Hold Received').getAttribute('aria-pressed')).toBe('true');
    await button('Hold Received').click();
    await expect.poll(() => panel.host.calls.removeFault).toEqual([[4]]);
  });

  it('offers the same items in the menu of a held row, and none of them in that of another', async () => {
    await open({ faults: [], held: [1] });
    await row(1).click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'Release', exact: true }).click();
    await expect.poll(() => panel.host.calls.releaseHeld).toEqual([[[1]]]);
    await row(1).click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'Drop', exact: true }).click();
    await expect.poll(() => panel.host.calls.dropHeld).toEqual([[[1]]]);
    await row(2).click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'Resend', exact: true }).waitFor();
    expect(await panel.page.getByRole('menuitem', { name: 'Drop', exact: true }).count()).toBe(0);
  });

  it('edits a held message and releases it by keys alone', async () => {
    await open({ faults: [], held: [1] });
    await row(1).click();
    await panel.page.getByRole('grid').focus();
    await press('Shift+F10');
    const item = panel.page.getByRole('menuitem', { name: 'Edit and Release…' });
    await item.waitFor();
    await item.press('Enter');
    const editor = panel.page.getByRole('textbox', { name: 'Held message #1' });
    await expect.poll(() => editor.inputValue()).toBe('{"n":1}');
    await press('Control+A');
    await panel.page.keyboard.type('{"n":7}');
    await press('Control+Enter');
    await expect.poll(() => panel.host.calls.editHeld).toEqual([[1, { mode: 'json', text: '{"n":7}' }]]);
    await editor.waitFor({ state: 'detached' });
    // The focus is in the timeline again.
    await press('Home');
    await expect.poll(() => row(0).getAttribute('aria-selected')).toBe('true');
  });

  it('keeps the edited text if it cannot be released, and closes at Escape or when the message has left', async () => {
    await open({ faults: [], held: [1, 2] });
    panel.host.answer = {
      editHeld: async () => {
        throw new DuplexError('call.invalid', 'This is not JSON.');
      },
    };
    await button('Edit and Release…').click();
    const editor = panel.page.getByRole('textbox', { name: 'Held message #1' });
    await editor.fill('{');
    await button('Release Edited').click();
    await panel.page.getByText('This is not JSON.').waitFor();
    expect(await editor.inputValue()).toBe('{');
    await editor.press('Escape');
    await editor.waitFor({ state: 'detached' });
    await button('Edit and Release…').click();
    await editor.waitFor();
    tell({ faults: [], held: [2] });
    await editor.waitFor({ state: 'detached' });
  });

  it('switches, adds and removes faults', async () => {
    await open({
      faults: [fault(0, 'delay 200ms', { isOfFile: true, fired: 12 }), fault(1, 'drop in', { isOn: false })],
      held: [],
    });
    await button('Faults (1 on)').click();
    const boxes = panel.page.getByRole('checkbox');
    await expect.poll(() => boxes.count()).toBe(2);
    await panel.page.getByText('12×').waitFor();
    await panel.page.getByRole('checkbox', { name: 'delay 200ms' }).press('Space');
    await expect.poll(() => panel.host.calls.switchFault).toEqual([[0, false]]);
    // Those of the file stay.
    expect(await button('Remove delay 200ms').count()).toBe(0);
    await button('Remove drop in').click();
    await expect.poll(() => panel.host.calls.removeFault).toEqual([[1]]);
    const field = panel.page.getByRole('textbox', { name: 'New fault' });
    await field.fill('close 1012');
    await field.press('Enter');
    await expect.poll(() => panel.host.calls.addFault).toEqual([['close 1012']]);
    await expect.poll(() => field.inputValue()).toBe('');
    panel.host.answer = {
      addFault: async () => {
        throw new DuplexError('call.invalid', '"explode" is no fault.');
      },
    };
    await field.fill('explode');
    await button('Add').click();
    await panel.page.getByText('"explode" is no fault.').waitFor();
    expect(await field.inputValue()).toBe('explode');
  });

  it.each(['dark', 'light', 'highContrast'] as const)(
    'has no faults of accessibility in %s',
    async (theme) => {
      await open(
        {
          faults: [
            fault(0, 'delay 200ms jitter 50ms in', { isOfFile: true, fired: 12 }),
            fault(1, 'hold in where $.n == 1', { holds: ['in'], fired: 1 }),
          ],
          held: [1],
        },
        { theme, width: 900 },
      );
      await button('Faults (2 on)').click();
      await button('Edit and Release…').click();
      await panel.page.getByRole('textbox', { name: 'Held message #1' }).waitFor();
      await panel.screenshot(`proxy-${theme}`);
      expect(await axeFindings(panel.page)).toEqual([]);
    },
  );
});

it('a connection without a proxy has no bar for it', async () => {
  panel = await browser.openPanel();
  panel.host.generate(2, () => ({ payload: 'a' }));
  await panel.load();
  await row(1).waitFor();
  expect(await bar().count()).toBe(0);
  expect(panel.host.calls.addFault).toEqual([]);
});
