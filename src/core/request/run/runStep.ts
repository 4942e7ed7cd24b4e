import { MAX_JSON_DEPTH, spelling, showJson, typeOf, type ExactJson } from '../condition/exactJson.ts';
import { judgedHandshake, type Judged } from '../condition/judged.ts';
import { actPlan, fileMessage, lookPlan, type Act, type LookPlan, type Planned } from '../plan/stepPlan.ts';
import type { Scope } from '../variables/scope.ts';
import type { Step } from '../syntax/tree.ts';
import type { Conversation } from './conversation.ts';
import { expectAll } from './expectAll.ts';
import type { Interruption } from './interruption.ts';
import type { Judge } from './judge.ts';
import type { HandshakeAnswer } from '../condition/judged.ts';
import type { PlacedRequest, RunConnection, RunPorts } from './runPorts.ts';
import type { ExpectationResult, RunFailure, StepResult } from './runResult.ts';
import { failureOf, invalid, RunStop } from './runStop.ts';
import { stepLine } from './stepLabel.ts';
import { waitForMessage } from './waitForMessage.ts';

/** What the steps of a request share while it runs. */
export interface StepContext {
  readonly placed: PlacedRequest;
  readonly ports: RunPorts;
  readonly scope: Scope;
  readonly connection: RunConnection;
  readonly answer: HandshakeAnswer;
  readonly conversation: Conversation;
  readonly judge: Judge;
  readonly interruption: Interruption;
}

/** What of a result becomes known while a step runs. */
export type StepOutcome = Pick<StepResult, 'latency' | 'received' | 'sent' | 'expectations' | 'captures'> & {
  readonly label: string | undefined;
  readonly failure: RunFailure | undefined;
};

/** Runs one step, in the order of section "Steps" of docs/request-files.md. Never throws: what ends it is in the outcome. */
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
    const look = planOf(lookPlan(step, scope));
    await interruption.race(context.judge.prepare([...(look.wait?.where ?? []), ...look.expects]));
    const looked = await takeMessage(step, look, context);
    received = looked.seq;
    latency = looked.seq === undefined ? undefined : looked.judged.latency;
    expectations = expectAll(look.expects, looked.judged, looked.seq, context.judge);
    failure = failedExpectation(expectations);
    if (!failure) {
      for (const { name, value } of capture(look, looked, context)) {
        captures.push({ name, value });
        scope.capture(name, { text: value });
      }
      label = await act(step, context);
    }
  } catch (thrown) {
    failure = failureOf(thrown, stepLine(step));
  }
  return { label, latency, received, sent: conversation.sent, expectations, captures, failure };
}

interface Looked {
  readonly judged: Judged;
  readonly seq: number | undefined;
}

/** The message that the step waits for; for a step that waits for none, what can be said of the handshake. */
async function takeMessage(step: Step, { wait }: LookPlan, context: StepContext): Promise<Looked> {
  const { conversation, judge, interruption, answer, ports } = context;
  if (!wait) {
    return { judged: judgedHandshake(answer), seq: undefined };
  }
  const { range } = step.separator!;
  const find = () => waitForMessage({ ...wait, range }, conversation, judge, interruption, () => ports.now());
  if (!wait.isNone) {
    const { message, judged } = await find();
    return { judged, seq: message.seq };
  }
  const found = await find().catch((thrown: unknown) => {
    // Time is up, or the connection is closed: nothing came, and nothing that could come is left.
    if (thrown instanceof RunStop && ['wait', 'close'].includes(thrown.failure.code)) return undefined;
    throw thrown;
  });
  if (!found) return { judged: judgedHandshake(answer), seq: undefined };
  throw new RunStop(unwanted(wait, found.message.seq, step));
}

/** The failure of a step with `@none` to which a message came. */
function unwanted({ where }: NonNullable<LookPlan['wait']>, seq: number, step: Step): RunFailure {
  const wanted = where.map(({ written }) => written).join(' and ');
  return {
    cause: 'expectation',
    code: 'none',
    message:
      wanted === ''
        ? 'A message came, and with @none none may come.'
        : `A message came that may not come because of @none: it satisfies ${wanted}.`,
    range: step.directives.find(({ name }) => name.text === 'none')!.range,
    expected: wanted === '' ? 'no message' : `no message with ${wanted}`,
    actual: `row ${seq}`,
    seq,
  };
}

/** The first that is not met, as what ends the request. */
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
  { captures }: LookPlan,
  { judged, seq }: Looked,
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
      ...(seq !== undefined && { seq }),
    });
  });
}

/** A string without its quotes, all else as JSON, numbers as they were written. */
function textOf(value: ExactJson): string {
  const type = typeOf(value);
  return type === 'string' || type === 'number' ? spelling(value) : showJson(value, Infinity);
}

/** Waits as long as `@delay` says, then sends, pings or closes, as often as `@repeat` says. @returns the label */
async function act(step: Step, context: StepContext): Promise<string | undefined> {
  const { scope, interruption, ports } = context;
  let plan = planOf(actPlan(step, scope));
  if (plan.delay > 0) {
    await interruption.sleep(plan.delay);
    // What is made when it is used, such as a time, is that of now.
    plan = planOf(actPlan(step, scope));
  }
  const { repeat, label } = plan;
  const begun = ports.now();
  for (let round = 0; round < repeat.count; round++) {
    // Each with new values of what is made when it is used.
    if (round > 0) plan = planOf(actPlan(step, scope));
    const due = begun + round * repeat.every - ports.now();
    if (due > 0) await interruption.sleep(due);
    interruption.check();
    await interruption.race(perform(step, plan.act, context));
  }
  return label;
}

async function perform(step: Step, what: Act, context: StepContext): Promise<void> {
  const { connection, ports, placed, scope } = context;
  switch (what.kind) {
    case 'nothing':
      return;
    case 'message':
      return connection.send(what.message.kind, what.message.data);
    case 'ping':
      return connection.ping(what.data);
    case 'close':
      return connection.close(what.code, what.reason);
    case 'file': {
      const data = await ports.readFile(what.path, placed.uri);
      const read = fileMessage(step, data, what, scope);
      if ('problems' in read) throw invalid(read.problems);
      return connection.send(read.message.kind, read.message.data);
    }
  }
}

function planOf<T>(planned: Planned<T>): T {
  if ('plan' in planned) return planned.plan;
  throw invalid(planned.problems);
}
