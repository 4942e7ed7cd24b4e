import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { openCommandLine } from '../../src/vscode/commands/openCommandLine.ts';

const terminal = { show: vi.fn(), sendText: vi.fn() };
const createTerminal = vi.hoisted(() => vi.fn());
vi.mock('vscode', () => ({ window: { createTerminal }, workspace: { isTrusted: true } }));

// Blanks, quotes and variables: no shell may stumble over the place where VS Code keeps its files.
const storage = mkdtempSync(join(tmpdir(), `duplex it's "$HOME" `));
afterAll(() => rmSync(storage, { recursive: true, force: true }));

test.skipIf(process.platform === 'win32')('Open Command Line works without node on the PATH', async () => {
  createTerminal.mockReturnValue(terminal);
  await openCommandLine({
    extensionUri: { fsPath: join(import.meta.dirname, '..', '..') },
    storageUri: { fsPath: storage },
  } as Parameters<typeof openCommandLine>[0]);
  const [{ env }] = createTerminal.mock.calls[0] as [{ env: Record<string, string> }];
  const [typed] = terminal.sendText.mock.calls[0] as [string];
  expect(readdirSync(join(storage, 'bin')).sort()).toEqual(['duplex', 'duplex.cmd']);

  const bin = env['PATH']!.split(':')[0]!;
  const run = (command: string) =>
    promisify(execFile)('/bin/sh', ['-c', command], { env: { ...env, PATH: bin } });
  // The shell alone finds no Node.
  await expect(run('node --version')).rejects.toThrow('not found');
  expect((await run(typed)).stdout).toContain('connect');
  expect((await run('duplex --version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
  // Arguments arrive as they are typed.
  const failed = await run(`duplex check 'no "such" $x.ws'`).catch((error: { stderr: string }) => error);
  expect(failed.stderr).toContain('no "such" $x.ws');
});
