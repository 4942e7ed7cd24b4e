import { EventEmitter, l10n, ViewColumn, window } from 'vscode';
import type { Event, WebviewPanel } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Session } from '../../engine/session.ts';
import { detach } from '../report.ts';
import { inertText } from '../inertText.ts';
import { closePanelSetting } from '../settings.ts';
import { attachSession } from './attachSession.ts';
import type { Attachment, PanelServices } from './attachSession.ts';

export const PANEL_TYPE = 'duplex.session';

interface Shown {
  readonly panel: WebviewPanel;
  readonly session: Session;
  readonly attachment: Attachment;
}

/** The column of a new panel, and whether the focus stays. */
export interface PanelPlace {
  readonly viewColumn: ViewColumn;
  readonly preserveFocus?: boolean;
}

/** The panels, at most one per session. They are not closed when the extension ends, so VS Code can restore them. */
export class SessionPanels {
  readonly #services: PanelServices;
  readonly #shown = new Map<Session, Shown>();
  readonly #activeChanged = new EventEmitter<void>();
  /** Fires when the panel with the focus may have changed. */
  readonly onDidChangeActive: Event<void> = this.#activeChanged.event;

  constructor(services: Omit<PanelServices, 'written'>) {
    this.#services = { ...services, written: new WeakMap() };
  }

  /** Gives a copy of a session the variables that the user wrote for it. */
  copyWritten(from: Session, to: Session): void {
    const written = this.#services.written.get(from);
    if (written) this.#services.written.set(to, written);
  }

  /** The session whose panel has the focus. */
  get active(): Session | undefined {
    for (const { panel, session } of this.#shown.values()) if (panel.active) return session;
    return undefined;
  }

  isVisible(session: Session): boolean {
    return this.#shown.get(session)?.panel.visible ?? false;
  }

  /** Shows the session's panel and opens the Go To field of its timeline. @param text initial text of the field */
  goTo(session: Session, text: string): void {
    this.show(session);
    this.#shown.get(session)?.attachment.goTo(text);
  }

  /** Shows the session's panel with the form of the connection's options. */
  edit(session: Session): void {
    this.show(session);
    this.#shown.get(session)?.attachment.edit();
  }

  /** Shows the session's panel at one row, which is selected. */
  showRow(session: Session, seq: number, place?: PanelPlace): void {
    this.show(session, place);
    this.#shown.get(session)?.attachment.showRow(seq);
  }

  /** Shows the session's panel in its place, or a new one at `place`, by default in the active group. */
  show(session: Session, place: PanelPlace = { viewColumn: ViewColumn.Active }): void {
    const shown = this.#shown.get(session);
    if (shown) shown.panel.reveal(undefined, place.preserveFocus);
    else this.adopt(window.createWebviewPanel(PANEL_TYPE, inertText(session.summary.name), place), session);
  }

  /** Puts a session into a panel that exists, e.g. one that VS Code restored. */
  adopt(panel: WebviewPanel, session: Session): void {
    const attachment = attachSession(this.#services, panel, session);
    this.#shown.set(session, { panel, session, attachment });
    panel.onDidChangeViewState(() => this.#activeChanged.fire());
    panel.onDidDispose(() => {
      attachment.dispose();
      // The user closed the panel, unless close() has removed it from the list.
      const byUser = this.#shown.get(session)?.panel === panel;
      if (byUser) this.#shown.delete(session);
      this.#activeChanged.fire();
      if (byUser) this.#closedByUser(session);
    });
    this.#activeChanged.fire();
  }

  /** Closes the session's panel regardless of the setting. */
  close(session: Session): void {
    const shown = this.#shown.get(session);
    this.#shown.delete(session);
    shown?.panel.dispose();
  }

  #closedByUser(session: Session): void {
    if (!isLive(session.summary.state)) return;
    const choice = closePanelSetting();
    if (choice === 'disconnect') detach(session.disconnect(), this.#services.log);
    if (choice === 'ask') detach(this.#ask(session), this.#services.log);
  }

  async #ask(session: Session): Promise<void> {
    const keep = l10n.t('Keep Connected');
    const disconnect = l10n.t('Disconnect');
    const chosen = await window.showInformationMessage(
      inertText(l10n.t('{0} is still connected.', session.summary.name)),
      disconnect,
      keep,
    );
    if (chosen === disconnect) await session.disconnect();
  }
}
