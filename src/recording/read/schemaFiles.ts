import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { MAX_CODEC_BYTES } from '../../core/codec/codecProblem.ts';
import type { LoadedSchema, ProtobufType, SchemaFiles } from '../../core/codec/protobuf/protobufSchema.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { CompiledType } from '../../shared/schemaProtocol.ts';

/**
 * Compiles a type of a `.proto` file or of a descriptor set. This may take minutes, so only the schema worker calls it.
 * @param path absolute path
 * @throws DuplexError `file.invalid` with the reason if the schema is invalid, `disk.denied` if it cannot be read
 */
export async function compileSchemaFile(path: string, message: string): Promise<CompiledType> {
  const { loadSchema } = await import('../../core/codec/protobuf/protobuf.ts');
  const schema: LoadedSchema = await loadSchema(path, schemaFiles);
  const type = 'problem' in schema ? schema : schema.type(message);
  if ('problem' in type) throw new DuplexError('file.invalid', type.problem);
  return type;
}

/** Returns the type that reads and writes messages. The library is loaded on first use. */
export async function openProtobufType(compiled: CompiledType): Promise<ProtobufType> {
  const { openType } = await import('../../core/codec/protobuf/protobuf.ts');
  return openType(compiled);
}

const schemaFiles: SchemaFiles = {
  async read(path, relative) {
    const file = relative === undefined ? path : join(path, relative);
    try {
      const place = await realpath(file);
      if (relative !== undefined && !place.startsWith(withSeparator(await realpath(path))))
        throw new DuplexError('file.invalid', `${file} is a link that leads out of ${path}.`);
      const found = await stat(place);
      if (!found.isFile()) throw new DuplexError('disk.denied', `${file} is not a file.`);
      if (found.size > MAX_CODEC_BYTES)
        throw new DuplexError(
          'file.invalid',
          `${file} has ${found.size} bytes: the limit of a schema is ${MAX_CODEC_BYTES}.`,
        );
      return await readFile(place);
    } catch (cause) {
      if (cause instanceof DuplexError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new DuplexError('disk.denied', `The schema ${file} cannot be read (${message}).`, { cause });
    }
  },
  parent: (path) => dirname(path),
  name: (path) => basename(path),
};

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
