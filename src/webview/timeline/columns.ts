import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Width } from '../base/width.ts';
import type { TimeMode } from '../rows/timeColumn.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';

/** A built-in column, or one with the value at a path of each message. */
export type Column =
  | { readonly name: 'seq' | 'time' | 'delta' | 'direction' | 'kind' | 'message' | 'size' }
  | { readonly name: 'value'; readonly path: string; readonly index: number };

/**
 * The widths of the columns with a fixed width. The message takes most of the remaining width, and the user's columns
 * share the rest.
 */
const WIDTHS: Readonly<Record<Column['name'], string>> = {
  seq: 'calc(var(--seq-chars, 4) * 1ch)',
  time: '16ch',
  delta: '9ch',
  direction: '16px',
  kind: '9ch',
  message: 'minmax(0, 2fr)',
  value: 'minmax(0, 1fr)',
  size: '8ch',
};

/** The width of an icon. */
const ICON = '16px';

/** Maximum number of the user's columns, unless all of them fit. */
const MOST_VALUES: Readonly<Record<Width, number>> = { wide: 2, medium: 1, narrow: 0 };

export interface ColumnChoice {
  /** The width class of the timeline. */
  readonly width: Width;
  /** Whether all of the user's columns fit. */
  readonly isRoomy: boolean;
  /** The mode of the time column. */
  readonly mode: TimeMode;
  /** JSONPaths of the user's columns. */
  readonly paths: readonly string[];
}

/** The columns in view, in the order of the cells. Others are not in the grid. */
export function visibleColumns({ width, isRoomy, mode, paths }: ColumnChoice): readonly Column[] {
  const isNarrow = width === 'narrow';
  const values = paths
    .slice(0, isRoomy ? paths.length : MOST_VALUES[width])
    .map((path, index): Column => ({ name: 'value', path, index }));
  // In mode `previous` the time column shows the delta.
  const hasDelta = width === 'wide' && mode !== 'previous' && (isRoomy || paths.length === 0);
  return [
    { name: 'seq' },
    ...(isNarrow ? [] : [{ name: 'time' as const }]),
    ...(hasDelta ? [{ name: 'delta' as const }] : []),
    { name: 'direction' },
    { name: 'kind' },
    { name: 'message' },
    ...values,
    // The inspector shows the size too.
    ...(isNarrow ? [] : [{ name: 'size' as const }]),
  ];
}

/** The value of `grid-template-columns`. */
export function columnTemplate(columns: readonly Column[], width: Width): string {
  return columns.map(({ name }) => (name === 'kind' && width !== 'wide' ? ICON : WIDTHS[name])).join(' ');
}

/** The column heads of the grid for screen readers. The visible heads are outside the scrolling part and hold menus. */
export function columnHeaders(columns: readonly Column[]): TemplateResult {
  return html`<div class="columns" role="row" aria-rowindex="1">
    ${columns.map(
      (column, index) =>
        html`<span role="columnheader" aria-colindex=${index + 1}>${columnName(column)}</span>`,
    )}
  </div>`;
}

function columnName(column: Column): string {
  const { columns } = TIMELINE_TEXT;
  if (column.name === 'value') return column.path;
  return column.name === 'seq' ? columns.number : columns[column.name];
}

/**
 * The id of the element that has the focus within the grid.
 * @param cell undefined for the whole row
 */
export function activeId(seq: number, cell: number | undefined): string {
  return cell === undefined ? `row-${seq}` : `row-${seq}-cell-${cell}`;
}

/** The adjacent one of `count` cells. The row as a whole (undefined) precedes the first cell. */
export function cellAt(cell: number | undefined, step: 1 | -1, count: number): number | undefined {
  const next = (cell ?? -1) + step;
  return next < 0 ? undefined : Math.min(next, count - 1);
}
