import type { PanelCommand } from '../../shared/panelProtocol.ts';
import type { SessionState, SessionSummary } from '../../shared/session.ts';
import type { IconName } from '../base/icons.ts';
import type { MenuItem } from '../parts/menu.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { COMMAND_NAMES, HEADER_TEXT, STATES } from './headerTexts.ts';

/** The state's icon, as in the Sessions view. Shapes differ, so that colour is not the only sign. */
export function stateLook(state: SessionState): { icon: IconName; spins: boolean } {
  switch (state) {
    case 'open':
      return { icon: 'circle-filled', spins: false };
    case 'connecting':
    case 'closing':
      return { icon: 'loading', spins: true };
    case 'waiting':
      return { icon: 'watch', spins: false };
    case 'failed':
      return { icon: 'error', spins: false };
    case 'idle':
    case 'closed':
      return { icon: 'circle-outline', spins: false };
  }
}

const SECOND = 1_000;

/**
 * The state in words: `Open`, `Reconnecting in 4 s (2 of 10)`, `Connecting (2 of 10)`.
 * @param now in milliseconds since the epoch
 */
export function stateText(
  { state, attempt }: Pick<SessionSummary, 'state' | 'attempt'>,
  now: number,
): string {
  if (attempt === undefined) return STATES[state];
  const place = HEADER_TEXT.attempt(attempt.number, attempt.of);
  if (state !== 'waiting') return `${STATES[state]} ${place}`;
  const seconds = Math.max(0, Math.ceil((attempt.nextAt - now) / SECOND));
  return `${HEADER_TEXT.reconnectingIn(seconds)} ${place}`;
}

/** A button of the header. */
export interface ConnectionAction {
  readonly label: string;
  /** `apply` connects with the edited URL. */
  readonly call: 'connect' | 'disconnect' | 'apply';
  /** Whether it is the primary button. */
  readonly isPrimary: boolean;
}

const action = (
  label: string,
  call: ConnectionAction['call'],
  isPrimary = call === 'connect',
): ConnectionAction => ({
  label,
  call,
  isPrimary,
});

/**
 * The buttons for a state. The first one is primary, unless the card of a failure offers fixes.
 * @param isUrlEdited whether the URL was edited: connecting applies it
 */
export function connectionActions(
  state: SessionState,
  hasFailed: boolean,
  isUrlEdited = false,
): readonly [ConnectionAction, ...ConnectionAction[]] {
  const actions = actionsOf(state, hasFailed);
  if (!isUrlEdited) return actions;
  const [connect] = actions.filter(({ call }) => call === 'connect');
  const apply = action(connect?.label ?? HEADER_TEXT.form.apply, 'apply', true);
  return [apply, ...actions.filter(({ call }) => call === 'disconnect')];
}

function actionsOf(
  state: SessionState,
  hasFailed: boolean,
): readonly [ConnectionAction, ...ConnectionAction[]] {
  switch (state) {
    case 'idle':
      return [action(HEADER_TEXT.connect, 'connect')];
    case 'closed':
    case 'failed':
      return [action(HEADER_TEXT.reconnect, 'connect', !hasFailed)];
    case 'waiting':
      return [action(HEADER_TEXT.connectNow, 'connect'), action(HEADER_TEXT.stop, 'disconnect')];
    case 'connecting':
      return [action(SHARED_TEXT.cancel, 'disconnect')];
    case 'open':
      return [action(HEADER_TEXT.disconnect, 'disconnect')];
    case 'closing':
      return [action(HEADER_TEXT.forceClose, 'disconnect')];
  }
}

const LIVE: readonly SessionState[] = ['connecting', 'open', 'closing', 'waiting'];

/** The header's menu. Items that do not apply to the state are disabled, so that nothing moves. */
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
    item('duplicateAndEdit'),
    item('rename'),
    item('clear'),
    item('chooseProtocol', { beginsGroup: true }),
    item('saveAsRequestFile', { beginsGroup: true }),
    item('copyCurl'),
    item('keyboardShortcuts', { beginsGroup: true }),
  ];
}
