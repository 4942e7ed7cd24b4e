import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { TextDocumentContentProvider, Uri } from 'vscode';
import { Engine } from '../../src/engine/engine.ts';
import type { Session } from '../../src/engine/session.ts';
import { createMessageDocuments } from '../../src/vscode/payload/messageDocuments.ts';
import { temporaryFolder } from '../support/folders.ts';
import { recordingOf } from '../support/recordingOf.ts';
import { type TestRow } from '../support/recordings.ts';
import { commands } from '../unit/vscode/support/fakeVscode.ts';

const providers = vi.hoisted((): TextDocumentContentProvider[] => []);

vi.mock('vscode', async () => {
  const fake = await import('../unit/vscode/support/fakeVscode.ts');
  return {
    ...fake,
    languages: { setTextDocumentLanguage: vi.fn() },
    Uri: { from: (parts: object) => ({ ...parts, toString: () => JSON.stringify(parts) }) },
    workspace: {
      ...fake.workspace,
      registerTextDocumentContentProvider: (_: string, provider: TextDocumentContentProvider) => {
        providers.push(provider);
        return { dispose: () => undefined };
      },
      openTextDocument: async () => ({ languageId: 'json' }),
    },
  };
});

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
  providers.length = 0;
  vi.clearAllMocks();
});

/** A Memento, which outlives a reload. */
function memory(stored?: unknown) {
  const values = new Map<string, unknown>([['replayedRecordings', stored]]);
  const store = {
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown): Promise<void> => void values.set(key, value),
  };
  return { store, stored: () => values.get('replayedRecordings') as [string, string][] };
}

/** A window, before or after a reload. */
async function windowOf({ store }: ReturnType<typeof memory>, recordingsFolder: string) {
  const engine = new Engine({
    workersFolder: join(import.meta.dirname, '../../dist/workers'),
    recordingsFolder,
    onError: (error) => expect.fail(error.message),
  });
  engines.push(engine);
  return { engine, documents: createMessageDocuments(engine, store) };
}

const OPEN: TestRow = { kind: 'open', direction: 'none', payload: '{"status":101,"protocol":""}' };

/** A recorded conversation, and the recording of its replay. */
async function replayed(): Promise<{ recorded: string; replay: string }> {
  const recorded = await recordingOf([OPEN, { payload: '{"n":1}' }]);
  return { recorded, replay: await recordingOf([OPEN, { payload: '{"n":2}' }]) };
}

/** The text of a document, as the editor asks for it. */
async function textOf(uri: Uri): Promise<string> {
  return (await providers.at(-1)!.provideTextDocumentContent(uri, undefined as never)) as string;
}

const shown = async (): Promise<unknown[]> => {
  const [name, left, right, title] = commands.executeCommand.mock.calls.at(-1) as unknown as [
    string,
    Uri,
    Uri,
    string,
  ];
  return [name, await textOf(left), await textOf(right), title];
};
const DIFF = ['vscode.diff', '{\n  "n": 1\n}', '{\n  "n": 2\n}', '#1 text ↔ #1 text'];

test('a divergence opens with its recorded message at the left, also after a reload', async () => {
  const folder = await temporaryFolder();
  const { recorded, replay } = await replayed();
  const state = memory();
  // A session of the engine itself keeps its id over a reload.
  const before = await windowOf(state, join(replay, '..'));
  const session = await before.engine.reopen(replay);
  await before.documents.keepReplayed(session, recorded);
  await before.documents.compareReplayed(session, 1, 1);
  expect(await shown()).toEqual(DIFF);

  const after = await windowOf(state, join(replay, '..'));
  const same = await after.engine.reopen(replay);
  expect(same.id).toBe(session.id);
  await after.documents.compareReplayed(same, 1, 1);
  expect(await shown()).toEqual(DIFF);

  await expect(after.documents.compareReplayed(same, 9, 1)).rejects.toThrow(
    'One of the two messages is not in its recording any more: replay it again to compare.',
  );
  const other = await windowOf(memory(), folder);
  await expect(other.documents.compareReplayed(await other.engine.reopen(replay), 1, 1)).rejects.toThrow(
    'This window does not know the recording of this replay: replay it again to compare.',
  );
});

test('a divergence of a removed recording says so', async () => {
  const { recorded, replay } = await replayed();
  const { engine, documents } = await windowOf(memory(), join(replay, '..'));
  const session = await engine.reopen(replay);
  await documents.keepReplayed(session, recorded);
  rmSync(recorded, { recursive: true });
  await expect(documents.compareReplayed(session, 1, 1)).rejects.toMatchObject({
    code: 'call.invalid',
    message: 'The recording of this replay was removed, so there is nothing to compare with.',
  });
});

test('an editor that is restored before its session says what to open', async () => {
  const { recorded, replay } = await replayed();
  const state = memory();
  const { engine, documents } = await windowOf(state, join(replay, '..'));
  const session = await engine.reopen(replay);
  await documents.keepReplayed(session, recorded);
  await documents.compareReplayed(session, 1, 1);
  const [, left] = commands.executeCommand.mock.calls.at(-1) as unknown as [string, Uri];
  await windowOf(state, join(replay, '..'));
  expect(await textOf(left)).toBe(
    'The session of this message is not open: open the session, and then the message again.',
  );
});

test('the latest replays are remembered, each once, whatever the store holds', async () => {
  const state = memory([['old', '/old'], 5, ['x'], [1, 2]]);
  const { documents } = await windowOf(state, await temporaryFolder());
  for (let n = 0; n < 60; n++) await documents.keepReplayed({ id: `s${n}` } as Session, `/r${n}`);
  await documents.keepReplayed({ id: 's30' } as Session, '/again');
  expect(state.stored()).toHaveLength(50);
  expect(state.stored().slice(0, 2)).toEqual([
    ['s30', '/again'],
    ['s59', '/r59'],
  ]);
  const other = memory('no list');
  const window = await windowOf(other, await temporaryFolder());
  await window.documents.keepReplayed({ id: 's' } as Session, '/r');
  expect(other.stored()).toEqual([['s', '/r']]);
});
