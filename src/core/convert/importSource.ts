/** A text to import; its parsed value if it is JSON or YAML. */
export interface ImportFile {
  /** Relative to the imported folder, with slashes; the name of a single file; '' for a text without a name. */
  readonly path: string;
  readonly text: string;
  /** Undefined if the text is not JSON or YAML, or cannot be parsed. */
  readonly data?: unknown;
  /** Why text that looks like JSON or YAML cannot be parsed: a sentence with the remedy. */
  readonly problem?: string;
}

/** One file to import, or the files of a folder by path. */
export interface ImportSource {
  readonly isFolder: boolean;
  readonly files: readonly ImportFile[];
}

/** Maximum bytes of a file. */
export const MAX_IMPORT_BYTES = 256 * 1024 * 1024;
/** Maximum files of a folder or an archive. */
export const MAX_IMPORT_FILES = 5000;
/** Parsing YAML takes a hundred times its size in memory. */
const MAX_YAML_CHARS = 16 * 1024 * 1024;
/** An alias repeats another node: a few nested aliases turn a kilobyte into a gigabyte. */
const MAX_ALIASES = 100;
const MAX_DEPTH = 200;

/** Parses a text if it is JSON or YAML. Never throws: a text that cannot be parsed has a problem. */
export async function parseImportFile(path: string, source: string): Promise<ImportFile> {
  const text = source.replace(/^\uFEFF/, '');
  const file = { path, text };
  // Lines of JSON, which their importer reads.
  if (/\.jsonl$/i.test(path)) return file;
  const remedy = 'export it again, and import the whole file.';
  try {
    const data = /^\s*[[{]/.test(text)
      ? (JSON.parse(text) as unknown)
      : isYaml(file)
        ? await parseYaml(text)
        : undefined;
    return isTooDeep(data, MAX_DEPTH)
      ? { ...file, problem: `It is nested more than ${MAX_DEPTH} levels deep: ${remedy}` }
      : { ...file, data };
  } catch (cause) {
    // The parsers' own messages quote the file, secrets and all.
    const kind = /^\s*[[{]/.test(text) ? 'JSON' : 'YAML';
    const why = cause instanceof YamlProblem ? cause.message : `It is cut off, or not valid ${kind}`;
    return { ...file, problem: `${why}: ${remedy}` };
  }
}

function isYaml({ path, text }: ImportFile): boolean {
  if (/\.ya?ml$/i.test(path)) return true;
  return !/\.[a-z0-9]+$/i.test(path) && /^(?:---|[$\w-]+:(?:\s|$))/.test(text.trimStart());
}

class YamlProblem extends Error {}

async function parseYaml(text: string): Promise<unknown> {
  if (text.length > MAX_YAML_CHARS) throw new YamlProblem('It is YAML of more than 16 MiB');
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { logLevel: 'error', uniqueKeys: false, strict: true });
  const [error] = document.errors;
  if (error)
    throw new YamlProblem(
      `It is not valid YAML${error.linePos ? ` from line ${error.linePos[0].line} on` : ''}`,
    );
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new YamlProblem(`It is YAML with more than ${MAX_ALIASES} aliases, or with unknown ones`);
  }
}

/** Whether a value nests deeper than the limit. Importers recurse into values. */
function isTooDeep(data: unknown, most: number): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return false;
}

/** The first bytes of a ZIP archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The text files of a ZIP archive, by path. Paths that lead out of the folder and files that no client writes are
 * left out.
 * @throws Error with a sentence for an archive that is broken, or larger than `MAX_IMPORT_BYTES` when it is unpacked
 */
export async function unzipImport(bytes: Uint8Array): Promise<ImportSource> {
  const { unzipSync } = await import('fflate');
  let left = MAX_IMPORT_BYTES;
  let count = 0;
  const unpacked = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!/\.(?:har|json|jsonl|ya?ml|bru)$/i.test(name) || name.split(/[\\/]/).includes('..')) return false;
      if (++count > MAX_IMPORT_FILES)
        throw new ZipProblem(`It has more than ${MAX_IMPORT_FILES} files: export a part of it.`);
      left -= originalSize;
      if (left < 0) throw new ZipProblem('It is unpacked larger than 256 MiB: export a part of it.');
      return true;
    },
  });
  const files = Object.entries(unpacked).map(([path, data]) =>
    parseImportFile(path, new TextDecoder().decode(data)),
  );
  return { isFolder: true, files: await Promise.all(files) };
}

/** A sentence about an archive. */
export class ZipProblem extends Error {}
