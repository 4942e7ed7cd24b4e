import { l10n } from 'vscode';
import type { Uri } from 'vscode';
import type { Problem } from '../../core/request/diagnostic.ts';
import type { Scope } from '../../core/request/scope.ts';
import { actPlan, fileMessage } from '../../core/request/stepPlan.ts';
import type { Step } from '../../core/request/tree.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { readPayloadFile } from './payloadFile.ts';

/**
 * The message of a step as it travels, files read, `@binary` and `@escape` heeded; it is sent once and at once, whatever
 * `@repeat` and `@delay` say.
 * @throws DuplexError `call.invalid` for a step that sends no message, `file.invalid` for a variable without a value and text
 * that cannot travel, `disk.denied` for a file
 */
export async function outgoingMessage(requestFile: Uri, step: Step, scope: Scope): Promise<OutgoingMessage> {
  const planned = actPlan(step, scope);
  if ('problems' in planned) throw invalid(planned.problems);
  const { act } = planned.plan;
  if (act.kind === 'message') return act.message;
  if (act.kind !== 'file')
    throw new DuplexError(
      'call.invalid',
      l10n.t('This step sends nothing: write a message below its separator.'),
    );
  const read = fileMessage(step, await readPayloadFile(requestFile, act.path), act, scope);
  if ('problems' in read) throw invalid(read.problems);
  return read.message;
}

function invalid([first]: readonly Problem[]): DuplexError {
  // Nothing is wrong where nothing is told: a value is missing that a step before would capture.
  const later = l10n.t('This message needs a value that only a run captures: run the whole request.');
  return new DuplexError('file.invalid', first?.message ?? later);
}
