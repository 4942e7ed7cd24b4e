import { dirname, resolve } from 'node:path';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { Request } from '../../core/request/syntax/tree.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import type { Engine } from '../../engine/engine.ts';
import {
  BlockProblem,
  ListenProblem,
  proxyOfBlock,
  type ListenOverrides,
} from '../../engine/proxy/proxyBlock.ts';
import { startProxy } from '../../engine/proxy/recordingProxy.ts';
import { serveScripts, type ServeOptions } from '../../engine/serve/scriptedServers.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import type { ListeningAt } from '../untilInterrupted.ts';
import { blockSources } from './blockSources.ts';
import { warnOfEndlessHolds } from './endlessHolds.ts';
import { editorPlace, problemLine } from './locatedProblem.ts';
import type { ReadRequestFile } from './readRequestFiles.ts';

/** The SERVE and PROXY blocks that shall listen. */
export interface ListeningBlocks {
  readonly servers: readonly PlacedRequest[];
  readonly proxies: readonly PlacedRequest[];
}

export interface ListenParts extends ListeningBlocks, ListenOverrides {
  /** The files of the blocks. */
  readonly files: readonly ReadRequestFile[];
  readonly outside: OutsidePorts;
  /** Receives each session with the number of its connection, which counts over all servers and proxies. */
  readonly rows: ServeOptions['tap'];
  /** Receives the mistakes of clients. */
  readonly onFault: ServeOptions['onFault'];
  /** Receives a function that stops each server, as soon as the server listens. */
  readonly onStop: (stop: () => Promise<void>) => void;
}

/** The chosen blocks of a file. */
export function listeningBlocks(
  { file, path }: ReadRequestFile,
  isChosen: (block: Request) => boolean,
): ListeningBlocks {
  const chosen = (blocks: readonly Request[]): PlacedRequest[] =>
    blocks.filter(isChosen).map((request) => ({ uri: path, file, request }));
  return { servers: chosen(file.servers), proxies: chosen(file.proxies) };
}

/**
 * Opens the ports of blocks.
 * @throws DuplexError with the place: `file.invalid` if a block is invalid, `call.invalid` if it cannot listen
 */
export async function listenBlocks(
  engine: Engine,
  { servers, proxies, files, outside, rows, onFault, onStop, ...overrides }: ListenParts,
): Promise<readonly ListeningAt[]> {
  const sources = blockSources(engine, files, outside);
  let connections = 0;
  const shared: Pick<ServeOptions, 'tap' | 'onFault'> = {
    tap: (session) => rows(session, ++connections),
    onFault,
  };
  try {
    const running = await serveScripts(engine, {
      servers,
      ...overrides,
      ...sources,
      options: {},
      ...shared,
    });
    onStop(() => running.stop());
    const places: ListeningAt[] = [...running.servers];
    for (const placed of proxies) {
      const start = async (): Promise<ListeningAt> => {
        const pathOf = (name: string): string => resolve(dirname(placed.uri), name);
        const block = await proxyOfBlock(placed, sources, pathOf, overrides);
        const proxy = await startProxy(engine, { ...block, ...shared });
        onStop(() => proxy.stop());
        warnOfEndlessHolds(block.rules?.faults ?? []);
        return { url: proxy.url, host: block.host, certificate: proxy.certificate };
      };
      places.push(
        await start().catch((thrown: unknown) => {
          throw new ListenProblem(placed, toDuplexError(thrown));
        }),
      );
    }
    return places;
  } catch (thrown) {
    if (!(thrown instanceof ListenProblem)) throw thrown;
    const { placed, cause } = thrown;
    const { code, message, range } =
      cause instanceof BlockProblem
        ? cause.problem
        : { code: cause.code, message: cause.message, range: placed.request.target.range };
    const file = files.find(({ path }) => path === placed.uri)!.name;
    const line = problemLine({ file, ...editorPlace(range), severity: 'error', code, message });
    throw new DuplexError(cause.code, line, { cause });
  }
}
