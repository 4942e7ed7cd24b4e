import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { runScope } from '../../core/request/variables/runScope.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import type { Engine } from '../../engine/engine.ts';
import type { BlockSources } from '../../engine/proxy/proxyBlock.ts';
import { createRunPorts } from '../../engine/runner/createRunPorts.ts';
import { localFiles, readLocalText } from '../../engine/runner/localFiles.ts';
import type { ReadRequestFile } from './readRequestFile.ts';
import { terminalOutside } from './terminalOutside.ts';

/**
 * The values and files of the blocks of a file that listen.
 * @param signal cancels commands and prompts
 * @param allowCommands whether `{{$command …}}` in the file may run programs
 */
export function blockSources(
  engine: Engine,
  read: ReadRequestFile,
  signal: AbortSignal,
  allowCommands: boolean,
): BlockSources {
  const outside = terminalOutside(signal, allowCommands);
  const variables = (placed: PlacedRequest): ReturnType<typeof runScope> =>
    runScope(placed, {
      environmentContext: read.environmentContext,
      outside,
      made: { now: Date.now, randomBytes },
      readText: (name) => readLocalText(name, read.path),
    });
  const ports = createRunPorts({
    ...localFiles,
    variables,
    createSession: (_, given, tap) =>
      engine.create(
        resolvePaths(given, (name) => resolve(dirname(read.path), name)),
        { tap },
      ),
  });
  return { variables, ports };
}
