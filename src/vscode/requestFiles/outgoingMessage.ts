import { l10n } from 'vscode';
import type { Uri } from 'vscode';
import type { Problem } from '../../core/request/diagnostic.ts';
import type { Scope } from '../../core/request/scope.ts';
import { fileText, stepMessage } from '../../core/request/stepMessage.ts';
import type { Step } from '../../core/request/tree.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { typedMessage } from '../typedMessage.ts';
import { readPayloadFile } from './payloadFile.ts';

/**
 * The message of a step as it travels, files read.
 * @throws DuplexError `call.invalid` for a step that sends nothing or text that cannot travel, `file.invalid` for a
 * variable without a value, `disk.denied` for a file
 */
export async function outgoingMessage(requestFile: Uri, step: Step, scope: Scope): Promise<OutgoingMessage> {
  const message = stepMessage(step, scope);
  if (message.kind === 'nothing')
    throw new DuplexError(
      'call.invalid',
      l10n.t('This step sends nothing: write a message below its separator.'),
    );
  if (message.kind === 'problems') throw invalid(message.problems);
  if (message.kind === 'text') return typedMessage('text', message.text);
  const data = await readPayloadFile(requestFile, message.path);
  if (message.as === 'binary') return { kind: 'binary', data };
  const filled = fileText(decode(data, message.path), message.range, scope);
  if ('problems' in filled) throw invalid(filled.problems);
  return typedMessage('text', filled.text);
}

function invalid(problems: readonly Problem[]): DuplexError {
  return new DuplexError('file.invalid', problems[0]!.message);
}

function decode(data: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch (cause) {
    throw new DuplexError(
      'call.invalid',
      l10n.t('The file {0} is not UTF-8 text: send its bytes with < instead of <@.', path),
      { cause },
    );
  }
}
