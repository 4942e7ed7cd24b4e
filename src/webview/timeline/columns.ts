import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { TIMELINE_TEXT } from './timelineTexts.ts';

/** The columns of the grid, in the order of the cells. */
export const COLUMNS = ['seq', 'time', 'delta', 'direction', 'kind', 'preview', 'size'] as const;

/** The column heads of the grid for screen readers. The visible heads are outside the scrolling part and hold menus. */
export function columnHeaders(): TemplateResult {
  const { columns } = TIMELINE_TEXT;
  return html`<div class="columns" role="row" aria-rowindex="1">
    ${COLUMNS.map(
      (column, index) =>
        html`<span role="columnheader" aria-colindex=${index + 1}
          >${column === 'seq' ? columns.number : columns[column]}</span
        >`,
    )}
  </div>`;
}

/** The element that has the focus within the grid. @param cell undefined for the whole row */
export function activeId(seq: number, cell: number | undefined): string {
  return cell === undefined ? `row-${seq}` : `row-${seq}-cell-${cell}`;
}

/** The adjacent cell; before the first one comes the row as a whole. */
export function cellAt(cell: number | undefined, step: 1 | -1): number | undefined {
  const next = (cell ?? -1) + step;
  return next < 0 ? undefined : Math.min(next, COLUMNS.length - 1);
}
