import { t } from '../base/l10n.ts';
export const HANDSHAKE_TABS = ['overview', 'exchanges', 'tls'] as const;
export type HandshakeTab = (typeof HANDSHAKE_TABS)[number];

export const HANDSHAKE_TAB_NAMES: Readonly<Record<HandshakeTab, string>> = {
  overview: t('Overview'),
  exchanges: t('Request and Response'),
  tls: 'TLS',
};

export const HANDSHAKE_TEXT = {
  noHandshake: [t('No handshake yet.'), t('Connect to see the request, the response and the certificates.')],
  url: 'URL',
  result: t('Result'),
  address: t('Address'),
  proxy: t('Proxy'),
  redirects: t('Redirects'),
  redirect: (from: string, to: string) => `${from} → ${to}`,
  none: t('none'),
  cookies: t('Cookies'),
  cookiesSet: (cookies: number) => t('{0} set by the server', cookies),
  security: t('Security'),
  plain: t('None: neither the handshake nor the messages are encrypted.'),
  verified: t('verified'),
  withProxy: (proxy: string) => t('With the proxy {0}', proxy),
  request: t('Request'),
  response: t('Response'),
  noResponse: t('No response came.'),
  noExchanges: t('This recording does not contain the request and the response.'),
  masked: t('Secrets are masked.'),
  maskedForGood: t('Secrets are masked: this handshake comes from the recording, which never holds them.'),
  revealed: t('Secrets are shown.'),
  reveal: t('Reveal Secrets'),
  hide: t('Hide Secrets'),
  copyCurlTitle: t('Copy a curl command for this handshake'),
  copyExchanges: t('Copy the Request and the Response as They Travelled'),
  noTls: t('This connection does not use TLS.'),
  tlsProtocol: t('Protocol'),
  cipher: t('Cipher'),
  alpn: 'ALPN',
  servername: t('Server name'),
  verification: t('Verification'),
  verificationOff: t('Not verified'),
  chain: t('Certificate chain'),
  noChain: t('No certificates are known: the connection resumed an earlier one.'),
} as const;
