import { t } from '../base/l10n.ts';
export const DOCTOR_TEXT = {
  failure: t('Why it failed'),
  retry: (seconds: number) => {
    if (seconds === 0) return t('The server allows another attempt now');
    return seconds < 120 ? t('Retry in {0} s', seconds) : t('Retry in {0} min', Math.ceil(seconds / 60));
  },
  showEvidence: t('Show the Evidence'),
  hideEvidence: t('Hide the Evidence'),
  headers: (headers: number) => (headers === 1 ? t('1 header') : t('{0} headers', headers)),
  body: (size: string) => t('Body, {0}', size),
  firstBytes: (bytes: number) => t('First {0} bytes', bytes),
  certificates: (certificates: number) =>
    certificates === 1 ? t('1 certificate') : t('{0} certificates', certificates),
  showRow: t('Show in Timeline'),
} as const;
