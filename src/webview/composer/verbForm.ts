import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { PanelVerb, VerbDraft } from '../../shared/panelVerbs.ts';
import { emit } from '../base/events.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { DRAFT_TEXT } from './draftTexts.ts';

/** The arguments of a verb as fields; its payload is the editor. Event: `duplex-verb`. */
@customElement('duplex-verb-form')
export class VerbForm extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        flex: 0 1 auto;
        max-height: 108px;
        min-height: 28px;
        overflow-y: auto;
        padding: 1px;
      }
      .fields {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 6px 12px;
      }
      label {
        align-items: center;
        display: flex;
        gap: 6px;
        min-width: 0;
      }
      input[type='text'] {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 12px;
        width: 22ch;
      }
      select {
        background: var(--vscode-dropdown-background, var(--vscode-input-background));
        border: 1px solid var(--vscode-dropdown-border, var(--vscode-input-border, transparent));
        border-radius: 4px;
        color: var(--vscode-dropdown-foreground, var(--vscode-input-foreground));
        font: inherit;
        height: 26px;
      }
      select:focus {
        border-color: var(--vscode-focusBorder);
        outline: none;
      }
      .headers {
        flex: 1 1 100%;
      }
      .headers input {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) spec!: PanelVerb;
  @property({ attribute: false }) verb!: VerbDraft;
  /** The index of the argument that is missing or cannot be written; -1 for none. */
  @property({ attribute: false }) invalid = -1;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('input, select, vscode-checkbox')?.focus();
  }

  protected override render(): TemplateResult {
    const { spec } = this;
    const sample = spec.sample.line.split(/\s+/);
    return html`<div class="fields" role="group" aria-label=${`@${spec.name}`} title=${spec.about}>
      ${spec.arguments.map(({ name, optional }, index) => this.#argument(name, optional, index, sample[index] ?? ''))}
      ${spec.options.map((option) => this.#option(option))}
      ${spec.besides.map(
        ({ name, about }) =>
          html`<vscode-checkbox
            title=${about}
            .label=${`@${name}`}
            .checked=${this.verb.beside.includes(name)}
            @change=${(event: Event) => this.#onBeside(name, isChecked(event))}
          ></vscode-checkbox>`,
      )}
      ${spec.headers ? this.#headers() : nothing}
    </div>`;
  }

  #argument(name: string, optional: boolean, index: number, sample: string): TemplateResult {
    return html`<label
      >${optional ? DRAFT_TEXT.optional(name) : name}<input
        class="argument"
        type="text"
        spellcheck="false"
        autocomplete="off"
        placeholder=${sample}
        aria-required=${!optional}
        aria-invalid=${index === this.invalid}
        .value=${live(this.verb.arguments[index] ?? '')}
        @input=${(event: Event) => this.#onArgument(index, textOf(event))}
    /></label>`;
  }

  #option({ name, values, takesText }: PanelVerb['options'][number]): TemplateResult {
    const { options } = this.verb;
    if (takesText)
      return html`<label
        >${DRAFT_TEXT.optional(name)}<input
          type="text"
          spellcheck="false"
          .value=${live(options[name] ?? '')}
          @input=${(event: Event) => this.#onOption(name, textOf(event).trim() || undefined)}
      /></label>`;
    if (values === undefined)
      return html`<vscode-checkbox
        .label=${name}
        .checked=${name in options}
        @change=${(event: Event) => this.#onOption(name, isChecked(event) ? '' : undefined)}
      ></vscode-checkbox>`;
    return html`<label
      >${name}<select
        .value=${live(options[name] ?? '')}
        @change=${(event: Event) => this.#onOption(name, textOf(event) || undefined)}
      >
        ${['', ...values].map((value) => html`<option value=${value} ?selected=${value === (options[name] ?? '')}>${value || DRAFT_TEXT.unset}</option>`)}
      </select></label
    >`;
  }

  #headers(): TemplateResult {
    const text = this.verb.headers.map(([name, value]) => `${name}: ${value}`).join('; ');
    return html`<label class="headers"
      >${DRAFT_TEXT.headers}<input
        type="text"
        spellcheck="false"
        placeholder="name: value; name: value"
        .value=${text}
        @change=${(event: Event) => this.#change({ headers: headersIn(textOf(event)) })}
    /></label>`;
  }

  #onArgument(index: number, value: string): void {
    const { arguments: before } = this.verb;
    this.#change({
      arguments: this.spec.arguments.map((_, at) => (at === index ? value : (before[at] ?? ''))),
    });
  }

  #onOption(name: string, value: string | undefined): void {
    const others = Object.entries(this.verb.options).filter(([key]) => key !== name);
    this.#change({ options: Object.fromEntries(value === undefined ? others : [...others, [name, value]]) });
  }

  #onBeside(name: string, isOn: boolean): void {
    const others = this.verb.beside.filter((each) => each !== name);
    this.#change({ beside: isOn ? [...others, name] : others });
  }

  #change(change: Partial<VerbDraft>): void {
    emit(this, 'duplex-verb', { ...this.verb, ...change });
  }
}

function textOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

function isChecked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}

/** `name: value` pairs, separated by semicolons; a part without a colon is a name without a value. */
function headersIn(text: string): [string, string][] {
  return text.split(';').flatMap((part): [string, string][] => {
    const [, name = '', value = ''] = /^\s*([^:]*?)\s*(?::\s*(.*?)\s*)?$/s.exec(part) ?? [];
    return name === '' ? [] : [[name, value]];
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-verb-form': VerbForm;
  }
  interface HTMLElementEventMap {
    /** Another verb, or other arguments; undefined for a plain message. */
    'duplex-verb': CustomEvent<VerbDraft | undefined>;
  }
}
