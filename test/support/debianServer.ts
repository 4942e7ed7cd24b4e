import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';

// Servers that others wrote, as Debian packages them. Tests skip those that are not installed.

/** Whether a command is installed. */
export const isThere = (command: string): boolean =>
  existsSync(`/usr/sbin/${command}`) || spawnSync(command, ['--help'], { timeout: 2000 }).error === undefined;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a server on a free port and waits until it accepts connections. It ends with the test. */
export async function started(
  command: string,
  argumentsFor: (port: number) => Promise<readonly string[]>,
): Promise<string> {
  const port = await freePort();
  const server = spawn(command, await argumentsFor(port), { stdio: 'ignore' });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await ended;
  });
  for (;;) {
    expect(server.exitCode, `${command} ended`).toBeNull();
    const socket = connect({ port, host: '127.0.0.1' });
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return `127.0.0.1:${port}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
