import type { RunFailure, StepResult } from '../../../../../src/core/request/run/runResult.ts';
import type { FileReport, RequestReport, RunReport } from '../../../../../src/cli/run/reporters/reporter.ts';

const RANGE = { start: { line: 1, character: 2 }, end: { line: 1, character: 9 } };

export function failure(more: Partial<RunFailure> = {}): RunFailure {
  return { cause: 'expectation', code: 'expect', message: 'It is not so.', range: RANGE, ...more };
}

export function step(more: Partial<StepResult> = {}): StepResult {
  return {
    index: 0,
    range: RANGE,
    label: 'send hello',
    status: 'passed',
    startedAt: 0,
    duration: 1,
    latency: undefined,
    received: undefined,
    sent: undefined,
    expectations: [],
    captures: [],
    failure: undefined,
    ...more,
  };
}

export function result(name: string, more: Partial<RequestReport> = {}): RequestReport {
  return {
    uri: '/w/a.ws',
    index: 0,
    name,
    range: RANGE,
    status: 'passed',
    startedAt: 0,
    duration: 12.3456,
    handshake: [],
    steps: [],
    failure: undefined,
    session: undefined,
    ...more,
  };
}

export function fileReport(
  name: string,
  results: readonly RequestReport[] = [],
  more: Partial<FileReport> = {},
): FileReport {
  return { name, problems: [], warnings: [], results, duration: 5, ...more };
}

export function runReport(files: readonly FileReport[], more: Partial<RunReport> = {}): RunReport {
  return { files, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5), duration: 1234.5, status: 0, ...more };
}
