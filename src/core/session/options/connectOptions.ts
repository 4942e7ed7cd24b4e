import { DuplexError } from '../../../shared/errors.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import { optionProblem } from './optionProblem.ts';
import { withSchemaPath } from '../../text/decodeRule.ts';
import type { OptionKey } from './optionSpec.ts';
import { OPTION_ENTRIES } from './optionTable.ts';
import { invalidUrl } from './validate.ts';
import { optionNamed } from './optionName.ts';

/** A URL and the options of a connection. */
export type GivenOptions = { readonly url: string } & Partial<ConnectOptions>;

/** The defaults. */
const DEFAULTS = {
  ...Object.fromEntries(OPTION_ENTRIES.map(([key, { fallback }]) => [key, fallback])),
  secrets: [],
} as unknown as Omit<ConnectOptions, 'url'>;

/**
 * Fills in the defaults and validates, so that errors are found before anything connects.
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

export interface Conflict {
  /** The options that contradict each other, the one to blame first. */
  readonly keys: readonly OptionKey[];
  /** One sentence: the cause and the remedy. */
  readonly message: string;
}

type Rule = readonly [
  keys: readonly OptionKey[],
  holds: (options: Partial<ConnectOptions>) => boolean,
  message: string,
];

const isGiven = (text: string | undefined): boolean => text !== undefined && text !== '';

const RULES: readonly Rule[] = [
  [
    ['pfx', 'cert', 'key'],
    ({ pfx, cert, key }) => isGiven(pfx) && (isGiven(cert) || isGiven(key)),
    `A PKCS#12 file holds certificate and key: give either ${optionNamed('pfx')}, or ${optionNamed('cert')} and ${optionNamed('key')}.`,
  ],
  [
    ['cert', 'key'],
    ({ cert, key, pfx }) => isGiven(cert) && !isGiven(key) && !isGiven(pfx),
    `The client certificate has no key: give the file of its private key with ${optionNamed('key')}.`,
  ],
  [
    ['key', 'cert'],
    ({ cert, key, pfx }) => isGiven(key) && !isGiven(cert) && !isGiven(pfx),
    `The key has no client certificate: give the file of the certificate with ${optionNamed('cert')}.`,
  ],
  [
    ['passphrase', 'key', 'pfx'],
    ({ passphrase, key, pfx }) => isGiven(passphrase) && !isGiven(key) && !isGiven(pfx),
    `The passphrase has no key to open: give ${optionNamed('key')} or ${optionNamed('pfx')}, or leave the passphrase out.`,
  ],
  [
    ['deflateParameters', 'deflate'],
    ({ deflate, deflateParameters }) =>
      deflate === false && deflateParameters !== undefined && Object.keys(deflateParameters).length > 0,
    `Compression is switched off and has parameters: leave out ${optionNamed('deflate')}, or the parameters.`,
  ],
  [
    ['reconnectMaxDelay', 'reconnectDelay'],
    ({ reconnectDelay, reconnectMaxDelay }) =>
      reconnectDelay !== undefined && reconnectMaxDelay !== undefined && reconnectDelay > reconnectMaxDelay,
    `The longest reconnect delay is shorter than the first one: raise ${optionNamed('reconnectMaxDelay')}, or lower ${optionNamed('reconnectDelay')}.`,
  ],
];

/** Finds the options that contradict each other. An option that is absent contradicts nothing. */
export function optionConflicts(options: Partial<ConnectOptions>): readonly Conflict[] {
  return RULES.filter(([, holds]) => holds(options)).map(([keys, , message]) => ({ keys, message }));
}

/** Whether a certificate is given as text, not as the path of a file. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/**
 * The options with their paths resolved against a base: the folder of a request file, or the working directory.
 * @param resolve called for each path that is set
 */
export function resolvePaths<Options extends Partial<ConnectOptions>>(
  options: Options,
  resolve: (path: string) => string,
): Options {
  const resolved: Record<string, unknown> = { ...options };
  const lead = (path: string): string => (path === '' || isPem(path) ? path : resolve(path));
  for (const [key, { kind }] of OPTION_ENTRIES) {
    const value = options[key];
    if (value === undefined) continue;
    if (kind === 'path') resolved[key] = lead(value as string);
    if (kind === 'paths') resolved[key] = (value as readonly string[]).map(lead);
    if (kind === 'rules')
      resolved[key] = (value as readonly string[]).map((rule) => withSchemaPath(rule, resolve));
  }
  return resolved as Options;
}
