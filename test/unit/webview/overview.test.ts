import { describe, expect, it } from 'vitest';
import type { PanelHandshake } from '../../../src/shared/panelProtocol.ts';
import type { Exchange } from '../../../src/shared/timeline.ts';
import { overviewFacts } from '../../../src/webview/handshake/overview.ts';

const exchange = (url: string, response: string, to: Exchange['with'] = 'server'): Exchange => ({
  with: to,
  url,
  request: 'GET / HTTP/1.1\r\n\r\n',
  response,
});

const facts = (detail: PanelHandshake['detail'], url = 'wss://host.test/'): Record<string, string> => {
  const all = overviewFacts({ url, detail, isRevealed: false, canReveal: true });
  return Object.fromEntries(all.map(({ name, values }) => [name, values.join('\n')]));
};

const OPEN = { status: 101, protocol: '', extensions: '', headers: [] };
const TLS = { protocol: 'TLSv1.2', cipher: 'X', alpn: '', servername: '', verified: true, chain: [] };

describe('the overview of a handshake', () => {
  it('shows what was negotiated, and what was not', () => {
    expect(facts(OPEN, 'ws://host.test/')).toEqual({
      URL: 'ws://host.test/',
      Result: '101',
      Security: 'None: neither the handshake nor the messages are encrypted.',
      Subprotocol: 'none',
      Extensions: 'none',
    });
    expect(facts({ ...OPEN, protocol: 'v1', extensions: 'x; a=1' })).toMatchObject({
      Subprotocol: 'v1',
      Extensions: 'x\na=1',
    });
  });

  it('has the status line of the last answer', () => {
    const exchanges = [
      exchange('wss://a.test/', 'HTTP/1.1 302 Found\r\n\r\n'),
      exchange('wss://host.test/', 'HTTP/1.1 101 Web Socket Protocol Handshake\r\nA: b\r\n\r\n'),
    ];
    expect(facts({ ...OPEN, exchanges })).toMatchObject({ Result: '101 Web Socket Protocol Handshake' });
  });

  it('shows the failure, and no negotiated options', () => {
    const refused = { code: 'handshake.status', message: 'Refused.', status: 401 };
    expect(facts(refused)).toEqual({ URL: 'wss://host.test/', Result: '401\nRefused.' });
  });

  it('shows redirects, but counts neither the answer to a challenge nor the proxy as one', () => {
    const exchanges = [
      exchange('http://proxy.test', 'HTTP/1.1 200 OK\r\n\r\n', 'proxy'),
      exchange('wss://a.test/', 'HTTP/1.1 401 Unauthorized\r\n\r\n'),
      exchange('wss://a.test/', 'HTTP/1.1 302 Found\r\n\r\n'),
      exchange('wss://a.test/b', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    ];
    expect(facts({ ...OPEN, exchanges })['Redirects']).toBe('wss://a.test/ → wss://a.test/b');
    expect(facts({ ...OPEN, exchanges: exchanges.slice(1, 3) })['Redirects']).toBeUndefined();
  });

  it('shows the security, and warns if the server was not verified', () => {
    expect(facts({ ...OPEN, tls: TLS })['Security']).toBe('TLS 1.2, X, verified');
    const insecure = { ...OPEN, tls: { ...TLS, verified: false } };
    const fact = overviewFacts({
      url: 'wss://host.test/',
      detail: insecure,
      isRevealed: false,
      canReveal: true,
    }).find(({ name }) => name === 'Security');
    expect(fact).toMatchObject({ values: ['TLS 1.2, X, not verified'], isWarning: true });
  });

  it('counts the cookies of Set-Cookie headers in any spelling', () => {
    const headers = [
      ['Set-Cookie', 'a=••••'],
      ['set-cookie', 'b=••••'],
    ] as const;
    expect(facts({ ...OPEN, headers })['Cookies']).toBe('2 set by the server');
  });
});
