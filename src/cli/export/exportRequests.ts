import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { exportOpenCollection } from '../../core/convert/bruno/exportOpenCollection.ts';
import { writeWholeFolder } from '../../engine/recordingFile.ts';
import { DuplexError } from '../../shared/errors.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { unlessInterrupted } from '../interrupts.ts';
import { printSentence } from '../output/printSentence.ts';
import { located, problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile } from '../requestFiles/readRequestFiles.ts';

/**
 * Writes the requests of a file to a folder in the format of OpenCollection.
 * @throws DuplexError if the file cannot be read or the folder cannot be written; no partial folder remains
 */
export async function exportRequests(path: string, output: string): Promise<ExitStatus> {
  const read = await readRequestFile(resolve(path), { environment: undefined, overrides: new Map() });
  if ('problem' in read) throw new DuplexError('file.invalid', read.problem);
  // The other client may resolve a variable from an environment.
  const errors = read.file.diagnostics.filter(
    ({ severity, code }) => severity === 'error' && code !== 'variable.unknown',
  );
  for (const error of errors) process.stderr.write(`${problemLine(located(read.name, error))}\n`);
  if (errors.length > 0) return EXIT.usage;
  if (read.file.requests.length === 0)
    throw new DuplexError('file.invalid', `${read.name} has no WebSocket request.`);
  const name = basename(path).replace(/(?<=.)\.[^.]*$/, '');
  const { files, left } = await exportOpenCollection(read.file, name);
  await unlessInterrupted('The export', (signal) =>
    writeWholeFolder(output, async (folder) => {
      for (const { path: file, text } of files) {
        signal.throwIfAborted();
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text, { flag: 'wx', mode: 0o600 });
      }
    }),
  );
  const { length } = read.file.requests;
  printSentence(`${length} ${length === 1 ? 'request' : 'requests'} written to ${output}.`);
  for (const sentence of left) printSentence(sentence);
  return EXIT.ok;
}
