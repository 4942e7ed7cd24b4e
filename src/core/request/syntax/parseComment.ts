import { HANDSHAKE_SUBJECTS } from './conditionTree.ts';
import { judgeDirective, type DirectivePlace } from './directives.ts';
import { directiveForm, isComment, type ScriptForm } from './lineForms.ts';
import { indentation, type Line } from './lines.ts';
import { wholeLine, type ParseContext } from './parseContext.ts';
import { parseCapture, parseCondition } from './parseCondition.ts';
import { rangeInLine } from './range.ts';
import { scanTemplate, type Template } from './template.ts';
import type { Comment, Directive, Script } from './tree.ts';

/** Where a comment line stands; a directive belongs above a target or above a payload only. */
type CommentPlace = DirectivePlace | 'headers' | 'payload';

/** The line as a comment or a directive; undefined where it is neither. Reports what is wrong with a directive. */
export function parseComment(
  context: ParseContext,
  line: Line,
  place: CommentPlace,
): Comment | Directive | undefined {
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
  const hasArgument = argumentEnd > argumentAt;
  const scanned = scanTemplate(line.text.slice(argumentAt, argumentEnd), line.number, argumentAt);
  const argument = hasArgument
    ? { range: rangeInLine(line.number, argumentAt, argumentEnd), parts: scanned.parts }
    : undefined;
  const plain = {
    kind: 'directive',
    range,
    name,
    argument,
    condition: undefined,
    capture: undefined,
  } as const;
  if (!judge(context, plain, place)) return plain;
  for (const { code, range: at, message } of scanned.problems) context.report('error', code, at, message);
  if (!argument || scanned.problems.length > 0) return plain;
  return withMeaning(context, plain, line.text, argument, place);
}

/** A condition or a capture, read further. */
function withMeaning(
  context: ParseContext,
  directive: Directive,
  source: string,
  argument: Template,
  place: CommentPlace,
): Directive {
  const { text: name } = directive.name;
  if (name === 'capture') {
    const capture = parseCapture(source, argument);
    if (!('code' in capture)) return { ...directive, capture };
    context.report('error', capture.code, capture.range, capture.message);
  } else if (name === 'where' || name === 'expect') {
    const condition = parseCondition(source, argument);
    if ('code' in condition) {
      context.report('error', condition.code, condition.range, condition.message);
      return directive;
    }
    if (place === 'request' && !HANDSHAKE_SUBJECTS.has(condition.subject.of))
      context.report(
        'error',
        'condition.subject',
        condition.subject.range,
        'Above the target only the handshake can be looked at: write status, subprotocol or header <name>, or move this line to a step.',
      );
    return { ...directive, condition };
  }
  return directive;
}

/** @returns whether it means something here */
function judge(context: ParseContext, directive: Directive, place: CommentPlace): boolean {
  const { name, range, argument } = directive;
  const verdict = judgeDirective(name.text);
  if (verdict.kind === 'foreign') {
    context.report('information', 'directive.foreign', range, verdict.message);
    return false;
  }
  if (verdict.kind !== 'known') {
    context.report('error', `directive.${verdict.kind}`, range, verdict.message);
    return false;
  }
  const { places, argument: wanted } = verdict.rule;
  if (place === 'headers' || place === 'payload' || !places.includes(place)) {
    const home = places.includes('request') ? 'above the target' : 'directly above the payload of a step';
    const message = `@${name.text} has no effect here: move it ${home}, or remove the @ of a comment.`;
    context.report('error', 'directive.misplaced', range, message);
    return false;
  }
  if (wanted === 'needed' && argument === undefined)
    context.report(
      'error',
      'directive.argument',
      range,
      `@${name.text} needs a value: write it after the name.`,
    );
  if (wanted === 'none' && argument !== undefined)
    context.report(
      'error',
      'directive.argument',
      argument.range,
      `@${name.text} takes no value: remove what follows it.`,
    );
  return true;
}

/** Reports directives of which one says something else than another. */
export function reportRepeated(context: ParseContext, directives: readonly Directive[]): void {
  const seen = new Set<string>();
  for (const { name, range } of directives) {
    const verdict = judgeDirective(name.text);
    if (verdict.kind !== 'known' || verdict.rule.repeatable) continue;
    if (seen.has(name.text))
      context.report(
        'error',
        'directive.repeated',
        range,
        `@${name.text} is given twice: remove one of them.`,
      );
    seen.add(name.text);
  }
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
      `This script is not closed and takes in all that follows: end it with a line ${form === 'untilPercent' ? '%}' : '}}'}, or start the line with a backslash to send it.`,
    );
  return { kind: 'script', range };
}
