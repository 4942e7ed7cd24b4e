import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.ts';
import { isFocused, scrollTo } from './support/inPage.ts';
import type { FakeMessage } from './support/fakeHost.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

const view = (): Locator => panel.page.locator('duplex-topics');
const tree = (): Locator => view().getByRole('tree');
const nodes = (): Promise<string[]> => tree().locator('.label').allInnerTexts();
const node = (path: string): Locator => tree().locator(`[role=treeitem][title="${path}"]`);
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
/** The path of the node that assistive technology sees as active. */
const active = async (): Promise<string | null> => {
  const id = await tree().getAttribute('aria-activedescendant');
  return id === null ? null : view().locator(`#${id}`).getAttribute('title');
};

/** A PUBLISH with QoS 0 of MQTT 3.1.1. */
function publish(topic: string, body: string, direction: 'in' | 'out' = 'in'): FakeMessage {
  const name = Buffer.from(topic);
  const rest = Buffer.concat([Buffer.from([name.length >> 8, name.length & 255]), name, Buffer.from(body)]);
  const length = rest.length < 128 ? [rest.length] : [(rest.length & 127) | 128, rest.length >> 7];
  return { kind: 'binary', direction, payload: Buffer.concat([Buffer.from([0x30, ...length]), rest]) };
}

const HOUSE = [
  publish('home/kitchen/temperature', '20.5'),
  publish('home/kitchen/temperature', '21.25'),
  publish('home/kitchen/light', '{"on": true}'),
  publish('home/hall/light', '{"on": false}'),
  publish('home', 'online'),
  publish('alarms/door\u202etxt', 'open', 'out'),
];

async function open(
  messages: readonly FakeMessage[] = HOUSE,
  decodedAs: { id: string; title: string; topics?: true } = { id: 'mqtt', title: 'MQTT', topics: true },
  options: PanelOptions = {},
): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.add(...messages);
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
  await panel.load();
  await panel.page.getByRole('button', { name: 'What rows show of messages' }).focus();
  await press('Enter');
  await expect.poll(() => panel.page.locator('[role^=menuitem]').count()).toBeGreaterThan(0);
}

async function openTopics(...given: Parameters<typeof open>): Promise<void> {
  await open(...given);
  const item = panel.page.getByRole('menuitem', { name: 'Show the Topics' });
  for (let down = 0; down < 6 && !(await isFocused(item)); down++) await press('ArrowDown');
  await press('Enter');
  await view().waitFor();
  await expect.poll(() => tree().getByRole('treeitem').count()).toBeGreaterThan(0);
}

