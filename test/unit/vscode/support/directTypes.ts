import type { ProtobufTypes } from '../../../../src/engine/schemas.ts';
import { compileSchemaFile, openProtobufType } from '../../../../src/recording/read/schemaFiles.ts';

/** Compiles schemas on this thread: the worker that the engine takes for it is built by the integration tests. */
export const directTypes: ProtobufTypes = {
  type: async (path, message) => openProtobufType(await compileSchemaFile(path, message)),
};
