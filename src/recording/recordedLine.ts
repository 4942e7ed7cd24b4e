import type { Direction, Kind } from '../shared/timeline.ts';

/** What a printed line needs to know of a row besides its payload. */
export interface LineRow {
  /** Its number in the recording, from 0. */
  readonly seq: number;
  /** Microseconds since the session began. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
}

/** A row as one line with its line break; that of a large message comes in pieces. */
export type LineOf = (row: LineRow, payload: Uint8Array) => Iterable<string>;

/** What a row that is no message holds (src/shared/timeline.ts), as far as its JSON can be read. */
export function detailOf(payload: Uint8Array): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(payload);
  try {
    const detail: unknown = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null) return detail as Record<string, unknown>;
  } catch {
    // A row that a later version wrote, or somebody else: it is shown for what it is.
  }
  return { text };
}
