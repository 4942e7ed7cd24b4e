import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ByteRange, Unit, UnitList, UnitPayload, UnitProblem } from '../../shared/units.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, tokenStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { lineTokens } from '../text/lineTokens.ts';
import { INSPECTOR_TEXT } from './inspectorTexts.ts';
import { type FieldLine, fieldLines, markedLines } from './payloadFields.ts';

/** Maximum lines of a payload shown; Pretty shows all. */
const MAX_LINES = 2000;

/** The units of one message. Events: `duplex-bytes`, `duplex-fail`. */
@customElement('duplex-decoded')
export class DecodedView extends LitElement {
  static override styles = [
    baseStyles,
    tokenStyles,
    css`
      :host {
        display: block;
        overflow: auto;
      }
      .content {
        padding: 0 12px 12px;
        user-select: text;
      }
      h3 {
        font: inherit;
        font-weight: 600;
        margin: 4px 0;
        overflow-wrap: anywhere;
      }
      h3 .type {
        border: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
        border-radius: 3px;
        font-weight: normal;
        margin-right: 6px;
        padding: 0 5px;
      }
      dl {
        align-items: baseline;
        display: grid;
        gap: 2px 12px;
        grid-template-columns: max-content 1fr;
        margin: 0 0 6px;
      }
      dt {
        color: var(--vscode-descriptionForeground);
      }
      dd {
        font-family: var(--vscode-editor-font-family, monospace);
        margin: 0;
        overflow-wrap: anywhere;
      }
      pre {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: var(--vscode-editor-font-size, 13px);
        margin: 0 0 14px;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      section,
      pre {
        border-left: 2px solid transparent;
        padding-left: 6px;
      }
      section.marked,
      pre.marked {
        border-left-color: var(--vscode-focusBorder);
      }
      .field {
        display: block;
      }
      pre[role='listbox']:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .field.chosen {
        background: var(--vscode-list-inactiveSelectionBackground);
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
      }
      .field.chosen span {
        color: inherit;
      }
      .range {
        background: none;
        border: 0;
        border-radius: 3px;
        color: var(--vscode-textLink-foreground);
        cursor: pointer;
        font: inherit;
        min-height: 24px;
        padding: 0;
      }
      .range:hover,
      .range[aria-pressed='true'] {
        text-decoration: underline;
      }
      .problem {
        align-items: flex-start;
        color: var(--vscode-errorForeground);
        display: flex;
        gap: 6px;
        margin: 4px 0;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  /** The row's number. */
  @property({ attribute: false }) seq = 0;

  /** The bytes that are marked in all views of the message. */
  @property({ attribute: false }) range: ByteRange | undefined = undefined;

  /** Null if the message cannot be decoded; undefined until the answer arrives. */
  @state() private list: UnitList | null | undefined = undefined;

  readonly #load = coalesce(
    async () => {
      const { seq } = this;
      const list = await this.host.calls.decodeRow(seq);
      if (seq === this.seq) this.list = list ?? null;
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('seq')) this.#load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.range === undefined || !(changed.has('range') || changed.has('list' as never))) return;
    this.renderRoot.querySelector('.field.chosen')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult {
    const { list } = this;
    if (list === undefined) return html``;
    const isEmpty = list === null || (list.units.length === 0 && list.problems.length === 0);
    return html`<div
      class="content"
      tabindex="0"
      role="group"
      aria-label=${INSPECTOR_TEXT.units}
      translate="no"
    >
      ${isEmpty ? html`<p class="dim">${INSPECTOR_TEXT.noUnits}</p>` : nothing} ${list?.problems.map(problem)}
      ${list?.units.map((unit) => unitTemplate(unit, this.range, (range) => emit(this, 'duplex-bytes', range)))}
    </div>`;
  }
}

function problem({ message, at }: UnitProblem): TemplateResult {
  return html`<p class="problem">
    ${icon('error')}<span>${message} ${at > 0 ? INSPECTOR_TEXT.understood(count(at)) : ''}</span>
  </p>`;
}

type Mark = (range: ByteRange | undefined) => void;

/** @param mark marks these bytes in all views of the message */
function unitTemplate(unit: Unit, marked: ByteRange | undefined, mark: Mark): TemplateResult {
  const { type, name, id, replyTo, stream, error, headers = [], payload, range, problems } = unit;
  const facts: (readonly [string, unknown])[] = [
    [INSPECTOR_TEXT.unit.id, id],
    [INSPECTOR_TEXT.unit.replyTo, replyTo],
    [INSPECTOR_TEXT.unit.stream, stream],
    [INSPECTOR_TEXT.unit.error, error],
    ...headers,
    [INSPECTOR_TEXT.unit.bytes, rangeButton(range, marked, mark)],
    [INSPECTOR_TEXT.unit.payload, payload?.range && rangeButton(payload.range, marked, mark)],
  ];
  return html`<section class=${isWithin(marked, range) ? 'marked' : ''}>
    <h3><span class="type">${type}</span> ${name}</h3>
    <dl>
      ${facts.map(([term, text]) =>
        text === undefined
          ? nothing
          : html`<dt>${term}</dt>
              <dd>${text}</dd>`,
      )}
    </dl>
    ${problems.map(problem)} ${payload === undefined ? nothing : payloadTemplate(payload, marked, mark)}
  </section>`;
}

/** A toggle that marks a range in all views of the message. */
function rangeButton(range: ByteRange, marked: ByteRange | undefined, mark: Mark): TemplateResult {
  const isMarked = isSame(range, marked);
  return html`<button
    type="button"
    class="range"
    aria-pressed=${isMarked}
    title=${INSPECTOR_TEXT.markBytes}
    @click=${() => mark(isMarked ? undefined : range)}
  >
    ${INSPECTOR_TEXT.range(count(range.start), count(range.end))}
  </button>`;
}

function isWithin(part: ByteRange | undefined, whole: ByteRange | undefined): boolean {
  return part !== undefined && whole !== undefined && part.start >= whole.start && part.end <= whole.end;
}

/** Lines of JSON whose bytes can be marked are options of a list; others are text. */
function payloadTemplate(payload: UnitPayload, marked: ByteRange | undefined, mark: Mark): TemplateResult {
  const name = isWithin(marked, payload.range) ? 'marked' : '';
  if (payload.form !== 'json') return html`<pre class=${name}>${payload.content}</pre>`;
  const lines = linesOf(payload);
  const shown = lines.slice(0, MAX_LINES);
  const more =
    lines.length > MAX_LINES
      ? html`<p class="dim">${INSPECTOR_TEXT.moreLines(count(lines.length - MAX_LINES))}</p>`
      : nothing;
  const start = shown[0]?.range?.start;
  if (start === undefined)
    return html`<pre class=${name}>${shown.map(({ text }) => [coloured(text), '\n'])}</pre>
      ${more}`;
  const chosen = markedLines(shown, marked);
  const active = chosen.size === 0 ? nothing : `field-${start}-${Math.min(...chosen)}`;
  const options = shown.map(
    ({ text, range }, index) =>
      html`<span
        id=${`field-${start}-${index}`}
        class="field ${chosen.has(index) ? 'chosen' : ''}"
        role="option"
        aria-selected=${chosen.has(index)}
        @click=${(event: MouseEvent) => onFieldClick(event, range, marked, mark)}
        >${coloured(text)}</span
      >`,
  );
  return html`<pre
      class=${name}
      role="listbox"
      aria-multiselectable="true"
      aria-label=${INSPECTOR_TEXT.fields}
      aria-activedescendant=${active}
      tabindex="0"
      @keydown=${(event: KeyboardEvent) => onFieldKey(event, shown, marked, mark)}
    >
${options}</pre>
    ${more}`;
}

/** The lines of the payloads on screen, kept so that marking does not compute them again. */
const computed = new WeakMap<UnitPayload, readonly FieldLine[]>();

function linesOf(payload: UnitPayload): readonly FieldLine[] {
  const lines = computed.get(payload) ?? fieldLines(payload, MAX_LINES);
  computed.set(payload, lines);
  return lines;
}

function coloured(line: string): unknown {
  return lineTokens(line, 'json').map(({ kind, text }) =>
    kind === 'plain' ? text : html`<span class=${kind}>${text}</span>`,
  );
}

function onFieldClick(
  { currentTarget }: MouseEvent,
  range: ByteRange | undefined,
  marked: ByteRange | undefined,
  mark: Mark,
): void {
  // A click at the end of dragging selects text.
  const root = (currentTarget as HTMLElement).getRootNode() as ShadowRoot & {
    getSelection?(): Selection | null;
  };
  const selection = root.getSelection?.() ?? document.getSelection();
  if (selection && !selection.isCollapsed) return;
  mark(isSame(range, marked) ? undefined : range);
}

/**
 * Arrow keys, Home and End mark another line. A line that closes a value is skipped, because the line that opens it
 * has the same bytes.
 */
function onFieldKey(
  event: KeyboardEvent,
  lines: readonly FieldLine[],
  marked: ByteRange | undefined,
  mark: Mark,
): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opening = lines.flatMap(({ text }, index) => (/^\s*[\]}]/.test(text) ? [] : [index]));
  const chosen = Math.min(...markedLines(lines, marked));
  const at = opening.indexOf(chosen);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? opening.length - 1 : at - 1,
    Home: 0,
    End: opening.length - 1,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = opening[Math.max(0, Math.min(step, opening.length - 1))];
  const range = next === undefined ? undefined : lines[next]!.range;
  if (range) mark(range);
}

function isSame(one: ByteRange | undefined, other: ByteRange | undefined): boolean {
  return one !== undefined && one.start === other?.start && one.end === other.end;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-decoded': DecodedView;
  }
}
