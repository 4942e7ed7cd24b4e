import { createHash } from 'node:crypto';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Server as ProxyChain } from 'proxy-chain';
import { WebSocketServer } from 'ws';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { outcome } from '../../support/outcome.ts';
import { challengingProxy, httpProxy, scriptedProxy, socksProxy } from '../../support/proxies.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const certificate = makeCertificate({ name: 'both', hosts: ['localhost', 'inside.test', '127.0.0.1'] });
const ca = [certificate.cert];

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const server = (): Promise<{ url: string }> =>
  rawServer((socket, request) => socket.write(switching(request)));

async function secureServer(): Promise<string> {
  const https = createHttps({ cert: certificate.cert, key: certificate.key });
  const sockets = new WebSocketServer({ server: https });
  closing.push(() => {
    for (const each of sockets.clients) each.terminate();
    https.close();
  });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  return `wss://127.0.0.1:${(https.address() as AddressInfo).port}/`;
}

describe('an HTTP proxy', () => {
  it('receives CONNECT for ws: too, and its bytes are reported', async () => {
    const [{ url }, proxy] = [await server(), await httpProxy()];
    const { open } = await outcome({ url, proxy: `http://${proxy.host}` });
    const { host } = new URL(url);
    expect(proxy.asked).toEqual([host]);
    expect(open!.proxy).toBe(`http://${proxy.host}`);
    expect(open!.exchanges).toEqual([
      {
        with: 'proxy',
        url: `http://${proxy.host}`,
        request: `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        response: 'HTTP/1.1 200 Here you are\r\nVia: test\r\n\r\n',
      },
      expect.objectContaining({ with: 'server', url }),
    ]);
  });

  it('passes TLS through, so that the certificate is that of the server', async () => {
    const [url, proxy] = [await secureServer(), await httpProxy()];
    const { open } = await outcome({ url, proxy: `http://${proxy.host}`, ca });
    expect(open!.tls).toMatchObject({ verified: true, chain: [{ subject: 'CN=both' }] });
  });

  it('resolves names itself', async () => {
    const [url, proxy] = [await secureServer(), await httpProxy()];
    const named = url.replace('127.0.0.1', 'inside.test');
    const { open } = await outcome({ url: named, proxy: `http://${proxy.host}`, ca });
    expect(open!.tls!.servername).toBe('inside.test');
    expect(proxy.asked).toEqual([new URL(named).host]);
  });

  it('may use TLS itself', async () => {
    const [{ url }, proxy] = [await server(), await httpProxy('me:secret', certificate)];
    const { open } = await outcome({ url, proxy: `https://me:secret@${proxy.host}`, ca });
    expect(open!.status).toBe(101);
  });

  it('can be the one of another vendor, with and without credentials', async () => {
    const { url } = await server();
    const chain = new ProxyChain({
      port: 0,
      host: '127.0.0.1',
      prepareRequestFunction: ({ username, password }) => ({
        requestAuthentication: username !== 'me' || password !== 'secret',
      }),
    });
    await chain.listen();
    closing.push(() => void chain.close(true));
    const open = await outcome({ url, proxy: `http://me:secret@127.0.0.1:${chain.port}` });
    expect(open.open!.status).toBe(101);
    const refused = await outcome({ url, proxy: `http://127.0.0.1:${chain.port}` });
    expect(refused.error!.code).toBe('proxy.auth');
  });

  it('is verified if it uses TLS, even if the server is not', async () => {
    const [{ url }, proxy] = [await server(), await httpProxy(undefined, certificate)];
    const { error } = await outcome({ url, proxy: `https://${proxy.host}`, insecure: true });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /DEPTH_ZERO_SELF_SIGNED_CERT/ });
  });
});

describe('a SOCKS5 proxy', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['inside.test', 'inside.test'],
    ['[::1]', `[${'0'.repeat(31)}1]`],
  ])('receives the address of %s', async (name, asked) => {
    const [{ url }, proxy] = [await server(), await socksProxy()];
    const { open } = await outcome({ url: url.replace('127.0.0.1', name), proxy: `socks5://${proxy.host}` });
    expect(open).toMatchObject({ status: 101, proxy: `socks5://${proxy.host}` });
    expect(proxy.asked).toEqual([`${asked}:${new URL(url).port}`]);
  });

  it('passes TLS through', async () => {
    const [url, proxy] = [await secureServer(), await socksProxy()];
    const { open } = await outcome({ url, proxy: `socks5://${proxy.host}`, ca });
    expect(open!.tls!.verified).toBe(true);
  });

  it('reports why it cannot reach the host', async () => {
    const proxy = await socksProxy();
    const { error, evidence } = await outcome({ url: 'ws://127.0.0.1:1/', proxy: `socks5://${proxy.host}` });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /the connection was refused/ });
    expect(evidence!.phase).toBe('proxy');
  });

  const welcome = Buffer.from([5, 0]);
  const reply = (code: number, version = 5): Buffer => Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0]);

  it.each([
    [1, 'it has a fault'],
    [2, 'its rules do not allow it'],
    [3, 'the network cannot be reached'],
    [4, 'the host cannot be reached'],
    [5, 'the connection was refused'],
    [6, 'it took too long'],
    [7, 'it does not know the command'],
    [8, 'it does not know the kind of address'],
    [99, 'for a reason that SOCKS5 does not define'],
  ])('reports reply %i with its meaning: %s', async (code, reason) => {
    const host = await scriptedProxy([welcome, reply(code)]);
    const { error } = await outcome({ url: 'ws://inside.test:81/', proxy: `socks5://${host}` });
    expect(error).toMatchObject({
      code: 'proxy.unreachable',
      message: `The proxy socks5://${host} did not connect to inside.test:81 (${reason}): check whether it may reach that host, or set the option “proxy” to none.`,
    });
  });

  it.each([
    ['begins in another version', [Buffer.from([4, 0])]],
    ['goes on in another version', [welcome, reply(0, 4)]],
    ['answers before it is asked', [Buffer.from([5, 2]), Buffer.from([1, 0, 5, 0])]],
  ])('is not accepted if it %s', async (_, answers) => {
    const host = await scriptedProxy(answers);
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `socks5://me:canary@${host}` });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /does not answer in SOCKS5/ });
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });

  it.each([
    ['the first byte', []],
    ['its reply', [welcome]],
  ])('is named if it ends before %s', async (_, answers) => {
    const host = await scriptedProxy(answers, true);
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `socks5://me:canary@${host}` });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /cannot be used \(ECONNRESET\)/ });
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });

  it('loses no bytes after its reply', async () => {
    const early = 'HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nlater';
    const host = await scriptedProxy([welcome, Buffer.concat([reply(0), Buffer.from(early)])]);
    const plain = await outcome({ url: 'ws://inside.test/', proxy: `socks5://${host}` });
    expect(plain.error!.code).toBe('handshake.status');
    expect(plain.evidence).toMatchObject({ phase: 'http', status: 503, body: 'later' });
    // An answer that is not TLS is reported as such, without waiting.
    const secure = await outcome({ url: 'wss://inside.test/', proxy: `socks5://${host}` });
    expect(secure.error!.code).toBe('tls.protocol');
  });

  it.each([
    ['user', `${'canary'.repeat(43)}:x`],
    ['password', `x:${'canary'.repeat(43)}`],
  ])('does not get a %s longer than its limit', async (_, userInfo) => {
    const proxy = await socksProxy();
    const { error } = await outcome({
      url: 'ws://inside.test/',
      proxy: `socks5://${userInfo}@${proxy.host}`,
    });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /at most 255 bytes/ });
    expect(error!.message).not.toContain('canary');
    expect(proxy.asked).toEqual([]);
  });

  it('is not accepted if it speaks HTTP', async () => {
    const { host } = await httpProxy();
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `socks5://${host}` });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /does not answer in SOCKS5/ });
  });
});

