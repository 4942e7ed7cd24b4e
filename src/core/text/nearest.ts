/** The candidate that `name` is most likely a misspelling of, or undefined if none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 40) return undefined;
  const plain = simplify(name);
  let best: string | undefined;
  // Up to a third of the letters may differ; beyond that, suggestions confuse.
  let least = Math.floor(plain.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain, simplify(candidate));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Names that differ only in case, hyphens and underscores count as equal: `noDeflate`, `no_deflate`. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** The Levenshtein distance: insertions, deletions and substitutions that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
