import { expect, test } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { connectRequest } from '../../../src/vscode/connectArguments.ts';

test('a text is the URL', () => {
  expect(connectRequest('ws://localhost')).toEqual({ options: { url: 'ws://localhost' }, name: undefined });
});

test('a URI is taken as it was written, without encoding', () => {
  const uri = {
    scheme: 'ws',
    authority: 'localhost',
    path: '/a',
    toString: (skipEncoding?: boolean) => (skipEncoding ? 'ws://localhost/a?b=c' : 'ws://localhost/a?b%3Dc'),
  };
  expect(connectRequest(uri).options.url).toBe('ws://localhost/a?b=c');
});

test('an object sets what it names and leaves the rest to the settings', () => {
  expect(
    connectRequest({
      url: 'ws://localhost',
      name: 'mine',
      subprotocols: ['a', 'b'],
      handshakeTimeout: 500,
      deflate: false,
      ignored: true,
    }),
  ).toEqual({
    options: { url: 'ws://localhost', subprotocols: ['a', 'b'], handshakeTimeout: 500, deflate: false },
    name: 'mine',
  });
});

test('headers are pairs in order, or an object', () => {
  const pairs = [
    ['X-A', '1'],
    ['X-A', '2'],
  ];
  expect(connectRequest({ url: 'ws://a', headers: pairs }).options.headers).toEqual(pairs);
  expect(connectRequest({ url: 'ws://a', headers: { 'X-A': '1', B: '2' } }).options.headers).toEqual([
    ['X-A', '1'],
    ['B', '2'],
  ]);
});

test.each([
  [undefined, /the argument must be a URL/],
  [42, /the argument must be/],
  [['ws://a'], /the argument must be/],
  [{}, /url must be a text/],
  [{ url: 1 }, /url must be a text/],
  [{ url: 'ws://a', name: 1 }, /name must be a text/],
  [{ url: 'ws://a', maxPayload: '1' }, /maxPayload must be a number/],
  [{ url: 'ws://a', closeTimeout: null }, /closeTimeout must be a number/],
  [{ url: 'ws://a', deflate: 'no' }, /deflate must be true or false/],
  [{ url: 'ws://a', subprotocols: 'v1' }, /subprotocols must be a list/],
  [{ url: 'ws://a', subprotocols: [1] }, /subprotocols must be a list/],
  [{ url: 'ws://a', headers: 'X: 1' }, /headers must be/],
  [{ url: 'ws://a', headers: { X: 1 } }, /headers must be/],
  [{ url: 'ws://a', headers: [['X']] }, /headers must be/],
])('%j is refused with what is wrong', (given, reason) => {
  const error = (() => {
    try {
      return connectRequest(given);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(DuplexError);
  expect(error).toMatchObject({ code: 'call.invalid', message: expect.stringMatching(reason) as string });
});

test('keep says whether the recording outlives the session', () => {
  expect(connectRequest({ url: 'ws://localhost', keep: false }).keep).toBe(false);
  expect('keep' in connectRequest({ url: 'ws://localhost' })).toBe(false);
  expect(() => connectRequest({ url: 'ws://localhost', keep: 'no' })).toThrow(/keep must be true or false/);
});