describe('the tree of topics', () => {
  it('has each level with the messages below it and the last value of each topic', async () => {
    await openTopics();
    const cells = async (): Promise<string[][]> =>
      Promise.all(
        (await tree().getByRole('treeitem').all()).map((each) =>
          each.locator('.label, .value, .figure').allInnerTexts(),
        ),
      );
    await expect.poll(cells).toEqual([
      ['alarms', '', '1'],
      [expect.stringMatching(/^door[^\u202e]+txt$/), 'open', '1'],
      ['home', 'online', '5'],
      ['hall', '', '1'],
      ['light', '{"on": false}', '1'],
      ['kitchen', '', '3'],
      ['light', '{"on": true}', '1'],
      ['temperature', '21.25', '2'],
    ]);
    await expect.poll(() => view().locator('.facts').innerText()).toBe('5 topics');
    const kitchen = node('home/kitchen');
    const told = async (name: string): Promise<string | null> => kitchen.getAttribute(`aria-${name}`);
    expect([await told('level'), await told('posinset'), await told('setsize')]).toEqual(['2', '2', '2']);
    expect([await told('expanded'), await node('home/hall/light').getAttribute('aria-expanded')]).toEqual([
      'true',
      null,
    ]);
  });

  it('is updated while messages arrive', async () => {
    await openTopics();
    panel.host.add(publish('home/kitchen/temperature', '22'), publish('zoo', 'new'));
    await expect
      .poll(() => node('home/kitchen/temperature').innerText(), { timeout: 10_000 })
      .toMatch(/22\s+3/);
    await expect.poll(() => node('zoo').innerText(), { timeout: 10_000 }).toMatch(/zoo\s+new\s+1/);
  });

  it('is used by the keys of a tree', async () => {
    await openTopics();
    await tree().focus();
    await expect.poll(active).toContain('alarms');
    const steps: readonly (readonly [string, string])[] = [
      ['End', 'home/kitchen/temperature'],
      ['ArrowLeft', 'home/kitchen'],
      ['ArrowLeft', 'home/kitchen'],
      ['ArrowDown', 'home/kitchen'],
      ['ArrowRight', 'home/kitchen'],
      ['ArrowRight', 'home/kitchen/light'],
      ['ArrowUp', 'home/kitchen'],
      ['ArrowLeft', 'home/kitchen'],
      ['ArrowLeft', 'home'],
      ['Home', 'alarms'],
    ];
    for (const [key, path] of steps) {
      await press(key);
      await expect.poll(active, { message: key }).toBe(path);
      if (path === 'home/kitchen')
        await expect.poll(() => node(path).getAttribute('aria-expanded')).toBeTruthy();
    }
    await expect.poll(() => node('home/kitchen').getAttribute('aria-expanded')).toBe('false');
    await expect.poll(() => node('home/kitchen/light').count()).toBe(0);
    await press('Escape');
    await expect.poll(() => isFocused(panel.page.locator('duplex-timeline .viewport'))).toBe(true);
  });

  it('opens and closes a level by a click on its sign, without choosing it', async () => {
    await openTopics();
    await node('home').locator('.twistie').click();
    await expect.poll(() => tree().getByRole('treeitem').count()).toBe(3);
    await node('home').locator('.twistie').click();
    await expect.poll(() => tree().getByRole('treeitem').count()).toBe(8);
    expect(panel.host.calls.topicsUnder).toEqual([]);
  });

  it('pulls only what is on screen of a thousand topics, and reaches the last by one key', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => publish(`sensor/${index}`, String(index)));
    await openTopics(many);
    await expect.poll(() => tree().getByRole('treeitem').count()).toBeLessThan(100);
    expect(Math.max(...panel.host.calls.topics.map(([, , count]) => count))).toBeLessThan(200);
    await tree().focus();
    await press('End');
    await expect.poll(active).toBe('sensor/999');
    await press('PageUp');
    await expect.poll(active).toMatch(/^sensor\/9\d\d$/);
    await scrollTo(tree(), 0.5);
    await expect.poll(nodes).toContainEqual(expect.stringMatching(/^[45]\d\d$/));
    await tree().focus();
    await press('Home');
    await expect.poll(active).toBe('sensor');
  });
});

describe('a chosen topic', () => {
  const rows = (): Promise<string[]> => panel.page.locator('duplex-timeline .row .preview').allInnerTexts();

  it('narrows the timeline to its messages, and again to all', async () => {
    await openTopics();
    await tree().focus();
    await press('End');
    await press('Enter');
    await expect.poll(rows).toEqual([expect.stringContaining('20.5'), expect.stringContaining('21.25')]);
    await expect.poll(() => node('home/kitchen/temperature').getAttribute('aria-selected')).toBe('true');
    await expect
      .poll(() => panel.page.getByRole('status').allInnerTexts())
      .toContainEqual(
        expect.stringContaining('The timeline shows home/kitchen/temperature. Topics: 1.') as string,
      );
    await press(' ');
    await expect.poll(async () => (await rows()).length).toBe(HOUSE.length);
    await expect.poll(() => node('home/kitchen/temperature').getAttribute('aria-selected')).toBe('false');
  });

  it('includes the topics below it, and another one replaces it', async () => {
    await openTopics();
    await node('home/kitchen').locator('.label').click();
    await expect.poll(async () => (await rows()).length).toBe(3);
    await expect.poll(() => tree().locator('[aria-selected=true]').count()).toBe(2);
    await node('home/hall/light').locator('.label').click();
    await expect.poll(rows).toEqual([expect.stringContaining('false')]);
    await view().getByRole('button', { name: 'Show the messages of all topics' }).click();
    await expect.poll(async () => (await rows()).length).toBe(HOUSE.length);
    await expect.poll(() => view().getByRole('button', { name: 'Show the messages' }).count()).toBe(0);
  });

  it('survives a reload with the tree', async () => {
    await openTopics();
    await node('home/hall/light').locator('.label').click();
    await expect.poll(async () => (await rows()).length).toBe(1);
    // The page saves its view state a moment after a change.
    await panel.page.waitForTimeout(600);
    await panel.load();
    await expect.poll(() => node('home/hall/light').getAttribute('aria-selected')).toBe('true');
    await expect.poll(rows).toEqual([expect.stringContaining('false')]);
  });

  it('says so if it has more topics than the limit of a filter', async () => {
    await openTopics(Array.from({ length: 120 }, (_, index) => publish(`sensor/${index}`, '1')));
    await node('sensor').locator('.label').click();
    await expect
      .poll(() => panel.page.getByRole('status').allInnerTexts())
      .toContainEqual(
        expect.stringContaining(
          'The filter applies to the 100 topics with the most messages, of 120.',
        ) as string,
      );
    await expect.poll(() => tree().locator('[aria-selected=true]').count()).toBeGreaterThan(10);
    expect(panel.host.calls.startSearch.at(-1)?.[1].units?.names).toHaveLength(100);
  });
});

