import { compileCondition } from '../condition/compileCondition.ts';
import type { HandshakeAnswer, Judged } from '../condition/judged.ts';
import { serverScript } from '../plan/serverPlan.ts';
import { takesControl } from '../plan/stepPlan.ts';
import type { StepProtocol } from '../plan/stepVerb.ts';
import { capturedNames } from '../syntax/capturedNames.ts';
import type { Step } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';
import type { Value } from '../variables/value.ts';
import { createRunConversation } from './runConversation.ts';
import type { Queued } from './inbox.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import type { Decoding } from '../../protocol/decode/decoding.ts';
import { createSchemaTypes } from './checkStepFiles.ts';
import { createJudge } from './judge.ts';
import type { PlacedRequest, RunConnection, StepPorts, RunRow } from './runPorts.ts';
import type { RunFailure } from './runResult.ts';
import { runStep } from './runStep.ts';
import type { StepContext } from './stepContext.ts';
import { invalid, RunStop } from './runStop.ts';
import type { WantedMessage } from './waitForMessage.ts';
import { durationText } from './durationText.ts';

/** One client of a scripted server. */
export interface ServedClient {
  readonly placed: PlacedRequest;
  readonly ports: StepPorts;
  /** Belongs to this connection: captures are not shared with others. */
  readonly scope: Scope;
  /** Creates a scope with the same values and no captures. */
  readonly fresh: () => Scope;
  readonly stepProtocol: StepProtocol | undefined;
  /** The request of the client and its answer. */
  readonly answer: HandshakeAnswer;
  readonly url: string;
  /** The rules of the option `decode`. */
  readonly decoding: Decoding | undefined;
  /** Accepts the client. Every row of its session goes to the listener, from the `open` row on. */
  readonly connect: (onRow: (row: RunRow) => void) => RunConnection;
  /** The connections that `@to` selects. */
  readonly audience: NonNullable<StepContext['audience']>;
  readonly signal: AbortSignal;
  /** Called when a message fires a rule, with the first step of the rule. */
  readonly onFired?: (step: Step) => void;
}

/**
 * Runs the script of a server for one client, until the connection ends. A message goes to the current wait, else to
 * the first rule whose conditions hold, else it waits for a later step. Messages are examined one by one. The next
 * one follows when the steps that the last one triggered have ended, wait or sleep. Answers thus keep their order,
 * and a delay blocks nobody.
 * @returns what ended the script: undefined for the end of the connection
 */
