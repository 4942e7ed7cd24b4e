import { DuplexError } from '../../../shared/errors.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import { optionConflicts } from './optionConflicts.ts';
import { optionProblem } from './optionProblem.ts';
import { OPTION_ENTRIES } from './optionTable.ts';
import { invalidUrl } from './validate.ts';

/** A URL and what else is said of a connection. */
export type GivenOptions = { readonly url: string } & Partial<ConnectOptions>;

/** What holds where nothing else is said. */
const DEFAULTS = {
  ...Object.fromEntries(OPTION_ENTRIES.map(([key, { fallback }]) => [key, fallback])),
  secrets: [],
} as unknown as Omit<ConnectOptions, 'url'>;

/**
 * Fills in the defaults and validates, so that what is wrong is refused before anything connects.
 * @throws DuplexError `url.invalid` for the URL, `call.invalid` for the rest, with the remedy
 */
export function connectOptions(given: GivenOptions): ConnectOptions {
  const options: ConnectOptions = { ...DEFAULTS, ...given, url: given.url.trim() };
  const badUrl = invalidUrl(options.url);
  if (badUrl !== undefined) throw new DuplexError('url.invalid', badUrl);
  for (const [key] of OPTION_ENTRIES) {
    const problem = optionProblem(key, options[key]);
    if (problem !== undefined) throw new DuplexError('call.invalid', problem);
  }
  const [conflict] = optionConflicts(options);
  if (conflict) throw new DuplexError('call.invalid', conflict.message);
  return options;
}
