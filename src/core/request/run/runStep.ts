import type { OutgoingMessage } from '../../../shared/session.ts';
import type { DecodedUnit } from '../../protocol/unit.ts';
import type { VerbCall } from '../../protocol/verb.ts';
import { MAX_JSON_DEPTH, spelling, showJson, typeOf, type ExactJson } from '../condition/exactJson.ts';
import { judgedHandshake } from '../condition/judged.ts';
import {
  actPlan,
  fileMessage,
  takePlan,
  verbBody,
  type Act,
  type ActPlan,
  type Audience,
  type SendableMessage,
  type TakePlan,
} from '../plan/stepPlan.ts';
import type { StepProtocol } from '../plan/stepVerb.ts';
import type { Range } from '../syntax/range.ts';
import type { Step } from '../syntax/tree.ts';
import { expectAll } from './expectAll.ts';
import type { Queued } from './inbox.ts';
import type { RunConversation } from './runConversation.ts';
import type { RunConnection } from './runPorts.ts';
import type { ExpectationResult, RunFailure, StepResult } from './runResult.ts';
import { invalid, planOf, runFailure, RunStop } from './runStop.ts';
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
    const [value] = judge.bounded(subject.timeLimitFrom, judged, () => subject.values(judged));
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

/** Waits for `@delay`, then sends, pings or closes as often as `@repeat` says. @returns the label */
async function actStep(step: Step, taken: Taken, context: StepContext): Promise<string | undefined> {
  const { scope, interruption, ports, stepProtocol } = context;
  let plan = planOf(actPlan(step, scope, stepProtocol));
  if (plan.delay > 0) {
    await interruption.sleep(plan.delay);
    // Dynamic values, such as a time, are created now.
    plan = planOf(actPlan(step, scope, stepProtocol));
  }
  const { repeat, label } = plan;
  const begun = ports.now();
  for (let round = 0; round < repeat.count; round++) {
    // Each repetition gets new dynamic values.
    if (round > 0) plan = planOf(actPlan(step, scope, stepProtocol));
    const due = begun + round * repeat.every - ports.now();
    if (due > 0) await interruption.sleep(due);
    interruption.check();
    await interruption.race(perform(step, plan, taken, context));
  }
  return label;
}

async function perform(
  step: Step,
  { act: what, to }: ActPlan,
  taken: Taken,
  context: StepContext,
): Promise<void> {
  const { connection } = context;
  switch (what.kind) {
    case 'nothing':
      return;
    case 'echo':
      return echo(step, taken.message, to, context);
    case 'message':
      return deliver(await encoded(what.message, step, context), to, context);
    case 'ping':
      return connection.ping(what.data);
    case 'close':
      return connection.close(what.code, what.reason);
    case 'verb':
      return say(step, what, to, taken.judged.unit ?? context.ruleUnit, context);
    case 'file':
      return deliver(await encoded(await readMessage(step, what, context), step, context), to, context);
  }
}

/** Sends the message that the step took, with the same kind and bytes. */
async function echo(
  step: Step,
  message: Queued | undefined,
  to: Audience,
  context: StepContext,
): Promise<void> {
  if (!message || message.kind === 'close') {
    const { range } = step.directives.find(({ name }) => name.text === 'echo')!;
    const none = 'The step took the close, so there is no message for @echo to send: remove @echo.';
    throw invalid([{ code: 'directive.conflict', range, message: none }]);
  }
  const data = message.payload ?? (await context.connection.read(message.seq));
  return deliver({ kind: message.kind, data }, to, context);
}

/**
 * Resolves when the bytes were handed to the kernel. Another client that disconnects meanwhile misses the
 * message.
 */
async function deliver(
  { kind, data }: OutgoingMessage,
  to: Audience,
  { connection, audience }: StepContext,
): Promise<void> {
  if (to === 'one' || !audience) return connection.send(kind, data);
  await Promise.all(
    audience(to).map((each) => {
      const sent = each.send(kind, data);
      return each === connection ? sent : sent.catch(() => undefined);
    }),
  );
}

