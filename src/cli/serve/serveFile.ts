import { resolve } from 'node:path';
import { isDisabled } from '../../core/request/plan/checkDirectives.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { nearest } from '../../core/text/nearest.ts';
import { DuplexError } from '../../shared/errors.ts';
import { namedCertificate } from '../listenTls.ts';
import {
  untilInterrupted,
  type ListeningAt,
  type ListeningOptions,
  type ListeningParts,
} from '../untilInterrupted.ts';
import { listenBlocks, listeningBlocks, type ListeningBlocks } from '../requestFiles/listenBlocks.ts';
import { problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile, type Chosen, type ReadRequestFile } from '../requestFiles/readRequestFiles.ts';
import { createTerminalOutside } from '../requestFiles/terminalOutside.ts';

export interface ServeFileOptions extends ListeningOptions {
  readonly names: readonly string[];
  readonly chosen: Chosen;
  /** The host to listen at, instead of the host in the URLs. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Whether `{{$command …}}` in the file may run programs. */
  readonly allowCommands: boolean;
}

/**
 * Serves the SERVE and PROXY blocks of a file until an interrupt. The first lines of the output are the URLs.
 * @throws DuplexError if the file or a block is invalid, or a block cannot listen
 */
export async function serveFile(
  path: string,
  { names, chosen, host, port, allowCommands, ...listening }: ServeFileOptions,
  workersFolder: string,
): Promise<void> {
  const read = await readRequestFile(resolve(path), chosen);
  if ('problem' in read) throw new DuplexError('file.invalid', read.problem);
  const [bad] = read.tableProblems;
  if (bad) throw new DuplexError('file.invalid', problemLine(bad));
  const blocks = chosenBlocks(read, names);
  const start = async ({
    engine,
    rows,
    onFault,
    signal,
    onStop,
  }: ListeningParts): Promise<readonly ListeningAt[]> => {
    const outside = createTerminalOutside(signal, allowCommands);
    const certificate = await namedCertificate(listening.tls);
    const isSecure = listening.tls.tls ?? false;
    const overrides = { host, port, certificate, isSecure };
    return listenBlocks(engine, { ...blocks, ...overrides, files: [read], outside, rows, onFault, onStop });
  };
  await untilInterrupted(listening, workersFolder, start);
}

/**
 * The blocks with these names, or all that are not switched off.
 * @throws DuplexError `call.invalid` if no block has a name
 */
function chosenBlocks(read: ReadRequestFile, names: readonly string[]): ListeningBlocks {
  const { file, name } = read;
  const known = [...file.servers, ...file.proxies].flatMap((block) => block.name?.text ?? []);
  for (const wanted of names) {
    if (known.includes(wanted)) continue;
    const meant = nearest(wanted, known);
    const remedy =
      meant === undefined ? 'give the name after ### or @name.' : `did you mean ${excerpt(meant)}?`;
    throw new DuplexError('call.invalid', `No server is named ${excerpt(wanted)}: ${remedy}`);
  }
  const blocks = listeningBlocks(read, (block) =>
    names.length === 0
      ? !isDisabled(block.directives)
      : block.name !== undefined && names.includes(block.name.text),
  );
  if (blocks.servers.length + blocks.proxies.length === 0)
    throw new DuplexError(
      'call.invalid',
      `${name} has no server: write SERVE ws://127.0.0.1:9000/path instead of WEBSOCKET.`,
    );
  return blocks;
}
