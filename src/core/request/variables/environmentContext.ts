import type { DiagnosticCode } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import { environmentTls, type EnvironmentTls } from './environmentTls.ts';
import {
  SHARED,
  variableIn,
  variableNamesIn,
  type EnvironmentFile,
  type EnvironmentVariable,
} from './environmentFile.ts';

/** The nearest `.env` file of a request file. */
export interface Dotenv {
  /** Undefined if there is none. */
  readonly path: string | undefined;
  readonly values: ReadonlyMap<string, string>;
  /** Why it could not be read. */
  readonly problem: string | undefined;
}

export const NO_DOTENV: Dotenv = { path: undefined, values: new Map(), problem: undefined };

/** The folders that are searched for the environments of a request file. */
export interface SearchedFolders {
  /** The folder of the request file. */
  readonly folder: string;
  /** Where the search ends. If the request file lies elsewhere, its own folder is the only one. */
  readonly root: string;
  /** What kind of folder the root is. */
  readonly rootIs: 'the working directory' | 'the workspace folder';
  readonly isBelowRoot: boolean;
}

/** The folders that were searched, for the end of a sentence that starts with "there is none". */
export function searchedPlace(searched: SearchedFolders | undefined): string {
  if (!searched) return 'in the folder of the request file or above it';
  const { folder, root, rootIs, isBelowRoot } = searched;
  if (!isBelowRoot)
    return `in ${folder}, the only folder that is looked through for a file outside ${rootIs} ${root}`;
  return folder === root ? `in ${rootIs} ${root}` : `in ${folder} or above it, up to ${rootIs} ${root}`;
}

/** The files and choices around a request file that affect its variables. */
export interface EnvironmentContext {
  /** The environment files: those of the file's folder first, then those of the folders above it. */
  readonly environmentFiles: readonly EnvironmentFile[];
  /** Undefined if no search took place. */
  readonly dotenv: Dotenv | undefined;
  /** Where environment files and `.env` were searched; undefined if no search took place. */
  readonly searched?: SearchedFolders | undefined;
  /** The environment that the user chose. Without a choice, a request's `@env` applies. */
  readonly environment?: string | undefined;
  /** Values that take precedence over those of the file, such as those of `--var`. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
}

export const NO_ENVIRONMENT_CONTEXT: EnvironmentContext = { environmentFiles: [], dotenv: undefined };

/** The environment of a request. */
export interface Environment {
  /** Undefined if none is chosen; then only `$shared` applies. */
  readonly name: string | undefined;
  /** Why no name has a value in it: a file that cannot be read might define it. */
  readonly unreadable: Environment['problem'];
  /** Why the environment does not exist. */
  readonly problem: { readonly code: DiagnosticCode; readonly message: string } | undefined;
  /** The TLS options of its connections; undefined if it has none. */
  readonly tls: EnvironmentTls | undefined;
  lookup(name: string): EnvironmentVariable | undefined;
  /** Whether there are environments to choose from. */
  readonly hasOthers: boolean;
  /** The names that can be looked up, without nested members. */
  readonly names: readonly string[];
}

/** All environments that can be chosen, in the order of the files. */
export function environmentNames({ environmentFiles }: EnvironmentContext): string[] {
  const names = environmentFiles.flatMap(({ sections }) => [...sections.keys()]);
  return [...new Set(names)].filter((name) => name !== SHARED);
}

/**
 * Resolves an environment like JetBrains does. The nearest public file and the nearest private file that have it
 * counts. The private value takes precedence over the public one, and both over those under `$shared`.
 */
export function environmentOf(environmentContext: EnvironmentContext, name: string | undefined): Environment {
  const { environmentFiles } = environmentContext;
  const nearestWith = (section: string): { file: EnvironmentFile; section: string }[] =>
    [true, false].flatMap((isPrivate) => {
      const file = environmentFiles.find(
        (each) => each.isPrivate === isPrivate && each.sections.has(section),
      );
      return file ? [{ file, section }] : [];
    });
  const chosen = name === undefined ? [] : nearestWith(name);
  const places = [...chosen, ...nearestWith(SHARED)];
  const found = new Map<string, EnvironmentVariable | undefined>();
  const tls = places
    .map(({ file, section: at }) => environmentTls(file, file.sections.get(at)!))
    .find((each) => each !== undefined);
  return {
    name,
    hasOthers: environmentNames(environmentContext).some((each) => each !== name),
    unreadable: brokenFile(environmentContext),
    problem:
      environmentProblem(environmentContext, name, chosen.length > 0) ??
      (tls && 'problem' in tls ? tls.problem : undefined),
    tls: tls && 'problem' in tls ? undefined : tls,
    lookup(variable) {
      // Returns the same object each time, because values are cached by it.
      if (!found.has(variable))
        found.set(
          variable,
          places
            .map(({ file, section }) => variableIn(file, section, variable))
            .find((each) => each !== undefined),
        );
      return found.get(variable);
    },
    get names() {
      return [...new Set(places.flatMap(({ file, section: at }) => variableNamesIn(file.sections.get(at)!)))];
    },
  };
}

function brokenFile({ environmentFiles }: EnvironmentContext): Environment['problem'] {
  const problem = environmentFiles.find((file) => file.problem)?.problem;
  return problem && { code: problem.code, message: problem.message };
}

function environmentProblem(
  environmentContext: EnvironmentContext,
  name: string | undefined,
  exists: boolean,
): Environment['problem'] {
  if (name === undefined) return undefined;
  // The unreadable file may hold the environment or a value that takes precedence, so nothing is certain.
  const broken = brokenFile(environmentContext);
  if (broken) return broken;
  if (exists) return undefined;
  const names = environmentNames(environmentContext);
  const meant = nearest(name, names);
  const remedy =
    names.length === 0
      ? `there is no http-client.env.json ${searchedPlace(environmentContext.searched)}; write one there.`
      : meant === undefined
        ? `choose one of ${names.slice(0, 10).map(excerpt).join(', ')}.`
        : `did you mean ${excerpt(meant)}?`;
  const where =
    names.length > 0 && environmentContext.searched
      ? ` Looked for ${searchedPlace(environmentContext.searched)}.`
      : '';
  return {
    code: 'environment.unknown',
    message: `There is no environment ${excerpt(name)}: ${remedy}${where}`,
  };
}
