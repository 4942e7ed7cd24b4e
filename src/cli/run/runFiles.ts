import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestName } from '../../core/request/plan/requestName.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { runRequest } from '../../core/request/run/runRequest.ts';
import type { RequestResult, RunCause } from '../../core/request/run/runResult.ts';
import { contains } from '../../core/request/syntax/range.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { Engine } from '../../engine/engine.ts';
import { toDuplexError, type DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { EXIT, worst, type ExitStatus } from '../exitStatus.ts';
import type { Output } from '../output/output.ts';
import { printSentence } from '../output/printSentence.ts';
import { recordFolder } from '../recordings/recordFolder.ts';
import { chosenRequests } from '../requestFiles/chosenRequests.ts';
import { located, type LocatedProblem } from '../requestFiles/locatedProblem.ts';
import type { ReadRequestFile, UnreadFile } from '../requestFiles/readRequestFiles.ts';
import { createReport, type ReportTarget } from './reporters/report.ts';
import type { FileReport, Reporter, RequestReport } from './reporters/reporter.ts';
import { createRequestPorts, type RequestPorts } from './requestPorts.ts';

export interface RunSettings extends ReportTarget {
  /** Names of the requests to run; empty: all. */
  readonly requests: readonly string[];
  /** Whether to start no more requests after the first failure. */
  readonly bail: boolean;
  /** Time limit of a request in milliseconds; undefined: only the waits of a request have limits. */
  readonly timeout: number | undefined;
  /** Number of files that run in parallel. */
  readonly parallel: number;
  /** Whether the requests of a file run in parallel and share one clock. */
  readonly together: boolean;
  /** The folder for recordings; undefined: none is kept, and reports name none. */
  readonly record: string | undefined;
  /** The default connection options of requests. */
  readonly connection: Partial<ConnectOptions>;
}

/** The tools of each single run. */
export interface RunTools {
  readonly settings: RunSettings;
  readonly workersFolder: string;
  readonly signal: AbortSignal;
  readonly output: Output;
  readonly outside: OutsidePorts;
  /** Reports failures outside the requests. */
  readonly blame: (error: DuplexError) => void;
}

/**
 * Runs the requests of files once, and reports them. A file or a server never makes it throw.
 * @throws DuplexError `call.invalid` if no request has a given name
 */
export async function runFiles(
  files: readonly (ReadRequestFile | UnreadFile)[],
  { settings, workersFolder, signal, output, outside, blame }: RunTools,
): Promise<ExitStatus> {
  const read = files.flatMap((file) => ('problem' in file ? [] : [file]));
  const requests = chosenRequests(read, settings.requests);
  const record = settings.record === undefined ? undefined : await recordFolder(settings.record);
  // A temporary recording, because the run may read large messages again, which are not kept in memory.
  const scratch = record === undefined ? await mkdtemp(join(tmpdir(), 'duplex-run-')) : undefined;
  const faults: ExitStatus[] = [];
  const engine = new Engine({
    workersFolder,
    ...(scratch !== undefined && { recordingsFolder: scratch }),
    onError: blame,
  });
  try {
    const { connection } = settings;
    const around = new Map(read.map((file) => [file.path, file.environmentContext]));
    const environmentContext = (path: string) => around.get(path)!;
    const requestPorts = createRequestPorts({ engine, outside, environmentContext, connection, record });
    const report = createReport(settings, output);
    const origin = requestPorts.ports.now();
    const startedAt = Date.now();
    const reports = await reportAll(files, {
      settings,
      requests,
      requestPorts,
      reporter: report.reporter,
      signal,
      origin,
      onFault: (fault) => void faults.push(fault),
      hasStopped: false,
    });
    const status = exitStatusOf(reports);
    report.reporter.ended({ files: reports, startedAt, duration: requestPorts.ports.now() - origin, status });
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

/** The state of a run. */
interface FilesRun {
  readonly settings: RunSettings;
  /** The requests to run of each file. */
  readonly requests: ReadonlyMap<ReadRequestFile, readonly PlacedRequest[]>;
  readonly requestPorts: RequestPorts;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** The time on the clock of the ports from which times count. */
  readonly origin: number;
  /** A request failed for a reason outside its result: an internal fault of Duplex, or a file that an option names. */
  readonly onFault: (status: ExitStatus) => void;
  /** Whether no more requests start, because a request has failed. */
  hasStopped: boolean;
}

async function reportAll(
  files: readonly (ReadRequestFile | UnreadFile)[],
  run: FilesRun,
): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  const waiting = [...files.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, file] = next;
      reports[index] = await reportOn(file, run);
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.settings.parallel, files.length) }, work));
  return reports;
}

