import { l10n } from 'vscode';
import { usualPath } from '../../core/session/options/usualPath.ts';
import { curlCommand } from '../../core/session/doctor/curlCommand.ts';
import { maskHeaders, maskUrl } from '../../core/session/secrets/mask.ts';
import { maskSecrets } from '../../core/session/secrets/maskSecrets.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import { PANEL_COMMANDS } from '../../shared/panelProtocol.ts';
import type { EditableConnection, PanelCommand, PanelConnectionCalls } from '../../shared/panelProtocol.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { checkLine } from './checks.ts';
import { changedConnection, checkEditable, editableConnection } from './editConnection.ts';
import { changeOptions } from './handshakeCalls.ts';
import type { ConnectableSession, HandshakePorts } from './handshakeCalls.ts';
import { asWritten, writtenConnection } from './writtenConnection.ts';
import type { WrittenConnection } from './writtenConnection.ts';

/** The functions of the window and the recording that the calls need. */
export interface ConnectionPorts extends Pick<HandshakePorts, 'copyText' | 'connect' | 'agrees'> {
  /** Called when the user changed the connection's options. @param before the previously shown URL */
  edited(before: string): void;
  /**
   * Fills in variables.
   * @param isTrial whether the user must not be asked
   * @throws DuplexError `call.invalid` for a reference without a value
   */
  fill(
    text: string,
    isTrial: boolean,
  ): Promise<{ readonly text: string; readonly secrets: readonly string[] }>;
  /** The connection of this session as the user last wrote it with variables. */
  readonly written: { get(): WrittenConnection | undefined; set(written: WrittenConnection): void };
  run(command: Exclude<PanelCommand, 'copyCurl'>): Promise<void>;
}

/** Maximum texts with variables in a form. */
const MAX_TEXTS = 1_000;

/** Serves the form of a panel's page that shows and changes how the session connects. */
export function connectionCalls(session: ConnectableSession, ports: ConnectionPorts): PanelConnectionCalls {
  /** The edited options with the values of their variables, as a change of the session's options. */
  const changeOf = async (edited: EditableConnection, isTrial: boolean): Promise<Partial<ConnectOptions>> => {
    const secrets: string[] = [];
    const fill = async (text: string): Promise<string> => {
      if (!text.includes('{{')) return text;
      const filled = await ports.fill(text, isTrial);
      secrets.push(...filled.secrets);
      return filled.text;
    };
    const whole: EditableConnection = {
      ...edited,
      url: await fill(edited.url),
      headers: await Promise.all(
        edited.headers.map(async ([name, value]) => [name, await fill(value)] as const),
      ),
      subprotocols: await Promise.all(edited.subprotocols.map(fill)),
      proxy: await fill(edited.proxy),
    };
    const changed = changedConnection(session.options, whole);
    return secrets.length === 0
      ? changed
      : { ...changed, secrets: [...new Set([...session.options.secrets, ...secrets])] };
  };

  return {
    async editableConnection() {
      return asWritten(editableConnection(session.options), session.options, ports.written.get());
    },
    async filledTexts(texts) {
      if (
        !Array.isArray(texts) ||
        texts.length > MAX_TEXTS ||
        !texts.every((text) => typeof text === 'string')
      )
        throw new DuplexError('call.invalid', 'The panel sent no texts: close it and open it again.');
      return Promise.all(
        texts.map(async (text: string) => {
          try {
            const filled = await ports.fill(text, true);
            return maskSecrets(maskPreview(filled.text), filled.secrets);
          } catch {
            // `connectionProblem` says why.
            return undefined;
          }
        }),
      );
    },
    async connectionProblem(edited) {
      try {
        await changeOf(checkEditable(edited), true);
        return undefined;
      } catch (error) {
        return toDuplexError(error).message;
      }
    },
    async usualPath(text) {
      try {
        const { text: url } = await ports.fill(checkLine(text).trim(), true);
        return usualPath({ url, protocol: session.options.protocol });
      } catch {
        // `connectionProblem` says why.
        return undefined;
      }
    },
    async reconnectWith(edited) {
      const checked = checkEditable(edited);
      const options = await changeOf(checked, false);
      if (!(await ports.agrees({ id: 'edit', label: l10n.t('Connect With These Options'), change: options })))
        return false;
      const before = session.summary.url;
      await changeOptions(session, options);
      ports.written.set(writtenConnection(checked, { ...session.options, ...options }));
      ports.edited(before);
      await ports.connect();
      return true;
    },
    async run(command) {
      const known = PANEL_COMMANDS.find((each) => each === command);
      if (known === undefined)
        throw new DuplexError('call.invalid', 'There is no such command: reload the panel.');
      if (known === 'copyCurl') await ports.copyText(curlCommand(session.options, false));
      else await ports.run(known);
    },
  };
}

/** A text of the form without the secrets of a URL and without credentials after their scheme. */
function maskPreview(text: string): string {
  const masked = maskUrl(text);
  return /^(?:bearer|basic|digest|token) /i.test(masked)
    ? maskHeaders([['Authorization', masked]])[0]![1]
    : masked;
}
