import { MAX_CONTROL_PAYLOAD } from '../../../shared/limits.ts';
import { draftToMessage } from '../../format/draft.ts';
import { invalidCloseCode, invalidCloseReason } from '../../session/options/validate.ts';
import { compileCondition, type CompiledCondition } from '../condition/compileCondition.ts';
import { compileSubject, type CompiledSubject } from '../condition/subjectValues.ts';
import type { DiagnosticCode, Problem } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { takesMessage } from '../syntax/everyBlock.ts';
import { encodeBody, type OutsideEncoding } from './encodeBody.ts';
import type { Range } from '../syntax/range.ts';
import type { Scope } from '../variables/scope.ts';
import { fileText, stepMessage } from './stepMessage.ts';
import { literalText, type Template } from '../syntax/template.ts';
import type { VerbCall, VerbSpec } from '../../protocol/verb.ts';
import type { Directive, Step } from '../syntax/tree.ts';
import { callProblem, stepVerb, verbLine, type StepProtocol, type StepVerb } from './stepVerb.ts';
import { unescapeParts } from './unescapeText.ts';
import { parseDuration } from '../../text/units.ts';

/** Milliseconds that a step waits without `@within`. */
const DEFAULT_WITHIN = 10_000;

/** The longest delay that a timer supports, in milliseconds. */
const MAX_DURATION = 2 ** 31 - 1;

const MAX_REPEAT = 10_000_000;

/**
 * The message that a step takes before it acts, with its checks and captures: the first part of the step's
 * effect.
 */
export interface TakePlan {
  readonly wait:
    | {
        readonly where: readonly CompiledCondition[];
        /** Milliseconds; Infinity: a server waits as long as the client is connected. */
        readonly within: number;
        /** Whether the step passes if no matching message comes. */
        readonly isNone: boolean;
        /** Whether only the reply to the last call of the request is taken. */
        readonly isReply: boolean;
        /** Whether units of type `control` may be taken. */
        readonly takesControl: boolean;
      }
    | undefined;
  readonly expects: readonly CompiledCondition[];
  readonly captures: readonly {
    readonly name: string;
    readonly subject: CompiledSubject;
    readonly range: Range;
  }[];
}

/** What a step does after its wait; files are not read yet. */
export interface ActPlan {
  readonly label: string | undefined;
  readonly delay: number;
  readonly repeat: { readonly count: number; readonly every: number };
  /** The clients of a server that receive it. */
  readonly to: Audience;
  readonly act: Act;
}

/** `one`: only the client of the connection. */
export type Audience = 'one' | 'all' | 'others';

export type Act =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'message'; readonly message: SendableMessage }
  | { readonly kind: 'file'; readonly path: string; readonly as: 'binary' | 'text'; readonly range: Range }
  /** A `call` has no body yet if the body is a file. */
  | {
      readonly kind: 'verb';
      readonly spec: VerbSpec;
      readonly call: VerbCall;
      readonly file: Extract<Act, { readonly kind: 'file' }> | undefined;
      /** How the bytes of the call are still to be encoded, outside the core. */
      readonly outside: OutsideEncoding | undefined;
      readonly range: Range;
    }
  /** Sends the message that the step took. */
  | { readonly kind: 'echo' }
  | { readonly kind: 'ping'; readonly data: Uint8Array }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

export interface SendableMessage {
  readonly kind: 'text' | 'binary';
  readonly data: Uint8Array;
  /** How the data is still to be encoded, outside the core. */
  readonly outside?: OutsideEncoding;
}

/** An empty list of `problems` means nothing is wrong, but some values become known only when the request runs. */
export type Planned<T> = { readonly plan: T } | { readonly problems: readonly Problem[] };

/** Variables have their current values. A capture of the step itself applies from its `actPlan` on. */
export function takePlan(step: Pick<Step, 'separator' | 'directives'>, scope: Scope): Planned<TakePlan> {
  const planner = createPlanner(scope);
  const named = (name: string): Directive[] => step.directives.filter((each) => each.name.text === name);
  const where = named('where').flatMap((each) => planner.condition(each));
  const expects = named('expect').flatMap((each) => planner.condition(each));
  const captures = named('capture').flatMap(({ capture, range }) => {
    if (!capture) return [];
    const subject = planner.check(compileSubject(capture.subject, scope));
    return subject ? [{ name: capture.name.text, subject, range }] : [];
  });
  const { separator } = step;
  const patience = separator?.wait?.text === 'wait-for-server' ? DEFAULT_WITHIN : Infinity;
  const within = planner.duration(named('within')[0]) ?? patience;
  const isNone = named('none').length > 0;
  const isReply = named('reply').length > 0;
  const wait = { where, within, isNone, isReply, takesControl: takesControl(step) };
  return planner.end({ wait: takesMessage(separator) ? wait : undefined, expects, captures });
}

/** Whether a step names the type `control`. Only such steps consider units of that type. */
export function takesControl({ directives }: Pick<Step, 'directives'>): boolean {
  return directives.some(
    ({ name, condition }) =>
      name.text === 'where' &&
      condition?.subject.of === 'type' &&
      condition.value !== undefined &&
      /"control"/.test(literalText(condition.value) ?? ''),
  );
}

