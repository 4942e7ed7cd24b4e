import { l10n } from 'vscode';
import type { Uri } from 'vscode';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import { actPlan, fileMessage, type Act } from '../../core/request/plan/stepPlan.ts';
import type { Step } from '../../core/request/syntax/tree.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { readPayloadFile } from './payloadFile.ts';

/** What a step does on an open connection, ready to be done. */
export type StepAct =
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  | Extract<Act, { readonly kind: 'ping' | 'close' }>;

/**
 * What a step does as it travels, files read, `@binary` and `@escape` heeded; it is done once and at once, whatever
 * `@repeat` and `@delay` say.
 * @throws DuplexError `call.invalid` for a step that does nothing, `file.invalid` for a variable without a value and text
 * that cannot travel, `disk.denied` for a file
 */
export async function stepAct(requestFile: Uri, step: Step, scope: Scope): Promise<StepAct> {
  const planned = actPlan(step, scope);
  if ('problems' in planned) throw invalid(planned.problems);
  const { act } = planned.plan;
  if (act.kind === 'nothing')
    throw new DuplexError(
      'call.invalid',
      l10n.t('This step sends nothing: write a message below its separator.'),
    );
  if (act.kind !== 'file') return act;
  const read = fileMessage(step, await readPayloadFile(requestFile, act.path), act, scope);
  if ('problems' in read) throw invalid(read.problems);
  return { kind: 'message', message: read.message };
}

function invalid([first]: readonly Problem[]): DuplexError {
  // Nothing is wrong where nothing is told: a value is missing that a step before would capture.
  const later = l10n.t('This message needs a value that only a run captures: run the whole request.');
  return new DuplexError('file.invalid', first?.message ?? later);
}
