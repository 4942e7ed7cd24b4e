import { byteCount } from '../../shared/byteCount.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Kind, Row } from '../../shared/timeline.ts';
import type { IconName } from '../base/icons.ts';
import { delta } from '../text/figures.ts';
import { DIRECTION_NAMES, KIND_NAMES, ROW_TEXT } from './rowTexts.ts';
import { pauseText, timeText } from './timeColumn.ts';
import type { TimeColumn } from './timeColumn.ts';

/** The texts of a row's cells. */
export interface RowCells {
  readonly time: string;
  readonly delta: string;
  /** The pause before the row, if it is long enough to be marked. */
  readonly pause: string | undefined;
  readonly direction: IconName | undefined;
  readonly kind: string;
  readonly kindIcon: IconName;
  readonly preview: string;
  /** Problems of the message, shown after its preview. */
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

/**
 * @param previous the row above, if it is known
 * @param decoded whether to show the decoded form instead of the raw message
 * @param isHeld whether a proxy holds the message
 */
export function rowCells(
  row: Row,
  previous: Row | undefined,
  column: TimeColumn,
  decoded = false,
  isHeld = false,
): RowCells {
  const preview = decoded ? (row.summary ?? row.preview) : row.preview;
  const time = timeText(column, row.time, previous?.time);
  const size = HAS_SIZE.includes(row.kind) ? byteCount(row.size) : '';
  const pause = pauseText(row.time, previous?.time);
  const isGap = (row.flags & FLAG.gap) !== 0;
  const tags: string[] = [];
  if (row.flags & FLAG.invalidUtf8) tags.push(ROW_TEXT.invalidUtf8);
  if (row.flags & FLAG.truncated) tags.push(ROW_TEXT.truncated(byteCount(row.stored), byteCount(row.size)));
  if (isHeld) tags.push(ROW_TEXT.held);
  if (row.flags & FLAG.altered) tags.push(ROW_TEXT.altered);
  const direction = isLost(row) ? 'none' : row.direction;
  const after = pause === undefined ? '' : ROW_TEXT.afterPause(pause);
  return {
    time,
    // In mode `previous` the time column shows the same value.
    delta: previous === undefined || column.mode === 'previous' ? '' : delta(row.time - previous.time),
    pause,
    direction: { none: undefined, in: 'arrow-down' as const, out: 'arrow-up' as const }[direction],
    kind: KIND_NAMES[row.kind],
    kindIcon: isGap ? 'warning' : KIND_ICONS[row.kind],
    preview,
    tags,
    size,
    label: [rowTitle(row), size, ...tags, time, after, preview].filter(Boolean).join(', '),
  };
}

/** A connection that ended without a close frame: nothing travelled in either direction (RFC 6455, section 7.1.5). */
function isLost({ kind, preview }: Row): boolean {
  return kind === 'close' && /^1006\b/.test(preview);
}

/** The inspector's heading: `#12 text received`. */
export function rowTitle(row: Row): string {
  const direction = isLost(row) ? 'none' : row.direction;
  return [`#${row.seq}`, KIND_NAMES[row.kind], DIRECTION_NAMES[direction]].filter(Boolean).join(' ');
}
