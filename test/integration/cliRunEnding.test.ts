import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import { endAll, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let server: Awaited<ReturnType<typeof startDemoServer>>;
let folder: RequestFolder;

beforeAll(async () => {
  server = await startDemoServer({ port: 0, host: '127.0.0.1' });
});

afterAll(() => server.close());

afterEach(() => {
  endAll();
  folder.remove();
});

const expecting = (text: string): string =>
  `### one\nWEBSOCKET ${server.url}/echo\n\nhello\n=== wait-for-server\n# @expect text == "${text}"\n`;
const endless = (): string =>
  `### endless\nWEBSOCKET ${server.url}/echo\n\n=== wait-for-server\n# @within 60s\n`;

/** Resolves when so many runs have ended. */
function runs(running: Running, count: number): Promise<void> {
  return running.prints(new RegExp(`(?:^\\d+ passed[^]*?){${count}}`, 'm'));
}

describe('--watch', () => {
  test('runs again when a request file, an environment file or a file that is sent changes', async () => {
    folder = requestFolder({ 'a.ws': expecting('hello') });
    const running = folder.start(['run', '*.ws', '--watch']);
    await runs(running, 1);
    folder.write('a.ws', expecting('{{text}}'));
    await runs(running, 2);
    expect(running.stdout()).toContain('1 could not be run');
    folder.write('http-client.env.json', '{"$shared": {"text": "hello"}}');
    await runs(running, 3);
    folder.write('a.ws', expecting('hello').replace('\nhello\n', '\n<@ ./text.txt\n'));
    folder.write('text.txt', 'other');
    await runs(running, 4);
    folder.write('text.txt', 'hello');
    await runs(running, 5);
    expect(running.stdout().match(/^\d+ passed/gm)).toEqual([
      '1 passed',
      '0 passed',
      '1 passed',
      '0 passed',
      '1 passed',
    ]);
    running.child.kill('SIGINT');
    expect((await running.result).status).toBe(0);
  });

  test('runs new files that match the pattern', async () => {
    folder = requestFolder({ 'a.ws': expecting('hello') });
    const running = folder.start(['run', '*.ws', '--watch']);
    await runs(running, 1);
    folder.write('b.ws', expecting('hello'));
    await running.prints(/^2 passed/m);
    running.child.kill('SIGINT');
    await running.result;
  });

  test('runs files of folders that are new, without a wait for the next comparison', async () => {
    folder = requestFolder({ 'api/a.ws': expecting('hello') });
    const running = folder.start(['run', 'api', '--watch']);
    await runs(running, 1);
    folder.write('api/v1/b.ws', expecting('hello'));
    await running.prints(/^2 passed/m);
    running.child.kill('SIGINT');
    expect((await running.result).status).toBe(0);
  });

  test('outlives files that are gone for a moment', async () => {
    folder = requestFolder({ 'a.ws': expecting('hello'), 'b.ws': expecting('hello') });
    const running = folder.start(['run', 'a.ws', '--watch']);
    await runs(running, 1);
    folder.write('a.ws', '');
    await runs(running, 2);
    folder.write('a.ws', expecting('hello'));
    await runs(running, 3);
    running.child.kill('SIGINT');
    expect((await running.result).status).toBe(0);
  });
});

describe('Ctrl+C', () => {
  test('ends running requests and reports them, without success', async () => {
    folder = requestFolder({
      'a.ws': expecting('hello') + endless() + expecting('hello').replace('one', 'never'),
    });
    const running = folder.start(['run', 'a.ws']);
    await running.prints(/✓ one/);
    running.child.kill('SIGINT');
    const { status, stdout, took } = await running.result;
    expect(status).toBe(1);
    expect(stdout).toContain('1 passed, 2 skipped');
    expect(took).toBeLessThan(20_000);
  });
});

test('a closed stdout ends it quietly', async () => {
  folder = requestFolder({ 'a.ws': expecting('hello') + endless() });
  const running = folder.start(['run', 'a.ws']);
  await running.prints(/✓ one/);
  running.child.stdout!.destroy();
  folder.write('ignored', '');
  running.child.kill('SIGINT');
  const { stderr, status } = await running.result;
  expect(stderr).toBe('');
  expect(status).toBe(1);
});
