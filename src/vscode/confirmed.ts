import { window } from 'vscode';
import { inertText } from './inertText.ts';

export interface Question {
  readonly text: string;
  /** What will be gone. */
  readonly detail: string;
  /** The button that agrees. */
  readonly agree: string;
}

/**
 * Asks, in a modal dialog, before something is destroyed or made less safe.
 * @param how what the command was called with besides its object. Only under test does `{ confirm: false }` count, where
 * nobody can answer: any extension, keybinding or link can call a command.
 */
export async function confirmed(
  { isTest }: { readonly isTest: boolean },
  how: unknown,
  question: Question,
): Promise<boolean> {
  if (isTest && typeof how === 'object' && how !== null && 'confirm' in how && how.confirm === false)
    return true;
  return agreed(question);
}

/** Asks in any case. */
export async function agreed({ text, detail, agree }: Question): Promise<boolean> {
  const shown = { modal: true, detail: inertText(detail) };
  return (await window.showWarningMessage(inertText(text), shown, inertText(agree))) === inertText(agree);
}
