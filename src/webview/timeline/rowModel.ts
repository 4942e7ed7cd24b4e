import { byteCount } from '../../shared/byteCount.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Kind, Row } from '../../shared/timeline.ts';
import type { IconName } from '../icons.ts';
import { clockTime, delta } from '../text/figures.ts';
import { DIRECTION_NAMES, KIND_NAMES, TEXT } from '../texts.ts';

/** A row as its cells show it. */
export interface RowCells {
  readonly seq: string;
  readonly time: string;
  readonly delta: string;
  readonly direction: IconName | undefined;
  readonly kind: string;
  readonly kindIcon: IconName;
  readonly preview: string;
  /** What is wrong with the message, after its preview. */
  readonly tags: readonly string[];
  readonly size: string;
  /** The whole row in one sentence, for screen readers. */
  readonly label: string;
}

const KIND_ICONS: Readonly<Record<Kind, IconName>> = {
  open: 'plug',
  text: 'file-text',
  binary: 'file-binary',
  ping: 'pulse',
  pong: 'pulse',
  close: 'debug-disconnect',
  error: 'error',
  note: 'info',
};

const HAS_SIZE: readonly Kind[] = ['text', 'binary', 'ping', 'pong'];

/** @param startedAt wall-clock start of the session in milliseconds; `previous` is the row before, where it is known */
export function rowCells(row: Row, previous: Row | undefined, startedAt: number): RowCells {
  const time = clockTime(startedAt + row.time / 1000);
  const size = HAS_SIZE.includes(row.kind) ? byteCount(row.size) : '';
  const isGap = (row.flags & FLAG.gap) !== 0;
  const tags: string[] = [];
  if (row.flags & FLAG.invalidUtf8) tags.push(TEXT.invalidUtf8);
  if (row.flags & FLAG.truncated) tags.push(TEXT.truncated(byteCount(row.stored), byteCount(row.size)));
  const words = [KIND_NAMES[row.kind], DIRECTION_NAMES[row.direction]].filter(Boolean).join(' ');
  return {
    seq: `#${row.seq}`,
    time,
    delta: previous === undefined ? '' : delta(row.time - previous.time),
    direction: { none: undefined, in: 'arrow-down' as const, out: 'arrow-up' as const }[row.direction],
    kind: KIND_NAMES[row.kind],
    kindIcon: isGap ? 'warning' : KIND_ICONS[row.kind],
    preview: row.preview,
    tags,
    size,
    label: [`#${row.seq} ${words}`, size, ...tags, time, row.preview].filter(Boolean).join(', '),
  };
}

/** `#12 text received`: what the inspector shows. */
export function rowTitle(row: Row): string {
  return [`#${row.seq}`, KIND_NAMES[row.kind], DIRECTION_NAMES[row.direction]].filter(Boolean).join(' ');
}
