import * as ws from 'ws';
import type { ConnectOptions } from '../shared/session.ts';

/** Parts of `ws` that it exports and its types do not tell of. */
export interface PerMessageDeflate {
  offer(): Record<string, unknown>;
  accept(answers: readonly Record<string, unknown>[]): void;
  /** What was agreed on. */
  readonly params: { readonly client_no_context_takeover?: boolean } | null;
}

const { PerMessageDeflate, extension } = ws as unknown as {
  PerMessageDeflate: new (options: Record<string, unknown>) => PerMessageDeflate;
  extension: {
    format(extensions: Record<string, unknown>): string;
    parse(header: string): Record<string, readonly Record<string, unknown>[]>;
  };
};

const NAME = 'permessage-deflate';

/** Bytes below which a message of its own dictionary gains nothing. */
const WORTH_COMPRESSING = 1024;

/** permessage-deflate for one handshake (RFC 7692), or undefined where it is not offered. */
export function deflateOf(options: ConnectOptions): PerMessageDeflate | undefined {
  if (!options.deflate) return undefined;
  // Without a value of its own the client says that it can use smaller windows, as browsers do.
  // What is worth compressing is for `compresses` to say, so that it is known before a message leaves.
  const own = { threshold: 0, isServer: false, maxPayload: options.maxPayload };
  return new PerMessageDeflate({ ...options.deflateParameters, ...own });
}

/** The Sec-WebSocket-Extensions header of the request; '' for none. */
export function offerOf(deflate: PerMessageDeflate | undefined): string {
  return deflate === undefined ? '' : extension.format({ [NAME]: deflate.offer() });
}

/**
 * Takes the server's answer (RFC 6455, section 9.1; RFC 7692, section 7.1).
 * @returns whether messages may be compressed
 * @throws Error for what was not offered, with the reason
 */
export function acceptExtensions(
  answer: string | undefined,
  deflate: PerMessageDeflate | undefined,
): boolean {
  if (answer === undefined) return false;
  if (deflate === undefined) throw new Error('no extension was offered');
  const extensions = extension.parse(answer);
  const names = Object.keys(extensions);
  const answers = extensions[NAME];
  if (answers === undefined || names.length !== 1)
    throw new Error(`${names.filter((name) => name !== NAME).join(', ')} was not offered`);
  deflate.accept(answers);
  return true;
}

/** Whether a message of so many bytes is sent compressed. */
export function compresses(deflate: PerMessageDeflate | undefined, bytes: number): boolean {
  if (deflate === undefined) return false;
  return deflate.params?.client_no_context_takeover !== true || bytes >= WORTH_COMPRESSING;
}
