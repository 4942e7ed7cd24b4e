import { ThemeColor, ThemeIcon } from 'vscode';
import type { SessionState } from '../shared/session.ts';

/** The icon says the state by its shape as well: colour alone is not seen by everybody. */
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
