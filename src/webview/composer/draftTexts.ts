import { t } from '../base/l10n.ts';

/** Texts of the parts that the first frame does not need. They are loaded with those parts. */
export const DRAFT_TEXT = {
  noHistory: t('Nothing was sent to this URL yet.'),
  history: t('History'),
  historyTitle: (keys: string) => t('Messages sent to this URL ({0})', keys),
  saved: t('Saved'),
  savedTitle: t('Saved Messages'),
  saveMessage: t('Save This Message…'),
  openSaved: t('Open the File of Saved Messages'),
  repeatTimes: t('Times'),
  repeatEvery: t('Every (ms)'),
  repeatStart: t('Start'),
  repeatProblem: t('Type a number of messages from 1 to 1,000,000 and a pause in milliseconds.'),
  unset: t('Default'),
  optional: (argument: string) => t('{0} (optional)', argument),
  headers: t('Headers'),
} as const;