/** @throws RunStop for JSON that does not fit its schema */
async function encoded(
  { kind, data, outside }: SendableMessage,
  step: Step,
  { ports, types }: Pick<StepContext, 'ports' | 'types'>,
): Promise<OutgoingMessage> {
  if (!outside) return { kind, data };
  if (outside.format !== 'protobuf') return { kind, data: await ports.compress(outside.format, data) };
  const type = await types(outside.message, outside.file);
  const written = type.write(new TextDecoder().decode(data));
  if (!('problem' in written)) return { kind, data: written };
  const range = step.payload?.range ?? stepLine(step);
  throw invalid([{ code: 'payload.encoding', range, message: written.problem }]);
}

async function readMessage(
  step: Step,
  what: Extract<Act, { kind: 'file' }>,
  { ports, placed, scope }: StepContext,
): Promise<SendableMessage> {
  const read = fileMessage(step, await ports.readFile(what.path, placed.uri), what, scope);
  if ('problems' in read) throw invalid(read.problems);
  return read.message;
}

/** Sends the message of a verb. If the verb opens the protocol, waits for the answer of the server. */
async function say(
  step: Step,
  { spec, call, file, outside, range }: Extract<Act, { kind: 'verb' }>,
  to: Audience,
  taken: DecodedUnit | undefined,
  context: StepContext,
): Promise<void> {
  const { connection, conversation } = context;
  let given = file ? await readMessage(step, file, context) : undefined;
  if (outside && call.bytes) given = { kind: 'binary', data: call.bytes, outside };
  const body = given && verbBody(await encoded(given, step, context));
  const whole = { ...call, ...body, taken };
  if (to !== 'one' && context.audience) return sayToMany(whole, range, context.audience(to), context);
  const said = connection.encode(whole);
  if ('problem' in said) throw unencodable(said.problem, range);
  if (said.awaits !== undefined) conversation.awaitedReply = said.awaits;
  for (const message of said.messages) await connection.send(message.kind, message.data);
  if (!spec.opens) return;
  const opening = await connection.opening();
  if (opening.state === 'refused') throw refused(opening.reason, range, conversation, context.stepProtocol);
}

/** Each connection has ids, subscriptions and a format of its own, so each encodes the verb for itself. */
async function sayToMany(
  call: VerbCall,
  range: Range,
  audience: readonly RunConnection[],
  { connection, conversation }: StepContext,
): Promise<void> {
  await Promise.all(
    audience.map(async (each) => {
      const said = each.encode({ ...call, isBroadcast: true });
      if ('problem' in said) {
        // Another client may have disconnected meanwhile. A fault of the call itself also shows for the own
        // client.
        const own = each === connection ? said : connection.encode({ ...call, isBroadcast: true });
        if ('problem' in own) throw unencodable(own.problem, range);
        return;
      }
      if (each === connection && said.awaits !== undefined) conversation.awaitedReply = said.awaits;
      for (const message of said.messages) {
        const sent = each.send(message.kind, message.data);
        await (each === connection ? sent : sent.catch(() => undefined));
      }
    }),
  );
}

function unencodable(message: string, range: Range): RunStop {
  return invalid([{ code: 'verb.encoding', range, message }]);
}

/** The server refused to open the protocol: by its answer, or by closing. */
export function refused(
  reason: string,
  range: Range,
  { close }: Pick<RunConversation, 'close'>,
  stepProtocol: StepProtocol | undefined,
): RunStop {
  const meaning = close && stepProtocol?.protocol.closeCodes[close.code];
  const said = close?.reason ? ` “${close.reason}”` : '';
  const message = close
    ? `The server closed the connection with ${close.code}${said}${meaning === undefined ? '' : ` (${meaning})`} before it had accepted the protocol.`
    : reason;
  return new RunStop({ cause: 'expectation', code: 'protocol.refused', message, range });
}
