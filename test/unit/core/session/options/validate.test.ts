import { describe, expect, it } from 'vitest';
import {
  invalidAlpn,
  invalidCloseCode,
  invalidCloseReason,
  invalidHeader,
  invalidOrigin,
  invalidProxy,
  invalidServername,
  invalidSubprotocol,
  invalidUrl,
} from '../../../../../src/core/session/options/validate.ts';

describe('invalidUrl', () => {
  it.each([
    'ws://localhost',
    'wss://example.test:8443/a/b?x=1&y={2}',
    'WS://LOCALHOST/Path',
    'ws://[::1]:9000/',
    'ws://user:p%40ss@host/',
    'ws://bücher.example/',
    '  ws://localhost  ',
    'ws+unix:/run/app.sock',
    'ws+unix:///run/app.sock:/path?a=b',
    'wss+unix:/run/app.sock:/',
  ])('accepts %s', (url) => expect(invalidUrl(url)).toBeUndefined());

  it.each([
    ['', /Enter a URL/],
    ['http://localhost/x', /write ws:\/\/ instead of http:\/\/\.$/],
    ['HTTPS://a.test', /write wss:\/\/ instead of https:\/\/\.$/],
    ['localhost:8080', /starts with ws:\/\/ or wss:\/\//],
    ['ftp://a.test', /starts with ws/],
    ['ws:///path', /no host/],
    ['ws://', /no host/],
    ['ws://?x', /no host/],
    ['ws://host:99999/', /port 99999 is out of range/],
    ['ws://host:abc/', /host or port/],
    ['ws://host:0/', /cannot connect to port 0: use 1 to 65535/],
    ['wss://[::1]:00000/x', /port 0/],
    ['ws://usr:pass#@h/', /User and password .* write %23 for #/],
    ['ws://usr:1#2@h/', /write %23 for #/],
    ['ws://us#r@h/', /write %23 for #/],
    ['ws://usr:pa/ss@h/', /write %2F for \//],
    ['ws://usr:pa?ss@h/', /write %3F for \?/],
    ['ws://usr:pa\\ss@h/', /write %5C for \\/],
    ['ws://h:80/a#b@c', /no #fragment/],
    ['ws://host/a b', /%20/],
    ['ws://host/a\tb', /%20/],
    ['ws://host/#part', /RFC 6455, section 3/],
    ['ws://host/#', /fragment/],
    ['ws+unix:/run/app.sock:/#part', /fragment/],
    ['ws+unix:', /names no socket/],
    ['ws+unix:app.sock:/path', /absolute path/],
  ])('refuses %s with a reason', (url, reason) => expect(invalidUrl(url)).toMatch(reason));
});

describe('a URL with a secret', () => {
  it.each([
    'http://me:canary@h/x',
    'http:me:canary@h',
    'https://h/?token=canary',
    'canary://h',
    'ws://me:canary@h:99999/',
    'ws://h:1/canary#x',
    'ws://me:canary#@h/',
    'ws://me:can/ary@h/',
    'ws://me:canary@h:0/',
  ])('is not repeated: %s', (url) => {
    expect(invalidUrl(url)).toBeDefined();
    expect(invalidUrl(url)).not.toContain('canary');
  });
});

describe('a list of an option', () => {
  it.each([
    [invalidSubprotocol, 'list of subprotocols has an empty item'],
    [invalidAlpn, 'list of ALPN protocols has an empty item'],
    [invalidOrigin, 'list of redirect origins has an empty item'],
  ])('may have no empty item', (invalid, sentence) => {
    expect(invalid('')).toContain(sentence);
  });
});

describe('a proxy that cannot be used', () => {
  it.each([
    ['http://h:0', /port 0 of the proxy/],
    ['socks5://h:0', /port 0 of the proxy/],
    ['http://me:pa#ss@h:3128', /write %23 for #/],
    ['socks5://me:pa/ss@h:1080', /write %2F for \//],
  ])('is refused with a reason: %s', (proxy, reason) => {
    expect(invalidProxy(proxy)).toMatch(reason);
    expect(invalidProxy(proxy)).not.toContain('ss@');
  });
});

describe('invalidHeader', () => {
  it.each([
    ['Origin', 'https://example.com'],
    ['X-Custom_1', ''],
    ['Authorization', 'Bearer a.b.c'],
    ['X-Latin', 'caf\u00e9'],
  ])('accepts %s: %s', (name, value) => expect(invalidHeader(name, value)).toBeUndefined());

  it.each([
    ['', 'x', /needs a name/],
    ['A B', 'x', /not a header name/],
    ['Ünicode', 'x', /not a header name/],
    ['X', 'a\r\nInjected: yes', /line break/],
    ['X', 'a\nb', /line break/],
    ['X', 'a\u0000b', /cannot carry/],
    ['X', 'snow \u2603', /cannot carry/],
    ['Sec-WebSocket-Key', 'x', /makes a new one/],
    ['UPGRADE', 'x', /handshake sets it/],
    ['Sec-WebSocket-Protocol', 'x', /the option “subprotocol”/],
  ])('refuses %s: %j', (name, value, reason) => expect(invalidHeader(name, value)).toMatch(reason));
});

describe('invalidSubprotocol', () => {
  it('accepts tokens', () => expect(invalidSubprotocol('v1.json+x')).toBeUndefined());
  it.each(['a b', 'a,b', 'a/b', 'ü'])('refuses %j', (name) =>
    expect(invalidSubprotocol(name)).toMatch(/not a subprotocol name/),
  );
});

describe('invalidAlpn', () => {
  it.each(['http/1.1', 'h2', 'x'.repeat(255)])('accepts %.20j', (name) =>
    expect(invalidAlpn(name)).toBeUndefined(),
  );
  it.each([
    ['', /empty item/],
    ['x'.repeat(256), /256 bytes/],
    ['a b', /not an ALPN protocol/],
  ])('refuses %.20j', (name, reason) => expect(invalidAlpn(name)).toMatch(reason));
});

describe('invalidServername', () => {
  it.each(['localhost', 'api.example.test', 'xn--bcher-kva.example', 'a_b.test.', '1password.example'])(
    'accepts %s',
    (name) => expect(invalidServername(name)).toBeUndefined(),
  );
  it.each([
    ['127.0.0.1', /is an address/],
    ['::1', /is an address/],
    ['[::1]', /is an address/],
    ['bücher.example', /xn--/],
    ['https//x', /not a server name/],
    ['a b', /not a server name/],
    ['a..b', /not a server name/],
    [`${'x'.repeat(64)}.test`, /not a server name/],
    [`${'x.'.repeat(127)}test`, /not a server name/],
  ])('refuses %.40s', (name, reason) => expect(invalidServername(name)).toMatch(reason));
});

describe('invalidOrigin', () => {
  it.each(['wss://other.test', 'ws://[::1]:8080', 'WSS://other.test:8443/'])('accepts %s', (origin) =>
    expect(invalidOrigin(origin)).toBeUndefined(),
  );
  it.each([
    ['https://other.test', /not a ws:\/\/ or wss:\/\/ URL/],
    ['other.test', /starts with ws/],
    ['wss://me:canary@other.test', /leave out user/],
    ['wss://other.test/?token=canary', /leave out user, path and query/],
    ['ws+unix:/run/app.sock', /scheme, host and port/],
  ])('refuses %s and does not repeat it', (origin, reason) => {
    expect(invalidOrigin(origin)).toMatch(reason);
    expect(invalidOrigin(origin)).not.toContain('canary');
  });
});

describe('invalidProxy', () => {
  it.each([
    'none',
    'http://proxy.test:3128',
    'https://user:p%40ss@proxy.test',
    'socks5://127.0.0.1:1080',
    'http://[::1]:8080/',
  ])('accepts %s', (proxy) => expect(invalidProxy(proxy)).toBeUndefined());
  it.each([
    ['proxy.test:3128', /not a URL/],
    ['me:canary@proxy.test:3128', /not a URL/],
    ['ftp://me:canary@proxy.test', /http, https or socks5/],
    ['http://me:canary@proxy.test:99999', /host or port/],
    ['http://', /host or port/],
    ['http://me:canary@proxy.test/path', /no path/],
    ['http://proxy.test/?canary', /no path, query or fragment/],
    ['http://me:can ary@proxy.test', /blank/],
  ])('refuses %s and does not repeat it', (proxy, reason) => {
    expect(invalidProxy(proxy)).toMatch(reason);
    expect(invalidProxy(proxy)).not.toContain('canary');
  });
});

describe('invalidCloseCode', () => {
  it.each([1000, 1001, 1003, 1011, 1014, 3000, 4999])('accepts %d', (code) =>
    expect(invalidCloseCode(code)).toBeUndefined(),
  );
  it.each([1004, 1005, 1006, 1015])('calls %d reserved', (code) =>
    expect(invalidCloseCode(code)).toMatch(/reserved/),
  );
  it.each([0, 999, 1016, 2999, 5000, 70_000])('refuses %d', (code) =>
    expect(invalidCloseCode(code)).toMatch(/may not be sent/),
  );
  it.each([1000.5, NaN, Infinity])('asks for a whole number instead of %d', (code) =>
    expect(invalidCloseCode(code)).toMatch(/whole number/),
  );
});

describe('invalidCloseReason', () => {
  it('counts bytes, not characters', () => {
    expect(invalidCloseReason('a'.repeat(123))).toBeUndefined();
    expect(invalidCloseReason('a'.repeat(124))).toMatch(/124 bytes: shorten it to 123/);
    expect(invalidCloseReason('é'.repeat(62))).toMatch(/124 bytes/);
  });
});
