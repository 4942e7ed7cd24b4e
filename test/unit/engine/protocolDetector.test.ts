import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { setUserTables, userTables } from '../../../src/core/protocol/registry.ts';
import type { ProtocolTable } from '../../../src/core/protocol/table/protocolTable.ts';
import { ProtocolDetector } from '../../../src/engine/protocolDetector.ts';
import { ZlibStreamWriter } from '../../support/zlibStream.ts';

const none = userTables();
afterEach(() => setUserTables(none));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const JSON_RPC = '{"jsonrpc":"2.0","id":1,"method":"a"}';

function setUp(given: { protocol?: string; url?: string; decode?: readonly string[] } = {}, own?: 'server') {
  const options = { protocol: 'auto', url: 'ws://a.test/', decode: [] as readonly string[], ...given };
  const detector = new ProtocolDetector(() => options, own);
  return {
    ...{ options, detector },
    open: (protocol: unknown = '') => detector.onRow('open', 'none', bytes(JSON.stringify({ protocol }))),
    text: (text: string) => detector.onRow('text', 'in', bytes(text)),
    binary: (data: Uint8Array, direction: 'in' | 'out' = 'in') => detector.onRow('binary', direction, data),
  };
}

describe('the protocol of a session', () => {
  it('is the named one before anything connects', () => {
    expect(setUp({ protocol: 'mqtt' }).detector.current).toMatchObject({ id: 'mqtt', title: 'MQTT' });
  });

  it('is recognised by the URL, the subprotocol or the first messages, with the reason', () => {
    const byUrl = setUp({ url: 'ws://a.test/socket.io/?EIO=4&transport=websocket' });
    byUrl.open();
    expect(byUrl.detector.current).toMatchObject({
      id: 'socket.io',
      reason: 'Socket.IO: path /socket.io/, EIO=4',
    });
    const bySubprotocol = setUp();
    bySubprotocol.open('ocpp1.6');
    expect(bySubprotocol.detector.current).toMatchObject({
      id: 'ocpp',
      reason: expect.stringContaining('subprotocol ocpp1.6') as string,
    });
    const byMessage = setUp();
    byMessage.open();
    byMessage.text(JSON_RPC);
    expect(byMessage.detector.current?.id).toBe('json-rpc');
  });

  it('does not exist if none is recognised, or if it is switched off', () => {
    const { detector, open, text } = setUp();
    open();
    text('hello');
    expect(detector.current).toBeUndefined();
    const off = setUp({ protocol: 'none' });
    off.open('ocpp1.6');
    off.text(JSON_RPC);
    expect(off.detector.current).toBeUndefined();
  });

  it('is searched in the first messages only', () => {
    const { detector, open, text } = setUp();
    open();
    for (let count = 0; count < 100; count++) text('hello');
    text(JSON_RPC);
    expect(detector.current).toBeUndefined();
  });

  it('is detected again in the next connection', () => {
    const { detector, open, text } = setUp();
    open('ocpp1.6');
    expect(detector.current?.id).toBe('ocpp');
    open();
    expect(detector.current).toBeUndefined();
    text(JSON_RPC);
    expect(detector.current?.id).toBe('json-rpc');
  });

  it('follows another choice at once, also in the middle of a connection', () => {
    const { detector, options, open, text } = setUp({ protocol: 'none' });
    open();
    text(JSON_RPC);
    options.protocol = 'auto';
    expect(detector.current?.id).toBe('json-rpc');
    options.protocol = 'mqtt';
    expect(detector.current?.id).toBe('mqtt');
  });

  it('follows the tables of the user at once', () => {
    const { detector, open, text } = setUp();
    open();
    text('{"topic":"a"}');
    expect(detector.current).toBeUndefined();
    const table = {
      id: 'feed',
      title: 'Feed',
      detect: { messages: [{ '$.topic': { exists: true } }] },
      rules: [{ type: 'event' }],
    };
    setUserTables([table as unknown as ProtocolTable]);
    expect(detector.current?.id).toBe('feed');
    setUserTables(none);
    expect(detector.current).toBeUndefined();
  });

  it('is that of decode rules if there are some and no protocol is known', () => {
    const { detector } = setUp({ decode: ['msgpack in'] });
    expect(detector.current).toMatchObject({ title: 'Rules', reason: 'msgpack in' });
  });

  it.each([undefined, 1, null, ['ocpp1.6'], { a: 1 }])(
    'ignores the subprotocol %j of a damaged row',
    (protocol) => {
      const { detector, open } = setUp();
      open(protocol);
      expect(detector.current).toBeUndefined();
    },
  );

  it('ignores an open row that is not JSON', () => {
    const { detector } = setUp();
    expect(() => detector.onRow('open', 'none', bytes('{'))).not.toThrow();
    expect(detector.current).toBeUndefined();
  });

  it('keeps no view of a reused buffer', () => {
    const { detector, options, open } = setUp({ protocol: 'none' });
    open();
    const buffer = bytes(JSON_RPC);
    detector.onRow('text', 'in', buffer);
    buffer.fill(0);
    options.protocol = 'auto';
    expect(detector.current?.id).toBe('json-rpc');
  });
});

