import { contains } from '../../core/request/syntax/range.ts';
import { located, type LocatedProblem } from '../requestFiles/locatedProblem.ts';
import type { ReadRequestFile } from '../requestFiles/readRequestFile.ts';

/** The errors of a file that belong to no request; a request with an error is refused and reports it itself. */
export function fileProblems({ name, file }: ReadRequestFile): LocatedProblem[] {
  const refused = file.requests.filter(({ error }) => error);
  return file.diagnostics
    .filter(
      ({ severity, range }) =>
        severity === 'error' && !refused.some((request) => contains(request.range, range)),
    )
    .map((diagnostic) => located(name, diagnostic));
}

/** Warnings of a file and its ignored parts. Hints are for authors only. */
export function fileWarnings({ name, file }: ReadRequestFile): LocatedProblem[] {
  return file.diagnostics
    .filter(({ severity }) => severity === 'warning' || severity === 'information')
    .map((diagnostic) => located(name, diagnostic));
}

/** A file that has only this problem to report. */
export function unreadProblem(name: string, message: string): LocatedProblem {
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
