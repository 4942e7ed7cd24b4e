import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../../src/core/session/doctor/doctor.ts';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import type { ErrorDetail } from '../../../../../src/shared/timeline.ts';

const certificate = (issuer: string) => ({
  subject: 'CN=me',
  issuer,
  altNames: '',
  validFrom: '',
  validTo: '',
  fingerprint: '',
  serialNumber: '',
  pem: '-----BEGIN CERTIFICATE-----',
});
const tls = (issuer: string): Partial<ErrorDetail> => ({
  code: 'tls.untrusted',
  tls: {
    protocol: 'TLSv1.3',
    cipher: '',
    alpn: '',
    servername: '',
    verified: false,
    chain: [certificate(issuer)],
  },
});
const bytes = (text: string): Partial<ErrorDetail> => ({
  code: 'handshake.not-http',
  firstBytes: Buffer.from(text, 'latin1').toString('hex'),
});
const hangUp: Partial<ErrorDetail> = {
  code: 'tcp.reset',
  phase: 'http',
  exchanges: [{ with: 'server', url: 'ws://a.test/', request: 'GET', response: '' }],
};

function visit(
  detail: Partial<ErrorDetail>,
  url = 'ws://a.test/',
  given: Partial<Parameters<typeof connectOptions>[0]> = {},
) {
  return diagnose(
    { code: 'handshake.status', message: 'What happened.', ...detail },
    connectOptions({ url, ...given }),
  );
}

