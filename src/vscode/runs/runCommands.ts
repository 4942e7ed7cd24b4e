import { l10n, window } from 'vscode';
import type { Command } from '../commands/guarded.ts';
import { inertText } from '../inertText.ts';
import { findRequest, findRequestFile } from '../requestFiles/findRequest.ts';
import { requireTrust } from '../trust.ts';
import type { RequestRuns } from './requestRuns.ts';

/**
 * Running requests from the editor. `duplex.runRequest` takes a file and a request as `duplex.connectRequest` does and answers
 * `passed`, `failed`, `error` or `skipped`; `duplex.runRequestFile` answers one of these for each request.
 */
export function runCommands(runs: RequestRuns): Record<string, Command> {
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
          inertText(l10n.t('{0} of {1} requests did not pass.', failed, statuses.length)),
        );
      return statuses;
    },
    'duplex.cancelRun': async (file, which) => {
      runs.of(await findRequest(file, which))?.cancel.abort();
    },
  };
}
