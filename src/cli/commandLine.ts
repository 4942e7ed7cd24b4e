import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { DuplexError } from '../shared/errors.ts';
import { withRemedy } from './didYouMean.ts';
import { EXIT, statusOfError, type ExitStatus } from './exitStatus.ts';
import { tell } from './output/tell.ts';

/** What a command is made with. */
export interface CommandParts {
  /** Folder of the built workers. */
  readonly workersFolder: string;
  /** Takes how the command ended. */
  readonly finish: (status: ExitStatus) => void;
}

/**
 * Runs one command line.
 * @param args what follows the program's name
 * @param workersFolder folder of the built workers
 */
export type Program = (args: readonly string[], workersFolder: string) => Promise<ExitStatus>;

/** A program of these commands: of all, or of the one that is run, so that the others are not loaded. */
export function programOf(factories: readonly ((parts: CommandParts) => Command)[]): Program {
  return async (args, workersFolder) => {
    let status: ExitStatus = EXIT.ok;
    const parts = { workersFolder, finish: (result: ExitStatus) => void (status = result) };
    const program = new Command('duplex')
      .description('WebSocket client and tester')
      .version(version)
      .showHelpAfterError('(add --help for what can be given)')
      .configureOutput({ outputError: (message, write) => write(withRemedy(message)) });
    for (const make of factories) program.addCommand(make(parts).copyInheritedSettings(program));
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
  };
}