describe('the headline and the first fix', () => {
  it.each<[Partial<ErrorDetail>, string, string]>([
    [
      {
        status: 401,
        headers: [
          ['WWW-Authenticate', 'Bearer error="invalid_token", error_description="The token expired"'],
        ],
      },
      'The access token expired',
      'Replace token…',
    ],
    [
      { status: 401, headers: [['www-authenticate', 'Bearer']], body: '{"error":"jwt expired"}' },
      'The access token expired',
      'Replace token…',
    ],
    [
      { status: 401, headers: [['WWW-Authenticate', 'Bearer error="invalid_token"']] },
      'The server does not accept the access token',
      'Replace token…',
    ],
    [
      { status: 403, body: '{"message":"Your plan has no streaming."}' },
      'Your plan has no streaming',
      'Edit Connection',
    ],
    [{ status: 403, body: 'Invalid room number' }, 'Invalid room number', 'Edit Connection'],
    [{ status: 403, body: 'Origin not allowed' }, 'Origin not allowed', 'Send Origin: http://a.test'],
    [
      { status: 403, headers: [['X-Refused-Origin', 'none']], body: 'Not from this page' },
      'Not from this page',
      'Send Origin: http://a.test',
    ],
    [{ status: 408, headers: [['Retry-After', '5']] }, 'Retry in 5 s', 'Connect again'],
    [{ status: 425, headers: [['Retry-After', '1']] }, 'Retry in 1 s', 'Connect again'],
    [{ status: 426 }, 'A proxy drops Upgrade, or this route speaks only HTTP', 'Edit URL'],
    [
      { status: 426, headers: [['Sec-WebSocket-Version', '13']] },
      'A proxy drops Upgrade, or this route speaks only HTTP',
      'Edit URL',
    ],
    [
      { status: 426, headers: [['Sec-WebSocket-Version', '8, 7']] },
      'The server speaks WebSocket version 8, 7, not 13',
      'Edit URL',
    ],
    [{ status: 429, headers: [['Retry-After', '30']] }, 'Retry in 30 s', 'Connect again'],
    [{ status: 503, headers: [['retry-after', '600']] }, 'Retry in 10 min', 'Connect again'],
    [
      { status: 502, headers: [['Server', 'nginx/1.22']] },
      'nginx got no valid answer from the server behind it',
      'Connect again',
    ],
    [
      { status: 504, headers: [['Server', 'cloudflare']] },
      'Cloudflare got no answer in time from the server behind it',
      'Connect again',
    ],
    [
      { code: 'handshake.redirect', status: 302, redirect: 'wss://id.test/oauth2/login?x=1' },
      'Redirects to a login page',
      'Add cookie or token',
    ],
    [bytes('SSH-2.0-x'), 'An SSH server answers on this port', 'Edit URL'],
    [bytes('-NOAUTH x'), 'A Redis server answers on this port', 'Edit URL'],
    [bytes('220 x ESMTP'), 'An SMTP server answers on this port', 'Edit URL'],
    [
      bytes('\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03'),
      'An HTTP/2 server answers on this port',
      'Edit URL',
    ],
    [bytes('\x15\x03\x01\x00\x02\x02\x46'), 'A TLS server answers on this port', 'Connect with wss://'],
    [tls('CN=me'), 'Self-signed certificate', 'Trust this certificate for this connection'],
    [hangUp, 'The server closed without an answer', 'Send Origin: http://a.test'],
  ])('are found for %j', (detail, headline, label) => {
    const found = visit(detail);
    expect([found.headline, found.fixes[0]?.label]).toEqual([headline, label]);
  });

  it('ask for the other version of Engine.IO', () => {
    const body = '{"code":5,"message":"Unsupported protocol version"}';
    const { headline, fixes } = visit(
      { status: 400, body },
      'ws://a.test/socket.io/?EIO=3&transport=websocket',
    );
    expect(headline).toBe('The server does not speak Engine.IO 3, which EIO=3 asks for');
    expect(fixes[0]?.change).toEqual({ url: 'ws://a.test/socket.io/?EIO=4&transport=websocket' });
    const alone = { status: 400, body: 'Unsupported protocol version' };
    expect(visit(alone, 'ws://a.test/socket.io/?EIO=3').headline).toBe(headline);
  });

  it.each([
    [
      'ws://a.test/socket.io/?EIO=4&transport=websocket&sid=x',
      'ws://a.test/socket.io/?EIO=4&transport=websocket',
    ],
    ['ws://a.test/socket.io/?sid=x&EIO=4', 'ws://a.test/socket.io/?EIO=4'],
    ['ws://a.test/socket.io/?sid=x', 'ws://a.test/socket.io/'],
  ])('drop the session from %s if another Engine.IO node has it', (url, expected) => {
    const body = '{"code":1,"message":"Session ID unknown"}';
    const { headline, fixes } = visit({ status: 400, body }, url);
    expect(headline).toBe('The session belongs to another node, or has expired');
    expect(fixes[0]?.change).toEqual({ url: expected });
    expect(visit({ status: 400, body: 'Session ID unknown' }, url).headline).toBe(headline);
    expect(visit({ status: 400, body }, 'ws://a.test/other').headline).toBeUndefined();
  });

  it('offer the path of Socket.IO if it is missing', () => {
    const change = { url: 'ws://a.test:3000/socket.io/?EIO=4&transport=websocket' };
    for (const detail of [{ status: 404 }, hangUp]) {
      const { headline, fixes } = visit(detail, 'ws://a.test:3000', { protocol: 'socket.io' });
      expect(headline).toBe('The path of Socket.IO is missing in the URL');
      expect(fixes[0]?.change).toEqual(change);
    }
    const unnamed = visit(hangUp, 'ws://a.test:3000/');
    expect(unnamed.headline).toBe('The server closed without an answer');
    expect(unnamed.fixes.map((fix) => fix.change)).toContainEqual(change);
    for (const url of ['ws://a.test/chat', 'ws://a.test/?x=1'])
      expect(visit(hangUp, url).fixes.map(({ id }) => id)).not.toContain('socketIoUrl');
    expect(visit({ code: 'tcp.refused' }, 'ws://a.test', { protocol: 'socket.io' }).headline).toBeUndefined();
  });

  it.each([
    ['graphql-ws', 'graphql-transport-ws', 'the package graphql-ws speaks graphql-transport-ws'],
    ['graphql-transport-ws', 'graphql-ws', 'the older subprotocol of subscriptions-transport-ws'],
  ])('replace a refused %s by %s', (refused, other, said) => {
    const offered = visit({ code: 'handshake.subprotocol' }, undefined, { subprotocols: [refused] });
    expect(offered.headline).toContain(said);
    expect(offered.fixes[0]?.change).toEqual({ subprotocols: [other] });
    const named = visit({ code: 'handshake.subprotocol' }, undefined, { protocol: refused });
    expect(named.fixes[0]?.change).toEqual({ subprotocols: [other], protocol: other });
    const both = visit({ code: 'handshake.subprotocol' }, undefined, { subprotocols: [refused, other] });
    expect(both.headline).toBeUndefined();
  });

  it('count down to the time that the server names', () => {
    expect(visit({ status: 429, headers: [['Retry-After', '30']] }).retryAfter).toBe(30_000);
  });

  it.each<[Partial<ErrorDetail>]>([
    [{ status: 401 }],
    [{ status: 403, body: '<html><title>403 Forbidden</title></html>' }],
    [{ status: 403, body: 'Forbidden' }],
    [{ status: 429 }],
    [{ status: 503, headers: [['Retry-After', 'soon']] }],
    [{ status: 502 }],
    [{ code: 'handshake.redirect', redirect: 'ws://a.test/login' }],
    [{ code: 'handshake.redirect', redirect: 'ws://b.test/stream' }],
    [bytes('whatever')],
    [tls('CN=other')],
    [{ ...hangUp, phase: 'open' }],
  ])('are left out without evidence: %j', (detail) => {
    expect(visit(detail)).not.toHaveProperty('headline');
  });
});
