import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { HEADER_NAMES, HEADER_VALUES } from '../../shared/headerNames.ts';
import type { EditableConnection } from '../../shared/panelProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { baseStyles, fieldStyles, toolStyles } from '../base/styles.ts';
import { connectionFormStyles } from './connectionFormStyles.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { HEADER_TEXT } from './headerTexts.ts';
import { authorization, queryParameters, withAuthorization, replaceParameters } from './urlParameters.ts';
import type { NamedValue } from './urlParameters.ts';

const TEXT = HEADER_TEXT.form;

const TABS = [
  { value: 'params', text: 'Params' },
  { value: 'auth', text: 'Auth' },
  { value: 'headers', text: 'Headers' },
  { value: 'subprotocols', text: 'Subprotocols' },
  { value: 'tls', text: 'TLS & Proxy' },
  { value: 'settings', text: 'Settings' },
] as const;
type Tab = (typeof TABS)[number]['value'];

const SECOND = 1_000;

/** Milliseconds after the last key until the host checks the options. */
const PAUSE = 250;

/** Edits the options of a connection. They apply when it connects again. Events: `duplex-connect`, `duplex-close`. */
@customElement('duplex-connection-form')
export class ConnectionForm extends LitElement {
  static override styles = [baseStyles, fieldStyles, toolStyles, connectionFormStyles];

  @property({ attribute: false }) host!: Host;
  /** Nothing has been connected yet. */
  @property({ attribute: false }) isIdle = false;
  /** A URL that was typed and not applied; the form starts with it. */
  @property({ attribute: false }) typedUrl: string | undefined = undefined;

  @state() private edited: EditableConnection | undefined = undefined;
  @state() private tab: Tab = 'params';
  @state() private problem: string | undefined = undefined;
  /** The path that the URL lacks for the chosen protocol. */
  @state() private path: string | undefined = undefined;

  /** Texts with variables, mapped to the same texts with values. */
  @state() private filled: ReadonlyMap<string, string | undefined> = new Map();

  @query('.url') private readonly urlField!: HTMLInputElement | null;

  #pause: ReturnType<typeof setTimeout> | undefined;

