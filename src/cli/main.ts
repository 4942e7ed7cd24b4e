import { enableCompileCache } from './compileCache.ts';
import { join } from 'node:path';
import { makeVisible } from '../core/format/visible.ts';
import { EXIT } from './exitStatus.ts';
import { printSentence } from './output/printSentence.ts';

// If the reader of standard error is gone, nothing can be reported.
process.stderr.on('error', () => {});

// For help and version only: commands that print more have their own listener. A missing reader is not an error here.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.exitCode = EXIT.usage;
  printSentence(`Standard output cannot be written: ${error.message}`);
});

// Node would exit with status 1, which here means a failed expectation.
process.on('uncaughtException', (error: unknown) => {
  reportFault(error);
  process.exit();
});

/** The commands with a bundle of their own: the other commands are not even read from the disk (esbuild.mjs). */
const SESSION_COMMANDS: ReadonlySet<string | undefined> = new Set(['connect', 'log']);

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  enableCompileCache(__dirname, args[0]);
  const run = SESSION_COMMANDS.has(args[0])
    ? (await import('./sessionProgram.ts')).sessionProgram
    : (await import('./program.ts')).program;
  // The bundle is dist/cli.js; its workers are beside it.
  const status = await run(args, join(__dirname, 'workers'));
  // A fault that was reported meanwhile takes precedence.
  process.exitCode ??= status;
  // Exits at once, because Node would first free its heap. Output is written before.
  await Promise.all([process.stdout, process.stderr].map((stream) => written(stream)));
  process.exit();
}

main().catch(reportFault);

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()));
}

function reportFault(error: unknown): void {
  process.exitCode = EXIT.internal;
  // Prints only the stack: nested causes may hold the URL with its password.
  const stack = (error instanceof Error ? error.stack : undefined) ?? String(error);
  const [sentence = '', ...frames] = stack.split('\n');
  printSentence(`An internal error, please report it: ${sentence}`);
  process.stderr.write(frames.map((frame) => `${makeVisible(frame)}\n`).join(''));
}
