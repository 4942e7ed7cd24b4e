import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WebviewPanel } from 'vscode';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Session } from '../../../src/engine/session.ts';
import { createRpc } from '../../../src/shared/rpc.ts';
import type {
  PanelEvents,
  PanelHostCalls,
  PanelSearchState,
  PanelState,
} from '../../../src/shared/panelProtocol.ts';
import { attachSession } from '../../../src/vscode/panel/attachSession.ts';
import { EventEmitter, Uri, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

/** A panel whose page speaks the protocol, and all events that the page received. */
function setUp() {
  const toHost = new EventEmitter<unknown>();
  const toPage = new EventEmitter<unknown>();
  const viewState = new EventEmitter<void>();
  const panel = {
    title: '',
    visible: true,
    iconPath: undefined as unknown,
    onDidChangeViewState: viewState.event,
    webview: {
      html: '',
      options: {} as { enableScripts?: boolean; localResourceRoots?: Uri[]; enableCommandUris?: unknown },
      cspSource: 'https://webview.test',
      asWebviewUri: (uri: Uri) => `https://webview.test${uri.path}`,
      onDidReceiveMessage: toHost.event,
      async postMessage(message: unknown) {
        // VS Code copies what is posted.
        toPage.fire(structuredClone(message));
        return true;
      },
    },
  };
  const changed = new EventEmitter<void>();
  const progress = new EventEmitter<[string, number, number]>();
  const sent = vi.fn(async () => undefined);
  const session = Object.assign(fakeSession({ name: 'Echo' }), {
    folder: '/recordings/one',
    options: { heartbeat: 0 },
    rows: 3,
    send: sent,
    readRows: async () => [],
    onDidChange: (listener: () => void) => changed.event(listener).dispose,
  }) as unknown as Session & { summary: Session['summary']; rows: number };
  const format = {
    open: vi.fn(async (_document: string) => ({ lines: 1, language: 'json' as const, remark: undefined })),
    close: vi.fn(async (_document: string) => undefined),
  };
  const searched = new EventEmitter<void>();
  const search = {
    state: { hits: 2, scanned: 3, total: 3, done: true, skipped: 0, error: undefined },
    onDidChange: (listener: () => void) => searched.event(listener).dispose,
    hits: async () => [],
    position: async () => 0,
    dispose: vi.fn(async () => undefined),
  };
  const begun = vi.fn((_session: unknown, _query: unknown) => search);
  const engine = {
    format,
    search: begun,
    onFormatProgress: (listener: (...args: [string, number, number]) => void) =>
      progress.event((args) => listener(...args)).dispose,
  } as unknown as Engine;
  const { log, errors } = fakeLog();
  const attachment = attachSession(
    {
      engine,
      log,
      extensionUri: Uri.file('/extension') as never,
      connect: async () => undefined,
      disconnect: async () => undefined,
      edited: () => undefined,
      documents: {
        open: async () => undefined,
        compare: async () => undefined,
        keepReplayed: async () => undefined,
        compareReplayed: async () => undefined,
        dispose: () => undefined,
      },
      variables: { list: async () => [], fill: async (text) => ({ text, secrets: [] }) },
      history: { list: () => [], add: async () => undefined },
      written: new WeakMap(),
      saved: { list: async () => [], save: async () => true, open: async () => undefined },
    },
    panel as unknown as WebviewPanel,
    session,
  );
  const updates: PanelState[] = [];
  const found: PanelSearchState[] = [];
  const formatted: unknown[][] = [];
  const shown: (string | number)[] = [];
  const page = createRpc<PanelHostCalls, PanelEvents>(
    {
      post: (message) => toHost.fire(structuredClone(message)),
      listen: (receive) => toPage.event(receive).dispose,
    },
    {
      update: (state) => void updates.push(state),
      searched: (states) => void found.push(...states),
      formatProgress: (...args) => void formatted.push(args),
      goTo: (text) => void shown.push(text),
      showRow: (seq) => void shown.push(seq),
      editConnection: () => void shown.push('form'),
    },
    { events: ['keepDraft', 'endSearch'], timeout: 1000, onError: (error) => errors.push(error.message) },
  ).remote;
  return {
    ...{ begun, search, found },
    goOn: () => searched.fire(),
    ...{ panel, page, session, format, attachment, updates, formatted, shown, errors, sent },
    change: () => changed.fire(),
    progress: (...args: [string, number, number]) => progress.fire(args),
    hide: () => {
      panel.visible = false;
      viewState.fire();
    },
    show: () => {
      panel.visible = true;
      viewState.fire();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  workspace.workspaceFolders = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

test('the form is opened once the page is there', async () => {
  const { page, attachment, shown } = setUp();
  attachment.edit();
  await page.ready();
  await vi.advanceTimersByTimeAsync(10);
  expect(shown).toEqual(['form']);
});

describe('what is shown in the timeline', () => {
  test('waits for the page, behind the answer that it starts with', async () => {
    const { page, attachment, shown } = setUp();
    attachment.showRow(7);
    attachment.goTo('+3s');
    await vi.advanceTimersByTimeAsync(100);
    expect(shown).toEqual([]);
    const started = page.ready().then(() => [...shown]);
    await vi.advanceTimersByTimeAsync(10);
    expect(await started).toEqual([]);
    // The last of those that waited.
    expect(shown).toEqual(['+3s']);
  });

  test('is sent at once to a page that is ready', async () => {
    const { page, attachment, shown } = setUp();
    await page.ready();
    attachment.showRow(7);
    await vi.advanceTimersByTimeAsync(0);
    expect(shown).toEqual([7]);
  });
});

describe('the page of a panel', () => {
  test('is titled as the session, may run scripts, and loads only from dist/webview', () => {
    const { panel } = setUp();
    expect(panel.title).toBe('Echo');
    expect(panel.webview.options.enableScripts).toBe(true);
    expect(panel.webview.options.enableCommandUris).toBeUndefined();
    expect(panel.webview.options.localResourceRoots?.map((uri) => uri.path)).toEqual([
      '/extension/dist/webview',
    ]);
    expect(panel.webview.html).toContain('https://webview.test/extension/dist/webview/panel.js');
  });

  test('gets a nonce of its own', () => {
    const nonces = [setUp(), setUp()].map(({ panel }) => /nonce="([^"]+)"/.exec(panel.webview.html)?.[1]);
    expect(nonces[0]).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(nonces[1]).not.toBe(nonces[0]);
  });

  test('receives the state when it is ready, and nothing before', async () => {
    const { page, change, updates, session } = setUp();
    change();
    vi.advanceTimersByTime(1000);
    expect(updates).toEqual([]);
    expect(await page.ready()).toMatchObject({ session: session.summary, rows: 3, remoteName: '' });
  });

  test('receives changes at most 20 times a second, including the last one', async () => {
    const { page, change, updates, session } = setUp();
    await page.ready();
    for (let ms = 0; ms < 1000; ms++) {
      session.rows++;
      change();
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(updates.at(-1)?.rows).toBe(1003));
    expect(updates.length).toBeGreaterThanOrEqual(15);
    expect(updates.length).toBeLessThanOrEqual(21);
  });

  test('receives nothing while it is hidden, and asks again when it is visible', async () => {
    const { page, change, updates, session, hide, show } = setUp();
    await page.ready();
    hide();
    session.rows = 50;
    change();
    vi.advanceTimersByTime(1000);
    show();
    change();
    vi.advanceTimersByTime(1000);
    expect(updates).toEqual([]);
    expect((await page.ready()).rows).toBe(50);
    change();
    await vi.waitFor(() => expect(updates).toHaveLength(1));
  });

  test('updates its title with the name, also while it is hidden', () => {
    const { panel, session, change, hide } = setUp();
    hide();
    session.summary = { ...session.summary, name: 'Renamed' };
    change();
    expect(panel.title).toBe('Renamed');
  });

  test('receives the progress of its own documents only, under its own names', async () => {
    const first = setUp();
    await first.page.openDocument('big', 0, 'pretty');
    const inner = first.format.open.mock.calls[0]![0];
    first.progress(inner, 10, 100);
    first.progress(`other/${inner}`, 20, 100);
    await vi.waitFor(() => expect(first.formatted).toEqual([['big', 10, 100]]));
  });

  test('sends only files that the user picked for it', async () => {
    const { page, sent } = setUp();
    const file = Uri.file('/home/me/picked.bin');
    await expect(page.send({ mode: 'file', text: '/etc/shadow' })).rejects.toThrow(/Choose the file again/);
    expect(workspace.fs.readFile).not.toHaveBeenCalled();
    window.showOpenDialog.mockResolvedValueOnce([file]);
    workspace.fs.readFile.mockResolvedValueOnce(Uint8Array.of(1, 2));
    const path = await page.pickFile();
    expect(path).toBe('/home/me/picked.bin');
    await page.send({ mode: 'file', text: path! });
    expect(workspace.fs.readFile).toHaveBeenCalledWith(file);
    expect(sent).toHaveBeenCalledWith({ kind: 'binary', data: Uint8Array.of(1, 2) });
  });

  test('receives the reason why a picked file cannot be read', async () => {
    const { page } = setUp();
    window.showOpenDialog.mockResolvedValueOnce([Uri.file('/gone.bin')]);
    workspace.fs.readFile.mockRejectedValueOnce(new Error('no such file'));
    await page.pickFile();
    await expect(page.send({ mode: 'file', text: '/gone.bin' })).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringContaining('no such file') as string,
    });
  });

  test('searches its session, and hears how far that is, without an error as JSON has none', async () => {
    const { page, begun, session, found, goOn } = setUp();
    await page.ready();
    await page.startSearch('s1', { directions: ['in'] });
    expect(begun.mock.calls).toEqual([[session, { directions: ['in'] }, undefined]]);
    await vi.waitFor(() => expect(found).toMatchObject([{ search: 's1', hits: 2, done: true }]));
    goOn();
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(found).toHaveLength(2));
  });

  test.each(['hidden', 'loaded anew', 'closed'])('ends its searches when it is %s', async (how) => {
    const all = setUp();
    const { page, search, found } = all;
    await page.ready();
    await page.startSearch('s1', {});
    await vi.waitFor(() => expect(found).toHaveLength(1));
    if (how === 'hidden') all.hide();
    else if (how === 'closed') all.attachment.dispose();
    else await page.ready();
    expect(search.dispose).toHaveBeenCalledOnce();
    all.goOn();
    vi.advanceTimersByTime(1000);
    expect(found).toHaveLength(1);
  });

  test('leaves nothing behind when its panel closes', async () => {
    const { page, attachment, change, format, updates, progress, formatted } = setUp();
    await page.ready();
    await page.openDocument('d', 0, 'raw');
    const inner = format.open.mock.calls[0]![0];
    attachment.dispose();
    change();
    progress(inner, 1, 2);
    vi.advanceTimersByTime(1000);
    expect(format.close).toHaveBeenCalledWith(inner);
    expect([updates, formatted]).toEqual([[], []]);
  });
});
