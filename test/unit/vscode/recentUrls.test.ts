import { describe, expect, test, vi } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { createRecentUrls } from '../../../src/vscode/recentUrls.ts';
import type { Store } from '../../../src/vscode/recentUrls.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

/** @param initial what stands where the list is kept */
function memory(initial?: unknown): Store & { readonly stored: Record<string, unknown> } {
  const stored: Record<string, unknown> = { recentUrls: initial };
  return {
    stored,
    get: (key) => stored[key],
    async update(key, value) {
      stored[key] = value;
    },
  };
}

function keyring() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

test('the options of a connection are kept as secrets, and go with it', async () => {
  const [store, secrets] = [memory(), keyring()];
  const recent = createRecentUrls(store, secrets);
  const options = { url: 'ws://h/?token=abc', headers: [['Authorization', 'Bearer s3cret']] } as const;
  await recent.add(options.url, options);
  const [url] = recent.list();
  expect(url).toBe(`ws://h/?token=${MASK}`);
  expect(await recent.optionsOf(url!)).toEqual(options);
  expect(JSON.stringify(store.stored)).not.toContain('s3cret');
  await recent.add(options.url);
  expect(await recent.optionsOf(url!)).toEqual(options);
  await recent.remove(url!);
  expect(secrets.kept.size).toBe(0);
});

test('a URL that is removed while it is stored again stays removed', async () => {
  const { promise: asked, resolve: answer } = deferred();
  const recent = createRecentUrls(memory(['ws://h']), { ...keyring(), store: () => asked });
  const added = recent.add('ws://h', { url: 'ws://h' });
  const removed = recent.remove('ws://h');
  answer();
  await Promise.all([added, removed]);
  expect(recent.list()).toEqual([]);
});

test('a removal does not wait for a secret storage that never answers', async () => {
  const secrets = keyring();
  const { promise: never, resolve: answer } = deferred();
  const recent = createRecentUrls(memory(['ws://a', 'ws://b']), {
    ...secrets,
    store: async (key, value) => {
      await never;
      await secrets.store(key, value);
    },
  });
  const added = recent.add('ws://a', { url: 'ws://a' });
  await recent.remove('ws://a');
  expect(recent.list()).toEqual(['ws://b']);
  await recent.add('ws://c');
  expect(recent.list()).toEqual(['ws://c', 'ws://b']);
  answer();
  await added;
  // What was stored for it meanwhile goes too.
  expect([recent.list(), secrets.kept.size]).toEqual([['ws://c', 'ws://b'], 0]);
});

test('a secret storage that fails does not stop later changes', async () => {
  const failing = { ...keyring(), store: () => Promise.reject(new Error('no keyring')) };
  const recent = createRecentUrls(memory(), failing);
  await expect(recent.add('ws://a', { url: 'ws://a' })).rejects.toThrow('no keyring');
  await recent.add('ws://b');
  expect(recent.list()).toEqual(['ws://b']);
});

test('options that another version damaged count as none', async () => {
  const secrets = keyring();
  const recent = createRecentUrls(memory(), secrets);
  await recent.add('ws://h', { url: 'ws://h' });
  for (const text of ['{', 'null', '{"url":7}']) {
    for (const key of secrets.kept.keys()) secrets.kept.set(key, text);
    expect(await recent.optionsOf('ws://h')).toBeUndefined();
  }
});

test('the newest URL comes first and none is kept twice', async () => {
  const recent = createRecentUrls(memory(), keyring());
  for (const url of ['ws://a', 'ws://b', 'ws://a']) await recent.add(url);
  expect(recent.list()).toEqual(['ws://a', 'ws://b']);
});

test('only the last twenty are kept', async () => {
  const recent = createRecentUrls(memory(), keyring());
  for (let i = 0; i < 25; i++) await recent.add(`ws://host/${i}`);
  expect(recent.list()).toHaveLength(20);
  expect(recent.list()[0]).toBe('ws://host/24');
  expect(recent.list()[19]).toBe('ws://host/5');
});

test('user info and secret query values are not stored', async () => {
  const store = memory();
  await createRecentUrls(store, keyring()).add('wss://me:hunter2@host/stream?token=abc123&room=1');
  expect(JSON.stringify(store.stored)).not.toMatch(/me:|hunter2|abc123/);
  expect(createRecentUrls(store, keyring()).list()).toEqual([`wss://host/stream?token=${MASK}&room=1`]);
});

test('a URL can be forgotten', async () => {
  const recent = createRecentUrls(memory(), keyring());
  await recent.add('ws://a');
  await recent.add('ws://b');
  await recent.remove('ws://b');
  expect(recent.list()).toEqual(['ws://a']);
});

test.each([undefined, 'ws://a', { 0: 'ws://a' }, 7])('a store that holds %j counts as empty', (initial) => {
  expect(createRecentUrls(memory(initial), keyring()).list()).toEqual([]);
});

test('a value of the store that is not text is ignored', () => {
  expect(createRecentUrls(memory(['ws://a', 5, null]), keyring()).list()).toEqual(['ws://a']);
});

test('all URLs can be forgotten, and listeners get every change', async () => {
  const recent = createRecentUrls(memory(), keyring());
  const heard: number[] = [];
  recent.onDidChange(() => heard.push(recent.list().length));
  await recent.add('ws://a');
  await recent.add('ws://b');
  await recent.remove('ws://a');
  await recent.clear();
  expect(heard).toEqual([1, 2, 1, 0]);
});

