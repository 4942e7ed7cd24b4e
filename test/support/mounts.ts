import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Mount {
  readonly path: string;
  makeReadOnly(): void;
}

/**
 * A file system of its own, in memory, until the end of the test file. Undefined where this may not be mounted: then the tests
 * that need it are skipped, and show as skipped.
 * @param options such as size=200k
 */
export async function mounted(type: 'tmpfs', options = 'size=4m'): Promise<Mount | undefined> {
  if (process.platform !== 'linux') return undefined;
  const path = mkdtempSync(join(tmpdir(), 'duplex-mount-'));
  const run = (command: string, ...args: string[]): unknown =>
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
  try {
    run('mount', '-t', type, '-o', options, type, path);
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  afterAll(() => {
    // Lazily: a file of it may still be open.
    run('umount', '-l', path);
    rmSync(path, { recursive: true });
  });
  return { path, makeReadOnly: () => run('mount', '-o', 'remount,ro', path) };
}
