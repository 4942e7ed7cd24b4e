import { window } from 'vscode';
import { inertText } from './inertText.ts';

export interface Confirmation {
  readonly text: string;
  /** The consequences, below the question. */
  readonly detail: string;
  /** The button that agrees. */
  readonly agree: string;
}

/**
 * Asks in a modal dialog before something is destroyed or made less safe.
 * @param how the command's second argument. `{ confirm: false }` skips the question only in tests, because any
 * extension, keybinding or link can call a command.
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

/** Asks regardless of the command's arguments. */
export async function agreed({ text, detail, agree }: Confirmation): Promise<boolean> {
  const shown = { modal: true, detail: inertText(detail) };
  return (await window.showWarningMessage(inertText(text), shown, inertText(agree))) === inertText(agree);
}