describe('the names of the headers that were secret', () => {
  const url = 'ws://me:hunter2@h/?token=abc';
  const safe = `ws://h/?token=${MASK}`;
  const options = {
    url,
    headers: [
      ['X-Trace', '1'],
      ['X-Api-Key', 'k3y'],
      ['x-api-key', 'again'],
      ['X-Tenant', 'declared-secret'],
    ],
    secrets: ['declared-secret'],
  } as const;

  test('outlive the secrets, without any value', async () => {
    const [store, secrets] = [memory(), keyring()];
    await createRecentUrls(store, secrets).add(url, options);
    secrets.kept.clear();
    const later = createRecentUrls(store, secrets);
    expect(await later.optionsOf(safe)).toBeUndefined();
    expect(later.secretHeadersOf(safe)).toEqual(['Authorization', 'X-Api-Key', 'X-Tenant']);
    expect(JSON.stringify(store.stored)).not.toMatch(/hunter2|k3y|again|declared-secret/);
  });

  test('follow what the connection has now, and go with it', async () => {
    const store = memory();
    const recent = createRecentUrls(store, keyring());
    await recent.add(url, options);
    await recent.add(safe);
    expect(recent.secretHeadersOf(safe)).toHaveLength(3);
    await recent.add(url, { url: safe, headers: [['Authorization', 'Bearer abc']] });
    expect(recent.secretHeadersOf(safe)).toEqual(['Authorization']);
    await recent.add(url, { url: safe });
    expect(recent.secretHeadersOf(safe)).toEqual([]);
    await recent.add(url, options);
    await recent.remove(safe);
    expect(store.stored.recentSecretHeaders).toEqual({});
  });

  test('go with the oldest connections of a list that is full', async () => {
    const store = memory();
    const recent = createRecentUrls(store, keyring());
    const headers = [['Cookie', 'sid=1']] as const;
    for (let i = 0; i < 25; i++) await recent.add(`ws://host/${i}`, { url: `ws://host/${i}`, headers });
    expect(Object.keys(store.stored.recentSecretHeaders as object)).toHaveLength(20);
    expect(recent.secretHeadersOf('ws://host/4')).toEqual([]);
    expect(recent.secretHeadersOf('ws://host/5')).toEqual(['Cookie']);
  });

  test('a subprotocol that carries a token is one of them', async () => {
    const recent = createRecentUrls(memory(), keyring());
    const subprotocols = ['graphql-ws', 'bearer.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'];
    await recent.add('ws://h', { url: 'ws://h', subprotocols });
    expect(recent.secretHeadersOf('ws://h')).toEqual(['Sec-WebSocket-Protocol']);
  });

  test.each([7, null, [], { 'ws://h': 7 }, { 'ws://h': [7, {}] }, 'ws://h'])(
    'a store that holds %j in their place knows none',
    async (initial) => {
      const store = memory(['ws://h']);
      store.stored.recentSecretHeaders = initial;
      const recent = createRecentUrls(store, keyring());
      expect(recent.secretHeadersOf('ws://h')).toEqual([]);
      expect(recent.secretHeadersOf('__proto__')).toEqual([]);
      await recent.add('ws://h', { url: 'ws://h', headers: [['Cookie', 'sid=1']] });
      expect(recent.secretHeadersOf('ws://h')).toEqual(['Cookie']);
      await recent.clear();
    },
  );
});

describe('the options without secrets', () => {
  const url = 'ws://h';

  test('outlive the secret storage', async () => {
    const [store, secrets] = [memory(), keyring()];
    await createRecentUrls(store, secrets).add(url, {
      url,
      insecure: true,
      proxy: 'socks5://p:1',
      servername: 'h.test',
    });
    secrets.kept.clear();
    const later = createRecentUrls(store, secrets);
    expect(await later.optionsOf(url)).toBeUndefined();
    expect(later.plainOptionsOf(url)).toEqual({
      insecure: true,
      proxy: 'socks5://p:1',
      servername: 'h.test',
    });
  });

  test('contain no declared secret, no private key and no very long text', async () => {
    const store = memory();
    const recent = createRecentUrls(store, keyring());
    await recent.add(url, {
      url,
      secrets: ['declared-secret'],
      servername: 'declared-secret.test',
      subprotocols: ['declared-secret'],
      key: '-----BEGIN PRIVATE KEY-----\nAAAA',
      ca: ['A'.repeat(20_000)],
      proxy: 'http://declared-secret.test:1',
      heartbeat: 5_000,
    });
    expect(recent.plainOptionsOf(url)).toEqual({ heartbeat: 5_000, proxy: expect.stringContaining(MASK) });
    expect(JSON.stringify(store.stored)).not.toMatch(/declared-secret|AAAA/);
  });

  test('follow what the connection has now, and go with it', async () => {
    const store = memory();
    const recent = createRecentUrls(store, keyring());
    await recent.add(url, { url, insecure: true });
    await recent.add(url);
    expect(recent.plainOptionsOf(url)).toEqual({ insecure: true });
    await recent.add(url, { url });
    expect(recent.plainOptionsOf(url)).toEqual({});
    await recent.add(url, { url, deflate: false });
    await recent.clear();
    expect(store.stored.recentOptions).toEqual({});
  });

  test.each([7, null, [], { 'ws://h': 7 }, { 'ws://h': [7] }, 'ws://h'])(
    'a store that holds %j in their place knows none',
    (initial) => {
      const store = memory(['ws://h']);
      store.stored.recentOptions = initial;
      expect(createRecentUrls(store, keyring()).plainOptionsOf(url)).toEqual({});
      expect(createRecentUrls(store, keyring()).plainOptionsOf('__proto__')).toEqual({});
    },
  );
});
