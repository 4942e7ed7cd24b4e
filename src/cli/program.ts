import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { DuplexError } from '../shared/errors.ts';
import { checkCommand } from './check/checkCommand.ts';
import { codeCommand } from './code/codeCommand.ts';
import { exportCommand } from './export/exportCommand.ts';
import { importCommand } from './import/importCommand.ts';
import { connectCommand } from './connect/connectCommand.ts';
import { withRemedy } from './didYouMean.ts';
import { EXIT, statusOfError, type ExitStatus } from './exitStatus.ts';
import { logCommand } from './log/logCommand.ts';
import { runCommand } from './run/runCommand.ts';
import { serveCommand } from './serve/serveCommand.ts';
import { tell } from './output/tell.ts';

/**
 * Runs one command line.
 * @param args what follows the program's name
 * @param workersFolder folder of the built workers
 */
export async function runProgram(args: readonly string[], workersFolder: string): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.ok;
  const parts = { workersFolder, finish: (result: ExitStatus) => void (status = result) };
  const program = new Command('duplex')
    .description('WebSocket client and tester')
    .version(version)
    .showHelpAfterError('(add --help for what can be given)')
    .configureOutput({ outputError: (message, write) => write(withRemedy(message)) });
  for (const make of [
    connectCommand,
    runCommand,
    checkCommand,
    serveCommand,
    logCommand,
    codeCommand,
    importCommand,
    exportCommand,
  ]) {
    program.addCommand(make(parts).copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has printed its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof DuplexError)) throw error;
    tell(error.message);
    return statusOfError(error);
  }
}
