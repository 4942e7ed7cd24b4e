import '../parts/menu.ts';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { Mark } from '../../shared/queryProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';
import { icon } from '../base/icons.ts';
import type { MenuItem } from '../parts/menu.ts';
import { rowCells } from '../rows/rowCells.ts';
import { TIME_MODES } from '../rows/timeColumn.ts';
import type { TimeColumn, TimeMode } from '../rows/timeColumn.ts';
import { TIMELINE_TEXT, TIME_HEADS, TIME_NAMES } from './timelineTexts.ts';
import { DIRECTION_NAMES } from '../rows/rowTexts.ts';
import { activeId } from './columns.ts';
import { markedParts } from './marks.ts';

/** An item of the time column's menu: a mode, or `zero` to count from the selected row. */
export type TimeChoice = TimeMode | 'zero';

/** An item of the menu of the message column. */
export type MessageChoice = 'decoded' | 'raw' | 'conversation';

/**
 * The column heads, with the menus of the time column and, if a protocol is known, of the messages.
 * @param decodes whether rows show what they decode to; undefined if no protocol is known
 */
export function timelineHead(
  mode: TimeMode,
  hasSelection: boolean,
  onChoose: (choice: TimeChoice) => void,
  decodes: boolean | undefined,
  onMessages: (choice: MessageChoice) => void,
): TemplateResult {
  const items: MenuItem[] = TIME_MODES.map((each) => ({
    value: each,
    text: TIME_NAMES[each],
    isChecked: each === mode,
  }));
  items.push({
    value: 'zero',
    text: TIMELINE_TEXT.markTimeZero,
    beginsGroup: true,
    isDisabled: !hasSelection,
  });
  return html`<div class="head">
    <span class="seq" aria-hidden="true">${TIMELINE_TEXT.columns.seq}</span>
    <duplex-menu
      class="times"
      align="start"
      .label=${TIMELINE_TEXT.timeColumn}
      .text=${TIME_HEADS[mode]}
      .items=${items}
      @duplex-choose=${(event: CustomEvent<TimeChoice>) => onChoose(event.detail)}
    ></duplex-menu>
    <span class="delta" aria-hidden="true">${TIMELINE_TEXT.columns.delta}</span>
    <span></span>
    <span aria-hidden="true"><span class="word">${TIMELINE_TEXT.columns.kind}</span></span>
    ${
      decodes === undefined
        ? html`<span aria-hidden="true">${TIMELINE_TEXT.columns.preview}</span>`
        : html`<duplex-menu
            class="messages"
            align="start"
            .label=${TIMELINE_TEXT.messageColumn}
            .text=${decodes ? TIMELINE_TEXT.decoded : TIMELINE_TEXT.columns.preview}
            .items=${[
              { value: 'decoded', text: TIMELINE_TEXT.decodedRows, isChecked: decodes },
              { value: 'raw', text: TIMELINE_TEXT.rawRows, isChecked: !decodes },
              { value: 'conversation', text: TIMELINE_TEXT.conversation, beginsGroup: true },
            ]}
            @duplex-choose=${(event: CustomEvent<MessageChoice>) => onMessages(event.detail)}
          ></duplex-menu>`
    }
    <span class="size" aria-hidden="true">${TIMELINE_TEXT.columns.size}</span>
  </div>`;
}

export interface RowParts {
  /** Undefined while it is being loaded. */
  readonly row: Row | undefined;
  /** The row above, for the delta. */
  readonly previous: Row | undefined;
  readonly marks: readonly Mark[] | undefined;
  /** Highlighted as a hit among other rows. */
  readonly isHit: boolean;
  /** Whether it shows its decoded form, if any. */
  readonly decoded: boolean;
  readonly isSelected: boolean;
  /** The row from which keys move. */
  readonly isFocused: boolean;
  /** The cell that was reached by keys, if this row is focused. */
  readonly cell: number | undefined;
  readonly column: TimeColumn;
  readonly seq: number | undefined;
  /** Its index in the list. */
  readonly index: number;
}

/** One row of the timeline. Styles are in rowStyles.ts. */
export function rowTemplate(parts: RowParts): TemplateResult {
  const { row, isHit, isSelected, isFocused, seq, index, column } = parts;
  // A search marks the raw text, so matches show that.
  const hasMarks = parts.marks !== undefined && parts.marks.length > 0;
  const cells = row && rowCells(row, parts.previous, column, parts.decoded && !hasMarks);
  const isZero = column.mode === 'mark' && seq !== undefined && seq === column.zero?.seq;
  const classes = {
    [row?.kind ?? 'loading']: true,
    gap: row !== undefined && (row.flags & FLAG.gap) !== 0,
    hit: isHit,
    selected: isSelected,
    focused: isFocused,
    paused: cells?.pause !== undefined,
    zero: isZero,
  };
  const active = isFocused ? parts.cell : undefined;
  const cell = (name: string, column: number, content: unknown, label?: string): TemplateResult =>
    html`<span
      class="${name} ${active === column ? 'active' : ''}"
      id=${isFocused && seq !== undefined ? activeId(seq, column) : nothing}
      role="gridcell"
      aria-colindex=${column + 1}
      aria-label=${label || nothing}
      >${content}</span
    >`;
  return html`<div
    class="row ${classMap(classes)}"
    id=${seq === undefined ? nothing : `row-${seq}`}
    data-row=${seq ?? nothing}
    data-index=${index}
    role="row"
    aria-selected=${isSelected}
    aria-label=${cells ? (isHit ? TIMELINE_TEXT.hitRow(cells.label) : cells.label) : TIMELINE_TEXT.loadingRow}
    aria-rowindex=${index + 2}
  >
    ${cell('seq', 0, seq === undefined ? nothing : `#${seq}`)}
    ${
      cells === undefined
        ? nothing
        : html`
            ${cell('time', 1, cells.time)} ${cell('delta', 2, cells.delta)}
            ${cell(
              'direction',
              3,
              cells.direction === undefined ? nothing : icon(cells.direction, row!.direction),
              DIRECTION_NAMES[row!.direction],
            )}
            ${cell('kind', 4, html`${icon(cells.kindIcon)}<span class="word">${cells.kind}</span>`, cells.kind)}
            ${cell(
              'message',
              5,
              html`<span class="preview">${preview(cells.preview, parts.marks)}</span>${cells.tags.map(
                  (tag) => html`<span class="tag">${tag}</span>`,
                )}`,
            )}
            ${cell('size', 6, cells.size)}
            <span class="more" aria-hidden="true" title=${TIMELINE_TEXT.menuTitle}>${icon('ellipsis')}</span>
            ${cells.pause === undefined ? nothing : html`<span class="pause">${cells.pause}</span>`}
          `
    }
  </div>`;
}

/** Rendered as text, never as HTML: it is server content. */
function preview(text: string, marks: readonly Mark[] | undefined): unknown {
  if (marks === undefined || marks.length === 0) return text;
  return markedParts(text, marks).map(({ text: part, isMarked }) =>
    isMarked ? html`<mark>${part}</mark>` : part,
  );
}
