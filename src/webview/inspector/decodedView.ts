import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ByteRange, Unit, UnitList, UnitProblem } from '../../shared/units.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, tokenStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { lineTokens } from '../text/lineTokens.ts';
import { INSPECTOR_TEXT } from './inspectorTexts.ts';

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

  /** Null: it does not decode; undefined: the answer has not arrived. */
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
    ${problems.map(problem)}
    ${payload === undefined ? nothing : html`<pre class=${isWithin(marked, payload.range) ? 'marked' : ''}>${payloadLines(payload)}</pre>`}
  </section>`;
}

/** A toggle that marks a range in all views of the message. */
function rangeButton(range: ByteRange, marked: ByteRange | undefined, mark: Mark): TemplateResult {
  const isMarked = marked?.start === range.start && marked.end === range.end;
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

function payloadLines({ form, content }: NonNullable<Unit['payload']>): unknown {
  if (form !== 'json') return content;
  const lines = prettyLines(content);
  const shown = lines
    .slice(0, MAX_LINES)
    .map((line) => [
      lineTokens(line, 'json').map(({ kind, text }) =>
        kind === 'plain' ? text : html`<span class=${kind}>${text}</span>`,
      ),
      '\n',
    ]);
  return lines.length > MAX_LINES
    ? [shown, INSPECTOR_TEXT.moreLines(count(lines.length - MAX_LINES))]
    : shown;
}

/** Indents JSON without parsing its numbers, so that they keep their spelling. */
function prettyLines(json: string): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const end = (): void => {
    lines.push(line);
    line = '  '.repeat(Math.min(depth, 40));
  };
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{}:,]|[^\s"[\]{}:,]+/g)) {
    if (token === '{' || token === '[') {
      line += token;
      depth++;
      end();
    } else if (token === '}' || token === ']') {
      depth--;
      end();
      line += token;
    } else if (token === ',') {
      line += token;
      end();
    } else line += token === ':' ? ': ' : token.replace(/^([[{])\s*([\]}])$/, '$1$2');
  }
  lines.push(line);
  return lines;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-decoded': DecodedView;
  }
}
