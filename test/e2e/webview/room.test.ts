import { describe, expect, it } from 'vitest';
import { refusal, conversation } from './support/conversation.ts';
import { CAUSE, diagnosis } from './support/connections.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

/**
 * Runs in the page: which parts cover another, or stand outside of the part around them. A part that scrolls shows the rest of its content
 * when it is scrolled.
 */
const FAULTS = `(() => {
  const parts = new Map();
  const controls = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const { localName, className } = element;
      const name = /^(duplex-(header|connection-form|doctor|toolbar|composer))$/.test(localName)
        ? localName
        : localName === 'div' && /^(main|side)$/.test(className) ? className : undefined;
      if (name !== undefined) parts.set(name, element);
      if (element.matches('button, vscode-button, input, [role=tab], .viewport')) controls.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  const boxes = [...parts].map(([name, element]) => ({ name, box: element.getBoundingClientRect() }));
  const faults = [];
  const amount = (one, other, start, end) => Math.min(one[end], other[end]) - Math.max(one[start], other[start]);
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1))
      if (amount(one.box, other.box, 'left', 'right') > 1 && amount(one.box, other.box, 'top', 'bottom') > 1)
        faults.push(one.name + ' and ' + other.name + ' overlap');
  });
  const parentOf = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;
  for (const control of controls) {
    const box = control.getBoundingClientRect();
    for (let at = parentOf(control); at; at = parentOf(at)) {
      const name = [...parts].find(([, element]) => element === at)?.[0];
      const around = at.getBoundingClientRect();
      if (/auto|scroll/.test(getComputedStyle(at).overflowY)) break;
      if (name === undefined) continue;
      if (box.top < around.top - 1 || box.bottom > around.bottom + 1)
        faults.push((control.getAttribute('aria-label') ?? control.className) + ' stands out of ' + name);
      break;
    }
  }
  const side = parts.get('side');
  if (side && side.scrollHeight > side.clientHeight + 1) faults.push('the side stands out of its box');
  const page = document.querySelector('duplex-panel');
  if (page.scrollWidth > page.clientWidth) faults.push('the page is wider than its box');
  if (!parts.has('main') || !parts.has('duplex-composer')) faults.push('parts are missing');
  return [...new Set(faults)];
})()`;

const HEIGHTS = `(() => {
  const page = document.querySelector('duplex-panel').shadowRoot;
  const { scrollHeight, clientHeight } = page.host;
  const split = page.querySelector('duplex-split-view').getBoundingClientRect().height;
  return { split, scrolls: scrollHeight > clientHeight };
})()`;

const open = async (width: number, height: number, isRefused = false): Promise<void> => {
  panel = await browser.openPanel({ width, height });
  panel.host.add(...conversation);
  if (isRefused) {
    panel.host.add(refusal);
    panel.host.change({ state: 'failed', error: { code: 'handshake.status', message: CAUSE } });
    panel.host.answer.diagnosis = async () => diagnosis;
  } else panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: { id: 'mqtt', title: 'MQTT' } });
  await panel.load();
  if (width === 250) await panel.page.getByRole('button', { name: 'Write a Message' }).click();
  await panel.page.locator('duplex-composer .cm-content').waitFor();
};
const inspect = async (): Promise<void> => {
  await panel.page.locator('.row').last().click();
  await panel.page.locator('duplex-inspector .body').waitFor();
};
const editConnection = async (): Promise<void> => {
  await panel.page.getByRole('button', { name: 'Edit Connection' }).first().click();
  await panel.page.locator('duplex-connection-form input').first().waitFor();
};
const publish = async (): Promise<void> => {
  await panel.page.getByRole('button', { name: 'What to send' }).click();
  await panel.page.getByRole('menuitemradio', { name: /^@publish/ }).click();
  await panel.page.locator('duplex-verb-form input').first().waitFor();
};
const search = (): Promise<void> => panel.page.getByRole('textbox', { name: 'Search' }).fill('price(');
const fits = async (name: string): Promise<void> => {
  await panel.screenshot(`room-${name}`);
  expect(await panel.page.evaluate(FAULTS), name).toEqual([]);
};
const heights = () => panel.page.evaluate<{ split: number; scrolls: boolean }>(HEIGHTS);

describe.each([1280, 500, 250])('the panel at a width of %i px', (width) => {
  it.each([700, 500, 300])('keeps the parts apart at a height of %i px', async (height) => {
    await open(width, height);
    const step = async (name: string, act: () => Promise<void>): Promise<void> => {
      await act();
      await fits(`${width}-${height}-${name}`);
    };
    await step('composer', async () => undefined);
    await step('inspector', inspect);
    await step('search', search);
    await step('verb', publish);
    await step('form', editConnection);
    expect((await heights()).split).toBeGreaterThanOrEqual(168);
  });

  it.each([700, 400])('keeps the parts apart below a failure card at a height of %i px', async (height) => {
    await open(width, height, true);
    await panel.page.locator('duplex-doctor .fixes').waitFor();
    await inspect();
    await editConnection();
    await fits(`${width}-${height}-failure`);
  });
});

describe('the panel', () => {
  it('fits a verb, the form and the inspector into 500 by 700 px without scrolling', async () => {
    await open(500, 700);
    await inspect();
    await publish();
    await editConnection();
    expect((await heights()).scrolls).toBe(false);
    // The form scrolls, its buttons do not.
    const form = (await panel.page.locator('duplex-connection-form').boundingBox())!;
    const apply = (await panel.page
      .locator('duplex-connection-form .foot vscode-button')
      .last()
      .boundingBox())!;
    expect(apply.y + apply.height).toBeLessThanOrEqual(form.y + form.height);
  });

  it('scrolls to the composer if it is too low', async () => {
    await open(500, 300);
    await inspect();
    await publish();
    expect((await heights()).scrolls).toBe(true);
    await panel.page.getByRole('button', { name: 'Send', exact: true }).focus();
    const box = (await panel.page.getByRole('button', { name: 'Send', exact: true }).boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(300);
  });

  it('limits the height of the composer, which collapses to one line', async () => {
    await open(1280, 900);
    const height = async () => (await panel.page.locator('duplex-composer').boundingBox())!.height;
    expect(await height()).toBeCloseTo(900 * 0.24, 0);
    await panel.page.locator('duplex-composer .cm-content').fill('line\n'.repeat(200));
    expect(await height()).toBeCloseTo(900 * 0.24, 0);
    await panel.page.getByRole('button', { name: 'Hide the Composer' }).click();
    await expect.poll(height).toBeLessThan(50);
  });
});
