import { t } from '../base/l10n.ts';
import type { Direction, Kind } from '../../shared/timeline.ts';

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  open: t('open'),
  text: t('text'),
  binary: t('binary'),
  ping: t('ping'),
  pong: t('pong'),
  close: t('close'),
  error: t('error'),
  note: t('note'),
};

/** For example "Text received". */
export const DIRECTION_NAMES: Readonly<Record<Direction, string>> = {
  none: '',
  in: t('received'),
  out: t('sent'),
};

export const ROW_TEXT = {
  afterPause: (pause: string) => t('after a pause of {0}', pause),
  invalidUtf8: t('invalid UTF-8'),
  altered: t('passed on instead'),
  held: t('held'),
  truncated: (stored: string, size: string) => t('{0} of {1} kept', stored, size),
} as const;
