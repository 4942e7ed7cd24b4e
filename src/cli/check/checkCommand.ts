import { Command } from 'commander';
import type { CommandParts } from '../exitStatus.ts';
import { checkFiles } from './checkFiles.ts';
import { repeated, tableFile, variable } from '../optionValues.ts';

const EXAMPLES = `
Examples:
  $ duplex check requests/
  $ duplex check 'tests/**/*.ws' --env ci
  $ duplex check chat.ws --json

Exit status: 0 no errors, 2 an error in a file, a file that cannot be read, or wrong usage.
`;

interface Options {
  readonly env?: string;
  readonly var?: readonly string[];
  readonly protocol?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `duplex check <file…>` */
export function checkCommand({ finish }: CommandParts): Command {
  return new Command('check')
    .description('check request files without connecting')
    .argument('<file...>', 'request files, folders or patterns')
    .option('--env <name>', 'the environment to look variables up in')
    .option('--var <name=value>', 'set a variable; repeatable', repeated)
    .option(
      '--protocol <file>',
      'a protocol table (*.protocol.json) that the files use, besides those around them',
      tableFile,
    )
    .option('--json', 'print one JSON object per line')
    .option('--quiet', 'print errors only')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      const chosen = { environment: options.env, overrides: new Map((options.var ?? []).map(variable)) };
      const { protocol, json = false, quiet = false } = options;
      finish(await checkFiles(files, { chosen, table: protocol, json, quiet }));
    });
}
