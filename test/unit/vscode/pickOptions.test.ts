import { beforeEach, expect, test, vi } from 'vitest';
import { OPTION_ENTRIES } from '../../../src/core/session/options/optionTable.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import type { GivenOptions } from '../../../src/core/session/options/connectOptions.ts';
import { pickOptions } from '../../../src/vscode/commands/options/pickOptions.ts';
import { Uri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

interface Item {
  label: string;
  description?: string;
}
type Input = { value: string; password?: boolean; validateInput: (text: string) => string | undefined };

/** The items of each list that was shown. */
let offered: (readonly (Item | string)[])[];
let inputs: Input[];

const label = (item: Item | string): string =>
  (typeof item === 'string' ? item : item.label).replace(/^\$\(\S+\) /, '');

/** Answers lists by the label of the item to choose, inputs by their text, undefined for Escape. */
function answers(given: { lists: (string | undefined)[]; texts?: (string | undefined)[] }): void {
  const { lists, texts = [] } = given;
  offered = [];
  inputs = [];
  window.showQuickPick.mockImplementation((async (items: readonly (Item | string)[]) => {
    offered.push(items);
    const wanted = lists.shift();
    const found = items.find((item) => label(item) === wanted);
    if (wanted !== undefined && found === undefined) throw new Error(`${wanted} is not offered`);
    return found;
  }) as never);
  window.showInputBox.mockImplementation((async (options: Input) => {
    inputs.push(options);
    const text = texts.shift();
    // As VS Code: what is wrong cannot be accepted.
    if (text !== undefined && options.validateInput(text) !== undefined)
      throw new Error(options.validateInput(text));
    return text;
  }) as never);
}

async function pick(
  lists: (string | undefined)[],
  texts?: (string | undefined)[],
): Promise<GivenOptions | undefined> {
  answers({ lists, ...(texts && { texts }) });
  return pickOptions({ url: 'ws://host/' });
}

const rowOf = (list: number, name: string): Item | undefined =>
  offered[list]?.find((item): item is Item => typeof item !== 'string' && label(item) === name);

beforeEach(() => {
  workspace.settings = {};
  vi.clearAllMocks();
});

test('offers every option with its current value, and sets none that was not changed', async () => {
  workspace.settings = { 'connection.heartbeat': 15 };
  expect(await pick(['Connect'])).toEqual({ url: 'ws://host/' });
  for (const [, { name }] of OPTION_ENTRIES) expect(rowOf(0, name), name).toBeDefined();
  expect(rowOf(0, 'timeout')?.description).toBe('30s (default)');
  expect(rowOf(0, 'heartbeat')?.description).toBe('15s (default)');
  expect(rowOf(0, 'reconnect')?.description).toBe('off (default)');
});

test('Escape cancels in the list, and changes nothing in a question', async () => {
  expect(await pick([undefined])).toBeUndefined();
  expect(await pick(['timeout', 'Connect'], [undefined])).toEqual({ url: 'ws://host/' });
});

test('accepts texts with units; an empty text restores the default', async () => {
  expect(await pick(['timeout', 'subprotocol', 'Connect'], ['2s', 'a, b'])).toEqual({
    url: 'ws://host/',
    handshakeTimeout: 2000,
    subprotocols: ['a', 'b'],
  });
  expect(inputs[0]!.validateInput('2')).toMatch(/no unit/);
  expect(inputs[0]!.validateInput('0s')).toMatch(/out of range/);
  expect(await pick(['timeout', 'timeout', 'Connect'], ['2s', ''])).toEqual({ url: 'ws://host/' });
  expect(inputs[1]!.value).toBe('2s');
});

test('the option that was changed last is the first, with its value', async () => {
  await pick(['heartbeat', undefined], ['15s']);
  const rows = offered[1]!.filter((item): item is Item => typeof item !== 'string');
  expect(label(rows[2]!)).toBe('heartbeat');
  expect(rows[2]!.description).toBe('15s');
});

test('flags are switched on and off', async () => {
  expect(await pick(['insecure', 'no-deflate', 'Connect'])).toEqual({
    url: 'ws://host/',
    insecure: true,
    deflate: false,
  });
  expect(await pick(['insecure', 'insecure', 'no-deflate', 'no-deflate', 'Connect'])).toEqual({
    url: 'ws://host/',
  });
});

test('headers are added, changed and removed one by one, secrets masked in the list', async () => {
  const given = await pick(
    ['header', 'header', 'Add…', 'header', 'X-A: 1', 'Connect'],
    ['X-A: 1', 'Authorization: Bearer canary', ''],
  );
  expect(given).toEqual({ url: 'ws://host/', headers: [['Authorization', 'Bearer canary']] });
  expect(JSON.stringify(offered)).not.toContain('canary');
  expect(rowOf(3, 'header')?.description).toBe(`X-A: 1 · Authorization: Bearer ${MASK}`);
  expect(inputs[0]!.validateInput('Upgrade: x')).toMatch(/cannot be set here/);
  expect(inputs[0]!.validateInput('no colon')).toMatch(/colon/);
});

test('files are chosen, and taken back', async () => {
  window.showOpenDialog.mockResolvedValue([Uri.file('/ca.pem')]);
  expect(await pick(['ca', 'ca', 'Add…', 'Connect'])).toEqual({
    url: 'ws://host/',
    ca: ['/ca.pem', '/ca.pem'],
  });
  expect(await pick(['pfx', 'pfx', 'Connect'])).toEqual({ url: 'ws://host/' });
  window.showOpenDialog.mockResolvedValue(undefined);
  expect(await pick(['pfx', 'ca', 'Connect'])).toEqual({ url: 'ws://host/' });
});

test('a choice is one of a list', async () => {
  expect(await pick(['min-tls', '1.2', 'Connect'])).toEqual({ url: 'ws://host/', minTlsVersion: 'TLSv1.2' });
  expect(await pick(['min-tls', '1.2', 'min-tls', 'Default', 'Connect'])).toEqual({ url: 'ws://host/' });
});

test('compression parameters ask for compression, whatever the settings say', async () => {
  workspace.settings = { 'connection.deflate': false };
  expect(await pick(['deflate', 'Connect'], ['client_max_window_bits=10'])).toEqual({
    url: 'ws://host/',
    deflate: true,
    deflateParameters: { clientMaxWindowBits: 10 },
  });
});

test('options that contradict each other replace Connect by the reason', async () => {
  window.showOpenDialog.mockResolvedValue([Uri.file('/client.pem')]);
  await pick(['cert', undefined]);
  expect(label(offered[1]![0]!)).toMatch(/has no key/);
  expect(offered[1]!.map(label)).not.toContain('Connect');
});

test('a passphrase and the credentials of a proxy are hidden during and after typing', async () => {
  await pick(['passphrase', 'proxy', undefined], ['canary', 'http://me:canary@proxy.test:3128']);
  expect(inputs.map(({ password }) => password)).toEqual([true, false]);
  expect(JSON.stringify(offered)).not.toContain('canary');
  expect(rowOf(2, 'proxy')?.description).toBe('http://proxy.test:3128');
});
