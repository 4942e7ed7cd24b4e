import { l10n, window } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import { invalidCloseCode, invalidCloseReason } from '../../core/session/options/validate.ts';
import type { Session } from '../../engine/session.ts';
import { pickAnySession, pickSession } from './pickSession.ts';
import { pickUrl } from './pickUrl.ts';
import { connectRequest } from '../connectArguments.ts';
import { inertCheck, inertText } from '../inertText.ts';
import { checkIndex, typedMessage } from '../panel/checks.ts';
import { copyPayload } from '../payload/copyPayload.ts';
import { savePayload } from '../payload/savePayload.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { closeSession, connectAndReport, disconnectSession, openSession } from '../sessionLifecycle.ts';
import { requireTrust } from '../trust.ts';

const isOpen = (session: Session): boolean => session.summary.state === 'open';
const isConnected = (session: Session): boolean => isLive(session.summary.state);

/** The commands about connections and messages. */
export function sessionCommands(services: Services): Readonly<Record<string, Command>> {
  const { engine, log, panels } = services;
  const noneOpen = l10n.t('No session is open: connect first.');
  const open = (argument: unknown): Promise<Session | undefined> =>
    pickSession(services, argument, { offer: isOpen, none: noneOpen });
  const connected = (argument: unknown): Promise<Session | undefined> =>
    pickSession(services, argument, { offer: isConnected, none: noneOpen });
  const ofAll = (argument: unknown): Promise<Session | undefined> => pickAnySession(services, argument);

  return {
    /** Returns the session's id, whether the handshake succeeded or not; undefined if there is no session. */
    'duplex.connect': async (argument) => {
      // Checked first, so that the user is not asked for a connection that is then refused.
      requireTrust();
      const given = argument ?? (await pickUrl(services));
      if (given === undefined) return undefined;
      return (await openSession(services, connectRequest(given))).id;
    },
    'duplex.disconnect': async (argument) => {
      const session = await connected(argument);
      if (session) await disconnectSession(session);
    },
    'duplex.forceClose': async (argument) => {
      const session = await connected(argument);
      session?.terminate();
      await session?.disconnect();
    },
    'duplex.disconnectAll': async () => {
      await Promise.all(engine.sessions.filter(isConnected).map((session) => session.disconnect()));
    },
    'duplex.reconnect': async (argument) => {
      const session = await ofAll(argument);
      if (session === undefined) return;
      if (isConnected(session)) await session.disconnect();
      await connectAndReport(services, session);
    },
    'duplex.send': async (argument, text) => {
      const session = await open(argument);
      const message = typeof text === 'string' ? text : session && (await askText(session));
      if (session === undefined || message === undefined) return;
      await session.send(typedMessage('text', message));
    },
    'duplex.sendPing': async (argument, data) => {
      const session = await open(argument);
      await session?.ping(typeof data === 'string' ? new TextEncoder().encode(data) : undefined);
    },
    'duplex.closeWithCode': async (argument, code, reason) => {
      const session = await connected(argument);
      if (session === undefined) return;
      const given =
        typeof code === 'number'
          ? { code, reason: typeof reason === 'string' ? reason : '' }
          : await askCloseCode();
      if (given) await session.disconnect(given.code, given.reason);
    },
    'duplex.revealSession': async (argument) => {
      const session = await ofAll(argument);
      if (session) panels.show(session);
    },
    /** With a number, goes to that row at once; a text becomes the initial text of the field. */
    'duplex.goToMessage': async (argument, where) => {
      const session = await ofAll(argument);
      if (session === undefined) return;
      if (typeof where === 'number') panels.showRow(session, checkIndex(where));
      else panels.goTo(session, typeof where === 'string' ? where : '');
    },
    'duplex.closeSession': async (argument) => {
      const session = await ofAll(argument);
      if (session === undefined) return;
      await closeSession(services, session);
    },
    'duplex.savePayload': async (argument, seq) => {
      const row = checkIndex(seq);
      const session = await ofAll(argument);
      if (session) await savePayload({ engine, log }, session, row);
    },
    'duplex.copyPayload': async (argument, seq) => {
      const row = checkIndex(seq);
      const session = await ofAll(argument);
      if (session) await copyPayload(engine, session, row);
    },
  };
}

/** Asks for a line to send as a text message; undefined if the user cancels. */
async function askText(session: Session): Promise<string | undefined> {
  return window.showInputBox({
    title: inertText(l10n.t('Send Message to {0}', session.summary.name)),
    placeHolder: l10n.t('Text of the message'),
    ignoreFocusOut: true,
  });
}

/** Asks for a close code and a reason, checked while they are typed; undefined if the user cancels. */
async function askCloseCode(): Promise<{ code: number; reason: string } | undefined> {
  const title = l10n.t('Close With Code');
  const code = await window.showInputBox({
    title: l10n.t('{0} (1 of 2)', title),
    prompt: l10n.t('1000 is a normal closure; your server defines 3000 to 4999.'),
    value: '1000',
    validateInput: inertCheck((typed) => invalidCloseCode(/^\s*\d+\s*$/.test(typed) ? Number(typed) : NaN)),
  });
  if (code === undefined) return undefined;
  const reason = await window.showInputBox({
    title: l10n.t('{0} (2 of 2)', title),
    prompt: l10n.t('Reason, may be empty'),
    validateInput: inertCheck(invalidCloseReason),
  });
  return reason === undefined ? undefined : { code: Number(code), reason };
}
