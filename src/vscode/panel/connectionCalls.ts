import { l10n } from 'vscode';
import { usualPath } from '../../core/session/options/usualPath.ts';
import { curlCommand } from '../../core/session/doctor/curlCommand.ts';
import { diagnoseEnd } from '../../core/session/doctor/diagnoseEnd.ts';
import { diagnose } from '../../core/session/doctor/doctor.ts';
import { maskHeaders, maskUrl } from '../../core/session/secrets/mask.ts';
import { maskSecrets } from '../../core/session/secrets/maskSecrets.ts';
import { maskHandshake } from '../../core/session/secrets/maskHandshake.ts';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Diagnosis, Fix, FixAction } from '../../shared/diagnosis.ts';
import { DuplexError, toDuplexError } from '../../shared/errors.ts';
import { PANEL_COMMANDS } from '../../shared/panelProtocol.ts';
import type {
  EditableConnection,
  PanelCommand,
  PanelConnectionCalls,
  PanelHandshake,
} from '../../shared/panelProtocol.ts';
import type { ConnectOptions, SessionSummary } from '../../shared/session.ts';
import type { ErrorDetail, HandshakeDetail } from '../../shared/timeline.ts';
import { checkLine } from './checks.ts';
import { changedConnection, checkEditable, editableConnection } from './editConnection.ts';
import { exchangesText, lastEnd, lastFailure, recordedHandshake } from './lastHandshake.ts';
import type { RecordedRows } from './lastHandshake.ts';
import { asWritten, writtenConnection } from './writtenConnection.ts';
import type { WrittenConnection } from './writtenConnection.ts';

/** The part of a session that describes its connection and changes it. */
export interface ConnectableSession {
  readonly summary: SessionSummary;
  readonly options: ConnectOptions;
  /** The result of the last attempt, secrets included; undefined if only a recording is left. */
  readonly handshakes: HandshakeDetail | undefined;
  reconfigure(change: Partial<ConnectOptions>): void;
  disconnect(): Promise<void>;
}

/** The functions of the window that the calls need. */
export interface ConnectionPorts {
  readonly recorded: RecordedRows;
  copyText(text: string): Promise<void>;
  connect(): Promise<void>;
  /** The user changed how the session connects. @param before the URL that it showed before */
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
  /** Asks before a change that reduces security. @returns false if the user declines */
  agrees(fix: Fix): Promise<boolean>;
  /** Asks the user for the input of a fix, or opens a place for them. @returns the changed options, if any */
  act(action: FixAction): Promise<Partial<ConnectOptions> | undefined>;
  run(command: Exclude<PanelCommand, 'copyCurl'>): Promise<void>;
}

/** Maximum texts with variables in a form. */
const MAX_TEXTS = 1_000;

interface Found {
  readonly diagnosis: Diagnosis;
  /** Set for a failure. */
  readonly detail?: ErrorDetail;
  /** The time at which the server allows another attempt, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** Serves the part of a panel's page that shows the handshake or the failure. */
export function connectionCalls(session: ConnectableSession, ports: ConnectionPorts): PanelConnectionCalls {
  /** The diagnosis of the last failure or the last end, if there is one. */
  const found = async (): Promise<Found | undefined> => {
    const { error, end, protocol, startedAt } = session.summary;
    if (error !== undefined) {
      const recorded = await lastFailure(ports.recorded);
      // Without a recording, only code and sentence are known.
      const known = recorded?.detail.code === error.code ? recorded : undefined;
      const detail: ErrorDetail = known?.detail ?? { code: error.code, message: error.message };
      const diagnosis = diagnose(detail, session.options);
      if (known === undefined || diagnosis.retryAfter === undefined) return { diagnosis, detail };
      return { diagnosis, detail, retryAt: startedAt + known.time / 1000 + diagnosis.retryAfter };
    }
    if (end === undefined) return undefined;
    const recorded = await lastEnd(ports.recorded);
    const isSame = recorded?.close.code === end.code;
    const told = isSame
      ? recorded
      : { close: { ...end, clean: end.code !== 1006 }, direction: 'in' as const, time: 0 };
    return { diagnosis: diagnoseEnd({ ...told, protocol }, session.options) };
  };

  const handshake = async (reveal: boolean): Promise<PanelHandshake | undefined> => {
    const { handshakes, options, summary } = session;
    const { url } = summary;
    if (handshakes === undefined) {
      const detail = await recordedHandshake(ports.recorded);
      return detail && { url, detail, isRevealed: false, canReveal: false };
    }
    const message = summary.state === 'failed' ? summary.error?.message : undefined;
    const shown = reveal ? handshakes : maskHandshake(handshakes, options);
    const detail = { ...shown, ...(message !== undefined && { message }) };
    return { url, detail, isRevealed: reveal, canReveal: true };
  };

  const copyCurl = (reveal: boolean): Promise<void> => ports.copyText(curlCommand(session.options, reveal));

  const fixOf = async (id: unknown): Promise<Fix> => {
    const fix = (await found())?.diagnosis.fixes.find((each) => each.id === id);
    if (fix === undefined)
      throw new DuplexError('call.invalid', 'The session has changed in the meantime: try again.');
    return fix;
  };

  /** A session changes its options only without a connection, so the current one ends first. */
  const change = async (options: Partial<ConnectOptions>): Promise<void> => {
    if (isLive(session.summary.state)) await session.disconnect();
    session.reconfigure(options);
  };

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
    handshake: (reveal) => handshake(reveal === true),
    async copyHandshake(as, reveal) {
      if (as === 'curl') return copyCurl(reveal === true);
      const shown = await handshake(reveal === true);
      const text = exchangesText(shown?.detail.exchanges);
      if (text === '') throw new DuplexError('call.invalid', 'There is nothing to copy: connect first.');
      return ports.copyText(text);
    },
    async diagnosis() {
      const told = await found();
      if (told === undefined) return undefined;
      const { diagnosis, ...rest } = told;
      const { headline, cause, evidence, fixes } = diagnosis;
      // Another attempt follows automatically, and the header offers it at once.
      const offered = session.summary.state === 'waiting' ? fixes.filter(({ id }) => id !== 'retry') : fixes;
      return {
        ...(headline !== undefined && { headline }),
        cause,
        evidence,
        ...rest,
        fixes: offered.map(({ id, label }) => ({ id, label })),
      };
    },
    async applyFix(id) {
      const fix = await fixOf(id);
      if (!(await ports.agrees(fix))) return;
      const options = fix.action === undefined ? fix.change : await ports.act(fix.action);
      if (options === undefined) return;
      await change(options);
      await ports.connect();
    },
    async keepFrames() {
      await change({ frames: true });
      await ports.connect();
    },
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
      await change(options);
      ports.written.set(writtenConnection(checked, { ...session.options, ...options }));
      ports.edited(before);
      await ports.connect();
      return true;
    },
    async run(command) {
      const known = PANEL_COMMANDS.find((each) => each === command);
      if (known === undefined)
        throw new DuplexError('call.invalid', 'There is no such command: reload the panel.');
      if (known === 'copyCurl') await copyCurl(false);
      else await ports.run(known);
    },
  };
}

/** A text of the form without the secrets of a URL, and of credentials after their scheme. */
function maskPreview(text: string): string {
  const masked = maskUrl(text);
  return /^(?:bearer|basic|digest|token) /i.test(masked)
    ? maskHeaders([['Authorization', masked]])[0]![1]
    : masked;
}
