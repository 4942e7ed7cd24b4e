import { checkCommand } from './check/checkCommand.ts';
import { codeCommand } from './code/codeCommand.ts';
import { exportCommand } from './export/exportCommand.ts';
import { importCommand } from './import/importCommand.ts';
import { connectCommand } from './connect/connectCommand.ts';
import { logCommand } from './log/logCommand.ts';
import { proxyCommand } from './proxy/proxyCommand.ts';
import { runCommand } from './run/runCommand.ts';
import { serveCommand } from './serve/serveCommand.ts';
import { programOf } from './commandLine.ts';

/** All commands: for help, for misspelt names, and for commands without a bundle of their own (main.ts). */
export const completeProgram = programOf([
  connectCommand,
  runCommand,
  checkCommand,
  serveCommand,
  logCommand,
  codeCommand,
  importCommand,
  exportCommand,
  proxyCommand,
]);
