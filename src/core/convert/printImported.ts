import { printRequestFile } from '../request/print/printRequest.ts';
import { SHARED } from '../request/variables/environmentFile.ts';
import type { ImportedFile } from '../../shared/importProtocol.ts';
import { isSecretName } from '../text/secretName.ts';
import { newFileName, unique } from './fileNames.ts';
import type { Imported, ImportedEnvironment, ImportedRecording, ImportedVariable } from './imported.ts';

export interface PrintedImport {
  readonly files: readonly ImportedFile[];
  /** Each has the name of its folder. */
  readonly recordings: readonly { readonly name: string; readonly recording: ImportedRecording }[];
  /** The secrets that the files refer to as `{{$secret name}}`, with their values if known. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
  /** Sentences about parts that could not be converted. */
  readonly left: readonly string[];
}

/**
 * Writes collections as request files and environments as one environment file. Comments above each request list the parts
 * that could not be converted.
 * @param source the name for a collection without one
 */
export function printImported(imported: Imported, source: string): PrintedImport {
  const { collections, environments = [] } = sharedVariables(imported);
  const { recordings = [] } = imported;
  const secrets = new Map<string, string | undefined>();
  const left: string[] = [];
  const files: ImportedFile[] = [];
  const fileNames = new Set<string>();
  for (const { name = source, variables = [], requests, left: lost = [] } of collections) {
    const printed = printRequestFile({
      notes: lost,
      variables: variables.map(({ name: variable, value }) => [variable, value]),
      requests: requests.map((request) => ({
        ...request,
        base: {},
        notes: request.left,
        hasReferences: true,
      })),
      secrets,
    });
    left.push(...lost, ...requests.flatMap((request) => request.left));
    files.push({
      name: `${newFileName(name || source, fileNames)}.ws`,
      kind: 'requests',
      text: printed.text,
    });
  }
  if (environments.length > 0) {
    left.push(...environments.flatMap((environment) => environment.left ?? []));
    files.push({
      name: 'http-client.env.json',
      kind: 'environments',
      text: printEnvironments(environments, secrets),
    });
  }
  files.push(
    ...(imported.schemas ?? []).map(({ path, text }) => ({ name: path, kind: 'schemas' as const, text })),
  );
  const folders = new Set<string>();
  const named = recordings.map((recording) => ({
    name: newFileName(`${recording.name}-recording`, folders),
    recording,
  }));
  return { files, recordings: named, secrets, left: [...new Set(left)] };
}

/**
 * Moves the variables that both a collection and an environment have to the shared environment. Other clients let the
 * environment win; request files let their own variables win.
 */
function sharedVariables(imported: Imported): Imported {
  const { collections, environments = [] } = imported;
  const named = new Set(environments.flatMap(({ variables }) => variables.map(({ name }) => name)));
  const moved = new Map(
    collections.flatMap(({ variables = [] }) =>
      variables.filter(({ name }) => named.has(name)).map((each) => [each.name, each]),
    ),
  );
  if (moved.size === 0) return imported;
  const shared = environments.find(({ name }) => name === SHARED);
  for (const { name } of shared?.variables ?? []) moved.delete(name);
  return {
    ...imported,
    collections: collections.map((each) => ({
      ...each,
      variables: (each.variables ?? []).filter(({ name }) => !named.has(name)),
    })),
    environments: [
      ...environments.filter((each) => each !== shared),
      { name: SHARED, ...shared, variables: [...(shared?.variables ?? []), ...moved.values()] },
    ],
  };
}

/** Prints an `http-client.env.json`. @param secrets receives the values that references replace */
function printEnvironments(
  environments: readonly ImportedEnvironment[],
  secrets: Map<string, string | undefined>,
): string {
  const taken = new Set<string>();
  const sections = environments.map(({ name, variables }) => {
    const section = unique(name || 'environment', taken);
    return [
      section,
      Object.fromEntries(
        variables.map((each) => [each.name, withoutCommands(hideSecret(each, section, secrets))]),
      ),
    ];
  });
  return `${JSON.stringify(Object.fromEntries(sections), undefined, 2)}\n`;
}

/** Only commands that the user writes may run here: commands in a file of another client become text. */
function withoutCommands(value: string): string {
  return value.replace(/\{\{(?=\s*\$command\b)/g, '\\{{');
}

/** Puts the environment into the name of the secret: environments have different values of one variable. */
function hideSecret(
  { name, value, isSecret = isSecretName(name) }: ImportedVariable,
  environment: string,
  secrets: Map<string, string | undefined>,
): string {
  if (!isSecret || /\{\{.*\}\}/s.test(value)) return value;
  const taken = new Set(secrets.keys());
  const secret = unique(`${environment}_${name}`.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase(), taken);
  secrets.set(secret, value === '' ? undefined : value);
  return `{{$secret ${secret}}}`;
}
