import { describe, expect, test } from 'vitest';
import { secretStore } from '../../../../src/vscode/environments/secretStore.ts';

function setUp() {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const store = secretStore(
    {
      get: async (key) => secrets.get(key),
      store: async (key, value) => void secrets.set(key, value),
      delete: async (key) => void secrets.delete(key),
    },
    { get: (key) => state.get(key), update: async (key, value) => void state.set(key, value) },
  );
  return { store, secrets, state };
}

describe('secrets of request files', () => {
  test('lie in the secret storage; only their names lie elsewhere', async () => {
    const { store, state } = setUp();
    await store.set('token', 'hunter2');
    await store.set('apiKey', 'abc');
    expect(await store.get('token')).toBe('hunter2');
    expect(store.names()).toEqual(['apiKey', 'token']);
    expect(JSON.stringify([...state])).not.toMatch(/hunter2|abc/);
  });

  test('are replaced and taken back by their name', async () => {
    const { store, secrets } = setUp();
    await store.set('token', 'old');
    await store.set('token', 'new');
    expect(store.names()).toEqual(['token']);
    expect(await store.get('token')).toBe('new');
    await store.delete('token');
    expect(await store.get('token')).toBeUndefined();
    expect([store.names(), secrets.size]).toEqual([[], 0]);
  });

  test('are none where the state holds something else', () => {
    const { store, state } = setUp();
    state.set('secretNames', { broken: true });
    expect(store.names()).toEqual([]);
  });
});
