import { requestName, writtenText } from '../plan/requestName.ts';
import { maskDeep } from '../../session/secrets/maskSecrets.ts';
import { secretValues } from '../../session/secrets/secretValues.ts';
import { compileCondition, type CompiledCondition } from '../condition/compileCondition.ts';
import { judgedHandshake } from '../condition/judged.ts';
import { isDisabled, createDiagnosticReport } from '../plan/checkDirectives.ts';
import { checkSteps } from '../plan/checkStep.ts';
import type { Diagnostic } from '../syntax/diagnostic.ts';
import { requestOptions } from '../plan/requestOptions.ts';
import { takesControl } from '../plan/stepPlan.ts';
import {
  protocolArgument,
  opensByVerb,
  settledProtocol,
  statedProtocol,
  type StepProtocol,
} from '../plan/stepVerb.ts';
import { DuplexError } from '../../../shared/errors.ts';
import type { Scope } from '../variables/scope.ts';
import type { Request } from '../syntax/tree.ts';
import { checkStepFiles, createSchemaTypes } from './checkStepFiles.ts';
import { createRunConversation } from './runConversation.ts';
import { expectAll } from './expectAll.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import { createJudge, type Judge } from './judge.ts';
import type { HandshakeResult, PlacedRequest, RunConnection, RunOptions, RunPorts } from './runPorts.ts';
import type { ExpectationResult, RequestResult, RunFailure, StepResult } from './runResult.ts';
import { failedExpectation, refused, runStep } from './runStep.ts';
import { runFailure, invalid, RunStop, statusOf } from './runStop.ts';
import type { StepContext } from './stepContext.ts';
import { stepLabel, stepLine } from './stepLabel.ts';

/**
 * Runs one request: connects, runs its steps in order, closes with 1000. Never throws: the result holds the failure.
 * @param origin the moment on the ports' clock from which times count; parallel requests share it
 */
export async function runRequest(
  placed: PlacedRequest,
  ports: RunPorts,
  options: RunOptions = {},
  origin = ports.now(),
): Promise<RequestResult> {
  const { request, uri } = placed;
  const startedAt = ports.now() - origin;
  const interruption = createInterruption(options.signal, options.timeout, () => ports.now());
  const soFar: ResultSoFar = {
    handshake: [],
    steps: [],
    session: undefined,
    secrets: writtenSecrets(request),
    insecure: false,
  };
  options.onEvent?.({ kind: 'requestStarted', placed, startedAt });
  let failure: RunFailure | undefined;
  try {
    await connectAndRun({ placed, ports, options, origin, interruption, soFar });
  } catch (thrown) {
    failure = runFailure(thrown, request.target.range);
  } finally {
    interruption.end();
  }
  const skipped = request.steps
    .slice(soFar.steps.length)
    .map((step) => skippedStep(step, ports.now() - origin));
  const { handshake, session, secrets, insecure } = soFar;
  const shown = { name: requestName(request), handshake, steps: [...soFar.steps, ...skipped], failure };
  const result: RequestResult = {
    uri,
    index: request.index,
    range: request.target.range,
    status: statusOf(failure),
    startedAt,
    duration: ports.now() - origin - startedAt,
    session,
    ...(insecure && { insecure }),
    ...maskDeep(shown, secrets),
  };
  options.onEvent?.({ kind: 'requestEnded', placed, result });
  return result;
}

const DISABLED = 'The request is switched off by # @disabled: remove the line to run it.';

/** The result so far. */
interface ResultSoFar {
  handshake: readonly ExpectationResult[];
  readonly steps: StepResult[];
  session: RequestResult['session'];
  secrets: readonly string[];
  insecure: boolean;
}

interface Run {
  readonly placed: PlacedRequest;
  readonly ports: RunPorts;
  readonly options: RunOptions;
  readonly origin: number;
  readonly interruption: Interruption;
  readonly soFar: ResultSoFar;
}

