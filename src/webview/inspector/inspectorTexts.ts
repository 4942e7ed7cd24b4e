import type { View } from '../../shared/formatProtocol.ts';
import type { InspectorTab } from './inspectorTabs.ts';

export const VIEW_NAMES: Readonly<Record<View, string>> = { pretty: 'Pretty', raw: 'Raw', hex: 'Hex' };

export const INSPECTOR_TAB_NAMES: Readonly<Record<InspectorTab, string>> = {
  ...VIEW_NAMES,
  frames: 'Frames',
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
  column('direction', '', 'Received or sent'),
  column('time', 'Time'),
  column('opcode', 'Opcode'),
  column('fin', 'FIN', 'Whether it is the last frame of its message'),
  column('rsv', 'RSV', 'The reserved bits; the first one says that the message is compressed (RFC 7692)'),
  column('payload', 'Payload', 'Bytes of the payload as it travelled, compressed where the message is'),
  column('mask', 'Mask', 'The masking key: frames of a client have one, those of a server none'),
  column('header', 'Header', 'Bytes of the header'),
  column('remark', ''),
];

export const INSPECTOR_TEXT = {
  more: 'More Actions of the Message',
  wrap: 'Wrap Lines',
  findInMessage: 'Find in the Message',
  copyValue: 'Copy Value',
  copyPath: 'Copy Path',
  openInEditor: 'Open in Editor',
  frames: 'Frames',
  noFrames: [
    'The frames of this message were not kept.',
    'Frame details show every frame as it travelled: FIN, opcode, mask and lengths. They are kept from the connection on that asks for them.',
  ],
  noFramesYet: [
    'The frames of this message were not kept.',
    'Those of the messages that come from now on are.',
  ],
  keepFrames: 'Reconnect With Frame Details',
  unmasked: 'none',
  reservedOpcode: (opcode: string) => `reserved ${opcode}`,
  compressedFrame: 'compressed',
  incompleteFrame: 'incomplete',
  views: 'View',
  copy: 'Copy This View',
  copyRaw: 'Copy the Message as It Is',
  copied: 'Copied',
  save: 'Save Message to a File…',
  emptyMessage: 'This message is empty: it has no payload.',
  formatting: 'Formatting',
  formattingPart: (done: string, total: string) => `Formatting: ${done} of ${total}`,
  formattingCancelled: 'Formatting was cancelled.',
  formatAgain: 'Format Again',
  view: (view: string, lines: string) => `${view}, ${lines} lines`,
} as const;
