import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { CLI } from './cliProcess.ts';

// script(1) of util-linux gives a process a terminal. Where it is missing, unit tests over the line editor remain.
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

let demo: DemoServer;
let terminal: ChildProcess | undefined;
let screen = '';
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterAll(() => demo.close());
afterEach(() => {
  terminal?.kill('SIGKILL');
});

/** Starts `duplex connect` in a terminal. @returns its exit status */
function connect(path: string, args = ''): Promise<number | null> {
  screen = '';
  const command = `${process.execPath} ${CLI} connect ${demo.url}${path} ${args}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, TERM: 'xterm' },
  });
  terminal = child;
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString('latin1')));
  return new Promise((resolve) => child.once('close', resolve));
}

const type = (keys: string): void => void terminal?.stdin?.write(keys);
const shows = (pattern: RegExp): Promise<void> =>
  expect.poll(() => pattern.test(screen), { timeout: 10_000 }).toBe(true);

describe.skipIf(!hasTerminal)('in a terminal', () => {
  test('a typed line is shown, sent and answered; Ctrl+D ends after a second', async () => {
    const ended = connect('/echo');
    await shows(/> /);
    type('hellp\x7fo');
    await shows(/> hello/);
    type('\r');
    await shows(/<-.*hello/);
    type('\x04');
    expect(await ended).toBe(0);
  });

  test('a paste of 20,000 characters is one message', async () => {
    const ended = connect('/echo', '--json');
    await shows(/> /);
    type(`${'x'.repeat(19_999)}!\r`);
    await shows(/"in","kind":"text","size":20000,"text":"x{19999}!"/);
    type('\x04');
    expect(await ended).toBe(0);
  });

  test('Ctrl+C closes with 1000', async () => {
    const ended = connect('/ticker?rate=20');
    await shows(/tick/);
    type('\x03');
    expect(await ended).toBe(0);
    expect(screen).toMatch(/close.*1000/);
  });

  test('arrows and kinds are coloured, texts are not, and no control of the server passes', async () => {
    const ended = connect('/echo');
    await shows(/> /);
    type('a\tb\u009b31m\r');
    await shows(/<-.*31m/);
    type('\x03');
    await ended;
    const line = screen.split('\n').find((row) => row.includes('<-')) ?? '';
    expect(line).toContain('\x1b[32m<-\x1b[39m');
    expect(Buffer.from(line, 'latin1').toString()).toMatch(/a⇥b‹U\+009B›31m\r$/);
  });
});
