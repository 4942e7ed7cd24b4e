import type { Mark } from '../../shared/queryProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';

/** How a pattern is looked for: fast in bytes where that is possible, else in the text of each row. */
export interface TextMatcher {
  /** Kinds of row that it looks at; undefined: all. */
  readonly kinds: readonly Kind[] | undefined;
  /** A row that holds one of these byte sequences matches: it need not be tried. */
  readonly proofs: readonly Uint8Array[];
  /** A row that matches and holds no proof holds one of these; undefined: each row has to be tried. */
  readonly hints: readonly Uint8Array[] | undefined;
  /** Whether proofs and hints are lower case, to be looked for in bytes that foldAscii went over. */
  readonly fold: boolean;
  /** What is tried for a row's text, or undefined where it surely does not match. Takes time by the text, not by the pattern. */
  subject(text: string): unknown;
  /** Takes as long as the pattern makes it take. @throws RangeError where it goes beyond what the engine can hold */
  test(subject: unknown): boolean;
  /** What matches in a text, in order and apart. */
  ranges(text: string): Mark[];
}
