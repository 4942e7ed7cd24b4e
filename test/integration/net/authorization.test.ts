import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const authorizationOf = (request: string): string | undefined =>
  /^Authorization: (.*)$/im.exec(request)?.[1]?.trim();

/** Returns the Authorization header that a server receives, which accepts all requests. */
async function sent(url: (own: string) => string, headers: [string, string][] = []): Promise<string[]> {
  const got: string[] = [];
  const server = await rawServer((socket, request) => {
    got.push(...[...request.matchAll(/^Authorization: (.*)$/gim)].map(([, value]) => value!.trim()));
    socket.write(switching(request));
  });
  await outcome({ url: url(server.url), headers });
  return got;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Basic credentials', () => {
  const same = (url: string): string => url;

  it('are sent from the URL, and appear in no error', async () => {
    const userInfo = (url: string): string => url.replace('//', '//me:p%40ss%C3%BC@');
    expect(await sent(userInfo)).toEqual([`Basic ${base64('me:p@ssü')}`]);
    const { error } = await outcome({ url: 'ws://me:canary@no-such-host.invalid/' });
    expect(error!.message).not.toContain('canary');
  });

  it('are encoded if they are in clear', async () => {
    expect(await sent(same, [['Authorization', 'Basic me p@ss word']])).toEqual([
      `Basic ${base64('me:p@ss word')}`,
    ]);
  });

  it('stay as they are if they are already encoded or use another scheme', async () => {
    for (const value of ['Basic bWU6cGFzcw==', 'Bearer abc', 'Bearer a b c', 'Custom user password'])
      expect(await sent(same, [['Authorization', value]])).toEqual([value]);
  });

  it('take precedence in a header over those in the URL', async () => {
    const userInfo = (url: string): string => url.replace('//', '//me:pass@');
    expect(await sent(userInfo, [['authorization', 'Bearer abc']])).toEqual(['Bearer abc']);
  });
});

describe('Digest credentials', () => {
  const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

  /** A server that accepts one user (RFC 7616, section 3.4), and keeps what it was sent. */
  async function digestServer(
    challenge: string,
    algorithm: 'md5' | 'sha256',
    path = '/',
  ): Promise<{ url: string; sent: (string | undefined)[] }> {
    const all: (string | undefined)[] = [];
    const { url } = await rawServer((socket, request) => {
      const authorization = authorizationOf(request);
      all.push(authorization);
      const given = (name: string): string =>
        new RegExp(`\\b${name}=(?:"([^"]*)"|([^,]*))`)
          .exec(authorization ?? '')
          ?.slice(1)
          .find(Boolean) ?? '';
      const secret = hash(algorithm, 'me:the realm:open sesame');
      const nonces = given('qop') === '' ? 'n0' : `n0:${given('nc')}:${given('cnonce')}:auth`;
      const expected = hash(algorithm, `${secret}:${nonces}:${hash(algorithm, `GET:${path}`)}`);
      if (authorization !== undefined && given('response') === expected && given('uri') === path)
        socket.write(switching(request));
      else
        socket.end(
          `HTTP/1.1 401 Who\r\nWWW-Authenticate: ${challenge}\r\nSet-Cookie: seen=1\r\nContent-Length: 2\r\n\r\nno`,
        );
    });
    return { url, sent: all };
  }

  it.each([
    ['MD5', 'Digest realm="the realm", nonce="n0", qop="auth", opaque="o"', 'md5'],
    ['MD5 without qop', 'Digest realm="the realm", nonce="n0"', 'md5'],
    ['SHA-256', 'Digest realm="the realm", nonce="n0", qop="auth-int, auth", algorithm=SHA-256', 'sha256'],
    [
      'the strongest of several',
      'Basic realm="b", Digest realm="the realm", nonce="x", qop="auth", algorithm=MD5, Digest realm="the realm", nonce="n0", qop="auth", algorithm=SHA-256',
      'sha256',
    ],
  ] as const)('answer a challenge: %s', async (_, challenge, algorithm) => {
    const path = '/a?b=c';
    const server = await digestServer(challenge, algorithm, path);
    const headers = [['Authorization', 'Digest me open sesame']] as const;
    const { open } = await outcome({ url: server.url.replace(/\/$/, path), headers });
    expect(open!.status).toBe(101);
    // No credentials are sent before the challenge, and none in clear text after it.
    expect(server.sent[0]).toBeUndefined();
    expect(server.sent[1]).not.toContain('sesame');
    expect(open!.exchanges).toHaveLength(2);
  });

  it('are tried once if they are wrong', async () => {
    const server = await digestServer('Digest realm="the realm", nonce="n0", qop="auth"', 'md5');
    const headers = [['Authorization', 'Digest me wrong']] as const;
    const { error, evidence } = await outcome({ url: server.url, headers });
    expect(error).toMatchObject({ code: 'handshake.status', message: /401/ });
    expect(evidence).toMatchObject({ status: 401, body: 'no' });
    expect(server.sent).toHaveLength(2);
  });

  it.each([
    ['asks for something else', 'Bearer realm="x"'],
    ['knows only what cannot be answered', 'Digest realm="r", nonce="n", algorithm=SHA3'],
    ['wants a quality that nobody knows', 'Digest realm="r", nonce="n", qop="auth-conf"'],
  ])('are not sent if the server %s', async (_, challenge) => {
    const server = await digestServer(challenge, 'md5');
    const headers = [['Authorization', 'Digest me pass']] as const;
    expect((await outcome({ url: server.url, headers })).evidence!.status).toBe(401);
    expect(server.sent).toEqual([undefined]);
  });

  it('are taken from the URL for a challenge, after they were sent as Basic', async () => {
    const server = await digestServer('Digest realm="the realm", nonce="n0", qop="auth"', 'md5');
    const { open } = await outcome({ url: server.url.replace('//', '//me:open%20sesame@') });
    expect(open!.status).toBe(101);
    expect(server.sent[0]).toBe(`Basic ${base64('me:open sesame')}`);
    expect(server.sent[1]).toMatch(/^Digest username="me"/);
  });

  it('are not taken from the URL if a header has credentials', async () => {
    const server = await digestServer('Digest realm="the realm", nonce="n0", qop="auth"', 'md5');
    const headers = [['Authorization', 'Bearer abc']] as const;
    await outcome({ url: server.url.replace('//', '//me:open%20sesame@'), headers });
    expect(server.sent).toEqual(['Bearer abc']);
  });

  it.each([
    ['once more where only the nonce was too old', 1, 3, 101],
    ['not for ever', 9, 3, 401],
  ])('are sent %s', async (_, refusals, requests, status) => {
    let asked = 0;
    const { url } = await rawServer((socket, request) => {
      asked++;
      const stale = asked > 1 ? ', stale=TRUE' : '';
      if (asked > refusals + 1) socket.write(switching(request));
      else
        socket.end(
          `HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm="r", nonce="n${asked}"${stale}\r\nContent-Length: 0\r\n\r\n`,
        );
    });
    const headers = [['Authorization', 'Digest me pass']] as const;
    const { open, evidence } = await outcome({ url, headers });
    expect({ requests: asked, status: open?.status ?? evidence?.status }).toEqual({ requests, status });
  });

  it('go unchanged if they are a complete response', async () => {
    const value = 'Digest username="me", realm="r", response="abc"';
    expect(await sent((url) => url, [['Authorization', value]])).toEqual([value]);
  });
});

