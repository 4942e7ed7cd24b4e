import { t } from '../base/l10n.ts';
import type { PanelCommand } from '../../shared/panelProtocol.ts';
import type { SessionState } from '../../shared/session.ts';

export const STATES: Readonly<Record<SessionState, string>> = {
  idle: t('Not connected'),
  connecting: t('Connecting'),
  open: t('Open'),
  closing: t('Closing'),
  closed: t('Closed'),
  waiting: t('Waiting to reconnect'),
  failed: t('Failed'),
};

export const COMMAND_NAMES: Readonly<Record<PanelCommand, string>> = {
  ping: t('Send Ping…'),
  closeWithCode: t('Close With Code…'),
  forceClose: t('Force Close'),
  duplicate: t('Duplicate'),
  duplicateAndEdit: t('Duplicate and Edit…'),
  rename: t('Rename…'),
  clear: t('Clear'),
  saveAsRequestFile: t('Save as Request File…'),
  copyCurl: t('Copy as curl'),
  keyboardShortcuts: t('Keyboard Shortcuts'),
  chooseProtocol: t('Choose Protocol…'),
};

export const HEADER_TEXT = {
  decodedTitle: (title: string) => t('Messages are decoded as {0}, the chosen protocol.', title),
  recognisedTitle: (reason: string) => t('Messages are decoded as {0}', reason),
  form: {
    url: 'URL',
    tabs: t('Options of the connection'),
    filled: (text: string) => `= ${text}`,
    noPath: t('The URL has no path. Servers of Socket.IO have one.'),
    addPath: (path: string) => t('Add {0}', path),
    advanced: t('Advanced'),
    groups: {
      certificate: t('Certificate'),
      proxy: t('Proxy'),
      messages: t('Messages'),
      lifetime: t('Lifetime of the Connection'),
    },
    name: t('Name'),
    value: t('Value'),
    remove: (name: string) => t('Remove {0}', name || t('this row')),
    addParam: t('Add Parameter'),
    addHeader: t('Add Header'),
    bearer: t('Bearer token'),
    authHint: t('Sent as the header Authorization. Leave it empty to send none.'),
    subprotocols: t('Subprotocols, the preferred one first, separated by commas'),
    insecure: t('Accept any certificate'),
    servername: t('Server name to request and verify (SNI)'),
    proxy: t('Proxy (http://, https:// or socks5://; none for a direct connection)'),
    deflate: t('Compression (permessage-deflate)'),
    handshakeTimeout: t('Handshake time-out in seconds'),
    heartbeat: t('Seconds between pings (0 = off)'),
    reconnect: t('Maximum consecutive reconnect attempts (0 = off)'),
    apply: t('Reconnect to Apply'),
    connect: t('Connect'),
    discard: t('Discard'),
  },
  connect: t('Connect'),
  disconnect: t('Disconnect'),
  forceClose: t('Force Close'),
  reconnect: t('Reconnect'),
  connectNow: t('Connect Now'),
  stop: t('Stop'),
  /** These two form `Reconnecting in 4 s (2 of 10)`. */
  reconnectingIn: (seconds: number) =>
    seconds === 0 ? t('Reconnecting') : t('Reconnecting in {0} s', seconds),
  attempt: (number: number, of: number) => t('({0} of {1})', number, of),
  connection: t('Connection'),
  moreActions: t('More Actions…'),
  openFor: t('Time since the connection opened'),
  idleFor: (duration: string) => t('idle {0}', duration),
  idleTitle: t('Time since anything was received'),
  roundTrip: (time: string) => t('RTT {0}', time),
  roundTripTitle: ({ min, mean, max }: Readonly<Record<'min' | 'mean' | 'max', string>>) =>
    t('Round trip of a ping and its pong: at least {0}, {1} on average, at most {2}', min, mean, max),
  noPong: t('no pong yet'),
  pings: (answered: string, lost: string) => t('{0} pings answered, {1} lost', answered, lost),
  pending: (bytes: string) => t('{0} pending', bytes),
  pendingTitle: (bytes: string) =>
    t(
      '{0} bytes wait to be sent: the other side reads more slowly than this side sends, or has stopped reading.',
      bytes,
    ),
  notVerifiedTitle: t(
    'Any certificate is accepted: anyone on the network path can read and change the messages.',
  ),
  validTo: (date: string) => t('Valid to {0}', date),
  via: (proxy: string) => t('via {0}', proxy),
  proxyTitle: (proxy: string) => t('Through the proxy {0}', proxy),
  counterTitle: (messages: string, bytes: string, direction: 'received' | 'sent') => {
    const isOne = messages === '1';
    if (direction === 'received')
      return isOne
        ? t('1 message, {0} bytes received', bytes)
        : t('{0} messages, {1} bytes received', messages, bytes);
    return isOne ? t('1 message, {0} bytes sent', bytes) : t('{0} messages, {1} bytes sent', messages, bytes);
  },
  recorded: (bytes: string) => t('{0} on disk', bytes),
  recordedTitle: (bytes: string) => t('Size of the recording: {0} bytes', bytes),
  notKept: t('not kept'),
  notKeptTitle: t('The recording is removed when the session ends.'),
  unrecorded: (messages: string, bytes: string) =>
    t('Not recorded since then: {0} messages ({1}). They cannot be shown.', messages, bytes),
  from: (remote: string) => t('from {0}', remote),
  fromTitle: (remote: string) => t('Connections start from {0}: localhost is that machine.', remote),
  handshakeTitle: t('The handshake: request, response, certificates'),
} as const;