/** @throws RunStop, or DuplexError of a port, if the request does not pass */
async function connectAndRun(run: Run): Promise<void> {
  const { placed, ports, options, interruption, soFar } = run;
  const { request, uri } = placed;
  interruption.check();
  const disabled = request.directives.find((directive) => isDisabled([directive]));
  if (disabled)
    throw new RunStop({ cause: 'disabled', code: 'disabled', message: DISABLED, range: disabled.range });
  if (request.error) throw invalid([request.error]);
  const variables = await interruption.race(ports.variables(placed, options.signal));
  if ('problems' in variables) throw invalid(variables.problems);
  const { scope } = variables;
  soFar.secrets = [...soFar.secrets, ...scope.secrets];
  const given = requestOptions(request, scope);
  if ('problems' in given) throw invalid(given.problems);
  soFar.secrets = [...new Set([...soFar.secrets, ...secretValues(given.options)])];
  const judge = createJudge(ports, uri, () => interruption.check());
  const expects = handshakeConditions(request, scope);
  await interruption.race(judge.prepare(expects));
  const types = createSchemaTypes(ports, uri);
  await interruption.race(checkStepFiles(request, scope, ports, uri, types));

  const stepProtocol = stepProtocolOf(request, scope);
  const decoding = await interruption.race(ports.decoding(given.options.decode, uri, 'client'));
  let answered: HandshakeResult | undefined;
  const conversation = createRunConversation(
    () => connection,
    () => answered?.answer,
    (stepProtocol ?? decoding) && {
      own: 'client',
      createDecoder:
        stepProtocol &&
        ((subprotocol) => stepProtocol.protocol.createDecoder({ url: given.options.url, subprotocol })),
      decoding,
      keepsControl: request.steps.some(takesControl),
    },
  );
  const connection: RunConnection = ports.connect(
    placed,
    // A test is one connection.
    { ...given.options, reconnect: 0 },
    conversation.onRow,
    opensByVerb(request, stepProtocol),
  );
  soFar.session = connection.session;
  soFar.insecure = connection.insecure;
  options.onEvent?.({ kind: 'connecting', placed, session: connection.session });
  try {
    if (!request.steps.some(({ separator }) => separator?.wait)) conversation.inbox.stop();
    answered = await interruption.race(connection.answered).catch((thrown: unknown) => {
      if (!(thrown instanceof DuplexError) || thrown.code !== 'protocol.refused') throw thrown;
      throw refused(thrown.message, request.target.range, conversation, stepProtocol);
    });
    soFar.handshake = judgeHandshake(expects, answered, conversation.handshakeRow, judge);
    const failed = failedExpectation(soFar.handshake);
    if (failed) throw new RunStop(failed);
    if (!answered.open) {
      if (!expectsRefusal(request)) throw answered.error;
      await connection.close(1000, '');
      return;
    }
    const { answer } = answered;
    await runSteps(
      { placed, ports, scope, connection, answer, conversation, stepProtocol, judge, interruption, types },
      run,
    );
    await interruption.race(connection.close(1000, ''));
  } catch (thrown) {
    const { cause } = runFailure(thrown, request.target.range);
    // A run that is ended from outside ends at once. After a failure the connection is closed normally, as after a
    // success.
    if (cause === 'cancelled' || cause === 'timeout') connection.terminate();
    await connection.close(1000, '');
    throw thrown;
  }
}

async function runSteps(context: StepContext, { placed, ports, options, origin, soFar }: Run): Promise<void> {
  const { steps } = placed.request;
  const lastWait = Math.max(-1, ...steps.flatMap(({ separator, index }) => (separator?.wait ? [index] : [])));
  for (const step of steps) {
    const { index } = step;
    options.onEvent?.({ kind: 'stepStarted', placed, index });
    const startedAt = ports.now() - origin;
    const { label, ...outcome } = await runStep(step, context);
    if (index === lastWait) context.conversation.inbox.stop();
    const result: StepResult = maskDeep(
      {
        index,
        range: stepLine(step),
        label: label ?? stepLabel(step),
        status: statusOf(outcome.failure),
        startedAt,
        duration: ports.now() - origin - startedAt,
        ...outcome,
      },
      soFar.secrets,
    );
    soFar.steps.push(result);
    options.onEvent?.({ kind: 'stepEnded', placed, result });
    if (outcome.failure) throw new RunStop(outcome.failure);
  }
}

/**
 * @throws RunStop for verbs that its protocol does not have, if a variable names the protocol: it was unknown when the
 * file was checked
 */
function stepProtocolOf(request: Request, scope: Scope): StepProtocol | undefined {
  const stepProtocol = settledProtocol(statedProtocol(request, scope));
  if (!protocolArgument(request)?.parts.some((part) => typeof part !== 'string')) return stepProtocol;
  const found: Diagnostic[] = [];
  checkSteps(request, 'ws', createDiagnosticReport(found), stepProtocol);
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalid(errors);
  return stepProtocol;
}

function handshakeConditions({ directives }: Request, scope: Scope): CompiledCondition[] {
  return directives.flatMap(({ condition }) => {
    if (!condition) return [];
    const compiled = compileCondition(condition, scope);
    if ('problems' in compiled) throw invalid(compiled.problems);
    return [compiled];
  });
}

function judgeHandshake(
  expects: readonly CompiledCondition[],
  { answer }: HandshakeResult,
  row: number | undefined,
  judge: Judge,
): ExpectationResult[] {
  return expectAll(expects, judgedHandshake(answer), row, judge);
}

/** Only an expectation about the status makes a refused handshake pass, because any answer may have headers. */
function expectsRefusal({ directives }: Request): boolean {
  return directives.some(({ condition }) => condition?.subject.of === 'status');
}

/** Secrets that the file spells out. A problem may quote them before any value is resolved. */
function writtenSecrets({ target, headers, defaults }: Request): readonly string[] {
  const shared = defaults?.directives.flatMap(({ header }) => header ?? []) ?? [];
  const values = secretValues({
    url: writtenText(target.url),
    headers: [...shared, ...headers].map(({ name, value }) => [name.text, writtenText(value)]),
  });
  return values.filter((value) => !value.includes('{{'));
}

function skippedStep(step: Request['steps'][number], startedAt: number): StepResult {
  return {
    index: step.index,
    range: stepLine(step),
    label: stepLabel(step),
    status: 'skipped',
    startedAt,
    duration: 0,
    latency: undefined,
    received: undefined,
    sent: undefined,
    expectations: [],
    captures: [],
    failure: undefined,
  };
}
