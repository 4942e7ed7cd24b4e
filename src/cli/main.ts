import { join } from 'node:path';
import { makeVisible } from '../core/format/visible.ts';
import { EXIT } from './exitStatus.ts';
import { tell } from './output/tell.ts';
import { runProgram } from './program.ts';

// If the reader of standard error is gone, there is nobody left to tell.
process.stderr.on('error', () => {});

// For help and version only: commands that print more have a listener of their own. A reader that is gone needs no help.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.exitCode = EXIT.usage;
  tell(`Standard output cannot be written: ${error.message}`);
});

// Node would end with 1, which means that an expectation was not met.
process.on('uncaughtException', (error: unknown) => {
  reportFault(error);
  process.exit();
});

// The bundle is dist/cli.js; its workers are beside it.
runProgram(process.argv.slice(2), join(__dirname, 'workers')).then((status) => {
  // A fault that was reported meanwhile outweighs it.
  process.exitCode ??= status;
}, reportFault);

function reportFault(error: unknown): void {
  process.exitCode = EXIT.internal;
  // The stack only: causes further down may hold the URL as it was given, with its password.
  const stack = (error instanceof Error ? error.stack : undefined) ?? String(error);
  const [sentence = '', ...frames] = stack.split('\n');
  tell(`An internal error, please report it: ${sentence}`);
  process.stderr.write(frames.map((frame) => `${makeVisible(frame)}\n`).join(''));
}
