import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PanelDiagnosis } from '../../../src/shared/panelProtocol.ts';
import { CAUSE } from './support/connections.ts';
import { conversation, refusal } from './support/conversation.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

// Menus and fields that open over or between the parts of the panel are not cut off, even in a small panel.

const browser = useBrowser();
let panel: OpenPanel;

/** Runs in the page: the controls that stand out of the window or whose label is cut off without an ellipsis. */
const CUT = `(() => {
  const faults = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) collect(element.shadowRoot);
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      if (!element.matches('button, input, .base, summary, [role^=menu], [role=tab]')) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent.trim();
      const label = name || element.getRootNode().host?.textContent.trim() || element.className;
      const { left, right } = element.getBoundingClientRect();
      if (left < 0 || right > innerWidth) faults.push(label + ' stands out of the window');
      if (element.matches('button, .base, [role=tab]') && element.scrollWidth > element.clientWidth + 1)
        faults.push(label + ' is cut off');
    }
  };
  collect(document);
  return faults;
})()`;

const isWhole = (): Promise<void> => expect.poll(() => panel.page.evaluate(CUT)).toEqual([]);
const button = (name: string): Locator => panel.page.getByRole('button', { name, exact: true });
const row = (seq: number): Locator => panel.page.locator(`#row-${seq}`);
/** Height of the line of one control above another, in pixels: 0 if they share it. */
const below = async (one: Locator, other: Locator): Promise<number> =>
  (await other.boundingBox())!.y - (await one.boundingBox())!.y;

async function open(width: number, height = 700): Promise<void> {
  panel = await browser.openPanel({ width, height });
  panel.host.add(...conversation);
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: { id: 'mqtt', title: 'MQTT' } });
  await panel.load();
  await row(11).waitFor();
}

async function fail(width: number, diagnosis: PanelDiagnosis): Promise<void> {
  panel = await browser.openPanel({ width, height: 700 });
  panel.host.add(refusal);
  panel.host.change({ state: 'failed', error: { code: 'handshake.status', message: CAUSE } });
  panel.host.answer.diagnosis = async () => diagnosis;
  await panel.load();
  await panel.page.locator('duplex-doctor .fixes .fix').first().waitFor();
}

