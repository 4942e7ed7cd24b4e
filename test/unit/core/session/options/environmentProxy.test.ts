import { describe, expect, it } from 'vitest';
import { environmentProxy, settingsProxy } from '../../../../../src/core/session/options/environmentProxy.ts';

describe('the proxy of the environment', () => {
  it.each([
    ['ws://a.test/', { http_proxy: 'http://p:1' }, 'http://p:1'],
    ['wss://a.test/', { https_proxy: 'http://p:1' }, 'http://p:1'],
    ['wss://a.test/', { http_proxy: 'http://p:1' }, undefined],
    ['ws://a.test/', { https_proxy: 'http://p:1' }, undefined],
    ['wss://a.test/', { ALL_PROXY: 'socks5://p:1' }, 'socks5://p:1'],
    ['wss://a.test/', { HTTPS_PROXY: 'http://big:1', https_proxy: 'http://small:1' }, 'http://small:1'],
    ['wss://a.test/', { https_proxy: 'p:3128' }, 'http://p:3128'],
    ['wss://a.test/', { https_proxy: '' }, undefined],
    ['ws+unix:/a.sock:/', { http_proxy: 'http://p:1' }, undefined],
    ['nonsense', { all_proxy: 'http://p:1' }, undefined],
  ])('for %s with %j is %s', (url, environment, proxy) => {
    expect(environmentProxy(url, environment)).toBe(proxy);
  });

  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'LOCALHOST'])(
    'is not used for %s: it is this machine',
    (host) => {
      expect(environmentProxy(`ws://${host}:8080/`, { all_proxy: 'http://p:1' })).toBeUndefined();
    },
  );

  it.each([
    ['a.test', 'a.test', true],
    ['a.test', 'b.test, A.TEST', true],
    ['b.a.test', 'a.test', true],
    ['b.a.test', '.a.test', true],
    ['b.a.test', '*.a.test', true],
    ['a.test', '.a.test', true],
    ['ba.test', 'a.test', false],
    ['a.test', '*', true],
    ['a.test', 'a.test:80', true],
    ['a.test', 'a.test:81', false],
    ['a.test:81', 'a.test:81', true],
    ['a.test', '', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['[fe80::1]', 'fe80::1', true],
    ['[fe80::1]', '[fe80::1]:80', true],
    ['[fe80::1]', '[fe80::1]:81', false],
    ['a.test', 'x y;a.test', true],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', 'a.test, 10.1.2.0/24', true],
    ['10.1.3.3', '10.1.2.0/24', false],
    ['10.1.2.3', '10.1.2.3/32', true],
    ['10.1.2.4', '10.1.2.3/32', false],
    ['192.0.2.129', '192.0.2.128/25', true],
    ['192.0.2.127', '192.0.2.128/25', false],
    ['203.0.113.9', '0.0.0.0/0', true],
    ['203.0.113.9', '203.0.113.0/33', false],
    ['203.0.113.9', '203.0.113.0/x', false],
    ['203.0.113.9', '203.0.113.0/', false],
    ['203.0.113.9', '203.0.113/24', false],
    ['a.test', '0.0.0.0/0', false],
    ['10.test', '10.0.0.0/8', false],
    ['[fd12::1]', 'fd00::/8', true],
    ['[fd12::1]', '[fd00::]/8', true],
    ['[fe12::1]', 'fd00::/8', false],
    ['[2001:db8:0:1::9]', '2001:db8:0:1::/64', true],
    ['[2001:db8:0:2::9]', '2001:db8:0:1::/64', false],
    ['10.1.2.3', '::/0', false],
    ['[fd12::1]', '0.0.0.0/0', false],
    ['[::ffff:10.1.2.3]', '10.0.0.0/8', true],
    ['[fe80::1]', 'fe80:0:0::1', true],
    ['[fe80::1]', 'FE80:0000::0001', true],
  ])('excepts %s if no_proxy is %j: %s', (host, no_proxy, isExcepted) => {
    const proxy = environmentProxy(`ws://${host}/`, { all_proxy: 'http://p:1', no_proxy });
    expect(proxy === undefined).toBe(isExcepted);
  });
});

