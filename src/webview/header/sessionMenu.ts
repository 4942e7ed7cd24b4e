import type { PanelCommand } from '../../shared/panelProtocol.ts';
import type { SessionState } from '../../shared/session.ts';
import type { MenuItem } from '../parts/menu.ts';
import { COMMAND_NAMES } from '../texts.ts';

const LIVE: readonly SessionState[] = ['connecting', 'open', 'closing', 'waiting'];

/** What the header's menu offers in a state; what makes no sense in it is there, so that nothing moves, and disabled. */
export function sessionMenu(state: SessionState): MenuItem[] {
  const isOpen = state === 'open';
  const item = (value: PanelCommand, more: Partial<MenuItem> = {}): MenuItem => ({
    value,
    text: COMMAND_NAMES[value],
    ...more,
  });
  return [
    item('ping', { isDisabled: !isOpen }),
    item('closeWithCode', { isDisabled: !isOpen }),
    item('forceClose', { isDisabled: !LIVE.includes(state) }),
    item('duplicate', { beginsGroup: true }),
    item('rename'),
    item('clear'),
    item('saveAsRequestFile', { beginsGroup: true }),
    item('copyCurl'),
  ];
}
