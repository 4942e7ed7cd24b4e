import { programOf, type CommandFactory, type CommandLine } from './commandLine.ts';

/** All commands, in the order of the help. The bundle holds all of them and initialises only the one that runs. */
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

/** Runs the command that the first argument names. Help, misspelt names and the rest need the names of all commands. */
export const program: CommandLine = async (args, workersFolder) => {
  const named = COMMANDS.get(args[0] ?? '');
  const factories = named ? [named] : [...COMMANDS.values()];
  return programOf(await Promise.all(factories.map((load) => load())))(args, workersFolder);
};
