import { MARK_BYTES, previewMarks } from '../../core/search/previewMarks.ts';
import type { TextMatcher } from '../../core/search/textMatcher.ts';
import type { Hit, Mark } from '../../shared/queryProtocol.ts';
import type { Row } from '../../shared/timeline.ts';
import type { RecordingReader } from '../read/reader.ts';

/**
 * Rows for display, with the matches of the pattern.
 * @param attempt runs the pattern on one row: core/search/watch.ts
 */
export function hitRows(
  reader: RecordingReader,
  numbers: Float64Array,
  matcher: TextMatcher | undefined,
  attempt: (row: number, test: () => Mark[]) => Mark[],
): Hit[] {
  return rowsOf(reader, numbers).map((row) => {
    if (matcher === undefined) return { ...row, marks: [] };
    const { seq, kind, preview, stored } = row;
    const payload = reader.payload(seq, 0, MARK_BYTES);
    const marks = attempt(seq, () => previewMarks(matcher, kind, preview, payload, stored > payload.length));
    return { ...row, marks };
  });
}

/** Reads rows; neighbouring rows share a read. */
function rowsOf(reader: RecordingReader, numbers: Float64Array): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < numbers.length;) {
    let next = at + 1;
    while (next < numbers.length && numbers[next] === numbers[at]! + next - at) next++;
    rows.push(...reader.rows(numbers[at]!, next - at));
    at = next;
  }
  return rows;
}
