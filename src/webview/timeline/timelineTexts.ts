import { t } from '../base/l10n.ts';
import type { TimeMode } from '../rows/timeColumn.ts';

/** Heads of the time column, and the names of its modes in the menu. */
export const TIME_HEADS: Readonly<Record<TimeMode, string>> = {
  clock: t('Time'),
  start: t('Since Start'),
  previous: t('Delta'),
  mark: t('Since Mark'),
};

export const TIME_NAMES: Readonly<Record<TimeMode, string>> = {
  clock: t('Time of Day'),
  start: t('Since the Start of the Session'),
  previous: t('Since the Row Above'),
  mark: t('Since the Marked Row'),
};

export const TIMELINE_TEXT = {
  menu: {
    editAndResend: t('Edit and Resend'),
    resend: t('Resend'),
    copy: t('Copy'),
    copyHex: t('Copy as Hex'),
    copyBase64: t('Copy as Base64'),
    copyPath: t('Copy as JSON Path'),
    compare: t('Compare with Selected'),
    open: t('Open in Editor'),
    save: t('Save…'),
    export: t('Export…'),
    filter: t('Filter by This Value'),
    addColumn: t('Add Column'),
    mark: t('Mark: Count Times from Here'),
  },
  copyPath: (path: string) => t('Copy as JSON Path: {0}', path),
  compareReplayed: t('Compare with Recording'),
  compareWith: (seq: number) => t('Compare with #{0}', seq),
  filterBy: (condition: string) => t('Filter by {0}', condition),
  addColumn: t('Add Column…'),
  addColumnOf: (path: string) => t('Add Column {0}', path),
  removeColumn: (path: string) => t('Remove Column {0}', path),
  columnMenu: (path: string) => t('Column {0}', path),
  columnPath: t('Path of the new column'),
  columnHint: t('A path to one value of each message, such as $.type, $.items[0] or $["unit price"].'),
  columnProblem: t('This is not a path to one value: write $.type, $.items[0] or $["unit price"].'),
  columnExists: t('There is a column with this path.'),
  columnsFull: (most: number) => t('At most {0} columns are shown: remove one first.', most),
  columnAdded: (path: string) => t('Column {0} was added.', path),
  columnRemoved: (path: string) => t('Column {0} was removed.', path),
  skippedColumn: { large: t('too large'), incomplete: t('incomplete') },
  skippedColumnTitle: {
    large: t(
      'Messages of more than 256 KiB, and deeply nested ones, are not read for columns: open the message.',
    ),
    incomplete: t('Only a part of this message was kept.'),
  },
  menuTitle: t('More Actions (Shift+F10)'),
  rowMenu: (seq: number) => t('Actions of row #{0}', seq),
  compareRange: t('Compare'),
  compareRangeTitle: t('Compare the two selected messages in the diff editor'),
  newRows: (rows: string) => t('{0} new', rows),
  newRowsTitle: t('Go to the newest row and follow (End)'),
  resent: (seq: number) => t('Message #{0} was sent again.', seq),
  timeline: t('Timeline'),
  columns: {
    seq: '#',
    number: t('Number'),
    time: t('Time'),
    delta: t('Delta'),
    direction: t('Direction'),
    kind: t('Kind'),
    message: t('Message'),
    size: t('Size'),
  },
  messageColumn: t('What rows show of messages'),
  decoded: t('Decoded'),
  decodedRows: t('What They Decode to'),
  rawRows: t('As They Travelled'),
  conversation: t('Show the Conversation'),
  timeColumn: t('What the time column shows'),
  markTimeZero: t('Count from the Selected Row (M)'),
  goTo: t('Go to a message or a time'),
  goToPlaceholder: t('#1204329, 12:01:07.5 or +3.2s'),
  goToHint: (first: number, last: number) =>
    t('A number from #{0} to #{1}, a time of day, or a time since the start.', first, last),
  goToProblem: t(
    'Type a number such as #1204, a time of day such as 12:01:07.5, or a time since the start such as +3.2s.',
  ),
  goToNothing: t('There is no message yet.'),
  goToRange: (seq: number, first: number, last: number) =>
    t('There is no message #{0}: the timeline goes from #{1} to #{2}.', seq, first, last),
  selected: (rows: string) => (rows === '1' ? t('1 row selected') : t('{0} rows selected', rows)),
  copyRange: t('Copy'),
  copyRangeTitle: t('Copy the selected messages as lines of text (Ctrl+C)'),
  saveRange: t('Save…'),
  saveRangeTitle: t('Export the selected rows to a file'),
  hitRow: (row: string) => t('match, {0}', row),
  loadingRow: t('Loading'),
} as const;
