import { commands, l10n } from 'vscode';
import { MASK } from '../../core/session/secrets/mask.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Command } from '../commands/guarded.ts';
import { pickUrl } from '../commands/pickUrl.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/** The commands of the Recent view. An item of the view is its URL. */
export function recentCommands(services: Services): Readonly<Record<string, Command>> {
  const { recent } = services;
  return {
    /** Answers the session's id, as Connect does. */
    'duplex.connectRecent': async (argument) => {
      requireTrust();
      const url = urlOf(argument);
      // Its secret was not kept: the user fills it in.
      const whole = url.includes(MASK) ? await pickUrl(services, url) : url;
      return whole === undefined ? undefined : commands.executeCommand('duplex.connect', whole);
    },
    'duplex.removeRecent': (argument) => recent.remove(urlOf(argument)),
    'duplex.clearRecent': () => recent.clear(),
  };
}

function urlOf(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  throw new DuplexError('call.invalid', l10n.t('The first argument must be a URL.'));
}