  // Not in connectedCallback, because an upgraded element has its properties only from the first update on.
  protected override firstUpdated(): void {
    reportTo(this, this.#load());
  }

  override focus(): void {
    this.urlField?.focus();
    this.urlField?.select();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { edited } = this;
    if (edited === undefined) return nothing;
    return html`
      <form aria-label=${SHARED_TEXT.editConnection} @submit=${this.#onSubmit} @keydown=${this.#onKey}>
        <label class="line"
          >${TEXT.url}<input
            class="url mono"
            spellcheck="false"
            aria-invalid=${this.problem !== undefined}
            .value=${edited.url}
            @input=${(event: Event) => this.#change({ url: valueOf(event) })}
        /></label>
        ${this.#preview(edited.url)} ${this.#offer(edited.url)}
        <duplex-segments
          .label=${TEXT.tabs}
          .items=${TABS}
          .value=${this.tab}
          @duplex-choose=${(event: CustomEvent<Tab>) => (this.tab = event.detail)}
        ></duplex-segments>
        <div class="fields" role="tabpanel" aria-label=${TABS.find(({ value }) => value === this.tab)!.text}>
          ${this.#fields(edited)}
        </div>
        ${options('names', [...HEADER_NAMES.keys()])}
        ${[...HEADER_VALUES].map(([name, values]) => options(`values-${name}`, values))}
        <div class="foot">
          <span class="problem" role="alert">${this.problem ?? nothing}</span>
          <vscode-button secondary @click=${() => emit(this, 'duplex-close', true)}
            >${TEXT.discard}</vscode-button
          >
          <vscode-button ?disabled=${this.problem !== undefined} @click=${this.#onSubmit}
            >${this.isIdle ? TEXT.connect : TEXT.apply}</vscode-button
          >
        </div>
      </form>
    `;
  }

  #fields(edited: EditableConnection): TemplateResult {
    switch (this.tab) {
      case 'params':
        return this.#rows(queryParameters(edited.url), TEXT.addParam, (params) =>
          this.#change({ url: replaceParameters(edited.url, params) }),
        );
      case 'headers':
        return this.#rows(edited.headers, TEXT.addHeader, (headers) => this.#change({ headers }));
      case 'auth':
        return html`${this.#text(TEXT.bearer, authorization(edited.headers), (token) =>
            this.#change({ headers: withAuthorization(edited.headers, token) }),
          )}
          <p class="dim">${TEXT.authHint}</p>`;
      case 'subprotocols':
        return this.#text(TEXT.subprotocols, edited.subprotocols.join(', '), (text) =>
          this.#change({
            subprotocols: text
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean),
          }),
        );
      case 'tls':
        return html`${group(
          TEXT.groups.certificate,
          this.#check(TEXT.insecure, edited.insecure, (insecure) => this.#change({ insecure })),
          advanced(
            this.#text(TEXT.servername, edited.servername, (servername) => this.#change({ servername })),
          ),
        )}
        ${group(
          TEXT.groups.proxy,
          this.#text(TEXT.proxy, edited.proxy, (proxy) => this.#change({ proxy })),
        )}`;
      case 'settings':
        return html`${group(
          TEXT.groups.messages,
          this.#check(TEXT.deflate, edited.deflate, (deflate) => this.#change({ deflate })),
        )}
        ${group(
          TEXT.groups.lifetime,
          this.#number(TEXT.heartbeat, edited.heartbeat / SECOND, (seconds) =>
            this.#change({ heartbeat: seconds * SECOND }),
          ),
          this.#number(TEXT.reconnect, edited.reconnect, (reconnect) => this.#change({ reconnect })),
          advanced(
            this.#number(TEXT.handshakeTimeout, edited.handshakeTimeout / SECOND, (seconds) =>
              this.#change({ handshakeTimeout: seconds * SECOND }),
            ),
          ),
        )}`;
    }
  }

  #rows(rows: readonly NamedValue[], add: string, set: (rows: NamedValue[]) => void): TemplateResult {
    const replaced = (index: number, row: NamedValue): NamedValue[] =>
      rows.map((each, at) => (at === index ? row : each));
    return html`
      ${rows.map(
        ([name, value], index) =>
          html`<div class="pair">
              <input
                class="mono"
                list=${this.tab === 'headers' ? 'names' : nothing}
                aria-label=${TEXT.name}
                placeholder=${TEXT.name}
                spellcheck="false"
                .value=${name}
                @input=${(event: Event) => set(replaced(index, [valueOf(event), value]))}
              />
              <input
                class="mono"
                list=${this.tab === 'headers' ? `values-${name.trim().toLowerCase()}` : nothing}
                aria-label=${TEXT.value}
                placeholder=${TEXT.value}
                spellcheck="false"
                .value=${value}
                @input=${(event: Event) => set(replaced(index, [name, valueOf(event)]))}
              />
              <button
                type="button"
                class="tool"
                aria-label=${TEXT.remove(name)}
                title=${TEXT.remove(name)}
                @click=${() => set(rows.filter((_, at) => at !== index))}
              >
                ${icon('close')}
              </button>
            </div>
            ${this.#preview(value)}`,
      )}
      <vscode-button
        secondary
        @click=${() => {
          set([...rows, ['', '']]);
          void this.#focusLastName();
        }}
        >${add}</vscode-button
      >
    `;
  }

  /** The user types into a new row next, so it gets the focus. */
  async #focusLastName(): Promise<void> {
    await this.updateComplete;
    const pairs = this.renderRoot.querySelectorAll('.pair');
    pairs
      .item(pairs.length - 1)
      .querySelector('input')
      ?.focus();
  }

  #text(label: string, value: string, set: (value: string) => void): TemplateResult {
    return html`<label
        >${label}<input
          class="mono"
          spellcheck="false"
          .value=${value}
          @change=${(event: Event) => set(valueOf(event))}
      /></label>
      ${this.#preview(value)}`;
  }

  /** Shows a text with the values of its variables. */
  #preview(text: string): TemplateResult | typeof nothing {
    const filled = this.filled.get(text);
    return filled === undefined ? nothing : html`<p class="preview mono dim">${TEXT.filled(filled)}</p>`;
  }

  /** The path is added only by a click. */
  #offer(url: string): TemplateResult | typeof nothing {
    const { path } = this;
    if (path === undefined) return nothing;
    const onClick = (): void => {
      this.path = undefined;
      this.#change({ url: `${url.trim().replace(/\/$/, '')}${path}` });
      this.urlField?.focus();
    };
    return html`<p class="offer" role="status">
      ${TEXT.noPath}
      <vscode-button secondary @click=${onClick}>${TEXT.addPath(path)}</vscode-button>
    </p>`;
  }

  #number(label: string, value: number, set: (value: number) => void): TemplateResult {
    return html`<label
      >${label}<input
        type="number"
        min="0"
        .value=${String(value)}
        @change=${(event: Event) => set(Math.max(0, Number(valueOf(event)) || 0))}
    /></label>`;
  }

  #check(label: string, value: boolean, set: (value: boolean) => void): TemplateResult {
    return html`<label class="check"
      ><input
        type="checkbox"
        .checked=${value}
        @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
      />${label}</label
    >`;
  }

  async #load(): Promise<void> {
    const options = await this.host.calls.editableConnection();
    const edited = { ...options, url: this.typedUrl ?? options.url };
    this.edited = edited;
    await this.updateComplete;
    this.focus();
    if (textsWithVariables(edited).length > 0) await this.#validate();
    else this.path = (await this.host.calls.usualPath(edited.url)) ?? undefined;
  }

  #change(change: Partial<EditableConnection>): void {
    this.edited = { ...this.edited!, ...change };
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => reportTo(this, this.#validate()), PAUSE);
  }

  /** Asks the host for problems of the options. */
  async #validate(): Promise<void> {
    const { edited } = this;
    const { calls } = this.host;
    const texts = textsWithVariables(edited!);
    const [problem, path, filled] = await Promise.all([
      calls.connectionProblem(complete(edited!)),
      calls.usualPath(edited!.url),
      texts.length === 0 ? [] : calls.filledTexts(texts),
    ]);
    if (edited !== this.edited) return;
    this.problem = problem ?? undefined;
    this.path = path ?? undefined;
    this.filled = new Map(texts.map((text, index) => [text, filled[index] ?? undefined]));
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    clearTimeout(this.#pause);
    reportTo(this, this.#apply());
  };

  async #apply(): Promise<void> {
    await this.#validate();
    if (this.problem !== undefined) return;
    emit(this, 'duplex-connect');
    // The composer has the focus by now.
    if (await this.host.calls.reconnectWith(complete(this.edited!))) emit(this, 'duplex-close', false);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') emit(this, 'duplex-close', true);
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      // Preventing the key also prevents the event that reports the last input.
      event.target.dispatchEvent(new Event('change'));
      this.#onSubmit(event);
    } else return;
    event.preventDefault();
  }
}

/** Fields that belong together, under a title. */
function group(title: string, ...fields: readonly TemplateResult[]): TemplateResult {
  return html`<div class="group" role="group" aria-label=${title}>
    <h3>${title}</h3>
    ${fields}
  </div>`;
}

/** Completes the field whose `list` has this id. */
function options(id: string, values: readonly string[]): TemplateResult {
  return html`<datalist id=${id}>${values.map((value) => html`<option value=${value}></option>`)}</datalist>`;
}

/** Rarely needed options, initially collapsed. */
function advanced(fields: TemplateResult): TemplateResult {
  return html`<details>
    <summary>${TEXT.advanced}</summary>
    ${fields}
  </details>`;
}

function valueOf({ target }: Event): string {
  return (target as HTMLInputElement).value;
}

function textsWithVariables({ url, headers, subprotocols, proxy }: EditableConnection): string[] {
  const texts = [url, ...headers.map(([, value]) => value), subprotocols.join(', '), proxy];
  return texts.filter((text) => text.includes('{{'));
}

/** Omits added rows that are still empty. */
function complete(edited: EditableConnection): EditableConnection {
  return { ...edited, headers: edited.headers.filter(([name, value]) => name !== '' || value !== '') };
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-connection-form': ConnectionForm;
  }
}
