import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import { diagnose } from '../../../../../src/core/session/doctor/doctor.ts';
import type { Diagnosis, Fix } from '../../../../../src/shared/diagnosis.ts';
import { ERROR_CODES } from '../../../../../src/shared/errors.ts';
import type { ConnectOptions } from '../../../../../src/shared/session.ts';
import type { CertificateDetail, ErrorDetail, TlsDetail } from '../../../../../src/shared/timeline.ts';

const certificate = (given: Partial<CertificateDetail>): CertificateDetail => ({
  subject: 'CN=inner.test',
  issuer: 'CN=Test CA',
  altNames: 'DNS:inner.test',
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2026-12-31T00:00:00.000Z',
  fingerprint: 'AA',
  serialNumber: '1',
  pem: '-----BEGIN CERTIFICATE-----\nleaf\n-----END CERTIFICATE-----\n',
  ...given,
});
const CA_PEM = '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n';
const tls = (leaf: Partial<CertificateDetail> = {}): TlsDetail => ({
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: '',
  servername: '',
  verified: false,
  chain: [certificate(leaf), certificate({ subject: 'CN=Test CA', pem: CA_PEM })],
});

function visit(
  code: string,
  detail: Partial<ErrorDetail> = {},
  given: Partial<ConnectOptions> = {},
): Diagnosis & { ids: string[]; fix: (id: string) => Fix | undefined; options: ConnectOptions } {
  const options = connectOptions({ url: 'wss://example.test/stream', ...given });
  const diagnosis = diagnose({ code, message: 'What happened: what to do.', ...detail }, options);
  const fix = (id: string): Fix | undefined => diagnosis.fixes.find((each) => each.id === id);
  return { ...diagnosis, ids: diagnosis.fixes.map(({ id }) => id), fix, options };
}

describe('the doctor', () => {
  const evidence: Partial<ErrorDetail> = {
    tls: tls(),
    status: 400,
    firstBytes: '16030100',
    subprotocol: 'v9',
    redirect: 'wss://other.test/x',
    received: 10,
    size: 2 ** 28,
  };

  it.each(ERROR_CODES)('gives a cause and a remedy for %s, whatever else is known', (code) => {
    for (const detail of [{}, evidence, { ...evidence, phase: 'open' as const }])
      for (const url of ['ws://a.test', 'wss://a.test:8443/x', 'ws+unix:/run/a.sock'])
        for (const heartbeat of [0, 1_000]) {
          const { cause, fixes, ids, options } = visit(code, detail, { url, heartbeat });
          expect(cause).not.toBe('');
          expect(fixes.length).toBeGreaterThan(0);
          expect(new Set(ids).size).toBe(ids.length);
          for (const { label, change, action } of fixes) {
            expect(label).not.toBe('');
            expect((change === undefined) !== (action === undefined)).toBe(true);
            expect(() => connectOptions({ ...options, ...change })).not.toThrow();
          }
        }
  });

  it('offers another try for an unknown code', () => {
    expect(visit('call.timeout').ids).toEqual(['retry']);
  });

  it('repeats the sentence of the error', () => {
    expect(visit('tcp.refused').cause).toBe('What happened: what to do.');
  });
});