async function reportOn(file: ReadRequestFile | UnreadFile, run: FilesRun): Promise<FileReport> {
  const { requestPorts, reporter, requests, settings } = run;
  const began = requestPorts.ports.now();
  const isUnread = 'problem' in file;
  const warnings = isUnread ? [] : fileWarnings(file);
  reporter.fileStarted?.(file.name, warnings);
  const problems = isUnread ? [unreadProblem(file.name, file.problem)] : fileProblems(file);
  const isRefused = isUnread || file.tableProblems.length > 0;
  const results = isRefused ? [] : await runAll(file.name, requests.get(file) ?? [], run);
  if (settings.bail && problems.length > 0) run.hasStopped = true;
  const report = { name: file.name, problems, warnings, results, duration: requestPorts.ports.now() - began };
  reporter.fileEnded?.(report);
  return report;
}

async function runAll(
  name: string,
  placed: readonly PlacedRequest[],
  run: FilesRun,
): Promise<RequestReport[]> {
  const { settings, requestPorts, reporter, signal, origin, onFault } = run;
  const { timeout, bail, together, record } = settings;
  const one = async (each: PlacedRequest): Promise<RequestReport> => {
    const isSkipped = run.hasStopped || signal.aborted;
    const ran = isSkipped
      ? skippedRequest(each, requestPorts.ports.now() - origin)
      : await runRequest(each, requestPorts.ports, { signal, timeout }, origin);
    await requestPorts.release(each);
    if (bail && ran.status !== 'passed' && ran.failure?.cause !== 'disabled') run.hasStopped = true;
    const { refusal, failed } = requestPorts.traceOf(each);
    if (ran.failure?.code === 'internal' && !failed) onFault(EXIT.internal);
    if (failed === 'file') onFault(EXIT.usage);
    const result = {
      ...(record === undefined ? withoutRecording(ran) : ran),
      ...(refusal && { refusal }),
    };
    reporter.requestEnded?.(name, result);
    return result;
  };
  if (together) return Promise.all(placed.map(one));
  const results: RequestReport[] = [];
  for (const each of placed) results.push(await one(each));
  return results;
}

function withoutRecording(result: RequestResult): RequestResult {
  return { ...result, session: result.session && { ...result.session, recording: undefined } };
}

/** The result of a request that did not start. */
function skippedRequest({ uri, request }: PlacedRequest, startedAt: number): RequestResult {
  return {
    uri,
    index: request.index,
    name: requestName(request),
    range: request.target.range,
    status: 'skipped',
    startedAt,
    duration: 0,
    handshake: [],
    steps: [],
    failure: undefined,
    session: undefined,
  };
}

/**
 * The errors of a file that belong to no request. A request with an error does not run and reports the error itself.
 */
function fileProblems({ name, file, tableProblems }: ReadRequestFile): LocatedProblem[] {
  if (tableProblems.length > 0) return [...tableProblems];
  const refused = file.requests.filter(({ error }) => error);
  return file.diagnostics
    .filter(
      ({ severity, range }) =>
        severity === 'error' && !refused.some((request) => contains(request.range, range)),
    )
    .map((diagnostic) => located(name, diagnostic));
}

/** The warnings of a file, and its ignored parts. Hints are only for authors. */
function fileWarnings({ name, file }: ReadRequestFile): LocatedProblem[] {
  return file.diagnostics
    .filter(({ severity }) => severity === 'warning' || severity === 'information')
    .map((diagnostic) => located(name, diagnostic));
}

/** The only problem of a file that cannot be read. */
function unreadProblem(name: string, message: string): LocatedProblem {
  return {
    file: name,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    severity: 'error',
    code: 'file.unreadable',
    message,
  };
}

const EXIT_OF_CAUSE: Readonly<Record<RunCause, ExitStatus>> = {
  expectation: EXIT.expectation,
  timeout: EXIT.expectation,
  // A request that did not run has not met its expectations.
  cancelled: EXIT.expectation,
  disabled: EXIT.ok,
  invalid: EXIT.usage,
  connection: EXIT.connection,
};

/** The exit status of a whole run. */
export function exitStatusOf(files: readonly FileReport[]): ExitStatus {
  return worst(
    ...files.flatMap(({ problems, results }) => [
      problems.length > 0 ? EXIT.usage : EXIT.ok,
      ...results.map(exitOf),
    ]),
  );
}

function exitOf({ failure }: RequestResult): ExitStatus {
  return failure ? EXIT_OF_CAUSE[failure.cause] : EXIT.ok;
}
