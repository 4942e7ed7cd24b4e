import '../parts/menu.ts';
import { html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Row } from '../../shared/timeline.ts';
import { emit } from '../base/events.ts';
import { isMac } from '../base/host.ts';
import type { Menu, MenuItem } from '../parts/menu.ts';
import { rowMenu } from './rowMenu.ts';
import type { RowAbilities, RowAction, RowCommand } from './rowMenu.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';

const COPY_KEYS = isMac ? '⌘C' : 'Ctrl+C';

/** The context menu of the rows. Events: `duplex-row`, `duplex-close`. */
@customElement('duplex-row-actions')
export class RowActions extends LitElement {
  @property({ attribute: false }) abilities: RowAbilities = { canSend: false, held: [] };
  /** The focused row, and the row at which a selection of several rows began. */
  @property({ attribute: false }) selected: number | undefined = undefined;
  @property({ attribute: false }) anchor: number | undefined = undefined;

  /** JSONPaths of the user's columns. */
  @property({ attribute: false }) columns: readonly string[] = [];

  /** The row whose menu is open. */
  @state() private row: Row | undefined = undefined;

  @query('duplex-menu') private readonly menu!: Menu;

  /**
   * @param element the row below which the menu opens
   * @param point where the menu opens instead, in pixels of the window
   */
  async open(
    row: Row,
    element: HTMLElement,
    point: { readonly clientX: number; readonly clientY: number } | undefined,
  ): Promise<void> {
    this.row = row;
    const { left, bottom } = element.getBoundingClientRect();
    const [x, y] = point ? [point.clientX, point.clientY] : [left + 24, bottom];
    await this.updateComplete;
    this.menu.openAt(x, y);
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const { row } = this;
    return html`<duplex-menu
      contextual
      .label=${row ? TIMELINE_TEXT.rowMenu(row.seq) : ''}
      .items=${row ? this.#items(row) : []}
      @duplex-choose=${(event: CustomEvent<RowAction>) =>
        row && emit(this, 'duplex-row', { action: event.detail, row })}
      @duplex-close=${() => emit(this, 'duplex-close', true)}
    ></duplex-menu>`;
  }

  #items(row: Row): MenuItem[] {
    const { columns } = this;
    const { canSend, held } = this.abilities;
    return rowMenu({
      row,
      canSend,
      isHeld: held.includes(row.seq),
      other: this.#other(row.seq),
      columns,
      copyKeys: COPY_KEYS,
    });
  }

  /** The row to compare row `seq` with: the focused row, or, for the focused row, the row where the selection began. */
  #other(seq: number): number | undefined {
    const other = this.selected === seq ? this.anchor : this.selected;
    return other === seq ? undefined : other;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-row-actions': RowActions;
  }
  interface HTMLElementEventMap {
    'duplex-row': CustomEvent<RowCommand>;
  }
}
