import type { Fix } from '../../../shared/diagnosis.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import {
  addOrigin,
  anyTlsVersion,
  actionFix,
  pingRegularly,
  editConnection,
  editUrl,
  enterProxy,
  hasHeader,
  insecure,
  expectListedName,
  longerTimeout,
  lowestTls,
  mentionsOrigin,
  noDeflate,
  offer,
  offerNone,
  raiseFragments,
  raisePayload,
  reconnectAutomatically,
  redirectFixes,
  retry,
  slowerHeartbeat,
  switchScheme,
  toWs,
  addSocketIoPath,
  toWss,
  trustCa,
  withoutProxy,
} from './fixes.ts';

type FixesOf = (options: ConnectOptions, detail: ErrorDetail) => readonly (Fix | undefined)[];

const openSettings = actionFix('openSettings', 'Open the settings');
const showLog = actionFix('showLog', 'Show the log');

/** An open connection often breaks because it was idle and a device on the way ended it. */
const lossFixes: FixesOf = (options, { phase }) =>
  phase === 'open' ? [retry, reconnectAutomatically(options), pingRegularly(options)] : [];

const clientCertificate: FixesOf = ({ cert, pfx, passphrase }, { phase }) => [
  actionFix('chooseClientCertificate', 'Choose a client certificate'),
  cert !== '' || pfx !== ''
    ? actionFix('enterPassphrase', passphrase === '' ? 'Enter its passphrase' : 'Correct its passphrase')
    : undefined,
  phase === 'tls' || phase === 'http' ? retry : undefined,
];

/** Possible fixes by error code, the best one first. */
export const FIXES: Record<ErrorCode, FixesOf> = {
  'url.invalid': () => [editUrl],
  'dns.not-found': (options, detail) => [editUrl, withoutProxy(options, detail), enterProxy, retry],
  'tcp.refused': (options) => [retry, editUrl, switchScheme(options)],
  // A Socket.IO server hangs up on every path but its own.
  'tcp.reset': (options, detail) => [
    ...lossFixes(options, detail),
    detail.phase === 'http' ? addSocketIoPath(options) : undefined,
    toWss(options),
    retry,
  ],
  'tcp.timeout': (options, detail) => [
    ...lossFixes(options, detail),
    retry,
    longerTimeout(options),
    withoutProxy(options, detail) ?? enterProxy,
    editUrl,
  ],
  'proxy.auth': (options, detail) => [correctProxy, withoutProxy(options, detail)],
  'proxy.unreachable': (options, detail) => [withoutProxy(options, detail), enterProxy, retry],
  'tls.untrusted': (options, detail) => [
    trustCa(options, detail),
    actionFix('chooseCa', 'Choose the file of its certificate authority'),
    insecure,
  ],
  'tls.expired': () => [retry, insecure],
  'tls.hostname': (options, detail) => [editUrl, expectListedName(options, detail), insecure],
  'tls.client-certificate': clientCertificate,
  'tls.protocol': (options) => [
    toWs(options),
    anyTlsVersion(options) ?? lowestTls('TLSv1', 'Allow TLS 1.0 and 1.1'),
    retry,
  ],
  'handshake.status': statusFixes,
  'handshake.timeout': (options, detail) => [
    longerTimeout(options),
    toWss(options),
    withoutProxy(options, detail),
    retry,
  ],
  'handshake.accept': (options, detail) => [editUrl, withoutProxy(options, detail), retry],
  'handshake.subprotocol': (options, detail) => [
    offer(options, detail.subprotocol === undefined ? [] : [detail.subprotocol]),
    offerNone(options, detail),
    retry,
  ],
  'handshake.extension': (options) => [noDeflate(options), retry],
  'handshake.redirect': redirectFixes,
  'handshake.not-http': (options) => [switchScheme(options), editUrl],
  'limit.payload': raisePayload,
  'limit.fragments': raiseFragments,
  'limit.pings': () => [retry, { id: 'noPong', label: 'Answer no pings', change: { autoPong: false } }],
  'protocol.invalid-utf8': () => [retry],
  'protocol.frame': (options, detail) => [noDeflate(options), withoutProxy(options, detail), retry],
  'protocol.refused': () => [retry],
  'serve.script': () => [showLog],
  'heartbeat.lost': (options) => [retry, reconnectAutomatically(options), slowerHeartbeat(options)],
  'file.invalid': (options, detail) => [...clientCertificate(options, detail), openSettings],
  'disk.full': () => [openSettings],
  'disk.denied': () => [openSettings, retry],
  internal: () => [showLog, retry],
};

function authorize(options: ConnectOptions): Fix {
  const label = hasHeader(options, 'authorization')
    ? 'Correct the Authorization header'
    : 'Send an Authorization header';
  return actionFix('enterAuthorization', label);
}

/** The subprotocols that the server named in its refusal. */
function namedSubprotocols({ headers = [] }: ErrorDetail): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim()));
}

/** nginx and other servers name the cause in their page: “The plain HTTP request was sent to HTTPS port”. */
const SPEAKS_TLS = /https?.{0,20}(port|server|scheme)|\bTLS\b/is;

const correctProxy = actionFix('enterProxy', 'Enter the proxy with its credentials');

/** Possible fixes if a server answered with a status other than 101. */
function statusFixes(options: ConnectOptions, detail: ErrorDetail): readonly (Fix | undefined)[] {
  const { status = 0 } = detail;
  if (status === 401) return [authorize(options), addOrigin(options)];
  if (status === 407) return [correctProxy, authorize(options)];
  if (status === 403)
    return [
      mentionsOrigin(detail) ? addOrigin(options) : undefined,
      editConnection,
      addOrigin(options),
      authorize(options),
    ];
  if (status === 429 || status >= 500) return [retry, editUrl];
  if (status >= 400 && status !== 404)
    return [
      offer(options, namedSubprotocols(detail)),
      SPEAKS_TLS.test(detail.body ?? '') ? toWss(options) : undefined,
      addOrigin(options),
      editUrl,
    ];
  return [editUrl, retry];
}
