import type { PlacedRequest, RunPorts } from '../../core/request/run/runPorts.ts';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { bounded } from './bounded.ts';
import { compileJsonSchema } from './jsonSchema.ts';
import { sessionConnection } from './sessionConnection.ts';

/** What those who run requests on sessions differ in: the command line, the editor. */
export interface RunSources extends Pick<RunPorts, 'variables' | 'readFile' | 'checkFile'> {
  /**
   * Makes the session of a run, recorded, with the caller's defaults for what the request leaves open, and with paths led
   * to where they are meant from. The run connects it; `given` never reconnects, for a test is one connection.
   */
  readonly createSession: (placed: PlacedRequest, given: GivenOptions, tap: SessionTap) => Session;
}

/** What a run needs, on the sessions of an engine. */
export function createRunPorts(sources: RunSources): RunPorts {
  const { createSession, variables, readFile, checkFile } = sources;
  return {
    connect: (placed, options, onRow, opensByVerb) =>
      sessionConnection(createSession(placed, { ...options, reconnect: 0 }, { onRow }), opensByVerb),
    variables,
    readFile,
    checkFile,
    async schema(path, uri) {
      const text = new TextDecoder().decode(await readFile(path, uri));
      return compileJsonSchema(text, path);
    },
    bounded,
    now: () => performance.now(),
  };
}
