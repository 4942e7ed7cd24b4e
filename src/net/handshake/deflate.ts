import * as ws from 'ws';
import type { ConnectOptions, DeflateParameters } from '../../shared/session.ts';
import { quoted } from './responseHead.ts';

/** Parts of `ws` that it exports and its types omit. */
export interface PerMessageDeflate {
  offer(): Record<string, unknown>;
  accept(answers: readonly Record<string, unknown>[]): void;
  /** The negotiated parameters. */
  readonly params: {
    readonly client_no_context_takeover?: boolean;
    readonly server_no_context_takeover?: boolean;
  } | null;
}

const { PerMessageDeflate, extension } = ws as unknown as {
  PerMessageDeflate: new (options: Record<string, unknown>) => PerMessageDeflate;
  extension: {
    format(extensions: Record<string, unknown>): string;
    parse(header: string): Record<string, readonly Record<string, unknown>[]>;
  };
};

const NAME = 'permessage-deflate';

/** Smaller messages gain nothing from compression without context takeover. */
const WORTH_COMPRESSING = 1024;

/** permessage-deflate for one handshake (RFC 7692); undefined if it is not offered. */
export function deflateOf(options: ConnectOptions): PerMessageDeflate | undefined {
  if (!options.deflate) return undefined;
  // Without a value, the parameter says that the client supports smaller windows, as browsers do. `compresses` decides
  // which messages are compressed, so that this is known before a message leaves.
  const own = { threshold: 0, isServer: false, maxPayload: options.maxPayload };
  return new PerMessageDeflate({ ...options.deflateParameters, ...own });
}

/** The Sec-WebSocket-Extensions header of the request; '' without an offer. */
export function offerOf(deflate: PerMessageDeflate | undefined): string {
  return deflate === undefined ? '' : extension.format({ [NAME]: deflate.offer() });
}

/**
 * Applies the server's response (RFC 6455, section 9.1; RFC 7692, section 7.1).
 * @param answer all Sec-WebSocket-Extensions headers as one; undefined if there is none
 * @returns whether messages may be compressed
 * @throws Error with the reason, if the response does not match the offer
 */
export function acceptExtensions(
  answer: string | undefined,
  deflate: PerMessageDeflate | undefined,
  { deflateParameters }: ConnectOptions,
): boolean {
  if (answer === undefined || answer.trim() === '') return false;
  const items = answer.split(',').map((item) => item.trim());
  // Commas inside quotes do not occur, because all parameters that can be offered have numeric values.
  if (items.includes(''))
    throw new Error(`its Sec-WebSocket-Extensions, “${quoted(answer)}”, has an empty item`);
  const extensions = parsed(answer);
  const others = Object.keys(extensions).filter((name) => name !== NAME);
  if (others.length > 0)
    throw new Error(`it answers with ${quoted(others.join(', '))}, which was not offered`);
  if (deflate === undefined) throw new Error(`it answers with ${NAME}, which was not offered`);
  const answers = extensions[NAME] ?? [];
  if (answers.length > 1)
    throw new Error(`it answers with ${NAME} ${answers.length === 2 ? 'twice' : `${answers.length} times`}`);
  const problem = parameterProblem(answers[0] ?? {}, deflateParameters);
  if (problem !== undefined) throw new Error(problem);
  deflate.accept(answers);
  return true;
}

function parsed(answer: string): ReturnType<typeof extension.parse> {
  try {
    return extension.parse(answer);
  } catch {
    throw new Error(`its Sec-WebSocket-Extensions, “${quoted(answer)}”, is not a list of extensions`);
  }
}

/**
 * The reason why parameters of a response do not match the offer (RFC 7692, sections 7.1.1.1 and 7.1.2.1); `ws` checks
 * the other parameters.
 */
function parameterProblem(
  given: Record<string, unknown>,
  { serverNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits }: DeflateParameters,
): string | undefined {
  const bits = (name: string): number | undefined => {
    const [value] = [given[name]].flat();
    return typeof value === 'string' ? Number(value) : undefined;
  };
  const server = bits('server_max_window_bits');
  if (serverMaxWindowBits !== undefined && server === undefined)
    return `server_max_window_bits=${serverMaxWindowBits} was requested and not granted`;
  if (serverMaxWindowBits !== undefined && server !== undefined && server > serverMaxWindowBits)
    return `it grants server_max_window_bits=${server}, and at most ${serverMaxWindowBits} was requested`;
  if (serverNoContextTakeover === true && given['server_no_context_takeover'] === undefined)
    return 'server_no_context_takeover was requested and not granted';
  const client = bits('client_max_window_bits');
  if (clientMaxWindowBits !== undefined && client !== undefined && client > clientMaxWindowBits)
    return `it answers with client_max_window_bits=${client}, and at most ${clientMaxWindowBits} was offered`;
  return undefined;
}

/**
 * The server's response to a client's offer of permessage-deflate (RFC 7692, section 5.1).
 * @param offer all Sec-WebSocket-Extensions headers as one
 * @returns undefined if no offer is acceptable; messages are then not compressed
 */
export function answerOffer(
  offer: string,
  { deflate: isWanted, maxPayload }: Pick<ConnectOptions, 'deflate' | 'maxPayload'>,
): { readonly deflate: PerMessageDeflate; readonly answer: string } | undefined {
  if (!isWanted) return undefined;
  try {
    const offers = extension.parse(offer)[NAME];
    if (offers === undefined) return undefined;
    const deflate = new PerMessageDeflate({ isServer: true, maxPayload, threshold: 0 });
    deflate.accept(offers);
    return { deflate, answer: extension.format({ [NAME]: [deflate.params] }) };
  } catch {
    // An invalid or unacceptable offer is declined (RFC 6455, section 9.1).
    return undefined;
  }
}

/** Whether a message of this size is sent compressed. @param own the sending side */
export function compresses(
  deflate: PerMessageDeflate | undefined,
  bytes: number,
  own: 'client' | 'server' = 'client',
): boolean {
  if (deflate === undefined) return false;
  return deflate.params?.[`${own}_no_context_takeover`] !== true || bytes >= WORTH_COMPRESSING;
}
