import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { DuplexError } from '../shared/errors.ts';
import { withRemedy } from './didYouMean.ts';
import { EXIT, statusOfError, type ExitStatus } from './exitStatus.ts';
import { printSentence } from './output/printSentence.ts';

/** The context of a command. */
export interface CommandParts {
  /** Folder of the built workers. */
  readonly workersFolder: string;
  /** Receives the outcome of the command. */
  readonly finish: (status: ExitStatus) => void;
}

/**
 * Runs one command line.
 * @param args the arguments after the program's name
 * @param workersFolder folder of the built workers
 */
export type CommandLine = (args: readonly string[], workersFolder: string) => Promise<ExitStatus>;

/** Creates a command of the command line. */
export type CommandFactory = (parts: CommandParts) => Command;

/** Creates a program with all commands or only the one to run, so that the others are not loaded. */
export function programOf(factories: readonly CommandFactory[]): CommandLine {
  return async (args, workersFolder) => {
    let status: ExitStatus = EXIT.ok;
    const parts = { workersFolder, finish: (result: ExitStatus) => void (status = result) };
    const program = new Command('duplex')
      .description('WebSocket client and tester')
      .version(version)
      .showHelpAfterError('(add --help for usage)')
      .configureOutput({ outputError: (message, write) => write(withRemedy(message)) });
    for (const make of factories) program.addCommand(make(parts).copyInheritedSettings(program));
    for (const command of [program, ...program.commands]) command.exitOverride();
    program.hook('preAction', (_, command) => refuseEmpty(command));
    try {
      await program.parseAsync(args, { from: 'user' });
      return status;
    } catch (error) {
      // Commander has already printed its message, or the requested help.
      if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      if (!(error instanceof DuplexError)) throw error;
      printSentence(error.message);
      return statusOfError(error);
    }
  };
}

/**
 * As a path an empty argument would be the working directory.
 * @throws DuplexError `call.invalid`
 */
function refuseEmpty({ args, registeredArguments }: Command): void {
  const index = args.indexOf('');
  if (index < 0) return;
  // The last one may be repeated.
  const name = (registeredArguments[index] ?? registeredArguments.at(-1))?.name();
  throw new DuplexError(
    'call.invalid',
    `The argument <${name}> is empty: give it a value, and set the shell variable if it comes from one.`,
  );
}
