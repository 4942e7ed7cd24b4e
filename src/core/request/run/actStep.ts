import {
  actPlan,
  fileMessage,
  verbBody,
  type Act,
  type ActPlan,
  type Audience,
  type SendableMessage,
} from '../plan/stepPlan.ts';
import type { StepProtocol } from '../plan/stepVerb.ts';
import type { DecodedUnit } from '../../protocol/unit.ts';
import type { VerbCall } from '../../protocol/verb.ts';
import type { Range } from '../syntax/range.ts';
import type { Step } from '../syntax/tree.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import type { RunConversation } from './runConversation.ts';
import type { Queued } from './inbox.ts';
import type { RunConnection } from './runPorts.ts';
import { invalid, planOf, RunStop } from './runStop.ts';
import type { StepContext, Taken } from './stepContext.ts';
import { stepLine } from './stepLabel.ts';

/** Waits for `@delay`, then sends, pings or closes as often as `@repeat` says. @returns the label */
export async function actStep(step: Step, taken: Taken, context: StepContext): Promise<string | undefined> {
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

/** Resolves when the bytes were handed to the kernel. Another client that leaves meanwhile misses the message. */
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
        // Another client may have left meanwhile. What is wrong with the call is wrong for the own client too.
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
