import { Command } from 'commander';
import type { CommandParts } from './commandParts.ts';
import { printRecording } from './printRecording.ts';
import { rowRange, type RowRange } from './optionValues.ts';

const EXAMPLES = `
Examples:
  $ duplex log ./ticks
  $ duplex log ./ticks --range 100..199
  $ duplex log ./ticks --json | jq -r 'select(.kind == "text").text'
`;

/** `duplex log <recording>` */
export function logCommand({ finish }: CommandParts): Command {
  return new Command('log')
    .description('print a recorded session')
    .argument('<recording>', 'its folder')
    .option('--json', 'print one JSON object a line, as connect does')
    .option('--range <rows>', 'only these rows, the last included: 10..20, 10.. or ..20', rowRange)
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: { readonly json?: true; readonly range?: RowRange }) => {
      finish(
        await printRecording(folder, options.json ?? false, options.range ?? { first: 0, last: Infinity }),
      );
    });
}
