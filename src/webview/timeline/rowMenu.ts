import { FLAG, type Row } from '../../shared/timeline.ts';
import { MAX_COLUMNS } from '../../shared/timelineProtocol.ts';
import type { MenuItem } from '../parts/menu.ts';
import { discriminator } from '../rows/discriminator.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';

/** The first actions in the menu of a held message. */
export const HELD_ACTIONS = ['release', 'editHeld', 'drop'] as const;

/** The actions in the menu of a row. */
export const ROW_ACTIONS = [
  'editAndResend',
  'resend',
  'copy',
  'copyHex',
  'copyBase64',
  'copyPath',
  'compare',
  'open',
  'save',
  'export',
  'filter',
  'operation',
  'addColumn',
  'mark',
] as const;
export type RowAction = (typeof ROW_ACTIONS | typeof HELD_ACTIONS)[number];

/** An action on the row whose menu was opened. */
export interface RowCommand {
  readonly action: RowAction;
  readonly row: Row;
}

/** The actions that the session allows on its rows. */
export interface RowAbilities {
  /** Whether messages can be sent. */
  readonly canSend: boolean;
  /** Rows of messages that a proxy holds. */
  readonly held: readonly number[];
}

export interface RowMenuContext {
  /** Whether a proxy holds the row's message, so that it can be released, edited or dropped. */
  readonly isHeld: boolean;
  /** The row whose menu it is. */
  readonly row: Row;
  /** Whether the session is open, so that messages can be sent. */
  readonly canSend: boolean;
  /** The row to compare it with: the selected one, or the other end of a selection. */
  readonly other: number | undefined;
  /** JSONPaths of the user's columns. */
  readonly columns: readonly string[];
  /** The keys that copy, on this platform. */
  readonly copyKeys: string;
}

/** The menu of a row. Items that do not apply are disabled, so that the others keep their places. */
export function rowMenu({ row, isHeld, canSend, other, columns, copyKeys }: RowMenuContext): MenuItem[] {
  const isMessage = row.kind === 'text' || row.kind === 'binary';
  const hasPayload = row.stored > 0;
  const { menu } = TIMELINE_TEXT;
  const found = row.kind === 'text' ? discriminator(row.preview) : undefined;
  const diverges = isDivergence(row);
  const item = (value: RowAction, isEnabled: boolean, more: Partial<MenuItem> = {}): MenuItem => ({
    value,
    text: menu[value],
    isDisabled: !isEnabled,
    ...more,
  });
  return [
    ...(isHeld ? HELD_ACTIONS.map((action) => item(action, true)) : []),
    item('editAndResend', isMessage, { beginsGroup: isHeld }),
    item('resend', isMessage && canSend),
    item('copy', hasPayload, { beginsGroup: true, keys: copyKeys }),
    item('copyHex', hasPayload),
    item('copyBase64', hasPayload),
    item('copyPath', found !== undefined, found && { text: TIMELINE_TEXT.copyPath(found.path) }),
    item('compare', diverges || (isMessage && other !== undefined), {
      beginsGroup: true,
      ...(diverges
        ? { text: TIMELINE_TEXT.compareReplayed }
        : other !== undefined && { text: TIMELINE_TEXT.compareWith(other) }),
    }),
    item('open', hasPayload),
    item('save', hasPayload),
    item('export', true),
    item('filter', found !== undefined, {
      beginsGroup: true,
      ...(found && { text: TIMELINE_TEXT.filterBy(`${found.path} == ${found.value}`) }),
    }),
    item('operation', row.summary !== undefined),
    item(
      'addColumn',
      found !== undefined && !columns.includes(found.path) && columns.length < MAX_COLUMNS,
      found && { text: TIMELINE_TEXT.addColumnOf(found.path) },
    ),
    item('mark', true, { keys: 'M' }),
  ];
}

/**
 * Whether a row is a note that a replayed message differs from the recorded one. The host checks the rows that it
 * names.
 */
export function isDivergence({ kind, flags }: Row): boolean {
  return kind === 'note' && (flags & FLAG.differs) !== 0;
}
