import type { PanelDiagnosis, PanelHandshake } from '../../../../src/shared/panelProtocol.ts';
import type { CertificateDetail, TlsDetail } from '../../../../src/shared/timeline.ts';

const DAY = 24 * 60 * 60 * 1_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 19) + 'Z';

function certificate(name: string, issuer: string, days: number): CertificateDetail {
  return {
    subject: `CN=${name}`,
    issuer: `CN=${issuer}`,
    altNames: name.includes('.') ? `DNS:${name}, IP Address:127.0.0.1` : '',
    validFrom: inDays(-30),
    validTo: inDays(days),
    fingerprint: 'AB:CD:'.repeat(15) + 'AB:CD',
    serialNumber: '0A1B2C3D',
    pem: '-----BEGIN CERTIFICATE-----',
  };
}

export const tls: TlsDetail = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'http/1.1',
  servername: 'api.example.test',
  verified: true,
  chain: [
    certificate('api.example.test', 'Example Issuing CA', 200),
    certificate('Example Issuing CA', 'Example Root', 9),
    certificate('Example Root', 'Example Root', 3_000),
  ],
};

const request = (authorization: string): string =>
  [
    'GET /stream?channel=BTC HTTP/1.1',
    'Host: api.example.test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: v1.json, v2.json',
    `Authorization: Bearer ${authorization}`,
    '',
    '',
  ].join('\r\n');

const response = (cookie: string): string =>
  [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    'Sec-WebSocket-Protocol: v1.json',
    `Set-Cookie: sid=${cookie}; Path=/`,
    'X-Note: \u202Ereversed',
    '',
    '',
  ].join('\r\n');

const MASK = '••••';
export const TOKEN = 'canary-token';
export const COOKIE = 'canary-cookie';

/** A handshake through a proxy that came about after a redirect. */
export function handshakeOf(isRevealed: boolean, canReveal = true): PanelHandshake {
  const [token, cookie] = isRevealed ? [TOKEN, COOKIE] : [MASK, MASK];
  return {
    url: 'wss://api.example.test/stream?channel=BTC',
    isRevealed,
    canReveal,
    detail: {
      status: 101,
      protocol: 'v1.json',
      extensions: 'permessage-deflate; server_no_context_takeover; client_max_window_bits=12',
      headers: [
        ['upgrade', 'websocket'],
        ['set-cookie', `sid=${cookie}; Path=/`],
      ],
      address: '192.0.2.7:443',
      proxy: 'http://proxy.example.test:3128',
      tls,
      exchanges: [
        {
          with: 'proxy',
          url: 'http://proxy.example.test:3128',
          request: 'CONNECT api.example.test:443 HTTP/1.1\r\nHost: api.example.test:443\r\n\r\n',
          response: 'HTTP/1.1 200 Connection established\r\n\r\n',
        },
        {
          with: 'server',
          url: 'wss://api.example.test/old',
          request: request(token),
          response: 'HTTP/1.1 302 Found\r\nLocation: /stream?channel=BTC\r\n\r\n',
        },
        {
          with: 'server',
          url: 'wss://api.example.test/stream?channel=BTC',
          request: request(token),
          response: response(cookie),
        },
      ],
    },
  };
}

export const CAUSE =
  'The server refused the connection with 401 Unauthorized: check the credentials in your headers.';

export const diagnosis: PanelDiagnosis = {
  cause: CAUSE,
  evidence: [
    { label: 'Address', value: '192.0.2.7:443' },
    { label: 'Answer', value: 'HTTP 401' },
    { label: 'www-authenticate', value: 'Bearer realm="api"' },
  ],
  fixes: [
    { id: 'origin', label: 'Add an Origin Header' },
    { id: 'insecure', label: 'Accept Any Certificate' },
  ],
  detail: {
    code: 'handshake.status',
    message: CAUSE,
    status: 401,
    headers: [
      ['www-authenticate', 'Bearer realm="api"'],
      ['content-type', 'application/json'],
    ],
    body: '{"error":"<b>token</b> expired\u202E"}\nsecond line',
    firstBytes: '485454502f312e3120343031',
    tls,
  },
};

export const ending: PanelDiagnosis = {
  headline: 'The server refuses by its policy',
  cause: 'The server closed the connection. Check credentials, Origin and what was sent.',
  evidence: [
    { label: 'Code', value: '1008, Policy violation' },
    { label: 'Reason', value: 'token expired' },
    { label: 'Closed by', value: 'The server' },
    { label: 'Last received', value: '#4, 1.5 s before: {"type":"tick","seq":4}' },
  ],
  fixes: [
    { id: 'enterAuthorization', label: 'Send an Authorization header' },
    { id: 'retry', label: 'Connect again' },
  ],
};
