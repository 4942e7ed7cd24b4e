import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { DuplexError } from '../shared/errors.ts';
import { withRemedy } from './didYouMean.ts';
import { EXIT, statusOfError, type CommandParts, type ExitStatus } from './exitStatus.ts';
import { printSentence } from './output/printSentence.ts';

/**
 * Runs one command line.
 * @param args the arguments after the program's name
 * @param workersFolder folder of the built workers
 */
export type CommandLine = (args: readonly string[], workersFolder: string) => Promise<ExitStatus>;

/** Creates a command of the command line. */
type CommandFactory = (parts: CommandParts) => Command;

/** All commands, in the order of the help. The bundle contains all of them and initialises only the one that runs. */
const COMMANDS: ReadonlyMap<string, () => Promise<CommandFactory>> = new Map([
  ['connect', async () => (await import('./connect/connectCommand.ts')).connectCommand],
  ['run', async () => (await import('./run/runCommand.ts')).runCommand],
  ['check', async () => (await import('./check/checkCommand.ts')).checkCommand],
  ['serve', async () => (await import('./serve/serveCommand.ts')).serveCommand],
  ['log', async () => (await import('./log/logCommand.ts')).logCommand],
  ['code', async () => (await import('./code/codeCommand.ts')).codeCommand],
  ['import', async () => (await import('./import/importCommand.ts')).importCommand],
  ['export', async () => (await import('./export/exportCommand.ts')).exportCommand],
  ['replay', async () => (await import('./replay/replayCommand.ts')).replayCommand],
  ['proxy', async () => (await import('./proxy/proxyCommand.ts')).proxyCommand],
]);

/**
 * Runs the command that the first argument names. All other command lines, such as help and misspelt names, need the
 * names of all commands.
 */
export const program: CommandLine = async (args, workersFolder) => {
  const named = COMMANDS.get(args[0] ?? '');
  const factories = named ? [named] : [...COMMANDS.values()];
  return programOf(await Promise.all(factories.map((load) => load())))(args, workersFolder);
};

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
 * Refuses empty arguments. As a path, an empty argument would be the working directory.
 * @throws DuplexError `call.invalid`
 */
function refuseEmpty({ args, registeredArguments }: Command): void {
  const index = args.indexOf('');
  if (index < 0) return;
  // Only the last argument may be repeated.
  const name = (registeredArguments[index] ?? registeredArguments.at(-1))?.name();
  throw new DuplexError(
    'call.invalid',
    `The argument <${name}> is empty: give it a value, and set the shell variable if it comes from one.`,
  );
}
