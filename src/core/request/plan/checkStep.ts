import { HANDSHAKE_SUBJECTS, UNIT_SUBJECTS } from '../syntax/conditionTree.ts';
import { UNIT_TYPES } from '../../../shared/units.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Range } from '../syntax/range.ts';
import type { Role } from '../../protocol/protocolModule.ts';
import { takesMessage } from '../syntax/everyBlock.ts';
import { literalText } from '../syntax/template.ts';
import type { Directive, Request, RequestFileKind, Step } from '../syntax/tree.ts';
import { checkDirectives, type Report } from './checkDirectives.ts';
import { settledProtocol, canStandBeside, stepVerb, verbsOf, type StatedProtocol } from './stepVerb.ts';

/** The separator to write above a step that needs a message. */
const WAITS = {
  client: '=== wait-for-server',
  server: '=== wait-for-client or === on-message',
} as const;

/** The directives that select the message a step waits for, and limit the time. */
const WAITING: ReadonlySet<string> = new Set(['where', 'within', 'none', 'reply']);

/** Reports errors in the directives of a request's steps, and parts of a step that contradict each other. */
export function checkSteps(
  { steps, role }: Pick<Request, 'steps' | 'role'>,
  kind: RequestFileKind,
  report: Report,
  stated: StatedProtocol,
): void {
  for (const step of steps) {
    checkDirectives(step.directives, role === 'server' ? 'serverStep' : 'step', kind, report, stated);
    checkStep(step, report, stated, role);
  }
}

function checkStep(
  { separator, directives, payload }: Pick<Step, 'separator' | 'directives' | 'payload'>,
  report: Report,
  stated: StatedProtocol,
  role: Role,
): void {
  const stepProtocol = settledProtocol(stated);
  if (!stated) for (const directive of directives) checkWithoutProtocol(directive, report);
  for (const directive of directives) checkUnitType(directive, report);
  if (!takesMessage(separator))
    for (const directive of directives) checkWithoutWait(directive, report, WAITS[role]);
  const find = (name: string): Directive | undefined => directives.find((each) => each.name.text === name);
  const conflict = (range: Range, message: string): void =>
    report('error', 'directive.conflict', range, message);

  const judged = find('none') && directives.find((each) => each.name.text !== 'where' && needsMessage(each));
  if (judged)
    conflict(
      judged.range,
      `With @none there is no message for @${judged.name.text} to judge: describe the unwanted message with @where, or remove @none.`,
    );
  const verb = stepVerb({ directives }, stepProtocol);
  for (const other of verb?.beside ?? []) {
    const spec = verbsOf(stepProtocol!).find(({ name }) => name === other.name.text)!;
    if (!canStandBeside(spec, verb!.spec))
      conflict(
        other.range,
        `A step sends one thing, and this one sends @${verb!.spec.name}: give @${other.name.text} a step of its own, below a line ===.`,
      );
    else if (other.argument)
      conflict(
        other.argument.range,
        `Beside @${verb!.spec.name}, @${other.name.text} takes no value: remove what follows it.`,
      );
  }
  const [echo, ping, close, repeat] = ['echo', 'ping', 'close', 'repeat'].map(find);
  const [binary, escape, encode] = ['binary', 'escape', 'encode'].map(find);
  const acts = [echo, ping, close].filter((act) => act !== undefined);
  if (acts.length > 1)
    conflict(
      acts.reduce(later).range,
      'A step does one thing (send, ping or close): give the other one a step of its own.',
    );
  for (const act of acts)
    if (payload || verb)
      conflict(
        act.range,
        `A step does one thing, and this one sends a message: give @${act.name.text} a step of its own, below a line ===.`,
      );
  if (repeat && close) conflict(repeat.range, 'A connection closes once: remove @repeat, or the @close.');
  // If the protocol is not known yet, its directives in a step are checked when the request runs.
  else if (stated === 'unsettled') return;
  else if (repeat && !payload && !ping && !echo && !verb)
    conflict(repeat.range, '@repeat has no message to repeat: write one below it, or remove it.');
  for (const form of [binary, escape, encode]) {
    if (!form) continue;
    const name = `@${form.name.text}`;
    if (verb && form !== escape && verb.spec.body !== 'bytes')
      conflict(form.range, `The payload of @${verb.spec.name} is text: remove ${name}.`);
    else if (!payload)
      conflict(form.range, `${name} says how the message is written, and there is none: write one below.`);
    else if (payload.kind === 'file' && payload.as === 'binary')
      conflict(
        form.range,
        `The bytes of a file are sent as they are: remove ${name}, or write <@ to send its text.`,
      );
  }
  for (const other of [binary, escape])
    if (encode && other)
      conflict(
        later(encode, other).range,
        `@encode makes the bytes of the message from JSON: remove @${other.name.text}, or the @encode.`,
      );
  if (binary && escape)
    conflict(
      later(binary, escape).range,
      'Hexadecimal digits and base64 have no escapes: remove @escape, or the @binary.',
    );
}

function isAboutMessage({ condition, capture }: Directive): boolean {
  const subject = condition?.subject ?? capture?.subject;
  return subject !== undefined && !HANDSHAKE_SUBJECTS.has(subject.of);
}

/** Whether a directive uses the message that its step took. */
function needsMessage(directive: Directive): boolean {
  return directive.name.text === 'echo' || isAboutMessage(directive);
}

function checkWithoutWait(directive: Directive, report: Report, remedy: string): void {
  const { name, range } = directive;
  if (WAITING.has(name.text))
    report(
      'error',
      'step.wait',
      range,
      `@${name.text} belongs to a wait, and this step waits for none: put ${remedy} above it.`,
    );
  else if (needsMessage(directive))
    report(
      'error',
      'step.wait',
      range,
      `@${name.text} uses the message that its step took, and this step waits for none: put ${remedy} above it.`,
    );
}

/** Reports directives that need a protocol, in a step of a request that names none. */
function checkWithoutProtocol({ name, range, condition, capture }: Directive, report: Report): void {
  const subject = condition?.subject ?? capture?.subject;
  const is = name.text === 'reply' ? '@reply' : subject && UNIT_SUBJECTS.has(subject.of) && subject.of;
  if (is)
    report(
      'error',
      'condition.subject',
      subject?.range ?? range,
      `Only a protocol knows ${is}: name it with # @protocol above the target.`,
    );
}

/** A type that no unit has, so the wait would never end. */
function checkUnitType({ condition }: Directive, report: Report): void {
  if (condition?.subject.of !== 'type' || !condition.value) return;
  const { text: operator } = condition.operator;
  const written = literalText(condition.value);
  const type = operator === '==' || operator === '!=' ? /^\s*"(.*)"\s*$/.exec(written ?? '')?.[1] : undefined;
  if (type !== undefined && !(UNIT_TYPES as readonly string[]).includes(type))
    report(
      'error',
      'condition.value',
      condition.value.range,
      `No unit has the type ${excerpt(type)}: write one of ${UNIT_TYPES.join(', ')}.`,
    );
}

function later(a: Directive, b: Directive): Directive {
  return a.range.start.line > b.range.start.line ? a : b;
}