describe('the protocol inside a zlib stream', () => {
  const RULES = { title: 'Rules' };
  const { part, parts } = {
    part: (text: string) => new ZlibStreamWriter().part(text),
    parts: (...texts: string[]) => new ZlibStreamWriter().parts(texts),
  };

  it('is recognised in the first message, or in one that refers back to it', async () => {
    const first = setUp({ decode: ['zlib-stream'] });
    first.open();
    expect(first.detector.current).toMatchObject({ ...RULES, reason: 'zlib-stream' });
    first.binary(await part(JSON_RPC));
    const plain = setUp();
    plain.open();
    plain.text(JSON_RPC);
    expect(first.detector.current?.id).toBe('json-rpc');
    expect(first.detector.current).toEqual(plain.detector.current);
    const third = setUp({ decode: ['msgpack out', 'ZLIB-stream in'] });
    third.open();
    for (const each of await parts(JSON_RPC.replace('jsonrpc', 'json'), 'hello', JSON_RPC))
      third.binary(each);
    expect(third.detector.current?.id).toBe('json-rpc');
  });

  it('is recognised where the messages of this side are a stream, and beside text', async () => {
    const { detector, open, text, binary } = setUp({ decode: ['zlib-stream out'] });
    open();
    text('hello');
    binary(await part(JSON_RPC), 'out');
    expect(detector.current?.id).toBe('json-rpc');
    const served = setUp({ decode: ['zlib-stream in'] }, 'server');
    served.open();
    served.binary(await part(JSON_RPC), 'in');
    expect(served.detector.current?.id).toBe('json-rpc');
  });

  it('is recognised in a part that two messages share', async () => {
    const { detector, open, binary } = setUp({ decode: ['zlib-stream'] });
    const data = await part(JSON_RPC);
    open();
    binary(data.subarray(0, 9));
    expect(detector.current).toMatchObject(RULES);
    binary(data.subarray(9));
    expect(detector.current?.id).toBe('json-rpc');
  });

  it('is a new stream in the next connection, of which none may be known', async () => {
    const { detector, open, binary } = setUp({ decode: ['zlib-stream'] });
    open();
    binary(await part(JSON_RPC));
    expect(detector.current?.id).toBe('json-rpc');
    open();
    expect(detector.current).toMatchObject(RULES);
    binary(await part(JSON_RPC));
    expect(detector.current?.id).toBe('json-rpc');
  });

  it('follows another choice of rules at once', async () => {
    const { detector, options, open, binary } = setUp();
    open();
    binary(await part(JSON_RPC));
    expect(detector.current).toBeUndefined();
    options.decode = ['zlib-stream'];
    expect(detector.current?.id).toBe('json-rpc');
    options.decode = ['zlib-stream out'];
    expect(detector.current).toMatchObject(RULES);
    options.decode = [];
    expect(detector.current).toBeUndefined();
  });

  it('leaves a protocol that is named or switched off as it is', async () => {
    const named = setUp({ decode: ['zlib-stream'], protocol: 'mqtt' });
    named.open();
    named.binary(await part(JSON_RPC));
    expect(named.detector.current?.id).toBe('mqtt');
    const off = setUp({ decode: ['zlib-stream'], protocol: 'none' });
    off.open();
    off.binary(await part(JSON_RPC));
    expect(off.detector.current).toMatchObject(RULES);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['no stream', async () => bytes(JSON_RPC)],
    ['nothing', async () => new Uint8Array()],
    ['a broken part', async () => Uint8Array.of(0x78, 0x9c, 0xff, 0xff, 0, 0, 0xff, 0xff)],
    ['a bomb', () => part(`${JSON_RPC}${' '.repeat(17 * 1024 * 1024)}`)],
    ['a part that is too long to be kept', () => part(`"${randomBytes(100_000).toString('hex')}"`)],
  ])('is unknown after %s', async (_, made) => {
    const { detector, open, binary } = setUp({ decode: ['zlib-stream'] });
    open();
    binary(await made());
    expect(detector.current).toMatchObject(RULES);
  });

  it('is looked for in the first messages only', async () => {
    const { detector, open, binary } = setUp({ decode: ['zlib-stream'] });
    open();
    for (const each of await parts('a', 'b', 'c', JSON_RPC)) binary(each);
    expect(detector.current).toMatchObject(RULES);
  });
});
