import { window } from 'vscode';
import { inertText } from './inertText.ts';

export interface Confirmation {
  readonly text: string;
  /** The consequences. */
  readonly detail: string;
  /** The button that agrees. */
  readonly agree: string;
}

/**
 * Asks, in a modal dialog, before something is destroyed or made less safe.
 * @param how the other argument of the command. `{ confirm: false }` counts only in tests, because any extension,
 * keybinding or link can call a command.
 */
export async function confirmed(
  { isTest }: { readonly isTest: boolean },
  how: unknown,
  question: Confirmation,
): Promise<boolean> {
  if (isTest && typeof how === 'object' && how !== null && 'confirm' in how && how.confirm === false)
    return true;
  return agreed(question);
}

/** Asks, whatever the arguments say. */
export async function agreed({ text, detail, agree }: Confirmation): Promise<boolean> {
  const shown = { modal: true, detail: inertText(detail) };
  return (await window.showWarningMessage(inertText(text), shown, inertText(agree))) === inertText(agree);
}
