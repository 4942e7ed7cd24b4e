import type { PlacedRequest, RunPorts } from '../../core/request/run/runPorts.ts';
import { runRequest } from '../../core/request/run/runRequest.ts';
import type { RequestResult } from '../../core/request/run/runResult.ts';
import type { ReadRequestFile, UnreadFile } from '../requestFiles/readRequestFile.ts';
import type { FileReport, Reporter, RequestReport, RunReport } from './reporters/reporter.ts';
import type { RequestPorts } from './requestPorts.ts';
import { exitStatusOf } from './runExitStatus.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { requestName } from '../../core/request/plan/requestName.ts';
import { contains } from '../../core/request/syntax/range.ts';
import { located, type LocatedProblem } from '../requestFiles/locatedProblem.ts';

export interface FilesRun {
  readonly files: readonly (ReadRequestFile | UnreadFile)[];
  /** The requests to run of each file. */
  readonly requests: ReadonlyMap<ReadRequestFile, readonly PlacedRequest[]>;
  readonly ports: RunPorts;
  readonly release: RequestPorts['release'];
  readonly traceOf: RequestPorts['traceOf'];
  /** A request failed for a reason outside its result: a fault of Duplex itself, or a file that an option names. */
  readonly onFault: (status: ExitStatus) => void;
  readonly reporter: Reporter;
  /** Number of files that run in parallel. */
  readonly parallel: number;
  /** Whether the requests of a file run in parallel, with one clock. */
  readonly together: boolean;
  /** Whether to start no more after the first failure. */
  readonly bail: boolean;
  /** Time limit of a request in milliseconds; undefined: only its waits have limits. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  /** Whether recordings are kept. If not, reports do not name them. */
  readonly isRecorded: boolean;
}

/** Runs request files and calls the reporter. Never throws because of a file or a server. */
export async function runFiles(run: FilesRun): Promise<RunReport> {
  const { files, ports, reporter, parallel } = run;
  const startedAt = Date.now();
  const origin = ports.now();
  const reports: FileReport[] = [];
  const stop = { isSet: false };
  const waiting = [...files.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, file] = next;
      reports[index] = await runOne(file, run, origin, stop);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, files.length) }, work));
  const report = { files: reports, startedAt, duration: ports.now() - origin, status: exitStatusOf(reports) };
  reporter.ended(report);
  return report;
}

async function runOne(
  file: ReadRequestFile | UnreadFile,
  run: FilesRun,
  origin: number,
  stop: { isSet: boolean },
): Promise<FileReport> {
  const { ports, reporter, requests } = run;
  const began = ports.now();
  const isUnread = 'problem' in file;
  const warnings = isUnread ? [] : fileWarnings(file);
  reporter.fileStarted?.(file.name, warnings);
  const problems = isUnread ? [unreadProblem(file.name, file.problem)] : fileProblems(file);
  const isRefused = isUnread || file.tableProblems.length > 0;
  const results = isRefused ? [] : await runAll(file.name, requests.get(file) ?? [], run, origin, stop);
  if (run.bail && problems.length > 0) stop.isSet = true;
  const report = { name: file.name, problems, warnings, results, duration: ports.now() - began };
  reporter.fileEnded?.(report);
  return report;
}

async function runAll(
  name: string,
  placed: readonly PlacedRequest[],
  run: FilesRun,
  origin: number,
  stop: { isSet: boolean },
): Promise<RequestReport[]> {
  const { ports, release, traceOf, reporter, signal, timeout, bail, together, isRecorded, onFault } = run;
  const one = async (each: PlacedRequest): Promise<RequestReport> => {
    const isSkipped = stop.isSet || signal.aborted;
    const ran = isSkipped
      ? skippedRequest(each, ports.now() - origin)
      : await runRequest(each, ports, { signal, timeout }, origin);
    await release(each);
    if (bail && ran.status !== 'passed' && ran.failure?.cause !== 'disabled') stop.isSet = true;
    const { refusal, failed } = traceOf(each);
    if (ran.failure?.code === 'internal' && !failed) onFault(EXIT.internal);
    if (failed === 'file') onFault(EXIT.usage);
    const result = {
      ...(isRecorded ? ran : withoutRecording(ran)),
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

/** The result of a request that was not started. */
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

/** The errors of a file that belong to no request; a request with an error is refused and reports it itself. */
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

/** Warnings of a file and its ignored parts. Hints are for authors only. */
function fileWarnings({ name, file }: ReadRequestFile): LocatedProblem[] {
  return file.diagnostics
    .filter(({ severity }) => severity === 'warning' || severity === 'information')
    .map((diagnostic) => located(name, diagnostic));
}

/** A file that has only this problem to report. */
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
