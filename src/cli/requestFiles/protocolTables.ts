import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ProtocolTable, TABLE_FILE } from '../../core/protocol/table/protocolTable.ts';
import { setUserTables, userTables } from '../../core/protocol/registry.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import { foldersUpTo } from '../../engine/environmentFiles.ts';
import { MAX_TABLE_BYTES, readTable } from '../../engine/protocolTables.ts';
import { DuplexError } from '../../shared/errors.ts';
import { located, problemLine, shownPath, type LocatedProblem } from './locatedProblem.ts';

/** The problems of each table, by its path. Each table is read once. */
const read = new Map<string, Promise<readonly LocatedProblem[]>>();

/** Tables are read one at a time, so that the first of two tables with the same id keeps it. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Reads the tables (`*.protocol.json`) in the folder of a request file and in its parents, up to the working directory.
 * @returns the problems of tables that cannot be used
 */
export async function tablesAround(requestFile: string): Promise<readonly LocatedProblem[]> {
  return (await Promise.all((await tablePaths(requestFile)).map(problemsOf))).flat();
}

/** The paths of these tables. */
export async function tablePaths(requestFile: string): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of foldersUpTo(dirname(requestFile), process.cwd())) {
    // The request file reports why its folder cannot be read.
    const names = await readdir(folder).catch(() => []);
    paths.push(
      ...names
        .filter((name) => TABLE_FILE.test(name))
        .sort()
        .map((name) => join(folder, name)),
    );
  }
  return paths;
}

/**
 * Reads the table if the value of `--protocol` is a path, and replaces the path by the table's id.
 * @throws DuplexError `file.invalid` if the file is not a table
 */
export async function withNamedTable<T extends { readonly protocol?: string }>(options: T): Promise<T> {
  const { protocol = '' } = options;
  if (!TABLE_FILE.test(protocol)) return options;
  const [problem] = await namedTable(protocol);
  if (problem) throw new DuplexError('file.invalid', problemLine(problem));
  return { ...options, protocol: known.get(resolve(protocol))!.id };
}

/** Reads a table that the command line names. @returns its problems; empty if it can be used */
export function namedTable(file: string): Promise<readonly LocatedProblem[]> {
  const path = resolve(file);
  named.add(path);
  return problemsOf(path);
}

/** The usable tables, by their path, and the tables that the command line names. */
const known = new Map<string, ProtocolTable>();
const named = new Set<string>();

function problemsOf(path: string): Promise<readonly LocatedProblem[]> {
  let problems = read.get(path);
  if (!problems) {
    problems = last.then(() => load(path));
    last = problems;
    read.set(path, problems);
  }
  return problems;
}

async function load(path: string): Promise<readonly LocatedProblem[]> {
  const inFile = (problem: Problem): LocatedProblem =>
    located(shownPath(path), { ...problem, severity: 'error' });
  let text: string;
  try {
    const stats = await stat(path);
    // A pipe or a device may have no end.
    if (!stats.isFile()) throw new Error('it is not a regular file');
    const { size } = stats;
    if (size > MAX_TABLE_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_TABLE_BYTES}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    const start = { line: 0, character: 0 };
    const message = `This protocol table cannot be read: ${(error as Error).message}.`;
    return [inFile({ code: 'protocol.table', message, range: { start, end: start } })];
  }
  const { table, problems } = await readTable(
    text,
    userTables().map(({ id }) => id),
  );
  if (!table) return problems.map(inFile);
  known.set(path, table);
  setUserTables([...userTables(), table]);
  return [];
}

/** Forgets the tables around request files, so that a run that watches them reads them again. */
export function forgetTables(): void {
  for (const path of read.keys()) {
    if (named.has(path)) continue;
    read.delete(path);
    known.delete(path);
  }
  setUserTables([...known.values()]);
}
