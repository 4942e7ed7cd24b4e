import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { endAll, start } from './cliProcess.ts';

// {{$command …}}: a program runs only where the command line allows it, once a run, and what it prints stays out of reports.

const TOKEN = 'tok-8d21f0';
let server: DemoServer;
let folder: string;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'duplex-commands-'));
  await writeFile(
    join(folder, 'login.mjs'),
    `import { appendFileSync } from 'node:fs'; appendFileSync('runs', 'x'); console.log('${TOKEN}');`,
  );
  const request = `WEBSOCKET ${server.url}/echo\n\n{{$command ${JSON.stringify(process.execPath)} login.mjs}}\n=== wait-for-server\n`;
  await writeFile(
    join(folder, 'login.ws'),
    `### one\n${request}# @expect text == "${TOKEN}"\n\n### two\n${request}# @expect text == "other"\n`,
  );
});
afterAll(async () => {
  endAll();
  await server.close();
  await rm(folder, { recursive: true });
});

const runs = (): Promise<string> => readFile(join(folder, 'runs'), 'utf8').catch(() => '');

describe('{{$command …}}', () => {
  test('runs nothing unless it is allowed', async () => {
    const { status, stdout, stderr } = await start(['run', 'login.ws'], 'closed', { cwd: folder }).result;
    expect(status).toBe(2);
    expect(stdout + stderr).toContain('--allow-commands');
    expect(await runs()).toBe('');
  });

  test('runs once for all requests, and its output is masked', async () => {
    const args = ['run', 'login.ws', '--allow-commands', '--reporter', 'json'];
    const { status, stdout, stderr } = await start(args, 'closed', { cwd: folder }).result;
    expect({ status, stderr }).toMatchObject({ status: 1 });
    const statuses = [...stdout.matchAll(/"(passed|failed)":\s*(\d+)/g)].map(([, name, count]) => [
      name,
      count,
    ]);
    expect(statuses.slice(0, 2), stdout).toEqual([
      ['passed', '1'],
      ['failed', '1'],
    ]);
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(await runs()).toBe('x');
  });

  test('is not run by check', async () => {
    const before = await runs();
    const { status } = await start(['check', 'login.ws'], 'closed', { cwd: folder }).result;
    expect(status).toBe(0);
    expect(await runs()).toBe(before);
  });
});
