/** Maximum steps of a regular expression on a thread that does other work: about 20 ms. */
const MAX_STEPS = 4_000_000;

/** A pattern counts as linear up to this product of alternatives and pattern length. */
const MAX_LINEAR_FACTOR = 256;

const ATOM = /\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]{0,100}>))?|[^]/y;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;

interface Group {
  /** Whether a text inside it can match in several ways. */
  ambiguous: boolean;
  alternatives: number;
}

/**
 * The text length up to which a JavaScript regular expression needs at most MAX_STEPS steps: `Infinity` for a pattern
 * that takes linear time, 0 for one that may take exponential time. The estimate is an upper bound: it counts every way
 * in which the pattern could be tried.
 */
export function safeTextLength(pattern: string): number {
  // Backreferences (\1, \k<name>) repeat what a group matched; no bound is known for them.
  if (/\\(?:[1-9]|k)/.test(pattern)) return 0;
  const cost = patternCost(pattern);
  if (cost === undefined) return 0;
  const { ways, degree } = cost;
  const factor = ways * Math.max(1, pattern.length);
  if (degree <= 1 && factor <= MAX_LINEAR_FACTOR) return Infinity;
  return factor > MAX_STEPS ? 0 : Math.floor((MAX_STEPS / factor) ** (1 / Math.max(1, degree)));
}

/**
 * The number of combinations of alternatives, and the power of the text's length that each takes. Undefined if a
 * repetition repeats something ambiguous: then the combinations grow exponentially.
 */
function patternCost(pattern: string): { readonly ways: number; readonly degree: number } | undefined {
  const whole: Group = { ambiguous: false, alternatives: 1 };
  const open: Group[] = [whole];
  let ways = 1;
  let unbounded = 0;
  for (let at = 0; at < pattern.length;) {
    const group = open.at(-1)!;
    ATOM.lastIndex = at;
    const [atom] = ATOM.exec(pattern)!;
    at += atom.length;
    if (atom === '|') {
      group.alternatives++;
      group.ambiguous = true;
      continue;
    }
    if (atom[0] === '(') {
      open.push({ ambiguous: false, alternatives: 1 });
      continue;
    }
    const closed = atom === ')' && open.length > 1 ? open.pop() : undefined;
    const parent = open.at(-1)!;
    if (closed) {
      ways *= closed.alternatives;
      if (closed.ambiguous) parent.ambiguous = true;
    }
    QUANTIFIER.lastIndex = at;
    const quantifier = QUANTIFIER.exec(pattern);
    if (quantifier) {
      at += quantifier[0].length;
      if (closed?.ambiguous && quantifier[0] !== '?') return undefined;
      const [written, least, comma, most] = quantifier;
      const count = most ? Number(most) - Number(least) + 1 : written[0] === '?' ? 2 : 1;
      if (written[0] === '*' || written[0] === '+' || (comma === ',' && most === '')) unbounded++;
      ways *= Math.max(1, count, Number(most || least || 1));
      parent.ambiguous ||= written[0] !== '{' || comma === ',';
    }
    if (ways > MAX_STEPS) return undefined;
  }
  ways *= whole.alternatives;
  const isAnchored = pattern.startsWith('^') && whole.alternatives === 1;
  return { ways, degree: unbounded + (isAnchored ? 0 : 1) };
}
