import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { CONNECT } from '../../unit/protocol/support/mqttReference.ts';

const browser = useBrowser();
let panel: OpenPanel;

const preview = (seq: number): Locator => panel.page.locator(`#row-${seq} .preview`);
const messages = (): Locator => panel.page.getByRole('button', { name: 'What rows show of messages' });
const item = (name: string): Locator => panel.page.locator('[role^=menuitem]', { hasText: name });
const tab = (name: string): Locator => panel.page.getByRole('tab', { name, exact: true });

const SOCKETIO = { id: 'socket.io', title: 'Socket.IO', reason: 'Socket.IO: path /socket.io/, EIO=4' };

async function open(decodedAs?: typeof SOCKETIO): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add(
    { payload: '42["chat message",{"n":12345678901234567890,"text":"hi"}]' },
    { payload: '427["ask",1.0]', direction: 'out' },
    { payload: '437["ok"]' },
    { payload: '42["broken",]' },
  );
  panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs });
  await panel.load();
}

describe('a session with a protocol', () => {
  it('shows the decoded form of rows, and the protocol with its reason', async () => {
    await open(SOCKETIO);
    await expect
      .poll(() => preview(0).innerText())
      .toBe('chat message [{"n":12345678901234567890,"text":"hi"}]');
    await expect.poll(() => preview(2).innerText()).toBe('ACK 7 ["ok"]');
    // A message that cannot be decoded is shown as it was transmitted.
    await expect.poll(() => preview(3).innerText()).toBe('42["broken",]');
    const fact = panel.page.locator('[title="Messages are decoded as Socket.IO: path /socket.io/, EIO=4"]');
    await expect.poll(() => fact.innerText()).toContain('Socket.IO');
  });

  it('marks the matches of a search in Decoded only in the decoded form of rows', async () => {
    await open(SOCKETIO);
    const marks = (row: number): Promise<string[]> => preview(row).locator('mark').allInnerTexts();
    await panel.page.getByRole('textbox', { name: 'Search' }).fill('message');
    // The bytes are searched: the row shows them.
    await expect.poll(() => marks(0)).toEqual(['message']);
    expect(await preview(0).innerText()).toMatch(/^42\["chat message"/);
    await panel.page.getByRole('button', { name: 'Search in Decoded' }).click();
    await expect.poll(() => preview(0).innerText()).toMatch(/^chat message \[/);
    await expect.poll(() => marks(0)).toEqual(['message']);
    await messages().click();
    await item('As They Travelled').click();
    await expect.poll(() => preview(0).innerText()).toMatch(/^42\["chat message"/);
    expect(await marks(0)).toEqual([]);
  });

  it('shows the raw messages instead, chosen by keyboard, and keeps the choice', async () => {
    await open(SOCKETIO);
    await messages().focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => preview(2).innerText()).toBe('437["ok"]');
    await messages().click();
    await item('What They Decode to').click();
    await expect.poll(() => preview(2).innerText()).toBe('ACK 7 ["ok"]');
  });

  it('decodes a message in the inspector, with the spelling of numbers', async () => {
    await open(SOCKETIO);
    await panel.page.locator('#row-0').click();
    await tab('Decoded').click();
    const view = panel.page.locator('duplex-decoded');
    await expect.poll(() => view.locator('h3').innerText()).toBe('event chat message');
    await expect
      .poll(() => view.locator('pre').innerText())
      .toBe('[\n  {\n    "n": 12345678901234567890,\n    "text": "hi"\n  }\n]');
    await expect.poll(() => view.locator('dl').innerText()).toContain('0 to 57');
  });

  it('shows where decoding of a message stopped, and why', async () => {
    await open(SOCKETIO);
    await panel.page.locator('#row-3').click();
    await tab('Decoded').click();
    const problem = panel.page.locator('duplex-decoded .problem');
    await expect.poll(() => problem.innerText()).toContain('Not JSON from byte');
    await expect.poll(() => problem.innerText()).toContain('12 bytes before it were decoded.');
  });

  it('has neither the view nor the choice without one, but pairs by JSONPaths', async () => {
    await open();
    await panel.page.locator('#row-0').click();
    await tab('Pretty').waitFor();
    await expect.poll(() => tab('Decoded').count()).toBe(0);
    await messages().click();
    await panel.page.getByRole('menuitem').first().waitFor();
    await expect
      .poll(() => panel.page.getByRole('menuitem').allInnerTexts())
      .toEqual(['Add Column…', 'Show the Conversation']);
    await expect.poll(() => panel.page.getByRole('menuitemradio').count()).toBe(0);
  });
});

describe('the password of a CONNECT message', () => {
  it.each([
    ['mqtt', 'MQTT', CONNECT(4, { username: 'ann', password: Buffer.from('s3cret') }), /"password": "••••"/],
    ['stomp', 'STOMP', 'CONNECT\nlogin:ann\npasscode:s3cret\n\n\0', /passcode\s+••••/],
  ])('is masked for %s in the rows and in Decoded', async (id, title, payload, shown) => {
    panel = await browser.openPanel();
    const kind = typeof payload === 'string' ? 'text' : 'binary';
    panel.host.add({ payload, kind, direction: 'out' });
    panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: { id, title, reason: title } });
    await panel.load();
    await expect.poll(() => preview(0).innerText()).toMatch(/^CONNECT/);
    await panel.page.locator('#row-0').click();
    await tab('Decoded').click();
    const content = panel.page.locator('duplex-decoded .content');
    await expect.poll(() => content.innerText()).toMatch(shown);
    // In the whole page, shadow trees included.
    const password = panel.page.getByText('s3cret');
    expect(await password.count()).toBe(0);
    // A text message itself stays as it travelled.
    await messages().click();
    await item('As They Travelled').click();
    if (kind === 'text') await expect.poll(() => password.count()).toBe(1);
  });
});

