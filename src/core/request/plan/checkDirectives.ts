import { HANDSHAKE_SUBJECTS } from '../syntax/conditionTree.ts';
import type { Diagnostic, DiagnosticCode, Severity } from '../syntax/diagnostic.ts';
import type { Range } from '../syntax/range.ts';
import { literalText } from '../syntax/template.ts';
import type { Directive, RequestFileKind } from '../syntax/tree.ts';
import type { StatedProtocol } from './stepVerb.ts';
import { judgeDirective, type DirectivePlace, type DirectiveRule } from './directives.ts';

/** Where a directive stands. Among headers and in a payload it has no effect. */
export type CommentPlace = DirectivePlace | 'headers' | 'payload';

/** Receives each diagnostic. */
export type Report = (severity: Severity, code: DiagnosticCode, range: Range, message: string) => void;

/** Collects diagnostics. */
export function createDiagnosticReport(diagnostics: Diagnostic[]): Report {
  return (severity, code, range, message) => void diagnostics.push({ severity, code, range, message });
}

/** Reports the errors of each directive of one place, and duplicates. */
export function checkDirectives(
  directives: readonly Directive[],
  place: CommentPlace,
  kind: RequestFileKind,
  report: Report,
  stated?: StatedProtocol,
): void {
  const seen = new Set<string>();
  for (const directive of directives) {
    const { name, range } = directive;
    const verdict = judgeDirective(name.text, stated);
    switch (verdict.kind) {
      case 'foreign':
        report('information', 'directive.foreign', range, verdict.message);
        break;
      case 'unknown': {
        // Other clients have their own directives, above all in their own files.
        const isError = (verdict.isNear && kind === 'ws') || (stated !== undefined && isStep(place));
        report(isError ? 'error' : 'warning', 'directive.unknown', range, verdict.message);
        break;
      }
      case 'otherVerb': {
        const isError = kind === 'ws' || stated !== undefined;
        report(isError ? 'error' : 'warning', 'verb.unknown', range, verdict.message);
        break;
      }
      case 'verb':
        if (!isStep(place))
          report('error', 'directive.misplaced', range, misplaced(name.text, ['step'], place));
        else if (seen.has(name.text))
          report('error', 'directive.repeated', range, `@${name.text} is given twice: remove one of them.`);
        for (const { code, range: at, message } of directive.problems ?? [])
          report('error', code, at, message);
        seen.add(name.text);
        break;
      case 'known':
        checkKnown(directive, verdict.rule, place, report, stated);
        if (!verdict.rule.repeatable && seen.has(name.text))
          report('error', 'directive.repeated', range, `@${name.text} is given twice: remove one of them.`);
        seen.add(name.text);
    }
  }
}

function checkKnown(
  directive: Directive,
  rule: DirectiveRule,
  place: CommentPlace,
  report: Report,
  stated: StatedProtocol,
): void {
  const { name, range, argument, problems = [], condition } = directive;
  const isMisplaced = place === 'headers' || place === 'payload' || !rule.places.includes(place);
  if (isMisplaced || (name.text === 'header' && isStep(place) && !stated)) {
    report('error', 'directive.misplaced', range, misplaced(name.text, rule.places, place));
    return;
  }
  if (rule.argument === 'needed' && argument === undefined)
    report('error', 'directive.argument', range, `@${name.text} needs a value: write it after the name.`);
  if (rule.argument === 'none' && argument !== undefined)
    report(
      'error',
      'directive.argument',
      argument.range,
      `@${name.text} takes no value: remove what follows it.`,
    );
  for (const { code, range: at, message } of problems) report('error', code, at, message);
  if (place === 'request' && condition && !HANDSHAKE_SUBJECTS.has(condition.subject.of))
    report(
      'error',
      'condition.subject',
      condition.subject.range,
      'Above the target a condition is about the handshake: write status, subprotocol or header <name>, or move this line to a step.',
    );
  if (name.text === 'disabled' && argument && disabledBy(directive) === undefined)
    report(
      'warning',
      'directive.argument',
      argument.range,
      'Expressions are not evaluated here, so the request runs: write @disabled alone, or with true or false.',
    );
}

function isStep(place: CommentPlace): boolean {
  return place === 'step' || place === 'serverStep';
}

function misplaced(name: string, places: readonly DirectivePlace[], place: CommentPlace): string {
  if (name === 'fault')
    return '@fault belongs to a proxy: write it in a block with PROXY ws://127.0.0.1:8081 -> wss://host.';
  if (place === 'proxy' && places.every((each) => each === 'step' || each === 'serverStep'))
    return `@${name} belongs to a step, and a proxy has none: remove it.`;
  if (place === 'proxy' && name === 'status')
    return '@status belongs to a server: a proxy refuses handshakes with # @fault refuse 503.';
  if (place === 'proxy')
    return `@${name} is set by the clients of a proxy, or is not available in one: remove it.`;
  if ((place === 'server' || place === 'serverStep') && !places.some((each) => each.startsWith('server')))
    return `@${name} is for connecting to a server, and this block is a server: remove it.`;
  const isOfListener = places.every((each) => each.startsWith('server') || each === 'proxy');
  const listener = places.includes('proxy') ? 'SERVE or PROXY' : 'SERVE';
  if (isOfListener && (place === 'request' || place === 'step' || place === 'defaults'))
    return `@${name} belongs to ${places.includes('proxy') ? 'a server or a proxy' : 'a server'}: write it in a block with ${listener} instead of WEBSOCKET.`;
  if (name === 'header')
    return 'Headers of one request stand below its target, without # @header: @header gives headers to all requests, in a first block that has no target.';
  if (place === 'defaults')
    return places.includes('request')
      ? `@${name} belongs to one request, and this block has none: move it above the target of its request.`
      : `@${name} belongs to a step, and this block has no target: write a target such as WEBSOCKET ws://host/path.`;
  const isAbove = place === 'server' ? false : places.includes('request') || places.includes('server');
  const home = isAbove ? 'above the target' : 'directly above the payload of a step';
  // The owner of these headers or this payload is not known here.
  const owner = isOfListener ? ` of a block with ${listener}` : '';
  const gap = place === 'headers' && places.some(isStep) ? ', below an empty line' : '';
  return `@${name} has no effect here: move it ${home}${owner}${gap}, or remove the @ of a comment.`;
}

/** Whether `@disabled` switches its request off; undefined for an expression that only another client evaluates. */
function disabledBy({ argument }: Directive): boolean | undefined {
  const text = argument ? literalText(argument)?.trim().toLowerCase() : 'true';
  if (text === 'true' || text === 'false') return text === 'true';
  return undefined;
}

/** Whether `# @disabled` switches a request off: it is listed, and a run skips it. */
export function isDisabled(directives: readonly Directive[]): boolean {
  return directives.some((directive) => directive.name.text === 'disabled' && disabledBy(directive) === true);
}
