import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../../core/request/syntax/diagnostic.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { referencedFiles } from '../../core/request/variables/referencedFiles.ts';
import type { ReadRequestFile } from '../requestFiles/readRequestFile.ts';

/** The files that a request file names and that do not exist. */
export async function missingFiles({
  path,
  file,
  environmentContext,
}: ReadRequestFile): Promise<Diagnostic[]> {
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
