import type { TimeMode } from '../rows/timeColumn.ts';

/** Heads of the time column, and the names of its modes in the menu. */
export const TIME_HEADS: Readonly<Record<TimeMode, string>> = {
  clock: 'Time',
  start: 'Since Start',
  previous: 'Delta',
  mark: 'Since Mark',
};

export const TIME_NAMES: Readonly<Record<TimeMode, string>> = {
  clock: 'Time of Day',
  start: 'Since the Start of the Session',
  previous: 'Since the Row Above',
  mark: 'Since the Marked Row',
};

export const TIMELINE_TEXT = {
  menu: {
    editAndResend: 'Edit and Resend',
    resend: 'Resend',
    copy: 'Copy',
    copyHex: 'Copy as Hex',
    copyBase64: 'Copy as Base64',
    copyPath: 'Copy as JSON Path',
    compare: 'Compare with Selected',
    open: 'Open in Editor',
    save: 'Save…',
    filter: 'Filter by This Value',
    mark: 'Mark: Count Times from Here',
  },
  copyPath: (path: string) => `Copy as JSON Path: ${path}`,
  compareWith: (seq: number) => `Compare with #${seq}`,
  filterBy: (condition: string) => `Filter by ${condition}`,
  menuTitle: 'More Actions (Shift+F10)',
  rowMenu: (seq: number) => `Actions of row #${seq}`,
  compareRange: 'Compare',
  compareRangeTitle: 'Compare the two selected messages in the diff editor',
  newRows: (rows: string) => `${rows} new`,
  newRowsTitle: 'Go to the newest row and follow (End)',
  resent: (seq: number) => `Message #${seq} was sent again.`,
  timeline: 'Timeline',
  columns: { seq: '#', delta: 'Delta', kind: 'Kind', preview: 'Message', size: 'Size' },
  timeColumn: 'What the time column shows',
  markTimeZero: 'Count from the Selected Row (M)',
  goTo: 'Go to a message or a time',
  goToPlaceholder: '#1204329, 12:01:07.5 or +3.2s',
  goToHint: (first: number, last: number) =>
    `A number from #${first} to #${last}, a time of day, or a time since the start.`,
  goToProblem:
    'Type a number such as #1204, a time of day such as 12:01:07.5, or a time since the start such as +3.2s.',
  goToNothing: 'There is no message yet.',
  goToRange: (seq: number, first: number, last: number) =>
    `There is no message #${seq}: the timeline goes from #${first} to #${last}.`,
  selected: (rows: string) => `${rows} rows selected`,
  copyRange: 'Copy',
  copyRangeTitle: 'Copy the selected messages as lines of text (Ctrl+C)',
  saveRange: 'Save…',
  saveRangeTitle: 'Save the selected rows to a file, as lines of JSON',
  hitRow: (row: string) => `match, ${row}`,
  loadingRow: 'Loading',
} as const;