describe.each([
  ['http', httpProxy],
  ['socks5', socksProxy],
] as const)('credentials for %s', (scheme, start) => {
  it('are sent, and never shown', async () => {
    const [{ url }, proxy] = [await server(), await start('me:p@ss word')];
    const { open } = await outcome({ url, proxy: `${scheme}://me:p%40ss%20word@${proxy.host}` });
    expect(open!.status).toBe(101);
    expect(open!.proxy).toBe(`${scheme}://${proxy.host}`);
  });

  it.each([
    ['missing', '', /asks for credentials/],
    ['wrong', 'me:canary@', /does not accept the credentials/],
  ])('are requested if they are %s', async (_, userInfo, message) => {
    const [{ url }, proxy] = [await server(), await start('me:right')];
    const { error, evidence } = await outcome({ url, proxy: `${scheme}://${userInfo}${proxy.host}` });
    expect(error).toMatchObject({ code: 'proxy.auth', message: expect.stringMatching(message) });
    // The error's form in a log does not contain them either.
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
    expect(evidence).toMatchObject({ phase: 'proxy', proxy: `${scheme}://${proxy.host}` });
    if (scheme === 'http') expect(evidence).toMatchObject({ status: 407, body: 'no to' });
  });
});

describe('authentication at a proxy', () => {
  const digest = 'Proxy-Authenticate: Digest realm="the proxy", nonce="n1", qop="auth"';

  /** RFC 7616, section 3.4.1, for CONNECT. */
  function isRight(authorization: string | undefined, host: string, nonce = 'n1'): boolean {
    const field = (name: string): string =>
      new RegExp(`${name}="?([^",]*)`).exec(authorization ?? '')?.[1] ?? '';
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const expected = md5(
      [md5('me:the proxy:secret'), nonce, '00000001', field('cnonce'), 'auth', md5(`CONNECT:${host}`)].join(
        ':',
      ),
    );
    return field('[^c]nonce') === nonce && field('uri') === host && field('response') === expected;
  }

  it('answers a Digest challenge, as for a server', async () => {
    const { url } = await server();
    const { host } = new URL(url);
    const proxy = await challengingProxy((authorization) =>
      isRight(authorization, host) ? undefined : `407 Who\r\n${digest}`,
    );
    const { open, error } = await outcome({ url, proxy: `http://me:secret@${proxy.host}` });
    expect(error).toBeUndefined();
    expect(open!.exchanges!.map(({ with: peer }) => peer)).toEqual(['proxy', 'proxy', 'server']);
    expect(proxy.authorizations[1]).toMatch(/^Digest username="me"/);
  });

  it('answers again for a stale nonce, but not for ever', async () => {
    const { url } = await server();
    const { host } = new URL(url);
    const once = await challengingProxy((authorization, number) => {
      if (isRight(authorization, host, 'n2')) return undefined;
      return `407 Who\r\n${digest.replace('n1', `n${number}`)}${number > 1 ? ', stale=true' : ''}`;
    });
    const right = once.asked;
    expect((await outcome({ url, proxy: `http://me:secret@${once.host}` })).open!.status).toBe(101);
    expect(right).toHaveLength(3);
    const always = await challengingProxy(() => `407 Who\r\n${digest}, stale=true`);
    const { error } = await outcome({ url, proxy: `http://me:canary@${always.host}` });
    expect(error!.code).toBe('proxy.auth');
    expect(always.asked).toHaveLength(3);
  });

  it('reports wrong credentials if the proxy refuses the Digest answer', async () => {
    const proxy = await challengingProxy(() => `407 Who\r\n${digest}`);
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `http://me:canary@${proxy.host}` });
    expect(error).toMatchObject({
      code: 'proxy.auth',
      message: /does not accept the credentials that were sent/,
    });
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
    expect(proxy.asked).toHaveLength(2);
  });

  it('answers no challenge without credentials in the proxy URL', async () => {
    const proxy = await challengingProxy(() => `407 Who\r\n${digest}`);
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `http://${proxy.host}` });
    expect(error).toMatchObject({ code: 'proxy.auth', message: /asks for credentials/ });
    expect(proxy.asked).toHaveLength(1);
  });

  it('names the schemes of a challenge if all are unknown', async () => {
    const proxy = await challengingProxy(
      () => '407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM',
    );
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: `http://me:x@${proxy.host}` });
    expect(error).toMatchObject({ code: 'proxy.auth', message: /asks for Negotiate or NTLM credentials/ });
  });

  it.each([
    ['', /asks for credentials: write them into its URL/],
    ['me:canary@', /does not accept the credentials that were sent/],
  ])('takes a 401 without a scheme for a refusal by the proxy: “%s”', async (userInfo, message) => {
    const proxy = await challengingProxy(() => '401 No\r\nWWW-Authenticate: Basic realm="p"');
    const { error, evidence } = await outcome({
      url: 'ws://inside.test/',
      proxy: `http://${userInfo}${proxy.host}`,
    });
    expect(error).toMatchObject({ code: 'proxy.auth', message: expect.stringMatching(message) as string });
    expect(evidence).toMatchObject({ phase: 'proxy', status: 401 });
  });
});

