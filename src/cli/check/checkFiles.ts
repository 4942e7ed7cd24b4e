import type { Severity, Diagnostic } from '../../core/request/syntax/diagnostic.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { visibleJson } from '../../core/format/visible.ts';
import { located, problemLine, shownPath, type LocatedProblem } from '../requestFiles/locatedProblem.ts';
import { createOutput } from '../output/output.ts';
import { namedTable } from '../requestFiles/protocolTables.ts';
import {
  readRequestFile,
  requestPaths,
  type Chosen,
  type ReadRequestFile,
} from '../requestFiles/readRequestFiles.ts';
import { printSentence } from '../output/printSentence.ts';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { excerpt } from '../../core/text/excerpt.ts';
import { referencedFiles } from '../../core/request/variables/referencedFiles.ts';

export interface CheckSettings {
  readonly chosen: Chosen;
  /** The path of a protocol table for the files, in addition to those around them. */
  readonly table: string | undefined;
  readonly json: boolean;
  /** Whether to print errors only. */
  readonly quiet: boolean;
}

/**
 * Prints the diagnostics of request files, and of the environment files and tables around them.
 * @throws DuplexError `call.invalid` if the arguments name no file
 */
export async function checkFiles(args: readonly string[], settings: CheckSettings): Promise<ExitStatus> {
  let isRead = true;
  let hasErrors = false;
  const output = createOutput(process.stdout, {
    onGone(error) {
      isRead = false;
      if (!error) return;
      hasErrors = true;
      printSentence(`Standard output cannot be written: ${error.message}.`);
    },
  });
  const counts: Record<Severity, number> = { error: 0, warning: 0, information: 0, hint: 0 };
  const printed = new Set<string>();
  const print = (problem: LocatedProblem): void => {
    const line = settings.json ? visibleJson(problem) : problemLine(problem);
    // Several files share their environment files, whose diagnostics are printed once.
    if (printed.has(line)) return;
    printed.add(line);
    counts[problem.severity]++;
    if (problem.severity === 'error') hasErrors = true;
    if (!settings.quiet || problem.severity === 'error') output.write(`${line}\n`);
  };

  const paths = await requestPaths(args);
  if (settings.table !== undefined) for (const problem of await namedTable(settings.table)) print(problem);
  for (const path of paths) {
    if (!isRead) break;
    const read = await readRequestFile(path, settings.chosen);
    if ('problem' in read) {
      hasErrors = true;
      printSentence(read.problem);
      continue;
    }
    for (const problem of await problemsOf(read)) print(problem);
    if (output.full) await output.drained();
  }
  await output.flush();
  if (!settings.json && isRead)
    printSentence(`${counted(paths.length, 'file')} checked: ${summaryOf(counts)}.`);
  return hasErrors ? EXIT.usage : EXIT.ok;
}

/** The diagnostics of a request file, its environment files and the files that it names, in file order. */
async function problemsOf(read: ReadRequestFile): Promise<LocatedProblem[]> {
  const environments = read.environmentContext.environmentFiles.flatMap(({ path, problem }) =>
    problem ? [located(shownPath(path), { ...problem, severity: 'error' })] : [],
  );
  const own = [...read.file.diagnostics, ...(await missingFiles(read))].map((diagnostic) =>
    located(read.name, diagnostic),
  );
  return [
    ...environments,
    ...read.tableProblems,
    ...own.sort((a, b) => a.line - b.line || a.column - b.column),
  ];
}

function summaryOf(counts: Readonly<Record<Severity, number>>): string {
  const parts = [counted(counts.error, 'error'), counted(counts.warning, 'warning')];
  const rest = counts.information + counts.hint;
  if (rest > 0) parts.push(counted(rest, 'hint'));
  return parts.join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The missing files that a request file names. */
async function missingFiles({ path, file, environmentContext }: ReadRequestFile): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { path: written, range } of referencedFiles(file, environmentContext)) {
    const isThere = await stat(resolve(dirname(path), written)).then(
      (stats) => stats.isFile(),
      () => false,
    );
    if (isThere) continue;
    const message = `There is no file ${excerpt(written)}: paths are relative to the folder of the request file.`;
    found.push({ severity: 'error', code: 'file.missing', message, range });
  }
  return found;
}
