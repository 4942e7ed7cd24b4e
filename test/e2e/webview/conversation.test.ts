import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { CallPair } from '../../../src/shared/unitIndexProtocol.ts';
import { axeFindings } from '../support/axe.ts';
import { isFocused, scrollTo } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel, PanelOptions } from './support/openPanel.ts';
import { THEMES } from './support/themes.ts';
import type { ThemeName } from './support/themes.ts';

const browser = useBrowser();
let panel: OpenPanel;

const SOCKETIO = { id: 'socket.io', title: 'Socket.IO' };
const CALLS = 1_000_000;

const view = (): Locator => panel.page.locator('duplex-conversation');
const list = (): Locator => view().locator('duplex-call-list');
const calls = (): Promise<string[]> => list().getByRole('listitem').allInnerTexts();
const field = (name: string): Locator => view().getByRole('textbox', { name });
const press = (key: string): Promise<void> => panel.page.keyboard.press(key);

const pair = (call: number): CallPair => ({
  ...{ row: 2 * call, name: call % 2 === 0 ? 'ask' : 'tell', sent: true },
  ...(call % 10 !== 9 && { reply: { row: 2 * call + 1, latency: 1234, isError: call % 10 === 8 } }),
});

/** A session with a million calls, of which the page pulls those on screen. */
async function open(decodedAs: typeof SOCKETIO | null = SOCKETIO, options: PanelOptions = {}): Promise<void> {
  panel = await browser.openPanel(options);
  panel.host.add({ payload: '427["ask",1]', direction: 'out' }, { payload: '437["ok"]' });
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: decodedAs ?? undefined });
  panel.host.answer.conversation = async (pairs) => {
    const wrong = [pairs?.call, pairs?.reply].find((path) => path?.includes('..'));
    if (wrong !== undefined)
      throw new DuplexError('call.invalid', `“${wrong}” is not a path to one value, as in $.params.id.`);
    const known = decodedAs !== null || Boolean(pairs);
    const figures = {
      calls: CALLS / 2,
      errors: 3,
      unanswered: 7,
      p50: 900,
      p95: 1234,
      p99: 12_340,
      max: 13_000,
    };
    const ticks = { name: 'ticks', stream: '"BTC"', row: 0, events: 12, rate: 4 };
    return {
      ...{ rows: 2 * CALLS, total: 2 * CALLS, done: true },
      calls: known
        ? [
            { name: 'ask', ...figures },
            { name: 'tell', ...figures },
          ]
        : [],
      subscriptions: known ? [ticks] : [],
    };
  };
  panel.host.answer.callPairs = async ({ name, unanswered }, from, count) => {
    const step = (name === undefined ? 1 : 2) * (unanswered ? 10 : 1);
    const first = unanswered ? 9 : name === 'tell' ? 1 : 0;
    const total = CALLS / step;
    const length = Math.max(0, Math.min(count, total - from));
    return { total, pairs: Array.from({ length }, (_, at) => pair(first + (from + at) * step)) };
  };
  await panel.load();
  await panel.page.getByRole('button', { name: 'What rows show of messages' }).focus();
  await press('Enter');
  await expect.poll(() => panel.page.locator('[role^=menuitem]').count()).toBeGreaterThan(0);
  const item = panel.page.getByRole('menuitem', { name: 'Show the Conversation' });
  for (let down = 0; down < 5 && !(await isFocused(item)); down++) await press('ArrowDown');
  await press('Enter');
  await view().waitFor();
}

