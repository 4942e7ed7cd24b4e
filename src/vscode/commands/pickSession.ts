import { l10n, window } from 'vscode';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { stateIcon, stateName } from '../sessionState.ts';
import { inertText } from '../inertText.ts';

export interface Wanted {
  /** The sessions to offer if none was named. */
  readonly offer: (session: Session) => boolean;
  /** The sentence if there is no such session. */
  readonly none: string;
}

/** The session that a command is about, in any state: see pickSession. */
export function pickAnySession(services: Services, argument: unknown): Promise<Session | undefined> {
  return pickSession(services, argument, {
    offer: () => true,
    none: l10n.t('There is no session: connect first.'),
  });
}

/**
 * The session that a command is about: the one that its argument names (an id, or the session as the tree passes it),
 * or else that of the active panel, or else the only one on offer, or else the user's choice.
 * @returns undefined if the user picked none
 * @throws DuplexError `call.invalid` if there is none
 */
export async function pickSession(
  { engine, panels }: Services,
  argument: unknown,
  { offer, none }: Wanted,
): Promise<Session | undefined> {
  const named =
    typeof argument === 'string'
      ? engine.find(argument)
      : engine.sessions.find((session) => session === argument);
  if (named) return named;
  if (typeof argument === 'string')
    throw new DuplexError('call.invalid', l10n.t('There is no session {0}: it was closed.', argument));
  if (panels.active) return panels.active;

  const offered = engine.sessions.filter(offer);
  if (offered.length === 0) throw new DuplexError('call.invalid', none);
  if (offered.length === 1) return offered[0];
  const picked = await window.showQuickPick(
    offered.map((session) => ({
      label: inertText(session.summary.name),
      description: inertText(stateName(session.summary.state)),
      detail: inertText(session.summary.url),
      iconPath: stateIcon(session.summary.state),
      session,
    })),
    { placeHolder: l10n.t('Which session?'), matchOnDetail: true },
  );
  return picked?.session;
}
