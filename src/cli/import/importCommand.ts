import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { Argument, Command } from 'commander';
import { importCommandLine } from '../../core/convert/commandLine/importCommandLine.ts';
import { printImported } from '../../core/convert/printImported.ts';
import { parseArguments } from '../../engine/parseArguments.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { CommandParts } from '../commandLine.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { tell } from '../output/tell.ts';
import { writeNewFile } from '../output/writeNewFile.ts';

const EXAMPLES = `
Examples:
  $ pbpaste | duplex import -
  $ duplex import login.sh --output requests/

Exit status: 0 all well, 2 a file that cannot be imported, or wrong usage.
`;

const MAX_BYTES = 16 * 1024 * 1024;

interface Options {
  readonly output?: string;
  readonly force?: true;
}

/** `duplex import <file…>` */
export function importCommand({ finish }: CommandParts): Command {
  return new Command('import')
    .description('write request files from command lines of curl, wscat and websocat')
    .addArgument(new Argument('<file...>', 'files to import, or - for standard input'))
    .option('--output <folder>', 'write a request file for each file there, instead of to standard output')
    .option('--force', 'overwrite existing files')
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: Options) => finish(await importFiles(files, options)));
}

/** @throws DuplexError if a file cannot be read, imported or written; then nothing is written */
async function importFiles(files: readonly string[], { output, force }: Options): Promise<ExitStatus> {
  const imported = [];
  for (const file of files) imported.push(await importFile(file));
  for (const { name, text, secrets } of imported) {
    if (output === undefined) process.stdout.write(text);
    else
      await writeNewFile(join(output, `${name}.ws`), text, {
        force: force ?? false,
        choice: 'folder',
        mode: 0o600,
      });
    for (const secret of secrets) tell(`Set the secret ${secret}: the request file refers to it.`);
  }
  return EXIT.ok;
}

async function importFile(file: string): Promise<{ name: string; text: string; secrets: readonly string[] }> {
  const result = importCommandLine(await sourceOf(file), parseArguments);
  const name = file === '-' ? 'imported' : basename(file).replace(/\.[^.]*$/, '');
  if ('problem' in result) throw new DuplexError('file.invalid', `${file}: ${result.problem}`);
  for (const sentence of result.requests.flatMap(({ left }) => left)) tell(sentence);
  return { name, ...printImported(result.requests) };
}

async function sourceOf(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    const { size } = await stat(file);
    if (size <= MAX_BYTES) return await readFile(file, 'utf8');
  } catch (cause) {
    throw new DuplexError('disk.denied', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  throw new DuplexError('file.invalid', `${file} is larger than 16 MiB: it is no command line.`);
}
