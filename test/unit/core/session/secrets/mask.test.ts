import { describe, expect, it } from 'vitest';
import { MASK, maskHeaders, maskUrl } from '../../../../../src/core/session/secrets/mask.ts';
import { sessionName } from '../../../../../src/core/session/secrets/mask.ts';

describe('maskHeaders', () => {
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
    ['X-Auth', 'canary', MASK],
    ['X-Access-Key', 'canary', MASK],
    ['OK-ACCESS-PASSPHRASE', 'canary', MASK],
    ['OK-ACCESS-SIGN', 'canary', MASK],
    ['X-Signature', 'canary', MASK],
    ['X-JWT', 'canary', MASK],
    ['Cf-Access-Jwt-Assertion', 'canary', MASK],
    ['Ocp-Apim-Subscription-Key', 'canary', MASK],
    ['X-Session-Id', 'canary', MASK],
    ['X-Amz-Credential', 'canary', MASK],
    ['X-Forwarded-Authorization', 'canary', MASK],
    ['Location', 'https://u:canary@h/a?x=1&access_token=canary', `https://h/a?x=1&access_token=${MASK}`],
    ['location', '//u:canary@h/#id_token=canary', `//h/#id_token=${MASK}`],
    ['Referer', '/a?sid=canary', `/a?sid=${MASK}`],
    ['Set-Cookie ', 'sid=canary', MASK],
    ['Link', '<https://u:canary@h/a?token=canary>; rel=next', `<https://h/a?token=${MASK}>; rel=next`],
    ['Refresh', '0; url=/a?token=canary', `0; url=/a?token=${MASK}`],
    ['Sec-WebSocket-Protocol', `v1,  bearer.${'canary'.repeat(9)}, v2`, `v1, ${MASK}, v2`],
  ])('masks %s', (name, value, masked) => expect(maskHeaders([[name, value]])).toEqual([[name, masked]]));

  it('leaves everything else, in its order and spelling', () => {
    const headers = [
      ['Origin', 'https://a.test'],
      ['sec-websocket-KEY', 'nonce=='],
      ['Sec-WebSocket-Accept', 'x='],
      ['X-Trace', '1'],
      ['X-Trace', '2'],
      ['Sec-WebSocket-Protocol', 'graphql-transport-ws, v12.stomp'],
      ['Location', 'https://a.test/next?page=2#part'],
      ['X-Author', 'me'],
      ['X-Designed-Inside', 'me'],
      ['WWW-Authenticate', 'Basic realm="x"'],
      ['Cache-Control', 'no-store'],
    ] as const;
    expect(maskHeaders(headers)).toEqual(headers);
  });
});

describe('maskUrl', () => {
  it.each([
    ['ws://user:canary@Host.test/Path', 'ws://Host.test/Path'],
    ['wss://h/p?token=canary&x=1', `wss://h/p?token=${MASK}&x=1`],
    ['wss://h/p?x=1&access_token=canary', `wss://h/p?x=1&access_token=${MASK}`],
    ['wss://h/p?API_KEY=canary', `wss://h/p?API_KEY=${MASK}`],
    ['ws://u@h/?password=canary', `ws://h/?password=${MASK}`],
    ['ws://h/a@b?c=d', 'ws://h/a@b?c=d'],
    ['ws://h/close?code=1000', 'ws://h/close?code=1000'],
    ['ws://h/?token=', 'ws://h/?token='],
    ['ws:u:canary@h', 'ws:h'],
    ['ws://h/?%74oken=canary', `ws://h/?%74oken=${MASK}`],
    ['ws://h/?%74oken%=canary', `ws://h/?%74oken%=${MASK}`],
    ['ws://h/?api%5Fkey=canary', `ws://h/?api%5Fkey=${MASK}`],
    ['ws://h/?userToken[]=canary&a=b', `ws://h/?userToken[]=${MASK}&a=b`],
    // A URL parser ends the host at the backslash: to show `good.test` would be a lie.
    ['ws://evil.test\\@good.test/', 'ws://evil.test\\@good.test/'],
    ['ws://h/chat;token=canary/room?a=1', `ws://h/chat;token=${MASK}?a=1`],
    ['ws://h/chat;jsessionid=canary;v=1', `ws://h/chat;jsessionid=${MASK};v=1`],
    ['ws://h/?a=1;token=canary&b=2', `ws://h/?a=1;token=${MASK}&b=2`],
    ['ws://h/?token=can;ary&b=2', `ws://h/?token=${MASK}&b=2`],
    ['ws://h/?token=can;ary=1#part', `ws://h/?token=${MASK}#part`],
    ['ws://h/#/route?token=canary', `ws://h/#/route?token=${MASK}`],
    ['ws://h/callback?code=canary-code&state=1', `ws://h/callback?code=${MASK}&state=1`],
    ['ws://h/?code=482193', `ws://h/?code=${MASK}`],
    [
      'ws://h/?compass=n&passenger=2&sessions=3&encode=1',
      'ws://h/?compass=n&passenger=2&sessions=3&encode=1',
    ],
    ['ws://h/ticker?author=a&design=b&keyboard=c', 'ws://h/ticker?author=a&design=b&keyboard=c'],
  ])('%s', (url, redacted) => expect(maskUrl(url)).toBe(redacted));

  it.each(
    [
      ...['passphrase', 'authorization', 'credential', 'credentials', 'session_id', 'sessionid', 'sid'],
      ...['access_key', 'private_key', 'ticket', 'signature', 'X-Amz-Signature', 'jwt', 'auth', 'userAuth'],
      ...[
        'pass',
        'bearer',
        'session',
        'otp',
        'user_pass',
        'totp',
        'PHPSESSID',
        'oauth',
        'client_assertion',
        'pin',
      ],
      ...['subscription-key', 'key', 'sig', 'pwd', 'client_secret', 'accessToken', 'passwd', 'connect.sid'],
    ].map((name) => [name]),
  )('masks the parameter %s, and the header of that name', (name) => {
    expect(maskUrl(`ws://h/?a=1&${name}=canary`)).toBe(`ws://h/?a=1&${name}=${MASK}`);
    expect(maskHeaders([[name, 'canary']])).toEqual([[name, MASK]]);
  });
});

describe('sessionName', () => {
  it.each([
    ['ws://user:canary@localhost:8080/echo?token=canary', 'localhost:8080/echo'],
    ['wss://example.test/', 'example.test'],
    ['wss://example.test/a/', 'example.test/a'],
  ])('%s is called %s', (url, name) => expect(sessionName(url)).toBe(name));
});
