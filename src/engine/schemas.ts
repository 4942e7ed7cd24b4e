import { basename, join } from 'node:path';
import type { ProtobufType } from '../core/codec/protobuf/protobufSchema.ts';
import type { Decoding } from '../core/protocol/decode/decoding.ts';
import type { Role } from '../core/protocol/protocolModule.ts';
import { createDecoding } from '../recording/read/payloadDecoding.ts';
import { openProtobufType } from '../recording/read/schemaFiles.ts';
import { DuplexError } from '../shared/errors.ts';
import type { CompiledType, SchemaWorkerCalls } from '../shared/schemaProtocol.ts';
import { WorkerHost } from './workerHost.ts';

/** Milliseconds that compiling one schema may take. Schemas of 10,000 types take a second. */
const TIME_LIMIT = 10_000;

/**
 * MiB of heap that compiling may take. A worker without a limit of its own exhausts the memory of the whole
 * process, which VS Code shares.
 */
const MEMORY_LIMIT = 512;

/** Access to types that read and write messages. */
export type ProtobufTypes = Pick<Schemas, 'type'>;

export interface SchemasOptions {
  readonly workersFolder: string;
  readonly onError: (error: DuplexError) => void;
  /** Called before a file is read. @throws DuplexError if no schema may be read */
  readonly requireTrust?: (() => void) | undefined;
  /** Milliseconds per schema. */
  readonly timeLimit?: number;
  /** MiB of the worker's heap. */
  readonly memoryLimit?: number;
}

/**
 * Compiles Protobuf schemas in a worker of their own, one at a time, within limits of time and memory. Every
 * other thread gets descriptors of bounded size.
 */
export class Schemas {
  readonly #worker: WorkerHost<SchemaWorkerCalls, object>;
  readonly #timeLimit: number;
  readonly #memoryLimit: number;
  /** Settles when all requested schemas are compiled. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #crashes = 0;

  constructor(private readonly options: SchemasOptions) {
    const { workersFolder, onError, timeLimit = TIME_LIMIT, memoryLimit = MEMORY_LIMIT } = options;
    this.#timeLimit = timeLimit;
    this.#memoryLimit = memoryLimit;
    this.#worker = new WorkerHost({
      file: join(workersFolder, 'schema.js'),
      memoryLimit,
      handlers: {},
      onError,
      onCrash: () => void this.#crashes++,
    });
  }

  /**
   * Compiles a message type of a `.proto` file or of a descriptor set.
   * @param path absolute path
   * @throws DuplexError `file.invalid` if the schema is invalid or exceeds a limit, with the reason;
   * `disk.denied` if it cannot be read
   */
  async compile(path: string, message: string): Promise<CompiledType> {
    this.options.requireTrust?.();
    const compiled = this.#last.then(() => this.#compile(path, message));
    this.#last = compiled.catch(() => undefined);
    return compiled;
  }

  /** Compiles a message type that reads and writes messages. @throws DuplexError as `compile` */
  async type(path: string, message: string): Promise<ProtobufType> {
    return openProtobufType(await this.compile(path, message));
  }

  /** Prepares decoding by the rules of the option `decode`, whose paths are absolute. */
  decoding(rules: readonly string[] | undefined, own?: Role): Promise<Decoding | undefined> {
    return createDecoding((path, message) => this.compile(path, message), rules, own);
  }

  dispose(): Promise<void> {
    return this.#worker.dispose();
  }

  async #compile(path: string, message: string): Promise<CompiledType> {
    const crashes = this.#crashes;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#worker.restart(`${basename(path)} took too long.`).catch(this.options.onError);
    }, this.#timeLimit);
    try {
      return await this.#worker.remote.compile(path, message);
    } catch (error) {
      if (isLate)
        throw new DuplexError(
          'file.invalid',
          `${basename(path)} takes longer than ${this.#timeLimit / 1000} s to compile: name a schema with fewer fields and types.`,
          { cause: error },
        );
      if (this.#crashes !== crashes)
        throw new DuplexError(
          'file.invalid',
          `${basename(path)} takes more than ${this.#memoryLimit} MiB of memory to compile: name a schema with fewer fields and types.`,
          { cause: error },
        );
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
