import { describe, expect, it } from 'vitest';
import {
  invalidCloseCode,
  invalidCloseReason,
  invalidHeader,
  invalidSubprotocol,
  invalidUrl,
} from '../../../src/core/session/validate.ts';

describe('invalidUrl', () => {
  it.each([
    'ws://localhost',
    'wss://example.test:8443/a/b?x=1&y={2}',
    'WS://LOCALHOST/Path',
    'ws://[::1]:9000/',
    'ws://user:p%40ss@host/',
    'ws://bücher.example/',
    '  ws://localhost  ',
  ])('accepts %s', (url) => expect(invalidUrl(url)).toBeUndefined());

  it.each([
    ['', /Enter a URL/],
    ['http://localhost/x', /write ws:\/\/ in the place of http:\/\/\.$/],
    ['HTTPS://a.test', /write wss:\/\/ in the place of https:\/\/\.$/],
    ['localhost:8080', /starts with ws:\/\/ or wss:\/\//],
    ['ftp://a.test', /starts with ws/],
    ['ws:///path', /no host/],
    ['ws://', /no host/],
    ['ws://?x', /no host/],
    ['ws://host:99999/', /port 99999 is out of range/],
    ['ws://host:abc/', /host or port/],
    ['ws://host/a b', /%20/],
    ['ws://host/a\tb', /%20/],
    ['ws://host/#part', /RFC 6455, section 3/],
    ['ws://host/#', /fragment/],
  ])('refuses %s and says why', (url, reason) => expect(invalidUrl(url)).toMatch(reason));
});

describe('a URL with a secret', () => {
  it.each([
    'http://me:canary@h/x',
    'http:me:canary@h',
    'https://h/?token=canary',
    'canary://h',
    'ws://me:canary@h:99999/',
    'ws://h:1/canary#x',
  ])('is not repeated: %s', (url) => {
    expect(invalidUrl(url)).toBeDefined();
    expect(invalidUrl(url)).not.toContain('canary');
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
    ['Sec-WebSocket-Protocol', 'x', /subprotocol option/],
  ])('refuses %s: %j', (name, value, reason) => expect(invalidHeader(name, value)).toMatch(reason));
});

describe('invalidSubprotocol', () => {
  it('accepts tokens', () => expect(invalidSubprotocol('v1.json+x')).toBeUndefined());
  it.each(['', 'a b', 'a,b', 'a/b', 'ü'])('refuses %j', (name) =>
    expect(invalidSubprotocol(name)).toMatch(/not a subprotocol name/),
  );
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
