import type { LogOutputChannel } from 'vscode';
import { toDuplexError } from '../shared/errors.ts';

/** For work that nobody waits for: its failure goes to the log. */
export function detach(work: Thenable<unknown>, log: LogOutputChannel): void {
  work.then(undefined, (thrown: unknown) => {
    const error = toDuplexError(thrown);
    log.error(`${error.code}: ${error.message}`);
  });
}
