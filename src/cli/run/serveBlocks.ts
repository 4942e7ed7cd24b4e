import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDisabled } from '../../core/request/plan/checkDirectives.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { Engine } from '../../engine/engine.ts';
import { DuplexError } from '../../shared/errors.ts';
import { printCertificates } from '../listenTls.ts';
import { warnOfOpenHost } from '../output/numberedRows.ts';
import { printSentence } from '../output/printSentence.ts';
import { listenBlocks, listeningBlocks } from '../requestFiles/listenBlocks.ts';
import type { ReadRequestFile, UnreadFile } from '../requestFiles/readRequestFiles.ts';

interface ServingParts {
  readonly workersFolder: string;
  readonly outside: OutsidePorts;
  /** Receives failures in the background. */
  readonly onError: (error: DuplexError) => void;
}

/**
 * Starts the SERVE and PROXY blocks of the files of a run, except those of files that the run refuses. Their sessions
 * are not kept.
 * @returns a function that stops them
 * @throws DuplexError if a block cannot listen; then no block listens
 */
export async function serveBlocks(
  all: readonly (ReadRequestFile | UnreadFile)[],
  { workersFolder, outside, onError }: ServingParts,
): Promise<() => Promise<void>> {
  const files = all.flatMap((file) => ('problem' in file || file.tableProblems.length > 0 ? [] : [file]));
  const blocks = files.map((file) => listeningBlocks(file, ({ directives }) => !isDisabled(directives)));
  const servers = blocks.flatMap((each) => each.servers);
  const proxies = blocks.flatMap((each) => each.proxies);
  // A refused file may contain blocks; the report names its problems.
  if (servers.length + proxies.length === 0 && files.length === all.length)
    throw new DuplexError(
      'call.invalid',
      'There is nothing to serve: write SERVE ws://127.0.0.1:9000/path in a file, or omit --serve.',
    );
  // A separate engine, so that the recordings of the run hold only its requests.
  const scratch = await mkdtemp(join(tmpdir(), 'duplex-serve-'));
  const engine = new Engine({ workersFolder, recordingsFolder: scratch, onError });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((each) => each()));
    await engine.dispose();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const places = await listenBlocks(engine, {
      servers,
      proxies,
      files,
      outside,
      rows: () => ({ onRow: () => {} }),
      onFault: printSentence,
      onStop: (each) => void stops.push(each),
    });
    for (const host of new Set(places.map((place) => place.host))) warnOfOpenHost(host);
    await printCertificates(places, {});
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return stop;
}