describe('a 401 response', () => {
  /** The failure of a handshake with a server that sends these challenges. */
  async function refusedWith(
    challenges: readonly string[],
    headers: readonly [string, string][],
    userInfo = '',
  ): Promise<string> {
    const lines = challenges.map((challenge) => `WWW-Authenticate: ${challenge}\r\n`).join('');
    const { url } = await rawServer((socket) =>
      socket.end(`HTTP/1.1 401 Unauthorized\r\n${lines}Content-Length: 0\r\n\r\n`),
    );
    const { error } = await outcome({ url: url.replace('//', `//${userInfo}`), headers });
    expect(error!.code).toBe('handshake.status');
    expect(error!.message).not.toContain('canary');
    return error!.message;
  }

  it.each<[string, string[], [string, string][], string, string]>([
    ['nothing', ['Basic realm="r"'], [], '', 'send credentials, for example in an Authorization header'],
    [
      'Basic credentials of a header',
      ['Basic realm="r"'],
      [['Authorization', 'Basic me canary']],
      '',
      'it does not accept the Basic credentials that were sent, so correct user and password',
    ],
    [
      'Basic credentials of the URL',
      [],
      [],
      'me:canary@',
      'it does not accept the Basic credentials that were sent',
    ],
    [
      'Digest credentials',
      ['Digest realm="r", nonce="n"'],
      [['Authorization', 'Digest me canary']],
      '',
      'it does not accept the Digest credentials that were sent, so correct user and password',
    ],
    [
      'Digest credentials of the URL',
      ['Digest realm="r", nonce="n"'],
      [],
      'me:canary@',
      'it does not accept the Digest credentials that were sent',
    ],
    [
      'a token',
      ['Bearer error="invalid_token"'],
      [['Authorization', 'Bearer canary']],
      '',
      'it does not accept the Bearer credentials that were sent, so renew or correct the Authorization header',
    ],
    [
      'a header without a scheme',
      [],
      [['authorization', 'canary']],
      '',
      'it does not accept the Authorization header that was sent',
    ],
    [
      'Basic credentials where a token is asked for',
      ['Bearer realm="a, Basic b"'],
      [['Authorization', 'Basic me canary']],
      '',
      'it asks for Bearer credentials and received the Basic credentials that you sent',
    ],
    [
      'Digest credentials where only others are asked for',
      ['Negotiate', 'Bearer'],
      [['Authorization', 'Digest me canary']],
      '',
      'it asks for Negotiate or Bearer credentials in a form that those given for Digest cannot answer',
    ],
  ])('is explained after %s', async (_, challenges, headers, userInfo, sentence) => {
    expect(await refusedWith(challenges, headers, userInfo)).toContain(sentence);
  });

  it('is told apart from a 407 of a proxy on the way', async () => {
    const { url } = await rawServer((socket) => socket.end('HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n'));
    const { error } = await outcome({ url });
    expect(error!.message).toContain(
      'a proxy on the way asks for credentials, so name that proxy with the option “proxy”',
    );
  });
});