describe('a proxy failure', () => {
  it('names the proxy if nobody listens', async () => {
    const { error, evidence } = await outcome({
      url: 'ws://inside.test/',
      proxy: 'http://me:canary@127.0.0.1:1',
    });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /127\.0\.0\.1:1 .*ECONNREFUSED/ });
    expect(JSON.stringify([error!.message, evidence])).not.toContain('canary');
  });

  it('names the proxy if its name is unknown', async () => {
    const { error } = await outcome({ url: 'ws://inside.test/', proxy: 'http://proxy.invalid:3128' });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /proxy\.invalid:3128/ });
  });

  it('reports the answer of a proxy that cannot reach the server', async () => {
    const proxy = await httpProxy();
    const { error, evidence } = await outcome({ url: 'ws://127.0.0.1:1/', proxy: `http://${proxy.host}` });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /HTTP 502/ });
    expect(evidence).toMatchObject({ phase: 'proxy', status: 502, body: 'gone' });
  });

  it.each(['http', 'socks5'])('names a proxy that does not answer in %s in time', async (scheme) => {
    const { url } = await rawServer(() => {});
    const proxy = url.replace('ws', scheme).replace(/\/$/, '');
    const { error } = await outcome({ url: 'ws://inside.test/', proxy, handshakeTimeout: 150 });
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /within 0\.15 s/ });
  });
});

