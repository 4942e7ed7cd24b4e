import { t } from '../base/l10n.ts';
export const PAGE_TEXT = {
  marked: (seq: number) => t('Times count from row #{0}.', seq),
  rows: (rows: string) => (rows === '1' ? t('1 row') : t('{0} rows', rows)),
  rowsOf: (rows: string, all: string) => t('{0} of {1} rows', rows, all),
  folded: (rows: string, folded: string) => t('{0}, {1} folded', rows, folded),
  emptyIdle: [t('Nothing here yet.'), t('Connect to see every message that is sent and received.')],
  emptyConnecting: [t('Connecting.'), t('Messages appear here as soon as the connection is open.')],
  emptyClosed: [t('Nothing was sent or received.'), t('Reconnect to try again.')],
  inspector: t('Inspector'),
  resizeInspector: t('Resize the inspector'),
} as const;
