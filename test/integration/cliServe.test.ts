import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { duplex, endAll, start, type Running } from './cliProcess.ts';

afterEach(endAll);

async function serve(...args: string[]): Promise<{ url: string; running: Running }> {
  const running = start(['serve', '--port', '0', ...args]);
  await running.prints(/\n/);
  return { url: running.stdout().split('\n')[0] ?? '', running };
}

function echoed(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}/echo`);
    socket.on('error', reject);
    socket.on('open', () => socket.send(text));
    socket.on('message', (data) => {
      resolve((data as Buffer).toString());
      socket.close();
    });
  });
}

describe('serve', () => {
  test('prints its URL first, then what it has, and serves', async () => {
    const { url, running } = await serve();
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    await running.prints(/\/refuse/);
    expect(running.stdout()).toContain(`${url}/ticker?rate=N`);
    expect(await echoed(url, 'hello')).toBe('hello');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with 0, and its clients with 1001',
    async (signal) => {
      const { url, running } = await serve();
      const client = new WebSocket(`${url}/echo`);
      await new Promise((resolve) => client.once('open', resolve));
      const closed = new Promise((resolve) => client.once('close', resolve));
      running.child.kill(signal);
      expect(await closed).toBe(1001);
      expect(await running.result).toMatchObject({ status: 0, stderr: '' });
    },
  );

  test('--host chooses the address', async () => {
    const { url } = await serve('--host', '127.0.0.2');
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.2:/);
    expect(await echoed(url, 'there')).toBe('there');
  });

  test('serves on when nobody reads its output any more', async () => {
    const { url, running } = await serve();
    running.child.stdout?.destroy();
    expect(await echoed(url, 'still here')).toBe('still here');
    expect(running.child.exitCode).toBe(null);
  });

  test('a port in use is told with the remedy, and ends with 2', async () => {
    const { url } = await serve();
    const port = new URL(url).port;
    expect(await duplex(['serve', '--port', port])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `duplex: Port ${port} is in use; pick another one, or 0 for any that is free.\n`,
    });
  });

  test('a port that is none ends with 2', async () => {
    const { status, stderr } = await duplex(['serve', '--port', '70000']);
    expect(stderr).toContain('A port is a whole number from 0');
    expect(status).toBe(2);
  });
});

test('serve and connect are made for each other', async () => {
  const { url } = await serve();
  const { status, stdout } = await duplex(
    ['connect', `${url}/json`, '--json', '--wait', '700ms'],
    '{"op":"subscribe","channel":"BTC"}\n',
  );
  expect(stdout).toContain('\\"type\\":\\"subscribed\\",\\"channel\\":\\"BTC\\"');
  expect(stdout).toContain('\\"type\\":\\"tick\\"');
  expect(status).toBe(0);
});
