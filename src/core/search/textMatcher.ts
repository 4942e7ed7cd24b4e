import type { Mark } from '../../shared/queryProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';

/** The facts about a row that are known without its payload. */
export interface RowFacts {
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  /**
   * Milliseconds since the last sent message, or else since the connection opened; undefined if the row was
   * not received.
   */
  readonly latency: number | undefined;
}

/**
 * A compiled pattern. A search looks for its bytes if possible, which is fast; otherwise it tests the text of each row.
 */
export interface TextMatcher {
  /** Kinds of row that can match; undefined: all. */
  readonly kinds: readonly Kind[] | undefined;
  /** A row that contains one of these byte sequences matches without a test. */
  readonly proofs: readonly Uint8Array[];
  /** Every other row that matches contains one of these; undefined: each row has to be tested. */
  readonly hints: readonly Uint8Array[] | undefined;
  /** Whether proofs and hints are lower case and have to be looked for in the output of `lowerAscii`. */
  readonly ignoresCase: boolean;
  /** Prepares a row's text for `test`; undefined if it cannot match. Takes linear time for any pattern. */
  subject(text: string): unknown;
  /** For a pattern about facts only: decides instead of `test`, and no payload is read. */
  readonly testFacts?: (facts: RowFacts) => boolean;
  /** May run for ever, depending on the pattern. @throws RangeError if the pattern exceeds the limits of the engine */
  test(subject: unknown): boolean;
  /** All matches in a text, in order, without overlaps. */
  ranges(text: string): Mark[];
}
