/** A message type with its schema, in a form that threads pass to each other. */
export interface CompiledType {
  /** The full name, such as `feed.v1.Tick`. */
  readonly name: string;
  /** A `FileDescriptorSet` (google/protobuf/descriptor.proto) of at most MAX_COMPILED_BYTES. */
  readonly descriptors: Uint8Array<ArrayBuffer>;
}

/**
 * Compiles a message type of a `.proto` file with its imports, or of a descriptor set.
 * @param path absolute
 * @param message the name of the type, or the end of it
 * @throws DuplexError `file.invalid` that says what is wrong with the schema, `disk.denied` if it cannot be read
 */
export type CompileSchema = (path: string, message: string) => Promise<CompiledType>;

/** Host → schema worker. */
export interface SchemaWorkerCalls {
  compile: CompileSchema;
}

/** Any other worker → host: only the schema worker compiles. */
export interface SchemaRequests {
  compileSchema: CompileSchema;
}
