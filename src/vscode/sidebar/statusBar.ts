import { l10n, StatusBarAlignment, window } from 'vscode';
import type { Disposable } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import { throttle } from '../throttle.ts';

const REFRESH_INTERVAL = 300;

/** How many sessions are open, while any is; a click shows the Sessions view. */
export function sessionStatus(engine: Engine): Disposable {
  const item = window.createStatusBarItem('duplex.sessions', StatusBarAlignment.Left);
  item.name = l10n.t('WebSocket Sessions');
  item.command = 'duplex.sessions.focus';
  const refresh = throttle(() => {
    const open = engine.sessions.filter((session) => session.summary.state === 'open').length;
    if (open === 0) return item.hide();
    item.text = `$(plug) ${open}`;
    item.tooltip =
      open === 1 ? l10n.t('1 open WebSocket session') : l10n.t('{0} open WebSocket sessions', open);
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  }, REFRESH_INTERVAL);
  const stop = engine.onDidChange(refresh);
  return {
    dispose() {
      stop();
      refresh.dispose();
      item.dispose();
    },
  };
}
