import { l10n, workspace } from 'vscode';
import { DuplexError } from '../shared/errors.ts';

/**
 * Nothing connects before the workspace is trusted: a repository's settings and files could choose where to.
 * @throws DuplexError `call.invalid` in Restricted Mode
 */
export function requireTrust(): void {
  if (workspace.isTrusted) return;
  throw new DuplexError(
    'call.invalid',
    l10n.t('Duplex does not connect in Restricted Mode: trust this workspace first.'),
  );
}
