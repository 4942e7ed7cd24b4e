import { compileSchemaFile } from '../recording/read/schemaFiles.ts';
import { transfer } from '../shared/rpc.ts';
import type { SchemaWorkerCalls } from '../shared/schemaProtocol.ts';
import { serve } from './port.ts';

// Reading a schema has a thread of its own, because a small file may take minutes: the engine ends the thread after its time.
serve<SchemaWorkerCalls, object>(
  {
    async compile(path, message) {
      const compiled = await compileSchemaFile(path, message);
      return transfer(compiled, [compiled.descriptors.buffer]);
    },
  },
  [],
);
