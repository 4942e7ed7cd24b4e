import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { Mark } from '../../shared/queryProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';
import type { ColumnValue } from '../../shared/timelineProtocol.ts';
import { icon } from '../base/icons.ts';
import { rowCells } from '../rows/rowCells.ts';
import type { RowCells } from '../rows/rowCells.ts';
import type { TimeColumn } from '../rows/timeColumn.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';
import { DIRECTION_NAMES } from '../rows/rowTexts.ts';
import { activeId } from './columns.ts';
import type { Column } from './columns.ts';
import { markedParts } from './marks.ts';

export interface RowParts {
  /** Undefined while the row is being loaded. */
  readonly row: Row | undefined;
  /** The row above, for the delta. */
  readonly previous: Row | undefined;
  readonly marks: readonly Mark[] | undefined;
  /** Whether the marks are positions in the row's decoded form. */
  readonly inSummary: boolean;
  /** Whether the row is highlighted as a hit among other rows. */
  readonly isHit: boolean;
  /** Whether the row shows its decoded form, if it has one. */
  readonly decoded: boolean;
  readonly isSelected: boolean;
  /** Whether a proxy holds its message. */
  readonly isHeld: boolean;
  /** The row from which keys move. */
  readonly isFocused: boolean;
  /** The cell that was reached by keys, if this row is focused. */
  readonly cell: number | undefined;
  /** How the time column shows times. */
  readonly column: TimeColumn;
  readonly columns: readonly Column[];
  /** The cells of the user's columns; undefined until they are loaded. */
  readonly values: readonly ColumnValue[] | undefined;
  /** Whether kinds are named, not only shown by an icon. */
  readonly namesKinds: boolean;
  readonly seq: number | undefined;
  /** Its index in the list. */
  readonly index: number;
}

/** One row of the timeline. Styles are in rowStyles.ts. */
export function rowTemplate(parts: RowParts): TemplateResult {
  const { row, isHit, isSelected, isFocused, seq, index, column } = parts;
  // A search in the raw text marks the raw text, so rows with matches show it.
  const hasRawMarks = !parts.inSummary && parts.marks !== undefined && parts.marks.length > 0;
  const cells = row && rowCells(row, parts.previous, column, parts.decoded && !hasRawMarks, parts.isHeld);
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
    role="row"
    aria-selected=${isSelected}
    aria-label=${cells ? rowLabel(cells, parts) : TIMELINE_TEXT.loadingRow}
    aria-rowindex=${index + 2}
  >
    ${parts.columns.map((column, at) => cellTemplate(column, at, parts, cells))}
    ${
      cells === undefined
        ? nothing
        : html`
            <span class="more" aria-hidden="true" title=${TIMELINE_TEXT.menuTitle}>${icon('ellipsis')}</span>
            ${cells.pause === undefined ? nothing : html`<span class="pause">${cells.pause}</span>`}
          `
    }
  </div>`;
}

function cellTemplate(
  column: Column,
  at: number,
  parts: RowParts,
  cells: RowCells | undefined,
): TemplateResult {
  const { isFocused, seq } = parts;
  const { content, label, title, className = '' } = cellContent(column, parts, cells);
  const active = isFocused && parts.cell === at ? 'active' : '';
  return html`<span
    class="${column.name} ${className} ${active}"
    id=${isFocused && seq !== undefined ? activeId(seq, at) : nothing}
    role="gridcell"
    aria-colindex=${at + 1}
    aria-label=${label || nothing}
    title=${title || nothing}
    >${content}</span
  >`;
}

interface CellContent {
  readonly content: unknown;
  readonly label?: string;
  readonly title?: string;
  readonly className?: string;
}

function cellContent(column: Column, parts: RowParts, cells: RowCells | undefined): CellContent {
  const { row, seq } = parts;
  if (column.name === 'seq') return { content: seq === undefined ? nothing : `#${seq}` };
  if (cells === undefined || row === undefined) return { content: nothing };
  switch (column.name) {
    case 'direction':
      return {
        content: cells.direction === undefined ? nothing : icon(cells.direction, row.direction),
        label: DIRECTION_NAMES[row.direction],
      };
    case 'kind':
      return {
        content: html`${icon(cells.kindIcon)}${
          parts.namesKinds ? html`<span class="word">${cells.kind}</span>` : nothing
        }`,
        label: cells.kind,
      };
    case 'message':
      return {
        content: html`<span class="preview">${preview(cells.preview, shownMarks(parts))}</span
          >${cells.tags.map((tag) => html`<span class="tag">${tag}</span>`)}`,
      };
    case 'value':
      return valueContent(parts.values?.[column.index]);
    default:
      return { content: cells[column.name] };
  }
}

function valueContent(value: ColumnValue | undefined): CellContent {
  if (value?.skipped === undefined)
    return value ? { content: value.text, title: value.text } : { content: '' };
  return {
    content: TIMELINE_TEXT.skippedColumn[value.skipped],
    title: TIMELINE_TEXT.skippedColumnTitle[value.skipped],
    className: 'skipped',
  };
}

/** The whole row in one sentence, with the user's columns in view. */
function rowLabel({ label }: RowCells, { columns, values, isHit }: RowParts): string {
  const own = columns.map((column) => {
    const content = column.name === 'value' ? valueContent(values?.[column.index]).content : '';
    return column.name === 'value' && content !== '' ? `, ${column.path}: ${String(content)}` : '';
  });
  return `${isHit ? TIMELINE_TEXT.hitRow(label) : label}${own.join('')}`;
}

/** Marks of the decoded form apply to no other text. */
function shownMarks({ marks, inSummary, decoded, row }: RowParts): readonly Mark[] | undefined {
  return inSummary && !(decoded && row?.summary !== undefined) ? undefined : marks;
}

/** Rendered as text, never as HTML: it is server content. */
function preview(text: string, marks: readonly Mark[] | undefined): unknown {
  if (marks === undefined || marks.length === 0) return text;
  return markedParts(text, marks).map(({ text: part, isMarked }) =>
    isMarked ? html`<mark>${part}</mark>` : part,
  );
}
