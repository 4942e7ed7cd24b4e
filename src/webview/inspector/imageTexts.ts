import { t } from '../base/l10n.ts';

export const IMAGE_TEXT = {
  picture: (format: string, width: string, height: string) =>
    t('{0} image, {1} × {2} pixels', format, width, height),
  caption: (what: string, bytes: string) => t('{0}, {1}', what, bytes),
  broken: t('This image is damaged: its pixels cannot be read.'),
} as const;
