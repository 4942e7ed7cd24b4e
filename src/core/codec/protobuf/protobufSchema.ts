import type { CompiledType } from '../../../shared/schemaProtocol.ts';
import type { CodecProblem } from '../codecProblem.ts';

// The contract of the lazily loaded library src/core/codec/protobuf/protobuf.ts. This file holds types only, so
// importing it loads nothing.

/** A message type of a schema, which decodes and encodes messages. */
export interface ProtobufType {
  /** The full name, such as `feed.v1.Tick`. */
  readonly name: string;
  /** Decodes one message that spans all bytes. Never throws. */
  read(bytes: Uint8Array): ProtobufMessage | CodecProblem;
  /** Encodes a message from its JSON; one sentence if a value does not fit the schema. */
  write(json: string): Uint8Array<ArrayBuffer> | { readonly problem: string };
}

interface ProtobufMessage {
  /**
   * JSON by the rules of ProtoJSON (protobuf.dev/programming-guides/json), with the field names of the schema and with
   * fields that have their default value.
   */
  readonly text: string;
  /** A clause about fields that the schema does not have; undefined if it has all of them. */
  readonly unknown: string | undefined;
}

/** Access to the files of a schema. */
export interface SchemaFiles {
  /**
   * Reads the file `path`, or the file `relative` below the folder `path`. After links are resolved, that
   * file must be within the folder.
   * @returns undefined if there is no such file
   * @throws DuplexError if it cannot be read
   */
  read(path: string, relative?: string): Promise<Uint8Array | undefined>;
  /** The folder of a file or of a folder; the path itself for a root. */
  parent(path: string): string;
  /** The last part of a path. */
  name(path: string): string;
}

/** A compiled schema, or one sentence that names its first fault, with the line if it is known. */
export type LoadedSchema =
  { type(name: string): CompiledType | { readonly problem: string } } | { readonly problem: string };
