import { MAX_CODEC_BYTES } from '../../core/codec/codecProblem.ts';
import type { PlacedRequest, RunPorts } from '../../core/request/run/runPorts.ts';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import type { Schemas } from '../schemas.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { withSchemaPath } from '../../core/text/decodeRule.ts';
import { bounded } from './bounded.ts';
import { compress } from './encode.ts';
import { compileJsonSchema } from './jsonSchema.ts';
import { sessionConnection } from './sessionConnection.ts';

/** The parts of running requests that differ between the command line and the editor. */
export interface RunSources extends Pick<RunPorts, 'variables' | 'readFile' | 'checkFile'> {
  readonly schemas: Pick<Schemas, 'type' | 'decoding'>;
  /** Where a path in a request file leads on this machine's disk. @throws DuplexError */
  readonly pathOf: (path: string, uri: string) => string;
  /** The option `decode` of requests that have none, with absolute paths. */
  readonly decode?: () => readonly string[];
  /**
   * Creates the recorded session of a run. The caller's defaults apply where the request sets nothing, and paths are
   * resolved against the request file. The run connects the session; `given` never reconnects, because a test is one
   * connection.
   */
  readonly createSession: (placed: PlacedRequest, given: GivenOptions, tap: SessionTap) => Session;
}

/** The ports of a run, on sessions of an engine. */
export function createRunPorts(sources: RunSources): RunPorts {
  const { createSession, variables, readFile, checkFile, pathOf, decode, schemas } = sources;
  return {
    connect: (placed, options, onRow, opensByVerb) =>
      sessionConnection(createSession(placed, { ...options, reconnect: 0 }, { onRow }), opensByVerb),
    variables,
    readFile,
    checkFile,
    protobufType: async (message, path, uri) => schemas.type(pathOf(path, uri), message),
    decoding: async (rules, uri, own) =>
      schemas.decoding(
        rules?.map((rule) => withSchemaPath(rule, (path) => pathOf(path, uri))) ?? decode?.(),
        own,
      ),
    async schema(path, uri) {
      const text = new TextDecoder().decode(await readFile(path, uri, MAX_CODEC_BYTES));
      return compileJsonSchema(text, path);
    },
    compress,
    bounded,
    now: () => performance.now(),
  };
}
