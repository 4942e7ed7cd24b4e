import '../parts/menu.ts';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { MenuItem } from '../parts/menu.ts';
import { TEXT, TIME_HEADS, TIME_NAMES } from '../texts.ts';
import { TIME_MODES } from './timeColumn.ts';
import type { TimeMode } from './timeColumn.ts';

/** What the head's menu offers: a meaning of the time column, or to mark a row. */
export type TimeChoice = TimeMode | 'zero';

/** The names of the columns, and the menu by which the one of the time changes its meaning. */
export function timelineHead(
  mode: TimeMode,
  hasSelection: boolean,
  onChoose: (choice: TimeChoice) => void,
): TemplateResult {
  const items: MenuItem[] = TIME_MODES.map((each) => ({
    value: each,
    text: TIME_NAMES[each],
    isChecked: each === mode,
  }));
  items.push({ value: 'zero', text: TEXT.markTimeZero, beginsGroup: true, isDisabled: !hasSelection });
  return html`<div class="head">
    <span class="seq" aria-hidden="true">${TEXT.columns.seq}</span>
    <duplex-menu
      align="start"
      .label=${TEXT.timeColumn}
      .text=${TIME_HEADS[mode]}
      .items=${items}
      @duplex-choose=${(event: CustomEvent<TimeChoice>) => onChoose(event.detail)}
    ></duplex-menu>
    <span class="delta" aria-hidden="true">${TEXT.columns.delta}</span>
    <span></span>
    <span aria-hidden="true"><span class="word">${TEXT.columns.kind}</span></span>
    <span aria-hidden="true">${TEXT.columns.preview}</span>
    <span class="size" aria-hidden="true">${TEXT.columns.size}</span>
  </div>`;
}
