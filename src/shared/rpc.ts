import { createBirpc } from 'birpc';
import { DuplexError, toDuplexError } from './errors.ts';

/** A bidirectional channel of structured-cloneable messages, such as a worker's port or a webview. */
export interface Channel {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Starts listening. @returns a function that stops it */
  listen(receive: (message: unknown) => void): () => void;
}

export interface RpcOptions<Remote> {
  /** Methods of the other side that send no answer. */
  readonly events?: readonly (keyof Remote & string)[];
  /** Milliseconds before an unanswered call fails with `call.timeout`. */
  readonly timeout: number;
  /** Calls without a time-out, because they wait for a person. They end with dispose() at the latest. */
  readonly untimed?: readonly (keyof Remote & string)[];
  /**
   * An event's handler threw, or a message could not be delivered. No caller waits for the result, so it is reported
   * here.
   */
  readonly onError: (error: DuplexError) => void;
}

export interface Rpc<Remote> {
  readonly remote: Remote;
  /** Rejects all pending and all later calls with `call.disposed`. */
  dispose(reason?: string): void;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- handlers are typed by the protocol that names them
type Handlers = Record<string, (...args: any[]) => unknown>;

type Answer = { ok: true; value: unknown } | { ok: false; code: DuplexError['code']; message: string };

const transfers = new WeakMap<object, readonly ArrayBuffer[]>();

/** Marks a value so that sending it as an argument or a result moves these buffers instead of copying them. */
export function transfer<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  transfers.set(value, buffers);
  return value;
}

/** The buffers to transfer with a value. */
export function transfersOf(value: unknown): readonly ArrayBuffer[] {
  return typeof value === 'object' && value !== null ? (transfers.get(value) ?? []) : [];
}

function transferListOf(message: { a?: unknown[]; r?: unknown }): readonly ArrayBuffer[] {
  const list: ArrayBuffer[] = [];
  const answer = message.r as Answer | undefined;
  for (const value of [...(message.a ?? []), answer?.ok ? answer.value : undefined]) {
    list.push(...transfersOf(value));
  }
  return list;
}

/**
 * Creates typed calls over a channel. Exceptions do not cross it: a handler answers ok, or a code and a sentence, and
 * the caller's promise rejects with a DuplexError that carries both.
 */
export function createRpc<Remote extends object, Local extends object>(
  channel: Channel,
  local: Local,
  options: RpcOptions<Remote>,
): Rpc<Remote> {
  const handlers = answering(local as Handlers, options.onError);
  let stopListening: (() => void) | undefined;
  const rpc = createBirpc<Handlers, Handlers, false>(handlers, {
    proxify: false,
    timeout: -1,
    post: (message: { a?: unknown[]; r?: unknown }) => channel.post(message, transferListOf(message)),
    on: (receive) => {
      stopListening = channel.listen(receive);
    },
    onGeneralError: (error, method) => {
      // With a method name, our answer could not be cloned, and birpc answers with the error instead. Without one, our
      // own call could not be posted, and its promise rejects.
      if (method !== undefined) options.onError(toDuplexError(error));
      return method !== undefined;
    },
  });
  const pending = new Set<(error: DuplexError) => void>();
  let disposed: DuplexError | undefined;

  const call = (name: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (disposed) {
        reject(disposed);
        return;
      }
      const settle = (): void => {
        clearTimeout(timer);
        pending.delete(fail);
      };
      const fail = (error: DuplexError): void => {
        settle();
        reject(error);
      };
      const late = (): void =>
        fail(new DuplexError('call.timeout', `${name} took longer than ${options.timeout / 1000} s.`));
      const timed = !options.untimed?.includes(name as keyof Remote & string);
      const timer = timed ? setTimeout(late, options.timeout) : undefined;
      pending.add(fail);
      rpc.$call(name, ...args).then(
        (result: unknown) => {
          const answer = result as Answer;
          if (!answer.ok) return fail(new DuplexError(answer.code, answer.message));
          settle();
          resolve(answer.value);
        },
        (error: unknown) => fail(toDuplexError(error)),
      );
    });

  const methods = new Map<string, (...args: unknown[]) => unknown>();
  const method = (name: string): ((...args: unknown[]) => unknown) => {
    if (!options.events?.includes(name as keyof Remote & string)) return (...args) => call(name, args);
    return (...args) => {
      if (disposed) return;
      rpc.$callEvent(name, ...args).catch((error: unknown) => options.onError(toDuplexError(error)));
    };
  };
  const remote = new Proxy({} as Remote, {
    get(_target, name) {
      // These names are not methods of the other side. A promise that resolves to `remote` reads `then`, and Lit reads
      // `_$litDirective$` if `remote` is a property.
      if (typeof name !== 'string' || name === 'then' || name.startsWith('_')) return undefined;
      if (!methods.has(name)) methods.set(name, method(name));
      return methods.get(name);
    },
  });

  return {
    remote,
    dispose(reason = 'The other side was closed before it answered.') {
      disposed ??= new DuplexError('call.disposed', reason);
      for (const fail of [...pending]) fail(disposed);
      stopListening?.();
      rpc.$close(disposed);
    },
  };
}

function answering(local: Handlers, onError: (error: DuplexError) => void): Handlers {
  const handlers: Handlers = {};
  for (const [name, handler] of Object.entries(local)) {
    handlers[name] = async (...args: unknown[]): Promise<Answer> => {
      try {
        return { ok: true, value: await handler.apply(local, args) };
      } catch (thrown) {
        const error = toDuplexError(thrown);
        if (error.code === 'internal') onError(error);
        return { ok: false, code: error.code, message: error.message };
      }
    };
  }
  return handlers;
}
