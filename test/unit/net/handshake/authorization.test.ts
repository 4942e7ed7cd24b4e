import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestAuthorization, digestChallenge } from '../../../../src/net/handshake/authorization.ts';

// The examples of RFC 7616, section 3.9.1.
const challenge = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
const get = (uri: string) => ({ method: 'GET', uri }) as const;
const nonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

describe('an answer to a Digest challenge', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('equals the example of RFC 7616 for %s', (algorithm, response) => {
    const given = digestChallenge([challenge(algorithm)]);
    expect(digestAuthorization(given!, mufasa, get('/dir/index.html'), nonce)).toBe(
      'Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
        `uri="/dir/index.html", response="${response}", algorithm=${algorithm}, ` +
        `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="${nonce}"`,
    );
  });

  it('uses the stronger of two challenges, in any order', () => {
    for (const order of [
      ['MD5', 'SHA-256'],
      ['SHA-256', 'MD5'],
    ])
      expect(digestChallenge(order.map(challenge))!.algorithm).toBe('SHA-256');
  });

  it.each([
    ['MD5-sess', 'md5'],
    ['SHA-256-sess', 'sha256'],
  ])('derives its key from both nonces for %s (RFC 7616, section 3.4.2)', (algorithm, name) => {
    const hash = (text: string): string => createHash(name).update(text).digest('hex');
    const given = digestChallenge([`Digest realm="r", nonce="n", algorithm=${algorithm}, qop=auth`])!;
    const key = hash(`${hash('Mufasa:r:Circle of Life')}:n:c`);
    const sent = digestAuthorization(given, mufasa, get('/'), 'c');
    expect(sent).toContain(`response="${hash(`${key}:n:00000001:c:auth:${hash('GET:/')}`)}"`);
    expect(sent).toContain(`algorithm=${algorithm}`);
  });

  it('sends the client nonce of a session also without qop', () => {
    const hash = (text: string): string => createHash('md5').update(text).digest('hex');
    const given = digestChallenge(['Digest realm="r", nonce="n", algorithm=MD5-sess'])!;
    const sent = digestAuthorization(given, mufasa, get('/'), 'c');
    const key = hash(`${hash('Mufasa:r:Circle of Life')}:n:c`);
    expect(sent).toContain(`response="${hash(`${key}:n:${hash('GET:/')}`)}"`);
    expect(sent).toContain('cnonce="c"');
  });

  it('signs the request that a proxy got', () => {
    const hash = (text: string): string => createHash('md5').update(text).digest('hex');
    const given = digestChallenge(['Digest realm="r", nonce="n"'])!;
    const sent = digestAuthorization(given, mufasa, { method: 'CONNECT', uri: 'h:80' });
    expect(sent).toContain('uri="h:80"');
    expect(sent).toContain(
      `response="${hash(`${hash('Mufasa:r:Circle of Life')}:n:${hash('CONNECT:h:80')}`)}"`,
    );
  });

  it.each([
    ['MD5', 'md5'],
    ['SHA-512-256', 'sha512-256'],
  ])('signs the empty body for auth-int: %s', (algorithm, name) => {
    const hash = (text: string): string => createHash(name).update(text).digest('hex');
    const given = digestChallenge([`Digest realm="r", nonce="n", qop="auth-int", algorithm=${algorithm}`])!;
    const sent = digestAuthorization(given, mufasa, get('/a'), 'c');
    const secret = hash('Mufasa:r:Circle of Life');
    expect(sent).toContain('qop=auth-int');
    expect(sent).toContain(
      `response="${hash(`${secret}:n:00000001:c:auth-int:${hash(`GET:/a:${hash('')}`)}`)}"`,
    );
  });

  it('encodes a name with line breaks, so that it cannot end the header', () => {
    const given = digestChallenge(['Digest realm="r", nonce="n"'])!;
    const sent = digestAuthorization(given, { user: "ü\r\n'Ċ", password: 'p' }, get('/'));
    expect(sent).toContain("username*=UTF-8''%C3%BC%0D%0A%27%C4%8A, realm");
  });

  it('escapes quotation marks', () => {
    const given = digestChallenge(['Digest realm="a \\"b\\" \\\\c", nonce="n"'])!;
    expect(given.realm).toBe('a "b" \\c');
    expect(digestAuthorization(given, { user: 'm"e', password: 'p' }, get('/'))).toContain(
      'username="m\\"e", realm="a \\"b\\" \\\\c"',
    );
  });

  it.each([
    'Basic realm="r"',
    'Digest',
    'Digest realm="r"',
    'Digest realm="r", nonce="n", algorithm=SHA3',
    'Digest realm="r", nonce="n", qop="auth-conf"',
    '"',
    'Digest nonce="n',
  ])('cannot be given to %s', (value) => {
    expect(digestChallenge([value])).toBeUndefined();
  });
});
