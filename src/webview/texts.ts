import type { View } from '../shared/formatProtocol.ts';
import type { ComposerMode, PanelCommand } from '../shared/panelProtocol.ts';
import type { SessionState } from '../shared/session.ts';
import type { Direction, Kind } from '../shared/timeline.ts';
import type { HandshakeTab } from './handshake/handshakeTabs.ts';
import type { DirectionChoice, KindGroup, SearchMode } from './search/searchOptions.ts';
import type { TimeMode } from './timeline/timeColumn.ts';
import type { InspectorTab } from './viewState.ts';

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

export const INSPECTOR_TAB_NAMES: Readonly<Record<InspectorTab, string>> = {
  ...VIEW_NAMES,
  frames: 'Frames',
};

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

export const COMMAND_NAMES: Readonly<Record<PanelCommand, string>> = {
  ping: 'Send Ping…',
  closeWithCode: 'Close With Code…',
  forceClose: 'Force Close',
  duplicate: 'Duplicate',
  rename: 'Rename…',
  clear: 'Clear',
  saveAsRequestFile: 'Save as Request File…',
  copyCurl: 'Copy as curl',
};

export const HANDSHAKE_TAB_NAMES: Readonly<Record<HandshakeTab, string>> = {
  overview: 'Overview',
  exchanges: 'Request and Response',
  tls: 'TLS',
};

interface Column {
  readonly name: string;
  readonly text: string;
  readonly title: string;
}

const column = (name: string, text: string, title = ''): Column => ({ name, text, title });

/** Of the frames of a message, named as in RFC 6455, section 5.2. */
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

/** The time column's head, and the choice of what it shows. */
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

