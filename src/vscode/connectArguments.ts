import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { resolvePaths } from '../core/session/options/connectOptions.ts';
import type { OptionKey, OptionSpec } from '../core/session/options/optionSpec.ts';
import { OPTION_ENTRIES } from '../core/session/options/optionTable.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions, DeflateParameters } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';
import { workspacePath } from './settings.ts';

/**
 * The arguments of `duplex.connect` and of the API's `open`, instead of a bare URL. Times are in milliseconds, sizes
 * in bytes. The settings complete missing options. Paths are absolute, in the home folder (`~/`), or in the first
 * folder of the workspace.
 */
export interface ConnectArguments extends Partial<Omit<ConnectOptions, 'headers'>> {
  readonly url: string;
  /** The name of the session; by default the host and path of the URL. */
  readonly name?: string;
  /** Pairs in order, or an object for headers whose names differ. */
  readonly headers?: HeaderList | Readonly<Record<string, string>>;
  /** False: the recording is removed when the session is closed. */
  readonly keep?: boolean;
}

export interface ConnectRequest {
  readonly options: GivenOptions;
  readonly name: string | undefined;
  readonly keep?: boolean;
}

/**
 * Arguments from keybindings, links and other extensions: a URL, a URI, or ConnectArguments. Only their types are
 * checked here; the values are checked when the session is created.
 * @throws DuplexError `call.invalid` if a type is wrong
 */
export function connectRequest(given: unknown): ConnectRequest {
  if (typeof given === 'string') return { options: { url: given }, name: undefined };
  if (!isRecord(given)) throw invalid('the argument', 'a URL or an object with a url');
  // A vscode.Uri. The text without encoding is what the caller wrote.
  if (typeof given['scheme'] === 'string' && typeof given['authority'] === 'string')
    return { options: { url: (given as unknown as UriLike).toString(true) }, name: undefined };

  const options: Record<string, unknown> & { url: string } = {
    url: typeof given['url'] === 'string' ? given['url'] : fail('url', 'a text'),
  };
  for (const [key, spec] of OPTION_ENTRIES) {
    const value = given[key];
    if (value !== undefined) options[key] = typed(key, spec, value);
  }
  const { name, keep } = given;
  if (name !== undefined && typeof name !== 'string') fail('name', 'a text');
  const request = { options: resolvePaths(options as GivenOptions, workspacePath), name };
  if (keep === undefined) return request;
  return { ...request, keep: typeof keep === 'boolean' ? keep : fail('keep', 'true or false') };
}

/** The value, if it has the option's type; otherwise undefined. */
function typed(key: OptionKey, { kind }: OptionSpec, value: unknown): unknown {
  switch (kind) {
    case 'duration':
    case 'size':
    case 'count':
      return typeof value === 'number' ? value : fail(key, 'a number');
    case 'flag':
    case 'negatedFlag':
      return typeof value === 'boolean' ? value : fail(key, 'true or false');
    case 'text':
    case 'path':
    case 'choice':
      return typeof value === 'string' ? value : fail(key, 'a text');
    case 'list':
    case 'paths':
    case 'rules':
      return isTextList(value) ? value : fail(key, 'a list of texts');
    case 'headers':
      return headerList(value);
    case 'deflate':
      return isDeflate(value) ? value : fail(key, 'an object of parameters of permessage-deflate');
  }
}

const DEFLATE_TYPES: Readonly<Record<keyof DeflateParameters, 'boolean' | 'number'>> = {
  serverNoContextTakeover: 'boolean',
  clientNoContextTakeover: 'boolean',
  serverMaxWindowBits: 'number',
  clientMaxWindowBits: 'number',
};

function isDeflate(value: unknown): value is DeflateParameters {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, of]) =>
        Object.hasOwn(DEFLATE_TYPES, name) && typeof of === DEFLATE_TYPES[name as keyof DeflateParameters],
    )
  );
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
