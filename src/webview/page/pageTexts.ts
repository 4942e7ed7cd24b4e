export const PAGE_TEXT = {
  marked: (seq: number) => `Times count from row #${seq}.`,
  rows: (rows: string) => (rows === '1' ? '1 row' : `${rows} rows`),
  rowsOf: (rows: string, all: string) => `${rows} of ${all} rows`,
  emptyIdle: ['Nothing here yet.', 'Connect to see every message that is sent and received.'],
  emptyConnecting: ['Connecting.', 'Messages appear here as soon as the connection is open.'],
  emptyClosed: ['Nothing was sent or received.', 'Reconnect to try again.'],
  inspector: 'Inspector',
  resizeInspector: 'Resize the inspector',
} as const;
