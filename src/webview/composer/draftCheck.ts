import { draftToMessage } from '../../core/format/draft.ts';
import type { Draft } from '../../shared/panelProtocol.ts';
import { COMPOSER_TEXT } from './composerTexts.ts';

/** Characters up to which a draft is checked as it is typed; longer ones when they are sent, so that typing stays smooth. */
export const CHECK_AS_TYPED = 200_000;

/** Why a draft cannot be sent as it is, as a sentence; undefined where it can. */
export function draftProblem({ mode, text }: Draft): string | undefined {
  if (mode === 'file') return text === '' ? COMPOSER_TEXT.chooseFirst : undefined;
  const message = draftToMessage(mode, text);
  return 'problem' in message ? message.problem : undefined;
}

/** The same while it is being typed: nothing is wrong with a draft that was not begun. */
export function typingProblem(draft: Draft): string | undefined {
  if (draft.mode === 'file' || draft.text.trim() === '' || draft.text.length > CHECK_AS_TYPED)
    return undefined;
  return draftProblem(draft);
}
