import type { SessionState } from '../../shared/session.ts';
import { TEXT } from '../texts.ts';

/** The header's one button. */
export interface ConnectionAction {
  readonly label: string;
  readonly call: 'connect' | 'disconnect';
  /** The thing to do next, rather than one of several. */
  readonly isPrimary: boolean;
}

export function connectionAction(state: SessionState): ConnectionAction {
  switch (state) {
    case 'idle':
      return { label: TEXT.connect, call: 'connect', isPrimary: true };
    case 'closed':
    case 'failed':
      return { label: TEXT.reconnect, call: 'connect', isPrimary: true };
    case 'connecting':
    case 'waiting':
      return { label: TEXT.cancel, call: 'disconnect', isPrimary: false };
    case 'open':
      return { label: TEXT.disconnect, call: 'disconnect', isPrimary: false };
    case 'closing':
      return { label: TEXT.forceClose, call: 'disconnect', isPrimary: false };
  }
}
