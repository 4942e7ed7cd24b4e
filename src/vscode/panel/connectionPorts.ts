import { env, l10n, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { Fix } from '../../shared/diagnosis.ts';
import { agreed } from '../confirmed.ts';
import type { ConnectionPorts } from './connectionCalls.ts';
import { fixAction } from './fixActions.ts';
import { recordedRows } from './recordedRows.ts';
import { runCommand } from './runCommand.ts';
import { securityDowngrade } from './securityDowngrade.ts';

/** Milliseconds that the status bar tells that something was copied. */
const TOLD = 4_000;

export interface ConnectionServices {
  readonly engine: Engine;
  readonly log: LogOutputChannel;
  connect(session: Session): Promise<void>;
}

/** What a panel's page about the connection needs of the window, the user and the recording. */
export function connectionPorts(services: ConnectionServices, session: Session): ConnectionPorts {
  return {
    recorded: recordedRows(services.engine, session),
    async copyText(text) {
      await env.clipboard.writeText(text);
      window.setStatusBarMessage(l10n.t('$(check) Copied'), TOLD);
    },
    connect: () => services.connect(session),
    agrees: (fix) => agrees(session, fix),
    act: (action) => fixAction(action, session.options, services.log),
    run: (command) => runCommand(session, command),
  };
}

async function agrees({ options }: Session, { label, change = {} }: Fix): Promise<boolean> {
  const detail = securityDowngrade(options, change);
  if (detail === undefined) return true;
  return agreed({ text: l10n.t('{0}?', label), detail, agree: label });
}
