import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { Engine } from '../../engine/engine.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { chosenRequests } from '../requestFiles/chosenRequests.ts';
import { EXIT, statusOfError, worst, type ExitStatus } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { createOutput, type Output } from '../output/output.ts';
import {
  readRequestFile,
  type Chosen,
  type ReadRequestFile,
  type UnreadFile,
} from '../requestFiles/readRequestFile.ts';
import { createReport, type ReportTarget } from './reporters/report.ts';
import { recordFolder } from '../recordings/recordFolder.ts';
import { forgetTables } from '../requestFiles/protocolTables.ts';
import { requestPaths } from '../requestFiles/requestPaths.ts';
import { createRequestPorts } from './requestPorts.ts';
import { runFiles } from './runFiles.ts';
import { serveBlocks } from './serveBlocks.ts';
import { createTerminalOutside } from '../requestFiles/terminalOutside.ts';
import { printSentence } from '../output/printSentence.ts';
import { watchFiles } from './watchFiles.ts';

export interface RunSettings extends ReportTarget {
  /** Whether `{{$command …}}` may run programs. */
  readonly allowCommands: boolean;
  readonly chosen: Chosen;
  /** Names of the requests to run; empty: all. */
  readonly requests: readonly string[];
  readonly bail: boolean;
  readonly timeout: number | undefined;
  readonly watch: boolean;
  readonly parallel: number;
  readonly together: boolean;
  readonly record: string | undefined;
  /** Whether the SERVE and PROXY blocks of the files listen meanwhile. */
  readonly serve: boolean;
  /** The defaults of requests. */
  readonly connection: Partial<ConnectOptions>;
}

/**
 * Runs request files once, or whenever they change.
 * @throws DuplexError `call.invalid` for arguments that name no file or no request
 */
export async function run(
  args: readonly string[],
  settings: RunSettings,
  workersFolder: string,
): Promise<ExitStatus> {
  const cancelled = new AbortController();
  const { signal } = cancelled;
  // One listener per parallel request.
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
  const outside = createTerminalOutside(signal, settings.allowCommands);
  let status: ExitStatus = EXIT.ok;
  do {
    forgetTables();
    const files = await readFiles(await requestPaths(args), settings.chosen);
    const watch = settings.watch ? await watchFiles(args, files) : undefined;
    status = await runServed(files, { settings, workersFolder, signal, output, outside, blame });
    await watch?.changed(signal);
  } while (settings.watch && !signal.aborted);
  await output.flush();
  return worst(status, ...faults);
}

function readFiles(
  paths: readonly string[],
  chosen: Chosen,
): Promise<readonly (ReadRequestFile | UnreadFile)[]> {
  return Promise.all(paths.map((path) => readRequestFile(path, chosen)));
}

/** What a run is given, each time that it runs. */
interface RunTools {
  readonly settings: RunSettings;
  readonly workersFolder: string;
  readonly signal: AbortSignal;
  readonly output: Output;
  readonly outside: OutsidePorts;
  /** Reports failures outside the requests. */
  readonly blame: (error: DuplexError) => void;
}

/** Runs the files while their blocks listen, if that is wanted. If one cannot, no request runs. */
async function runServed(
  files: readonly (ReadRequestFile | UnreadFile)[],
  tools: RunTools,
): Promise<ExitStatus> {
  if (!tools.settings.serve) return runOnce(files, tools);
  const { workersFolder, outside, blame } = tools;
  let stop: () => Promise<void>;
  try {
    stop = await serveBlocks(files, { workersFolder, outside, onError: blame });
  } catch (thrown) {
    // With --watch, a change of the file may be the remedy.
    const error = toDuplexError(thrown);
    printSentence(error.message);
    return statusOfError(error);
  }
  try {
    return await runOnce(files, tools);
  } finally {
    await stop();
  }
}

async function runOnce(
  files: readonly (ReadRequestFile | UnreadFile)[],
  { settings, workersFolder, signal, output, outside, blame }: RunTools,
): Promise<ExitStatus> {
  const read = files.flatMap((file) => ('problem' in file ? [] : [file]));
  const requests = chosenRequests(read, settings.requests);
  const record = settings.record === undefined ? undefined : await recordFolder(settings.record);
  // The run may read messages again that are too large to keep in memory.
  const scratch = record === undefined ? await mkdtemp(join(tmpdir(), 'duplex-run-')) : undefined;
  const faults: ExitStatus[] = [];
  const engine = new Engine({
    workersFolder,
    ...(scratch !== undefined && { recordingsFolder: scratch }),
    onError: blame,
  });
  try {
    const around = new Map(read.map((file) => [file.path, file.environmentContext]));
    const { ports, release, traceOf } = createRequestPorts({
      engine,
      outside,
      environmentContext: (path) => around.get(path)!,
      connection: settings.connection,
      record,
    });
    const report = createReport(settings, output);
    const { status } = await runFiles({
      ...settings,
      files,
      requests,
      ports,
      release,
      traceOf,
      onFault: (fault) => void faults.push(fault),
      signal,
      reporter: report.reporter,
      isRecorded: record !== undefined,
    });
    await report.finish().catch((error: unknown) => blame(toDuplexError(error)));
    if (read.length > 0 && read.every(({ file }) => file.requests.length === 0)) {
      printSentence(
        `${read.length === 1 ? `${read[0]!.name} holds no` : `None of the ${read.length} files holds a`} request: ` +
          'write a target such as WEBSOCKET ws://localhost:8080/, or name other files.',
      );
      return worst(status, EXIT.usage);
    }
    return worst(status, ...faults);
  } finally {
    await engine.dispose();
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}
