import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutsidePorts } from '../../../../src/vscode/environments/outsidePorts.ts';
import { createSecretStore } from '../../../../src/vscode/environments/secretStore.ts';
import { window } from '../support/fakeVscode.ts';

vi.mock('vscode', async () => {
  const fake = await import('../support/fakeVscode.ts');
  const parse = (text: string) => ({ scheme: 'file', fsPath: text.replace('file://', '') });
  return { ...fake, Uri: Object.assign(fake.Uri, { parse }) };
});

const A = 'file:///work/a';
const B = 'file:///work/b';

function setUp() {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const store = createSecretStore(
    {
      get: async (key) => secrets.get(key),
      store: async (key, value) => void secrets.set(key, value),
      delete: async (key) => void secrets.delete(key),
    },
    { get: (key) => state.get(key), update: async (key, value) => void state.set(key, value) },
  );
  return { store, secrets, state };
}

beforeEach(() => vi.clearAllMocks());

describe('secrets of request files', () => {
  test('are kept in the secret storage; only their names and folders are kept elsewhere', async () => {
    const { store, state } = setUp();
    await store.set(A, 'token', 'hunter2');
    await store.set(A, 'apiKey', 'abc-key');
    expect(await store.get(A, 'token')).toBe('hunter2');
    expect(store.names(A)).toEqual(['apiKey', 'token']);
    expect(JSON.stringify([...state])).not.toMatch(/hunter2|abc-key/);
  });

  test('are replaced and removed by name, separately for each folder', async () => {
    const { store, secrets } = setUp();
    await store.set(A, 'token', 'old');
    await store.set(B, 'token', 'of b');
    await store.set(A, 'token', 'new');
    expect(store.names(A)).toEqual(['token']);
    expect([await store.get(A, 'token'), await store.get(B, 'token')]).toEqual(['new', 'of b']);
    await store.delete(A, 'token');
    expect(await store.get(A, 'token')).toBeUndefined();
    expect([store.names(A), store.names(B), secrets.size]).toEqual([[], ['token'], 1]);
  });

  test('belong to their folder for all characters in its URI and their name', async () => {
    const { store } = setUp();
    await store.set('file:///a b', 'c', 'one');
    await store.set('file:///a', 'b c', 'two');
    await store.set('file:///__proto__', '__proto__', 'three');
    expect(await store.get('file:///a b', 'c')).toBe('one');
    expect(await store.get('file:///a', 'b c')).toBe('two');
    expect(await store.get('file:///a', 'c')).toBeUndefined();
    expect(await store.get('file:///__proto__', '__proto__')).toBe('three');
  });

  test.each([{ broken: true }, 'text', [1], { [A]: 5 }])('are empty if the state holds %j', (stored) => {
    const { store, state } = setUp();
    state.set('secretNamesByFolder', stored);
    state.set('secretNames', stored);
    expect(store.names(A)).toEqual([]);
    expect(store.elsewhere(A, 'token')).toEqual([]);
  });
});

describe('a secret that was entered for another folder', () => {
  const modal = (): unknown[] => window.showWarningMessage.mock.calls;

  test('is used after a question that names both folders, and later without a question', async () => {
    const { store } = setUp();
    await store.set(A, 'token', 'hunter2');
    const ports = createOutsidePorts(store, B);
    window.showWarningMessage.mockResolvedValueOnce('Use It Here');
    expect(await ports.secret('token')).toBe('hunter2');
    expect(modal()).toHaveLength(1);
    expect(JSON.stringify(modal()[0])).toMatch(/token.*\/work\/b.*\/work\/a/);
    expect(JSON.stringify(modal()[0])).not.toContain('hunter2');
    expect(await ports.secret('token')).toBe('hunter2');
    expect(modal()).toHaveLength(1);
    expect(window.showInputBox).not.toHaveBeenCalled();
  });

  test('is not used if the user does not agree, and no other one is asked for', async () => {
    const { store } = setUp();
    await store.set(A, 'token', 'hunter2');
    expect(await createOutsidePorts(store, B).secret('token')).toBeUndefined();
    expect(window.showInputBox).not.toHaveBeenCalled();
    expect(store.names(B)).toEqual([]);
  });

  test('may be replaced by another value for this folder', async () => {
    const { store } = setUp();
    await store.set(A, 'token', 'hunter2');
    window.showWarningMessage.mockResolvedValueOnce('Enter Another…');
    window.showInputBox.mockResolvedValueOnce('own');
    expect(await createOutsidePorts(store, B).secret('token')).toBe('own');
    expect([await store.get(A, 'token'), await store.get(B, 'token')]).toEqual(['hunter2', 'own']);
  });

  test('of an earlier version, which bound no secrets to folders, needs a question in each folder', async () => {
    const { store, secrets, state } = setUp();
    secrets.set('secret:token', 'hunter2');
    state.set('secretNames', ['token']);
    window.showWarningMessage.mockResolvedValueOnce('Use It Here');
    expect(await createOutsidePorts(store, A).secret('token')).toBe('hunter2');
    expect(await createOutsidePorts(store, B).secret('token')).toBeUndefined();
    expect(modal()).toHaveLength(2);
    await store.delete(A, 'token');
    expect([secrets.size, store.elsewhere(A, 'token')]).toEqual([0, []]);
  });

  test('cannot fake the question by its name', async () => {
    const { store } = setUp();
    const name = '[Yes](command:x) $(zap)\u202e';
    await store.set(A, name, 'hunter2');
    await createOutsidePorts(store, B).secret(name);
    expect(JSON.stringify(modal()[0])).not.toMatch(/\]\(|\$\(|\u202e/);
  });
});

test('the prompt text of a file is inert', async () => {
  const { store } = setUp();
  await createOutsidePorts(store, A).prompt('[x](command:workbench.action.quit) $(zap)');
  const shown = { title: '[x] (command:workbench.action.quit) $ (zap)' };
  expect(window.showInputBox).toHaveBeenCalledWith(
    expect.objectContaining({ ...shown, prompt: shown.title }),
  );
});
