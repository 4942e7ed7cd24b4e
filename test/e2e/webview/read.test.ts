import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isFocused } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(payload: string): Promise<void> {
  panel = await browser.openPanel();
  panel.host.add({ payload });
  await panel.load();
  await panel.page.locator('#row-0').click();
  await lines().first().waitFor();
}

const lines = (): Locator => panel.page.locator('duplex-inspector .line');
const message = (): Locator => panel.page.getByRole('textbox', { name: /^Pretty/ });
const texts = (): Promise<string[]> => lines().allTextContents();

async function choose(name: string): Promise<void> {
  await panel.page.getByRole('button', { name: 'More Actions of the Message' }).press('Enter');
  await panel.page
    .getByRole('menuitem', { name })
    .or(panel.page.getByRole('menuitemcheckbox', { name }))
    .press('Enter');
}

const NESTED = '{"a":{"b":[1.0,{"c":"x"}]},"d":12345678901234567890}';

describe('a message to read', () => {
  it('folds and unfolds by keys, with line numbers', async () => {
    await open(NESTED);
    await message().focus();
    await panel.page.keyboard.press('Control+Home');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Control+Shift+[');
    await expect.poll(texts).toEqual(['{', '  "a": {…},', '  "d": 12345678901234567890', '}']);
    await expect
      .poll(() => panel.page.locator('.cm-lineNumbers .cm-gutterElement').allTextContents())
      .toContain('10');
    await panel.page.keyboard.press('Control+Shift+]');
    await expect.poll(async () => (await texts()).length).toBe(11);
  });

  it('closes its search with Escape and keeps the focus; another Escape leaves it, whatever is selected', async () => {
    await open(NESTED);
    await message().focus();
    await panel.page.keyboard.press('Control+f');
    await panel.page.keyboard.type('1234');
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('duplex-inspector .cm-searchMatch-selected').waitFor();
    await panel.page.keyboard.press('Escape');
    await panel.page.locator('duplex-inspector .cm-search').waitFor({ state: 'detached' });
    expect(await isFocused(message())).toBe(true);
    await panel.page.keyboard.press('Escape');
    await expect.poll(() => isFocused(panel.page.getByRole('grid', { name: 'Timeline' }))).toBe(true);
    await panel.page.keyboard.press('Shift+F10');
    await panel.page.getByRole('menuitem', { name: 'Edit and Resend' }).waitFor();
  });

  it('folds XML, which is coloured and stays text', async () => {
    await open(
      '<?xml version="1.0"?><!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><order><items n="2"><item>&x;</item><script>alert(1)</script></items></order>',
    );
    await expect.poll(texts).toContain('    <item>&x;</item>');
    await expect.poll(texts).toContain('    <script>alert(1)</script>');
    await expect
      .poll(() => panel.page.locator('duplex-inspector .line .string').allTextContents())
      .toContain('"2"');
    await message().focus();
    await panel.page.keyboard.press('Control+Home');
    for (let step = 0; step < 3; step++) await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Control+Shift+[');
    await expect
      .poll(async () => (await texts()).slice(2))
      .toEqual(['<order>', '  <items n="2">…</items>', '</order>']);
    await expect
      .poll(() => panel.page.locator('.cm-lineNumbers .cm-gutterElement').allTextContents())
      .toContain('8');
    await panel.page.keyboard.press('Control+Shift+]');
    await expect.poll(async () => (await texts()).length).toBe(8);
  });

  it('reports where a message stops being XML, and shows it unchanged', async () => {
    await open('<a><b>text</a>');
    await panel.page.getByText('Not XML from byte 10 on: expected </b>. Shown as it is.').waitFor();
    await expect.poll(texts).toEqual(['<a><b>text</a>']);
  });

  it('shows path and value at the cursor', async () => {
    await open(NESTED);
    await lines().getByText('"c"').click();
    await choose('Copy Path');
    await expect.poll(() => panel.host.calls.copyText.at(-1)).toEqual(['$.a.b[1].c']);
    await choose('Copy Value');
    await expect.poll(() => panel.host.calls.copyText.at(-1)).toEqual(['"x"']);
  });

  it('cannot be edited', async () => {
    await open(NESTED);
    await message().focus();
    await panel.page.keyboard.type('nonsense');
    await panel.page.keyboard.press('Delete');
    await expect.poll(async () => (await texts())[0]).toBe('{');
    await expect.poll(() => message().getAttribute('aria-readonly')).toBe('true');
  });

  it('is searched by Ctrl+F, which elsewhere searches the messages', async () => {
    await open(NESTED);
    await message().focus();
    await panel.page.keyboard.press('Control+f');
    await panel.page.keyboard.type('12345');
    await panel.page.keyboard.press('Enter');
    const find = panel.page.locator('duplex-inspector .cm-search');
    // In the words of VS Code, and not in those of CodeMirror.
    expect(await find.getByRole('button').allTextContents()).toEqual(['Next', 'Previous', 'Select All', '×']);
    expect((await find.locator('label').allInnerTexts()).map((text) => text.trim())).toEqual([
      'Match Case',
      'Regular Expression',
      'Whole Word',
    ]);
    await panel.page.locator('.cm-searchMatch-selected').waitFor();
    await expect
      .poll(() => panel.page.getByRole('textbox', { name: 'Search', exact: true }).inputValue())
      .toBe('');
  });

  it("shows the match of the page's search, marked", async () => {
    const items = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    await open(JSON.stringify({ items, needle: 'Here' }));
    await panel.page.getByRole('textbox', { name: 'Search', exact: true }).fill('here');
    await panel.page.keyboard.press('Enter');
    await expect
      .poll(() => panel.page.locator('duplex-inspector .cm-searchMatch').allTextContents())
      .toEqual(['Here']);
    await expect.poll(texts).toContain('  "needle": "Here"');
  });

  it('wraps long lines or not, and keeps the choice', async () => {
    await open(JSON.stringify({ text: 'word '.repeat(400) }));
    const height = async (): Promise<number> => (await lines().nth(1).boundingBox())!.height;
    await expect.poll(height).toBeGreaterThan(60);
    await choose('Wrap Lines');
    await expect.poll(height).toBeLessThan(40);
  });

  it('is selected and copied as a whole, far beyond the lines on screen', async () => {
    const items = Array.from({ length: 50_000 }, (_, id) => id);
    await open(JSON.stringify(items));
    await panel.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await message().focus();
    await panel.page.keyboard.press('Control+a');
    // VS Code performs this on the key as well.
    await panel.page.evaluate(`document.execCommand('selectAll')`);
    await panel.page.keyboard.press('Control+c');
    const copied = await panel.page.evaluate<string>('navigator.clipboard.readText()');
    expect(JSON.parse(copied)).toEqual(items);
  });

  it('opens 10 MB at once, exact to its end', async () => {
    const items = Array.from({ length: 260_000 }, (_, id) => `{"id":${id},"price":1.0,"text":"abcdefgh"}`);
    panel = await browser.openPanel();
    panel.host.add({ payload: 'first' }, { payload: `[${items.join(',')}]` });
    await panel.load();
    await panel.page.locator('#row-1').click();
    await expect.poll(async () => (await texts())[0], { timeout: 60_000 }).toBe('[');
    await message().focus();
    await panel.page.keyboard.press('Control+End');
    await expect
      .poll(async () => (await texts()).slice(-4, -2))
      .toEqual(['    "price": 1.0,', '    "text": "abcdefgh"']);
  });

  it('opens in an editor', async () => {
    await open(NESTED);
    await choose('Open in Editor');
    await expect.poll(() => panel.host.calls.openInEditor).toEqual([[0]]);
  });
});
