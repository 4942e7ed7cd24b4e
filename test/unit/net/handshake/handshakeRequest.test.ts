import { describe, expect, it } from 'vitest';
import { postHead, upgradeHead, type UpgradeRequest } from '../../../../src/net/handshake/handshake.ts';
import { targetOf } from '../../../../src/net/target.ts';

function head(url: string, changes: Partial<UpgradeRequest> = {}): string[] {
  const request: UpgradeRequest = {
    ...{
      headers: [],
      subprotocols: [],
      extensions: '',
      key: 'KEY',
      cookie: undefined,
      authorization: undefined,
    },
    ...changes,
  };
  return upgradeHead(targetOf(url), request).split('\r\n');
}

describe('the request of a handshake', () => {
  it('has exactly the headers that RFC 6455 requires, in this order', () => {
    expect(head('ws://a.test:8080/x?y=1')).toEqual([
      'GET /x?y=1 HTTP/1.1',
      'Host: a.test:8080',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: KEY',
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ]);
  });

  it('offers subprotocols and extensions only if there are any', () => {
    const lines = head('ws://a.test/', { subprotocols: ['v2', 'v1'], extensions: 'permessage-deflate' });
    expect(lines).toContain('Sec-WebSocket-Protocol: v2, v1');
    expect(lines).toContain('Sec-WebSocket-Extensions: permessage-deflate');
  });

  it("keeps the user's headers in their order and spelling, also several of one name", () => {
    const lines = head('ws://a.test/', {
      headers: [
        ['x-B', '1'],
        ['X-a', '2'],
        ['x-b', '3'],
      ],
    });
    expect(lines.slice(6, 9)).toEqual(['x-B: 1', 'X-a: 2', 'x-b: 3']);
  });

  it.each<[string, Partial<UpgradeRequest>, string, string[]]>([
    ['a host', { headers: [['host', 'b.test']] }, 'host', ['host: b.test']],
    ['a cookie', { headers: [['COOKIE', 'a=1']], cookie: 'b=2' }, 'cookie', ['COOKIE: a=1']],
    ['the cookies of the session', { cookie: 'b=2' }, 'cookie', ['Cookie: b=2']],
    [
      'its authorization',
      { headers: [['Authorization', 'Bearer x']] },
      'authorization',
      ['Authorization: Bearer x'],
    ],
    [
      'the answer to a challenge, which replaces it',
      { headers: [['authorization', 'Bearer x']], authorization: 'Digest y' },
      'authorization',
      ['Authorization: Digest y'],
    ],
  ])('has one header of each kind: %s', (_, changes, name, expected) => {
    const lines = head('ws://me:pw@a.test/', changes);
    expect(lines.filter((line) => line.toLowerCase().startsWith(`${name}:`))).toEqual(expected);
  });

  it('sends the user info of the URL as Basic, in UTF-8', () => {
    expect(head('ws://m%C3%BC:p%3Aw@a.test/')).toContain(
      `Authorization: Basic ${Buffer.from('mü:p:w').toString('base64')}`,
    );
  });

  it('goes to localhost over a Unix socket', () => {
    expect(head('ws+unix:/run/a.sock:/x').slice(0, 2)).toEqual(['GET /x HTTP/1.1', 'Host: localhost']);
  });

  it('is a POST without a body before a negotiation', () => {
    const text = postHead(targetOf('wss://a.test/hub/negotiate?x=1'), [['X-A', '1']], 'c=1');
    expect(text.split('\r\n')).toEqual([
      ...['POST /hub/negotiate?x=1 HTTP/1.1', 'Host: a.test', 'Connection: close', 'Content-Length: 0'],
      ...['X-A: 1', 'Cookie: c=1', '', ''],
    ]);
  });
});
