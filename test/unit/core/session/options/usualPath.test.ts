import { describe, expect, it } from 'vitest';
import { usualPath, withSocketIoPath } from '../../../../../src/core/session/options/usualPath.ts';

const PATH = '/socket.io/?EIO=4&transport=websocket';

describe('the usual path of a protocol', () => {
  it.each([
    ['ws://h', `ws://h${PATH}`],
    ['WSS://user:p@h.test:8443/', `WSS://user:p@h.test:8443${PATH}`],
    ['ws://[::1]:3000', `ws://[::1]:3000${PATH}`],
  ])('is added to %s', (url, whole) => {
    expect(withSocketIoPath(url)).toBe(whole);
    expect(usualPath({ url, protocol: 'socket.io' })).toBe(PATH);
    expect(usualPath({ url, protocol: 'socket.io-msgpack' })).toBe(PATH);
  });

  it.each([
    'ws://h/chat',
    'ws://h//',
    'ws://h?EIO=4',
    'ws://h/?EIO=4',
    'ws://h/#a',
    'ws://',
    'http://h',
    'ws+unix:/tmp/s:/',
    '',
    'ws://h\n',
  ])('is not offered for %j', (url) => {
    expect(withSocketIoPath(url)).toBeUndefined();
    expect(usualPath({ url, protocol: 'socket.io' })).toBeUndefined();
  });

  it.each(['auto', 'none', 'json-rpc', '', undefined])('is unknown for the protocol %j', (protocol) => {
    expect(usualPath({ url: 'ws://h', ...(protocol !== undefined && { protocol }) })).toBeUndefined();
  });
});
