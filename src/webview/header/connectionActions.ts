import type { SessionState } from '../../shared/session.ts';
import { TEXT } from '../texts.ts';

/** A button of the header. */
export interface ConnectionAction {
  readonly label: string;
  readonly call: 'connect' | 'disconnect';
  /** The thing to do next, rather than one of several. */
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
 * What can be done about a connection; the first one is the first thing to do, unless the card of a failure has a better one.
 */
export function connectionActions(
  state: SessionState,
  hasFailed: boolean,
): readonly [ConnectionAction, ...ConnectionAction[]] {
  switch (state) {
    case 'idle':
      return [action(TEXT.connect, 'connect')];
    case 'closed':
    case 'failed':
      return [action(TEXT.reconnect, 'connect', !hasFailed)];
    case 'waiting':
      return [action(TEXT.connectNow, 'connect'), action(TEXT.stop, 'disconnect')];
    case 'connecting':
      return [action(TEXT.cancel, 'disconnect')];
    case 'open':
      return [action(TEXT.disconnect, 'disconnect')];
    case 'closing':
      return [action(TEXT.forceClose, 'disconnect')];
  }
}
