import { jsonPathQuery } from '../search/compileJsonPath.ts';
import { fillTemplate } from '../request/condition/fillTemplate.ts';
import type { Condition, Subject } from '../request/syntax/conditionTree.ts';
import type { Problem } from '../request/syntax/diagnostic.ts';
import { judgeDirective } from '../request/plan/directives.ts';
import { stepLabel } from '../request/run/stepLabel.ts';
import type { Scope } from '../request/variables/scope.ts';
import {
  actPlan,
  fileMessage,
  takePlan,
  type Act,
  type ActPlan,
  type SendableMessage,
} from '../request/plan/stepPlan.ts';
import type { Directive, Step } from '../request/syntax/tree.ts';
import { replyOfCall, socketIoAct, type SocketIoCalls } from './socketIoStep.ts';
import type { Placeholders } from './placeholders.ts';
import type { Equality, SingularPath, ProgramAct, ProgramStep } from './program.ts';

export interface StepSources {
  readonly scope: Scope;
  readonly placeholders: Placeholders;
  /** Reads a file that the request names. @throws DuplexError if it cannot be read */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** The calls of the Socket.IO client; undefined for a program without a protocol. */
  readonly calls?: SocketIoCalls | undefined;
}

interface Failed {
  readonly problems: readonly Problem[];
}

/** The largest text in the source of a program. A longer one is replaced by a note. */
const MAX_TEXT = 1024 * 1024;

/** Describes a step with its variables filled in. Its captures apply from here on. */
export async function describeStep(
  step: Step,
  sources: StepSources,
): Promise<{ readonly step: ProgramStep } | Failed> {
  const { scope, placeholders } = sources;
  const problems = conditionProblems(step, sources);
  if (problems.length > 0) return { problems };
  const taken = takePlan(
    only(step, ({ name }) => name.text === 'within'),
    scope,
  );
  if (isFailed(taken)) return taken;
  const left: string[] = [];
  const conditions = (name: string): Equality[] =>
    step.directives.flatMap((directive) => {
      if (directive.name.text !== name || !directive.condition) return [];
      const equality = equalityOf(directive.condition, sources);
      if (!equality) left.push(`The condition ${written(directive)} is not checked.`);
      return equality ?? [];
    });
  const isReply = step.directives.some(({ name }) => name.text === 'reply');
  const { calls } = sources;
  const wait = step.separator?.wait && {
    within: 'plan' in taken ? (taken.plan.wait?.within ?? 0) : 0,
    conditions: [...(isReply && calls ? [replyOfCall(calls)] : []), ...conditions('where')],
  };
  const expects = conditions('expect');
  const captures = step.directives.flatMap(({ capture, ...directive }) => {
    if (!capture) return [];
    const place = placeOf(capture.subject, sources);
    scope.capture(capture.name.text, { text: placeholders.capture(capture.name.text) });
    if (!place) left.push(`The capture ${written(directive)} is left out: its variable stays empty.`);
    return [{ variable: placeholders.variable(capture.name.text), place: place ?? undefined }];
  });

  const verbs = step.directives.filter(({ name }) => judgeDirective(name.text).kind === 'otherVerb');
  for (const { name } of calls ? [] : verbs)
    left.push(`The verb @${name.text} is left out: a program of this kind does not speak its protocol.`);
  if (isReply && !calls)
    left.push('@reply is left out: a program of this kind does not know which message is the reply.');
  // The payload of a verb is not a message on its own.
  const said: Step = verbs.length > 0 ? { ...step, payload: undefined } : step;
  const planned = actPlan(said, scope);
  const act = isFailed(planned) ? undefined : await programAct(said, planned.plan.act, sources);
  // Bytes that depend on a captured value cannot be literals.
  if (!act || 'problems' in act) {
    const problems = act?.problems ?? (planned as Failed).problems;
    if (problems.length > 0 && !usesVariable(said, sources)) return { problems };
    left.push('The payload is left out: its bytes depend on a variable.');
  }
  if (act && 'act' in act && !act.act && said.directives.some(({ name }) => name.text === 'encode'))
    left.push('The payload is left out: a program of this kind does not compress it.');
  if (step.directives.some(({ name }) => name.text === 'echo'))
    left.push('@echo is left out: a program of this kind does not keep the message as it came.');
  const plan: Partial<ActPlan> = isFailed(planned) ? {} : planned.plan;
  const spoken = calls && socketIoAct(step, { scope, placeholders, calls }, plan.repeat?.count ?? 1);
  left.push(...(spoken?.left ?? []));
  return {
    step: {
      title: plan.label === undefined ? stepLabel(step) : shownText(plan.label, placeholders),
      wait,
      expects,
      captures: captures.flatMap(({ variable, place }) => (place ? [{ variable, place }] : [])),
      delay: plan.delay ?? 0,
      repeat: plan.repeat ?? { count: 1, every: 0 },
      act: spoken?.act ?? (act && 'act' in act ? act.act : undefined),
      left,
    },
  };
}

/**
 * Problems of conditions and captures. Those that depend on a variable of the program are checked when the request
 * runs.
 */
function conditionProblems(step: Step, { scope, placeholders }: StepSources): Problem[] {
  return step.directives.flatMap((directive) => {
    const taken = takePlan(
      only(step, (each) => each === directive),
      scope,
    );
    if (!isFailed(taken)) return [];
    const { subject, value } = {
      subject: undefined,
      value: undefined,
      ...directive.condition,
      ...directive.capture,
    };
    const texts = [subject?.argument, value].map((template) =>
      template ? fillTemplate(template, scope) : { text: '' },
    );
    return texts.some((each) => 'text' in each && placeholders.holds(each.text)) ? [] : taken.problems;
  });
}

