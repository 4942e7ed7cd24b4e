import { dirname, resolve } from 'node:path';
import { isDisabled } from '../../core/request/plan/checkDirectives.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Request } from '../../core/request/syntax/tree.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { nearest } from '../../core/text/nearest.ts';
import { BlockProblem, proxyOfBlock } from '../../engine/proxy/proxyBlock.ts';
import { startProxy } from '../../engine/proxy/recordingProxy.ts';
import { serveScripts, type ServeOptions } from '../../engine/serve/scriptedServers.ts';
import { DuplexError } from '../../shared/errors.ts';
import { listenCertificate } from '../listenTls.ts';
import { tell } from '../output/tell.ts';
import {
  untilInterrupted,
  type ListeningAt,
  type ListeningOptions,
  type ListeningParts,
} from '../untilInterrupted.ts';
import { blockSources } from '../requestFiles/blockSources.ts';
import { located, problemLine } from '../requestFiles/locatedProblem.ts';
import { readRequestFile, type Chosen, type ReadRequestFile } from '../requestFiles/readRequestFile.ts';

export interface ServeFileOptions extends ListeningOptions {
  readonly names: readonly string[];
  readonly chosen: Chosen;
  /** In the place of what the URLs say. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Whether `{{$command …}}` in the file may run programs. */
  readonly allowCommands: boolean;
}

/**
 * Serves the SERVE and PROXY blocks of a file until it is interrupted. The first lines of the output are the URLs.
 * @throws DuplexError where it cannot
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
  const { servers, proxies } = chosenBlocks(read, names);
  const start = async ({ engine, rows, signal, onStop }: ListeningParts): Promise<readonly ListeningAt[]> => {
    const sources = blockSources(engine, read, signal, allowCommands);
    let connections = 0;
    const shared: Pick<ServeOptions, 'tap' | 'onFault'> = {
      // Several servers and proxies count together.
      tap: (session) => rows(session, ++connections),
      onFault: tell,
    };
    const certificate = await listenCertificate(listening.tls, host ?? '127.0.0.1');
    const running = await serveScripts(engine, {
      servers,
      host,
      port,
      certificate,
      ...sources,
      options: {},
      ...shared,
    });
    onStop(() => running.stop());
    const places: ListeningAt[] = [...running.servers];
    for (const placed of proxies) {
      const block = await proxyOfBlock(placed, sources, (name) => resolve(dirname(read.path), name));
      const proxy = await startProxy(engine, {
        ...block,
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
        ...(certificate && { certificate }),
        ...shared,
      });
      onStop(() => proxy.stop());
      places.push({ url: proxy.url, host: host ?? block.host, certificate: proxy.certificate });
    }
    return places;
  };
  await untilInterrupted(listening, workersFolder, start).catch((thrown: unknown) => {
    if (!(thrown instanceof BlockProblem)) throw thrown;
    const problem = located(read.name, { severity: 'error', ...thrown.problem });
    throw new DuplexError('file.invalid', problemLine(problem), { cause: thrown });
  });
}

/** The blocks of these names, or all that are not switched off. @throws DuplexError `call.invalid` for a name that none has */
function chosenBlocks(
  { file, path, name }: ReadRequestFile,
  names: readonly string[],
): { readonly servers: readonly PlacedRequest[]; readonly proxies: readonly PlacedRequest[] } {
  const known = [...file.servers, ...file.proxies].flatMap((block) => block.name?.text ?? []);
  for (const wanted of names) {
    if (known.includes(wanted)) continue;
    const meant = nearest(wanted, known);
    const remedy =
      meant === undefined ? 'give the name after ### or @name.' : `did you mean ${excerpt(meant)}?`;
    throw new DuplexError('call.invalid', `No server is named ${excerpt(wanted)}: ${remedy}`);
  }
  const chosen = (blocks: readonly Request[]): PlacedRequest[] =>
    blocks
      .filter((block) =>
        names.length === 0
          ? !isDisabled(block.directives)
          : block.name !== undefined && names.includes(block.name.text),
      )
      .map((request) => ({ uri: path, file, request }));
  const [servers, proxies] = [chosen(file.servers), chosen(file.proxies)];
  if (servers.length + proxies.length === 0)
    throw new DuplexError(
      'call.invalid',
      `${name} has no server: write SERVE ws://127.0.0.1:9000/path in the place of WEBSOCKET.`,
    );
  return { servers, proxies };
}
