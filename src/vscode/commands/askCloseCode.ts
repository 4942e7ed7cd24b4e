import { l10n, window } from 'vscode';
import { invalidCloseCode, invalidCloseReason } from '../../core/session/options/validate.ts';
import { inertCheck } from '../inertText.ts';

/** A close code and a reason, checked while they are typed; undefined where the user gave up. */
export async function askCloseCode(): Promise<{ code: number; reason: string } | undefined> {
  const title = l10n.t('Close With Code');
  const code = await window.showInputBox({
    title: l10n.t('{0} (1 of 2)', title),
    prompt: l10n.t('1000 is a normal closure; 3000 to 4999 mean what your server says.'),
    value: '1000',
    validateInput: inertCheck((typed) => invalidCloseCode(/^\s*\d+\s*$/.test(typed) ? Number(typed) : NaN)),
  });
  if (code === undefined) return undefined;
  const reason = await window.showInputBox({
    title: l10n.t('{0} (2 of 2)', title),
    prompt: l10n.t('Reason, may be empty'),
    validateInput: inertCheck(invalidCloseReason),
  });
  return reason === undefined ? undefined : { code: Number(code), reason };
}
