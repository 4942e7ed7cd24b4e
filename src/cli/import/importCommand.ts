import { mkdir, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { Argument, Command, Option } from 'commander';
import { IMPORTERS, recogniseImport } from '../../core/convert/importers.ts';
import { parseImportFile, type ImportSource } from '../../core/convert/importSource.ts';
import { printImported, type PrintedImport } from '../../core/convert/printImported.ts';
import { readImportSource } from '../../engine/importSource.ts';
import { writeRecordings } from '../../engine/recordingFile.ts';
import { importPorts } from '../../engine/parseArguments.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { CommandParts } from '../commandLine.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { unlessInterrupted } from '../interrupts.ts';
import { printSentence } from '../output/printSentence.ts';
import { requireNewFile, writeNewFile } from '../output/writeNewFile.ts';

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
export function importCommand({ finish }: CommandParts): Command {
  return new Command('import')
    .description('write request files from the files and command lines of other clients')
    .addArgument(new Argument('<file...>', 'files or folders to import, or - for standard input'))
    .addOption(
      new Option('--from <format>', 'the format, if it is not recognised').choices(
        IMPORTERS.map(({ id }) => id),
      ),
    )
    .option('-o, --output <folder>', 'write the files there, instead of the requests to standard output')
    .option('--force', 'overwrite existing files')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => finish(await importFiles(files, options)));
}

/** @throws DuplexError if a file cannot be read, imported or written; nothing is written then */
async function importFiles(
  paths: readonly string[],
  { from, output, force = false }: Options,
): Promise<ExitStatus> {
  const printed: PrintedImport[] = [];
  for (const path of paths) printed.push(await importPath(path, from));
  const files = printed.flatMap((each) => each.files);
  if (output === undefined) {
    for (const { kind, text } of files) if (kind === 'requests') process.stdout.write(text);
    if (files.some(({ kind }) => kind === 'environments'))
      printSentence('The environments are written as http-client.env.json with --output only.');
    if (files.some(({ kind }) => kind === 'schemas'))
      printSentence('The schemas that the requests name are written with --output only.');
    if (printed.some(({ recordings }) => recordings.length > 0))
      printSentence('The recorded connections are written as recordings with --output only.');
  } else {
    await writeAll(printed, output, force);
  }
  for (const sentence of new Set(printed.flatMap(({ left }) => left))) printSentence(sentence);
  for (const secret of new Set(printed.flatMap(({ secrets }) => [...secrets.keys()])))
    printSentence(`Set the secret ${secret}: the imported files refer to it.`);
  return EXIT.ok;
}

async function writeAll(printed: readonly PrintedImport[], folder: string, force: boolean): Promise<void> {
  const files = printed.flatMap((each) => each.files);
  const recordings = printed.flatMap((each) => each.recordings);
  const names = [...files, ...recordings].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new DuplexError(
      'call.invalid',
      `Two of the imports would write ${twice}: import them one by one, each with an --output of its own.`,
    );
  // A recording is never written over.
  for (const { name } of force ? recordings : [...files, ...recordings])
    await requireNewFile(join(folder, name), 'folder');
  await unlessInterrupted('The import', async (signal) => {
    const made = await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw new DuplexError('disk.denied', `${folder} cannot be made: ${(cause as Error).message}.`, {
        cause,
      });
    });
    try {
      await writeRecordings(
        recordings.map(({ name, recording }) => ({ folder: join(folder, name), recording })),
        () => signal.throwIfAborted(),
      );
    } catch (error) {
      if (made !== undefined) await removeEmpty(resolve(folder), resolve(made));
      throw error;
    }
    // These are short: an interrupt lets them be written, so that none is missing.
    for (const { name, text } of files)
      await writeNewFile(join(folder, name), text, { force, choice: 'folder', mode: 0o600 });
  });
}

/** Removes empty folders, from the innermost to the outermost. */
async function removeEmpty(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      // Another program has written into it: the error before is the one to report.
      () => false,
    );
    if (!removed || folder === outermost) return;
  }
}

async function importPath(path: string, from: string | undefined): Promise<PrintedImport> {
  const source: ImportSource =
    path === '-'
      ? { isFolder: false, files: [await parseImportFile('', await readAll(process.stdin))] }
      : await readImportSource(path);
  const recognised = recogniseImport(source, from);
  const result = 'problem' in recognised ? recognised : recognised.importer.read(source, importPorts);
  if ('problem' in result) throw new DuplexError('file.invalid', `${path}: ${result.problem}`);
  return printImported(
    result,
    path === '-' ? 'imported' : basename(resolve(path)).replace(/(?<=.)\.[^.]*$/, ''),
  );
}
