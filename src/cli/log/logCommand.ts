import { Command } from 'commander';
import { invalidQuery } from '../../core/search/compileText.ts';
import { Engine } from '../../engine/engine.ts';
import { DuplexError } from '../../shared/errors.ts';
import { statusOfError, worst, type ExitStatus, type CommandParts } from '../exitStatus.ts';
import { decodeHow, logQuery, type QueryOptions } from '../recordings/logQuery.ts';
import { rowsIn } from '../recordings/logRows.ts';
import { selectedRows } from '../recordings/selectedRows.ts';
import { type CallsAsked, printCalls } from './printCalls.ts';
import { printRecording } from './printRecording.ts';
import { printUnits } from './printUnits.ts';
import { decodeRules, protocolId, rowRange, type RowRange } from '../optionValues.ts';
import { rawOption, rowFormOf } from '../output/rowForm.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';
import { printSentence } from '../output/printSentence.ts';

const EXAMPLES = `
Examples:
  $ duplex log ./ticks
  $ duplex log ./ticks --range 100..199
  $ duplex log ./ticks --filter 'in text size>1KiB' --search error
  $ duplex log ./ticks --search '/"price":\\d{4,}/' --json
  $ duplex log ./ticks --search '$[?$.price > 1000]'
  $ duplex log ./chat --units --filter 'type=call name="chat message"'
  $ duplex log ./feed --units --filter 'operation=Ticks payload.data.tick.price>100'
  $ duplex log ./feed --filter 'operation=#12'
  $ duplex log ./feed --search '$.price' --decoded
  $ duplex log ./chat --calls
  $ duplex log ./feed --calls --call-id '$.request' --reply-id '$.answerTo' --json
  $ duplex log ./ticks --json | jq -r 'select(.kind == "text").text'
`;

interface Options extends QueryOptions {
  readonly units?: true;
  readonly json?: true;
  readonly raw?: true;
  readonly frames?: true;
  readonly range?: RowRange;
  readonly calls?: true;
  readonly callId?: string;
  readonly replyId?: string;
}

/** `duplex log <recording>` */
export function logCommand({ workersFolder, finish }: CommandParts): Command {
  return new Command('log')
    .description('print a recorded session')
    .argument('<recording>', 'its folder')
    .option('--json', 'print one JSON object per line, as connect does')
    .addOption(rawOption())
    .option('--frames', 'also print the frames of each row, if the session kept them')
    .option('--units', 'print decoded messages: events, calls, replies')
    .option('--calls', 'print calls with their replies, and latencies by name, instead of rows')
    .option('--call-id <path>', "with --calls: JSONPath of the id in a call, instead of the protocol's ids")
    .option('--reply-id <path>', 'with --calls: JSONPath of the same id in its reply')
    .option('--protocol <id>', 'the protocol inside messages, if the session did not name it', protocolId)
    .option(
      '--decode <rule>',
      'the format of messages or payloads, if the session did not name it; repeatable',
      decodeRules,
    )
    .option('--range <rows>', 'only these rows, the last included: 10..20, 10.. or ..20', rowRange)
    .option(
      '--filter <words>',
      "only rows of a direction, kind or size, or with a unit: 'in', 'size>1KiB', 'type=event name=chat', 'payload.n>5'",
    )
    .option('--search <text>', 'only rows that contain a text, match a /regex/, or have a match for a $.path')
    .option('-i, --ignore-case', 'ignore case when searching')
    .option('--decoded', 'search in decoded messages; slower, because every message is decoded')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: Options) =>
      finish(await log(folder, await withNamedTable(options), workersFolder)),
    );
}

async function log(folder: string, options: Options, workersFolder: string): Promise<ExitStatus> {
  const { frames = false, range = { first: 0, last: Infinity }, units = false } = options;
  const form = { form: rowFormOf(options), frames };
  const selection = logQuery(options);
  const calls = options.calls && callsAsked(options, selection !== undefined || units);
  if (!calls && !selection && !units)
    return printRecording(folder, form, (recording) => rowsIn(recording, range));
  const problem = selection && (await invalidQuery(selection.query));
  if (problem !== undefined) throw new DuplexError('call.invalid', problem);
  const faults: ExitStatus[] = [];
  const engine = new Engine({
    workersFolder,
    onError(error) {
      faults.push(statusOfError(error));
      printSentence(error.message);
    },
  });
  try {
    if (calls) return worst(await printCalls(engine, folder, calls), ...faults);
    const status = units
      ? await printUnits(engine, folder, form, { range, selection, how: decodeHow(options) })
      : await printRecording(folder, form, (recording) =>
          selectedRows(engine, recording, folder, range, selection!),
        );
    return worst(status, ...faults);
  } catch (error) {
    // The search ended because its worker crashed, which is already reported.
    if (error instanceof DuplexError && faults.length > 0) return worst(...faults);
    throw error;
  } finally {
    await engine.dispose();
  }
}

/** @throws DuplexError `call.invalid` if options contradict `--calls` */
function callsAsked(options: Options, choosesRows: boolean): CallsAsked {
  const { callId, replyId, json, protocol, decode, raw, frames, range } = options;
  if (choosesRows || options.filter !== undefined || raw || frames || range)
    throw new DuplexError(
      'call.invalid',
      '--calls prints all calls: leave out the options that choose or print rows.',
    );
  if ((callId === undefined) !== (replyId === undefined))
    throw new DuplexError('call.invalid', '--call-id and --reply-id go together: give both paths.');
  const pairs = callId === undefined || replyId === undefined ? undefined : { call: callId, reply: replyId };
  return { json: json === true, protocol, decode, pairs };
}
