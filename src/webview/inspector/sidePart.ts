import './inspector.ts';
import '../handshake/handshakeView.ts';
import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SessionSummary } from '../../shared/session.ts';
import { emit } from '../emit.ts';
import type { HandshakeView } from '../handshake/handshakeView.ts';
import type { Host } from '../host.ts';
import { TEXT } from '../texts.ts';
import type { ViewState } from '../viewState.ts';
import type { ChosenView, Inspector } from './inspector.ts';

/** Whether anything stands beside the timeline. */
export function hasSide({ handshake, inspecting, selected }: ViewState): boolean {
  return handshake || (inspecting && selected !== undefined);
}

/**
 * What stands beside the timeline: the handshake, or else the selected row. Events: `duplex-change` (a part of the
 * ViewState), `duplex-leave` (the focus goes back), `duplex-fail` (an error).
 */
@customElement('duplex-side')
export class SidePart extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      min-width: 0;
    }
    duplex-handshake,
    duplex-inspector {
      flex: 1;
    }
  `;

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) session!: SessionSummary;
  @property({ attribute: false }) view!: ViewState;

  @query('duplex-inspector') private readonly inspector!: Inspector | null;
  @query('duplex-handshake') private readonly handshake!: HandshakeView | null;

  onProgress(document: string, done: number, total: number): void {
    this.inspector?.onProgress(document, done, total);
  }

  override focus(): void {
    void this.updateComplete.then(() => (this.handshake ?? this.inspector)?.focus());
  }

  protected override render(): TemplateResult {
    const { host, session, view } = this;
    if (view.handshake)
      return html`<duplex-handshake
        role="region"
        aria-label=${TEXT.handshake}
        .host=${host}
        .version=${`${session.openedAt} ${session.error?.message}`}
        @duplex-leave=${() => this.#close({ handshake: false })}
        @duplex-close=${() => this.#close({ handshake: false })}
        @duplex-fail=${this.#onFail}
      ></duplex-handshake>`;
    return html`<duplex-inspector
      role="region"
      aria-label=${TEXT.inspector}
      .host=${host}
      .seq=${view.selected!}
      .startedAt=${session.startedAt}
      .framesKept=${session.framesKept}
      .textView=${view.textView}
      .binaryView=${view.binaryView}
      @duplex-view=${({ detail: { binary, view: chosen } }: CustomEvent<ChosenView>) =>
        this.#change(binary ? { binaryView: chosen } : { textView: chosen })}
      @duplex-leave=${() => emit(this, 'duplex-leave', undefined)}
      @duplex-close=${() => this.#close({ inspecting: false })}
      @duplex-fail=${this.#onFail}
    ></duplex-inspector>`;
  }

  #change(change: Partial<ViewState>): void {
    emit(this, 'duplex-change', change);
  }

  #close(change: Partial<ViewState>): void {
    this.#change(change);
    emit(this, 'duplex-leave', undefined);
  }

  readonly #onFail = (event: CustomEvent<unknown>): void => emit(this, 'duplex-fail', event.detail);
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-side': SidePart;
  }
}
