import { describe, expect, test } from 'vitest';
import { maskHandshake } from '../../../../../src/core/session/secrets/maskHandshake.ts';
import { MASK } from '../../../../../src/core/session/secrets/mask.ts';
import type { ErrorDetail, OpenDetail } from '../../../../../src/shared/timeline.ts';

const options = {
  url: 'ws://me:canary-1@h/?token=canary-2',
  headers: [['X-Api-Key', 'canary-3']] as const,
  proxy: 'http://me:canary-4@proxy.test',
};

const REQUEST = [
  'GET /?token=canary-2&page=2 HTTP/1.1',
  'Host: h',
  'X-Api-Key: canary-3',
  'Cookie: sid=canary-5',
  'Authorization: Digest username="me",',
  '  response="canary-6"',
  'Sec-WebSocket-Key: bm9uY2U=',
  '',
  '',
].join('\r\n');

const RESPONSE = [
  'HTTP/1.1 401 Unauthorized',
  'Set-Cookie: sid=canary-7; HttpOnly',
  'X-Seen: canary-3',
  '',
  '',
].join('\r\n');

describe('maskHandshake', () => {
  const failure: ErrorDetail = {
    code: 'handshake.status',
    message: 'The server says canary-3.',
    phase: 'http',
    status: 401,
    headers: [
      ['Set-Cookie', 'sid=canary-7; HttpOnly'],
      ['X-Seen', 'canary-3 from canary-5'],
      ['Location', 'ws://me:canary-1@other/?token=canary-2'],
    ],
    body: '{"headers":{"x-api-key":"canary-3","cookie":"sid=canary-5"},"set":"canary-7"}',
    firstBytes: Buffer.from('echo canary-2').toString('hex'),
    redirect: 'ws://me:canary-1@other/?token=canary-2',
    proxy: 'http://me:canary-4@proxy.test',
    exchanges: [{ with: 'server', url: options.url, request: REQUEST, response: RESPONSE }],
  };
  const masked = maskHandshake(failure, options);

  test('masks every secret at every place', () => {
    expect(JSON.stringify(masked)).not.toContain('canary');
    expect(Buffer.from(masked.firstBytes!, 'hex').toString()).toBe('echo ********');
  });

  test('keeps everything else', () => {
    expect(masked).toMatchObject({
      code: 'handshake.status',
      message: `The server says ${MASK}.`,
      phase: 'http',
      status: 401,
      headers: [
        ['Set-Cookie', MASK],
        ['X-Seen', `${MASK} from ${MASK}`],
        ['Location', `ws://other/?token=${MASK}`],
      ],
      redirect: `ws://other/?token=${MASK}`,
      proxy: 'http://proxy.test',
    });
    expect(masked.exchanges).toEqual([
      {
        with: 'server',
        url: `ws://h/?token=${MASK}`,
        request: [
          `GET /?token=${MASK}&page=2 HTTP/1.1`,
          'Host: h',
          `X-Api-Key: ${MASK}`,
          `Cookie: ${MASK}`,
          `Authorization: Digest ${MASK}`,
          ' ',
          'Sec-WebSocket-Key: bm9uY2U=',
          '',
          '',
        ].join('\r\n'),
        response: ['HTTP/1.1 401 Unauthorized', `Set-Cookie: ${MASK}`, `X-Seen: ${MASK}`, '', ''].join(
          '\r\n',
        ),
      },
    ]);
  });

  test('does not change a handshake without secrets', () => {
    const open: OpenDetail = {
      status: 101,
      protocol: 'v1.json',
      extensions: 'permessage-deflate',
      headers: [['Upgrade', 'websocket']],
      address: '127.0.0.1:80',
    };
    expect(maskHandshake(open, { url: 'ws://h/' })).toEqual(open);
  });

  test('masks a secret of a redirect that the next answer repeats', () => {
    const first = { with: 'server' as const, url: 'ws://h/', request: 'GET / HTTP/1.1\r\n\r\n' };
    const masked = maskHandshake(
      {
        exchanges: [
          { ...first, response: 'HTTP/1.1 302 Found\r\nLocation: /next?token=canary-1\r\n\r\n' },
          { ...first, request: 'GET /next?token=canary-1&sid=canary-2 HTTP/1.1\r\n\r\n', response: '' },
        ],
        body: 'canary-1 and canary-2',
      },
      {},
    );
    expect(JSON.stringify(masked)).not.toContain('canary');
    expect(masked.body).toBe(`${MASK} and ${MASK}`);
  });

  test('masks a subprotocol that is long enough to be a token', () => {
    const open: OpenDetail = { status: 101, protocol: 'c'.repeat(41), extensions: '', headers: [] };
    expect(maskHandshake(open, {}).protocol).toBe(MASK);
  });

  test('masks the target of CONNECT only if it has user info, and no bytes that are not HTTP', () => {
    const exchanges = [
      {
        with: 'proxy' as const,
        url: 'http://proxy.test',
        request: 'CONNECT h:443 HTTP/1.1\r\n\r\n',
        response: 'SSH-2.0\n',
      },
    ];
    expect(maskHandshake({ exchanges }, {})).toEqual({ exchanges });
  });

  test.each([
    ['a blank before the colon', 'Set-Cookie : sid=canary-1; HttpOnly'],
    ['a tab before the colon', 'X-Api-Key\t:canary-1'],
    ['a bare CR in its value', 'Set-Cookie: sid=canary-1\rcanary-2'],
    ['a bare CR and what looks like a header', 'Set-Cookie: sid=canary-1\rX: canary-2'],
    ['a header behind a bare CR', 'X: y\rSet-Cookie: sid=canary-1'],
    ['a folded line', 'Set-Cookie:\r\n sid=canary-1'],
    ['a blank before its name', ' Set-Cookie: sid=canary-1'],
    ['lines that end in LF', 'X: y\nSet-Cookie: sid=canary-1'],
    ['a link', 'Link: <https://h/?token=canary-1>; rel=next'],
    ['a parameter of a path', 'Location: /chat;token=canary-1/room'],
  ])('masks a header with %s, and its repetition in the body', (_, line) => {
    const response = `HTTP/1.1 302 Found\r\n${line}\r\nX-Last: 1\r\n\r\n`;
    const exchanges = [
      { with: 'server' as const, url: 'ws://h/', request: 'GET / HTTP/1.1\r\n\r\n', response },
    ];
    const masked = maskHandshake({ exchanges, body: 'sid is canary-1, canary-2' }, { secrets: ['canary-2'] });
    expect(JSON.stringify(masked)).not.toContain('canary');
    expect(masked.exchanges[0]!.response).toMatch(/\r\nX-Last: 1\r\n\r\n$/);
  });

  test('recognises the names of parsed headers with any blanks around them', () => {
    const headers = [['Set-Cookie ', 'sid=canary-1']] as const;
    const masked = maskHandshake({ headers, body: 'canary-1' }, {});
    expect(JSON.stringify(masked)).not.toContain('canary');
  });

  test.each(['pass', 'bearer', 'session', 'code', 'otp', 'totp', 'oauth', 'PHPSESSID', 'user[pass]'])(
    'masks the parameter %s of a URL, and its echoes',
    (name) => {
      const masked = maskHandshake(
        { body: 'It was canary/1+x, canary%2f1%2bx.' },
        { url: `ws://h/?a=1&${name}=canary%2F1%2Bx` },
      );
      expect(masked.body).toBe(`It was ${MASK}, ${MASK}.`);
    },
  );
});
