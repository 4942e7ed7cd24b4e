import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';

/** What `duplex.connect` and the API's `open` take besides a bare URL. Milliseconds and bytes; the settings fill in the rest. */
export interface ConnectArguments extends Partial<Omit<ConnectOptions, 'headers'>> {
  readonly url: string;
  /** What the session is called; host and path of the URL unless given. */
  readonly name?: string;
  /** Pairs in order, or an object for headers whose names differ. */
  readonly headers?: HeaderList | Readonly<Record<string, string>>;
  /** False: the recording is removed when the session is closed. */
  readonly keep?: boolean;
}

export interface ConnectRequest {
  readonly options: { readonly url: string } & Partial<ConnectOptions>;
  readonly name: string | undefined;
  readonly keep?: boolean;
}

const NUMBERS = ['handshakeTimeout', 'closeTimeout', 'maxPayload'] as const;

/**
 * Arguments from keybindings, links and other extensions: a URL, a URI, or ConnectArguments. What the values
 * mean is checked when the session is made; here only their types.
 * @throws DuplexError `call.invalid` where a type is wrong
 */
export function connectRequest(given: unknown): ConnectRequest {
  if (typeof given === 'string') return { options: { url: given }, name: undefined };
  if (!isRecord(given)) throw invalid('the argument', 'a URL or an object with a url');
  // A vscode.Uri. Its plain text, not its encoded one: what is connected to is what was written.
  if (typeof given['scheme'] === 'string' && typeof given['authority'] === 'string')
    return { options: { url: (given as unknown as UriLike).toString(true) }, name: undefined };

  const options: { -readonly [key in keyof ConnectOptions]?: ConnectOptions[key] } & { url: string } = {
    url: typeof given['url'] === 'string' ? given['url'] : fail('url', 'a text'),
  };
  for (const key of NUMBERS) {
    const value = given[key];
    if (value !== undefined) options[key] = typeof value === 'number' ? value : fail(key, 'a number');
  }
  const { deflate, subprotocols, headers, name, keep } = given;
  if (deflate !== undefined)
    options.deflate = typeof deflate === 'boolean' ? deflate : fail('deflate', 'true or false');
  if (subprotocols !== undefined)
    options.subprotocols = isTextList(subprotocols) ? subprotocols : fail('subprotocols', 'a list of texts');
  if (headers !== undefined) options.headers = headerList(headers);
  if (name !== undefined && typeof name !== 'string') fail('name', 'a text');
  if (keep === undefined) return { options, name };
  return { options, name, keep: typeof keep === 'boolean' ? keep : fail('keep', 'true or false') };
}

interface UriLike {
  toString(skipEncoding?: boolean): string;
}

function headerList(headers: unknown): HeaderList {
  const pairs: unknown = isRecord(headers) ? Object.entries(headers) : headers;
  if (Array.isArray(pairs) && pairs.every(isPair)) return pairs;
  return fail('headers', 'an object of texts or a list of pairs of texts');
}

function isPair(value: unknown): value is [string, string] {
  return isTextList(value) && value.length === 2;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(name: string, wanted: string): never {
  throw invalid(name, wanted);
}

function invalid(name: string, wanted: string): DuplexError {
  return new DuplexError('call.invalid', `WebSocket: Connect was called wrongly: ${name} must be ${wanted}.`);
}
