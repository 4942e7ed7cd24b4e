import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FixAction } from '../../shared/diagnosis.ts';
import type { PanelDiagnosis, PanelFix } from '../../shared/panelProtocol.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { certificateStyles, certificateTree } from '../parts/certificates.ts';
import { baseStyles, factStyles, replacedStyles } from '../base/styles.ts';
import { inertLines, inertParts } from '../text/inertText.ts';
import type { Failure } from '../text/connectionText.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { DOCTOR_TEXT } from './doctorTexts.ts';
import { doctorStyles } from './doctorStyles.ts';
import { evidenceBlocks } from './evidence.ts';

const SECOND = 1_000;

/** The fix that connects again without a change. */
const RETRY = 'retry';
const EDIT: FixAction = 'editConnection';

/**
 * The card of a failure or an abnormal end: cause, evidence and fixes. Events: `duplex-edit-connection`, `duplex-applying`,
 * `duplex-details`, `duplex-run`, `duplex-fail`.
 */
@customElement('duplex-doctor')
export class DoctorCard extends LitElement {
  static override styles = [baseStyles, factStyles, replacedStyles, certificateStyles, doctorStyles];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) failure!: Failure;
  /** A reconnect is scheduled, so no fix is the primary action. */
  @property({ attribute: false }) isWaiting = false;

  @state() private diagnosis: PanelDiagnosis | undefined = undefined;
  @state() private showsEvidence = true;
  /** A fix is being applied; a second press would connect twice. */
  @state() private isBusy = false;

  #clock: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('failure');
    if (!changed.has('failure') || (before !== undefined && isSame(before, this.failure))) return;
    this.diagnosis = undefined;
    void this.#load(this.failure);
  }

  protected override render(): TemplateResult {
    const { diagnosis, failure } = this;
    const wait = secondsTo(diagnosis?.retryAt);
    const headline = wait === undefined ? diagnosis?.headline : DOCTOR_TEXT.retry(wait);
    return html`<section aria-label=${DOCTOR_TEXT.failure}>
      ${icon('error')}
      <div class="card">
        <p class="cause" role="alert">
          ${
            headline === undefined
              ? nothing
              : html`<strong class="headline" aria-live=${wait === undefined ? nothing : 'off'}
                  >${inertParts(headline)}</strong
                >`
          }
          ${inertParts(diagnosis?.cause ?? failure.message)} <code>${failure.code}</code>
        </p>
        <div class="fixes">
          ${diagnosis?.fixes.map((fix, index) => this.#fix(fix, index === 0 && !this.isWaiting, wait)) ?? nothing}
          ${
            diagnosis?.fixes.some(({ id }) => id === EDIT)
              ? nothing
              : html`<vscode-button secondary @click=${() => this.#edit()}
                  >${SHARED_TEXT.editConnection}</vscode-button
                >`
          }
          <vscode-button secondary @click=${() => emit(this, 'duplex-run', 'copyCurl')}
            >${SHARED_TEXT.copyCurl}</vscode-button
          >
          <vscode-button secondary @click=${() => emit(this, 'duplex-details')}
            >${DOCTOR_TEXT.showRow}</vscode-button
          >
        </div>
        ${diagnosis && hasEvidence(diagnosis) && this.showsEvidence ? evidencePart(diagnosis) : nothing}
      </div>
      ${diagnosis && hasEvidence(diagnosis) ? this.#toggle() : nothing}
    </section>`;
  }

  /** @param wait seconds until the server allows another attempt */
  #fix({ id, label }: PanelFix, isFirst: boolean, wait = 0): TemplateResult {
    return html`<vscode-button
      class="fix"
      ?secondary=${!isFirst}
      ?disabled=${this.isBusy || (id === RETRY && wait > 0)}
      @click=${() => (id === EDIT ? this.#edit() : this.#act(() => this.host.calls.applyFix(id)))}
      >${id === EDIT ? SHARED_TEXT.editConnection : label}</vscode-button
    >`;
  }

  #edit(): void {
    emit(this, 'duplex-edit-connection', undefined);
  }

  #toggle(): TemplateResult {
    const name = this.showsEvidence ? DOCTOR_TEXT.hideEvidence : DOCTOR_TEXT.showEvidence;
    return html`<button
      type="button"
      class="toggle"
      aria-label=${name}
      aria-expanded=${this.showsEvidence}
      title=${name}
      @click=${() => (this.showsEvidence = !this.showsEvidence)}
    >
      ${icon(this.showsEvidence ? 'chevron-up' : 'chevron-down')}
    </button>`;
  }

  async #load(failure: Failure): Promise<void> {
    try {
      const diagnosis = await this.host.calls.diagnosis();
      if (!isSame(failure, this.failure)) return;
      this.diagnosis = diagnosis;
      this.#countDown();
    } catch (error) {
      emit(this, 'duplex-fail', error);
    }
  }

  /** Redraws the card every second until the server allows another attempt. */
  #countDown(): void {
    clearInterval(this.#clock);
    if (!secondsTo(this.diagnosis?.retryAt)) return;
    this.#clock = setInterval(() => {
      this.requestUpdate();
      if (!secondsTo(this.diagnosis?.retryAt)) clearInterval(this.#clock);
    }, SECOND);
  }

  #act(call: () => Promise<void>): void {
    this.isBusy = true;
    emit(this, 'duplex-applying');
    call()
      .catch((error: unknown) => emit(this, 'duplex-fail', error))
      .finally(() => (this.isBusy = false));
  }
}

/** Whole seconds until a time; 0 once it is reached, undefined if there is none. */
function secondsTo(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.max(0, Math.ceil((time - Date.now()) / SECOND));
}

function isSame(one: Failure, other: Failure): boolean {
  return one.code === other.code && one.message === other.message;
}

function hasEvidence({ evidence, detail }: PanelDiagnosis): boolean {
  return evidence.length > 0 || evidenceBlocks(detail).length > 0 || (detail?.tls?.chain.length ?? 0) > 0;
}

function evidencePart({ evidence, detail }: PanelDiagnosis): TemplateResult {
  const chain = detail?.tls?.chain ?? [];
  return html`<div class="evidence">
    ${
      evidence.length === 0
        ? nothing
        : html`<dl>
            ${evidence.map(
              ({ label, value }) =>
                html`<dt>${label}</dt>
                  <dd>${inertParts(value)}</dd>`,
            )}
          </dl>`
    }
    ${evidenceBlocks(detail).map(
      ({ title, text }) =>
        html`<details>
          <summary>${title}</summary>
          <pre tabindex="0" aria-label=${title}>${inertLines(text)}</pre>
        </details>`,
    )}
    ${
      chain.length === 0
        ? nothing
        : html`<details>
            <summary>${DOCTOR_TEXT.certificates(chain.length)}</summary>
            ${certificateTree(chain, Date.now())}
          </details>`
    }
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-doctor': DoctorCard;
  }
  interface HTMLElementEventMap {
    /** Show the row of the failure. */
    'duplex-details': CustomEvent<void>;
  }
}