export async function serveClient(client: ServedClient): Promise<RunFailure | undefined> {
  const { placed, ports, scope, stepProtocol, answer, signal } = client;
  const interruption = createInterruption(signal, undefined, () => ports.now());
  let isOver = false;
  const end = (): void => {
    isOver = true;
    interruption.cancel();
  };
  const types = createSchemaTypes(ports, placed.uri);
  const judge = createJudge(ports, placed.uri, () => interruption.check());
  const conversation = createRunConversation(
    () => connection,
    () => answer,
    (stepProtocol ?? client.decoding) && {
      own: 'server',
      createDecoder:
        stepProtocol &&
        ((subprotocol) => stepProtocol.protocol.createDecoder({ url: client.url, subprotocol })),
      decoding: client.decoding,
      keepsControl: placed.request.steps.some(takesControl),
    },
  );
  const { inbox } = conversation;
  const { steps, rules } = serverScript(placed.request);
  let failure: RunFailure | undefined;
  const fail = (found: RunFailure): void => {
    // A step that fails because the client has left is not a failure of the script.
    if (conversation.close !== undefined || signal.aborted) return;
    failure ??= found;
    end();
  };
  const connection = client.connect(conversation.onRow);
  const captured = new Map<string, Value>();
  const connectionScope: Scope = {
    ...scope,
    capture(name, value) {
      captured.set(name, value);
      scope.capture(name, value);
    },
  };
  const shared = {
    placed,
    ports,
    types,
    scope: connectionScope,
    connection,
    answer,
    conversation,
    stepProtocol,
    judge,
    audience: client.audience,
  };

  /** The steps that the last message triggered. Until they settle, no other message is examined. */
  let busy = activity(interruption);
  let wait: Wait | undefined;
  /** Whether a step may still ask for a message that no rule takes. */
  let isAwaiting = steps.some(({ separator }) => separator?.wait);
  /** The last message that was examined and left for a later step. */
  let seen: Queued | undefined;
  const take = (message: Queued): void => {
    if (message === seen) seen = message.previous;
    conversation.take(message);
  };
  const suits = async (
    message: Queued,
    wanted: Pick<WantedMessage, 'where' | 'takesControl'>,
  ): Promise<Judged | undefined> => {
    const isOfClose = wanted.where.some((condition) => condition.isOfClose);
    if (message.kind === 'close' && !isOfClose) return undefined;
    if (!wanted.takesControl && message.unit?.type === 'control') return undefined;
    const judged = await conversation.judged(message, true);
    return wanted.where.every((condition) => judge.holds(condition, judged)) ? judged : undefined;
  };

  const runMain = async (): Promise<void> => {
    const main: StepContext = {
      ...shared,
      interruption: { ...interruption, sleep: (time) => (busy.settle(), interruption.sleep(time)) },
      async take(wanted) {
        for (let next = inbox.first; next; next = next.next) {
          const judged = await suits(next, wanted);
          if (judged) {
            take(next);
            return { message: next, judged };
          }
          if (next === seen) break;
        }
        const found = interruption.race(
          new Promise<Taken>((resolve, reject) => (wait = { wanted, resolve, reject })),
        );
        const timer = Number.isFinite(wanted.within)
          ? setTimeout(() => {
              wait?.reject(tooLate(wanted));
              wait = undefined;
            }, wanted.within)
          : undefined;
        busy.settle();
        return found.finally(() => clearTimeout(timer));
      },
    };
    for (const step of steps) {
      const outcome = await runStep(step, main);
      if (outcome.failure) return fail(outcome.failure);
    }
    isAwaiting = false;
  };
  /** Rules may run at the same time: each uses its own captures first. Later steps use the latest of the connection. */
  const scopeOfRule = (rule: readonly Step[]): Scope => {
    if (capturedNames({ steps: rule }).length === 0) return scope;
    const own = client.fresh();
    for (const [name, value] of captured) own.capture(name, value);
    return {
      ...own,
      capture(name, value) {
        own.capture(name, value);
        connectionScope.capture(name, value);
      },
    };
  };
  const fire = async (rule: readonly Step[], taken: Taken, own: Activity): Promise<void> => {
    const context: StepContext = {
      ...shared,
      scope: scopeOfRule(rule),
      interruption: own.interruption,
      take: () => Promise.resolve(taken),
      ruleUnit: taken.judged.unit,
    };
    for (const step of rule) {
      const outcome = await runStep(step, context);
      if (outcome.failure) return fail(outcome.failure);
    }
  };
  const dispatch = async (): Promise<void> => {
    for (;;) {
      await interruption.race(busy.settled);
      const next = seen ? seen.next : inbox.first;
      if (!next) {
        await interruption.race(new Promise<void>((resolve) => inbox.onArrival(resolve)));
        continue;
      }
      const waiting = wait;
      const judged = waiting && (await suits(next, waiting.wanted));
      if (waiting && judged && wait === waiting) {
        take(next);
        wait = undefined;
        busy = activity(interruption);
        waiting.resolve({ message: next, judged });
        if (next.kind === 'close') return busy.settled;
        continue;
      }
      if (next.kind === 'close') return;
      const fired = await firstRule(rules, scope, (where, isOfControl) =>
        suits(next, { where, takesControl: isOfControl }),
      );
      if (!fired) {
        if (isAwaiting) seen = next;
        else take(next);
        continue;
      }
      take(next);
      client.onFired?.(fired.rule[0]!);
      const own = (busy = activity(interruption));
      void fire(fired.rule, { message: next, judged: fired.judged }, own).then(own.settle);
    }
  };

  try {
    await connection.answered;
    void runMain().then(() => busy.settle());
    await dispatch();
  } catch (thrown) {
    if (thrown instanceof RunStop) fail(thrown.failure);
    else if (!isOver && !signal.aborted) throw thrown;
  } finally {
    end();
    interruption.end();
  }
  return failure;
}

interface Taken {
  readonly message: Queued;
  readonly judged: Judged;
}

interface Wait {
  readonly wanted: WantedMessage;
  readonly resolve: (taken: Taken) => void;
  readonly reject: (error: RunStop) => void;
}

interface Activity {
  readonly interruption: Interruption;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** Running steps: the promise settles when they end or begin to sleep. */
function activity(interruption: Interruption): Activity {
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  const sleep = (time: number): Promise<void> => (settle(), interruption.sleep(time));
  return { interruption: { ...interruption, sleep }, settled, settle };
}

/**
 * The first rule whose conditions hold with the current variables.
 * @throws RunStop for a condition that has no meaning
 */
async function firstRule(
  rules: readonly (readonly Step[])[],
  scope: Scope,
  suits: (where: WantedMessage['where'], takesControl: boolean) => Promise<Judged | undefined>,
): Promise<{ readonly rule: readonly Step[]; readonly judged: Judged } | undefined> {
  for (const rule of rules) {
    const [step] = rule;
    const where = step!.directives.flatMap(({ name, condition }) => {
      if (name.text !== 'where' || !condition) return [];
      const compiled = compileCondition(condition, scope);
      if ('problems' in compiled) throw invalid(compiled.problems);
      return [compiled];
    });
    const judged = await suits(where, takesControl(step!));
    if (judged) return { rule, judged };
  }
  return undefined;
}

function tooLate({ within, where, range }: WantedMessage): RunStop {
  const wanted = where.map(({ written }) => written).join(' and ');
  return new RunStop({
    cause: 'expectation',
    code: 'wait',
    message: `The client sent no message${wanted === '' ? '' : ` with ${wanted}`} within ${durationText(within)}.`,
    range: where[0]?.range ?? range,
  });
}
