import { expect, test, vi } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { recentUrls } from '../../../src/vscode/recentUrls.ts';
import type { Store } from '../../../src/vscode/recentUrls.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function memory(initial?: unknown): Store & { stored: unknown } {
  return {
    stored: initial,
    get() {
      return this.stored;
    },
    async update(_key, value) {
      this.stored = value;
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

test('the options of a connection are kept as secrets, and go with it', async () => {
  const [store, secrets] = [memory(), keyring()];
  const recent = recentUrls(store, secrets);
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

test('options that another version damaged count as none', async () => {
  const secrets = keyring();
  const recent = recentUrls(memory(), secrets);
  await recent.add('ws://h', { url: 'ws://h' });
  for (const text of ['{', 'null', '{"url":7}']) {
    for (const key of secrets.kept.keys()) secrets.kept.set(key, text);
    expect(await recent.optionsOf('ws://h')).toBeUndefined();
  }
});

test('the newest URL comes first and none is kept twice', async () => {
  const recent = recentUrls(memory(), keyring());
  for (const url of ['ws://a', 'ws://b', 'ws://a']) await recent.add(url);
  expect(recent.list()).toEqual(['ws://a', 'ws://b']);
});

test('only the last twenty are kept', async () => {
  const recent = recentUrls(memory(), keyring());
  for (let i = 0; i < 25; i++) await recent.add(`ws://host/${i}`);
  expect(recent.list()).toHaveLength(20);
  expect(recent.list()[0]).toBe('ws://host/24');
  expect(recent.list()[19]).toBe('ws://host/5');
});

test('user info and secret query values are not stored', async () => {
  const store = memory();
  await recentUrls(store, keyring()).add('wss://me:hunter2@host/stream?token=abc123&room=1');
  expect(JSON.stringify(store.stored)).not.toMatch(/me:|hunter2|abc123/);
  expect(recentUrls(store, keyring()).list()).toEqual([`wss://host/stream?token=${MASK}&room=1`]);
});

test('a URL can be forgotten', async () => {
  const recent = recentUrls(memory(), keyring());
  await recent.add('ws://a');
  await recent.add('ws://b');
  await recent.remove('ws://b');
  expect(recent.list()).toEqual(['ws://a']);
});

test.each([undefined, 'ws://a', { 0: 'ws://a' }, 7])('a store that holds %j counts as empty', (initial) => {
  expect(recentUrls(memory(initial), keyring()).list()).toEqual([]);
});

test('what is not text in the store is left out', () => {
  expect(recentUrls(memory(['ws://a', 5, null]), keyring()).list()).toEqual(['ws://a']);
});

test('all can be forgotten, and listeners hear of every change', async () => {
  const recent = recentUrls(memory(), keyring());
  const heard: number[] = [];
  recent.onDidChange(() => heard.push(recent.list().length));
  await recent.add('ws://a');
  await recent.add('ws://b');
  await recent.remove('ws://a');
  await recent.clear();
  expect(heard).toEqual([1, 2, 1, 0]);
});
