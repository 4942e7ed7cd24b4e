import { compare, rangeInLine, type Position, type Range } from '../syntax/range.ts';
import { everyBlock } from '../syntax/everyBlock.ts';
import type { Role } from '../../protocol/protocolModule.ts';
import type { Request, RequestFile } from '../syntax/tree.ts';

/** The part of a request that a line is in. `head`: from the target to the first empty line. */
export type Zone = 'preamble' | 'head' | 'step' | 'payload';

/** The construct at the end of an unfinished line. A completion replaces `range`. */
export type LineContext =
  /** Within `{{`; `argument` is set if a blank follows a `$name`. */
  | { readonly kind: 'reference'; readonly range: Range; readonly text: string }
  | { readonly kind: 'referenceArgument'; readonly range: Range; readonly name: string }
  | {
      readonly kind: 'directiveName';
      readonly range: Range;
      readonly zone: Zone;
      readonly role: Role | 'proxy';
    }
  | {
      readonly kind: 'directiveArgument';
      readonly range: Range;
      readonly zone: Zone;
      readonly name: string;
      /** From the start of the argument to the cursor. */
      readonly text: string;
    }
  | { readonly kind: 'separator'; readonly range: Range; readonly role: Role }
  | { readonly kind: 'headerName'; readonly range: Range }
  | { readonly kind: 'headerValue'; readonly range: Range; readonly name: string }
  /** A place where a target is expected. */
  | { readonly kind: 'target'; readonly range: Range }
  /** After `<` or `<@`. */
  | { readonly kind: 'path'; readonly range: Range; readonly text: string };

/**
 * Determines the construct from the line and from the part of the request that the line is in, because the
 * parser often cannot read an unfinished line. Undefined if nothing can be proposed.
 */
export function lineContext(
  file: RequestFile,
  lineAt: (line: number) => string,
  { line, character }: Position,
): LineContext | undefined {
  const before = lineAt(line).slice(0, character);
  const from = (start: number): Range => rangeInLine(line, start, character);

  // Starts from the last braces: a pattern that searches for them would try each pair of a long line.
  const braces = before.lastIndexOf('{{');
  const reference = braces === -1 ? null : /^\{\{\s*([^\s{}]*)(\s+[^{}]*)?$/.exec(before.slice(braces));
  if (reference) {
    const [, name = '', argument] = reference;
    if (argument === undefined)
      return { kind: 'reference', range: from(character - name.length), text: name };
    const start = character - argument.trimStart().length;
    return name.startsWith('$') ? { kind: 'referenceArgument', range: from(start), name } : undefined;
  }
  const zone = zoneAt(file, lineAt, line);
  const directive = /^\s*(?:#+|\/\/+)\s*@([\w-]*)$/.exec(before);
  const block = blockAt(file, line);
  const role = block?.role ?? 'client';
  if (directive)
    return {
      kind: 'directiveName',
      range: from(character - directive[1]!.length),
      zone,
      role: block?.listen ? 'proxy' : role,
    };
  const argument = /^\s*(?:#+|\/\/+)\s*@([\w-]+)(?:\s+|\s*=\s*)(\S?.*)$/.exec(before);
  if (argument) {
    const [, name = '', text = ''] = argument;
    return { kind: 'directiveArgument', range: from(character - text.length), zone, name, text };
  }
  if (/^\s*(?:#|\/\/)/.test(before)) return undefined;
  const path = /^\s*<@?\s+(\S?.*)$/.exec(before);
  if (path && zone === 'step')
    return { kind: 'path', range: from(character - path[1]!.length), text: path[1]! };
  if (zone === 'step' || zone === 'payload')
    return /^={1,3}(?:\s*[\w-]*)$/.test(before) ? { kind: 'separator', range: from(0), role } : undefined;
  if (zone === 'head') {
    const header = /^\s*([^\s:]+):\s*(.*)$/.exec(before);
    if (header) return { kind: 'headerValue', range: from(character - header[2]!.length), name: header[1]! };
    const name = /^\s*([\w-]*)$/.exec(before);
    return name ? { kind: 'headerName', range: from(character - name[1]!.length) } : undefined;
  }
  const target = /^\s*(\w*)$/.exec(before);
  return target ? { kind: 'target', range: from(character - target[1]!.length) } : undefined;
}

/** The part of its request that a line is in. A line outside all requests is where one may begin. */
export function zoneAt(file: RequestFile, lineAt: (line: number) => string, line: number): Zone {
  const request = everyBlock(file)
    .filter(({ target }) => target.range.start.line < line)
    .at(-1);
  const next = file.blocks.find(({ range }) => range.start.line > (request?.range.start.line ?? -1));
  if (!request || (next && next.range.start.line <= line)) return 'preamble';
  // A proxy has no steps.
  if (request.listen) return 'head';
  let headEnd = request.target.range.end.line + 1;
  while (headEnd < line && lineAt(headEnd).trim() !== '' && !lineAt(headEnd).startsWith('===')) headEnd++;
  if (headEnd >= line && !lineAt(line).startsWith('===')) return 'head';
  const at = { line, character: 0 };
  const inPayload = request.steps.some(
    ({ range, payload }) =>
      payload !== undefined &&
      payload.range.start.line < line &&
      compare(at, { line: range.end.line + 1, character: 0 }) < 0,
  );
  return inPayload ? 'payload' : 'step';
}

/** The request or server whose block contains a line, even above its target. */
function blockAt(file: RequestFile, line: number): Request | undefined {
  return everyBlock(file)
    .filter(({ range }) => range.start.line <= line)
    .at(-1);
}
