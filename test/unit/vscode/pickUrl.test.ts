import { beforeEach, expect, test, vi } from 'vitest';
import type { GivenOptions } from '../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { pickUrl } from '../../../src/vscode/commands/pickUrl.ts';
import { prepareSession } from '../../../src/vscode/sessionLifecycle.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { commands, EventEmitter, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/vscode/sessionLifecycle.ts', () => ({ prepareSession: vi.fn() }));

interface Button {
  tooltip: string;
}

interface Item {
  label: string;
  buttons?: Button[];
  kind?: number;
  url?: string;
}

class FakeQuickPick {
  value = '';
  items: readonly Item[] = [];
  activeItems: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  readonly #changed = new EventEmitter<string>();
  readonly #accepted = new EventEmitter<void>();
  readonly #hidden = new EventEmitter<void>();
  readonly #button = new EventEmitter<{ item: Item; button: Button }>();
  onDidChangeValue = this.#changed.event;
  onDidAccept = this.#accepted.event;
  onDidHide = this.#hidden.event;
  onDidTriggerItemButton = this.#button.event;
  show = vi.fn();
  dispose = vi.fn();

  /** Types faster than the window shows the rows for it. */
  typeFast(text: string): void {
    this.value = text;
    this.#changed.fire(text);
  }
  async type(text: string): Promise<void> {
    const { length } = commands.executeCommand.mock.calls;
    this.typeFast(text);
    await vi.waitFor(() => expect(commands.executeCommand.mock.calls.length).toBeGreaterThan(length));
  }
  accept(label: string): void {
    this.acceptAt(this.items.findIndex((item) => item.label === label));
  }
  /** As VS Code does: the window says the place of the row in the list that it shows. */
  acceptAt(place: number): void {
    this.selectedItems = this.items.slice(place, place + 1);
    this.#accepted.fire();
  }
  hide(): void {
    this.#hidden.fire();
  }
  press(tooltip: string, label: string): void {
    const item = this.items.find((each) => each.label === label)!;
    this.#button.fire({ item, button: item.buttons!.find((each) => each.tooltip === tooltip)! });
  }
  labels(): string[] {
    return this.items.filter((item) => item.kind === undefined).map((item) => item.label);
  }
}

const FORM = 'Fill In a Form…';

let pick: FakeQuickPick;
let recents: string[];
let services: Services;
const kept = new Map<string, GivenOptions>();
const secretHeaders = new Map<string, string[]>();

beforeEach(() => {
  pick = new FakeQuickPick();
  window.createQuickPick.mockReturnValue(pick);
  kept.clear();
  secretHeaders.clear();
  vi.mocked(prepareSession).mockClear();
  recents = ['ws://old/a', `wss://old/?token=${MASK}`];
  const recent = {
    list: () => recents,
    optionsOf: async (url: string) => kept.get(url),
    secretHeadersOf: (url: string) => secretHeaders.get(url) ?? [],
    plainOptionsOf: () => ({}),
    remove: async (url: string) => {
      recents = recents.filter((other) => other !== url);
    },
  };
  services = { recent, log: fakeLog().log } as unknown as Services;
});

test('offers recent URLs and a form before the first key', async () => {
  const picked = pickUrl(services);
  expect(pick.labels()).toEqual([...recents, FORM]);
  pick.accept('ws://old/a');
  expect(await picked).toBe('ws://old/a');
  expect(pick.dispose).toHaveBeenCalled();
});

test('lists the URLs that the input may stand for first', async () => {
  const picked = pickUrl(services);
  await pick.type('localhost:8080');
  expect(pick.labels().slice(0, 2)).toEqual(['ws://localhost:8080', 'wss://localhost:8080']);
  pick.accept('ws://localhost:8080');
  expect(await picked).toBe('ws://localhost:8080');
});

