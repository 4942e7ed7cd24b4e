import { isLive } from '../../core/session/stateMachine.ts';
import { DuplexError } from '../../shared/errors.ts';
import { PANEL_COMMANDS } from '../../shared/panelProtocol.ts';
import type {
  PanelCommand,
  PanelConnectionCalls,
  PanelDiagnosis,
  PanelHandshake,
} from '../../shared/panelProtocol.ts';
import type { ConnectOptions, SessionSummary } from '../../shared/session.ts';
import type { ErrorDetail, HandshakeDetail } from '../../shared/timeline.ts';
import { exchangesText, lastFailure, recordedHandshake } from './lastHandshake.ts';
import type { RecordedRows } from './lastHandshake.ts';

/** What is needed of a session to tell how it connected, and to connect it otherwise. */
export interface ConnectableSession {
  readonly summary: SessionSummary;
  readonly options: ConnectOptions;
  /** Of the last attempt, secrets included; undefined where only a recording is left. */
  readonly handshakes: HandshakeDetail | undefined;
  reconfigure(change: Partial<ConnectOptions>): void;
  disconnect(): Promise<void>;
}

/** Something that may help: a change of how to connect, or an action of the host. */
export interface Fix {
  readonly id: string;
  readonly label: string;
  readonly change?: Partial<ConnectOptions>;
  readonly action?: string;
}

export interface Diagnosis {
  readonly cause: string;
  readonly evidence: PanelDiagnosis['evidence'];
  readonly fixes: readonly Fix[];
}

/** What the calls need of the window and the user. */
export interface ConnectionPorts {
  readonly recorded: RecordedRows;
  diagnose(detail: ErrorDetail, options: ConnectOptions): Diagnosis;
  curl(reveal: boolean): string;
  copyText(text: string): Promise<void>;
  connect(): Promise<void>;
  /** Asks before a change that weakens security; false where the user does not want it. */
  agrees(fix: Fix): Promise<boolean>;
  /** What a fix does that is no change of options. */
  act(action: string): Promise<void>;
  run(command: Exclude<PanelCommand, 'copyCurl'>): Promise<void>;
}

/** Answers the part of a panel's page that shows how the connection came about, or why it did not. */
export function connectionCalls(session: ConnectableSession, ports: ConnectionPorts): PanelConnectionCalls {
  const failureOf = async (): Promise<ErrorDetail | undefined> => {
    const { error } = session.summary;
    if (error === undefined) return undefined;
    const recorded = await lastFailure(ports.recorded);
    // Without a recording, code and sentence are all there is.
    return recorded?.code === error.code ? recorded : { code: error.code, message: error.message };
  };

  const handshake = async (reveal: boolean): Promise<PanelHandshake | undefined> => {
    const masked = await recordedHandshake(ports.recorded);
    const { handshakes } = session;
    if (masked === undefined && handshakes === undefined) return undefined;
    const canReveal = handshakes !== undefined;
    const isRevealed = canReveal && reveal;
    const detail = { ...masked, ...(isRevealed && handshakes) };
    return { url: session.summary.url, detail, isRevealed, canReveal };
  };

  const fixOf = async (id: unknown): Promise<Fix> => {
    const detail = await failureOf();
    const fix = detail && ports.diagnose(detail, session.options).fixes.find((each) => each.id === id);
    if (fix === undefined)
      throw new DuplexError('call.invalid', 'The session has changed since: look at what it says now.');
    return fix;
  };

  /** The session as it is now does not connect with other options: whatever it is at ends first. */
  const change = async (options: Partial<ConnectOptions>): Promise<void> => {
    if (isLive(session.summary.state)) await session.disconnect();
    session.reconfigure(options);
  };

  return {
    handshake: (reveal) => handshake(reveal === true),
    async copyHandshake(as, reveal) {
      if (as === 'curl') return ports.copyText(ports.curl(reveal === true));
      const shown = await handshake(reveal === true);
      const text = exchangesText(shown?.detail.exchanges);
      if (text === '') throw new DuplexError('call.invalid', 'There is nothing to copy: connect first.');
      return ports.copyText(text);
    },
    async diagnosis() {
      const detail = await failureOf();
      if (detail === undefined) return undefined;
      const { cause, evidence, fixes } = ports.diagnose(detail, session.options);
      return { cause, evidence, detail, fixes: fixes.map(({ id, label }) => ({ id, label })) };
    },
    async applyFix(id) {
      const fix = await fixOf(id);
      if (!(await ports.agrees(fix))) return;
      if (fix.action !== undefined) return ports.act(fix.action);
      await change(fix.change ?? {});
      await ports.connect();
    },
    async keepFrames() {
      await change({ frames: true });
      await ports.connect();
    },
    async run(command) {
      const known = PANEL_COMMANDS.find((each) => each === command);
      if (known === undefined)
        throw new DuplexError('call.invalid', 'There is no such command: reload the panel.');
      if (known === 'copyCurl') await ports.copyText(ports.curl(false));
      else await ports.run(known);
    },
  };
}