describe('the doctor after a TLS failure', () => {
  it('offers to trust the authority at the top of the chain, for this request', () => {
    const { fix, ids } = visit('tls.untrusted', { tls: tls() }, { ca: ['/own.pem'] });
    expect(ids[0]).toBe('trustCa');
    expect(fix('trustCa')).toMatchObject({
      label: 'Trust “CN=Test CA” for this request',
      change: { ca: ['/own.pem', CA_PEM] },
    });
  });

  it('offers each authority once', () => {
    expect(visit('tls.untrusted', { tls: tls() }, { ca: [CA_PEM] }).ids).not.toContain('trustCa');
  });

  it.each(['tls.untrusted', 'tls.expired', 'tls.hostname'])(
    'offers to disable verification only as the last fix for %s',
    (code) => {
      const { fixes } = visit(code, { tls: tls() });
      expect(fixes.findIndex(({ change }) => change?.insecure === true)).toBe(fixes.length - 1);
      expect(fixes.length).toBeGreaterThan(1);
    },
  );

  it('never offers to disable verification for other failures', () => {
    for (const code of ERROR_CODES.filter((each) => !/untrusted|expired|hostname/.test(each)))
      expect(JSON.stringify(visit(code, { tls: tls() }).fixes)).not.toMatch(/insecure/);
  });

  it('offers to expect a name that the certificate lists', () => {
    const altNames = 'DNS:*.wild.test, DNS:inner.test, IP Address:127.0.0.1';
    expect(visit('tls.hostname', { tls: tls({ altNames }) }).fix('servername')?.change).toEqual({
      servername: 'inner.test',
    });
    const wild = tls({ altNames: 'DNS:*.wild.test' });
    expect(visit('tls.hostname', { tls: wild }).ids).not.toContain('servername');
  });

  it('shows the certificate', () => {
    expect(visit('tls.expired', { tls: tls() }).evidence).toEqual(
      expect.arrayContaining([
        { label: 'Issued by', value: 'CN=Test CA' },
        { label: 'Valid', value: '2026-01-01T00:00:00.000Z to 2026-12-31T00:00:00.000Z' },
      ]),
    );
    expect(visit('handshake.status', { tls: tls() }).evidence).toEqual([]);
  });

  it('asks for the passphrase of the existing client certificate', () => {
    expect(visit('tls.client-certificate').ids).toEqual(['chooseClientCertificate']);
    expect(visit('tls.client-certificate', {}, { pfx: 'a.p12' }).ids).toContain('enterPassphrase');
  });

  it('offers to switch TLS off, or to allow other versions', () => {
    expect(visit('tls.protocol').fix('scheme')?.change).toEqual({ url: 'ws://example.test/stream' });
    expect(visit('tls.protocol').fix('minTlsTLSv1')?.change).toEqual({ minTlsVersion: 'TLSv1' });
    expect(visit('tls.protocol', {}, { minTlsVersion: 'TLSv1.3' }).fix('minTls')?.change).toEqual({
      minTlsVersion: '',
    });
  });
});