/**
 * Each call creates new dynamic values such as `{{$uuid}}`.
 * @param stepProtocol the protocol whose verbs count; without it verbs are skipped
 */
export function actPlan(
  step: Pick<Step, 'directives' | 'payload'>,
  scope: Scope,
  stepProtocol?: StepProtocol,
): Planned<ActPlan> {
  const planner = createPlanner(scope);
  const named = (name: string): Directive | undefined =>
    step.directives.find((each) => each.name.text === name);
  const label = planner.text(named('label')?.argument);
  const delay = planner.duration(named('delay')) ?? 0;
  const repeat = planner.repeat(named('repeat')) ?? { count: 1, every: 0 };
  const [ping, close] = [named('ping'), named('close')];
  const to = planner.audience(named('to')) ?? 'one';
  let act: Act | undefined = { kind: 'nothing' };
  const verb = stepVerb(step, stepProtocol);
  if (verb) act = planner.verb(step, verb);
  else if (named('echo')) act = { kind: 'echo' };
  else if (ping) act = planner.ping(ping);
  else if (close) act = planner.close(close);
  else if (step.payload)
    act = planner.message(step, { binary: named('binary'), encode: named('encode') }, named('escape'));
  return planner.end({ label, delay, repeat, to, act: act ?? { kind: 'nothing' } });
}

/** The message of a step that names a file, after the file is read. */
export function fileMessage(
  step: Pick<Step, 'directives'>,
  data: Uint8Array,
  { as, path, range }: Extract<Act, { kind: 'file' }>,
  scope: Scope,
): { readonly message: SendableMessage } | { readonly problems: readonly Problem[] } {
  if (as === 'binary') return { message: { kind: 'binary', data } };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    const message = `The file ${path} is not UTF-8 text: send its bytes with < instead of <@.`;
    return { problems: [{ code: 'file.encoding', range, message }] };
  }
  const directives = new Map(step.directives.map((each) => [each.name.text, each]));
  const planner = createPlanner(scope);
  const filled = directives.has('escape')
    ? fileText(text, range, scope, unescapeParts)
    : fileText(text, range, scope);
  const resolved = planner.check(filled);
  const form = { binary: directives.get('binary'), encode: directives.get('encode') };
  const message = resolved && planner.encoded(resolved.text, form, range);
  return message ? { message } : { problems: planner.problems };
}

/** Uses a message as the payload of a verb. */
export function verbBody({ kind, data }: SendableMessage): Pick<VerbCall, 'body' | 'bytes'> {
  return kind === 'text' ? { body: new TextDecoder().decode(data) } : { body: undefined, bytes: data };
}

/** The directives that say how a payload becomes bytes; of both, one at most. */
interface PayloadForm {
  readonly binary?: Directive | undefined;
  readonly encode?: Directive | undefined;
}

