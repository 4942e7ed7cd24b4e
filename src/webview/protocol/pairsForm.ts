import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, queryAll } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { JsonPairs } from '../../shared/unitIndexProtocol.ts';
import { emit } from '../base/events.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { PROTOCOL_TEXT } from './protocolTexts.ts';

/**
 * Two JSONPaths that pair calls with their replies. If both are empty, the ids of the protocol pair them. Event:
 * `duplex-pairs`.
 */
@customElement('duplex-pairs-form')
export class PairsForm extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        flex: none;
        padding: 8px 12px 0;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 12px;
      }
      label {
        align-items: center;
        display: flex;
        flex: 1 1 180px;
        gap: 6px;
        min-width: 0;
        white-space: nowrap;
      }
      input {
        flex: 1;
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 12px;
        min-width: 60px;
      }
      p {
        color: var(--vscode-list-errorForeground);
        margin: 4px 0 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) pairs: JsonPairs | undefined = undefined;
  /** Why the paths cannot be used: one sentence that quotes the path. */
  @property({ attribute: false }) problem: string | undefined = undefined;

  @queryAll('input') private readonly inputs!: NodeListOf<HTMLInputElement>;

  protected override render(): TemplateResult {
    const { pairs, problem } = this;
    return html`<form aria-label=${PROTOCOL_TEXT.pairs} @submit=${this.#onSubmit} @change=${this.#onSubmit}>
        ${this.#field(PROTOCOL_TEXT.callPath, '$.id', pairs?.call)}
        ${this.#field(PROTOCOL_TEXT.replyPath, '$.replyTo', pairs?.reply)}
        <button type="submit" hidden></button>
      </form>
      ${problem === undefined ? nothing : html`<p id="problem" role="alert">${problem}</p>`}`;
  }

  #field(label: string, sample: string, path: string | undefined): TemplateResult {
    const isInvalid = this.problem !== undefined && (path === '' || this.problem.includes(`“${path}”`));
    return html`<label
      >${label}<input
        type="text"
        spellcheck="false"
        autocomplete="off"
        title=${PROTOCOL_TEXT.pairsTitle}
        placeholder=${sample}
        aria-invalid=${isInvalid}
        aria-describedby=${isInvalid ? 'problem' : nothing}
        .value=${live(path ?? '')}
    /></label>`;
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    const [call = '', reply = ''] = [...this.inputs].map(({ value }) => value.trim());
    const { pairs } = this;
    if (call === (pairs?.call ?? '') && reply === (pairs?.reply ?? '')) return;
    emit(this, 'duplex-pairs', call === '' && reply === '' ? undefined : { call, reply });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-pairs-form': PairsForm;
  }
  interface HTMLElementEventMap {
    /** Pair calls by these paths; undefined to pair by the ids of the protocol. */
    'duplex-pairs': CustomEvent<JsonPairs | undefined>;
  }
}
