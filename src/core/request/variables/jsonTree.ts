import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Position, Range } from '../syntax/range.ts';

/** A JSON value with its position and spelling: numbers stay as they were written. */
export type JsonNode = JsonString | JsonObject | JsonArray | JsonOther;

interface Placed {
  readonly range: Range;
  readonly source: string;
}

export interface JsonString extends Placed {
  readonly kind: 'string';
  readonly text: string;
}

export interface JsonObject extends Placed {
  readonly kind: 'object';
  /** If a name occurs twice, the last one counts, as in all JSON readers. */
  readonly members: ReadonlyMap<string, JsonMember>;
}

export interface JsonMember {
  /** The range of the name, including its quotation marks. */
  readonly nameRange: Range;
  readonly value: JsonNode;
}

export interface JsonArray extends Placed {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

/** A number, `true`, `false` or `null`. */
export interface JsonOther extends Placed {
  readonly kind: 'other';
}

export interface JsonMistake {
  readonly at: Position;
  /** The fault, as the part of a sentence that follows the name of the file. */
  readonly message: string;
}

/** Maximum nesting: nobody writes more, and reading it would overflow the stack. */
const MAX_DEPTH = 200;

/**
 * Parses JSON with comments and trailing commas, like VS Code's settings, into a tree with positions. Lines end in LF,
 * as an editor counts them.
 */
export function parseJsonTree(source: string): JsonNode | JsonMistake {
  const positionOf = positions(source);
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(source, errors, { allowTrailingComma: true });
  } catch (error) {
    if (error instanceof RangeError) return tooDeep(positionOf(0));
    throw error;
  }
  const [first] = errors;
  if (first || !root) return mistake(source, first, positionOf);

  const placed = ({ offset, length }: Node): Placed => ({
    range: { start: positionOf(offset), end: positionOf(offset + length) },
    source: source.slice(offset, offset + length),
  });
  const read = (node: Node, depth: number): JsonNode => {
    if (depth > MAX_DEPTH) throw new TooDeep(node.offset);
    const { type, children = [] } = node;
    if (type === 'string') return { kind: 'string', text: node.value as string, ...placed(node) };
    if (type === 'array')
      return { kind: 'array', items: children.map((child) => read(child, depth + 1)), ...placed(node) };
    if (type !== 'object') return { kind: 'other', ...placed(node) };
    const members = new Map<string, JsonMember>();
    for (const { children: [name, value] = [] } of children)
      if (name && value)
        members.set(name.value as string, { nameRange: placed(name).range, value: read(value, depth + 1) });
    return { kind: 'object', members, ...placed(node) };
  };
  try {
    return read(root, 0);
  } catch (error) {
    if (error instanceof TooDeep) return tooDeep(positionOf(error.offset));
    throw error;
  }
}

class TooDeep extends Error {
  constructor(readonly offset: number) {
    super('Nested too deeply.');
  }
}

function tooDeep(at: Position): JsonMistake {
  return { at, message: `it nests deeper than ${MAX_DEPTH} levels` };
}

/** The expected element at each error of the parser. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'a value, or a text in quotation marks'],
  ['PropertyNameExpected', 'a name in quotation marks'],
  ['ValueExpected', 'a value'],
  ['ColonExpected', 'a colon'],
  ['CommaExpected', 'a comma'],
  ['CloseBraceExpected', 'a comma or }'],
  ['CloseBracketExpected', 'a comma or ]'],
  ['EndOfFileExpected', 'nothing more'],
  ['UnexpectedEndOfComment', 'the end of a comment'],
  ['UnexpectedEndOfString', 'the end of a text in quotation marks'],
  ['InvalidUnicode', 'four hexadecimal digits after \\u'],
  ['InvalidEscapeCharacter', 'one of " \\ / b f n r t u after a backslash'],
  ['InvalidCharacter', 'control characters to be escaped'],
]);

function mistake(
  source: string,
  error: ParseError | undefined,
  positionOf: (offset: number) => Position,
): JsonMistake {
  const offset = Math.min(error?.offset ?? source.length, source.length);
  const expected = EXPECTED.get(error ? printParseErrorCode(error.error) : 'ValueExpected') ?? 'a value';
  const where = source.slice(offset).trim() === '' ? 'it ends too early' : 'this is not JSON';
  return { at: positionOf(offset), message: `${where}, expected ${expected}` };
}

/** Converts offsets, in any order, to line and character. */
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
