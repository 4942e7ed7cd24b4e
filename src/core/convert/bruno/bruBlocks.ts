/** A block of a `.bru` file: `name { … }`, `name [ … ]`. */
export interface BruBlock {
  readonly name: string;
  /** The entries of a dictionary, `key: value`; ~ before a key disables the entry. */
  readonly pairs: readonly { readonly name: string; readonly value: string; readonly disabled: boolean }[];
  /** The items of a list, one per line or separated by commas. */
  readonly items: readonly string[];
}

/*
 * This reader is ours: Bruno's own, @usebruno/lang 0.39, depends on ohm-js, arcsecond, dotenv and lodash to read the
 * whole language, and an import needs only a few kinds of block.
 */

const OPENING = /^([\w:-]+)\s*([{[])\s*$/;

/**
 * The blocks of a `.bru` file. A block ends with its bracket at the start of a line; a value may be a text of several lines between
 * `'''`, without the indentation that all of them have.
 * @returns undefined if the text has no block, or a block that does not end
 */
export function bruBlocks(text: string): readonly BruBlock[] | undefined {
  const lines = text.split(/\r?\n/);
  const blocks: BruBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, name = '', bracket] = OPENING.exec(lines[at]!) ?? [];
    if (bracket === undefined) {
      // An empty block stands on one line.
      const [, empty] = /^([\w:-]+)\s*(?:\{\s*\}|\[\s*\])\s*$/.exec(lines[at]!) ?? [];
      if (empty !== undefined) blocks.push({ name: empty, pairs: [], items: [] });
      else if (lines[at]!.trim() !== '') return undefined;
      continue;
    }
    const end = endOf(lines, at + 1, bracket === '{' ? '}' : ']');
    if (end === undefined) return undefined;
    const body = lines.slice(at + 1, end);
    blocks.push(
      bracket === '{' ? { name, pairs: pairsIn(body), items: [] } : { name, pairs: [], items: itemsIn(body) },
    );
    at = end;
  }
  return blocks.length > 0 ? blocks : undefined;
}

function endOf(lines: readonly string[], from: number, bracket: string): number | undefined {
  let isText = false;
  for (let at = from; at < lines.length; at++) {
    if (!isText && lines[at]!.trimEnd() === bracket) return at;
    if (isText ? lines[at]!.trim() === "'''" : /:\s*'''\s*$/.test(lines[at]!)) isText = !isText;
  }
  return undefined;
}

function pairsIn(lines: readonly string[]): BruBlock['pairs'] {
  const pairs: { name: string; value: string; disabled: boolean }[] = [];
  for (let at = 0; at < lines.length; at++) {
    // Trimmed first, because a pattern for the whole line would be tried at each of its blanks.
    const line = lines[at]!.trim();
    const mark = line.startsWith('~') ? '~' : '';
    const rest = line.slice(mark.length);
    const quoted = /^"(?:\\.|[^"\\])*"(?=\s*:)/.exec(rest)?.[0];
    const colon = rest.indexOf(':', quoted?.length ?? 0);
    const key = quoted ?? rest.slice(0, Math.max(0, colon)).trim();
    const written = rest.slice(colon + 1).trim();
    if (key === '') continue;
    let value = written;
    if (written === "'''") {
      const from = at + 1;
      do at++;
      while (at < lines.length && lines[at]!.trim() !== "'''");
      value = outdented(lines.slice(from, at));
    } else {
      value = /^'''(.*)'''$/.exec(written)?.[1] ?? written;
    }
    const name = key.startsWith('"') ? key.slice(1, -1).replace(/\\(.)/g, '$1') : key;
    pairs.push({ name, value, disabled: mark === '~' });
  }
  return pairs;
}

function outdented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)![0].length);
  const least = Math.min(...indents, Infinity);
  return lines.map((line) => line.slice(Number.isFinite(least) ? least : 0)).join('\n');
}

function itemsIn(lines: readonly string[]): readonly string[] {
  return lines
    .flatMap((line) => line.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '' && !each.startsWith('~'));
}
