import { directiveForm, isComment, type ScriptForm } from './lineForms.ts';
import { indentation, type Line } from './lines.ts';
import { wholeLine, type ParseContext } from './parseContext.ts';
import { parseCapture, parseCondition } from './parseCondition.ts';
import { parseFault } from './parseFault.ts';
import { rangeInLine, textInLine } from './range.ts';
import { scanTemplate, type Template } from './template.ts';
import type { Comment, Directive, Header, Script } from './tree.ts';

/** Parses a comment or a directive; undefined if the line is neither. The meaning of a directive is not checked. */
export function parseComment(context: ParseContext, line: Line): Comment | Directive | undefined {
  if (!isComment(line.text)) return undefined;
  const range = wholeLine(line);
  const form = directiveForm(line);
  if (form === undefined) {
    if (line.text.startsWith('###', indentation(line.text)))
      context.report(
        'hint',
        'portability',
        range,
        'httpYac starts another request here; for this line to separate requests everywhere, start it with ###.',
      );
    return { kind: 'comment', range };
  }
  const { name, argumentAt, argumentEnd } = form;
  const plain = {
    kind: 'directive',
    range,
    name,
    argument: undefined,
    condition: undefined,
    capture: undefined,
  } as const;
  if (argumentEnd <= argumentAt) return plain;
  const { parts, problems } = scanTemplate(line.text.slice(argumentAt, argumentEnd), line.number, argumentAt);
  const argument = { range: rangeInLine(line.number, argumentAt, argumentEnd), parts };
  const directive: Directive = { ...plain, argument };
  return problems.length > 0 ? { ...directive, problems } : withForm(directive, line, argument);
}

/** Parses the arguments of directives that have their own syntax. */
function withForm(directive: Directive, line: Line, argument: Template): Directive {
  switch (directive.name.text) {
    case 'capture': {
      const capture = parseCapture(line.text, argument);
      return 'code' in capture ? { ...directive, problems: [capture] } : { ...directive, capture };
    }
    case 'where':
    case 'expect': {
      const condition = parseCondition(line.text, argument);
      return 'code' in condition ? { ...directive, problems: [condition] } : { ...directive, condition };
    }
    case 'fault': {
      const fault = parseFault(line.text, argument);
      return 'code' in fault ? { ...directive, problems: [fault] } : { ...directive, fault };
    }
    case 'header': {
      const { start, end } = argument.range;
      const header = headerIn(line, start.character, end.character);
      if (header) return { ...directive, header };
      const message = 'This is not a header: write it as in # @header Name: value.';
      return { ...directive, problems: [{ code: 'header.invalid', range: argument.range, message }] };
    }
    default:
      return directive;
  }
}

/**
 * Parses `Name: value` between two characters of a line, or returns undefined. Problems of its value are not reported.
 */
export function headerIn(line: Line, from: number, to: number): Header | undefined {
  const { text, number } = line;
  const colon = text.slice(0, to).indexOf(':', from);
  const nameEnd = colon === -1 ? 0 : text.slice(0, colon).trimEnd().length;
  if (nameEnd <= from) return undefined;
  const valueAt = Math.min(colon + 1 + indentation(text.slice(colon + 1, to)), to);
  const { parts } = scanTemplate(text.slice(valueAt, to), number, valueAt);
  return {
    kind: 'header',
    range: rangeInLine(number, from, to),
    name: textInLine(number, text, from, nameEnd),
    value: { range: rangeInLine(number, valueAt, to), parts },
  };
}

/** Takes the lines of a script that another client would run, and reports them. */
export function parseScript(context: ParseContext, form: ScriptForm): Script {
  const first = context.take();
  const ends = (text: string): boolean =>
    form === 'line' || (form === 'untilPercent' ? text.includes('%}') : text.trim() === '}}');
  let closed = form === 'line';
  while (!closed) {
    const line = context.lines.peek();
    if (line === undefined || line.text.startsWith('###')) break;
    closed = ends(context.take().text);
  }
  const range = { start: wholeLine(first).start, end: context.end };
  if (closed)
    context.report(
      'warning',
      'script.foreign',
      range,
      'Scripts of other clients are neither run nor sent: keep this for those clients, or remove it.',
    );
  else
    context.report(
      'error',
      'script.unclosed',
      wholeLine(first),
      `This script is not closed and extends to the next ### line or the end of the file: end it with a line ${form === 'untilPercent' ? '%}' : '}}'}, or start the line with a backslash to send it.`,
    );
  return { kind: 'script', range };
}
