import { programOf, type CommandLine } from './program.ts';

/**
 * Runs `connect` or `log`, whose start is measured. They need no request files, so their bundle leaves out the language
 * and the runner (scripts/lib/cliBundles.mjs).
 */
export const sessionProgram: CommandLine = async (args, workersFolder) => {
  const command =
    args[0] === 'log'
      ? (await import('./log/logCommand.ts')).logCommand
      : (await import('./connect/connectCommand.ts')).connectCommand;
  return programOf([command])(args, workersFolder);
};
