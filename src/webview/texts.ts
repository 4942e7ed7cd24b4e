import type { View } from '../shared/formatProtocol.ts';
import type { ComposerMode } from '../shared/panelProtocol.ts';
import type { SessionState } from '../shared/session.ts';
import type { Direction, Kind } from '../shared/timeline.ts';
import type { DirectionChoice, KindGroup, SearchMode } from './search/searchOptions.ts';

/** Every sentence and label that the page shows, in one place. */
export const STATES: Readonly<Record<SessionState, string>> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  open: 'Open',
  closing: 'Closing',
  closed: 'Closed',
  waiting: 'Waiting to reconnect',
  failed: 'Failed',
};

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  open: 'open',
  text: 'text',
  binary: 'binary',
  ping: 'ping',
  pong: 'pong',
  close: 'close',
  error: 'error',
  note: 'note',
};

/** As in "Text received". */
export const DIRECTION_NAMES: Readonly<Record<Direction, string>> = { none: '', in: 'received', out: 'sent' };

export const VIEW_NAMES: Readonly<Record<View, string>> = { pretty: 'Pretty', raw: 'Raw', hex: 'Hex' };

export const MODE_NAMES: Readonly<Record<ComposerMode, string>> = {
  text: 'Text',
  json: 'JSON',
  hex: 'Hex',
  base64: 'Base64',
  file: 'File',
};

export const PLACEHOLDERS: Readonly<Record<Exclude<ComposerMode, 'file'>, string>> = {
  text: 'Message',
  json: '{"op": "subscribe"}',
  hex: '7b 22 6f 70 22 7d',
  base64: 'eyJvcCI6InBpbmcifQ==',
};

export const DIRECTION_CHOICE_NAMES: Readonly<Record<DirectionChoice, string>> = {
  all: 'All',
  in: 'In',
  out: 'Out',
};

export const KIND_GROUP_NAMES: Readonly<Record<KindGroup, string>> = {
  text: 'Text',
  binary: 'Binary',
  control: 'Control',
};

export const SEARCH_PLACEHOLDERS: Readonly<Record<SearchMode, string>> = {
  plain: 'Search messages',
  regex: 'Search, as in "price":\\s*1\\d',
  jsonpath: 'Search, as in $.items[?@.price > 10]',
};

export const TEXT = {
  connect: 'Connect',
  cancel: 'Cancel',
  disconnect: 'Disconnect',
  forceClose: 'Force Close',
  reconnect: 'Reconnect',
  details: 'Details',
  dismiss: 'Dismiss',
  connection: 'Connection',
  openFor: 'Time since the connection opened',
  idleFor: (duration: string) => `idle ${duration}`,
  idleTitle: 'Time since the last message',
  in: 'in',
  out: 'out',
  counter: (messages: string, bytes: string) => `${messages} / ${bytes}`,
  counterTitle: (messages: string, bytes: string, direction: 'received' | 'sent') =>
    `${messages} messages with ${bytes} bytes ${direction}`,
  recorded: (bytes: string) => `${bytes} on disk`,
  recordedTitle: (bytes: string) => `Size of the recording: ${bytes} bytes`,
  notKept: 'not kept',
  notKeptTitle: 'The recording is removed when the session ends.',
  unrecorded: (messages: string, bytes: string) =>
    `Not recorded since then: ${messages} messages (${bytes}). They cannot be shown.`,
  subprotocol: 'Subprotocol',
  extensions: 'Extensions',
  deflate: 'deflate',
  from: (remote: string) => `from ${remote}`,
  fromTitle: (remote: string) => `Connections start from ${remote}: localhost is that machine.`,

  timeline: 'Timeline',
  columns: { seq: '#', time: 'Time', delta: 'Delta', kind: 'Kind', preview: 'Message', size: 'Size' },
  hitRow: (row: string) => `match, ${row}`,
  follow: 'Follow',
  followTitle: 'Keep the newest row in view (End)',
  rows: (rows: string) => (rows === '1' ? '1 row' : `${rows} rows`),
  rowsOf: (rows: string, all: string) => `${rows} of ${all} rows`,
  invalidUtf8: 'invalid UTF-8',
  truncated: (stored: string, size: string) => `${stored} of ${size} kept`,
  loadingRow: 'Loading',
  emptyIdle: ['Nothing here yet.', 'Connect to see every message that is sent and received.'],
  emptyConnecting: ['Connecting.', 'Messages appear here as soon as the connection is open.'],
  emptyClosed: ['Nothing was sent or received.', 'Reconnect to try again.'],

  toolbar: 'Filter and search',
  direction: 'Direction',
  kinds: 'Kinds of message',
  search: 'Search',
  searchTitle: (keys: string) => `Search the messages (${keys})`,
  caseSensitive: 'Match Case',
  regex: 'Use Regular Expression',
  jsonpath: 'Use JSONPath',
  onlyMatches: 'Only matches',
  onlyMatchesTitle: 'Leave out the rows that the search does not find',
  nextMatch: 'Next Match (Enter, F3)',
  previousMatch: 'Previous Match (Shift+Enter, Shift+F3)',
  clearSearch: 'Clear the Search (Escape)',
  cancelSearch: 'Cancel the Search',
  matches: (hits: string) => (hits === '1' ? '1 match' : `${hits} matches`),
  noMatches: 'No matches',
  matchOf: (current: string, hits: string) => `${current} of ${hits}`,
  searching: 'Searching',
  searchCancelled: 'Cancelled',
  searchStopped: 'Stopped',
  skipped: (rows: string) =>
    `${rows === '1' ? '1 message is' : `${rows} messages are`} too long or nested too deep to be searched.`,
  searchDone: (hits: string) => `Search done: ${hits}`,
  emptyMatches: ['No row matches.', 'Change the filter or the search to see others.'],
  emptyCancelled: ['The search was cancelled.', 'Press Enter in the search field to search again.'],

  inspector: 'Inspector',
  views: 'View',
  copy: 'Copy This View',
  copyRaw: 'Copy the Message as It Is',
  copied: 'Copied',
  save: 'Save Message to a File…',
  closeInspector: 'Close',
  emptyMessage: 'This message is empty: it has no payload.',
  formatting: 'Formatting',
  formattingPart: (done: string, total: string) => `Formatting: ${done} of ${total}`,
  formattingCancelled: 'Formatting was cancelled.',
  formatAgain: 'Format Again',
  body: (view: string, lines: string) => `${view}, ${lines} lines`,
  resizeInspector: 'Resize the inspector',

  composer: 'Message to send',
  mode: 'Kind of message',
  send: 'Send',
  sending: (messages: number) => (messages === 1 ? 'Sending' : `Sending ${messages} messages`),
  notSent: (messages: number, reason: string) =>
    messages === 1 ? reason : `${messages} messages were not sent. ${reason}`,
  sendTitle: (keys: string) => `Send (${keys})`,
  noFile: 'No file chosen.',
  fileHint: 'The file is sent as one binary message.',
  choose: 'Choose File…',
  chooseFirst: 'Choose a file first.',
  notOpen: 'Not sent: connect first.',
  notOpenHint: 'Connect to send.',
} as const;
