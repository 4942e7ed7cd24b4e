import type { Position, Range } from '../syntax/range.ts';

/** A JSON value with its place and its spelling: numbers stay as they were written. */
export type JsonNode = JsonString | JsonObject | JsonArray | JsonOther;

export interface JsonString {
  readonly kind: 'string';
  readonly range: Range;
  readonly source: string;
  readonly text: string;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly range: Range;
  readonly source: string;
  /** Of a name that occurs twice, the last counts, as in all of JSON's readers. */
  readonly members: ReadonlyMap<string, JsonMember>;
}

export interface JsonMember {
  /** Of the name, with its quotation marks. */
  readonly nameRange: Range;
  readonly value: JsonNode;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly range: Range;
  readonly source: string;
  readonly items: readonly JsonNode[];
}

/** A number, `true`, `false` or `null`. */
export interface JsonOther {
  readonly kind: 'other';
  readonly range: Range;
  readonly source: string;
}

export interface JsonMistake {
  readonly at: Position;
  /** What stands in the way, to follow the name of the file. */
  readonly message: string;
}

/** Deeper nesting is refused: nobody writes it, and reading it would take the stack. */
const MAX_DEPTH = 200;

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads JSON (RFC 8259) into a tree that knows where everything stands. Lines end in LF, as an editor counts them. */
export function parseJsonTree(source: string): JsonNode | JsonMistake {
  const placeOf = positions(source);
  let offset = 0;
  let failed: JsonMistake | undefined;

  const peek = (): Token | undefined => {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(source);
    const text = match?.[1] ?? match?.[2] ?? match?.[3];
    return match && text !== undefined
      ? { text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex }
      : undefined;
  };
  const fail = (expected: string): undefined => {
    const rest = /[^ \t\n\r]/g;
    rest.lastIndex = offset;
    const at = rest.exec(source)?.index ?? source.length;
    const where = at === source.length ? 'it ends too early' : 'this is no JSON';
    failed ??= { at: placeOf(at), message: `${where}, expected ${expected}` };
    return undefined;
  };
  const take = (wanted: string): boolean => {
    const token = peek();
    if (token?.text !== wanted) return false;
    offset = token.end;
    return true;
  };
  const spanned = (start: number): { range: Range; source: string } => ({
    range: { start: placeOf(start), end: placeOf(offset) },
    source: source.slice(start, offset),
  });

  const value = (depth: number): JsonNode | undefined => {
    const token = peek();
    if (!token || /^[\]},:]/.test(token.text)) return fail('a value');
    if (depth > MAX_DEPTH) return fail(`at most ${MAX_DEPTH} levels`);
    offset = token.end;
    if (token.text === '{') return object(token.start, depth);
    if (token.text === '[') return array(token.start, depth);
    if (token.text[0] !== '"') return { kind: 'other', ...spanned(token.start) };
    return { kind: 'string', text: JSON.parse(token.text) as string, ...spanned(token.start) };
  };
  const object = (start: number, depth: number): JsonNode | undefined => {
    const members = new Map<string, JsonMember>();
    if (take('}')) return { kind: 'object', members, ...spanned(start) };
    do {
      const name = peek();
      if (name?.text[0] !== '"') return fail('a name in quotation marks');
      offset = name.end;
      const nameRange = { start: placeOf(name.start), end: placeOf(name.end) };
      if (!take(':')) return fail('a colon');
      const member = value(depth + 1);
      if (!member) return undefined;
      members.set(JSON.parse(name.text) as string, { nameRange, value: member });
    } while (take(','));
    return take('}') ? { kind: 'object', members, ...spanned(start) } : fail('a comma or }');
  };
  const array = (start: number, depth: number): JsonNode | undefined => {
    const items: JsonNode[] = [];
    if (take(']')) return { kind: 'array', items, ...spanned(start) };
    do {
      const item = value(depth + 1);
      if (!item) return undefined;
      items.push(item);
    } while (take(','));
    return take(']') ? { kind: 'array', items, ...spanned(start) } : fail('a comma or ]');
  };

  const root = value(0);
  if (root && source.slice(offset).trim() !== '') fail('nothing more');
  return failed ?? root!;
}

/** Line and character of an offset; offsets may be asked for in any order. */
function positions(source: string): (offset: number) => Position {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let from = 0;
    let to = starts.length;
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      if (starts[middle]! <= offset) from = middle;
      else to = middle;
    }
    return { line: from, character: offset - starts[from]! };
  };
}