describe('the topics', () => {
  it('are those of STOMP and NATS too, with the separator of each', async () => {
    const frame = (destination: string): FakeMessage => ({
      payload: `MESSAGE\ndestination:${destination}\nsubscription:0\nmessage-id:1\n\nhi\0`,
    });
    await openTopics([frame('/topic/a'), frame('/topic/b.c')], { id: 'stomp', title: 'STOMP', topics: true });
    await expect.poll(nodes).toEqual(['/topic', 'a', 'b.c']);
    const message = (subject: string): FakeMessage => ({ payload: `MSG ${subject} 1 2\r\nhi\r\n` });
    await openTopics([message('orders.eu.new'), message('orders.us')], {
      id: 'nats',
      title: 'NATS',
      topics: true,
    });
    await expect.poll(nodes).toEqual(['orders', 'eu', 'new', 'us']);
  });

  it('are offered only if messages have topics', async () => {
    await open([{ payload: '42["a",1]' }], { id: 'socket.io', title: 'Socket.IO' });
    const items = panel.page.locator('[role^=menuitem]');
    expect(await items.filter({ hasText: 'Show the Conversation' }).count()).toBe(1);
    expect(await items.filter({ hasText: 'Show the Topics' }).count()).toBe(0);
  });

  it('show a failed index, one in progress, and a full tree', async () => {
    await openTopics();
    const page = { total: 0, active: -1, nodes: [], topics: 0, others: 7 };
    panel.host.answer.topics = async () => ({ progress: { rows: 5, total: 60, done: false }, page });
    const facts = (): Promise<string> => view().locator('.facts').innerText();
    await expect.poll(facts, { timeout: 10_000 }).toContain('5 of 60 rows are read.');
    expect(await facts()).toContain('No messages with a topic so far.');
    expect(await facts()).toContain('Messages of topics beyond the limit of the tree: 7.');
    const problem = 'The disk is full.';
    panel.host.answer.topics = async () => ({ progress: { rows: 5, total: 60, done: false, problem }, page });
    await expect.poll(() => view().getByRole('alert').innerText(), { timeout: 10_000 }).toBe(problem);
  });
});

it.each([250, 500])('fit a panel of %i pixels', async (width) => {
  await openTopics(HOUSE, undefined, { width });
  await panel.screenshot(`topics-${width}`);
  for (const control of await view().locator('button:visible, .figure').all()) {
    const box = await control.boundingBox();
    if (box === null) continue;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
  }
});

it.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme', async (theme) => {
  await openTopics(HOUSE, undefined, { theme });
  await node('home/kitchen').locator('.label').click();
  await expect.poll(() => tree().locator('[aria-selected=true]').count()).toBe(2);
  await panel.screenshot(`topics-${theme}`);
  expect(await axeFindings(panel.page)).toEqual([]);
});
