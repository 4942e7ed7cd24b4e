import type { Text } from '@codemirror/state';
import { createFoldCache, type FoldRange } from './foldRanges.ts';

/** Maximum lines to search for the end of an element, so that a screenful of a large document stays fast. */
const MAX_LINES = 200_000;

/** The start of an element whose content is on the lines below. */
const START_TAG = /^(\s*)<([\p{L}_:][\p{L}\p{N}_:.-]*)/u;

/** The part that folds when the line at `from` starts an element: from the end of that line to before its end tag. */
export const foldableElement = createFoldCache(findRange);

/** The formatter puts an end tag below its start tag, at the same indentation. */
function findRange(doc: Text, from: number): FoldRange | null {
  const { number, text, to } = doc.lineAt(from);
  const [, indent, name] = START_TAG.exec(text) ?? [];
  if (indent === undefined || text.endsWith('/>') || text.endsWith(`</${name}>`)) return null;
  const end = `${indent}</${name}>`;
  let at = number;
  const lines = doc.iterLines(number + 1);
  for (let next = lines.next(); !next.done && at - number < MAX_LINES; next = lines.next()) {
    at++;
    if (!next.value.startsWith(end)) {
      // Text beside the element ends the search, because then the end tag is inside a line.
      if (next.value.search(/\S/) <= indent.length && next.value.trimStart().startsWith('<')) return null;
      continue;
    }
    return at === number + 1 ? null : { from: to, to: doc.line(at).from + indent.length };
  }
  return null;
}
