import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demoControl } from '../../../src/vscode/demoControl.ts';
import type { DemoControl } from '../../../src/vscode/demoControl.ts';
import { commands } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

let demo: DemoControl;

beforeEach(() => {
  vi.clearAllMocks();
  demo = demoControl();
});
afterEach(async () => {
  await demo.stop();
});

async function answers(url: string): Promise<boolean> {
  return fetch(url.replace('ws:', 'http:')).then(
    (response) => response.ok,
    () => false,
  );
}

test('starts one server however often it is asked, also at once', async () => {
  const [first, second] = await Promise.all([demo.start(), demo.start()]);
  expect(second).toBe(first);
  expect(await demo.start()).toBe(first);
  expect(demo.url).toBe(first);
  expect(await answers(first)).toBe(true);
});

test('takes a free port where its own is in use', async () => {
  const other = createServer().listen(8080, '127.0.0.1');
  // Already taken by another program on this machine serves the test as well.
  await new Promise<void>((resolve) => {
    other.once('listening', resolve);
    other.once('error', () => resolve());
  });
  try {
    const url = await demo.start();
    expect(url).not.toMatch(/:8080$/);
    expect(await answers(url)).toBe(true);
  } finally {
    if ((other.address() as AddressInfo | null) !== null) other.close();
  }
});

test('stops answering when it is stopped, and tells the menus both times', async () => {
  const url = await demo.start();
  await demo.stop();
  expect(demo.url).toBeUndefined();
  expect(await answers(url)).toBe(false);
  expect(commands.executeCommand.mock.calls).toEqual([
    ['setContext', 'duplex.demoServerRunning', true],
    ['setContext', 'duplex.demoServerRunning', false],
  ]);
});

test('stopping one that is still starting leaves none behind', async () => {
  const starting = demo.start();
  await demo.stop();
  expect(await answers(await starting)).toBe(false);
  expect(demo.url).toBeUndefined();
});

test('stopping one that does not run is no error', async () => {
  await expect(demo.stop()).resolves.toBeUndefined();
});
