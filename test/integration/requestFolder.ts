import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { duplex, start, type Place, type Result, type Running } from './cliProcess.ts';

/** A folder of request files in which `duplex` runs. */
export interface RequestFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): void;
  read(name: string): string;
  duplex(args: readonly string[], env?: Place['env']): Promise<Result>;
  start(args: readonly string[], env?: Place['env']): Running;
  remove(): void;
}

export function requestFolder(files: Readonly<Record<string, string>> = {}): RequestFolder {
  const path = mkdtempSync(join(tmpdir(), 'duplex-requests-'));
  const write: RequestFolder['write'] = (name, content) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  const place = (env: Place['env']): Place => ({ cwd: path, ...(env && { env }) });
  return {
    path,
    write,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    duplex: (args, env) => duplex(args, 'closed', place(env)),
    start: (args, env) => start(args, 'closed', place(env)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** All that the files below a folder hold, as text. */
export function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
