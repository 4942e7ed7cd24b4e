import { enableCompileCache } from './compileCache.ts';
import { join } from 'node:path';
import { makeVisible } from '../core/format/visible.ts';
import { EXIT } from './exitStatus.ts';
import { tell } from './output/tell.ts';
import type { Program } from './commandLine.ts';

// If the reader of standard error is gone, nothing can be reported.
process.stderr.on('error', () => {});

// Only for help and version: commands that print more have their own listener. A reader that is gone needs no help.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.exitCode = EXIT.usage;
  tell(`Standard output cannot be written: ${error.message}`);
});

// Node would exit with 1, which means a failed expectation.
process.on('uncaughtException', (error: unknown) => {
  reportFault(error);
  process.exit();
});

/** The commands with a bundle of their own: the others are not even read from disk (esbuild.mjs). */
const PROGRAMS: ReadonlyMap<string, () => Promise<Program>> = new Map([
  ['connect', async () => (await import('./connect/connectCommand.ts')).connectProgram],
  ['run', async () => (await import('./run/runCommand.ts')).runProgram],
  ['log', async () => (await import('./log/logCommand.ts')).logProgram],
]);

async function main(): Promise<void> {
  enableCompileCache();
  const args = process.argv.slice(2);
  const load = PROGRAMS.get(args[0] ?? '') ?? (async () => (await import('./program.ts')).completeProgram);
  const run = await load();
  // The bundle is dist/cli.js; its workers are beside it.
  const status = await run(args, join(__dirname, 'workers'));
  // A fault that was reported in the meantime takes precedence.
  process.exitCode ??= status;
}

main().catch(reportFault);

function reportFault(error: unknown): void {
  process.exitCode = EXIT.internal;
  // Only the stack: nested causes may hold the URL as it was given, with its password.
  const stack = (error instanceof Error ? error.stack : undefined) ?? String(error);
  const [sentence = '', ...frames] = stack.split('\n');
  tell(`An internal error, please report it: ${sentence}`);
  process.stderr.write(frames.map((frame) => `${makeVisible(frame)}\n`).join(''));
}
