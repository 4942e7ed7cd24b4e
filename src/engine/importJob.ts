import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_FILE } from '../recording/layout.ts';
import { newWriterId } from '../recording/write/lock.ts';
import { removeRecording } from '../recording/write/removeRecording.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type {
  ImportRequest,
  ImportWorkerCalls,
  ImportWorkerEvents,
  ReadImport,
  WantedRecording,
} from '../shared/importProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import { WorkerHost } from './workerHost.ts';

/**
 * One import in its own worker, which reads, converts and writes, so that a large file blocks nothing else.
 * The caller disposes it.
 */
export class ImportJob {
  readonly #worker: WorkerHost<ImportWorkerCalls, ImportWorkerEvents>;
  #onFile: ((done: number, total: number) => void) | undefined;
  #onWritten: ((complete: number) => void) | undefined;
  #disposing: Promise<void> | undefined;
  #isCrashed = false;

  constructor(
    workersFolder: string,
    private readonly onError: (error: DuplexError) => void,
  ) {
    this.#worker = new WorkerHost({
      file: join(workersFolder, 'import.js'),
      events: ['cancel'],
      onCrash: () => {
        this.#isCrashed = true;
      },
      handlers: {
        filesRead: (done, total) => this.#onFile?.(done, total),
        recordingsWritten: (complete) => this.#onWritten?.(complete),
      },
      onError,
    });
  }

  /**
   * Reads and converts a file, a folder or a text. An abort ends the worker, and with it the job.
   * @param label begins the sentence about what cannot be imported
   * @param onFile receives the number of files read so far and the total, for a folder
   * @throws DuplexError `file.invalid`, `disk.denied`, and the reason of the signal
   */
  async read(
    request: ImportRequest,
    label: string,
    {
      signal,
      onFile,
    }: { readonly signal: AbortSignal; readonly onFile?: (done: number, total: number) => void },
  ): Promise<ReadImport> {
    signal.throwIfAborted();
    this.#onFile = onFile;
    // A failure is reported by the next dispose().
    const stop = (): void => void this.dispose();
    signal.addEventListener('abort', stop);
    try {
      const result = await this.#worker.remote.read(movable(request));
      if ('problem' in result) throw new DuplexError('file.invalid', `${label}: ${result.problem}`);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /**
   * Writes all of the recordings, or none.
   * @param onWritten receives the number of complete recordings
   * @throws DuplexError `disk.denied`, `disk.full`, `call.disposed` if the worker crashed, and the reason of
   * the signal; then no part of any recording stays
   */
  async write(
    recordings: readonly WantedRecording[],
    { signal, onWritten }: { readonly signal: AbortSignal; readonly onWritten?: (complete: number) => void },
  ): Promise<void> {
    signal.throwIfAborted();
    this.#onWritten = onWritten;
    const stop = (): void => this.#worker.remote.cancel();
    signal.addEventListener('abort', stop);
    const writer = newWriterId();
    const isNew = ({ folder }: WantedRecording): boolean => !existsSync(join(folder, MANIFEST_FILE));
    const made = recordings.filter(isNew);
    try {
      await this.#worker.remote.write(recordings, writer);
    } catch (error) {
      // A worker that ends during a write removes nothing, so the host does.
      if (this.#isCrashed || this.#disposing) {
        await this.dispose();
        for (const { folder } of made)
          await removeRecording(folder, writer).catch((cause: unknown) => this.onError(toDuplexError(cause)));
      }
      if (error instanceof DuplexError && error.code === 'call.cancelled') signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Resolves when the worker has ended. */
  dispose(): Promise<void> {
    return (this.#disposing ??= this.#worker.dispose());
  }
}

/** Moves the bytes to the worker. Bytes that share their buffer with others are copied. */
function movable(request: ImportRequest): ImportRequest {
  const { source } = request;
  if ('path' in source) return request;
  const bytes =
    source.bytes.length === source.bytes.buffer.byteLength ? source.bytes : new Uint8Array(source.bytes);
  return transfer({ ...request, source: { ...source, bytes } }, [bytes.buffer as ArrayBuffer]);
}
