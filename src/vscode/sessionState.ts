import { l10n, ThemeColor, ThemeIcon } from 'vscode';
import { isLive } from '../core/session/life/stateMachine.ts';
import type { SessionState } from '../shared/session.ts';

/** The name of a state for the user. */
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

/** The shape of the icon shows the state too, because not everybody can distinguish colours. */
export function stateIcon(state: SessionState): ThemeIcon {
  switch (state) {
    case 'open':
      return new ThemeIcon('circle-filled', new ThemeColor('testing.iconPassed'));
    case 'connecting':
    case 'closing':
      return new ThemeIcon('loading~spin');
    case 'waiting':
      return new ThemeIcon('watch', new ThemeColor('list.warningForeground'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
    case 'idle':
    case 'closed':
      return new ThemeIcon('circle-outline', new ThemeColor('disabledForeground'));
  }
}

/** The icon of a panel's tab: media/session-….svg. */
export type TabIcon = 'open' | 'failed' | 'closed';

export function tabIcon(state: SessionState): TabIcon {
  if (state === 'failed') return 'failed';
  return isLive(state) ? 'open' : 'closed';
}

/** The title of a panel's tab names the states that the user may have missed. */
export function tabTitle(name: string, state: SessionState): string {
  return state === 'failed' || state === 'closed' ? `${name} (${stateName(state)})` : name;
}
