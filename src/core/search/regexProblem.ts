const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;

/** The start of a group, with its kind or name. */
const GROUP = /^\((?:\?(?:[:=!]|<[=!]|<[^>]{0,100}>))?/;

/** Says in one sentence why JavaScript rejects a regular expression: where it is wrong, and what to write. */
export function regexProblem(pattern: string): string {
  const found = firstProblem(pattern);
  if (found !== undefined)
    return `The regular expression is not valid at character ${found.at + 1}: ${found.what}.`;
  try {
    new RegExp(pattern);
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: .*\/[a-z]*: /s, '');
    return `The regular expression is not valid (${reason}): correct it, or search for plain text.`;
  }
  return 'The regular expression is not valid: correct it, or search for plain text.';
}

/** JavaScript does not report the position. Parsing the pattern again finds the common mistakes. */
function firstProblem(pattern: string): { readonly at: number; readonly what: string } | undefined {
  const open: number[] = [];
  /** Whether the pattern before this position can be repeated. */
  let repeatable = false;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const character = pattern[at]!;
    const [quantifier] = QUANTIFIER.exec(rest) ?? [];
    if (quantifier !== undefined) {
      if (!repeatable)
        return { at, what: `${quantifier} repeats nothing; write \\${quantifier} for the text itself` };
      repeatable = false;
      at += quantifier.length;
      if (pattern[at] === '?') at++;
    } else if (character === '\\') {
      if (at === pattern.length - 1) return { at, what: 'a \\ at the end escapes nothing; double it' };
      repeatable = true;
      at += 2;
    } else if (character === '[') {
      const length = /^\[(?:\\.|[^\]\\])*\]/s.exec(rest)?.[0].length;
      if (length === undefined) return { at, what: 'this [ is never closed; add ] or write \\[' };
      repeatable = true;
      at += length;
    } else if (character === '(') {
      open.push(at);
      repeatable = false;
      at += GROUP.exec(rest)![0].length;
    } else if (character === ')') {
      if (open.pop() === undefined) return { at, what: 'this ) closes nothing; write \\)' };
      repeatable = true;
      at++;
    } else {
      repeatable = !'|^$'.includes(character);
      at++;
    }
  }
  const unclosed = open.pop();
  return unclosed === undefined
    ? undefined
    : { at: unclosed, what: 'this ( is never closed; add ) or write \\(' };
}
