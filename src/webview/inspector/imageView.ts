import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { byteCount } from '../../shared/byteCount.ts';
import type { ImageFacts } from '../../shared/formatProtocol.ts';
import { reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { baseStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { IMAGE_TEXT } from './imageTexts.ts';

/**
 * The picture of a message, with its size. Its bytes become a blob of a type that has no scripts, so that the page's
 * policy allows no other source. Event: `duplex-fail`.
 */
@customElement('duplex-image')
export class ImageView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        flex: 0 1 auto;
        max-height: 50%;
        overflow: auto;
        padding: 8px 12px;
      }
      figure {
        margin: 0;
      }
      img {
        background: var(--vscode-editorWidget-background);
        display: block;
        height: auto;
        max-height: 60vh;
        max-width: 100%;
      }
      figcaption {
        color: var(--vscode-descriptionForeground);
        margin-top: 4px;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  /** The name of the document with the picture. */
  @property({ attribute: false }) document = '';
  @property({ attribute: false }) facts!: ImageFacts;

  @state() private source: string | undefined = undefined;
  @state() private size = 0;
  @state() private isBroken = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // The picture's URL was revoked when the element was removed.
    if (this.hasUpdated) reportTo(this, this.#load());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('document')) reportTo(this, this.#load());
  }

  protected override render(): TemplateResult {
    const { type, width, height } = this.facts;
    const what = IMAGE_TEXT.picture(type.slice('image/'.length).toUpperCase(), count(width), count(height));
    const { source } = this;
    if (source === undefined) return html``;
    return html`<figure tabindex="0">
      ${this.isBroken ? html`<p>${IMAGE_TEXT.broken}</p>` : html`<img src=${source} alt=${what} />`}
      <figcaption>${IMAGE_TEXT.caption(what, byteCount(this.size))}</figcaption>
    </figure>`;
  }

  async #load(): Promise<void> {
    this.#forget();
    const { document, facts } = this;
    const bytes = await this.host.calls.documentImage(document);
    if (!bytes) return;
    const blob = new Blob([new Uint8Array(bytes)], { type: facts.type });
    const isBroken = !(await isReadable(blob));
    if (document !== this.document || !this.isConnected) return;
    this.size = bytes.length;
    this.isBroken = isBroken;
    this.source = URL.createObjectURL(blob);
  }

  #forget(): void {
    if (this.source !== undefined) URL.revokeObjectURL(this.source);
    this.source = undefined;
  }
}

/** Reads all pixels once. An `img` element with a valid header shows nothing, and no error, for pixels that cannot be read. */
async function isReadable(picture: Blob): Promise<boolean> {
  try {
    const bitmap = await createImageBitmap(picture);
    bitmap.close();
    return true;
  } catch {
    // InvalidStateError is the only reason for a blob.
    return false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-image': ImageView;
  }
}