function only(step: Step, keep: (directive: Directive) => boolean): Pick<Step, 'separator' | 'directives'> {
  return { separator: step.separator, directives: step.directives.filter(keep) };
}

function isFailed<T>(planned: { readonly plan: T } | Failed): planned is Failed {
  return 'problems' in planned;
}

/** The request has no problem, but its bytes are unknown until the program runs. */
const UNKNOWN: Failed = { problems: [] };

async function programAct(
  step: Step,
  act: Act,
  { scope, placeholders, readFile }: StepSources,
): Promise<{ readonly act: ProgramAct | undefined } | Failed> {
  /** Bytes that depend on a variable of the program are no literals; `describeStep` says so. */
  const unknown = (data: Uint8Array): boolean => placeholders.holds(new TextDecoder('latin1').decode(data));
  const message = ({
    kind,
    data,
    outside,
  }: SendableMessage): { readonly act: ProgramAct | undefined } | Failed => {
    if (outside) return { act: undefined };
    if (
      step.directives.some(({ name }) => name.text === 'encode') &&
      usesVariable(step, { scope, placeholders })
    )
      return UNKNOWN;
    if (kind === 'binary') return unknown(data) ? UNKNOWN : { act: { kind, data } };
    return {
      act: { kind, text: placeholders.words(new TextDecoder('utf-8', { ignoreBOM: true }).decode(data)) },
    };
  };
  switch (act.kind) {
    // Without a protocol no step has a verb; describeStep names what it omits.
    case 'nothing':
    case 'verb':
    case 'echo':
      return { act: undefined };
    case 'message':
      return message(act.message);
    case 'ping':
      return unknown(act.data) ? UNKNOWN : { act };
    case 'close':
      return { act: { ...act, reason: placeholders.words(act.reason) } };
    case 'file': {
      if (placeholders.holds(act.path)) return UNKNOWN;
      const data = act.as === 'text' ? await readFile(act.path) : undefined;
      if (!data || data.length > MAX_TEXT) return { act: { kind: 'file', path: act.path, as: act.as } };
      const read = fileMessage(step, data, act, scope);
      return 'problems' in read ? read : message(read.message);
    }
  }
}

/** Whether the payload depends on a value that the program reads itself. */
function usesVariable(
  { payload }: Step,
  { scope, placeholders }: Pick<StepSources, 'scope' | 'placeholders'>,
): boolean {
  if (payload?.kind !== 'text') return false;
  const resolved = scope.resolve(payload.text);
  return 'text' in resolved && placeholders.holds(resolved.text);
}

/** The condition as an equality that every language can check; undefined if it is another comparison. */
function equalityOf(condition: Condition, sources: StepSources): Equality | undefined {
  const { scope, placeholders } = sources;
  const { subject, operator, value, negation } = condition;
  const place = placeOf(subject, sources);
  const isEquality = operator.text === '==' || operator.text === '!=';
  if (!place || !isEquality || !value) return undefined;
  const filled = fillTemplate(value, scope);
  if (!('text' in filled)) return undefined;
  const text = filled.text.trim();
  const wording = value.parts
    .map((part) => (typeof part === 'string' ? part : `{{${part.name.text}}}`))
    .join('');
  const isNegated = (negation !== undefined) !== (operator.text === '!=');
  const shown = `${place === 'text' ? 'text' : subjectText(subject)} ${isNegated ? '!=' : '=='} ${wording}`;
  const common = { subject: place, isNegated, written: shown };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // A variable without quotes: its text is JSON at run time.
    return placeholders.holds(text) ? { ...common, value: { spelled: placeholders.words(text) } } : undefined;
  }
  if (typeof parsed === 'string') return { ...common, value: { text: placeholders.words(parsed) } };
  return place === 'text' || placeholders.holds(text) ? undefined : { ...common, value: { json: text } };
}

function subjectText({ of, alias, argument }: Subject): string {
  const root = of === 'jsonPath' ? '' : (alias ?? of);
  return (
    root +
    (argument?.parts ?? [])
      .map((part) => (typeof part === 'string' ? part : `{{${part.name.text}}}`))
      .join('')
  );
}

/** `text`, or the steps of a JSONPath that selects at most one value; undefined for everything else. */
function placeOf(
  { of, argument }: Subject,
  { scope, placeholders, calls }: StepSources,
): SingularPath | 'text' | undefined {
  // A program that speaks a protocol keeps units, not messages.
  if (calls && (of === 'name' || of === 'type')) return [of];
  if (of === 'text') return calls ? undefined : 'text';
  const isPath = calls ? of === 'payload' : of === 'jsonPath';
  if (!isPath || (!argument && !calls)) return undefined;
  const filled = argument ? fillTemplate(argument, scope) : { text: '' };
  if (!('text' in filled) || placeholders.holds(filled.text)) return undefined;
  const query = jsonPathQuery(of === 'payload' ? `$${filled.text}` : filled.text);
  if (!query.singularQuery()) return undefined;
  const place = query.segments.map(({ selectors: [only] }) => {
    const selector = only as { readonly name?: string; readonly index?: number };
    return selector.name ?? selector.index!;
  });
  return calls ? ['payload', ...place] : place;
}

/** A text for a comment: variables by name, so that it contains no secret and no placeholder. */
function shownText(text: string, placeholders: Placeholders): string {
  return placeholders
    .words(text)
    .map((word) => (typeof word === 'string' ? word : `{{${word.name}}}`))
    .join('');
}

function written({ name, argument }: Pick<Directive, 'name' | 'argument'>): string {
  const parts = argument?.parts ?? [];
  return `@${name.text} ${parts.map((part) => (typeof part === 'string' ? part : `{{${part.name.text}}}`)).join('')}`;
}