describe.each([1280, 500, 250])('at %i px', (width) => {
  it('every menu opens within the window', async () => {
    await open(width);
    if (width === 250) await button('Write a Message').click();
    const names = ['More Actions…', 'What rows show of messages', 'Saved Messages', 'More Ways to Send'];
    const all = width === 1280 ? names : [...names, 'More Filters and Tools'];
    for (const name of [...all, 'Messages sent to this URL (Alt+Up)']) {
      await button(name).click();
      await panel.page.getByRole('menu').waitFor();
      await isWhole();
      await panel.page.keyboard.press('Escape');
      await panel.page.getByRole('menu').waitFor({ state: 'detached' });
    }
    await row(2).click({ button: 'right' });
    await panel.page.getByRole('menu').waitFor();
    await isWhole();
  });

  it('the form shows all its tabs, each on one line, and its fields keep to it', async () => {
    await open(width);
    await button('Edit Connection').click();
    const form = panel.page.locator('duplex-connection-form');
    const tabs = form.getByRole('tab');
    await tabs.first().waitFor();
    const heights = (): Promise<number[]> =>
      tabs.evaluateAll((all: unknown[]) =>
        all.map((each) => (each as { offsetHeight: number }).offsetHeight),
      );
    await expect.poll(async () => new Set(await heights()).size).toBe(1);
    for (const name of ['Params', 'Auth', 'Headers', 'Subprotocols', 'TLS & Proxy', 'Settings']) {
      await form.getByRole('tab', { name }).click();
      for (const advanced of await form.locator('summary').all()) await advanced.click();
      await isWhole();
    }
  });

  it('an error in the form leaves room for its buttons', async () => {
    await open(width);
    const problem = '{{apiToken}} has no value: add it to an environment in http-client.env.json.';
    panel.host.answer.connectionProblem = async () => problem;
    await button('Edit Connection').click();
    const form = panel.page.locator('duplex-connection-form');
    await form.getByRole('textbox', { name: 'URL' }).fill('ws://{{host}}');
    await form.getByText(problem).waitFor();
    await isWhole();
    expect((await form.locator('.problem').boundingBox())!.height).toBeLessThan(80);
  });

  it('the fixes of a failure are readable', async () => {
    const fixes = [
      { id: 'enterAuthorization', label: 'Send an Authorization header' },
      { id: 'origin', label: 'Send Origin: http://api.example.test:8080' },
    ];
    await fail(width, { cause: CAUSE, evidence: [], fixes });
    await isWhole();
  });

  it('the tools of the composer and of the selected rows are in one line', async () => {
    await open(width);
    if (width === 250) await button('Write a Message').click();
    const composer = panel.page.locator('duplex-composer');
    const collapse = composer.getByRole('button', { name: 'Hide the Composer' });
    await collapse.waitFor();
    expect(await below(composer.getByRole('button', { name: 'Saved Messages' }), collapse)).toBeLessThan(5);
    await row(2).click();
    await panel.page.keyboard.press('Shift+ArrowDown');
    await button('Compare').waitFor();
    await isWhole();
    expect(await below(button('Compare'), button('Save…'))).toBe(0);
  });

  it.each(['connecting', 'idle'] as const)(
    'the buttons of the header stand in one line while it is %s',
    async (state) => {
      panel = await browser.openPanel({ width, height: 700 });
      panel.host.change({ state });
      await panel.load();
      await button('Edit Connection').waitFor();
      expect(Math.abs(await below(button('Edit Connection'), button('More Actions…')))).toBeLessThan(3);
      const word = panel.page.locator('duplex-header .state .word');
      const { height } = (await word.boundingBox())!;
      expect(height).toBeLessThan(24);
      await isWhole();
    },
  );
});

it('a search in a narrow panel has the whole line, and its count the next', async () => {
  await open(250);
  const field = panel.page.getByRole('textbox', { name: 'Search' });
  await button('Next Match (Enter, F3)').waitFor({ state: 'hidden' });
  await field.fill('tick');
  await panel.page.locator('#status').getByText('1 match').waitFor();
  expect(await below(field, button('Next Match (Enter, F3)'))).toBeGreaterThan(10);
  await isWhole();
});

it('a row is not compared with itself', async () => {
  await open(1280);
  await row(2).click();
  await row(2).click({ button: 'right' });
  const item = panel.page.getByRole('menuitem', { name: 'Compare with Selected' });
  await expect.poll(() => item.getAttribute('aria-disabled')).toBe('true');
});

it('the keys of an item are at the end of its line', async () => {
  await open(1280);
  await row(2).click({ button: 'right' });
  const end = async (name: RegExp): Promise<number> => {
    const box = (await panel.page.getByRole('menuitem', { name }).locator('.detail').boundingBox())!;
    return box.x + box.width;
  };
  expect(await end(/^Copy ?Ctrl/)).toBeCloseTo(await end(/^Mark/), 0);
});

it('the first fix may open the form, which is then offered once', async () => {
  const fixes = [
    { id: 'editConnection', label: 'Edit Connection' },
    { id: 'origin', label: 'Send Origin: http://a.test' },
  ];
  await fail(1280, { headline: 'Your plan has no streaming', cause: CAUSE, evidence: [], fixes });
  const edit = panel.page.locator('duplex-doctor').getByRole('button', { name: 'Edit Connection' });
  await expect.poll(() => edit.count()).toBe(1);
  expect(await edit.getAttribute('secondary')).toBeNull();
  await edit.press('Enter');
  await panel.page.locator('duplex-connection-form').getByRole('textbox', { name: 'URL' }).waitFor();
  expect(panel.host.calls.applyFix).toEqual([]);
});
