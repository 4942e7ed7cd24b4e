import { l10n } from 'vscode';
import type { SessionState } from '../shared/session.ts';

/** A state as the user reads it. */
export function stateName(state: SessionState): string {
  switch (state) {
    case 'idle':
      return l10n.t('Not connected');
    case 'connecting':
      return l10n.t('Connecting');
    case 'open':
      return l10n.t('Open');
    case 'closing':
      return l10n.t('Closing');
    case 'closed':
      return l10n.t('Closed');
    case 'waiting':
      return l10n.t('Waiting to reconnect');
    case 'failed':
      return l10n.t('Failed');
  }
}
