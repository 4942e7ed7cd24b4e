import { t } from '../base/l10n.ts';
import type { View } from '../../shared/formatProtocol.ts';
import type { InspectorTab } from './inspectorTabs.ts';

export const VIEW_NAMES: Readonly<Record<View, string>> = { pretty: t('Pretty'), raw: t('Raw'), hex: 'Hex' };

export const INSPECTOR_TAB_NAMES: Readonly<Record<InspectorTab, string>> = {
  ...VIEW_NAMES,
  decoded: t('Decoded'),
  frames: t('Frames'),
};

interface Column {
  readonly name: string;
  readonly text: string;
  readonly title: string;
}

const column = (name: string, text: string, title = ''): Column => ({ name, text, title });

/** Columns of the frames table, named as in RFC 6455, section 5.2. */
export const FRAME_COLUMNS: readonly Column[] = [
  column('number', '#'),
  column('direction', '', t('Received or sent')),
  column('time', t('Time')),
  column('opcode', t('Opcode')),
  column('fin', 'FIN', t('Whether it is the last frame of its message')),
  column('rsv', 'RSV', t('The reserved bits; the first one says that the message is compressed (RFC 7692)')),
  column(
    'payload',
    t('Payload'),
    t('Bytes of the payload on the wire: compressed if the message is compressed'),
  ),
  column('mask', t('Mask'), t('The masking key: frames of a client have one, frames of a server do not')),
  column('header', t('Header'), t('Bytes of the header')),
  column('remark', ''),
];

export const INSPECTOR_TEXT = {
  units: t('What the message decodes to'),
  noUnits: t('This message completes nothing in its protocol: it may be part of a later one.'),
  understood: (bytes: string) => t('{0} bytes before it were decoded.', bytes),
  unit: {
    id: t('Id'),
    replyTo: t('Reply to'),
    stream: t('Stream'),
    error: t('Error'),
    bytes: t('Bytes'),
    payload: t('Bytes of the Payload'),
  },
  markBytes: t('Mark these bytes in all views'),
  fields: t('Payload: choose a line to mark its bytes in all views'),
  range: (start: string, end: string) => t('{0} to {1}', start, end),
  moreLines: (lines: string) => t('… {0} more lines: Pretty shows all.', lines),
  selectBytes: t('Select bytes by mouse or by arrow keys'),
  byteAt: (at: string, hex: string) => t('Byte {0} ({1})', at, hex),
  bytesFrom: (bytes: string, at: string, hex: string) => t('{0} bytes from {1} ({2})', bytes, at, hex),
  copyDigits: t('Copy the Selection as Hex'),
  copyCharacters: t('Copy the Selection as Text'),
  tooManyBytes: (bytes: string) =>
    t('At most {0} bytes are copied from a selection: use Copy This View for more.', bytes),
  more: t('More Actions of the Message'),
  wrap: t('Wrap Lines'),
  findInMessage: t('Find in the Message'),
  /** The texts by the phrases of CodeMirror's search and folds. */
  phrases: {
    Find: t('Find'),
    next: t('Next'),
    previous: t('Previous'),
    all: t('Select All'),
    'match case': t('Match Case'),
    regexp: t('Regular Expression'),
    'by word': t('Whole Word'),
    close: t('Close'),
    'current match': t('current match'),
    'on line': t('on line'),
    'folded code': t('folded lines'),
    unfold: t('unfold'),
  },
  copyValue: t('Copy Value'),
  copyPath: t('Copy Path'),
  openInEditor: t('Open in Editor'),
  frames: t('Frames'),
  noFrames: [
    t('The frames of this message were not recorded.'),
    t(
      'Frame details show every frame as it travelled: FIN, opcode, mask and lengths. Reconnect to record frame details.',
    ),
  ],
  noFramesYet: [
    t('The frames of this message were not recorded.'),
    t('Frames of new messages are recorded from now on.'),
  ],
  keepFrames: t('Reconnect With Frame Details'),
  unmasked: t('none'),
  reservedOpcode: (opcode: string) => t('reserved {0}', opcode),
  clientSide: t('client’s side of the proxy'),
  compressedFrame: t('compressed'),
  incompleteFrame: t('incomplete'),
  views: t('View'),
  copy: t('Copy This View'),
  copyRaw: t('Copy the Message as It Is'),
  copied: t('Copied'),
  save: t('Save Message to a File…'),
  emptyMessage: t('This message is empty: it has no payload.'),
  formatting: t('Formatting'),
  formattingPart: (done: string, total: string) => t('Formatting: {0} of {1}', done, total),
  formattingCancelled: t('Formatting was cancelled.'),
  formatAgain: t('Format Again'),
  view: (view: string, lines: string) => t('{0}, {1} lines', view, lines),
} as const;
