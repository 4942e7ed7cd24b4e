import type { ConnectOptions } from '../../../shared/session.ts';
import type { OptionKey } from './optionSpec.ts';

export interface Conflict {
  /** The options that do not go together, the one to blame first. */
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
    'A PKCS#12 file holds certificate and key: give either pfx, or cert and key.',
  ],
  [
    ['cert', 'key'],
    ({ cert, key, pfx }) => isGiven(cert) && !isGiven(key) && !isGiven(pfx),
    'The client certificate has no key: give the file of its private key as key.',
  ],
  [
    ['key', 'cert'],
    ({ cert, key, pfx }) => isGiven(key) && !isGiven(cert) && !isGiven(pfx),
    'The key has no client certificate: give the file of the certificate as cert.',
  ],
  [
    ['passphrase', 'key', 'pfx'],
    ({ passphrase, key, pfx }) => isGiven(passphrase) && !isGiven(key) && !isGiven(pfx),
    'There is a passphrase and nothing that it opens: give key or pfx, or leave the passphrase out.',
  ],
  [
    ['deflateParameters', 'deflate'],
    ({ deflate, deflateParameters }) =>
      deflate === false && deflateParameters !== undefined && Object.keys(deflateParameters).length > 0,
    'Compression is switched off and has parameters: leave out no-deflate, or the parameters.',
  ],
  [
    ['reconnectMaxDelay', 'reconnectDelay'],
    ({ reconnectDelay, reconnectMaxDelay }) =>
      reconnectDelay !== undefined && reconnectMaxDelay !== undefined && reconnectDelay > reconnectMaxDelay,
    'The longest reconnect delay is shorter than the first one: raise reconnect-max-delay, or lower reconnect-delay.',
  ],
];

/** The options that contradict each other; an option that is absent says nothing. */
export function optionConflicts(options: Partial<ConnectOptions>): readonly Conflict[] {
  return RULES.filter(([, holds]) => holds(options)).map(([keys, , message]) => ({ keys, message }));
}
