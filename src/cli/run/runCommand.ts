import { setMaxListeners } from 'node:events';
import { Command, Option } from 'commander';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import { addConnectionOptions, connectionOptionsOf } from '../connectionOptions.ts';
import { EXIT, statusOfError, worst, type ExitStatus, type CommandParts } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { countFrom1, duration, repeated, variable } from '../optionValues.ts';
import { createOutput } from '../output/output.ts';
import { printSentence } from '../output/printSentence.ts';
import { forgetTables, withNamedTable } from '../requestFiles/protocolTables.ts';
import { readRequestFiles, type ReadRequestFile, type UnreadFile } from '../requestFiles/readRequestFiles.ts';
import { createTerminalOutside } from '../requestFiles/terminalOutside.ts';
import { REPORTERS } from './reporters/report.ts';
import { runFiles, type RunSettings, type RunTools } from './runFiles.ts';
import { serveBlocks } from './serveBlocks.ts';
import { watchFiles } from './watchFiles.ts';

const EXAMPLES = `
Examples:
  $ duplex run chat.ws
  $ duplex run 'tests/**/*.ws' --env ci --var host=localhost:8080
  $ duplex run tests/ --reporter junit --output results.xml --parallel 4
  $ duplex run chat.ws --request login --watch
  $ duplex run demo.ws --serve
  $ DUPLEX_SECRET_APITOKEN=… duplex run chat.ws

Secrets ({{$secret apiToken}}) come from variables of the environment: DUPLEX_SECRET_ and the name in capitals.
Exit status: 0 all passed, 1 an expectation was not met, 2 a file is not valid or wrong usage, 3 could not connect or
the connection failed. Of several the worst counts: 2, then 3, then 1.
`;

/**
 * Connection options that do not apply: options that a request sets itself, options without a use in a run, and
 * --timeout, which has another meaning here.
 */
const NOT_OF_A_RUN = [
  'header',
  'subprotocol',
  'timeout',
  'reconnect',
  'reconnect-delay',
  'reconnect-max-delay',
];

interface Options {
  readonly env?: string;
  readonly var?: readonly string[];
  readonly request?: readonly string[];
  readonly reporter: RunSettings['reporter'];
  readonly output?: string;
  readonly bail?: true;
  readonly timeout?: number;
  readonly watch?: true;
  readonly parallel: number;
  readonly together?: true;
  readonly record?: string;
  readonly serve?: true;
  readonly allowCommands?: true;
}

/** `duplex run <file…>` */
export function runCommand({ workersFolder, finish }: CommandParts): Command {
  const command = new Command('run')
    .description('run the requests of request files and report their expectations')
    .argument('<file...>', 'request files, folders or patterns')
    .option('--env <name>', 'the environment; takes precedence over @env in the files')
    .option('--var <name=value>', 'set a variable; takes precedence over the files; repeatable', repeated)
    .option('--request <name>', 'only the requests with this name; repeatable', repeated)
    .addOption(new Option('--reporter <kind>', 'the format of the report').choices(REPORTERS).default('spec'))
    .option('--output <file>', 'write the report to a file; the spec report stays on standard output')
    .option('--bail', 'stop after the first request that does not pass')
    .option('--timeout <duration>', 'time limit of a whole request', duration)
    .option('--watch', 'run again whenever a file changes, until Ctrl+C')
    .option('--parallel <number>', 'files to run at once', countFrom1('How many at once'), 1)
    .option('--together', 'run the requests of a file in parallel')
    .option('--serve', 'let the SERVE and PROXY blocks of the files listen during the run')
    .option('--allow-commands', 'let {{$command …}} in the files run programs')
    .option('--record <folder>', 'record each session in its own folder below this one');
  return addConnectionOptions(command, NOT_OF_A_RUN)
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      finish(await run(files, options, workersFolder));
    });
}

/**
 * Runs request files once, or whenever they change.
 * @throws DuplexError `call.invalid` if the arguments name no file or no request
 */
async function run(args: readonly string[], options: Options, workersFolder: string): Promise<ExitStatus> {
  const chosen = { environment: options.env, overrides: new Map((options.var ?? []).map(variable)) };
  const settings = await settingsOf(options);
  const cancelled = new AbortController();
  const { signal } = cancelled;
  // Each parallel request adds a listener.
  setMaxListeners(0, signal);
  const faults: ExitStatus[] = [];
  const blame = (error: DuplexError): void => {
    faults.push(statusOfError(error));
    printSentence(error.message);
  };
  const output = createOutput(process.stdout, {
    onGone(error) {
      if (error)
        blame(new DuplexError('disk.denied', `Standard output cannot be written: ${error.message}.`));
      cancelled.abort();
    },
  });
  onInterrupts(
    () => cancelled.abort(),
    () => process.exit(EXIT.expectation),
  );
  const outside = createTerminalOutside(signal, options.allowCommands ?? false);
  const tools: RunTools = { settings, workersFolder, signal, output, outside, blame };
  let status: ExitStatus = EXIT.ok;
  do {
    forgetTables();
    const files = await readRequestFiles(args, chosen);
    const watch = options.watch ? await watchFiles(args, files) : undefined;
    status = await (options.serve ? runServed : runFiles)(files, tools);
    await watch?.changed(signal);
  } while (options.watch && !signal.aborted);
  await output.flush();
  return worst(status, ...faults);
}

async function settingsOf(options: Options): Promise<RunSettings> {
  const { timeout, ...rest } = options;
  return {
    requests: options.request ?? [],
    reporter: options.reporter,
    output: options.output,
    bail: options.bail ?? false,
    timeout,
    parallel: options.parallel,
    together: options.together ?? false,
    record: options.record,
    connection: await withNamedTable(connectionOptionsOf({ ...rest })),
  };
}

/** Runs the files while their blocks listen. If a block cannot listen, no request runs. */
async function runServed(
  files: readonly (ReadRequestFile | UnreadFile)[],
  tools: RunTools,
): Promise<ExitStatus> {
  const { workersFolder, outside, blame } = tools;
  let stop: () => Promise<void>;
  try {
    stop = await serveBlocks(files, { workersFolder, outside, onError: blame });
  } catch (thrown) {
    // With --watch, a change of the file may solve the problem.
    const error = toDuplexError(thrown);
    printSentence(error.message);
    return statusOfError(error);
  }
  try {
    return await runFiles(files, tools);
  } finally {
    await stop();
  }
}
