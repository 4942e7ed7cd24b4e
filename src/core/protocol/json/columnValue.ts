import { previewText } from '../../format/preview.ts';
import { DuplexError } from '../../../shared/errors.ts';
import { KiB } from '../../../shared/limits.ts';
import type { ColumnValue } from '../../../shared/timelineProtocol.ts';
import type { Kind } from '../../../shared/timeline.ts';
import { rangeOf } from './jsonRanges.ts';
import type { JsonStep } from './jsonRanges.ts';
import { isProblem, readJson } from './jsonText.ts';
import { isColumnPath, singularPath } from './singularPath.ts';

/** Larger messages are not read for columns: a screenful of them would take too long. */
export const MAX_COLUMN_PAYLOAD = 256 * KiB;

const QUOTE = 0x22;

const NOTHING: ColumnValue = { text: '' };
const LARGE: ColumnValue = { text: '', skipped: 'large' };
const INCOMPLETE: ColumnValue = { text: '', skipped: 'incomplete' };

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The steps of a column's path. @throws DuplexError `call.invalid` with one sentence if it is not a path to one value */
export function columnSteps(path: string): readonly JsonStep[] {
  const steps = isColumnPath(path) ? singularPath(path) : undefined;
  if (steps) return steps;
  throw new DuplexError(
    'call.invalid',
    `“${path.slice(0, 100)}” is not a path to one value, as in $.type or $.items[0]['unit price'].`,
  );
}

/** The parts of a recorded message that a column needs. */
export interface ColumnMessage {
  readonly kind: Kind;
  /** Bytes of the whole message, and of the part that was kept. */
  readonly size: number;
  readonly stored: number;
  /** Called only for messages that are read. */
  readonly payload: () => Uint8Array;
}

/**
 * The value at the end of each path in a message that is JSON, on one line: strings without quotes, all other
 * values as spelled in the message.
 * @param columns by `columnSteps`
 */
export function columnValues(
  message: ColumnMessage,
  columns: readonly (readonly JsonStep[])[],
): ColumnValue[] {
  const { kind, size, stored } = message;
  if (kind !== 'text' && kind !== 'binary') return columns.map(() => NOTHING);
  if (stored < size) return columns.map(() => INCOMPLETE);
  if (stored > MAX_COLUMN_PAYLOAD) return columns.map(() => LARGE);
  const json = readJson(message.payload());
  if (isProblem(json)) {
    const isTooDeep = json.code === 'decode.limit';
    return columns.map(() => (isTooDeep ? LARGE : NOTHING));
  }
  return columns.map((steps) => {
    const range = rangeOf(json.bytes, json.start, steps);
    return range === undefined ? NOTHING : { text: shownValue(json.bytes.subarray(range.start, range.end)) };
  });
}

function shownValue(bytes: Uint8Array): string {
  if (bytes[0] !== QUOTE) return previewText(bytes).replaceAll(/[\u21b5\u21e5]+ */g, ' ');
  const text = JSON.parse(utf8.decode(bytes)) as string;
  // An empty string is not the absence of a value.
  return text === '' ? '""' : previewText(new TextEncoder().encode(text));
}
