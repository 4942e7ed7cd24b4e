import type { LogOutputChannel } from 'vscode';

/** A log channel that keeps its errors. */
export function fakeLog(): { readonly log: LogOutputChannel; readonly errors: string[] } {
  const errors: string[] = [];
  const log = {
    error: (line: string) => errors.push(line),
    info: () => undefined,
    warn: () => undefined,
    show: () => undefined,
  };
  return { log: log as unknown as LogOutputChannel, errors };
}