describe('the calls of a conversation', () => {
  it('are all reachable, and only those on screen are pulled', async () => {
    await open();
    await expect.poll(calls).toContainEqual(expect.stringMatching(/#2\s+tell\s+1\.23 ms\s+#3/));
    const most = Math.max(...panel.host.calls.callPairs.map(([, , count]) => count));
    expect(most).toBeLessThan(200);
    await list().locator('.viewport').focus();
    await press('End');
    await expect.poll(async () => (await calls()).at(-1)).toMatch(/#1999998\s+tell\s+no reply/);
    await expect
      .poll(() => list().getByRole('listitem').last().getAttribute('aria-posinset'))
      .toBe(String(CALLS));
    await scrollTo(list().locator('.viewport'), 0.5);
    await expect.poll(async () => (await calls())[5]).toMatch(/#(9|10)\d{5}\s/);
  });

  it('are narrowed to those without a reply, and to one name', async () => {
    await open();
    await view().locator('vscode-checkbox').click();
    await expect.poll(async () => (await calls())[0]).toMatch(/#18\s+tell\s+no reply/);
    await view().locator('vscode-checkbox').click();
    await view().getByRole('row', { name: /^ask/ }).getByRole('button').click();
    await expect.poll(async () => (await calls())[1]).toMatch(/#4\s+ask/);
    await expect.poll(() => view().locator('.heading h3').innerText()).toBe('Calls of ask');
    await view().getByRole('button', { name: 'Calls of every name' }).click();
    await expect.poll(async () => (await calls())[1]).toMatch(/#2\s+tell/);
  });

  it('open the rows of their call and their reply', async () => {
    await open();
    await list().getByRole('button', { name: '#1', exact: true }).click();
    await expect.poll(() => panel.page.locator('#row-1').getAttribute('aria-selected')).toBe('true');
  });

  it('are pulled again during the session, because a reply may come later', async () => {
    await open();
    await expect.poll(async () => (await calls())[0]).toMatch(/#0\s+ask\s+1\.23 ms/);
    panel.host.answer.callPairs = async () => ({ total: 1, pairs: [{ row: 0, name: 'late', sent: false }] });
    await expect.poll(calls, { timeout: 10_000 }).toEqual([expect.stringMatching(/#0\s+late\s+no reply/)]);
  });
});

describe('subscriptions', () => {
  it('are open or ended, and narrow the timeline to one of them and back, by keyboard', async () => {
    await open();
    const shape = { stream: '"1"', events: 3, rate: 0 };
    panel.host.answer.conversation = async () => ({
      ...{ rows: 2, total: 2, done: true, calls: [] },
      subscriptions: [
        { ...shape, name: 'live', row: 0 },
        { ...shape, name: 'late', row: 1, end: 9 },
      ],
    });
    const ended = view().getByRole('table', { name: 'Ended Subscriptions' });
    await expect
      .poll(() => ended.getByRole('row').last().innerText())
      .toMatch(/late\s+#1\s+–\s+#9\b[^]*"1"\s+3\s+0/);
    expect(await view().getByRole('table', { name: 'Open Subscriptions' }).getByRole('row').count()).toBe(2);
    const only = ended.getByRole('button', { name: 'Show only the operation of #1' });
    await only.focus();
    await press('Enter');
    await expect.poll(() => only.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => panel.host.calls.startSearch.at(-1)?.[1].units).toEqual({ operation: 1 });
    await panel.page.getByRole('button', { name: 'Only the operation of #1 is shown: show all' }).waitFor();
    await panel.screenshot('conversation-operation');
    await press('Enter');
    await expect.poll(() => only.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => panel.page.locator('duplex-timeline .row').count()).toBe(2);
  });
});

describe('two JSONPaths', () => {
  it('pair calls by keyboard, also without a protocol, and survive a reload', async () => {
    await open(null);
    await expect.poll(() => view().getByText('No calls and no subscriptions so far.').count()).toBe(1);
    await field('Id in a call').focus();
    await panel.page.keyboard.type('$.q');
    await press('Tab');
    await panel.page.keyboard.type('$.a');
    await press('Enter');
    await expect.poll(() => panel.host.calls.conversation.at(-1)?.[0]).toEqual({ call: '$.q', reply: '$.a' });
    await expect.poll(async () => (await calls())[0]).toMatch(/#0\s+ask/);
    expect(panel.host.calls.callPairs.at(-1)?.[0]).toMatchObject({ pairs: { call: '$.q', reply: '$.a' } });
    // The page saves its view state a moment after a change.
    await panel.page.waitForTimeout(600);
    await panel.load();
    await expect.poll(() => field('Id in its reply').inputValue()).toBe('$.a');
    await expect.poll(async () => (await calls())[0]).toMatch(/#0\s+ask/);
  });

  it('are checked: both are needed, and each selects one value', async () => {
    await open();
    await field('Id in a call').fill('$.q');
    await press('Enter');
    const alert = view().getByRole('alert');
    await expect.poll(() => alert.innerText()).toBe('Type both paths, or none.');
    await expect.poll(() => field('Id in its reply').getAttribute('aria-invalid')).toBe('true');
    await field('Id in its reply').fill('$..a');
    await press('Enter');
    await expect.poll(() => alert.innerText()).toContain('“$..a” is not a path to one value');
    await expect.poll(() => field('Id in its reply').getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => field('Id in a call').getAttribute('aria-invalid')).toBe('false');
    await field('Id in a call').fill('');
    await field('Id in its reply').fill('');
    await press('Enter');
    await expect.poll(() => alert.count()).toBe(0);
    await expect.poll(() => panel.host.calls.conversation.at(-1)?.[0] ?? undefined).toBeUndefined();
  });
});

it.each([250, 500])('fits a panel of %i pixels', async (width) => {
  await open(SOCKETIO, { width });
  await expect.poll(async () => (await calls())[0]).toMatch(/#0\s+ask/);
  await panel.screenshot(`conversation-${width}`);
  for (const control of await view().locator('input, button:visible, vscode-checkbox').all()) {
    const box = await control.boundingBox();
    if (box === null) continue;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + Math.min(box.width, 24)).toBeLessThanOrEqual(width);
  }
});

describe.each(Object.keys(THEMES) as ThemeName[])('axe finds nothing wrong in the %s theme with', (theme) => {
  it('the conversation', async () => {
    await open(SOCKETIO, { theme });
    await field('Id in a call').fill('$..q');
    await press('Enter');
    await view().getByRole('alert').waitFor();
    await field('Id in a call').fill('');
    await press('Enter');
    await expect.poll(async () => (await calls())[0]).toMatch(/#0\s+ask/);
    await panel.screenshot(`conversation-${theme}`);
    expect(await axeFindings(panel.page)).toEqual([]);
  });
});
