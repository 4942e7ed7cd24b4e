import type { PanelCommand } from '../../shared/panelProtocol.ts';
import type { SessionState } from '../../shared/session.ts';

export const STATES: Readonly<Record<SessionState, string>> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  open: 'Open',
  closing: 'Closing',
  closed: 'Closed',
  waiting: 'Waiting to reconnect',
  failed: 'Failed',
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
  keyboardShortcuts: 'Keyboard Shortcuts',
};

export const HEADER_TEXT = {
  edit: 'Edit Connection',
  form: {
    url: 'URL',
    tabs: 'Options of the connection',
    name: 'Name',
    value: 'Value',
    remove: (name: string) => `Remove ${name || 'this row'}`,
    addParam: 'Add Parameter',
    addHeader: 'Add Header',
    bearer: 'Bearer token',
    authHint: 'Sent as the header Authorization. Leave it empty to send none.',
    subprotocols: 'Subprotocols, the preferred one first, separated by commas',
    insecure: 'Accept any certificate',
    servername: 'Server name to ask for and to verify',
    proxy: 'Proxy (http://, https:// or socks5://; none for a direct connection)',
    deflate: 'Compression (permessage-deflate)',
    handshakeTimeout: 'Handshake time-out in seconds',
    heartbeat: 'Seconds between pings (0 = off)',
    reconnect: 'Maximum consecutive reconnect attempts (0 = off)',
    apply: 'Reconnect to Apply',
    connect: 'Connect',
    discard: 'Discard',
  },
  connect: 'Connect',
  disconnect: 'Disconnect',
  forceClose: 'Force Close',
  reconnect: 'Reconnect',
  connectNow: 'Connect Now',
  stop: 'Stop',
  /** `Reconnecting in 4 s (2 of 10)` is made of these two. */
  reconnectingIn: (seconds: number) => (seconds === 0 ? 'Reconnecting' : `Reconnecting in ${seconds} s`),
  attempt: (number: number, of: number) => `(${number} of ${of})`,
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
  notVerifiedTitle:
    'Any certificate is accepted: whoever is on the way can read and change what is sent and received.',
  validTo: (date: string) => `Valid to ${date}`,
  via: (proxy: string) => `via ${proxy}`,
  proxyTitle: (proxy: string) => `Through the proxy ${proxy}`,
  counterTitle: (messages: string, bytes: string, direction: 'received' | 'sent') =>
    `${messages} messages with ${bytes} bytes ${direction}`,
  recorded: (bytes: string) => `${bytes} on disk`,
  recordedTitle: (bytes: string) => `Size of the recording: ${bytes} bytes`,
  notKept: 'not kept',
  notKeptTitle: 'The recording is removed when the session ends.',
  unrecorded: (messages: string, bytes: string) =>
    `Not recorded since then: ${messages} messages (${bytes}). They cannot be shown.`,
  from: (remote: string) => `from ${remote}`,
  fromTitle: (remote: string) => `Connections start from ${remote}: localhost is that machine.`,
  handshakeTitle: 'How the connection came about: request, response, certificates',
} as const;