describe('the conversation', () => {
  it('lists calls with latencies, those without a reply and open subscriptions, and opens their rows', async () => {
    panel = await browser.openPanel();
    panel.host.add(
      { payload: '42["a"]' },
      { payload: '427["ask",1]', direction: 'out' },
      { payload: '437["ok"]' },
    );
    panel.host.change({ state: 'open', openedAt: Date.now(), decodedAs: SOCKETIO });
    panel.host.answer.conversation = async () => ({
      rows: 3,
      total: 3,
      done: true,
      calls: [
        { name: 'ask', calls: 2, errors: 0, unanswered: 1, p50: 1234, p95: 1234, p99: 12_340, max: 12_340 },
      ],
      subscriptions: [{ name: 'ticks', stream: '"BTC"', row: 0, events: 12, rate: 4 }],
    });
    const reply = { row: 2, latency: 1234, isError: false };
    panel.host.answer.callPairs = async ({ unanswered = false }) => ({
      total: unanswered ? 1 : 2,
      pairs: [
        ...(unanswered ? [] : [{ row: 1, name: 'ask', sent: true, reply }]),
        { row: 0, name: 'later', sent: true },
      ],
    });
    await panel.load();
    await messages().click();
    await item('Show the Conversation').click();
    const view = panel.page.locator('duplex-conversation');
    await view.getByRole('table', { name: 'Latency by Name' }).waitFor();
    await expect
      .poll(() => view.locator('table').allInnerTexts())
      .toEqual([
        expect.stringMatching(/ticks #0[^"]+"BTC"\s+12\s+4\.0/),
        expect.stringMatching(/ask\s+2\s+0\s+1\s+1\.23 ms\s+1\.23 ms\s+12 ms/),
      ]);
    await expect
      .poll(() => view.getByRole('listitem').allInnerTexts())
      .toEqual([
        expect.stringMatching(/#1\s+ask\s+1\.23 ms\s+#2/),
        expect.stringMatching(/#0\s+later\s+no reply/),
      ]);
    await view.locator('vscode-checkbox').click();
    await expect.poll(() => view.getByRole('listitem').count()).toBe(1);
    await view.locator('vscode-checkbox').click();
    await view.getByRole('button', { name: '#2' }).click();
    await expect.poll(() => panel.page.locator('#row-2').getAttribute('aria-selected')).toBe('true');
    await tab('Decoded').waitFor();
  });
});
