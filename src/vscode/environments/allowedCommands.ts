import { l10n } from 'vscode';
import type { CommandOutput } from '../../core/request/variables/outsideValues.ts';
import type { Confirmation } from '../confirmed.ts';

export interface CommandGate {
  readonly isTrusted: () => boolean;
  readonly ask: (question: Confirmation) => Promise<boolean>;
  readonly run: (line: string, folder: string) => Promise<CommandOutput>;
}

/**
 * Runs commands of request files in trusted workspaces. The user must allow each command once per folder and window;
 * the same program with other arguments is another command.
 * @returns a function of the command and the folder of its request file, as a URI
 */
export function createCommandGate({
  isTrusted,
  ask,
  run,
}: CommandGate): (line: string, folder: string) => Promise<CommandOutput> {
  const allowed = new Set<string>();
  return async (line, folder) => {
    if (!isTrusted())
      return { problem: l10n.t('No command runs in Restricted Mode: trust this workspace first.') };
    const key = JSON.stringify([folder, line]);
    if (!allowed.has(key)) {
      const isAgreed = await ask({
        text: l10n.t('Run a command that this request file names?'),
        detail: l10n.t(
          '{0}\n\nIts output becomes a value of the request. It runs with your permissions.',
          line,
        ),
        agree: l10n.t('Run'),
      });
      if (!isAgreed)
        return { problem: l10n.t('The command was not allowed to run: allow it, or use a secret.') };
      allowed.add(key);
    }
    return run(line, folder);
  };
}
