import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { Engine } from '../../engine/engine.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { chosenRequests } from '../requestFiles/chosenRequests.ts';
import { coloursFor } from '../output/rowForm.ts';
import { EXIT, statusOfError, worst, type ExitStatus } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { createOutput, type Output } from '../output/output.ts';
import {
  readRequestFile,
  type Chosen,
  type ReadRequestFile,
  type UnreadFile,
} from '../requestFiles/readRequestFile.ts';
import { jsonReporter } from './reporters/jsonReporter.ts';
import { junitReporter } from './reporters/junitReporter.ts';
import type { Reporter } from './reporters/reporter.ts';
import { specReporter } from './reporters/specReporter.ts';
import { recordFolder } from '../recordings/recordFolder.ts';
import { forgetTables } from '../requestFiles/protocolTables.ts';
import { requestPaths } from '../requestFiles/requestPaths.ts';
import { requestPorts } from './requestPorts.ts';
import { runFiles } from './runFiles.ts';
import { serveBlocks } from './serveBlocks.ts';
import { terminalOutside } from '../requestFiles/terminalOutside.ts';
import { printSentence } from '../output/printSentence.ts';
import { watchFiles } from './watchFiles.ts';
import { randomUUID } from 'node:crypto';

export const REPORTERS = ['spec', 'json', 'junit'] as const;

export interface RunSettings {
  /** Whether `{{$command …}}` may run programs. */
  readonly allowCommands: boolean;
  readonly chosen: Chosen;
  /** Names of the requests to run; empty: all. */
  readonly requests: readonly string[];
  readonly reporter: (typeof REPORTERS)[number];
  /** A file for the report; the terminal then shows the report for people. */
  readonly output: string | undefined;
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
  const outside = terminalOutside(signal, settings.allowCommands);
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
  parts: RunTools,
): Promise<ExitStatus> {
  if (!parts.settings.serve) return runOnce(files, parts);
  const { workersFolder, outside, blame } = parts;
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
    return await runOnce(files, parts);
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
    const { ports, release, traceOf } = requestPorts({
      engine,
      outside,
      environmentContext: (path) => around.get(path)!,
      connection: settings.connection,
      record,
    });
    const report = reporting(settings, output);
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

/** The chosen reporter, and if it writes to a file, the one for people on the terminal. */
function reporting(
  { reporter: name, output: file }: RunSettings,
  output: Output,
): { readonly reporter: Reporter; finish(): Promise<void> } {
  const print = (text: string): void => output.write(text);
  const create = (write: (text: string) => void, isTerminal: boolean): Reporter => {
    if (name === 'json') return jsonReporter(write);
    if (name === 'junit') return junitReporter(write);
    return specReporter(write, coloursFor(isTerminal ? process.stdout : {}));
  };
  if (file === undefined) return { reporter: create(print, true), finish: () => output.flush() };
  let text = '';
  const reporters = [
    create((more) => (text += more), false),
    specReporter(print, coloursFor(process.stdout)),
  ];
  return {
    reporter: {
      fileStarted: (of, warnings) => reporters.forEach((each) => each.fileStarted?.(of, warnings)),
      requestEnded: (of, result) => reporters.forEach((each) => each.requestEnded?.(of, result)),
      fileEnded: (report) => reporters.forEach((each) => each.fileEnded?.(report)),
      ended: (report) => reporters.forEach((each) => each.ended(report)),
    },
    finish: () => writeReport(resolve(file), text),
  };
}

/**
 * Writes a report atomically: a reader finds the old one or the new one, never a part. Unlike a recording, others may read
 * it, and a device or a pipe is written to.
 * @throws DuplexError `disk.denied`
 */
async function writeReport(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const isSpecial = await stat(path).then(
      (stats) => !stats.isFile(),
      () => false,
    );
    if (isSpecial) return await writeFile(path, text);
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    // Below a file that is no folder this fails, too; the first failure is the one to report.
    await rm(partial, { force: true }).catch(() => undefined);
    const message = `The report cannot be written to ${path}: ${(cause as Error).message}.`;
    throw new DuplexError('disk.denied', message, { cause });
  }
}
