import '../header/sessionHeader.ts';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { toDuplexError } from '../../shared/errors.ts';
import type { PanelCommand, PanelState } from '../../shared/panelProtocol.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { loadPart } from '../base/lazyParts.ts';
import type { ConnectionForm } from '../header/connectionForm.ts';
import type { SessionHeader } from '../header/sessionHeader.ts';
import { shownFailure } from '../text/connectionText.ts';

/**
 * The header, with the card of a failure or an abnormal end below it. Performs the actions of their buttons. Events:
 * `duplex-handshake`, `duplex-details`, `duplex-fail`.
 */
@customElement('duplex-connection')
export class ConnectionPart extends LitElement {
  static override styles = css`
    /* Its parts share the height of the page with the others. */
    :host {
      display: contents;
    }
    duplex-header {
      flex: none;
    }
  `;

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) panel!: PanelState;
  @property({ attribute: false }) showsHandshake = false;

  @state() private isEditing = false;

  /** The initial URL of the form, instead of the session's. */
  #typedUrl: string | undefined;

  @query('duplex-header') private readonly header!: SessionHeader;
  @query('duplex-connection-form') private readonly form!: ConnectionForm | null;

  /** Opens the form of the connection's options. */
  edit(): void {
    if (this.isEditing) this.form?.focus();
    else this.header.toggleForm();
  }

  protected override willUpdate(): void {
    if (this.isEditing) loadPart(this, 'duplex-connection-form', () => import('../header/connectionForm.ts'));
    if (shownFailure(this.panel.session))
      loadPart(this, 'duplex-doctor', () => import('../doctor/doctorCard.ts'));
  }

  protected override render(): TemplateResult {
    const { host, panel } = this;
    const { session, remoteName, heartbeat } = panel;
    const failure = shownFailure(session);
    return html`
      <duplex-header
        .host=${host}
        .session=${session}
        .remoteName=${remoteName}
        .heartbeat=${heartbeat}
        .showsHandshake=${this.showsHandshake}
        .isEditing=${this.isEditing}
        @duplex-edit-connection=${(event: CustomEvent<string | undefined>) => {
          this.isEditing = !this.isEditing;
          this.#typedUrl = event.detail;
        }}
        @duplex-connect=${() => this.#connect()}
        @duplex-applying=${() => emit(this, 'duplex-connect')}
        @duplex-fail=${this.#onFail}
        @duplex-disconnect=${() => this.#report(host.calls.disconnect())}
        @duplex-handshake=${() => emit(this, 'duplex-handshake')}
        @duplex-run=${this.#onRun}
      ></duplex-header>
      ${
        this.isEditing
          ? html`<duplex-connection-form
              .host=${host}
              .isIdle=${session.state === 'idle'}
              .typedUrl=${this.#typedUrl}
              @duplex-connect=${() => emit(this, 'duplex-connect')}
              @duplex-close=${(event: CustomEvent<boolean>) => this.#closeForm(event.detail)}
              @duplex-fail=${this.#onFail}
            ></duplex-connection-form>`
          : nothing
      }
      ${
        failure
          ? html`<duplex-doctor
              .host=${host}
              .failure=${failure}
              .isWaiting=${session.state === 'waiting'}
              @duplex-edit-connection=${() => this.edit()}
              @duplex-applying=${() => emit(this, 'duplex-connect')}
              @duplex-details=${() => emit(this, 'duplex-details')}
              @duplex-run=${this.#onRun}
              @duplex-fail=${this.#onFail}
            ></duplex-doctor>`
          : nothing
      }
    `;
  }

  #closeForm(focusesHeader: boolean): void {
    this.isEditing = false;
    if (focusesHeader) this.header.focus();
  }

  readonly #onFail = (event: CustomEvent<unknown>): void => {
    event.stopPropagation();
    this.#fail(event.detail);
  };

  readonly #onRun = (event: CustomEvent<PanelCommand>): void => {
    this.#report(this.host.calls.run(event.detail));
  };

  #connect(): void {
    emit(this, 'duplex-connect');
    this.#report(this.host.calls.connect());
  }

  #report(call: Promise<void>): void {
    call.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    // The card and the timeline already show the failure of a session.
    if (this.panel.session.error?.code !== toDuplexError(error).code) emit(this, 'duplex-fail', error);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-connection': ConnectionPart;
  }
  interface HTMLElementEventMap {
    'duplex-run': CustomEvent<PanelCommand>;
  }
}
