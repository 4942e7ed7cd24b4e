import { l10n, window } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Session } from '../../engine/session.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { pickAnySession } from './pickSession.ts';
import { pickUrl } from './pickUrl.ts';
import { saveAsRequestFile } from './saveAsRequestFile.ts';
import { confirmed } from '../confirmed.ts';
import type { Question } from '../confirmed.ts';
import { connectRequest } from '../connectArguments.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { Command } from '../report.ts';
import type { Services } from '../services.ts';
import { openSession } from '../sessionLifecycle.ts';
import { requireTrust } from '../trust.ts';

/** The commands that keep a session's things in order: its name, its rows, its recording. */
export function manageSessionCommands(services: Services): Readonly<Record<string, Command>> {
  const { engine, panels } = services;
  const pick = (argument: unknown): Promise<Session | undefined> => pickAnySession(services, argument);

  return {
    'duplex.renameSession': async (argument, given) => {
      const session = await pick(argument);
      if (session === undefined) return;
      const name = typeof given === 'string' ? given : await askName(session);
      if (name?.trim()) session.rename(name.trim());
    },
    /** Answers the id of the new session. */
    'duplex.duplicateSession': async (argument) => {
      requireTrust();
      const session = await pick(argument);
      if (session === undefined) return undefined;
      const names = engine.sessions.map(({ summary }) => summary.name);
      const { name, keep } = session.summary;
      const copy = { options: session.options, name: copyName(name, names), keep };
      return (await openSession(services, copy)).id;
    },
    'duplex.saveAsRequestFile': async (argument) => {
      const session = await pick(argument);
      if (session) await saveAsRequestFile(session, services.log);
    },
    'duplex.clearSession': async (argument) => {
      (await pick(argument))?.clear();
    },
    'duplex.deleteSession': async (argument, how) => {
      const session = await pick(argument);
      if (session === undefined || !(await confirmed(services, how, deletionOf(session)))) return;
      panels.close(session);
      await engine.delete(session);
    },
    /** Answers the session's id, as Connect does. */
    'duplex.connectWithoutKeeping': async (argument) => {
      requireTrust();
      const given = argument ?? (await pickUrl(services));
      if (given === undefined) return undefined;
      return (await openSession(services, { ...connectRequest(given), keep: false })).id;
    },
  };
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

function deletionOf({ summary }: Session): Question {
  const size = byteCount(summary.recordedBytes);
  return {
    text: l10n.t('Delete {0} with its recording?', summary.name),
    detail: isLive(summary.state)
      ? l10n.t('It is disconnected, and {0} on disk are removed. This cannot be undone.', size)
      : l10n.t('{0} on disk are removed. This cannot be undone.', size),
    agree: l10n.t('Delete'),
  };
}

/** What a copy is called: the first of `name 2`, `name 3`, … that is free. A copy of `name 2` is not `name 2 2`. */
export function copyName(name: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  const stem = name.replace(/ \d+$/, '');
  for (let number = 2; ; number++) {
    const candidate = `${stem} ${number}`;
    if (!names.has(candidate)) return candidate;
  }
}
