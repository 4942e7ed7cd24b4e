import { mkdir, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { Argument, Command, Option } from 'commander';
import { MAX_IMPORT_BYTES } from '../../core/convert/importSource.ts';
import { ImportJob } from '../../engine/importJob.ts';
import { readLimitedStream } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import {
  IMPORT_ALIASES,
  IMPORT_FORMATS,
  type ImportRequest,
  type ReadImport,
} from '../../shared/importProtocol.ts';
import { EXIT, type ExitStatus, type CommandParts } from '../exitStatus.ts';
import { unlessInterrupted } from '../interrupts.ts';
import { printSentence } from '../output/printSentence.ts';
import { requireNewFile, writeNewFiles } from '../output/writeNewFile.ts';

/** Milliseconds within which a worker that parses a large file ends. */
const END_TIMEOUT = 3000;

const EXAMPLES = `
Examples:
  $ pbpaste | duplex import -
  $ duplex import shop.postman_collection.json --output requests/
  $ duplex import postman/ -o requests/

Exit status: 0 all well, 2 a file that cannot be imported, wrong usage, or Ctrl+C.
`;

interface Options {
  readonly from?: string;
  readonly output?: string;
  readonly force?: boolean;
}

/** `duplex import <file…>` */
export function importCommand({ workersFolder, finish }: CommandParts): Command {
  return new Command('import')
    .description('write request files from the files and command lines of other clients')
    .addArgument(new Argument('<file...>', 'files or folders to import, or - for standard input'))
    .addOption(
      new Option('--from <format>', 'the format, if it is not recognised').choices([
        ...IMPORT_FORMATS,
        ...Object.keys(IMPORT_ALIASES),
      ]),
    )
    .option('-o, --output <folder>', 'write the files there, instead of the requests to standard output')
    .option('--force', 'overwrite existing files')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => {
      const job = new ImportJob(workersFolder, (error) => printSentence(error.message));
      const status = await unlessInterrupted('The import', async (signal) => {
        try {
          return await importFiles(job, files, options, signal);
        } finally {
          await end(job, signal);
        }
      });
      finish(status);
    });
}

/** @throws DuplexError if a file cannot be read, imported or written; then no file is written */
async function importFiles(
  job: ImportJob,
  paths: readonly string[],
  { from, output, force = false }: Options,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const read: ReadImport[] = [];
  for (const path of paths) {
    const request = { source: await sourceOf(path, signal), title: titleOf(path), ...(from && { from }) };
    read.push(await job.read(request, path, { signal }));
  }
  const files = read.flatMap((each) => each.files);
  if (output === undefined) {
    for (const { kind, text } of files) if (kind === 'requests') process.stdout.write(text);
    if (files.some(({ kind }) => kind === 'environments'))
      printSentence('The environments are written as http-client.env.json with --output only.');
    if (files.some(({ kind }) => kind === 'schemas'))
      printSentence('The schemas that the requests name are written with --output only.');
    if (read.some(({ recordings }) => recordings.length > 0))
      printSentence('The recorded connections are written as recordings with --output only.');
  } else {
    await writeAll(job, read, output, { force, signal });
  }
  for (const sentence of new Set(read.flatMap(({ left }) => left))) printSentence(sentence);
  for (const secret of new Set(read.flatMap(({ secrets }) => [...secrets.keys()])))
    printSentence(`Set the secret ${secret}: the imported files refer to it.`);
  return EXIT.ok;
}

async function writeAll(
  job: ImportJob,
  read: readonly ReadImport[],
  folder: string,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const files = read.flatMap((each) => each.files);
  const recordings = read.flatMap((each) => each.recordings);
  const names = [...files, ...recordings].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new DuplexError(
      'call.invalid',
      `Two of the imports would write ${twice}: import them one by one, each with an --output of its own.`,
    );
  // A recording is never overwritten.
  for (const { name } of force ? recordings : [...files, ...recordings])
    await requireNewFile(join(folder, name), 'folder');
  const made = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new DuplexError('disk.denied', `${folder} cannot be created: ${(cause as Error).message}.`, {
      cause,
    });
  });
  const wanted = recordings.map(({ name, id }) => ({ id, folder: join(folder, name) }));
  const texts = files.map(({ name, text }) => ({ path: join(folder, name), text }));
  try {
    // Texts are short: after an interrupt, they are still written, and then removed.
    await writeNewFiles(texts, { force, choice: 'folder', mode: 0o600 }, () => job.write(wanted, { signal }));
  } catch (error) {
    if (made !== undefined) await removeEmpty(resolve(folder), resolve(made));
    throw error;
  }
}

/**
 * Ends the worker. A worker that waits for a silent pipe does not end; after an interrupt, the default of the system
 * then ends the program.
 */
async function end(job: ImportJob, signal: AbortSignal): Promise<void> {
  const timer = signal.aborted ? setTimeout(endProgram, END_TIMEOUT) : undefined;
  await job.dispose();
  clearTimeout(timer);
}

function endProgram(): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
}

/** Removes empty folders, from the innermost to the outermost one. */
async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      // Another program has written into the folder. The earlier error is reported.
      () => false,
    );
    if (!removed || folder === outermost) return;
  }
}

/** @throws DuplexError `file.invalid` if the input is too large, and the reason of the signal */
async function sourceOf(path: string, signal: AbortSignal): Promise<ImportRequest['source']> {
  if (path !== '-') return { path };
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readLimitedStream(addAbortSignal(signal, process.stdin), MAX_IMPORT_BYTES);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  if (bytes) return { name: '', bytes };
  throw new DuplexError(
    'file.invalid',
    `Standard input has more than ${byteCount(MAX_IMPORT_BYTES)}, more than is imported: export a part of it.`,
  );
}

/** The name for a collection that has none. */
function titleOf(path: string): string {
  return path === '-' ? 'imported' : basename(resolve(path)).replace(/(?<=.)\.[^.]*$/, '');
}
