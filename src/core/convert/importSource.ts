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
/**
 * Maximum characters of all files together that are not JSON: parsing YAML takes up to two hundred times its size in
 * memory, and no client writes more of the other formats.
 */
const MAX_TEXT_CHARS = 8 * 1024 * 1024;
/** Maximum values of all files of JSON together: if they exceed the memory of V8, it ends the process and not only the worker. */
const MAX_VALUES = 8_000_000;
/** An alias repeats another node: a few nested aliases turn a kilobyte into a gigabyte. */
const MAX_ALIASES = 100;
const MAX_DEPTH = 200;

/** Parses files that are imported together, within the limits for all of them. */
export class ImportParser {
  #filesLeft = MAX_IMPORT_FILES;
  #bytesLeft = MAX_IMPORT_BYTES;
  #textLeft = MAX_TEXT_CHARS;
  #valuesLeft = MAX_VALUES;

  /**
   * Counts a further file.
   * @param bytes its size; in an archive, when it is unpacked
   * @throws ImportProblem if there are too many, or they are too large
   */
  admit(bytes: number): void {
    if (--this.#filesLeft < 0)
      throw new ImportProblem(`It has more than ${MAX_IMPORT_FILES} files: export a part of it.`);
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0)
      throw new ImportProblem('Its files have more than 256 MiB together: export a part of it.');
  }

  /** Parses a text if it is JSON or YAML. Never throws: a text that cannot be parsed has a problem, and none if it is too long. */
  async parse(path: string, source: string): Promise<ImportFile> {
    const text = source.replace(/^\uFEFF/, '');
    // Lines of JSON are read by their importer.
    const isLines = /\.jsonl$/i.test(path);
    const isJson = isLines || /^\s*[[{]/.test(text);
    if (isJson) {
      const { values, isTooDeep } = measured(text, this.#valuesLeft);
      this.#valuesLeft -= values;
      if (this.#valuesLeft < 0)
        return { path, text: '', problem: 'It has more than 8 million values: export a part of it.' };
      if (isTooDeep) return { path, text, problem: TOO_DEEP };
    } else {
      this.#textLeft -= text.length;
      if (this.#textLeft < 0)
        return { path, text: '', problem: 'It is text of more than 8 MiB: export a part of it.' };
    }
    return isLines ? { path, text } : parsed({ path, text });
  }
}

/** Parses a single text, as `ImportParser.parse` does. */
export function parseImportFile(path: string, source: string): Promise<ImportFile> {
  return new ImportParser().parse(path, source);
}

const REMEDY = 'export it again, and import the whole file.';
const TOO_DEEP = `It is nested more than ${MAX_DEPTH} levels deep: ${REMEDY}`;

async function parsed(file: ImportFile): Promise<ImportFile> {
  const { text } = file;
  try {
    const data = /^\s*[[{]/.test(text)
      ? (JSON.parse(text) as unknown)
      : isYaml(file)
        ? await parseYaml(text)
        : undefined;
    return isTooDeep(data, MAX_DEPTH) ? { ...file, problem: TOO_DEEP } : { ...file, data };
  } catch (cause) {
    // The parsers' own messages quote the file, including its secrets.
    const kind = /^\s*[[{]/.test(text) ? 'JSON' : 'YAML';
    const why = cause instanceof YamlProblem ? cause.message : `It is cut off, or not valid ${kind}`;
    return { ...file, problem: `${why}: ${REMEDY}` };
  }
}

function isYaml({ path, text }: ImportFile): boolean {
  if (/\.ya?ml$/i.test(path)) return true;
  return !/\.[a-z0-9]+$/i.test(path) && /^(?:---|[$\w-]+:(?:\s|$))/.test(text.trimStart());
}

class YamlProblem extends Error {}

async function parseYaml(text: string): Promise<unknown> {
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

/**
 * Counts the values of JSON and looks at its depth before it is parsed. Text that is not JSON, such as comments, counts as if it were.
 * @param most the count ends above it
 */
function measured(text: string, most: number): { readonly values: number; readonly isTooDeep: boolean } {
  let values = 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && values <= most; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22 /* " */:
        at = endOfString(text, at);
        break;
      case 0x5b /* [ */:
      case 0x7b /* { */:
        values++;
        deepest = Math.max(deepest, ++depth);
        break;
      case 0x5d /* ] */:
      case 0x7d /* } */:
        depth--;
        break;
      case 0x2c /* , */:
      case 0x0a /* a further line of JSON */:
        values++;
    }
  }
  return { values, isTooDeep: deepest > MAX_DEPTH };
}

/** The index of the quote that ends a string; the length of the text if none does. @param start of the first quote */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}

/** Whether a value nests deeper than the limit. Importers recurse into values. */
function isTooDeep(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((each) => isTooDeep(each, most - 1));
}

/** The first bytes of a ZIP archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The text files of a ZIP archive, by path. Paths that lead out of the folder and files that no client writes are
 * left out.
 * @throws ImportProblem for too many or too large files, and an Error of the decoder for a broken archive
 */
export async function unzipImport(bytes: Uint8Array): Promise<ImportSource> {
  const { unzipSync } = await import('fflate');
  const parser = new ImportParser();
  // A file that is larger than the archive states is truncated to the stated size.
  const unpacked = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!/\.(?:har|json|jsonl|ya?ml|bru)$/i.test(name) || name.split(/[\\/]/).includes('..')) return false;
      parser.admit(originalSize);
      return true;
    },
  });
  const files: ImportFile[] = [];
  for (const [path, data] of Object.entries(unpacked))
    files.push(await parser.parse(path, new TextDecoder().decode(data)));
  return { isFolder: true, files };
}

/** A sentence about files that are too many or too large. */
export class ImportProblem extends Error {}
