import { l10n, window } from 'vscode';
import { invalidHeader, invalidUrl } from '../core/session/options/validate.ts';
import { MASK } from '../core/session/secrets/mask.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { inertCheck, inertText } from './inertText.ts';

/** Why a secret is missing: recordings hold no secrets, and VS Code may lose those of Recent. */
type LostFrom = 'recording' | 'recent';

/**
 * Asks for the whole form of a URL whose secrets are masked.
 * @throws DuplexError `call.cancelled` if the user cancels
 */
export async function askWholeUrl(url: string): Promise<string> {
  const typed = await window.showInputBox({
    title: l10n.t('Secret of the URL'),
    prompt: l10n.t('Recordings keep no secrets. Replace {0} with the value.', MASK),
    value: url,
    ignoreFocusOut: true,
    validateInput: inertCheck(wholeUrlProblem),
  });
  return typed === undefined ? gaveUp() : typed.trim();
}

/** Why no connection to a typed URL is possible: it is invalid, or it contains a masked secret. */
export function wholeUrlProblem(typed: string): string | undefined {
  return typed.includes(MASK) ? l10n.t('Replace {0} with the secret.', MASK) : invalidUrl(typed.trim());
}

/**
 * Asks for the value of each header.
 * @param of the name or the URL of the connection
 * @returns the headers with values, without those that the user left empty
 * @throws DuplexError `call.cancelled` if the user cancels
 */
export async function askHeaders(
  of: string,
  names: readonly string[],
  lostFrom: LostFrom,
): Promise<Pick<ConnectOptions, 'headers' | 'subprotocols'>> {
  const headers: (readonly [string, string])[] = [];
  const subprotocols: string[] = [];
  for (const name of names) {
    const value = await askHeader(of, name, lostFrom);
    if (value === '') continue;
    if (name.toLowerCase() === 'sec-websocket-protocol')
      subprotocols.push(...value.split(',').map((each) => each.trim()));
    else headers.push([name, value]);
  }
  return { headers, subprotocols };
}

/**
 * Asks for the passphrase and the proxy's credentials if they are masked.
 * @returns the values of those that were masked
 * @throws DuplexError `call.cancelled` if the user cancels
 */
export async function askMasked({
  passphrase = '',
  proxy = '',
}: Partial<ConnectOptions>): Promise<Partial<Pick<ConnectOptions, 'passphrase' | 'proxy'>>> {
  const filled = !proxy.includes(MASK) ? undefined : await askText(l10n.t('Secret of the Proxy'), proxy);
  const phrase = !passphrase.includes(MASK)
    ? undefined
    : await askText(l10n.t('Passphrase of the Client Certificate'));
  return {
    ...(filled !== undefined && { proxy: filled.trim() }),
    ...(phrase !== undefined && { passphrase: phrase }),
  };
}

/** @param value the initial text, with the mask in place of the secret; if empty, the typed text is hidden */
async function askText(title: string, value = ''): Promise<string> {
  const problem = l10n.t('Replace {0} with the secret.', MASK);
  const typed = await window.showInputBox({
    title,
    prompt: l10n.t('VS Code no longer has this secret.'),
    value,
    password: value === '',
    ignoreFocusOut: true,
    validateInput: inertCheck((text) => (text.includes(MASK) ? problem : undefined)),
  });
  return typed ?? gaveUp();
}

/** @returns the value; empty if the connection does without the header */
async function askHeader(of: string, name: string, lostFrom: LostFrom): Promise<string> {
  const prompt =
    lostFrom === 'recording'
      ? l10n.t('Recordings keep no secrets. Enter {0} again, or leave it empty to connect without it.', name)
      : l10n.t(
          'VS Code no longer has this secret. Enter {0} again, or leave it empty to connect without it.',
          name,
        );
  const typed = await window.showInputBox({
    title: inertText(l10n.t('{0} for {1}', name, of)),
    prompt: inertText(prompt),
    password: true,
    ignoreFocusOut: true,
    validateInput: inertCheck((text) => (text === '' ? undefined : invalidHeader(name, text))),
  });
  return typed === undefined ? gaveUp() : typed.trim();
}

function gaveUp(): never {
  throw new DuplexError('call.cancelled', 'Connecting was cancelled.');
}
