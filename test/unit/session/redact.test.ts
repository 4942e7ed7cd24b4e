import { describe, expect, it } from 'vitest';
import { MASK, redactHeaders, redactUrl } from '../../../src/core/session/redact.ts';
import { sessionName } from '../../../src/core/session/sessionName.ts';

describe('redactHeaders', () => {
  it.each([
    ['Authorization', 'Bearer canary', `Bearer ${MASK}`],
    ['authorization', 'canary', MASK],
    ['Proxy-Authorization', 'Basic canary', `Basic ${MASK}`],
    ['Cookie', 'sid=canary', MASK],
    ['Set-Cookie', 'sid=canary; HttpOnly', MASK],
    ['X-Api-Key', 'canary', MASK],
    ['apikey', 'canary', MASK],
    ['X-Auth-Token', 'canary', MASK],
    ['X-Client-Secret', 'canary', MASK],
  ])('masks %s', (name, value, masked) => expect(redactHeaders([[name, value]])).toEqual([[name, masked]]));

  it('leaves everything else, in its order and spelling', () => {
    const headers = [
      ['Origin', 'https://a.test'],
      ['sec-websocket-KEY', 'nonce=='],
      ['Sec-WebSocket-Accept', 'x='],
      ['X-Trace', '1'],
      ['X-Trace', '2'],
    ] as const;
    expect(redactHeaders(headers)).toEqual(headers);
  });
});

describe('redactUrl', () => {
  it.each([
    ['ws://user:canary@Host.test/Path', 'ws://Host.test/Path'],
    ['wss://h/p?token=canary&x=1', `wss://h/p?token=${MASK}&x=1`],
    ['wss://h/p?x=1&access_token=canary', `wss://h/p?x=1&access_token=${MASK}`],
    ['wss://h/p?API_KEY=canary', `wss://h/p?API_KEY=${MASK}`],
    ['ws://u@h/?password=canary', `ws://h/?password=${MASK}`],
    ['ws://h/a@b?c=d', 'ws://h/a@b?c=d'],
    ['ws://h/close?code=1000', 'ws://h/close?code=1000'],
    ['ws://h/?token=', 'ws://h/?token='],
  ])('%s', (url, redacted) => expect(redactUrl(url)).toBe(redacted));
});

describe('sessionName', () => {
  it.each([
    ['ws://user:canary@localhost:8080/echo?token=canary', 'localhost:8080/echo'],
    ['wss://example.test/', 'example.test'],
    ['wss://example.test/a/', 'example.test/a'],
  ])('%s is called %s', (url, name) => expect(sessionName(url)).toBe(name));
});
