import { join } from 'node:path';
import { IMPORTERS, recogniseImport } from '../../../src/core/convert/importers.ts';
import { parseImportFile, type ImportSource } from '../../../src/core/convert/importSource.ts';
import { printImported } from '../../../src/core/convert/printImported.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { readImportSource } from '../../../src/files/importSource.ts';
import { importPorts } from '../../../src/files/parseArguments.ts';

export const IMPORT_FIXTURES = join(import.meta.dirname, '../../fixtures/import');

/** Texts by path, as files of a folder, or as one file. */
export async function sourceOf(
  texts: Readonly<Record<string, string>>,
  isFolder = true,
): Promise<ImportSource> {
  const files = await Promise.all(Object.entries(texts).map(([path, text]) => parseImportFile(path, text)));
  return { isFolder, files };
}

export function importedFrom(source: ImportSource, from?: string) {
  const recognised = recogniseImport(source, from);
  return 'problem' in recognised ? recognised : recognised.importer.read(source, importPorts);
}

/** Imports a file or folder of the fixtures, or a source: the files by name, and what was said. All request files read without an error but variables that have no value. */
export async function imported(what: string | ImportSource) {
  const source = typeof what === 'string' ? await readImportSource(join(IMPORT_FIXTURES, what)) : what;
  const recognised = recogniseImport(source);
  if ('problem' in recognised) throw new Error(recognised.problem);
  const result = recognised.importer.read(source, importPorts);
  if ('problem' in result) throw new Error(result.problem);
  const { files, secrets, left } = printImported(result, 'source');
  for (const { kind, text } of files) {
    if (kind !== 'requests') continue;
    const errors = analyzeRequestFile(text).diagnostics.filter(
      ({ severity, code }) => severity === 'error' && code !== 'variable.unknown',
    );
    if (errors.length > 0) throw new Error(`${text}\n${JSON.stringify(errors)}`);
  }
  return {
    id: recognised.importer.id,
    reason: recognised.reason,
    requests: result.collections.flatMap((each) => each.requests),
    files: Object.fromEntries(files.map(({ name, text }) => [name, text])),
    secrets,
    left,
  };
}

/** The problem with a source, reported by every importer and without a name. */
export function problemsOf(source: ImportSource): string[] {
  return [undefined, ...IMPORTERS.map(({ id }) => id)].flatMap((from) => {
    const result = importedFrom(source, from);
    return 'problem' in result ? [result.problem] : [];
  });
}
