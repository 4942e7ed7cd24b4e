import { t } from '../base/l10n.ts';

export const IMAGE_TEXT = {
  picture: (format: string, width: string, height: string) =>
    t('{0} picture, {1} × {2} pixels', format, width, height),
  caption: (what: string, bytes: string) => t('{0}, {1}', what, bytes),
  broken: t('This picture is damaged: its pixels cannot be read.'),
} as const;