export const TEXT = {
  connect: 'Connect',
  cancel: 'Cancel',
  disconnect: 'Disconnect',
  forceClose: 'Force Close',
  reconnect: 'Reconnect',
  connectNow: 'Connect Now',
  stop: 'Stop',
  /** Both as in `Reconnecting in 4 s (2 of 10)`. */
  reconnectingIn: (seconds: number) => (seconds === 0 ? 'Reconnecting' : `Reconnecting in ${seconds} s`),
  attempt: (number: number, of: number) => `(${number} of ${of})`,
  dismiss: 'Dismiss',
  connection: 'Connection',
  moreActions: 'More Actions…',
  openFor: 'Time since the connection opened',
  idleFor: (duration: string) => `idle ${duration}`,
  idleTitle: 'Time in which nothing was received',
  roundTrip: (time: string) => `RTT ${time}`,
  roundTripTitle: ({ min, mean, max }: Readonly<Record<'min' | 'mean' | 'max', string>>) =>
    `Round trip of a ping and its pong: at least ${min}, ${mean} on average, at most ${max}`,
  noPong: 'no pong yet',
  pings: (answered: string, lost: string) => `${answered} pings answered, ${lost} lost`,
  pending: (bytes: string) => `${bytes} pending`,
  pendingTitle: (bytes: string) =>
    `${bytes} bytes wait to be sent: the server reads slower than this side sends, or has stopped reading.`,
  notVerified: 'not verified',
  notVerifiedTitle:
    'Any certificate is accepted: whoever is on the way can read and change what is sent and received.',
  verifiedTitle: 'The certificate was verified.',
  expiresIn: (days: number) => {
    if (days < 0) return 'certificate has expired';
    if (days === 0) return 'certificate expires within a day';
    return `certificate expires in ${days === 1 ? '1 day' : `${days} days`}`;
  },
  validTo: (date: string) => `Valid to ${date}`,
  via: (proxy: string) => `via ${proxy}`,
  proxyTitle: (proxy: string) => `Through the proxy ${proxy}`,
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
  serverNoContextTakeover: 'the server compresses each message on its own',
  clientNoContextTakeover: 'the client compresses each message on its own',
  serverWindow: (size: string) => `the server looks back at most ${size}`,
  clientWindow: (size: string) => `the client looks back at most ${size}`,
  from: (remote: string) => `from ${remote}`,
  fromTitle: (remote: string) => `Connections start from ${remote}: localhost is that machine.`,

  timeline: 'Timeline',
  columns: { seq: '#', delta: 'Delta', kind: 'Kind', preview: 'Message', size: 'Size' },
  timeColumn: 'What the time column shows',
  markTimeZero: 'Count from the Selected Row (M)',
  marked: (seq: number) => `Times count from row #${seq}.`,
  afterPause: (pause: string) => `after a pause of ${pause}`,
  goTo: 'Go to a message or a time',
  goToTitle: 'Go to Message or Time (Ctrl+G)',
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
  copiedRange: 'Copied the selected messages.',
  chart: 'Rate',
  chartTitle: 'Show the rate of messages over the whole session',
  chartHead: 'Messages a second',
  counting: (percent: number) => `Counting: ${percent} %`,
  chartPeak: (received: string, sent: string) => `at most ${received} in, ${sent} out`,
  chartAt: (time: string, received: string, sent: string) => `${time}   ${received} in, ${sent} out`,
  chartUpTo: (mean: string, max: string) => `${mean} (up to ${max})`,
  chartSummary: (duration: string, received: string, sent: string) =>
    `Rate of messages over ${duration}: at most ${received} a second received and ${sent} sent. Arrow keys choose a time, Enter goes there.`,
  chartEmpty: 'Rate of messages: there are none yet.',
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

  handshake: 'Handshake',
  handshakeTitle: 'How the connection came about: request, response, certificates',
  noHandshake: ['No handshake yet.', 'Connect to see the request, the response and the certificates.'],
  url: 'URL',
  result: 'Result',
  address: 'Address',
  proxy: 'Proxy',
  redirects: 'Redirects',
  redirect: (from: string, to: string) => `${from} → ${to}`,
  none: 'none',
  cookies: 'Cookies',
  cookiesSet: (cookies: number) => `${cookies} set by the server`,
  security: 'Security',
  plain: 'None: neither the handshake nor the messages are encrypted.',
  verified: 'verified',
  withProxy: (proxy: string) => `With the proxy ${proxy}`,
  request: 'Request',
  response: 'Response',
  noResponse: 'No response came.',
  noExchanges: 'This recording does not hold what was sent and received.',
  masked: 'Secrets are masked.',
  maskedForGood: 'Secrets are masked: this handshake comes from the recording, which never holds them.',
  revealed: 'Secrets are shown.',
  reveal: 'Reveal Secrets',
  hide: 'Hide Secrets',
  copyCurl: 'Copy as curl',
  copyCurlTitle: 'Copy a curl command for this handshake',
  copyExchanges: 'Copy the Request and the Response as They Travelled',
  noTls: 'This connection does not use TLS.',
  tlsProtocol: 'Protocol',
  cipher: 'Cipher',
  alpn: 'ALPN',
  servername: 'Server name',
  verification: 'Verification',
  verificationOff: 'Not verified',
  chain: 'Certificate chain',
  noChain: 'No certificates are known: the connection resumed an earlier one.',
  subject: 'Subject',
  issuer: 'Issuer',
  altNames: 'Names',
  validity: 'Valid',
  validFromTo: (from: string, to: string) => `${from} to ${to}`,
  fingerprint: 'SHA-256 fingerprint',
  serialNumber: 'Serial number',

  failure: 'Why it failed',
  evidence: 'Evidence',
  showEvidence: 'Show the Evidence',
  hideEvidence: 'Hide the Evidence',
  status: 'Status',
  headers: (headers: number) => (headers === 1 ? '1 header' : `${headers} headers`),
  body: (size: string) => `Body, ${size}`,
  firstBytes: (bytes: number) => `First ${bytes} bytes`,
  certificates: (certificates: number) =>
    certificates === 1 ? '1 certificate' : `${certificates} certificates`,
  showRow: 'Show in Timeline',

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
  view: (view: string, lines: string) => `${view}, ${lines} lines`,
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
