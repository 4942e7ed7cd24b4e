import { window } from 'vscode';
import { notificationText } from './notificationText.ts';

export interface Question {
  readonly text: string;
  /** What will be gone. */
  readonly detail: string;
  /** The button that agrees. */
  readonly agree: string;
}

/**
 * Asks, in a modal dialog, before something is destroyed.
 * @param how what the command was called with besides its object: `{ confirm: false }` is for callers that have asked already
 */
export async function confirmed(how: unknown, { text, detail, agree }: Question): Promise<boolean> {
  if (typeof how === 'object' && how !== null && 'confirm' in how && how.confirm === false) return true;
  const shown = { modal: true, detail: notificationText(detail) };
  return (await window.showWarningMessage(notificationText(text), shown, agree)) === agree;
}
