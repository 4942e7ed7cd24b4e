import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';
import { draftText, isFocused } from './support/inPage.ts';

const browser = useBrowser();
let panel: OpenPanel;

async function open(width = 1200): Promise<void> {
  panel = await browser.openPanel({ width });
  panel.host.change({ state: 'open', openedAt: Date.now() });
  await panel.load();
  if (width <= 400) await panel.page.getByRole('button', { name: 'Write a Message' }).click();
  await panel.page.locator('duplex-composer .cm-content').waitFor();
}

const input = (): Locator => panel.page.getByRole('textbox', { name: 'Message to send' });
const send = (): Locator => panel.page.getByRole('button', { name: 'Send', exact: true });
const mode = (name: string): Locator => panel.page.getByRole('radio', { name });
const alert = (text: string): Locator =>
  panel.page.locator('duplex-composer').getByRole('alert').getByText(text);

describe('the composer', () => {
  const format = (): Locator => panel.page.getByRole('button', { name: /^Encode/ });
  const encodeAs = async (name: string): Promise<void> => {
    await format().click();
    await panel.page.getByRole('menuitemradio', { name, exact: true }).click();
  };

  it('sends a draft that is encoded as such, until its format is removed or it becomes bytes', async () => {
    await open();
    const draft = { mode: 'json', text: '{"a":1}', encode: 'msgpack' } as const;
    panel.host.answer.sentDrafts = async () => [draft];
    const edit = async (): Promise<void> => {
      await panel.page.getByRole('button', { name: /Messages sent to this URL/ }).click();
      await panel.page.getByRole('menuitem', { name: '{"a":1}' }).click();
      await expect.poll(() => format().innerText()).toContain('MessagePack');
    };
    await edit();
    await send().click();
    await expect.poll(() => panel.host.calls.send).toEqual([[draft]]);
    await encodeAs('Send as Text');
    await expect.poll(() => draftText(panel.page)).toBe('{"a":1}');
    await send().click();
    await expect.poll(() => panel.host.calls.send.at(-1)).toEqual([{ mode: 'json', text: '{"a":1}' }]);
    await edit();
    await mode('Text').click();
    await expect.poll(() => panel.host.calls.keepDraft.at(-1)).toEqual([{ ...draft, mode: 'text' }]);
    await mode('Hex').click();
    await format().waitFor({ state: 'detached' });
    await expect
      .poll(() => panel.host.calls.keepDraft.at(-1))
      .toEqual([{ mode: 'hex', text: '7b 22 61 22 3a 31 7d' }]);
  });

  it('encodes a new message in a format that is chosen by keyboard, and remembers it', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"a":1}');
    await format().focus();
    await panel.page.keyboard.press('Enter');
    const item = panel.page.getByRole('menuitemradio', { name: 'CBOR' });
    for (let down = 0; down < 8 && !(await isFocused(item)); down++)
      await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    const draft = { mode: 'json', text: '{"a":1}', encode: 'cbor' };
    await expect.poll(() => panel.host.calls.keepDraft.at(-1)).toEqual([draft]);
    await panel.load();
    await expect.poll(() => format().innerText()).toContain('CBOR');
    await format().click();
    await expect
      .poll(() => panel.page.getByRole('menuitemradio', { checked: true }).allInnerTexts())
      .toEqual([expect.stringContaining('CBOR')]);
    await panel.page.keyboard.press('Escape');
    await send().click();
    await expect.poll(() => panel.host.calls.send).toEqual([[draft]]);
  });

  it.each([250, 400])('offers the formats in the menu beside Send at %i px, by keyboard', async (width) => {
    await open(width);
    const press = (key: string): Promise<void> => panel.page.keyboard.press(key);
    const choose = async (role: 'menuitem' | 'menuitemradio', name: string): Promise<void> => {
      const item = panel.page.getByRole(role, { name, exact: true });
      await item.waitFor();
      for (let down = 0; down < 12 && !(await isFocused(item)); down++) await press('ArrowDown');
      await expect.poll(() => isFocused(item)).toBe(true);
      await press('Enter');
    };
    const openFormats = async (): Promise<void> => {
      await panel.page.getByRole('button', { name: 'More Ways to Send' }).focus();
      await press('Enter');
      await choose('menuitem', 'Encode as Bytes…');
    };
    await input().fill('{"a":1}');
    expect(await format().count()).toBe(0);
    await openFormats();
    const formats = panel.page.getByRole('menu', { name: 'Encode as bytes' });
    const box = (await formats.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(800);
    await press('Escape');
    await formats.waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(input())).toBe(true);

    await openFormats();
    await choose('menuitemradio', 'MessagePack');
    await expect.poll(() => isFocused(input())).toBe(true);
    const draft = { mode: 'text', text: '{"a":1}', encode: 'msgpack' };
    await expect.poll(() => panel.host.calls.keepDraft.at(-1)).toEqual([draft]);
    await press('Control+Enter');
    await expect.poll(() => panel.host.calls.send).toEqual([[draft]]);
    // From now on it has a button, which removes it too.
    await panel.page.getByRole('button', { name: 'Encoded as MessagePack' }).focus();
    await press('Enter');
    await choose('menuitemradio', 'Send as Text');
    await expect.poll(() => panel.host.calls.keepDraft.at(-1)).toEqual([{ mode: 'text', text: '{"a":1}' }]);
    await format().waitFor({ state: 'detached' });
  });

  it('offers no format for bytes, nor where its button is shown', async () => {
    const item = (): Locator => panel.page.getByRole('menuitem', { name: 'Encode as Bytes…' });
    await open(250);
    await panel.page.getByRole('button', { name: 'Kind of message' }).click();
    await panel.page.getByRole('menuitemradio', { name: 'Hex' }).click();
    await panel.page.getByRole('button', { name: 'More Ways to Send' }).click();
    await expect.poll(() => item().getAttribute('aria-disabled')).toBe('true');
    await panel.page.keyboard.press('Escape');
    await panel.page.setViewportSize({ width: 700, height: 800 });
    await panel.page.getByRole('radio', { name: 'JSON' }).click();
    await format().waitFor();
    await panel.page.getByRole('button', { name: 'More Ways to Send' }).click();
    await panel.page.getByRole('menuitem', { name: 'Repeat…' }).waitFor();
    expect(await item().count()).toBe(0);
  });

  it('asks for a schema, and keeps the format if none is given or it cannot be used', async () => {
    await open();
    await mode('JSON').click();
    await input().fill('{"symbol":"BTC"}');
    const tick = 'protobuf feed.Tick from feed.proto';
    panel.host.answer.askSchema = async () => tick;
    await encodeAs('Protobuf…');
    await expect.poll(() => format().innerText()).toContain('Protobuf feed.Tick');
    panel.host.answer.askSchema = async () => undefined;
    await encodeAs('Protobuf…');
    expect(panel.host.calls.askSchema).toEqual([[''], [tick]]);
    panel.host.answer.askSchema = () => Promise.reject(new DuplexError('file.invalid', 'No such message.'));
    await encodeAs('Protobuf…');
    await alert('No such message.').waitFor();
    await send().click();
    await expect.poll(() => panel.host.calls.send.at(-1)?.[0].encode).toBe(tick);
  });

  it('reports where text is not the JSON that its format needs', async () => {
    await open();
    await encodeAs('MessagePack');
    await input().fill('{"a": }');
    await alert('at column 7').waitFor();
    await expect.poll(() => panel.page.locator('.cm-lintRange').count()).toBeGreaterThan(0);
    await encodeAs('gzip');
    await alert('at column 7').waitFor({ state: 'detached' });
    await send().click();
    await expect
      .poll(() => panel.host.calls.send)
      .toEqual([[{ mode: 'text', text: '{"a": }', encode: 'gzip' }]]);
  });
});
