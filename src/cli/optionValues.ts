import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { textMessage } from '../core/format/textMessage.ts';
import { protocolProblem } from '../core/protocol/protocolChoice.ts';
import { TABLE_FILE } from '../core/protocol/table/protocolTable.ts';
import { parseDecodeRule, withSchemaPath } from '../core/text/decodeRule.ts';
import { VARIABLE_NAME } from '../core/request/syntax/template.ts';
import { parseDuration } from '../core/text/units.ts';
import { DuplexError } from '../shared/errors.ts';

// Parsers of option values. For an invalid value, each throws commander's error, which names the option.

export function duration(text: string): number {
  const measured = parseDuration(text);
  if ('problem' in measured) throw new InvalidArgumentError(measured.problem);
  return measured.value;
}

export function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 0 (any that is free) to 65535.');
  }
  return value;
}

/** @param what begins the sentence about an invalid value, such as `How many at once` */
export function countFrom1(what: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,3}$/.test(text))
      throw new InvalidArgumentError(`${what} is a whole number from 1 to 9999.`);
    return Number(text);
  };
}

/** A speed as a factor of the recorded one: `original` is 1, `max` is Infinity, `x4` is 4. */
export function replaySpeed(text: string): number {
  if (text === 'original') return 1;
  if (text === 'max') return Infinity;
  const factor = /^x(\d{1,4}(?:\.\d{1,3})?)$/.exec(text)?.[1];
  if (factor === undefined || Number(factor) === 0)
    throw new InvalidArgumentError('A speed is original, max or a factor such as x4 or x0.5.');
  return Number(factor);
}

export function repeated(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/**
 * A text that can be sent. On systems with UTF-16 command lines, a text may hold a lone surrogate, which cannot be
 * sent.
 */
export function sendable(text: string): string {
  const message = textMessage(text);
  if ('problem' in message) throw new InvalidArgumentError(message.problem);
  return text;
}

/** The id of a protocol, `auto` or `none`; the path of a table is read later. */
export function protocolId(text: string): string {
  const problem = TABLE_FILE.test(text) ? undefined : protocolProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return text;
}

/** The path of a protocol table, which is read later. */
export function tableFile(text: string): string {
  if (TABLE_FILE.test(text)) return text;
  throw new InvalidArgumentError('It is the path of a protocol table, a file *.protocol.json.');
}

/**
 * Rules of the option `decode`, with schemas relative to the working directory. Commander calls this once per value.
 */
export function decodeRules(text: string, earlier: readonly string[] = []): readonly string[] {
  const rule = parseDecodeRule(text);
  if ('problem' in rule) throw new InvalidArgumentError(rule.problem);
  return [...earlier, withSchemaPath(text, (path) => resolve(path))];
}

/** The first and the last row, inclusive; without a last row, up to the end. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** Parses `10..20`, `10..`, `..20` or `10`. */
export function rowRange(text: string): RowRange {
  const match = /^(\d{0,15})(\.\.)?(\d{0,15})$/.exec(text);
  const [, from = '', dots, to = ''] = match ?? [];
  const range = {
    first: from === '' ? 0 : Number(from),
    last: dots === undefined ? Number(from) : to === '' ? Infinity : Number(to),
  };
  if (match === null || (from === '' && to === '') || range.first > range.last) {
    throw new InvalidArgumentError(
      'Write the rows as 10..20, 10.. or ..20, counted from 0, the smaller first.',
    );
  }
  return range;
}

/**
 * Splits `name=value`. The value may be empty, and may contain `=`.
 * @throws DuplexError `call.invalid` for any other text; its message does not repeat the text, which may hold a secret
 */
export function variable(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(equals, 0)).trim();
  if (!VARIABLE_NAME.test(name)) {
    throw new DuplexError('call.invalid', 'A variable is written with =, as in --var host=localhost:8080.');
  }
  return [name, text.slice(equals + 1)];
}
