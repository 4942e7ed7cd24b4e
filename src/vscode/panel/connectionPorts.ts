import { commands, env, l10n, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import type { Fix } from '../../shared/diagnosis.ts';
import { MAX_CONTROL_PAYLOAD } from '../../shared/limits.ts';
import type { PanelCommand } from '../../shared/panelProtocol.ts';
import { agreed } from '../confirmed.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { DraftVariables } from './compose/draftVariables.ts';
import type { ConnectionPorts } from './connectionCalls.ts';
import { fixAction } from './fixActions.ts';
import { createRecordedRows } from './handshakeCalls.ts';
import type { HandshakePorts } from './handshakeCalls.ts';
import { pickProtocol } from './pickProtocol.ts';
import { securityDowngrade } from './securityDowngrade.ts';
import type { WrittenConnection } from './writtenConnection.ts';

/** Milliseconds for which the status bar reports a copy. */
const TOLD = 4_000;

export interface ConnectionServices {
  readonly engine: Engine;
  readonly log: LogOutputChannel;
  connect(session: Session): Promise<void>;
  edited(session: Session, before: string): void;
  readonly variables: DraftVariables;
  readonly written: WeakMap<Session, WrittenConnection>;
}

/** The functions of the window and the recording that the connection part of a panel needs. */
export function createConnectionPorts(
  services: ConnectionServices,
  session: Session,
): ConnectionPorts & HandshakePorts {
  return {
    recorded: createRecordedRows(services.engine, session),
    async copyText(text) {
      await env.clipboard.writeText(text);
      window.setStatusBarMessage(l10n.t('$(check) Copied'), TOLD);
    },
    connect: () => services.connect(session),
    fill: (text, isTrial) => services.variables.fill(text, { remedy: '', isTrial }),
    written: {
      get: () => services.written.get(session),
      set: (written) => void services.written.set(session, written),
    },
    edited: (before) => services.edited(session, before),
    agrees: (fix) => agrees(session, fix),
    act: (action) => fixAction(action, session.options, services.log),
    run: (command) => runMenuCommand(session, command),
  };
}

async function agrees({ options }: Session, { label, change = {} }: Fix): Promise<boolean> {
  const detail = securityDowngrade(options, change);
  if (detail === undefined) return true;
  return agreed({ text: l10n.t('{0}?', label), detail, agree: label });
}

const COMMANDS: Readonly<Record<Exclude<PanelCommand, 'copyCurl' | 'chooseProtocol'>, string>> = {
  ping: 'duplex.sendPing',
  closeWithCode: 'duplex.closeWithCode',
  duplicate: 'duplex.duplicateSession',
  duplicateAndEdit: 'duplex.duplicateAndEdit',
  rename: 'duplex.renameSession',
  clear: 'duplex.clearSession',
  saveAsRequestFile: 'duplex.saveAsRequestFile',
  forceClose: 'duplex.forceClose',
  keyboardShortcuts: 'duplex.keyboardShortcuts',
};

/** Runs the actions of the header's menu by the same commands as keybindings. */
export async function runMenuCommand(
  session: Session,
  command: keyof typeof COMMANDS | 'chooseProtocol',
): Promise<void> {
  if (command === 'chooseProtocol') return pickProtocol(session);
  if (command !== 'ping') {
    await commands.executeCommand(COMMANDS[command], session.id);
    return;
  }
  const payload = await askPayload(session);
  if (payload !== undefined) await commands.executeCommand(COMMANDS.ping, session.id, payload);
}

async function askPayload({ summary }: Session): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Send Ping'),
    prompt: inertText(l10n.t('Payload of the ping to {0}; it may be empty.', summary.name)),
    validateInput: inertCheck((typed) => {
      const bytes = Buffer.byteLength(typed);
      return bytes > MAX_CONTROL_PAYLOAD
        ? l10n.t('A ping carries {0} bytes at most: this has {1}.', MAX_CONTROL_PAYLOAD, bytes)
        : undefined;
    }),
  });
}
