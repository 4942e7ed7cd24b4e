import { escapeLeading } from '../../../../../src/core/request/syntax/lineForms.ts';
import {
  directiveLine,
  headerLine,
  requestSeparatorLine,
  stepSeparatorLine,
  targetLine,
  variableLine,
} from '../../../../../src/core/request/print/printLines.ts';
import { separatorWord } from '../../../../../src/core/request/syntax/everyBlock.ts';
import type { Template } from '../../../../../src/core/request/syntax/template.ts';
import type { Block, Directive, RequestFile, Step } from '../../../../../src/core/request/syntax/tree.ts';

/** In the place of comments and scripts: a block or a step may hold nothing else. */
const EMPTY_COMMENT = '#';

/**
 * A request file that is read as the same tree, but for ranges, comments and scripts, which the tree does not hold. Only
 * what was read without an error has a form that it can be written in.
 */
export function printRequestFile({ blocks }: Pick<RequestFile, 'blocks'>): string {
  return blocks.map((block, index) => `${blockLines(block, index).join('\n')}\n`).join('\n');
}

function blockLines({ separator, preamble, request }: Block, index: number): string[] {
  const lines = separator || index > 0 ? [requestSeparatorLine(separator?.title?.text)] : [];
  for (const node of preamble) {
    if (node.kind === 'variable') lines.push(variableLine(node.name.text, written(node.value)));
    else if (node.kind === 'directive') lines.push(printDirective(node));
    else lines.push(EMPTY_COMMENT);
  }
  if (!request) return lines;
  const { target, listen, headers, comments, steps } = request;
  const url = `${listen ? `${written(listen)} -> ` : ''}${written(target.url)}`;
  lines.push(targetLine(target.keyword?.text, url, target.version?.text));
  if (listen) for (const node of comments) if (node.kind === 'directive') lines.push(printDirective(node));
  for (const { name, value } of headers) lines.push(headerLine(name.text, written(value)));
  for (const step of steps) for (const line of stepLines(step)) lines.push(line);
  return lines;
}

function stepLines({ separator, directives, asides, payload }: Step): string[] {
  const lines = [separator ? stepSeparatorLine(separatorWord(separator)) : ''];
  if (asides.length > 0) lines.push(EMPTY_COMMENT);
  for (const directive of directives) lines.push(printDirective(directive));
  if (payload?.kind === 'text')
    for (const line of written(payload.text).split('\n')) lines.push(escapeLeading(line));
  else if (payload) lines.push(`${payload.as === 'text' ? '<@' : '<'} ${written(payload.path)}`);
  return lines;
}

function printDirective({ name, argument }: Directive): string {
  return directiveLine('#', name.text, argument ? written(argument) : '');
}

/** The template as it is written: references in braces, braces of its text with a backslash before them. */
function written({ parts }: Template): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part.replaceAll('{{', '\\{{');
      const { name, argument } = part;
      return argument ? `{{${name.text} ${argument.text}}}` : `{{${name.text}}}`;
    })
    .join('');
}
