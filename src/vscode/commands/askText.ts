import { l10n, window } from 'vscode';
import type { Session } from '../../engine/session.ts';
import { inertText } from '../inertText.ts';

/** One line to send as a text message; undefined where the user gave up. */
export async function askText(session: Session): Promise<string | undefined> {
  return window.showInputBox({
    title: inertText(l10n.t('Send Message to {0}', session.summary.name)),
    placeHolder: l10n.t('Text of the message'),
    ignoreFocusOut: true,
  });
}
