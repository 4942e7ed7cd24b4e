import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { connectRequest } from '../../../src/vscode/connectArguments.ts';
import { Uri, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => {
  workspace.workspaceFolders = undefined;
});

test('a text is the URL', () => {
  expect(connectRequest('ws://localhost')).toEqual({ options: { url: 'ws://localhost' }, name: undefined });
});

test('a URI is used as written, without encoding', () => {
  const uri = {
    scheme: 'ws',
    authority: 'localhost',
    path: '/a',
    toString: (skipEncoding?: boolean) => (skipEncoding ? 'ws://localhost/a?b=c' : 'ws://localhost/a?b%3Dc'),
  };
  expect(connectRequest(uri).options.url).toBe('ws://localhost/a?b=c');
});

test('an object sets the options that it names, and the settings give the others', () => {
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
  [{ url: 'ws://a', insecure: 1 }, /insecure must be true or false/],
  [{ url: 'ws://a', heartbeat: '15s' }, /heartbeat must be a number/],
  [{ url: 'ws://a', minTlsVersion: 1.2 }, /minTlsVersion must be a text/],
  [{ url: 'ws://a', ca: 'ca.pem' }, /ca must be a list of texts/],
  [{ url: 'ws://a', deflateParameters: true }, /deflateParameters must be an object/],
  [{ url: 'ws://a', deflateParameters: { bits: 9 } }, /deflateParameters must be an object/],
  [{ url: 'ws://a', deflateParameters: { clientMaxWindowBits: '9' } }, /deflateParameters must be an object/],
  [{ url: 'ws://a', subprotocols: 'v1' }, /subprotocols must be a list/],
  [{ url: 'ws://a', subprotocols: [1] }, /subprotocols must be a list/],
  [{ url: 'ws://a', headers: 'X: 1' }, /headers must be/],
  [{ url: 'ws://a', headers: { X: 1 } }, /headers must be/],
  [{ url: 'ws://a', headers: [['X']] }, /headers must be/],
])('%j is refused with the reason', (given, reason) => {
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

test('takes every option of a connection', () => {
  const options = connectOptions({ url: 'ws://a' });
  // Which of its texts are secrets is for a request file to say.
  expect({ ...connectRequest(options).options, secrets: [] }).toEqual(options);
  const deflateParameters = { clientMaxWindowBits: 9, serverNoContextTakeover: true };
  expect(connectRequest({ url: 'ws://a', deflateParameters }).options).toEqual({
    url: 'ws://a',
    deflateParameters,
  });
});

test('paths are relative to the first folder of the workspace, else to the home folder, or absolute', () => {
  const given = { url: 'wss://a', ca: ['ca.pem', '~/ca.pem', resolve('/etc/ca.pem')], cert: 'c.pem' };
  const home = (name: string): string => join(homedir(), name);
  expect(connectRequest(given).options).toMatchObject({
    ca: [home('ca.pem'), home('ca.pem'), resolve('/etc/ca.pem')],
    cert: home('c.pem'),
  });
  workspace.workspaceFolders = [{ uri: Uri.file(resolve('/project')) }];
  expect(connectRequest(given).options).toMatchObject({
    ca: [resolve('/project/ca.pem'), home('ca.pem'), resolve('/etc/ca.pem')],
    cert: resolve('/project/c.pem'),
  });
});
