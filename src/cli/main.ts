import { join } from 'node:path';
import { EXIT } from './exitStatus.ts';
import { runProgram } from './program.ts';

// Of a reader that closed its end of standard error there is nobody left to tell.
process.stderr.on('error', () => {});

// The bundle is dist/cli.js; its workers are beside it.
runProgram(process.argv.slice(2), join(__dirname, 'workers')).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = EXIT.usage;
    // Its stack and no more: causes further down may hold the URL as it was given, with its password.
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`duplex: An internal error, please report it: ${stack}\n`);
  },
);
