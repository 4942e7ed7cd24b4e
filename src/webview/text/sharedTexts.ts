import { t } from '../base/l10n.ts';
export const SHARED_TEXT = {
  cancel: t('Cancel'),
  dismiss: t('Dismiss'),
  notVerified: t('not verified'),
  verifiedTitle: t('The certificate was verified.'),
  expiresIn: (days: number) => {
    if (days < 0) return t('certificate has expired');
    if (days === 0) return t('certificate expires within a day');
    return t('certificate expires in {0}', days === 1 ? t('1 day') : t('{0} days', days));
  },
  in: t('in'),
  out: t('out'),
  counter: (messages: string, bytes: string) => `${messages} / ${bytes}`,
  subprotocol: t('Subprotocol'),
  extensions: t('Extensions'),
  deflate: 'deflate',
  serverNoContextTakeover: t('the server compresses each message on its own'),
  clientNoContextTakeover: t('the client compresses each message on its own'),
  serverWindow: (size: string) => t('the server looks back at most {0}', size),
  clientWindow: (size: string) => t('the client looks back at most {0}', size),
  handshake: t('Handshake'),
  editConnection: t('Edit Connection'),
  copyCurl: t('Copy as curl'),
  subject: t('Subject'),
  issuer: t('Issuer'),
  altNames: t('Names'),
  validity: t('Valid'),
  validFromTo: (from: string, to: string) => t('{0} to {1}', from, to),
  fingerprint: t('SHA-256 fingerprint'),
  serialNumber: t('Serial number'),
  closeInspector: t('Close'),
} as const;
