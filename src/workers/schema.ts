import { compileSchemaFile } from '../recording/read/schemaFiles.ts';
import { transfer } from '../shared/rpc.ts';
import type { SchemaWorkerCalls } from '../shared/schemaProtocol.ts';
import { serve } from './port.ts';

// Schemas are compiled in a separate thread, because a small file may take minutes: the engine ends the thread after a
// time limit.
serve<SchemaWorkerCalls, object>(
  {
    async compile(path, message) {
      const compiled = await compileSchemaFile(path, message);
      return transfer(compiled, [compiled.descriptors.buffer]);
    },
  },
  [],
);