test('reports a wrong URL during typing, and does not accept it', async () => {
  const picked = pickUrl(services);
  await pick.type('ws://host/#part');
  const [problem] = pick.labels();
  expect(problem).toMatch(/no #fragment/);
  pick.accept(problem!);
  await pick.type('ws://host/part');
  pick.accept('ws://host/part');
  expect(await picked).toBe('ws://host/part');
});

test('a recent URL whose secret was not kept is put into the input to be completed', async () => {
  const picked = pickUrl(services);
  pick.accept(`wss://old/?token=${MASK}`);
  await vi.waitFor(() => expect(pick.value).toBe(`wss://old/?token=${MASK}`));
  expect(pick.labels()[0]).toContain('with the value');
  await pick.type('wss://old/?token=new');
  pick.accept('wss://old/?token=new');
  expect(await picked).toBe('wss://old/?token=new');
});

test('Enter before the window shows the list takes its first row, whatever row of an earlier list was active', async () => {
  recents = ['ws://host/echo?more', 'ws://old/a'];
  // The recent URL of the first list has the place of Options… in the one for what is typed.
  for (const place of [-1, 0, 1, 3]) {
    const picked = pickUrl(services);
    pick.typeFast('ws://host/ech');
    pick.typeFast('ws://host/echo');
    pick.acceptAt(place);
    expect(await picked).toBe('ws://host/echo');
  }
});

test.each([
  ['', 'ws://localhost:8080', true],
  ['host.test/x', 'wss://host.test/x', false],
])('a form for “%s” opens a panel without connecting', async (text, url, keep) => {
  const picked = pickUrl(services, { keep });
  if (text !== '') await pick.type(text);
  pick.accept(FORM);
  expect(await picked).toBeUndefined();
  expect(prepareSession).toHaveBeenCalledWith(services, expect.objectContaining({ options: { url }, keep }));
});

test('a chosen row of the list is used, also if the text is a URL itself', async () => {
  recents = ['ws://host/echo?more'];
  const picked = pickUrl(services);
  await pick.type('ws://host/echo');
  pick.accept('ws://host/echo?more');
  expect(await picked).toBe('ws://host/echo?more');
});

test('a button of an outdated list does nothing', async () => {
  const picked = pickUrl(services);
  pick.typeFast('ws://old/');
  pick.press('Remove From Recent', 'ws://old/a');
  expect(recents).toContain('ws://old/a');
  pick.hide();
  expect(await picked).toBeUndefined();
});

test('a recent URL can be forgotten', async () => {
  const picked = pickUrl(services);
  pick.press('Remove From Recent', 'ws://old/a');
  await vi.waitFor(() => expect(pick.labels()).toEqual([`wss://old/?token=${MASK}`, FORM]));
  pick.hide();
  expect(await picked).toBeUndefined();
});

test('the input is the active item, also if a recent URL starts with it', async () => {
  recents = ['ws://old/echo?more'];
  void pickUrl(services);
  await pick.type('ws://old/echo');
  expect(pick.activeItems.map((item) => item.label)).toEqual(['ws://old/echo']);
  pick.hide();
});

test.each([
  ['the row below the URL', (): void => pick.accept('Options…'), 'ws://host/typed'],
  ['the button of the URL', (): void => pick.press('Options…', 'ws://host/typed'), 'ws://host/typed'],
  ['the button of a recent URL', (): void => pick.press('Options…', 'ws://old/a'), 'ws://old/a'],
])('%s asks for further options', async (_, choose, url) => {
  workspace.settings = {};
  window.showQuickPick.mockImplementationOnce((async (items: readonly Item[]) => items[0]) as never);
  const picked = pickUrl(services);
  if (url === 'ws://host/typed') await pick.type(url);
  choose();
  expect(await picked).toEqual({ url });
});

test('the options of a recent URL whose secret was not kept wait for its secret', async () => {
  const picked = pickUrl(services);
  pick.press('Options…', `wss://old/?token=${MASK}`);
  await vi.waitFor(() => expect(pick.value).toBe(`wss://old/?token=${MASK}`));
  pick.hide();
  expect(await picked).toBeUndefined();
});

test('a recent connection is taken with the options that are kept for it', async () => {
  const options = { url: 'wss://old/?token=abc', headers: [['X-Key', 'k']] } as const;
  kept.set(`wss://old/?token=${MASK}`, options);
  const picked = pickUrl(services);
  pick.accept(`wss://old/?token=${MASK}`);
  expect(await picked).toBe(options);
});

test('a missing secret header of a recent connection is asked for', async () => {
  secretHeaders.set('ws://old/a', ['Authorization']);
  window.showInputBox.mockResolvedValueOnce('Bearer again');
  const picked = pickUrl(services);
  pick.accept('ws://old/a');
  expect(await picked).toEqual({
    url: 'ws://old/a',
    headers: [['Authorization', 'Bearer again']],
    subprotocols: [],
  });
});

test.each([
  ['wss://old/?token=new', 1],
  ['wss://other/?token=new', 0],
])(
  'a missing secret header is asked for after the secret of the URL, but not for another server: %s',
  async (url, asked) => {
    const listed = `wss://old/?token=${MASK}`;
    secretHeaders.set(listed, ['Sec-WebSocket-Protocol']);
    window.showInputBox.mockClear();
    window.showInputBox.mockResolvedValueOnce('v1, bearer.abc');
    const picked = pickUrl(services, { typed: listed, recent: listed });
    await pick.type(url);
    pick.accept(url);
    expect(await picked).toEqual(
      asked === 0 ? url : { url, headers: [], subprotocols: ['v1', 'bearer.abc'] },
    );
    expect(window.showInputBox).toHaveBeenCalledTimes(asked);
    window.showInputBox.mockReset();
  },
);

test('cancelling the question for a header does not connect', async () => {
  secretHeaders.set('ws://old/a', ['Cookie']);
  const picked = pickUrl(services);
  pick.accept('ws://old/a');
  await expect(picked).rejects.toMatchObject({ code: 'call.cancelled' });
});

test('a recent URL stands before the URLs that the typed text may be completed to', async () => {
  recents = ['ws://localhost:8080/echo'];
  void pickUrl(services);
  await pick.type('localhost:8080');
  expect(pick.labels().slice(0, 2)).toEqual(['ws://localhost:8080/echo', 'ws://localhost:8080']);
  expect(pick.activeItems.map((item) => item.label)).toEqual(['ws://localhost:8080/echo']);
  await pick.type('ws://localhost:8080/');
  expect(pick.labels()[0]).toBe('ws://localhost:8080/');
  pick.hide();
});

test.each([
  ['curl -H "X-Key: k" https://host/x', { url: 'wss://host/x', headers: [['X-Key', 'k']] }],
  ['$ wscat -c ws://host/x -s v1', { url: 'ws://host/x', subprotocols: ['v1'] }],
])('a pasted command line connects as it does: %s', async (line, options) => {
  const picked = pickUrl(services);
  await pick.type(line);
  pick.accept(options.url);
  expect(await picked).toEqual(options);
});

test('a command line without a URL says so', async () => {
  void pickUrl(services);
  await pick.type('curl -v');
  expect(pick.labels()).toEqual([expect.stringContaining('has no URL')]);
  pick.hide();
});
