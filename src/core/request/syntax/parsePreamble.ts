import type { MistakenTarget } from './lineForms.ts';
import { indentation, type Line } from './lines.ts';
import { nearest } from '../../text/nearest.ts';
import { wholeLine, type ParseContext } from './parseContext.ts';
import { rangeInLine, textInLine } from './range.ts';
import { scanTemplate, VARIABLE_NAME } from './template.ts';
import type { FileVariable } from './tree.ts';

/** Whether the line is a file variable, well-formed or not. */
export function isVariable(text: string): boolean {
  return text[indentation(text)] === '@';
}

/** Parses `@name = value`; undefined if it is malformed, which is reported. */
export function parseVariable(context: ParseContext, line: Line): FileVariable | undefined {
  const { text, number } = line;
  const nameAt = indentation(text) + 1;
  const nameEnd = nameAt + text.slice(nameAt).search(/[\s=:]|$/);
  const name = text.slice(nameAt, nameEnd);
  const afterName = nameEnd + indentation(text.slice(nameEnd));
  if (!VARIABLE_NAME.test(name) || text[afterName] !== '=') {
    const isLazy = text[afterName] === ':' && text[afterName + 1] === '=';
    const message = isLazy
      ? 'A variable is written with = here: its value is always computed when it is used.'
      : 'This is not a variable: write @name = value, the name of letters, digits, _, - and dots.';
    context.report('error', 'variable.syntax', wholeLine(line), message);
    return undefined;
  }
  const end = Math.max(text.trimEnd().length, afterName + 1);
  const valueAt = Math.min(afterName + 1 + indentation(text.slice(afterName + 1)), end);
  const scanned = scanTemplate(text.slice(valueAt, end), number, valueAt);
  for (const { code, range, message } of scanned.problems) context.report('error', code, range, message);
  if (text[valueAt] === '"')
    context.report(
      'hint',
      'portability',
      rangeInLine(number, valueAt, end),
      'httpYac drops a quotation mark at the start of a value; it belongs to the value here.',
    );
  return {
    kind: 'variable',
    range: wholeLine(line),
    name: textInLine(number, text, nameAt, nameEnd),
    value: { range: rangeInLine(number, valueAt, end), parts: scanned.parts },
  };
}

/**
 * Reports a line where a target is expected. The message quotes only the first word: messages go to logs, and the rest
 * may hold secrets.
 */
export function targetExpected(text: string, almost: MistakenTarget | undefined): string {
  if (almost?.mistake === 'case' && /^(?:websocket|wss?)$/i.test(almost.word))
    return `“${almost.word}” is not sent: the keyword of a target is written in capitals, WEBSOCKET ws://host/path.`;
  const word = almost?.word ?? /^[A-Za-z]{1,20}(?=\s|$)/.exec(text.trimStart())?.[0];
  if (/^https?:/i.test(text.trimStart()))
    return 'A WebSocket URL starts with ws:// or wss://: write ws for http and wss for https.';
  if (word === undefined)
    return 'This line is not a target: write WEBSOCKET ws://host/path, with # before comments.';
  if (almost?.mistake === 'case' || nearest(word, ['WEBSOCKET']))
    return `“${word}” is not a target: did you mean WEBSOCKET ws://host/path?`;
  if (almost)
    return `“${word}” does not open a WebSocket connection: write WEBSOCKET instead, as in WEBSOCKET ws://host/path.`;
  if (/^[A-Z]+$/.test(word))
    return `“${word}” requests belong in a .http file: here a target is written WEBSOCKET ws://host/path.`;
  return `“${word}” starts no target: write WEBSOCKET ws://host/path, with # before comments.`;
}
