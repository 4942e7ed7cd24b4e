import { l10n, window } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { Command } from '../commands/guarded.ts';
import { notificationText } from '../notificationText.ts';
import { findRequest, findRequestFile } from '../requestFiles/findRequest.ts';
import { requireTrust } from '../trust.ts';
import type { RequestRuns } from './requestRuns.ts';

export interface RunCommandParts {
  readonly runs: RequestRuns;
  readonly engine: Pick<Engine, 'find'>;
  /** Shows a session's panel, and in it the message with this number. */
  readonly showMessage: (session: Session, seq: number) => void;
}

/**
 * Running requests from the editor. `duplex.runRequest` takes a file and a request as `duplex.connectRequest` does and answers
 * `passed`, `failed`, `error` or `skipped`; `duplex.runRequestFile` answers one of these for each request.
 */
export function runCommands({ runs, engine, showMessage }: RunCommandParts): Record<string, Command> {
  return {
    'duplex.runRequest': async (file, which) => {
      requireTrust();
      const { status } = await runs.run(await findRequest(file, which));
      return status;
    },
    'duplex.runRequestFile': async (file) => {
      requireTrust();
      const { uri, file: parsed, document } = await findRequestFile(file);
      const statuses: string[] = [];
      for (const request of parsed.requests) {
        const { status } = await runs.run({ uri, file: parsed, request });
        statuses.push(status);
      }
      const failed = statuses.filter((status) => status !== 'passed').length;
      if (failed > 0 && !window.visibleTextEditors.some((editor) => editor.document === document))
        await window.showWarningMessage(
          notificationText(l10n.t('{0} of {1} requests did not pass.', failed, statuses.length)),
        );
      return statuses;
    },
    'duplex.cancelRun': async (file, which) => {
      runs.of(await findRequest(file, which))?.cancel.abort();
    },
    'duplex.showMessage': async (id, seq) => {
      const session = typeof id === 'string' ? engine.find(id) : undefined;
      if (!session)
        throw new DuplexError(
          'call.invalid',
          l10n.t('The session was closed: its recording is under Recordings.'),
        );
      if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0)
        throw new DuplexError('call.invalid', l10n.t('The number of the message must be a whole number.'));
      showMessage(session, seq);
    },
  };
}
