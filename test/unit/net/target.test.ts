import { describe, expect, it } from 'vitest';
import { proxyOf, unauthorized } from '../../../src/net/proxy/proxyUrl.ts';
import { hostAndPort, targetOf } from '../../../src/net/target.ts';

describe('the target of a URL', () => {
  it.each([
    ['ws://a.test/', 'a.test:80', 'a.test', '/'],
    ['wss://a.test', 'a.test:443', 'a.test', '/'],
    ['wss://a.test:443/x', 'a.test:443', 'a.test', '/x'],
    ['ws://a.test:8080/x?y=1', 'a.test:8080', 'a.test:8080', '/x?y=1'],
    ['ws://[::1]:8080/', '[::1]:8080', '[::1]:8080', '/'],
    ['ws://127.0.0.1/', '127.0.0.1:80', '127.0.0.1', '/'],
    ['ws://BÜCHER.test/ä', 'xn--bcher-kva.test:80', 'xn--bcher-kva.test', '/%C3%A4'],
    ['ws://a.test?x', 'a.test:80', 'a.test', '/?x'],
  ])('%s has the address %s', (url, address, authority, path) => {
    expect(targetOf(url)).toMatchObject({ address, authority, path, socketPath: undefined });
  });

  it('has the user info apart from its URL, decoded', () => {
    const { url, user, cookieUrl } = targetOf('wss://me%40x:p%2Fw@a.test/x');
    expect(user).toEqual({ name: 'me@x', password: 'p/w' });
    expect(url).toBe('wss://a.test/x');
    expect(cookieUrl).toBe('https://a.test/x');
    expect(targetOf('ws://me@a.test/').user).toEqual({ name: 'me', password: '' });
    expect(targetOf('ws://100%25@a.test/').user?.name).toBe('100%');
  });

  it('keeps a stray percent sign in the user info', () => {
    expect(targetOf('ws://me:50%@a.test/').user?.password).toBe('50%');
  });

  it.each([
    ['ws://a.test/', 'ws://a.test:80/', true],
    ['ws://a.test/x', 'ws://a.test/y', true],
    ['ws://a.test/', 'wss://a.test/', false],
    ['ws://a.test/', 'ws://a.test:81/', false],
    ['ws://a.test/', 'ws://b.test/', false],
  ])('%s and %s share an origin: %s', (one, other, isSame) => {
    expect(targetOf(one).origin === targetOf(other).origin).toBe(isSame);
  });

  it('may be a Unix socket, whose path is its origin', () => {
    expect(targetOf('ws+unix:/run/a.sock:/x?y')).toMatchObject({
      ...{ socketPath: '/run/a.sock', address: '/run/a.sock', authority: 'localhost', path: '/x?y' },
      ...{ origin: 'ws+unix:/run/a.sock', secure: false, user: undefined },
    });
    expect(targetOf('wss+unix:/run/a.sock').secure).toBe(true);
    expect(targetOf('ws+unix:/run/b.sock').origin).not.toBe(targetOf('ws+unix:/run/a.sock').origin);
  });

  it.each(['', 'a.test', 'ws://', 'ws://a b/', 'ws://a.test:99999/'])('throws for %j', (url) => {
    expect(() => targetOf(url)).toThrow(TypeError);
  });

  it('puts brackets around an IPv6 address only', () => {
    expect(hostAndPort('::1', 80)).toBe('[::1]:80');
    expect(hostAndPort('a.test', 80)).toBe('a.test:80');
    expect(hostAndPort('127.0.0.1', 80)).toBe('127.0.0.1:80');
  });
});

describe('the URL of a proxy', () => {
  it.each([
    ['http://p.test', 'http', 'p.test', 80],
    ['http://p.test:3128/', 'http', 'p.test', 3128],
    ['HTTPS://p.test', 'https', 'p.test', 443],
    ['https://p.test:80', 'https', 'p.test', 80],
    ['socks5://p.test', 'socks5', 'p.test', 1080],
    ['socks5h://[::1]:1081', 'socks5', '::1', 1081],
    ['socks://p.test', 'socks5', 'p.test', 1080],
  ])('%s is a proxy of kind %s', (text, kind, host, port) => {
    expect(proxyOf(text)).toMatchObject({ kind, host, port, credentials: undefined });
  });

  it('has its credentials decoded, and never in the URL that is shown', () => {
    const proxy = proxyOf('http://me:p%40ss@p.test:3128');
    expect(proxy.credentials).toEqual({ user: 'me', password: 'p@ss' });
    expect(proxy.url).toBe('http://p.test:3128');
  });

  it.each([
    ['', 'nothing'],
    ['p.test:3128', 'no scheme'],
    ['ftp://p.test', 'another scheme'],
    ['http://', 'no host'],
    ['http://p.test:0', 'port 0'],
    ['http://p.test:99999', 'a port that is none'],
    ['http://me:s3cret@', 'credentials alone'],
    ['http://me:%E0%A4%A@p.test', 'credentials that cannot be decoded'],
  ])('%j is refused: %s', (text) => {
    expect(() => proxyOf(text)).toThrow(
      expect.objectContaining({
        code: 'proxy.unreachable',
        message: expect.not.stringContaining('s3cret') as string,
      }),
    );
  });

  it('explains why credentials are needed, refused or useless', () => {
    const bare = proxyOf('http://p.test');
    const given = proxyOf('http://me:pw@p.test');
    expect(unauthorized(bare)).toContain('asks for credentials: write them into its URL');
    expect(unauthorized(bare, ['basic'])).toContain('asks for credentials');
    expect(unauthorized(given, ['DIGEST', 'NTLM'])).toContain('does not accept the credentials');
    expect(unauthorized(given, ['NTLM', 'Negotiate'])).toContain('asks for NTLM or Negotiate credentials');
    for (const text of [unauthorized(given), unauthorized(given, ['NTLM'])]) expect(text).not.toContain('pw');
  });
});