describe('the doctor after a handshake failure', () => {
  it('offers the subprotocol that the server chose', () => {
    const { fix } = visit('handshake.subprotocol', { subprotocol: 'v2' }, { subprotocols: ['v1'] });
    expect(fix('offer')).toMatchObject({
      label: 'Offer the subprotocol v2',
      change: { subprotocols: ['v1', 'v2'] },
    });
  });

  it('offers no subprotocol if the server chose none', () => {
    const { ids, fix } = visit('handshake.subprotocol', {}, { subprotocols: ['v1'] });
    expect(ids[0]).toBe('offerNone');
    expect(fix('offerNone')?.change).toEqual({ subprotocols: [] });
  });

  it.each(['••••', 'a b', 'a,b', '"x"'])('does not offer an invalid subprotocol: %s', (subprotocol) => {
    expect(visit('handshake.subprotocol', { subprotocol }).ids).not.toContain('offer');
  });

  it('offers the subprotocol that a refusal names', () => {
    const headers = [['Sec-WebSocket-Protocol', 'graphql-transport-ws, mqtt']] as const;
    const { fix } = visit('handshake.status', { status: 400, headers }, { subprotocols: ['mqtt'] });
    expect(fix('offer')?.change).toEqual({ subprotocols: ['mqtt', 'graphql-transport-ws'] });
  });

  it('offers the Origin of a page on the same host, unless there is one', () => {
    expect(visit('handshake.status', { status: 403 }).fix('origin')?.change).toEqual({
      headers: [['Origin', 'https://example.test']],
    });
    const port = visit('handshake.status', { status: 403 }, { url: 'ws://localhost:8080/x' });
    expect(port.fix('origin')?.label).toBe('Send Origin: http://localhost:8080');
    const own = { headers: [['origin', 'https://a.test']] as const };
    expect(visit('handshake.status', { status: 403 }, own).ids).not.toContain('origin');
  });

  it.each<[string, Partial<ErrorDetail>, Partial<ConnectOptions>, readonly string[]]>([
    ['without a word', {}, {}, ['editConnection', 'origin', 'enterAuthorization']],
    [
      'with a bare page',
      { body: '<h1>403 Forbidden</h1>' },
      {},
      ['editConnection', 'origin', 'enterAuthorization'],
    ],
    ['with “original”', { body: '{"original":1}' }, {}, ['editConnection', 'origin', 'enterAuthorization']],
    [
      'whose body names Origin',
      { body: '<p>Bad ORIGIN</p>' },
      {},
      ['origin', 'editConnection', 'enterAuthorization'],
    ],
    [
      'whose headers name Origin',
      { headers: [['Vary', 'Origin']] },
      {},
      ['origin', 'editConnection', 'enterAuthorization'],
    ],
    [
      'about the Origin that was sent',
      { body: '<p>Bad Origin</p>' },
      { headers: [['Origin', 'https://a.test']] },
      ['editConnection', 'enterAuthorization'],
    ],
  ])('orders the fixes for a 403 %s by its evidence', (_, detail, given, ids) => {
    expect(visit('handshake.status', { status: 403, ...detail }, given).ids).toEqual(ids);
  });

  it('keeps the existing headers', () => {
    const headers = [['X-One', '1']] as const;
    expect(visit('handshake.status', { status: 403 }, { headers }).fix('origin')?.change?.headers).toEqual([
      ['X-One', '1'],
      ['Origin', 'https://example.test'],
    ]);
  });

  it('asks for credentials if the server or the proxy requires them', () => {
    expect(visit('handshake.status', { status: 401 }).ids[0]).toBe('enterAuthorization');
    expect(visit('handshake.status', { status: 407 }).ids[0]).toBe('enterProxy');
    expect(visit('proxy.auth').ids[0]).toBe('enterProxy');
    const wrong = { headers: [['Authorization', 'Bearer x']] as const };
    expect(visit('handshake.status', { status: 401 }, wrong).fixes[0]?.label).toMatch(/^Correct/);
  });

  it('offers another attempt for temporary failures, and the URL for others', () => {
    for (const status of [429, 500, 502, 503])
      expect(visit('handshake.status', { status }).ids[0]).toBe('retry');
    for (const status of [200, 404]) expect(visit('handshake.status', { status }).ids[0]).toBe('editUrl');
  });

  it('offers wss if a page says that the port is for HTTPS', () => {
    const body = '<center>The plain HTTP request was sent to HTTPS port</center>';
    const { fix } = visit('handshake.status', { status: 400, body }, { url: 'ws://a.test:8443/x' });
    expect(fix('scheme')?.change).toEqual({ url: 'wss://a.test:8443/x' });
    expect(visit('handshake.status', { status: 400, body }).ids).not.toContain('scheme');
  });

  it('shows the answer without its secrets', () => {
    const headers = [
      ['Server', 'nginx'],
      ['WWW-Authenticate', 'Bearer realm="x"'],
      ['Set-Cookie', 'sid=canary'],
      ['Location', 'https://a.test/?token=canary'],
      ['X-Other', 'x'],
    ] as const;
    const { evidence } = visit('handshake.status', { status: 401, headers, address: '127.0.0.1:80' });
    expect(evidence.map(({ label }) => label)).toEqual([
      'Address',
      'Answer',
      'Server',
      'WWW-Authenticate',
      'Location',
    ]);
    expect(JSON.stringify(evidence)).not.toMatch(/canary/);
  });

  it('does not show a successful answer as the reason for an end', () => {
    const headers = [['Server', 'nginx']] as const;
    expect(visit('tcp.reset', { phase: 'open', status: 101, headers }).evidence).toEqual([]);
  });

  it('names the protocol from the first bytes of the answer', () => {
    const firstBytes = Buffer.from('SSH-2.0-OpenSSH_9.2').toString('hex');
    expect(visit('handshake.not-http', { firstBytes }).evidence).toContainEqual({
      label: 'Answers with',
      value: 'SSH',
    });
  });

  it('offers the other scheme for an answer that is not HTTP, in both directions', () => {
    const url = (from: string): unknown =>
      visit('handshake.not-http', {}, { url: from }).fix('scheme')?.change?.url;
    expect(url('ws://a.test:443/x?y=//z')).toBe('wss://a.test:443/x?y=//z');
    expect(url('ws://a.test:80')).toBe('wss://a.test');
    expect(url('wss://u:p@a.test:443/')).toBe('ws://u:p@a.test/');
    expect(url('WS://[::1]:9/')).toBe('wss://[::1]:9/');
  });

  it('offers to follow a redirect to that origin only', () => {
    const { fix } = visit('handshake.redirect', { redirect: 'wss://other.test:9/deep?x=1' });
    expect(fix('follow')).toMatchObject({
      label: 'Follow the redirect to wss://other.test:9',
      change: { redirectOrigins: ['wss://other.test:9'] },
    });
  });

  it('offers to follow more redirects within the origin', () => {
    const redirect = 'wss://example.test/again';
    expect(visit('handshake.redirect', { redirect }).fix('moreRedirects')?.change).toEqual({
      maxRedirects: 10,
    });
    const none = visit('handshake.redirect', { redirect }, { maxRedirects: 0 });
    expect(none.fix('moreRedirects')?.change).toEqual({ maxRedirects: 5 });
  });

  it('offers to wait longer, up to a limit', () => {
    const change = (handshakeTimeout: number) =>
      visit('handshake.timeout', {}, { handshakeTimeout }).fix('timeout')?.change;
    expect(change(2_000)).toEqual({ handshakeTimeout: 60_000 });
    expect(change(60_000)).toEqual({ handshakeTimeout: 120_000 });
    expect(change(120_000)).toBeUndefined();
  });

  it('offers to disable compression', () => {
    expect(visit('handshake.extension').fix('noDeflate')?.change).toEqual({
      deflate: false,
      deflateParameters: {},
    });
    expect(visit('protocol.frame', {}, { deflate: false }).ids).not.toContain('noDeflate');
  });
});

