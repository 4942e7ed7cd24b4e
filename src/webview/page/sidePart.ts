import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SessionSummary } from '../../shared/session.ts';
import { emit, reportTo } from '../base/events.ts';
import type { ReadingSearch } from '../editor/readingEditor.ts';
import type { HandshakeView } from '../handshake/handshakeView.ts';
import type { Host } from '../base/host.ts';
import { focusLoaded, loadPart } from '../base/lazyParts.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { PAGE_TEXT } from './pageTexts.ts';
import type { ViewState } from './viewState.ts';
import type { ConversationView } from '../protocol/conversationView.ts';
import type { TopicsView } from '../protocol/topicsView.ts';
import type { SearchOptions } from '../search/searchOptions.ts';
import type { ChosenView, Inspector } from '../inspector/inspector.ts';

/** Whether the side part is open. */
export function hasSide({ handshake, conversation, inspecting, selected }: ViewState): boolean {
  return handshake || conversation || (inspecting && selected !== undefined);
}

/**
 * The part beside the timeline: the handshake, or else the conversation or the topics, or else the selected row.
 * Events: `duplex-go`, `duplex-change`, `duplex-units`, `duplex-say`, `duplex-leave`, `duplex-fail`.
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
    duplex-conversation,
    duplex-topics,
    duplex-inspector {
      flex: 1;
    }
  `;

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) session!: SessionSummary;
  @property({ attribute: false }) view!: ViewState;
  /** The page's search. */
  @property({ attribute: false }) find: ReadingSearch | undefined = undefined;

  @query('duplex-inspector') private readonly inspector!: Inspector | null;
  @query('duplex-conversation') private readonly conversation!: ConversationView | null;
  @query('duplex-topics') private readonly topics!: TopicsView | null;
  @query('duplex-handshake') private readonly handshake!: HandshakeView | null;

  onProgress(document: string, done: number, total: number): void {
    this.inspector?.onProgress?.(document, done, total);
  }

  override focus(): void {
    reportTo(
      this,
      this.updateComplete.then(() =>
        focusLoaded(this.handshake ?? this.conversation ?? this.topics ?? this.inspector),
      ),
    );
  }

  protected override willUpdate(): void {
    if (this.view.handshake)
      loadPart(this, 'duplex-handshake', () => import('../handshake/handshakeView.ts'));
    else if (this.view.conversation && this.view.topics)
      loadPart(this, 'duplex-topics', () => import('../protocol/topicsView.ts'));
    else if (this.view.conversation)
      loadPart(this, 'duplex-conversation', () => import('../protocol/conversationView.ts'));
    else loadPart(this, 'duplex-inspector', () => import('../inspector/inspector.ts'));
  }

  protected override render(): TemplateResult {
    const { host, session, view } = this;
    if (view.handshake)
      return html`<duplex-handshake
        role="region"
        aria-label=${SHARED_TEXT.handshake}
        .host=${host}
        .version=${`${session.openedAt} ${session.error?.message}`}
        @duplex-leave=${() => this.#close({ handshake: false })}
        @duplex-close=${() => this.#close({ handshake: false })}
      ></duplex-handshake>`;
    if (view.conversation && view.topics)
      return html`<duplex-topics
        .host=${host}
        .names=${view.search.names}
        @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) => emit(this, 'duplex-units', event.detail)}
        @duplex-say=${(event: CustomEvent<string>) => emit(this, 'duplex-say', event.detail)}
        @duplex-leave=${() => emit(this, 'duplex-leave')}
        @duplex-close=${() => this.#close({ conversation: false })}
      ></duplex-topics>`;
    if (view.conversation)
      return html`<duplex-conversation
        .host=${host}
        .pairs=${view.pairs}
        .operation=${view.search.operation}
        @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) => emit(this, 'duplex-units', event.detail)}
        @duplex-pairs=${({ detail }: CustomEvent<ViewState['pairs'] | null>) =>
          emit(this, 'duplex-change', { pairs: detail ?? undefined })}
        @duplex-go=${(event: CustomEvent<number>) => emit(this, 'duplex-go', event.detail)}
        @duplex-leave=${() => emit(this, 'duplex-leave')}
        @duplex-close=${() => this.#close({ conversation: false })}
      ></duplex-conversation>`;
    return html`<duplex-inspector
      role="region"
      aria-label=${PAGE_TEXT.inspector}
      .host=${host}
      .seq=${view.selected!}
      .startedAt=${session.startedAt}
      .framesKept=${session.framesKept}
      .decodes=${session.decodedAs !== undefined}
      .wraps=${view.wraps}
      .find=${this.find}
      @duplex-wrap=${(event: CustomEvent<boolean>) => this.#change({ wraps: event.detail })}
      .textView=${view.textView}
      .binaryView=${view.binaryView}
      @duplex-view=${({ detail: { binary, view: chosen } }: CustomEvent<ChosenView>) =>
        this.#change(binary ? { binaryView: chosen } : { textView: chosen })}
      @duplex-leave=${() => emit(this, 'duplex-leave')}
      @duplex-close=${() => this.#close({ inspecting: false })}
    ></duplex-inspector>`;
  }

  #change(change: Partial<ViewState>): void {
    emit(this, 'duplex-change', change);
  }

  #close(change: Partial<ViewState>): void {
    this.#change(change);
    emit(this, 'duplex-leave');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-side': SidePart;
  }
}
