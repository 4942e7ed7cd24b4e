import { isBlank } from '../syntax/lines.ts';
import { parseRequestFile } from '../syntax/parseRequestFile.ts';
import {
  continuationLine,
  directiveLine,
  headerLine,
  requestSeparatorLine,
  stepSeparatorLine,
  targetLine,
  variableLine,
} from './printLines.ts';
import { separatorWord } from '../syntax/everyBlock.ts';
import type { Range } from '../syntax/range.ts';
import { equalRequestFiles } from '../syntax/equalRequestFiles.ts';
import type { Template } from '../syntax/template.ts';
import type {
  Block,
  Comment,
  Directive,
  FileVariable,
  Header,
  RequestFileKind,
  Step,
  Target,
} from '../syntax/tree.ts';

/**
 * Formats a request file: one blank as separator, no indentation above payloads, one empty line instead of several (two
 * between requests), no empty lines at the edges or beside === (httpYac would send them). Payloads, scripts, requests
 * of other protocols and unreadable lines stay as they are. Formatting is idempotent.
 */
export function formatRequestFile(source: string, kind: RequestFileKind = 'ws'): string {
  const file = parseRequestFile(source, kind);
  const mark = source.startsWith('\uFEFF') ? '\uFEFF' : '';
  const end = /\r\n|\r|\n/.exec(source)?.[0] ?? '\n';
  const written = source.slice(mark.length).split(/\r\n|\r|\n/);
  const layout = createLayout(written);
  for (const block of file.blocks) layOutBlock(layout, block, kind);
  const formatted = mark + layout.lines().join(end);
  // Formatting must never change what a file does, so anything that would be read differently stays as it is.
  return equalRequestFiles(file, parseRequestFile(formatted, kind)) ? formatted : source;
}

interface Layout {
  /** The text of a single-line range. */
  text(range: Range): string;
  replace(line: number, text: string): void;
  /** Lines that stay as they are, including empty ones. */
  keep(range: Range): void;
  /** Removes the empty lines from here up to a line. */
  close(from: number, to: number): void;
  lines(): string[];
}

function createLayout(written: readonly string[]): Layout {
  const replaced = new Map<number, string>();
  const kept = new Set<number>();
  const closed = new Set<number>();
  return {
    text: ({ start, end }) => written[start.line]!.slice(start.character, end.character),
    replace: (line, text) => void replaced.set(line, text),
    keep({ start, end }) {
      for (let line = start.line; line <= end.line; line++) kept.add(line);
    },
    close(from, to) {
      for (let line = from; line < to; line++) closed.add(line);
    },
    lines() {
      const lines: string[] = [];
      let blanks = 0;
      written.forEach((text, number) => {
        if (isBlank(text) && !kept.has(number)) {
          if (!closed.has(number)) blanks++;
          return;
        }
        const line = replaced.get(number) ?? text;
        const most = line.startsWith('###') && !kept.has(number) ? 2 : 1;
        if (lines.length > 0) for (let empty = Math.min(blanks, most); empty > 0; empty--) lines.push('');
        blanks = 0;
        lines.push(line);
      });
      lines.push('');
      return lines;
    },
  };
}

function layOutBlock(
  layout: Layout,
  { separator, preamble, request, range }: Block,
  kind: RequestFileKind,
): void {
  // In .http files all other blocks belong to other extensions.
  if (kind === 'http' && !request) return layout.keep(range);
  if (separator) layout.replace(separator.range.start.line, requestSeparatorLine(separator.title?.text));
  for (const node of preamble) {
    if (node.kind === 'script') layout.keep(node.range);
    else layOutNode(layout, node);
  }
  if (!request) return;
  if (request.listen) {
    const [listen, target] = [request.listen, request.target.url].map(({ range }) => layout.text(range));
    layout.replace(request.target.range.start.line, targetLine('PROXY', `${listen} -> ${target}`, undefined));
  } else layOutTarget(layout, request.target);
  for (const node of [...request.headers, ...request.comments]) layOutNode(layout, node);
  for (const step of request.steps) layOutStep(layout, step, request.steps[step.index - 1]);
}

function layOutStep(layout: Layout, step: Step, before: Step | undefined): void {
  const { separator, directives, asides, payload, range } = step;
  if (separator) {
    const { line } = separator.range.start;
    layout.replace(line, stepSeparatorLine(separatorWord(separator), separator.comment?.text));
    if (before) layout.close(before.payload?.range.end.line ?? before.range.start.line, line);
    layout.close(line, payload?.range.start.line ?? range.end.line);
  }
  for (const directive of directives) layOutNode(layout, directive);
  for (const aside of asides) if (aside.kind === 'script') layout.keep(aside.range);
  if (payload) layout.keep(payload.range);
}

function layOutNode(layout: Layout, node: Comment | Directive | FileVariable | Header): void {
  const { line } = node.range.start;
  switch (node.kind) {
    case 'comment':
      return layout.replace(line, layout.text(node.range).trim());
    case 'variable':
      return layout.replace(line, variableLine(node.name.text, layout.text(node.value.range)));
    case 'header':
      return layout.replace(line, headerLine(node.name.text, layout.text(node.value.range)));
    case 'directive':
      return layout.replace(line, formattedDirective(layout, node));
  }
}

function formattedDirective(
  layout: Layout,
  { range, name, argument, condition, capture }: Directive,
): string {
  const mark = layout.text(range).trimStart().startsWith('#') ? '#' : '//';
  const text = (template: Template | undefined): string[] => (template ? [layout.text(template.range)] : []);
  if (condition) {
    const { subject, negation, operator, value } = condition;
    const words = [layout.text(subject.range), ...(negation ? ['not'] : []), operator.text, ...text(value)];
    return directiveLine(mark, name.text, words.join(' '));
  }
  if (capture)
    return directiveLine(mark, name.text, `${capture.name.text} = ${layout.text(capture.subject.range)}`);
  return directiveLine(mark, name.text, text(argument).join(''));
}

function layOutTarget(layout: Layout, { keyword, url, continuation, version, range }: Target): void {
  const { line } = range.start;
  const urlEnd = continuation.length > 0 ? undefined : url.range.end;
  const first = layout.text({ start: { line, character: 0 }, end: { line, character: Infinity } });
  const urlAt = url.range.start.line === line ? url.range.start.character : first.length;
  const urlTo = urlEnd?.line === line ? urlEnd.character : (version?.range.start.character ?? first.length);
  layout.replace(line, targetLine(keyword?.text, first.slice(urlAt, urlTo).trim(), version?.text));
  for (const { range: at, text } of continuation) layout.replace(at.start.line, continuationLine(text));
}
