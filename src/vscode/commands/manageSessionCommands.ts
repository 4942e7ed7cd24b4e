import { commands, l10n, window } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Session } from '../../engine/session.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { pickAnySession } from './pickSession.ts';
import { NEW_URL, pickUrl } from './pickUrl.ts';
import { saveAsRequestFile } from './saveAsRequestFile.ts';
import { confirmed } from '../confirmed.ts';
import type { Confirmation } from '../confirmed.ts';
import { connectRequest } from '../connectArguments.ts';
import type { ConnectRequest } from '../connectArguments.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { closeSession, openSession, prepareSession, uniqueName } from '../sessionLifecycle.ts';
import { requireTrust } from '../trust.ts';

/** The commands that manage sessions: their names, rows and recordings. */
export function manageSessionCommands(services: Services): Readonly<Record<string, Command>> {
  const { engine, panels } = services;
  const pick = (argument: unknown): Promise<Session | undefined> => pickAnySession(services, argument);
  const copyOf = ({ options, summary: { name, keep } }: Session): ConnectRequest => ({
    options,
    name: uniqueName(
      name,
      engine.sessions.map(({ summary }) => summary.name),
    ),
    keep,
  });

  return {
    'duplex.renameSession': async (argument, given) => {
      const session = await pick(argument);
      if (session === undefined) return;
      const name = typeof given === 'string' ? given : await askName(session);
      if (name?.trim()) session.rename(name.trim());
    },
    /** Returns the id of the new session. */
    'duplex.duplicateSession': async (argument) => {
      requireTrust();
      const session = await pick(argument);
      if (session === undefined) return undefined;
      return (await openSession(services, copyOf(session))).id;
    },
    /** Returns the id of the new session, which the user connects. */
    'duplex.duplicateAndEdit': async (argument) => {
      requireTrust();
      const session = await pick(argument);
      if (session === undefined) return undefined;
      const copy = prepareSession(services, copyOf(session));
      panels.copyWritten(session, copy);
      return copy.id;
    },
    /** Like Connect, but the user completes the connection in a panel. */
    'duplex.newConnection': async (argument) =>
      prepareSession(services, connectRequest(argument ?? NEW_URL)).id,
    'duplex.saveAsRequestFile': async (argument) => {
      const session = await pick(argument);
      if (session) await saveAsRequestFile(session, services.log);
    },
    'duplex.clearSession': async (argument) => {
      (await pick(argument))?.clear();
    },
    'duplex.nextSession': async () => step(services, 1),
    'duplex.previousSession': async () => step(services, -1),
    /** Shows the extension's keybindings in VS Code's editor. */
    'duplex.keyboardShortcuts': async () => {
      await commands.executeCommand('workbench.action.openGlobalKeybindings', `@ext:${services.extensionId}`);
    },
    /** Their recordings stay under Recordings. */
    'duplex.closeAllClosed': async () => {
      const closed = engine.sessions.filter(({ summary }) => !isLive(summary.state));
      await Promise.all(closed.map((session) => closeSession(services, session)));
    },
    'duplex.deleteSession': async (argument, how) => {
      const session = await pick(argument);
      if (session === undefined || !(await confirmed(services, how, deletionOf(session)))) return;
      panels.close(session);
      await engine.delete(session);
    },
    /** Returns the session's id, like Connect. */
    'duplex.connectWithoutKeeping': async (argument) => {
      requireTrust();
      const given = argument ?? (await pickUrl(services, { keep: false }));
      if (given === undefined) return undefined;
      return (await openSession(services, { ...connectRequest(given), keep: false })).id;
    },
  };
}

/** Shows the session after or before the active one in list order. After the last one comes the first. */
function step({ engine: { sessions }, panels }: Services, by: 1 | -1): void {
  const at = sessions.findIndex((session) => session === panels.active);
  const start = at < 0 && by < 0 ? 0 : at;
  const session = sessions[(start + by + sessions.length) % sessions.length];
  if (session) panels.show(session);
}

async function askName({ summary }: Session): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Rename Session'),
    prompt: inertText(summary.url),
    value: summary.name,
    validateInput: inertCheck((typed) =>
      typed.trim() === '' ? l10n.t('A session needs a name.') : undefined,
    ),
  });
}

function deletionOf({ summary }: Session): Confirmation {
  const size = byteCount(summary.recordedBytes);
  return {
    text: l10n.t('Delete {0} with its recording?', summary.name),
    detail: isLive(summary.state)
      ? l10n.t('It is disconnected, and {0} on disk are deleted. This cannot be undone.', size)
      : l10n.t('{0} on disk are deleted. This cannot be undone.', size),
    agree: l10n.t('Delete'),
  };
}
