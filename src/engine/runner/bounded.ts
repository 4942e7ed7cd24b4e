import { createContext, Script } from 'node:vm';
import type { Context } from 'node:vm';
import { DuplexError } from '../../shared/errors.ts';

/** Milliseconds that judging one message may take. */
const LIMIT = 1_000;

let context: Context | undefined;
let script: Script | undefined;

/**
 * Runs work that may never end on its own. V8 stops a script that takes too long, even within a regular expression.
 * @throws DuplexError `file.invalid` if it takes too long; the errors of the work itself
 */
export function bounded<T>(work: () => T): T {
  context ??= createContext({});
  script ??= new Script('work()');
  const before: unknown = context['work'];
  context['work'] = work;
  try {
    return script.runInContext(context, { timeout: LIMIT }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new DuplexError(
      'file.invalid',
      `The pattern ran on a message for ${LIMIT / 1000} s without finishing: nested repetitions, as in (a+)+, take too long; write it so that each text can match in only one way.`,
      { cause: error },
    );
  } finally {
    context['work'] = before;
  }
}
