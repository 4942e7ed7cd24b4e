import { l10n, workspace } from 'vscode';
import { DuplexError } from '../shared/errors.ts';

/**
 * Requires a trusted workspace before anything connects and any file is read, because the settings and files of a
 * repository could choose the server and the files.
 * @throws DuplexError `call.invalid` in Restricted Mode
 */
export function requireTrust(to: 'connect' | 'listen' | 'read' = 'connect'): void {
  if (workspace.isTrusted) return;
  throw new DuplexError(
    'call.invalid',
    to === 'connect'
      ? l10n.t('Duplex does not connect in Restricted Mode: trust this workspace first.')
      : to === 'listen'
        ? l10n.t('Duplex does not listen in Restricted Mode: trust this workspace first.')
        : l10n.t('Duplex reads no files in Restricted Mode: trust this workspace first.'),
  );
}