it('a network of http.noProxy excepts its addresses', () => {
  const settings = {
    proxySupport: 'on',
    proxy: 'http://p:1',
    noProxy: ['10.0.0.0/8'],
    proxyAuthorization: '',
  };
  expect(settingsProxy('ws://10.9.9.9/', settings, {})).toBeUndefined();
  expect(settingsProxy('ws://11.9.9.9/', settings, {})).toBe('http://p:1');
});

describe("the proxy of VS Code's settings", () => {
  const environment = { http_proxy: 'http://environment:1', no_proxy: 'except.test' };
  const settings = {
    proxySupport: 'override',
    proxy: 'http://settings:1',
    noProxy: ['not.test'],
    proxyAuthorization: '',
  };

  it.each(['override', 'on', 'fallback'])(
    'is that of http.proxy if http.proxySupport is %s',
    (proxySupport) => {
      expect(settingsProxy('ws://a.test/', { ...settings, proxySupport }, environment)).toBe(
        'http://settings:1',
      );
    },
  );

  it('is not used if proxies are switched off', () => {
    expect(settingsProxy('ws://a.test/', { ...settings, proxySupport: 'off' }, environment)).toBeUndefined();
  });

  it('is that of the environment if the setting is empty', () => {
    const empty = { ...settings, proxy: '' };
    expect(settingsProxy('ws://a.test/', empty, environment)).toBe('http://environment:1');
    expect(settingsProxy('ws://except.test/', empty, environment)).toBeUndefined();
  });

  it('excepts the hosts of http.noProxy, and this machine', () => {
    for (const host of ['not.test', 'b.not.test', 'localhost'])
      expect(settingsProxy(`ws://${host}/`, settings, environment)).toBeUndefined();
  });

  it('may be written without its scheme', () => {
    expect(settingsProxy('ws://a.test/', { ...settings, proxy: 'p:3128' }, {})).toBe('http://p:3128');
  });

  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['http://p:1', basic('me:secret'), 'http://me:secret@p:1'],
    ['HTTPS://p:1/', basic('me:secret').replace('Basic', ' basic '), 'HTTPS://me:secret@p:1/'],
    ['p:1', basic('me:s:3/@ü'), 'http://me:s%3A3%2F%40%C3%BC@p:1'],
    ['http://p:1', basic(':secret'), 'http://:secret@p:1'],
    ['', basic('me:secret'), 'http://me:secret@environment:1'],
  ])('%j gets the credentials of http.proxyAuthorization', (proxy, proxyAuthorization, expected) => {
    expect(settingsProxy('ws://a.test/', { ...settings, proxy, proxyAuthorization }, environment)).toBe(
      expected,
    );
  });

  it.each([
    ['it has its own', 'http://own:one@p:1', basic('me:secret')],
    ['it is not an HTTP proxy', 'socks5://p:1', basic('me:secret')],
    ['the scheme is another', 'http://p:1', 'Negotiate bWU6c2VjcmV0'],
    ['they are no base64', 'http://p:1', 'Basic !!!'],
    ['they are no UTF-8', 'http://p:1', 'Basic //86eA=='],
    ['they have no password', 'http://p:1', basic('me')],
    ['they are empty', 'http://p:1', ''],
  ])('keeps its credentials if %s', (_, proxy, proxyAuthorization) => {
    expect(settingsProxy('ws://a.test/', { ...settings, proxy, proxyAuthorization }, environment)).toBe(
      proxy,
    );
  });

  it('stays none for any http.proxyAuthorization', () => {
    const none = { ...settings, proxy: '', proxyAuthorization: basic('me:secret') };
    expect(settingsProxy('ws://a.test/', none, {})).toBeUndefined();
  });
});
