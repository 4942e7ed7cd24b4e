import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES, MAX_UNITS } from '../../../src/core/protocol/limits.ts';
import { PROTOCOLS } from '../../../src/core/protocol/builtInProtocols.ts';
import type { WireMessage } from '../../../src/core/protocol/protocolModule.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import { context, countingPorts, decodeAll, text } from './support/conversation.ts';

const direction = fc.constantFrom('client' as const, 'server' as const);

/** Valid messages of all protocols, to be mutated. */
const SEEDS = [
  '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}',
  '452-/nsp,12["name",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
  '44{"message":"no"}',
  '{"id":"1","type":"subscribe","payload":{"query":"subscription A { a }"}}',
  '{"id":"1","type":"next","payload":{"data":null,"errors":[{"message":"x","path":["a",1]}]}}',
  '[{"jsonrpc":"2.0","id":1,"method":"m","params":[1.0]},{"jsonrpc":"2.0","id":1,"error":{"message":"x"}}]',
  '[2,"id","Action",{}]',
  '["1","2","topic","phx_reply",{"status":"ok","response":{}}]',
  '{"command":"message","identifier":"{\\"channel\\":\\"C\\"}","data":"{\\"action\\":\\"a\\"}"}',
  '{"event":"pusher:subscribe","data":{"channel":"c"}}',
  '{"id":1,"connect":{}}\n{"push":{"channel":"c","pub":{"data":{}}}}\n{}',
  '[8,48,7814135,{},"error",["bad"],{}]',
  '{"id":3,"type":"subscribe_events","event_type":"state_changed"}',
  '{"id":3,"type":"event","event":{"data":{}}}',
  '{"id":5,"method":"Page.enable","params":{},"sessionId":"s"}',
  '{"type":"error","error":{"message":"x","event_id":"e"}}',
  'CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0\n',
  'MESSAGE\ndestination:/a\\cb\nsubscription:0\ncontent-length:5\n\nab\0cd\0RECEIPT\nreceipt-id:1\n\n\0',
  'a["MESSAGE\\ndestination:/a\\n\\nhi\\u0000","{}"]',
  '["42[1]"]',
  'c[3000,"Go away!"]',
  'HMSG a.b 9 r 22 27\r\nNATS/1.0\r\nBar: Baz\r\n\r\nhello\r\n-ERR \'no\'\r\nINFO {"a":1}\r\n',
  '{"protocol":"messagepack","version":1}\u001e',
  '{"type":4,"invocationId":"1","target":"T","arguments":[1],"streamIds":["2"]}\u001e{"type":3,"invocationId":"1","result":1}\u001e',
  '\u0011\u0096\u0001\u0080\u00a3xyz\u00a6method\u0091\u002a\u0090\u0002\u0091\u0006',
];

/** Protocols whose payloads have no levels as text: they are decoded no further, or are binary. */
const FLAT = new Set(['stomp', 'mqtt', 'nats', 'sockjs', 'sockjs-stomp', 'wamp-msgpack', 'wamp-cbor']);

/**
 * Packets of MQTT: CONNECT of version 5 with a will, SUBSCRIBE, PUBLISH with an alias, PUBREC with a reason. Then an event
 * of Socket.IO in MessagePack, an attachment of Engine.IO 3, EVENT of WAMP in MessagePack and CBOR, and a push, a reply and a
 * broadcast of Phoenix.
 */
const BINARY_SEEDS = [
  '102000044d51545405c6003c0511000000090001610000017400016d000175000170',
  '820700010002612301d000',
  '3b0d0001740007032300017b7d20205003000787',
  '84a47479706502a36e7370a12fa46461746192a16101a2696403',
  '0484a47479706505a36e7370a12fa46461746192a161c40101a2696403',
  '952401028091a178',
  '8518240102a0816178',
  '000101010131327465ff',
  '01010101023132746f6bff',
  '020101746500ff',
];

