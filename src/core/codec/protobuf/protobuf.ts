import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type Registry,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { DuplexError } from '../../../shared/errors.ts';
import { MiB } from '../../../shared/limits.ts';
import type { CompiledType } from '../../../shared/schemaProtocol.ts';
import { nearest } from '../../text/nearest.ts';
import { MAX_CODEC_BYTES } from '../codecProblem.ts';
import { fitsSchema, MAX_SCHEMA_DEPTH } from './fitsSchema.ts';
import { compileProto } from './protoFiles.ts';
import type { LoadedSchema, ProtobufType, SchemaFiles } from './protobufSchema.ts';

// The entry of a separate bundle. The codec is @bufbuild/protobuf, the parser of `.proto` files is
// protobufjs. Both only interpret a schema: no code is generated from it.

/**
 * Maximum bytes of a compiled schema, without its comments. The threads that read and write messages build
 * its types, which takes less than a second.
 */
export const MAX_COMPILED_BYTES = 4 * MiB;

/**
 * Loads a `.proto` file with its imports, or a descriptor set: any file with another name. Invalid content is
 * a problem in the result.
 * @throws DuplexError if the file cannot be read
 */
export async function loadSchema(path: string, files: SchemaFiles): Promise<LoadedSchema> {
  const bytes = await files.read(path);
  if (!bytes) return { problem: `There is no file ${files.name(path)}.` };
  let set: FileDescriptorSet;
  let registry: Registry;
  let packages: ReadonlySet<string> = new Set();
  try {
    if (/\.proto$/i.test(path)) {
      const compiled = await compileProto(path, bytes, files);
      if ('problem' in compiled) return compiled;
      set = create(FileDescriptorSetSchema, { file: [compiled.file] });
      packages = compiled.packages;
    } else set = fromBinary(FileDescriptorSetSchema, bytes);
    for (const file of set.file) delete file.sourceCodeInfo;
    registry = createFileRegistry(set);
  } catch (error) {
    // An import that cannot be read has a sentence of its own.
    if (error instanceof DuplexError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: `${files.name(path)} is not a schema: ${reason}. Name a .proto file, or what protoc makes with --include_imports --descriptor_set_out.`,
    };
  }
  return {
    type(name) {
      const type = findType(registry, packages, name);
      if ('problem' in type) return type;
      const descriptors = new Uint8Array(toBinary(FileDescriptorSetSchema, set));
      if (descriptors.length > MAX_COMPILED_BYTES)
        return {
          problem: `${files.name(path)} has ${descriptors.length} bytes of descriptors: the limit is ${MAX_COMPILED_BYTES}. Name a schema that holds only what the message needs.`,
        };
      return { name: type.typeName, descriptors };
    },
  };
}

/** @param type that `loadSchema` returned */
export function openType({ name, descriptors }: CompiledType): ProtobufType {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  return protobufType(registry.getMessage(name)!, registry);
}

/** Finds a type by its full name, or by a unique ending of it. */
function findType(
  registry: Registry,
  packages: ReadonlySet<string>,
  name: string,
): DescMessage | { readonly problem: string } {
  const wanted = name.replace(/^\./, '');
  const messages = [...registry].filter((each) => each.kind === 'message');
  const own = messages.filter(
    ({ typeName, proto }) =>
      !packages.has(typeName) && !typeName.startsWith('google.protobuf.') && !proto.options?.mapEntry,
  );
  const found = messages.find(({ typeName }) => typeName === wanted && !packages.has(wanted));
  const ending = own.filter(({ typeName }) => typeName.endsWith(`.${wanted}`));
  const type = found ?? (ending.length === 1 ? ending[0] : undefined);
  if (type) return type;
  const names = own.map(({ typeName }) => typeName);
  if (ending.length > 1)
    return {
      problem: `${wanted} is ambiguous: write ${ending.map(({ typeName }) => typeName).join(' or ')}.`,
    };
  const close = nearest(wanted, names);
  const remedy =
    close === undefined ? `it has ${names.slice(0, 10).join(', ') || 'none'}` : `did you mean ${close}?`;
  return { problem: `The schema has no message ${wanted}: ${remedy}${close === undefined ? '.' : ''}` };
}

function protobufType(type: DescMessage, registry: Registry): ProtobufType {
  const name = type.typeName;
  return {
    name,
    read(bytes) {
      if (bytes.length > MAX_CODEC_BYTES)
        return {
          problem: `${bytes.length} bytes are not decoded: the limit is ${MAX_CODEC_BYTES}.`,
          at: 0,
          isLimit: true,
        };
      const fit = fitsSchema(bytes, type);
      if ('problem' in fit) return fit;
      if (bytes.length > 0 && !fit.hasKnown)
        return { problem: `Not ${name}: none of its fields is in the schema.`, at: 0 };
      try {
        const message = fromBinary(type, bytes, { recursionLimit: MAX_SCHEMA_DEPTH + 1 });
        const json = toJson(type, message, { registry, useProtoFieldName: true, alwaysEmitImplicit: true });
        const unknown =
          fit.unknown.length === 0
            ? undefined
            : `the schema does not have ${fit.unknown.length === 1 ? 'the field' : 'the fields'} ${fit.unknown.join(', ')}`;
        return { text: JSON.stringify(json), unknown };
      } catch (error) {
        // The walk has checked the structure, so only a value can fail here, such as text that is not UTF-8.
        return { problem: `Not ${name}: ${error instanceof Error ? error.message : String(error)}.`, at: 0 };
      }
    },
    write(json) {
      try {
        const message = fromJson(type, JSON.parse(quoteLongNumbers(json)) as JsonValue, { registry });
        return new Uint8Array(toBinary(type, message));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { problem: `The payload does not fit ${name}: ${reason}.` };
      }
    },
  };
}

/** Strings, and whole numbers of more digits than JavaScript keeps; ProtoJSON allows them as strings. */
const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

function quoteLongNumbers(json: string): string {
  return json.replace(LONG_NUMBERS, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}
