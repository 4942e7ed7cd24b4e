import { env, l10n, window } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { confirmed } from '../confirmed.ts';
import type { ConnectionPorts, Fix } from './connectionCalls.ts';
import { recordedRows } from './recordedRows.ts';
import { runCommand } from './runCommand.ts';
import { weakening } from './weakening.ts';

/** Milliseconds that the status bar tells that something was copied. */
const TOLD = 4_000;

/** What a panel's page about the connection needs of the window, the user and the recording. */
export function connectionPorts(
  engine: Engine,
  session: Session,
  connect: () => Promise<void>,
): ConnectionPorts {
  const copyText = async (text: string): Promise<void> => {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(l10n.t('$(check) Copied'), TOLD);
  };
  return {
    recorded: recordedRows(engine, session),
    diagnose: ({ message }) => ({ cause: message, evidence: [], fixes: [] }),
    curl: () => session.summary.url,
    copyText,
    connect,
    agrees: (fix) => agrees(session, fix),
    act: () => Promise.resolve(),
    run: (command) => runCommand(session, command),
  };
}

async function agrees({ options }: Session, { label, change = {} }: Fix): Promise<boolean> {
  const detail = weakening(options, change);
  if (detail === undefined) return true;
  return confirmed(undefined, { text: l10n.t('{0}?', label), detail, agree: label });
}
