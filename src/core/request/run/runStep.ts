import { MAX_JSON_DEPTH, spelling, showJson, typeOf, type ExactJson } from '../condition/exactJson.ts';
import { judgedHandshake } from '../condition/judged.ts';
import { takePlan, type TakePlan } from '../plan/stepPlan.ts';
import type { Step } from '../syntax/tree.ts';
import { actStep } from './actStep.ts';
import { expectAll } from './expectAll.ts';
import type { ExpectationResult, RunFailure, StepResult } from './runResult.ts';
import { runFailure, planOf, RunStop } from './runStop.ts';
import type { StepContext, Taken } from './stepContext.ts';
import { stepLine } from './stepLabel.ts';
import { waitForMessage } from './waitForMessage.ts';

/** The parts of a result that become known while a step runs. */
export type StepOutcome = Pick<StepResult, 'latency' | 'received' | 'sent' | 'expectations' | 'captures'> & {
  readonly label: string | undefined;
  readonly failure: RunFailure | undefined;
};

/**
 * Runs one step in the order that section "Steps" of docs/request-files.md defines. Never throws: the outcome holds the
 * failure.
 */
export async function runStep(step: Step, context: StepContext): Promise<StepOutcome> {
  const { scope, conversation, interruption } = context;
  let latency: number | undefined;
  let received: number | undefined;
  let label: string | undefined;
  let expectations: readonly ExpectationResult[] = [];
  const captures: { name: string; value: string }[] = [];
  let failure: RunFailure | undefined;
  conversation.beginStep();
  try {
    interruption.check();
    const before = planOf(takePlan(step, scope));
    await interruption.race(context.judge.prepare([...(before.wait?.where ?? []), ...before.expects]));
    const taken = await takeMessage(step, before, context);
    received = taken.message?.seq;
    latency = taken.message && taken.judged.latency;
    expectations = expectAll(before.expects, taken.judged, received, context.judge);
    failure = failedExpectation(expectations);
    if (!failure) {
      for (const { name, value } of capture(before, taken, context)) {
        captures.push({ name, value });
        scope.capture(name, { text: value });
      }
      label = await actStep(step, taken, context);
    }
  } catch (thrown) {
    failure = runFailure(thrown, stepLine(step));
  }
  return { label, latency, received, sent: conversation.sent, expectations, captures, failure };
}

/** The message that the step waits for. If it waits for none, the facts of the handshake. */
async function takeMessage(step: Step, { wait }: TakePlan, context: StepContext): Promise<Taken> {
  const { conversation, judge, interruption, answer, ports } = context;
  if (!wait) return { judged: judgedHandshake(answer) };
  const { range } = step.separator!;
  const { awaitedReply } = conversation;
  if (wait.isReply && awaitedReply === undefined)
    throw new RunStop({
      cause: 'expectation',
      code: 'reply',
      message: '@reply waits for the reply to the last call, and no call of this request asks for one.',
      range: step.directives.find(({ name }) => name.text === 'reply')!.range,
    });
  const wanted = { ...wait, replyTo: wait.isReply ? awaitedReply : undefined, range };
  const find = () =>
    context.take?.(wanted) ?? waitForMessage(wanted, conversation, judge, interruption, () => ports.now());
  if (!wait.isNone) return find();
  const found = await find().catch((thrown: unknown) => {
    // The time is up or the connection is closed, and no queued message is left.
    if (thrown instanceof RunStop && ['wait', 'close'].includes(thrown.failure.code)) return undefined;
    throw thrown;
  });
  if (!found) return { judged: judgedHandshake(answer) };
  throw new RunStop(unwanted(wait, found.message.seq, step));
}

/** The failure of a step with `@none` that received a message. */
function unwanted({ where }: NonNullable<TakePlan['wait']>, seq: number, step: Step): RunFailure {
  const wanted = where.map(({ written }) => written).join(' and ');
  return {
    cause: 'expectation',
    code: 'none',
    message:
      wanted === ''
        ? 'A message came, and @none allows none.'
        : `A message came although @none forbids it: it satisfies ${wanted}.`,
    range: step.directives.find(({ name }) => name.text === 'none')!.range,
    expected: wanted === '' ? 'no message' : `no message with ${wanted}`,
    actual: `row ${seq}`,
    seq,
  };
}

/** The failure of the first expectation that is not met; it ends the request. */
export function failedExpectation(expectations: readonly ExpectationResult[]): RunFailure | undefined {
  const failed = expectations.find(({ status }) => status === 'failed');
  if (!failed) return undefined;
  const { range, expected, actual, seq } = failed;
  const message = `Expected ${expected}, but it is ${actual}.`;
  return {
    cause: 'expectation',
    code: 'expect',
    message,
    range,
    expected,
    actual,
    ...(seq !== undefined && { seq }),
  };
}

function capture(
  { captures }: TakePlan,
  { judged, message }: Taken,
  { judge }: StepContext,
): { name: string; value: string }[] {
  return captures.map(({ name, subject, range }) => {
    const [value] = judge.bounded(subject.boundFrom, judged, () => subject.values(judged));
    if (value !== undefined) return { name, value: textOf(value) };
    throw new RunStop({
      cause: 'expectation',
      code: 'capture',
      message: judged.isTooDeep
        ? `There is nothing to capture as ${name}: the message is nested deeper than ${MAX_JSON_DEPTH} levels.`
        : `There is nothing to capture as ${name}: the message has no ${subject.written}.`,
      range,
      expected: `${subject.written} exists`,
      actual: judged.isTooDeep
        ? `nothing: the message is nested deeper than ${MAX_JSON_DEPTH} levels`
        : 'nothing',
      ...(message && { seq: message.seq }),
    });
  });
}

/** A string without its quotes; everything else as JSON, numbers as they were written. */
function textOf(value: ExactJson): string {
  const type = typeOf(value);
  return type === 'string' || type === 'number' ? spelling(value) : showJson(value, Infinity);
}