const mutated = fc
  .record({
    seed: fc.constantFrom(
      ...SEEDS.map((seed) => Buffer.from(seed, seed.startsWith('\u0011') ? 'latin1' : 'utf8')),
      ...BINARY_SEEDS.map((seed) => Buffer.from(seed, 'hex')),
    ),
    edits: fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { maxLength: 6 }),
  })
  .map(({ seed, edits }) => {
    const bytes = [...seed];
    for (const [at, byte, how] of edits) {
      const index = at % (bytes.length + 1);
      if (how === 0) bytes[index] = byte;
      else if (how === 1) bytes.splice(index, 1);
      else bytes.splice(index, 0, byte, byte);
    }
    return Uint8Array.from(bytes);
  });

const message = fc.record({
  kind: fc.constantFrom('text' as const, 'binary' as const),
  from: direction,
  data: fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated, mutated),
});

describe.each(PROTOCOLS.map(({ id }) => id))('the decoder of %s', (id) => {
  const module = PROTOCOLS.find((each) => each.id === id)!;

  it('never throws for random and mutated messages, and reports where they break', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.constantFrom('', '?EIO=3', '?vsn=2.0.0'),
        (messages, query) => {
          const url = `ws://localhost/${query}`;
          const decoder = module.createDecoder({ url, subprotocol: '' });
          const peers = (['client', 'server'] as const).map((role) =>
            module.createPeer({ url, subprotocol: '' }, role, countingPorts()),
          );
          for (const peer of peers) peer.start(true);
          for (const each of messages) {
            const { units, problems } = decoder.decode(each);
            for (const unit of units.map(toUnit)) {
              expect(unit.summary.length).toBeLessThan(400);
              expect(unit.range.end).toBeLessThanOrEqual(each.data.length);
              if (unit.payload?.form === 'json') JSON.parse(unit.payload.content);
              if (unit.payload?.range) expect(unit.payload.range.end).toBeLessThanOrEqual(each.data.length);
            }
            for (const problem of problems) {
              expect(problem.at).toBeGreaterThanOrEqual(0);
              expect(problem.at).toBeLessThanOrEqual(each.data.length);
              expect(problem.message).toMatch(/\.$/);
            }
            for (const peer of peers) peer.receive(each);
            module.detect.message(each);
          }
          for (const peer of peers) peer.finish();
          const checkpoint = decoder.checkpoint();
          if (checkpoint !== undefined) module.createDecoder({ url, subprotocol: '' }, checkpoint);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('names the limits of length and depth', () => {
    const prefix = id.startsWith('socket.io') ? '42' : '';
    const suffix = id.startsWith('signalr') ? '\u001e' : '';
    const long: WireMessage = {
      kind: 'text',
      from: 'server',
      data: new Uint8Array(MAX_DECODED_BYTES + 8).fill(0x20),
    };
    long.data.set(new TextEncoder().encode(`${prefix}[`));
    const deep = text('server', `${prefix}["a",${'['.repeat(3000)}${']'.repeat(3000)}]${suffix}`);
    for (const each of FLAT.has(id) ? [long] : [long, deep]) {
      expect(decodeAll(id, [each]).problems, id).toMatchObject([{ code: 'decode.limit' }]);
    }
  });
});

describe('a message of many units', () => {
  it('is decoded up to the limit of one message', () => {
    const batch = `[${new Array(MAX_UNITS + 5).fill('{"jsonrpc":"2.0","method":"m"}').join(',')}]`;
    const { units, problems } = decodeAll('json-rpc', [text('client', batch)]);
    expect(units).toHaveLength(MAX_UNITS);
    expect(problems).toMatchObject([
      { code: 'decode.limit', message: `More than ${MAX_UNITS} units in one message are not decoded.` },
    ]);
  });

  it('is decoded up to the byte limit of attachments', () => {
    const part = { kind: 'binary', from: 'server', data: new Uint8Array(MAX_DECODED_BYTES / 2 + 1) } as const;
    const { units, problems } = decodeAll(
      'socket.io',
      [text('server', '452-["a"]'), part, part],
      context('socket.io').url,
    );
    expect(units).toEqual([]);
    expect(problems).toMatchObject([{ code: 'decode.limit' }]);
  });
});