describe('the doctor after a network failure', () => {
  it('offers to connect without the proxy', () => {
    expect(visit('proxy.unreachable', { proxy: 'http://p:1' }).ids[0]).toBe('noProxy');
    expect(visit('dns.not-found').ids).not.toContain('noProxy');
    expect(visit('tcp.timeout', {}, { proxy: 'http://p:1' }).fix('noProxy')?.change).toEqual({
      proxy: 'none',
    });
  });

  it('hides the credentials of a proxy', () => {
    const { evidence } = visit('proxy.auth', { proxy: 'http://me:canary@p:1' });
    expect(evidence).toEqual([{ label: 'Proxy', value: 'http://p:1' }]);
  });
});

describe('the doctor after an exceeded limit', () => {
  it('offers to raise a limit above the message, or to lift it', () => {
    const raised = (size?: number, maxPayload = 2 ** 20) =>
      visit('limit.payload', size === undefined ? {} : { size }, { maxPayload });
    expect(raised(150 * 2 ** 20).fix('maxPayload')).toMatchObject({
      label: 'Raise the size limit to 200 MiB',
      change: { maxPayload: 200 * 2 ** 20 },
    });
    expect(raised(2 ** 32).ids).toEqual(['noPayloadLimit']);
    expect(raised(undefined, 100 * 2 ** 20).fix('maxPayload')?.change).toEqual({
      maxPayload: 200 * 2 ** 20,
    });
    expect(raised(2 ** 30 + 1, 2 ** 30).ids).toEqual(['noPayloadLimit']);
  });

  it('reports how much was received', () => {
    const { evidence } = visit('tcp.reset', { received: 1_234_567, size: 67_108_864 });
    expect(evidence).toEqual([{ label: 'Message', value: '1,234,567 of 67,108,864 bytes came' }]);
  });

  it('offers to raise the limit of fragments', () => {
    expect(visit('limit.fragments', {}, { maxFragments: 131_072 }).fix('maxFragments')?.change).toEqual({
      maxFragments: 1_048_576,
    });
  });
});

describe('the doctor after a lost connection', () => {
  it('offers to reconnect automatically, and to send a heartbeat', () => {
    const { ids } = visit('tcp.reset', { phase: 'open' });
    expect(ids.slice(0, 3)).toEqual(['retry', 'reconnect', 'heartbeat']);
    expect(visit('tcp.reset').ids).not.toContain('reconnect');
  });

  it('offers a slower heartbeat', () => {
    expect(visit('heartbeat.lost', {}, { heartbeat: 5_000 }).fix('heartbeat')?.change).toEqual({
      heartbeat: 10_000,
    });
  });
});
