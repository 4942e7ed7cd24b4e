import type { Text } from '@codemirror/state';
import { createFoldCache, type FoldRange } from './foldRanges.ts';

/** A value of a formatted JSON document. */
export interface JsonPlace {
  /** RFC 9535: `$.items[2].name`. */
  readonly path: string;
  /** The value as written in the document, without its name. */
  readonly value: string;
}

/** Maximum levels that the formatter indents (core/format/prettyJson.ts); deeper levels get the same indentation. */
const MAX_INDENT = 128;

/** A name that needs no brackets in a path. */
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

const MEMBER = /^\s*("(?:[^"\\]|\\.)*"):\s?/;

/** The part that folds when the line at `from` opens an object or an array: from the end of that line to before its end. */
export const foldableRange = createFoldCache(findRange);

function findRange(doc: Text, from: number): FoldRange | null {
  const { number, text, to } = doc.lineAt(from);
  if (!/[[{]$/.test(text)) return null;
  const end = closingLine(doc, number);
  return end === undefined ? null : { from: to, to: doc.line(end).from + indentOf(doc.line(end).text) };
}

/** Number of the line that closes the value opened on line `number`. */
function closingLine(doc: Text, number: number): number | undefined {
  const indent = indentOf(doc.line(number).text);
  let at = number;
  const lines = doc.iterLines(number + 1);
  for (let next = lines.next(); !next.done; next = lines.next()) {
    at++;
    if (indentOf(next.value) <= indent) return /^\s*[\]}]/.test(next.value) ? at : undefined;
  }
  return undefined;
}

/** Path and value at a position; undefined if nesting is too deep for the indentation to show. */
export function placeAt(doc: Text, position: number): JsonPlace | undefined {
  let number = doc.lineAt(position).number;
  // The line that closes an object belongs to the one that opens it.
  if (/^\s*[\]}]/.test(doc.line(number).text)) number = openingLine(doc, number);
  const segments: string[] = [];
  for (let at = number; ;) {
    const { text } = doc.line(at);
    const indent = indentOf(text);
    if (indent >= MAX_INDENT) return undefined;
    if (indent === 0) break;
    const [, name] = MEMBER.exec(text) ?? [];
    const { parent, index } = siblingsAbove(doc, at, indent);
    segments.unshift(name === undefined ? `[${index}]` : memberSegment(name));
    at = parent;
  }
  return { path: `$${segments.join('')}`, value: valueOf(doc, number) };
}

function memberSegment(written: string): string {
  try {
    const name = JSON.parse(written) as string;
    return PLAIN_NAME.test(name) ? `.${name}` : `[${written}]`;
  } catch {
    return `[${written}]`;
  }
}

/** Number of the line that opens the object or array around a line, and the number of its values before that line. */
function siblingsAbove(
  doc: Text,
  number: number,
  indent: number,
): { readonly parent: number; readonly index: number } {
  let index = 0;
  for (let at = number - 1; at >= 1; at--) {
    const { text } = doc.line(at);
    const own = indentOf(text);
    if (own < indent) return { parent: at, index };
    if (own === indent && !/^\s*[\]}]/.test(text)) index++;
  }
  return { parent: 1, index };
}

function openingLine(doc: Text, number: number): number {
  const indent = indentOf(doc.line(number).text);
  for (let at = number - 1; at >= 1; at--) if (indentOf(doc.line(at).text) === indent) return at;
  return number;
}

function valueOf(doc: Text, number: number): string {
  const { text } = doc.line(number);
  const first = text.replace(MEMBER, '').trimStart();
  if (!/[[{]$/.test(first)) return first.replace(/,$/, '');
  const end = closingLine(doc, number);
  if (end === undefined) return first;
  const indent = indentOf(text);
  const lines = [first];
  for (let at = number + 1; at <= end; at++) lines.push(doc.line(at).text.slice(indent));
  return lines.join('\n').replace(/,$/, '');
}

function indentOf(text: string): number {
  const at = text.search(/\S/);
  return at < 0 ? text.length : at;
}
