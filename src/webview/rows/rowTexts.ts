import type { Direction, Kind } from '../../shared/timeline.ts';

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  open: 'open',
  text: 'text',
  binary: 'binary',
  ping: 'ping',
  pong: 'pong',
  close: 'close',
  error: 'error',
  note: 'note',
};

/** As in "Text received". */
export const DIRECTION_NAMES: Readonly<Record<Direction, string>> = { none: '', in: 'received', out: 'sent' };

export const ROW_TEXT = {
  afterPause: (pause: string) => `after a pause of ${pause}`,
  invalidUtf8: 'invalid UTF-8',
  truncated: (stored: string, size: string) => `${stored} of ${size} kept`,
} as const;
