import '../parts/menu.ts';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MenuItem } from '../parts/menu.ts';
import { TIME_MODES } from '../rows/timeColumn.ts';
import type { TimeMode } from '../rows/timeColumn.ts';
import type { Column } from './columns.ts';
import { TIMELINE_TEXT, TIME_HEADS, TIME_NAMES } from './timelineTexts.ts';

/** An item of the time column's menu: a mode, or `zero` to count from the selected row. */
export type TimeChoice = TimeMode | 'zero';

/** An item of the menu of the message column. */
export type MessageChoice = 'decoded' | 'raw' | 'conversation' | 'topics';

/** A change of the user's columns: ask for another one, remove one, or move one to the front. */
export type ColumnEdit = 'add' | { readonly remove: string } | { readonly show: string };

export interface HeadParts {
  readonly columns: readonly Column[];
  /** All of the user's columns, in view or not. */
  readonly paths: readonly string[];
  readonly mode: TimeMode;
  readonly hasSelection: boolean;
  /** Whether kinds are named, not only shown by an icon. */
  readonly namesKinds: boolean;
  /** Whether rows show their decoded form; undefined if no protocol is known. */
  readonly decodes: boolean | undefined;
  readonly hasTopics: boolean;
  readonly onTime: (choice: TimeChoice) => void;
  readonly onMessages: (choice: MessageChoice) => void;
  readonly onColumns: (edit: ColumnEdit) => void;
}

/** The column heads, with the menus of the time, the messages and the user's columns. */
export function timelineHead(parts: HeadParts): TemplateResult {
  return html`<div class="head">${parts.columns.map((column) => headCell(column, parts))}</div>`;
}

function headCell(column: Column, parts: HeadParts): TemplateResult {
  const { columns } = TIMELINE_TEXT;
  switch (column.name) {
    case 'time':
      return timeMenu(parts);
    case 'message':
      return html`<span class="message">${messageMenu(parts)}${hiddenMenu(parts)}</span>`;
    case 'value':
      return html`<duplex-menu
        class="value mono"
        .label=${TIMELINE_TEXT.columnMenu(column.path)}
        .text=${column.path}
        .items=${columnItems([column.path])}
        @duplex-choose=${(event: CustomEvent<string>) => parts.onColumns(columnEdit(event.detail))}
      ></duplex-menu>`;
    default:
      return html`<span class=${column.name} aria-hidden="true"
        >${isIcon(column, parts) ? nothing : columns[column.name]}</span
      >`;
  }
}

/** Whether a column is only as wide as an icon and has no room for its name. */
function isIcon({ name }: Column, { namesKinds }: HeadParts): boolean {
  return name === 'direction' || (name === 'kind' && !namesKinds);
}

function timeMenu({ mode, hasSelection, onTime }: HeadParts): TemplateResult {
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
  return html`<duplex-menu
    class="times"
    align="start"
    .label=${TIMELINE_TEXT.timeColumn}
    .text=${TIME_HEADS[mode]}
    .items=${items}
    @duplex-choose=${(event: CustomEvent<TimeChoice>) => onTime(event.detail)}
  ></duplex-menu>`;
}

function messageMenu({ decodes, hasTopics, paths, onMessages, onColumns }: HeadParts): TemplateResult {
  // Without a protocol, two JSONPaths can still pair calls with replies.
  const conversation: MenuItem = {
    value: 'conversation',
    text: TIMELINE_TEXT.conversation,
    beginsGroup: true,
  };
  const forms: MenuItem[] =
    decodes === undefined
      ? []
      : [
          { value: 'decoded', text: TIMELINE_TEXT.decodedRows, isChecked: decodes },
          { value: 'raw', text: TIMELINE_TEXT.rawRows, isChecked: !decodes },
          conversation,
          ...(hasTopics ? [{ value: 'topics', text: TIMELINE_TEXT.topics }] : []),
        ];
  const others = columnItems(paths, forms.length > 0);
  const items = decodes === undefined ? [...others, conversation] : [...forms, ...others];
  const choose = (value: string): void => {
    if (value === 'conversation' || forms.some((form) => form.value === value))
      onMessages(value as MessageChoice);
    else onColumns(columnEdit(value));
  };
  return html`<duplex-menu
    class="messages"
    align="start"
    .label=${TIMELINE_TEXT.messageColumn}
    .text=${decodes ? TIMELINE_TEXT.decoded : TIMELINE_TEXT.columns.message}
    .items=${items}
    @duplex-choose=${(event: CustomEvent<string>) => choose(event.detail)}
  ></duplex-menu>`;
}

/** A menu of the user's columns that do not fit; the chosen one takes the place of another. */
function hiddenMenu({ columns, paths, onColumns }: HeadParts): TemplateResult | typeof nothing {
  const shown = columns.flatMap((column) => (column.name === 'value' ? [column.path] : []));
  const hidden = paths.filter((path) => !shown.includes(path));
  if (hidden.length === 0) return nothing;
  const isDisabled = shown.length === 0;
  return html`<duplex-menu
    class="hidden"
    align="start"
    .label=${TIMELINE_TEXT.hiddenColumns(hidden.length)}
    .text=${`+${hidden.length}`}
    .items=${hidden.map((path) => ({ value: path, text: TIMELINE_TEXT.showColumn(path), isDisabled }))}
    @duplex-choose=${(event: CustomEvent<string>) => onColumns({ show: event.detail })}
  ></duplex-menu>`;
}

/** The items that add a column and remove one of these. */
function columnItems(paths: readonly string[], beginsGroup = false): MenuItem[] {
  return [
    { value: '', text: TIMELINE_TEXT.addColumn, beginsGroup },
    ...paths.map((path) => ({ value: path, text: TIMELINE_TEXT.removeColumn(path) })),
  ];
}

/** @param value the value of an item: the path of the column to remove, or empty to add one */
function columnEdit(value: string): ColumnEdit {
  return value === '' ? 'add' : { remove: value };
}

declare global {
  interface HTMLElementEventMap {
    'duplex-messages': CustomEvent<MessageChoice>;
    /** Ask for another column, or remove one or show it first. */
    'duplex-columns': CustomEvent<ColumnEdit>;
    /** The time column has a new mode. */
    'duplex-time': CustomEvent<TimeChoice>;
  }
}
