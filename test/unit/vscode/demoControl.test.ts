import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { createDemoControl } from '../../../src/vscode/demoControl.ts';
import type { DemoControl } from '../../../src/vscode/demoControl.ts';
import { commands } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

let demo: DemoControl;
const warn = vi.fn<(text: string) => void>();

beforeEach(() => {
  vi.clearAllMocks();
  demo = createDemoControl({ warn } as unknown as LogOutputChannel);
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

test('starts one server for several calls, also for simultaneous ones', async () => {
  const [first, second] = await Promise.all([demo.start(), demo.start()]);
  expect(second).toBe(first);
  expect(await demo.start()).toBe(first);
  expect(demo.url).toBe(first);
  expect(await answers(first)).toBe(true);
});

test('uses a free port if its own is in use', async () => {
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

test('stops answering when it is stopped, and updates the menus at the start and the end', async () => {
  const url = await demo.start();
  await demo.stop();
  expect(demo.url).toBeUndefined();
  expect(await answers(url)).toBe(false);
  expect(commands.executeCommand.mock.calls).toEqual([
    ['setContext', 'duplex.demoServerRunning', true],
    ['setContext', 'duplex.demoServerRunning', false],
  ]);
});

test('a server that is stopped during its start does not listen', async () => {
  const starting = demo.start();
  await demo.stop();
  expect(await answers(await starting)).toBe(false);
  expect(demo.url).toBeUndefined();
});

test('stopping a server that does not run is not an error', async () => {
  await expect(demo.stop()).resolves.toBeUndefined();
});

test('logs the protocol violation of a client', async () => {
  const { port } = new URL(await demo.start());
  const client = connect(Number(port), '127.0.0.1');
  client.write(
    'GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  client.once('data', () => client.write(Uint8Array.of(0x81, 0x01, 0x61)));
  await new Promise((resolve) => client.once('close', resolve));
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^The client at .* a frame of the client is not masked \(RFC 6455, section 5\.1\)/),
  );
});
