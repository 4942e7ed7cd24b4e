import { makeVisible } from '../../core/format/visible.ts';

const PROMPT = '> ';
const MAX_HISTORY = 500;

/** The events of typing, other than a changed draft, in order. */
export type Typed =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl+C */
  | { readonly kind: 'interrupt' }
  /** Ctrl+D on an empty line */
  | { readonly kind: 'end' }
  /** Ctrl+Z */
  | { readonly kind: 'suspend' };

export interface LineEditor {
  /** Processes the input of a terminal in raw mode, which may be split anywhere. */
  feed(text: string): Typed[];
  /** The draft as one row of a terminal, with the cursor in position. It begins by clearing the row. */
  row(columns: number): string;
}

/** Clears the cursor's row. */
export const CLEAR_ROW = '\r\x1b[2K';

/** A run of text, an escape sequence (complete or truncated), or one control character. */
const TOKEN =
  /[^\x00-\x1f\x7f]+|\x1b(?:\[[0-?]*[ -/]*[@-~]|O[^\x1b]|[^[O\x1b]|(?:\[[0-?]*[ -/]*|O)?$)?|[^]/gu;

/**
 * Edits one line of any length. The terminal's own line editing truncates lines: at 4,096 characters on Linux, at 1,024
 * on macOS. Drawing costs the width of the terminal, not the length of the line. `node:readline` copies the whole line
 * for each pasted character and prints the whole line for each key inside it: a pasted line of 1 MiB takes 30 s there
 * and 0.4 s here, and one key inside that line prints 1 MiB.
 */
export function createLineEditor(): LineEditor {
  let text = '';
  let cursor = 0;
  let unfinished = '';
  let afterReturn = false;
  const history: string[] = [];
  /** Position in the history; the history's length for a new line. */
  let recalled = 0;

  const replace = (from: number, to: number, by = ''): void => {
    text = text.slice(0, from) + by + text.slice(to);
    cursor = from + by.length;
  };
  const before = (): number => cursor - lastCharacter(text, cursor).length;
  const after = (): number => cursor + firstCharacter(text, cursor).length;
  const recall = (position: number): void => {
    if (position < 0 || position > history.length) return;
    recalled = position;
    text = history[position] ?? '';
    cursor = text.length;
  };
  const submit = (): Typed => {
    const line = text;
    if (line !== '' && line !== history.at(-1)) history.push(line);
    if (history.length > MAX_HISTORY) history.shift();
    recalled = history.length;
    text = '';
    cursor = 0;
    return { kind: 'line', text: line };
  };

  const keys = new Map<string, () => Typed | void>(
    Object.entries({
      '\r': submit,
      '\n': submit,
      '\t': () => replace(cursor, cursor, '\t'),
      '\x03': () => ({ kind: 'interrupt' }),
      '\x04': () => (text === '' ? { kind: 'end' } : replace(cursor, after())),
      '\x1a': () => ({ kind: 'suspend' }),
      '\x7f': () => replace(before(), cursor),
      '\b': () => replace(before(), cursor),
      '\x1b[3~': () => replace(cursor, after()),
      '\x15': () => replace(0, cursor),
      '\x0b': () => replace(cursor, text.length),
      '\x17': () => replace(text.slice(0, cursor).replace(/\S*\s*$/, '').length, cursor),
      '\x1b[D': () => void (cursor = before()),
      '\x02': () => void (cursor = before()),
      '\x1b[C': () => void (cursor = after()),
      '\x06': () => void (cursor = after()),
      '\x1b[H': () => void (cursor = 0),
      '\x1b[1~': () => void (cursor = 0),
      '\x01': () => void (cursor = 0),
      '\x1b[F': () => void (cursor = text.length),
      '\x1b[4~': () => void (cursor = text.length),
      '\x05': () => void (cursor = text.length),
      '\x1b[A': () => recall(recalled - 1),
      '\x1b[B': () => recall(recalled + 1),
    }),
  );

  return {
    feed(input) {
      const typed: Typed[] = [];
      const tokens = (unfinished + input).match(TOKEN) ?? [];
      unfinished = isUnfinished(tokens.at(-1)) ? (tokens.pop() ?? '') : '';
      for (const token of tokens) {
        // A pasted CRLF counts as one line break.
        const secondHalf = token === '\n' && afterReturn;
        afterReturn = token === '\r';
        if (secondHalf) continue;
        // Terminals in application mode send the same keys with an O.
        const key = keys.get(token.replace(/^\x1bO/, '\x1b['));
        const result = key ? key() : isText(token) ? replace(cursor, cursor, token) : undefined;
        if (result) typed.push(result);
      }
      return typed;
    },
    row(columns) {
      const room = Math.max(10, columns - PROMPT.length - 1);
      const left = tail(text, cursor, room - Math.min(8, Math.floor(room / 4)));
      const right = head(text, cursor, room - width(left));
      // The terminal itself restores the cursor, because only the terminal knows how wide characters are.
      return `${CLEAR_ROW}${PROMPT}${left}\x1b7${right}\x1b8`;
    },
  };
}

function isText(token: string): boolean {
  return token >= ' ' && token[0] !== '\x7f' && token[0] !== '\x1b';
}

function isUnfinished(token: string | undefined): boolean {
  return token !== undefined && /^\x1b(?:\[[0-?]*[ -/]*|O)?$/.test(token);
}

function firstCharacter(text: string, from: number): string {
  const code = text.codePointAt(from);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function lastCharacter(text: string, to: number): string {
  const pair = text.slice(Math.max(0, to - 2), to);
  return (pair.codePointAt(0) ?? 0) > 0xffff ? pair : pair.slice(-1);
}

/** The end of the text before `to` that fits into this many columns. */
function tail(text: string, to: number, columns: number): string {
  let shown = '';
  for (let at = to; at > 0;) {
    const character = lastCharacter(text, at);
    const more = visibleCharacter(character) + shown;
    if (width(more) > columns) return shown;
    shown = more;
    at -= character.length;
  }
  return shown;
}

function head(text: string, from: number, columns: number): string {
  let shown = '';
  for (let at = from; at < text.length;) {
    const character = firstCharacter(text, at);
    const more = shown + visibleCharacter(character);
    if (width(more) > columns) return shown;
    shown = more;
    at += character.length;
  }
  return shown;
}

/** Joiners are kept: one character does not show whether a joiner joins letters or an emoji. */
function visibleCharacter(character: string): string {
  return character === '\u200c' || character === '\u200d' ? character : makeVisible(character);
}

/** Maximum number of columns; characters that may be wide count as wide. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += character >= '\u1100' ? 2 : 1;
  return columns;
}