describe('the proxy variables of the environment', () => {
  it('choose the proxy of a request without one', async () => {
    const [{ url }, proxy] = [await server(), await httpProxy()];
    const resolved: string[] = [];
    const connector = createConnector((asked) => {
      resolved.push(asked);
      return Promise.resolve(`http://${proxy.host}`);
    });
    const { open } = await outcome({ url: url.replace('//', '//me:canary@') }, connector);
    expect(open!.proxy).toBe(`http://${proxy.host}`);
    expect(resolved).toEqual([url]);
  });

  it('are not used by a request that names a proxy, or none', async () => {
    const [{ url }, proxy] = [await server(), await httpProxy()];
    const connector = createConnector(() => Promise.reject(new Error('asked')));
    expect((await outcome({ url, proxy: `http://${proxy.host}` }, connector)).open!.proxy).toBeDefined();
    expect((await outcome({ url, proxy: 'none' }, connector)).open!.proxy).toBeUndefined();
  });

  it('are reported without their value if they are invalid', async () => {
    const { url } = await server();
    const { error } = await outcome(
      { url },
      createConnector(() => Promise.resolve('gopher://canary:70')),
    );
    expect(error).toMatchObject({ code: 'proxy.unreachable', message: /not valid/ });
    expect(error!.message).not.toContain('canary');
  });
});
