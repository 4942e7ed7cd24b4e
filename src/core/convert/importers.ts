import { IMPORT_ALIASES, IMPORT_FORMATS, type ImportFormat } from '../../shared/importProtocol.ts';
import { importCommandLine, isCommandLine } from './commandLine/importCommandLine.ts';
import type { Importer } from './importer.ts';
import type { ImportSource } from './importSource.ts';
import { ASYNCAPI } from './asyncapi/importAsyncapi.ts';
import { ENVIRONMENTS } from './environments/importEnvironments.ts';
import { BRUNO } from './bruno/importBruno.ts';
import { HAR } from './har/importHar.ts';
import { INSOMNIA } from './insomnia/importInsomnia.ts';
import { POSTMAN_COLLECTION } from './postman/postmanCollection.ts';
import { POSTMAN_FOLDER } from './postman/postmanFolder.ts';
import { YAAK } from './yaak/importYaak.ts';

const COMMAND_LINE: Importer = {
  id: 'command-line',
  title: 'a command line of curl, wscat or websocat',
  recognise: ({ files: [file], isFolder }) =>
    !isFolder && file && isCommandLine(file.text) ? 'it starts with the name of the program' : undefined,
  read: ({ files: [file] }, { parseArguments }) => importCommandLine(file?.text ?? '', parseArguments),
};

/** All formats, in the order in which they are tried. */
export const IMPORTERS: readonly Importer[] = [
  COMMAND_LINE,
  HAR,
  POSTMAN_COLLECTION,
  POSTMAN_FOLDER,
  INSOMNIA,
  BRUNO,
  YAAK,
  ASYNCAPI,
  ENVIRONMENTS,
];

export interface Recognised {
  readonly importer: Importer;
  /** Why the format was recognised, or that it was named. */
  readonly reason: string;
}

/**
 * The format of the source, or one sentence that explains why no format applies.
 * @param from the id of a format that was named
 */
export function recogniseImport(
  source: ImportSource,
  from?: string,
): Recognised | { readonly problem: string } {
  const named = from === undefined ? undefined : importerNamed(from, source);
  if (from !== undefined && !named)
    return {
      problem: `There is no format ${from}: use one of ${[...IMPORT_FORMATS, ...Object.keys(IMPORT_ALIASES)].join(', ')}.`,
    };
  if (named) return { importer: named, reason: 'it was named' };
  for (const importer of IMPORTERS) {
    const reason = importer.recognise(source);
    if (reason !== undefined) return { importer, reason };
  }
  const problem = source.isFolder ? undefined : source.files[0]?.problem;
  if (problem !== undefined) return { problem };
  const formats = [...new Set(IMPORTERS.map(({ title }) => title))].join(', ');
  return { problem: `This is not a format that is imported: choose ${formats}.` };
}

function importerNamed(from: string, source: ImportSource): Importer | undefined {
  const aliases: Readonly<Record<string, ImportFormat>> = IMPORT_ALIASES;
  const id = Object.hasOwn(aliases, from) ? aliases[from] : from;
  // Only version 3 is a folder.
  if (id === POSTMAN_COLLECTION.id && source.isFolder) return POSTMAN_FOLDER;
  return IMPORTERS.find((each) => each.id === id);
}
