import { describe, expect, test, vi } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { FormattedDocument, FormatWorkerCalls } from '../../../src/shared/formatProtocol.ts';
import type { PanelStart } from '../../../src/shared/panelProtocol.ts';
import { panelCalls } from '../../../src/vscode/panel/panelCalls.ts';
import type { PanelPorts, PanelSession } from '../../../src/vscode/panel/panelCalls.ts';
import { summary } from './support/fakeSession.ts';

const DOCUMENT: FormattedDocument = { lines: 3, language: 'json', remark: undefined, bytes: 7 };

function setUp(given: Partial<Pick<FormatWorkerCalls, 'open'>> = {}) {
  const session = {
    folder: '/recordings/one',
    summary: summary(),
    rows: 5,
    readFrames: vi.fn(async () => ({ total: 0, frames: [] })),
    options: { decode: [] },
  } satisfies PanelSession;
  const format = {
    open: vi.fn(async () => DOCUMENT),
    lines: vi.fn(async () => ['{', '  "a": 1', '}']),
    text: vi.fn(async () => new TextEncoder().encode('{"a":1}')),
    image: vi.fn(async () => Uint8Array.of(1, 2)),
    close: vi.fn(async () => undefined),
    ...given,
  };
  const state: PanelStart = {
    session: session.summary,
    rows: 5,
    remoteName: '',
    heartbeat: false,
    repeat: undefined,
    draft: undefined,
    columns: [],
  };
  const actions = {
    ready: vi.fn(() => state),
    connect: vi.fn(async () => undefined),
    disconnect: vi.fn(async () => undefined),
    savePayload: vi.fn(async () => undefined),
    copyPayload: vi.fn(async () => undefined),
    copyText: vi.fn(async () => undefined),
  } satisfies PanelPorts;
  return { session, format, state, actions, panel: panelCalls('p1/', session, () => format, actions) };
}

async function failure(promise: Promise<unknown>): Promise<DuplexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DuplexError);
  return error as DuplexError;
}

describe('formatted documents', () => {
  test('are sent to the format worker under a name of this panel', async () => {
    const { panel, format } = setUp();
    expect(await panel.calls.openDocument('d', 4, 'pretty')).toEqual(DOCUMENT);
    await panel.calls.documentLines('d', 0, 3);
    expect(await panel.calls.documentImage('d')).toEqual(Uint8Array.of(1, 2));
    expect(format.image).toHaveBeenCalledWith('p1/d');
    expect((await failure(panel.calls.documentImage('other'))).code).toBe('call.invalid');
    await panel.calls.closeDocument('d');
    expect(format.open).toHaveBeenCalledWith('p1/d', '/recordings/one', 4, 'pretty', []);
    expect(format.lines).toHaveBeenCalledWith('p1/d', 0, 3);
    expect(format.close).toHaveBeenCalledWith('p1/d');
  });

  test('are not accessible to other panels', async () => {
    const { panel } = setUp();
    await panel.calls.openDocument('d', 0, 'raw');
    expect(panel.nameOf('p1/d')).toBe('d');
    expect(panel.nameOf('p2/d')).toBeUndefined();
    expect(panel.nameOf('p1/e')).toBeUndefined();
    expect((await failure(panel.calls.documentLines('e', 0, 1))).code).toBe('call.invalid');
  });

  test('are freed when the page loads anew, and when the panel closes', async () => {
    const { panel, format, state } = setUp();
    await panel.calls.openDocument('a', 0, 'raw');
    await panel.calls.openDocument('b', 1, 'hex');
    expect(await panel.calls.ready()).toMatchObject(state);
    expect(format.close.mock.calls).toEqual([['p1/a'], ['p1/b']]);
    await panel.calls.openDocument('c', 2, 'raw');
    await panel.closeDocuments();
    expect(format.close).toHaveBeenLastCalledWith('p1/c');
  });

  test('are closed without a call to the worker if they are not open', async () => {
    const { panel, format } = setUp();
    await panel.calls.closeDocument('d');
    expect(format.close).not.toHaveBeenCalled();
  });

  test('are limited in number, without counting those that fail to open', async () => {
    const open = vi.fn(async (): Promise<FormattedDocument> => {
      throw new DuplexError('call.invalid', 'No such row.');
    });
    const { panel } = setUp({ open });
    for (let i = 0; i < 40; i++) await failure(panel.calls.openDocument(`d${i}`, i, 'raw'));
    open.mockImplementation(async () => DOCUMENT);
    for (let i = 0; i < 16; i++) await panel.calls.openDocument(`d${i}`, i, 'raw');
    expect((await failure(panel.calls.openDocument('one more', 0, 'raw'))).message).toMatch(/Too many views/);
    await panel.calls.closeDocument('d3');
    await expect(panel.calls.openDocument('one more', 0, 'raw')).resolves.toEqual(DOCUMENT);
  });

  test('survive the failure of a cancelled one with the same name', async () => {
    const rejects: ((error: DuplexError) => void)[] = [];
    const open = vi.fn(
      () =>
        new Promise<FormattedDocument>((resolve, reject) => {
          if (rejects.length > 0) resolve(DOCUMENT);
          rejects.push(reject);
        }),
    );
    const { panel } = setUp({ open });
    const first = panel.calls.openDocument('d', 0, 'pretty');
    await panel.calls.closeDocument('d');
    await panel.calls.openDocument('d', 1, 'pretty');
    rejects[0]?.(new DuplexError('call.cancelled', 'Cancelled.'));
    expect((await failure(first)).code).toBe('call.cancelled');
    await expect(panel.calls.documentLines('d', 0, 3)).resolves.toHaveLength(3);
  });

  test('are copied as formatted', async () => {
    const { panel, actions } = setUp();
    await panel.calls.openDocument('d', 0, 'pretty');
    await panel.calls.copyDocument('d');
    expect(actions.copyText).toHaveBeenCalledWith(new TextEncoder().encode('{"a":1}'));
  });
});

test('returns the frames of a row, a page at a time', async () => {
  const { panel, session } = setUp();
  expect(await panel.calls.frames(7, 2000, 100)).toEqual({ total: 0, frames: [] });
  expect(session.readFrames).toHaveBeenCalledWith(7, 2000, 100);
});

describe('a compromised page', () => {
  test.each<[string, (calls: ReturnType<typeof setUp>['panel']['calls']) => Promise<unknown>]>([
    ['read frames of a row that is not a number', (calls) => calls.frames('0' as never, 0, 1)],
    ['read more frames than a pull may have', (calls) => calls.frames(0, 0, 2001)],
    ['open a document without a name', (calls) => calls.openDocument('', 0, 'raw')],
    ['open a document of an endless name', (calls) => calls.openDocument('d'.repeat(101), 0, 'raw')],
    ['open a view that does not exist', (calls) => calls.openDocument('d', 0, '../raw' as never)],
    ['open a row that is not a number', (calls) => calls.openDocument('d', '0' as never, 'raw')],
    ['close what has no name', (calls) => calls.closeDocument(1 as never)],
    ['save a row that is not a number', (calls) => calls.savePayload('../x' as never)],
    ['copy a row beyond counting', (calls) => calls.copyPayload(2 ** 60)],
  ])('cannot %s', async (_what, attempt) => {
    const { panel, session, format, actions } = setUp();
    expect((await failure(attempt(panel.calls))).code).toBe('call.invalid');
    for (const untouched of [session.readFrames, format.open, format.close])
      expect(untouched).not.toHaveBeenCalled();
    for (const untouched of [actions.savePayload, actions.copyPayload])
      expect(untouched).not.toHaveBeenCalled();
  });
});
