import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The built command line. */
export const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** The folder of the compile cache, so that the developer's home folder stays unchanged. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache');

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from start to end. */
  readonly took: number;
}

/** A `duplex` that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the output so far matches. */
  readonly prints: (pattern: RegExp) => Promise<void>;
  readonly result: Promise<Result>;
}

const running = new Set<ChildProcess>();

/** Ends what a test left running. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The working folder of a command line, and additional environment variables. */
export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts the built command line.
 * @param stdin `closed` is /dev/null; `open` never ends unless the test ends it; else the whole input
 */
export function start(args: readonly string[], stdin?: string | Uint8Array, place?: Place): Running {
  return spawnDuplex(CLI, args, stdin, place);
}

/** Starts another copy of the command line; otherwise like `start`. */
export function spawnDuplex(
  cli: string,
  args: readonly string[],
  stdin: string | Uint8Array = 'closed',
  { cwd, env }: Place = {},
): Running {
  const began = performance.now();
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: [stdin === 'closed' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // Colours and time zone are those of any test run; the variables of the developer's shell are not passed on.
    env: { PATH: process.env.PATH, TERM: 'xterm', XDG_CACHE_HOME: CACHE, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  running.add(child);
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(chunks[name]).toString();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => chunks[name].push(chunk));
  }
  // A process that ended early does not read the rest of its input.
  child.stdin?.on('error', () => undefined);
  if (stdin !== 'closed' && stdin !== 'open') child.stdin?.end(stdin);
  const result = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      running.delete(child);
      resolve({ status, stdout: text('stdout'), stderr: text('stderr'), took: performance.now() - began });
    });
  });
  return {
    child,
    stdout: () => text('stdout'),
    stderr: () => text('stderr'),
    result,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text('stdout'))) return;
          child.stdout?.off('data', look);
          child.off('close', end);
          resolve();
        };
        const end = (): void => reject(new Error(`it ended without printing ${pattern}: ${text('stderr')}`));
        child.stdout?.on('data', look);
        child.on('close', end);
        look();
      }),
  };
}

/** Runs the command line to its end. */
export function duplex(args: readonly string[], stdin?: string | Uint8Array, place?: Place): Promise<Result> {
  return start(args, stdin, place).result;
}

export type Line = Readonly<Record<string, unknown>> & { readonly kind: string; readonly seq: number };

export function jsonLines(stdout: string): Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** The texts of messages in one direction. */
export function texts(stdout: string, dir: 'in' | 'out'): unknown[] {
  return jsonLines(stdout)
    .filter((line) => line.kind === 'text' && line.dir === dir)
    .map((line) => line.text);
}