/** Collects the problems of a plan. The result is undefined if there are any. */
function createPlanner(scope: Scope) {
  const problems: Problem[] = [];
  let isWhole = true;

  const check = <T extends object>(result: T | { readonly problems: readonly Problem[] }): T | undefined => {
    if (!('problems' in result)) return result;
    isWhole = false;
    for (const problem of result.problems) problems.push(problem);
    return undefined;
  };
  const fail = (range: Range, message: string, code: DiagnosticCode = 'directive.argument'): undefined => {
    check({ problems: [{ code, range, message }] });
  };
  const text = (template: Template | undefined): string | undefined =>
    template && check(scope.resolve(template))?.text;

  const measure = (written: string, range: Range): number | undefined => {
    const measured = parseDuration(written);
    if ('problem' in measured) return fail(range, measured.problem);
    if (measured.value > MAX_DURATION)
      return fail(range, `${excerpt(written)} is longer than a timer can run: use at most 24 days.`);
    return measured.value;
  };

  const encoded = (
    written: string,
    { binary, encode }: PayloadForm,
    range: Range,
  ): SendableMessage | undefined => {
    if (encode) {
      const format = text(encode.argument);
      if (format === undefined) return undefined;
      const body = encodeBody(format.trim(), written);
      if ('data' in body) return { kind: 'binary', ...body };
      return body.of === 'format'
        ? fail(encode.argument!.range, body.problem)
        : fail(range, body.problem, 'payload.encoding');
    }
    const mode = binary ? text(binary.argument)?.toLowerCase() : 'text';
    if (mode === undefined) return undefined;
    if (mode !== 'text' && mode !== 'hex' && mode !== 'base64')
      return fail(
        binary!.argument!.range,
        `${excerpt(mode)} is not a way to write bytes: use @binary hex or @binary base64.`,
      );
    const message = draftToMessage(mode, written);
    return 'problem' in message ? fail(range, message.problem, 'payload.encoding') : message;
  };

  const message = (
    { payload }: Pick<Step, 'payload'>,
    form: PayloadForm,
    escape: Directive | undefined,
  ): Exclude<Act, { kind: 'verb' }> | undefined => {
    let sent = payload!;
    if (sent.kind === 'text' && escape) {
      const unescaped = unescapeParts(sent.text.parts);
      if ('problem' in unescaped) return fail(escape.range, unescaped.problem, 'payload.encoding');
      sent = { ...sent, text: { ...sent.text, parts: unescaped.parts } };
    }
    const message = stepMessage({ payload: sent }, scope);
    if (message.kind === 'problems') return check<never>(message);
    if (message.kind === 'nothing') return message;
    if (message.kind === 'file') return message;
    const ready = encoded(message.text, form, sent.range);
    return ready && { kind: 'message', message: ready };
  };

  return {
    problems,
    check,
    text,
    encoded,
    message,
    /** The call as far as it is known without a connection; the unit that the step takes is not known yet. */
    verb(step: Pick<Step, 'directives' | 'payload'>, { spec, directive, beside }: StepVerb): Act | undefined {
      const find = (name: string) => step.directives.find((each) => each.name.text === name);
      const line = directive.argument ? text(directive.argument) : '';
      const headers = step.directives.flatMap(({ header }) => {
        const value = header && text(header.value);
        return value === undefined ? [] : [[header!.name.text, value] as const];
      });
      const sent = step.payload
        ? message(step, { binary: find('binary'), encode: find('encode') }, find('escape'))
        : { kind: 'nothing' as const };
      if (line === undefined || !sent || !isWhole) return undefined;
      const call: VerbCall = {
        verb: spec.name,
        ...verbLine(spec, line),
        ...(sent.kind === 'message' ? verbBody(sent.message) : { body: undefined }),
        headers,
        beside: beside.map(({ name }) => name.text),
        taken: undefined,
      };
      const file = sent.kind === 'file' ? sent : undefined;
      // The step reads the file and takes the unit when it runs.
      const known = { ...call, ...(file && { body: '' }) };
      const problem = callProblem({ ...spec, answers: false }, known);
      if (problem !== undefined) return fail(directive.range, problem, 'verb.encoding');
      const outside = sent.kind === 'message' ? sent.message.outside : undefined;
      const range = step.payload?.range ?? directive.range;
      return { kind: 'verb', spec, call, file, outside, range };
    },
    duration: (directive: Directive | undefined): number | undefined => {
      const written = text(directive?.argument);
      return written === undefined ? undefined : measure(written, directive!.argument!.range);
    },
    condition(directive: Directive): CompiledCondition[] {
      if (!directive.condition) return [];
      const compiled = check(compileCondition(directive.condition, scope));
      return compiled ? [compiled] : [];
    },
    repeat(directive: Directive | undefined): ActPlan['repeat'] | undefined {
      const written = text(directive?.argument);
      if (written === undefined) return undefined;
      const { range } = directive!.argument!;
      const [, count = '', every] = /^(\d{1,8})(?:\s+every\s+(.+))?$/.exec(written.trim()) ?? [];
      if (count === '' || Number(count) < 1 || Number(count) > MAX_REPEAT)
        return fail(
          range,
          `${excerpt(written)} is not a number of repetitions: write it as in @repeat 10 every 100ms, at most ${MAX_REPEAT} times.`,
        );
      const pause = every === undefined ? 0 : measure(every, range);
      return pause === undefined ? undefined : { count: Number(count), every: pause };
    },
    audience(directive: Directive | undefined): Audience | undefined {
      const written = text(directive?.argument)?.trim();
      if (written === undefined || written === 'all' || written === 'others') return written;
      return fail(
        directive!.argument!.range,
        `${excerpt(written)} names no clients: write @to all, or @to others for all except the client of this connection.`,
      );
    },
    ping(directive: Directive): Act | undefined {
      const written = directive.argument ? text(directive.argument) : '';
      if (written === undefined) return undefined;
      const message = encoded(written, {}, directive.range);
      if (message && message.data.length > MAX_CONTROL_PAYLOAD)
        return fail(
          directive.range,
          `A ping has ${message.data.length} bytes: shorten it to ${MAX_CONTROL_PAYLOAD} (RFC 6455, section 5.5).`,
        );
      return message && { kind: 'ping', data: message.data };
    },
    close({ argument, range }: Directive): Act | undefined {
      const written = argument ? text(argument) : '';
      if (written === undefined) return undefined;
      const [, digits = '', reason = ''] = /^\s*(\d*)(?:\s+(.*))?$/s.exec(written) ?? [];
      if (digits === '' && written.trim() !== '')
        return fail(
          argument!.range,
          `${excerpt(written)} has no close code: write it as in @close 1000 done.`,
        );
      const code = digits === '' ? 1000 : Number(digits);
      const problem = invalidCloseCode(code) ?? invalidCloseReason(reason.trim());
      if (problem !== undefined) return fail(argument?.range ?? range, problem);
      return { kind: 'close', code, reason: reason.trim() };
    },
    end: <T>(plan: T): Planned<T> => (isWhole ? { plan } : { problems }),
  };
}
