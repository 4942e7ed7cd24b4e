import { l10n, Selection, window } from 'vscode';
import type { Uri } from 'vscode';
import { actPlan, fileMessage, type SendableMessage } from '../../core/request/plan/stepPlan.ts';
import type { Act } from '../../core/request/plan/stepPlan.ts';
import { judgeDirective } from '../../core/request/plan/directives.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import type { Step } from '../../core/request/syntax/tree.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import { encodeOutside } from '../payload/encodeOutside.ts';
import { requestFilePath } from '../settings.ts';
import type { ProtobufTypes } from '../../engine/schemas.ts';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { guarded } from '../report.ts';
import type { Command, Remedy } from '../report.ts';
import { findRequest, findStep } from './findRequest.ts';
import type { FoundRequest } from './findRequest.ts';
import { readPayloadFile } from './payloadFile.ts';
import { editorRange } from './requestDocuments.ts';
import type { RequestSessions } from './requestSessions.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';

/** The commands of request files. Each returns the id of the session, or undefined if there is no connection. */
export function requestCommands(
  { log, engine }: Pick<Services, 'log'> & { readonly engine: { readonly schemas: ProtobufTypes } },
  sessions: RequestSessions,
): Record<string, Command> {
  const withRequest = async (
    file: unknown,
    which: unknown,
    run: (found: FoundRequest) => Promise<string | undefined>,
  ): Promise<string | undefined> => {
    let found: FoundRequest | undefined;
    const work = async (): Promise<string | undefined> => {
      requireTrust();
      found = await findRequest(file, which);
      return run(found);
    };
    return guarded(work, log, ({ code }) => (code === 'file.invalid' && found ? [showError(found)] : []));
  };
  return {
    'duplex.connectRequest': (file, which) =>
      withRequest(file, which, async (found) => {
        const session = await sessions.connect(found);
        return session.summary.state === 'open' ? session.id : undefined;
      }),
    'duplex.sendRequestMessage': (file, which, step) =>
      withRequest(file, which, async (found) => {
        const chosen = findStep(found, step);
        const opened = await sessions.opened(found, (scope) =>
          stepAct(found.document.uri, chosen, scope, engine.schemas),
        );
        if (!opened) return undefined;
        const { session, prepared } = opened;
        await act(session, prepared);
        return session.id;
      }),
  };
}

function act(session: Session, done: StepAct): Promise<void> {
  switch (done.kind) {
    case 'message':
      return session.send(done.message);
    case 'ping':
      return session.ping(done.data);
    case 'close':
      return session.disconnect(done.code, done.reason);
  }
}

/** Goes to the request's first error. */
function showError({ document, request }: FoundRequest): Remedy {
  const place = editorRange((request.error ?? request.target).range);
  return {
    label: l10n.t('Go to Error'),
    run: () => window.showTextDocument(document, { selection: new Selection(place.start, place.start) }),
  };
}

/** The action of a step on an open connection, completely resolved. */
export type StepAct =
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  | Extract<Act, { readonly kind: 'ping' | 'close' }>;

/**
 * Resolves the action of a step: reads files and applies `@binary` and `@escape`. `@repeat` and `@delay` are ignored.
 * @throws DuplexError `call.invalid` for a step without an action, `file.invalid` for a variable without a value and
 * for text that cannot be sent, `disk.denied` for a file
 */
export async function stepAct(
  requestFile: Uri,
  step: Step,
  scope: Scope,
  types: ProtobufTypes,
): Promise<StepAct> {
  // The payload of a verb is not a complete message.
  if (step.directives.some(({ name }) => judgeDirective(name.text).kind === 'otherVerb'))
    throw new DuplexError(
      'call.invalid',
      l10n.t('This verb needs the protocol of its request: run the whole request.'),
    );
  const planned = actPlan(step, scope);
  if ('problems' in planned) throw invalid(planned.problems);
  const { act } = planned.plan;
  if (act.kind === 'echo')
    throw new DuplexError(
      'call.invalid',
      l10n.t('Only a run receives the message that this step echoes: run the whole request.'),
    );
  if (act.kind === 'nothing' || act.kind === 'verb')
    throw new DuplexError(
      'call.invalid',
      l10n.t('This step sends nothing: write a message below its separator.'),
    );
  if (act.kind === 'message')
    return { kind: 'message', message: await travelling(act.message, requestFile, types) };
  if (act.kind !== 'file') return act;
  const read = fileMessage(step, await readPayloadFile(requestFile, act.path), act, scope);
  if ('problems' in read) throw invalid(read.problems);
  return { kind: 'message', message: await travelling(read.message, requestFile, types) };
}

async function travelling(
  { kind, data, outside }: SendableMessage,
  requestFile: Uri,
  types: ProtobufTypes,
): Promise<OutgoingMessage> {
  if (!outside) return { kind, data };
  const pathOf = (path: string): string => requestFilePath(requestFile, path);
  return { kind, data: await encodeOutside(data, outside, pathOf, types) };
}

function invalid([first]: readonly Problem[]): DuplexError {
  // If there is no problem, the missing value is one that an earlier step captures.
  const later = l10n.t('This message needs a value that only a run captures: run the whole request.');
  return new DuplexError('file.invalid', first?.message ?? later);
}
