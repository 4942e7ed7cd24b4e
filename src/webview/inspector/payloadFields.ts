import type { ByteRange, UnitPayload } from '../../shared/units.ts';

/** A line of an indented payload. */
export interface FieldLine {
  readonly text: string;
  /**
   * The bytes in the message of the line's member or element; undefined if the payload is not a part of the message.
   */
  readonly range: ByteRange | undefined;
}

/** Maximum levels that are indented. */
const MAX_INDENT = 40;

interface OpenLine {
  text: string;
  /** Index of the character of the content at which the line's member or element begins. */
  from: number | undefined;
  to: number;
}

/**
 * Indents the JSON of a payload without parsing its numbers, so that they keep their spelling, and finds the bytes of
 * each line. The lines that open and close an object or array have all of its bytes.
 * @param limit number of lines whose bytes are needed
 */
export function fieldLines(
  { content, range }: Pick<UnitPayload, 'content' | 'range'>,
  limit = Infinity,
): FieldLine[] {
  const lines: OpenLine[] = [];
  /** The lines that opened an object or array that is not closed yet. */
  const open: OpenLine[] = [];
  let line: OpenLine = { text: '', from: undefined, to: 0 };
  const end = (): void => {
    lines.push(line);
    line = { text: '  '.repeat(Math.min(open.length, MAX_INDENT)), from: undefined, to: 0 };
  };
  for (const { 0: token, index } of content.matchAll(TOKEN)) {
    const to = index + token.length;
    if (token === '{' || token === '[') {
      extend(line, token, index, to);
      open.push(line);
      end();
    } else if (token === '}' || token === ']') {
      const opener = open.pop();
      end();
      extend(line, token, opener?.from ?? index, to);
      if (opener) opener.to = to;
    } else if (token === ',') {
      line.text += token;
      end();
    } else if (token === ':') line.text += ': ';
    else extend(line, token.replace(/^([[{])\s*([\]}])$/, '$1$2'), index, to);
  }
  lines.push(line);
  const start = startOf(content, range);
  const bytesUpTo = start === undefined ? undefined : ascendingBytes(content);
  // Ends do not ascend where lines enclose others, so starts and ends are each measured in ascending order.
  const bytesAt = new Map<number, number>();
  const characters = lines.slice(0, limit).flatMap(({ from, to }) => (from === undefined ? [] : [from, to]));
  if (bytesUpTo) for (const at of characters.sort((a, b) => a - b)) bytesAt.set(at, bytesUpTo(at));
  return lines.map(({ text, from, to }, index) => ({
    text,
    range:
      start === undefined || from === undefined || index >= limit
        ? undefined
        : { start: Math.max(range!.start, start + bytesAt.get(from)!), end: start + bytesAt.get(to)! },
  }));
}

/**
 * The lines that show marked bytes: those whose bytes are all marked, or else the innermost line that contains the
 * marked bytes.
 */
export function markedLines(lines: readonly FieldLine[], marked: ByteRange | undefined): ReadonlySet<number> {
  const within = new Set<number>();
  if (marked === undefined) return within;
  let innermost: number | undefined;
  let length = Infinity;
  lines.forEach(({ range }, index) => {
    if (range === undefined) return;
    if (range.start >= marked.start && range.end <= marked.end) within.add(index);
    else if (range.start <= marked.start && range.end >= marked.end && range.end - range.start < length) {
      innermost = index;
      length = range.end - range.start;
    }
  });
  return within.size > 0 || innermost === undefined ? within : new Set([innermost]);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{}:,]|[^\s"[\]{}:,]+/g;

function extend(line: OpenLine, text: string, from: number, to: number): void {
  line.text += text;
  line.from ??= from;
  line.to = Math.max(line.to, to);
}

/**
 * The byte of the message at which the content begins, if the message contains it unchanged. The arguments of a
 * Socket.IO event have an opening bracket of their own before it.
 */
function startOf(content: string, range: ByteRange | undefined): number | undefined {
  if (range === undefined) return undefined;
  const added = new TextEncoder().encode(content).length - (range.end - range.start);
  return added === 0 || (added === 1 && content.startsWith('[')) ? range.start - added : undefined;
}

/** @returns a function that counts the bytes before a character; call it with ascending indexes */
function ascendingBytes(content: string): (character: number) => number {
  let at = 0;
  let bytes = 0;
  return (character) => {
    bytes += new TextEncoder().encode(content.slice(at, character)).length;
    at = character;
    return bytes;
  };
}
