import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { Mark } from '../../shared/queryProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';
import { icon } from '../icons.ts';
import { TEXT } from '../texts.ts';
import { markedParts } from './markedParts.ts';
import { rowCells } from './rowModel.ts';
import type { TimeColumn } from './timeColumn.ts';

export interface RowParts {
  /** Undefined while it is on its way. */
  readonly row: Row | undefined;
  /** The one above it, from which its delta is counted. */
  readonly previous: Row | undefined;
  readonly marks: readonly Mark[] | undefined;
  /** Set apart from the rows around it, because a search found it. */
  readonly isHit: boolean;
  readonly isSelected: boolean;
  /** Of the selected rows, the one that keys move from. */
  readonly isFocused: boolean;
  readonly column: TimeColumn;
  readonly seq: number | undefined;
  /** Its place in the list, from 0, and how many there are. */
  readonly index: number;
  readonly rows: number;
}

/** One row of the timeline. Styles are in rowStyles.ts. */
export function rowTemplate(parts: RowParts): TemplateResult {
  const { row, isHit, isSelected, isFocused, seq, index, rows, column } = parts;
  const cells = row && rowCells(row, parts.previous, column);
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
  return html`<div
    class="row ${classMap(classes)}"
    id=${seq === undefined ? nothing : `row-${seq}`}
    data-row=${seq ?? nothing}
    data-index=${index}
    role="option"
    aria-selected=${isSelected}
    aria-label=${cells ? (isHit ? TEXT.hitRow(cells.label) : cells.label) : TEXT.loadingRow}
    aria-posinset=${index + 1}
    aria-setsize=${rows}
  >
    <span class="seq">${seq === undefined ? nothing : `#${seq}`}</span>
    ${
      cells === undefined
        ? nothing
        : html`
            <span class="time">${cells.time}</span>
            <span class="delta">${cells.delta}</span>
            <span>${cells.direction === undefined ? nothing : icon(cells.direction, row!.direction)}</span>
            <span class="kind">${icon(cells.kindIcon)}<span class="word">${cells.kind}</span></span>
            <span class="message">
              <span class="preview">${preview(cells.preview, parts.marks)}</span>
              ${cells.tags.map((tag) => html`<span class="tag">${tag}</span>`)}
            </span>
            <span class="size">${cells.size}</span>
            ${cells.pause === undefined ? nothing : html`<span class="pause">${cells.pause}</span>`}
          `
    }
  </div>`;
}

/** Set as text, never as HTML: a server wrote it. */
function preview(text: string, marks: readonly Mark[] | undefined): unknown {
  if (marks === undefined || marks.length === 0) return text;
  return markedParts(text, marks).map(({ text: part, isMarked }) =>
    isMarked ? html`<mark>${part}</mark>` : part,
  );
}
