import { commands, l10n, window } from 'vscode';
import type { Session } from '../../engine/session.ts';
import { MAX_CONTROL_PAYLOAD } from '../../shared/limits.ts';
import type { PanelCommand } from '../../shared/panelProtocol.ts';
import { inertText, inertCheck } from '../inertText.ts';

const COMMANDS: Readonly<Record<Exclude<PanelCommand, 'copyCurl'>, string>> = {
  ping: 'duplex.sendPing',
  closeWithCode: 'duplex.closeWithCode',
  duplicate: 'duplex.duplicateSession',
  rename: 'duplex.renameSession',
  clear: 'duplex.clearSession',
  saveAsRequestFile: 'duplex.saveAsRequestFile',
  forceClose: 'duplex.forceClose',
};

/** Does what the menu of a panel's header offers, by the commands that keybindings use too. */
export async function runCommand(session: Session, command: keyof typeof COMMANDS): Promise<void> {
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
