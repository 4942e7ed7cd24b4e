import { MAX_CODEC_BYTES } from '../../core/codec/codecProblem.ts';
import type { StepPorts } from '../../core/request/run/runPorts.ts';
import { withSchemaPath } from '../../core/text/decodeRule.ts';
import type { Schemas } from '../schemas.ts';
import { bounded } from './bounded.ts';
import { compress } from './encode.ts';
import { compileJsonSchema } from './jsonSchema.ts';

/** The parts of the ports that differ between the command line and the editor. */
export interface StepPortsParts extends Pick<StepPorts, 'readFile' | 'checkFile'> {
  readonly schemas: Pick<Schemas, 'type' | 'decoding'>;
  /**
   * Resolves a path of a request file to an absolute path on this machine.
   * @throws DuplexError if that is impossible
   */
  readonly pathOf: (path: string, uri: string) => string;
  /** The option `decode` of requests that have none, with absolute paths. */
  readonly decode?: () => readonly string[];
}

/** The ports of steps on this machine. */
export function createStepPorts({ readFile, checkFile, pathOf, decode, schemas }: StepPortsParts): StepPorts {
  return {
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
