import { Command, Option } from 'commander';
import { invalidQuery } from '../../core/search/compileText.ts';
import { Engine } from '../../engine/engine.ts';
import {
  createDraftExporter,
  exportRows,
  openRecording,
  requireOutside,
  ROW_EXPORT_KINDS,
  withWireSizes,
} from '../../engine/recordingFile.ts';
import type { RowExportKind } from '../../shared/queryProtocol.ts';
import { DuplexError } from '../../shared/errors.ts';
import { EXIT, type ExitStatus, type CommandParts } from '../exitStatus.ts';
import { unlessInterrupted } from '../interrupts.ts';
import { protocolId, rowRange, type RowRange } from '../optionValues.ts';
import { withNamedTable } from '../requestFiles/protocolTables.ts';
import { printSentence } from '../output/printSentence.ts';
import { requireNewFile } from '../output/writeNewFile.ts';
import { exportRequests } from './exportRequests.ts';
import { logQuery, type QueryOptions } from '../recordings/logQuery.ts';
import { rowsIn, untilAborted } from '../recordings/logRows.ts';
import { selectedRows } from '../recordings/selectedRows.ts';

const EXAMPLES = `
Examples:
  $ duplex export ./ticks --to har --output ticks.har
  $ duplex export ./chat --to ws --output chat.ws
  $ duplex export chat.ws --to opencollection --output chat/
  $ duplex export ./ticks --to payloads --filter in --output messages/
  $ duplex export ./feed --to payloads --search '$.price' --decoded --output prices/
  $ duplex export ./ticks --to csv --filter 'in text' --range 0..999 --output ticks.csv

Exit status: 0 the file is written, 2 it is not: wrong usage, no recording, no room, or Ctrl+C.
`;

/** The export format of request files; the others are formats of recordings. */
const COLLECTION = 'opencollection';
/** The export format of a drafted test. */
const DRAFT = 'ws';

type RecordingExportKind = RowExportKind | typeof DRAFT;

interface Options extends QueryOptions {
  readonly to: RecordingExportKind | typeof COLLECTION;
  readonly output: string;
  readonly range?: RowRange;
  readonly force?: true;
}

/** `duplex export <recording>` */
export function exportCommand({ workersFolder, finish }: CommandParts): Command {
  return new Command('export')
    .description('write a recorded session, or a request file, as a file that other tools read')
    .argument('<recording>', 'its folder; a request file for opencollection')
    .addOption(
      new Option('--to <kind>', 'the kind of file')
        .choices([...ROW_EXPORT_KINDS, DRAFT, COLLECTION])
        .makeOptionMandatory(),
    )
    .requiredOption('--output <file>', 'the file to write; for payloads and opencollection a new folder')
    .option('--force', 'overwrite an existing file; not for payloads and opencollection')
    .option('--range <rows>', 'only these rows, the last included: 10..20, 10.. or ..20', rowRange)
    .option(
      '--filter <words>',
      "only rows that duplex log prints with it: 'in', 'text binary', 'size>1KiB', 'type=event name=chat'",
    )
    .option('--search <text>', 'only rows that contain a text, match a /regex/, or have a match for a $.path')
    .option('-i, --ignore-case', 'ignore case when searching')
    .option('--decoded', 'search in decoded messages; slower, because every message is decoded')
    .option(
      '--protocol <id>',
      'the protocol inside messages, for --decoded and filters of units, if the session did not name it',
      protocolId,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: Options) =>
      finish(await exportAny(folder, options, workersFolder)),
    );
}

async function exportAny(path: string, options: Options, workersFolder: string): Promise<ExitStatus> {
  const { to, output, range, filter, search, decoded, protocol, force } = options;
  if (force && (to === COLLECTION || to === 'payloads'))
    throw new DuplexError(
      'call.invalid',
      `--to ${to} writes a new folder and overwrites none: leave out --force, and name another --output if it exists.`,
    );
  if (to !== COLLECTION) return exportRecording(path, { ...options, to }, workersFolder);
  if ([range, filter, search, decoded, protocol].some((option) => option !== undefined))
    throw new DuplexError(
      'call.invalid',
      'A request file has no rows: leave out --range, --filter, --search, --decoded and --protocol.',
    );
  return exportRequests(path, output);
}

/**
 * @throws DuplexError if the recording cannot be read, the file cannot be written, or an interrupt arrives; no partial
 * file remains
 */
async function exportRecording(
  folder: string,
  options: Options & { readonly to: RecordingExportKind },
  workersFolder: string,
): Promise<ExitStatus> {
  const { range = { first: 0, last: Infinity }, output, force = false, to } = options;
  const selection = logQuery(await withNamedTable(options));
  if (options.protocol !== undefined && !options.decoded && !selection?.units)
    throw new DuplexError(
      'call.invalid',
      '--protocol applies to --decoded and to filters by units: add one of them, or leave it out.',
    );
  const problem = selection && (await invalidQuery(selection.query));
  if (problem !== undefined) throw new DuplexError('call.invalid', problem);
  await requireOutside(folder, output);
  if (!force && to !== 'payloads') await requireNewFile(output);
  const engine = new Engine({ workersFolder, onError: (error) => printSentence(error.message) });
  const recording = openRecording(folder);
  try {
    const pages = selection
      ? selectedRows(engine, recording, folder, range, selection)
      : rowsIn(recording, range);
    const { rows, left } = await unlessInterrupted('The export', (signal) =>
      exportRows(
        to === DRAFT ? createDraftExporter(recording.manifest) : to,
        recording.manifest,
        untilAborted(withWireSizes(pages, folder), signal),
        output,
      ),
    );
    printSentence(`${rows} ${rows === 1 ? 'row' : 'rows'} written to ${output}.`);
    for (const sentence of left) printSentence(sentence);
    return EXIT.ok;
  } finally {
    recording.close();
    await engine.dispose();
  }
}
