import { resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it, vi } from 'vitest';
import { readCbor } from '../../../src/core/codec/cbor.ts';
import { encodeBody } from '../../../src/core/request/plan/encodeBody.ts';
import type { Draft } from '../../../src/shared/panelProtocol.ts';
import { draftOfMessage } from '../../../src/vscode/panel/compose/messageDraft.ts';
import { encodeOutside } from '../../../src/vscode/payload/encodeOutside.ts';
import { directTypes } from '../../unit/vscode/support/directTypes.ts';
import { draftText } from './support/inPage.ts';
import { useBrowser } from './support/openPanel.ts';
import type { OpenPanel } from './support/openPanel.ts';

vi.mock('vscode', () => import('../../unit/vscode/support/fakeVscode.ts'));

const browser = useBrowser();
let panel: OpenPanel;

const FEED = resolve('examples/data/feed.proto');
const TICK = `protobuf feed.Tick from ${FEED}`;

/** The bytes of {"symbol": "BTC"} in CBOR, and in Protobuf by the schema. */
const CBOR = Uint8Array.from(Buffer.from('a16673796d626f6c63425443', 'hex'));
const PROTOBUF = Uint8Array.from(Buffer.from('0a03425443', 'hex'));

async function bytesOf({ encode: format, text }: Draft): Promise<Uint8Array> {
  const body = encodeBody(format!, text);
  if ('problem' in body) throw new Error(body.problem);
  return body.outside ? encodeOutside(body.data, body.outside, (path) => path, directTypes) : body.data;
}

const json = (data: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(data));

async function protobuf(data: Uint8Array): Promise<unknown> {
  const read = (await directTypes.type(FEED, 'feed.Tick')).read(data);
  return 'problem' in read ? read.problem : JSON.parse(read.text);
}

function cbor(data: Uint8Array): unknown {
  const read = readCbor(data);
  return 'problem' in read ? read.problem : JSON.parse(read.text);
}

/** Opens a row of these bytes by its menu. The host makes the draft as the extension does. */
async function edit(payload: Uint8Array, rules: readonly string[]): Promise<void> {
  panel = await browser.openPanel({ width: 1200 });
  panel.host.change({ state: 'open', openedAt: Date.now() });
  panel.host.add({ kind: 'binary', payload });
  panel.host.answer.draftOf = () =>
    draftOfMessage({ kind: 'binary', data: payload, direction: 'in', rules }, directTypes);
  await panel.load();
  await panel.page.locator('#row-0').click();
  await panel.page.keyboard.press('Shift+F10');
  await panel.page.getByRole('menuitem', { name: 'Edit and Resend' }).click();
  await expect.poll(() => draftText(panel.page)).not.toBe('');
}

const sent = (): Draft | undefined => panel.host.calls.send?.at(-1)?.[0];

describe('a received message is edited as its value and sent again in its format', () => {
  it.each<[string, Uint8Array, string[], string, (data: Uint8Array) => unknown]>([
    ['MessagePack', new Uint8Array(encode({ symbol: 'BTC' })), [], 'MessagePack', decode],
    ['CBOR', CBOR, [], 'CBOR', cbor],
    ['Protobuf with a schema', PROTOBUF, [TICK], 'Protobuf', protobuf],
    [
      'gzip',
      new Uint8Array(gzipSync('{"symbol": "BTC"}')),
      ['gzip'],
      'gzip',
      (data) => json(gunzipSync(data)),
    ],
  ])('%s', async (_, payload, rules, shown, read) => {
    await edit(payload, rules);
    await expect.poll(() => panel.page.getByRole('button', { name: /^Encode/ }).innerText()).toContain(shown);
    const before = await draftText(panel.page);
    expect(JSON.parse(before)).toMatchObject({ symbol: 'BTC' });
    const input = panel.page.getByRole('textbox', { name: 'Message to send' });
    await input.fill(before.replace('BTC', 'ETH'));
    await panel.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(sent).toMatchObject({ mode: 'json', text: before.replace('BTC', 'ETH') });
    expect(await read(await bytesOf(sent()!))).toMatchObject({ symbol: 'ETH' });
  });

  it.each<[string, Uint8Array, string[]]>([
    ['Protobuf without a schema', PROTOBUF, ['protobuf']],
    ['a field that the schema does not have', Uint8Array.of(...PROTOBUF, 0xa0, 6, 1), [TICK]],
    ['a schema that does not exist', PROTOBUF, ['protobuf feed.Tick from /no/such.proto']],
    ['gzip that is cut', new Uint8Array(gzipSync('{"symbol": "BTC"}')).subarray(0, 15), ['gzip']],
  ])('or as its bytes: %s', async (_, payload, rules) => {
    await edit(payload, rules);
    const digits = Buffer.from(payload)
      .toString('hex')
      .replace(/..(?=.)/g, '$& ');
    await expect.poll(() => draftText(panel.page)).toBe(digits);
    await panel.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(sent).toEqual({ mode: 'hex', text: digits });
  });
});
