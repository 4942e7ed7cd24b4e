import type { SessionState } from '../../shared/session.ts';
import type { IconName } from '../icons.ts';

/** The state's icon, as in the Sessions view: its shape says the state as well, not its colour alone. */
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
