import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import { newTrace } from '../../../../src/net/connection.ts';
import { deflateOf } from '../../../../src/net/handshake/deflate.ts';
import { acceptUpgrade } from '../../../../src/net/handshake/upgradeAnswer.ts';
import { targetOf } from '../../../../src/net/target.ts';
import type { HeaderList } from '../../../../src/shared/timeline.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** The example of RFC 6455, section 1.3. */
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

type Changes = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The headers of a correct answer, some of them replaced, repeated or left out. */
function headers(changes: Changes = {}): HeaderList {
  const all: Changes = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': ACCEPT,
    ...changes,
  };
  return Object.entries(all).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => [name, value] as const),
  );
}

function accept(changes: Changes = {}, given: object = {}, version = '1.1') {
  const options = connectOptions({ url: 'ws://a:80/', ...given });
  const offer = { target: targetOf('ws://a:80/'), options, key: KEY, deflate: deflateOf(options) };
  const trace = newTrace();
  return { agreed: acceptUpgrade({ headers: headers(changes), version }, offer, trace), trace };
}

const NAME = 'Sec-WebSocket-Protocol';

describe('a 101 answer', () => {
  it('is accepted with the example of RFC 6455', () => {
    expect(accept().agreed).toEqual({ protocol: '', extensions: '', deflate: undefined });
  });

  it.each<[string, Changes]>([
    ['in other letter case', { Upgrade: 'WebSocket', Connection: 'upgrade' }],
    ['with further options of the connection', { Connection: 'keep-alive, Upgrade' }],
    ['with its options in several headers', { Connection: ['keep-alive', 'Upgrade'] }],
    ['with blanks and tabs in the list', { Connection: 'keep-alive ,\t Upgrade\t, x' }],
  ])('is accepted %s', (_, changes) => {
    expect(() => accept(changes)).not.toThrow();
  });

  it.each<[string, Changes, string]>([
    ['no Upgrade', { Upgrade: undefined }, 'it has no Upgrade header'],
    ['two Upgrades', { Upgrade: ['websocket', 'h2c'] }, 'comes twice: “websocket” and “h2c”'],
    ['three Upgrades', { Upgrade: ['websocket', 'websocket', 'x'] }, 'comes 3 times'],
    ['another Upgrade', { Upgrade: 'h2c' }, 'its Upgrade header is “h2c” and not websocket'],
    ['an empty Upgrade', { Upgrade: '' }, 'its Upgrade header is “” and not websocket'],
    ['no Connection', { Connection: undefined }, 'it has no Connection header'],
    ['a Connection that is kept', { Connection: 'keep-alive' }, 'does not say Upgrade'],
    [
      'a Connection that only contains the word',
      { Connection: 'no-upgrade, upgrades' },
      'does not say Upgrade',
    ],
    ['no Accept', { 'Sec-WebSocket-Accept': undefined }, 'it has no Sec-WebSocket-Accept header'],
    ['two Accepts', { 'Sec-WebSocket-Accept': [ACCEPT, ACCEPT] }, 'header comes twice'],
    ['an empty Accept', { 'Sec-WebSocket-Accept': '' }, `asks for “${ACCEPT}”`],
    [
      'an Accept in other letter case',
      { 'Sec-WebSocket-Accept': ACCEPT.toLowerCase() },
      `asks for “${ACCEPT}”`,
    ],
    [
      'the key itself as Accept',
      { 'Sec-WebSocket-Accept': createHash('sha1').update(KEY).digest('base64') },
      `asks for “${ACCEPT}”`,
    ],
  ])('is refused with %s', (_, changes, reason) => {
    expect(() => accept(changes)).toThrow(
      expect.objectContaining({
        code: 'handshake.accept',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });

  it('is refused in HTTP/1.0, which cannot upgrade', () => {
    expect(() => accept({}, {}, '1.0')).toThrow(/only HTTP\/1\.1 can upgrade/);
  });

  it('is quoted in short and visible form', () => {
    const hostile = `\u202eh2c\u0000${'x'.repeat(10_000)}`;
    let message = '';
    try {
      accept({ Upgrade: hostile });
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('‹U+202E›h2c');
    expect(message.length).toBeLessThan(350);
  });
});

describe('the subprotocol of an answer', () => {
  const offered = { subprotocols: ['v2.json', 'v1.json'] };

  it('may be any of the offered ones', () => {
    expect(accept({ [NAME]: 'v1.json' }, offered).agreed.protocol).toBe('v1.json');
  });

  it.each<[string, string | readonly string[] | undefined, object, string]>([
    ['is missing', undefined, offered, 'chose none of the subprotocols v2.json, v1.json'],
    ['is empty', '', offered, 'a subprotocol without a name'],
    ['differs in letter case', 'V1.JSON', offered, '“V1.JSON”, which is not among v2.json, v1.json'],
    ['was not offered', 'v3', offered, '“v3”, which is not among'],
    ['was not asked for', 'v3', {}, '“v3” though none was offered'],
    ['is a list', 'v2.json, v1.json', offered, 'chose several subprotocols'],
    ['comes in two headers', ['v2.json', 'v1.json'], offered, 'chose several subprotocols'],
    ['has an empty item', 'v2.json,', offered, 'a list with an empty item'],
  ])('is refused if it %s', (_, value, given, reason) => {
    expect(() => accept({ [NAME]: value }, given)).toThrow(
      expect.objectContaining({
        code: 'handshake.subprotocol',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });
});

describe('the extensions of an answer', () => {
  const EXTENSIONS = 'Sec-WebSocket-Extensions';
  const answered = (value: string | readonly string[], given: object = {}) =>
    accept({ [EXTENSIONS]: value }, given).agreed;

  it('are kept in the spelling of the server', () => {
    const { extensions, deflate } = answered('permessage-deflate; server_no_context_takeover');
    expect(extensions).toBe('permessage-deflate; server_no_context_takeover');
    expect(deflate).toBeDefined();
  });

  it.each(['', ' ', '\t'])('are none if the header is %j', (value) => {
    expect(answered(value).deflate).toBeUndefined();
  });

  it.each<[string, string | readonly string[], object, string]>([
    ['an unknown one', 'x-webkit-deflate-frame', {}, 'x-webkit-deflate-frame, which was not offered'],
    ['compression that was not offered', 'permessage-deflate', { deflate: false }, 'which was not offered'],
    ['compression twice', 'permessage-deflate, permessage-deflate', {}, 'permessage-deflate twice'],
    [
      'compression three times',
      ['permessage-deflate', 'permessage-deflate', 'permessage-deflate'],
      {},
      '3 times',
    ],
    ['an empty item', 'permessage-deflate,', {}, 'has an empty item'],
    ['no list', 'permessage-deflate; ;', {}, 'is not a list of extensions'],
    ['an unknown parameter', 'permessage-deflate; level=9', {}, 'level'],
    ['a window of 7 bits', 'permessage-deflate; server_max_window_bits=7', {}, 'server_max_window_bits'],
    ['a window of 16 bits', 'permessage-deflate; server_max_window_bits=16', {}, 'server_max_window_bits'],
    [
      'a larger window than asked for',
      'permessage-deflate; server_max_window_bits=12',
      { deflateParameters: { serverMaxWindowBits: 10 } },
      'grants server_max_window_bits=12, and at most 10 was requested',
    ],
    [
      'no window although one was asked for',
      'permessage-deflate',
      { deflateParameters: { serverMaxWindowBits: 10 } },
      'server_max_window_bits=10 was requested and not granted',
    ],
    [
      'context takeover although it was declined',
      'permessage-deflate',
      { deflateParameters: { serverNoContextTakeover: true } },
      'server_no_context_takeover was requested and not granted',
    ],
    [
      'a larger window for the client than it offered',
      'permessage-deflate; client_max_window_bits=14',
      { deflateParameters: { clientMaxWindowBits: 12 } },
      'client_max_window_bits=14, and at most 12 was offered',
    ],
  ])('are refused with %s', (_, value, given, reason) => {
    expect(() => answered(value, given)).toThrow(
      expect.objectContaining({
        code: 'handshake.extension',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });

  it('may accept exactly the offered ones', () => {
    const deflateParameters = {
      serverMaxWindowBits: 10,
      serverNoContextTakeover: true,
      clientMaxWindowBits: 12,
    };
    const answer =
      'permessage-deflate; server_max_window_bits=10; server_no_context_takeover; client_max_window_bits=12';
    expect(answered(answer, { deflateParameters }).deflate).toBeDefined();
  });
});
