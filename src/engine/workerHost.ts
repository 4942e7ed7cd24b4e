import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { createRpc } from '../shared/rpc.ts';
import type { Rpc } from '../shared/rpc.ts';

/** A worker that crashes more often than this within CRASH_WINDOW is not started again. */
const MAX_CRASHES = 3;
const CRASH_WINDOW = 60_000;

/** Long enough to format or export a gigabyte, and short enough to notice a lost answer. */
const CALL_TIMEOUT = 10 * 60_000;

export interface WorkerHostOptions<Calls, Events> {
  /** The path of the built file. */
  readonly file: string;
  /** The names of the calls that get no answer. */
  readonly events?: readonly (keyof Calls & string)[];
  /** The functions that the worker can call. */
  readonly handlers: Events;
  /** MiB of heap; beyond it the worker crashes. */
  readonly memoryLimit?: number;
  readonly onError: (error: DuplexError) => void;
  /** The worker crashed and lost its state. Pending calls are already rejected. */
  readonly onCrash?: () => void;
}

/** One worker thread. It starts on its first call, and again on the first call after a crash. */
export class WorkerHost<Calls extends object, Events extends object> {
  #running: { worker: Worker; rpc: Rpc<Calls> } | undefined;
  #crashes: number[] = [];
  #disposed = false;

  constructor(private readonly options: WorkerHostOptions<Calls, Events>) {}

  /** The worker's calls. @throws DuplexError `call.disposed` after dispose, or if the worker crashes too often */
  get remote(): Calls {
    this.#running ??= this.#start();
    return this.#running.rpc.remote;
  }

  /** Ends the worker and rejects pending calls with this reason. The next call starts another one. */
  async restart(reason: string): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.rpc.dispose(reason);
    await running?.worker.terminate();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const running = this.#running;
    this.#running = undefined;
    running?.rpc.dispose();
    await running?.worker.terminate();
  }

  get #name(): string {
    return basename(this.options.file, '.js');
  }

  #start(): { worker: Worker; rpc: Rpc<Calls> } {
    if (this.#disposed) throw new DuplexError('call.disposed', `The ${this.#name} worker was ended.`);
    const recent = this.#crashes.filter((time) => Date.now() - time < CRASH_WINDOW);
    if (recent.length > MAX_CRASHES)
      throw new DuplexError(
        'call.disposed',
        `The ${this.#name} worker crashes repeatedly: reload the window.`,
      );
    // Modules that the process preloads expect its main thread. In a worker, whose stdin has ended, they may
    // exit, so the worker preloads none.
    const { events = [], handlers, onError, memoryLimit } = this.options;
    const worker = new Worker(this.options.file, {
      name: `duplex ${this.#name}`,
      execArgv: [],
      ...(memoryLimit !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryLimit } }),
    });
    const channel = {
      post: (message: unknown, transfer: readonly ArrayBuffer[]) =>
        worker.postMessage(message, [...transfer]),
      listen: (receive: (message: unknown) => void) => {
        worker.on('message', receive);
        return () => worker.off('message', receive);
      },
    };
    const rpc = createRpc<Calls, Events>(channel, handlers, { events, timeout: CALL_TIMEOUT, onError });
    worker.on('error', (error) => this.#crashed(worker, toDuplexError(error).message));
    worker.on('messageerror', (error) => onError(toDuplexError(error)));
    worker.on('exit', (code) => this.#crashed(worker, `it ended with ${code}`));
    return { worker, rpc };
  }

  #crashed(worker: Worker, reason: string): void {
    const running = this.#running;
    if (running?.worker !== worker) return;
    this.#running = undefined;
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < CRASH_WINDOW), now];
    running.rpc.dispose(`The ${this.#name} worker crashed: try again.`);
    this.options.onError(new DuplexError('internal', `The ${this.#name} worker crashed: ${reason}`));
    this.options.onCrash?.();
  }
}
