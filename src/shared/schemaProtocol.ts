/** A message type with its schema, in a form that can be transferred between threads. */
export interface CompiledType {
  /** The full name, such as `feed.v1.Tick`. */
  readonly name: string;
  /** A `FileDescriptorSet` (google/protobuf/descriptor.proto) of at most MAX_COMPILED_BYTES. */
  readonly descriptors: Uint8Array<ArrayBuffer>;
}

/**
 * Compiles a message type of a `.proto` file with its imports, or of a descriptor set.
 * @param path absolute path
 * @param message the name of the type, or the end of the name
 * @throws DuplexError `file.invalid` with the reason if the schema is invalid, `disk.denied` if it cannot be read
 */
export type CompileSchema = (path: string, message: string) => Promise<CompiledType>;

/** Calls that the host makes to the schema worker. */
export interface SchemaWorkerCalls {
  compile: CompileSchema;
}

/** Calls that any other worker makes to the host, because only the schema worker compiles. */
export interface SchemaRequests {
  compileSchema: CompileSchema;
}
