import { randomBytes } from 'node:crypto';
import { runScope } from '../../core/request/variables/runScope.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import type { Engine } from '../../engine/engine.ts';
import type { BlockSources } from '../../engine/proxy/proxyBlock.ts';
import { createStepPorts } from '../../engine/runner/createStepPorts.ts';
import { localFiles, readLocalText } from '../../engine/runner/localFiles.ts';
import type { ReadRequestFile } from './readRequestFiles.ts';

/**
 * The values and files for the blocks of these files that listen.
 * @param outside values from the terminal, the environment and programs
 */
export function blockSources(
  engine: Engine,
  files: readonly ReadRequestFile[],
  outside: OutsidePorts,
): BlockSources {
  const around = new Map(files.map((file) => [file.path, file.environmentContext]));
  const variables = (placed: PlacedRequest): ReturnType<typeof runScope> =>
    runScope(placed, {
      environmentContext: around.get(placed.uri)!,
      outside,
      made: { now: Date.now, randomBytes },
      readText: (name) => readLocalText(name, placed.uri),
    });
  return { variables, ports: createStepPorts({ schemas: engine.schemas, ...localFiles }) };
}
