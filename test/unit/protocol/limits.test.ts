import { encode as encodeCbor } from 'cbor2';
import { describe, expect, it } from 'vitest';
import { MAX_OPEN_INVOCATIONS } from '../../../src/core/protocol/signalr/signalrDecoder.ts';
import {
  MAX_NAME_CHARS,
  MAX_SNIFFED,
  MAX_TOPIC_FILTERS,
  MAX_UNITS,
} from '../../../src/core/protocol/limits.ts';
import type { Peer, Role, WireMessage } from '../../../src/core/protocol/protocolModule.ts';
import { detectProtocol, MAX_DETECTED_MESSAGES } from '../../../src/core/protocol/registry.ts';
import {
  binary,
  call,
  context,
  countingPorts,
  decodeAll,
  decodeOne,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';
import { json, RS } from './support/hubMessages.ts';
import { written } from './support/mqttReference.ts';

// Peers and decoders limit the data that they keep of a hostile other side, and do not parse messages that are too
// long to open a protocol. Each case has the largest number that is still taken, and one more. The limits that a
// decoder names as a problem are in the tests of their protocols.

/** Bytes of a message that may open a protocol. */
const OPENING = 64 * 1024;

/** Entries that a server keeps of its client. */
const KEPT = 1000;

const peerOf = (id: string, role: Role): Peer => protocol(id).createPeer(context(id), role, countingPorts());

/** A text of a length, with a filling in it. */
const filled = (write: (filling: string) => string, length: number): string =>
  write('x'.repeat(length - write('').length));

describe('a message that opens a protocol', () => {
  interface Opening {
    readonly id: string;
    readonly role: Role;
    readonly message: (filling: string) => string;
    /** What changes if the message is read. */
    readonly state: (peer: Peer, answers: readonly unknown[]) => unknown;
    readonly read: unknown;
    readonly unread: unknown;
  }

  const opening = (peer: Peer): unknown => peer.opening.state;
  const count = (_: Peer, answers: readonly unknown[]): unknown => answers.length;

  const OPENINGS: readonly Opening[] = [
    {
      id: 'signalr',
      role: 'client',
      message: (filling) => `{"filling":"${filling}"}${RS}`,
      state: opening,
      read: 'accepted',
      unread: 'waiting',
    },
    {
      id: 'signalr',
      role: 'server',
      message: (filling) => `{"protocol":"json","version":1,"filling":"${filling}"}${RS}`,
      state: count,
      read: 1,
      unread: 0,
    },
    {
      id: 'socket.io',
      role: 'client',
      message: (filling) => `0{"sid":"a","pingInterval":1000,"filling":"${filling}"}`,
      state: count,
      read: 1,
      unread: 0,
    },
    {
      id: 'socket.io',
      role: 'server',
      message: (filling) => `40{"filling":"${filling}"}`,
      state: count,
      read: 1,
      unread: 0,
    },
    {
      id: 'graphql-transport-ws',
      role: 'client',
      message: (filling) => `{"type":"connection_ack","payload":"${filling}"}`,
      state: opening,
      read: 'accepted',
      unread: 'waiting',
    },
    {
      id: 'graphql-transport-ws',
      role: 'server',
      message: (filling) => `{"type":"connection_init","payload":"${filling}"}`,
      state: count,
      read: 1,
      unread: 0,
    },
  ];

  it.each(OPENINGS)('is at most 64 KiB long: $id, $role', ({ id, role, message, state, read, unread }) => {
    const states = [OPENING, OPENING + 1].map((length) => {
      const peer = peerOf(id, role);
      peer.start(true);
      const written = text(role === 'client' ? 'server' : 'client', filled(message, length));
      return state(peer, peer.receive(written));
    });
    expect(states).toEqual([read, unread]);
  });

  it('is at most 64 KiB long in MessagePack and CBOR too, whatever it is as JSON', () => {
    // Numbers of nine bytes each, where one is enough: [2, 1, {"x": [1, 1, …]}], which is WELCOME.
    const numbers = (form: number, amount: number): number[] =>
      Array.from({ length: amount }, () => [form, 0, 0, 0, 0, 0, 0, 0, 1]).flat();
    const amount = Math.floor(OPENING / 9);
    const list = (head: number, count: number): number[] => [head, count >> 8, count & 255];
    const welcome = {
      'wamp-msgpack': (count: number) => [
        0x93,
        2,
        1,
        0x81,
        0xa1,
        0x78,
        ...list(0xdc, count),
        ...numbers(0xcf, count),
      ],
      'wamp-cbor': (count: number) => [
        0x83,
        2,
        1,
        0xa1,
        0x61,
        0x78,
        ...list(0x99, count),
        ...numbers(0x1b, count),
      ],
    };
    for (const [id, write] of Object.entries(welcome)) {
      const states = [amount - 1, amount].map((count) => {
        const peer = peerOf(id, 'client');
        const realm = peer.encode(call('hello', { arguments: ['r'] }));
        expect(realm).toHaveProperty('messages');
        peer.receive(binary('server', write(count)));
        return peer.opening.state;
      });
      expect(states, id).toEqual(['accepted', 'waiting']);
    }
  });

  it('that was sent counts for the next verbs up to 64 KiB', () => {
    const rpc = (filling: string) => `{"jsonrpc":"2.0","id":41,"method":"m","params":["${filling}"]}`;
    const idAfter = (id: string, message: WireMessage) => {
      const peer = peerOf(id, 'client');
      peer.follow(message);
      const encoded = peer.encode(call('call', { arguments: ['m'] }));
      return 'awaits' in encoded ? encoded.awaits : undefined;
    };
    expect(idAfter('json-rpc', text('client', filled(rpc, OPENING)))).toBe('42');
    expect(idAfter('json-rpc', text('client', filled(rpc, OPENING + 1)))).toBe('1');
    const wamp = (length: number) => binary('client', encodeCbor([48, 41, {}, 'm', ['x'.repeat(length)]]));
    expect(idAfter('wamp-cbor', wamp(OPENING - 100))).toBe('42');
    expect(idAfter('wamp-cbor', wamp(OPENING))).toBe('1');
  });
});

describe('a protocol is recognised', () => {
  const rpc = (filling: string) => `{"jsonrpc":"2.0","method":"m","params":["${filling}"]}`;
  const found = (...messages: WireMessage[]) =>
    detectProtocol({ subprotocol: '', url: 'ws://localhost/', messages })?.protocol.id;

  it('by a message of at most 64 KiB', () => {
    expect(found(text('client', filled(rpc, MAX_SNIFFED)))).toBe('json-rpc');
    expect(found(text('client', filled(rpc, MAX_SNIFFED + 1)))).toBeUndefined();
  });

  it('by one of the first messages, in SockJS too', () => {
    const other = new Array<WireMessage>(MAX_DETECTED_MESSAGES).fill(text('client', 'hello'));
    expect(found(...other.slice(1), text('client', rpc('')))).toBe('json-rpc');
    expect(found(...other, text('client', rpc('')))).toBeUndefined();
    const inside = (...texts: string[]) =>
      decodeAll('sockjs', [text('server', `a${JSON.stringify(texts)}`)]).units.map(({ type, name }) => [
        type,
        name,
      ]);
    expect(inside('a', 'b', rpc(''))).toContainEqual(['event', 'm']);
    expect(inside('a', 'b', 'c', rpc(''))).not.toContainEqual(['event', 'm']);
  });
});

describe('a server keeps of its client', () => {
  const names = Array.from({ length: KEPT + 1 }, (_, index) => `t${index}`);
  const last = KEPT - 1;

  it('so many subscriptions: STOMP', () => {
    const server = peerOf('stomp', 'server');
    for (const name of names)
      server.receive(text('client', `SUBSCRIBE\nid:${name}\ndestination:/${name}\n\n\0`));
    const to = (index: number) => {
      const encoded = server.encode(call('message', { arguments: [`/t${index}`], isBroadcast: true }));
      return 'messages' in encoded ? encoded.messages.length : encoded.problem;
    };
    expect([to(0), to(last), to(KEPT)]).toEqual([1, 1, 0]);
    server.receive(
      text('client', `UNSUBSCRIBE\nid:t0\n\n\0SUBSCRIBE\nid:t${KEPT}\ndestination:/t${KEPT}\n\n\0`),
    );
    expect([to(0), to(KEPT)]).toEqual([0, 1]);
  });

  it('so many filters: MQTT', () => {
    const server = peerOf('mqtt', 'server');
    const subscribe = (topics: string[], qos: 0 | 1) =>
      binary(
        'client',
        written({ cmd: 'subscribe', messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos })) }),
      );
    expect(server.receive(subscribe(names, 0))).toHaveLength(1);
    const to = (index: number) => {
      const encoded = server.encode(
        call('publish', { arguments: [`t${index}`], options: { qos: '1' }, body: '', isBroadcast: true }),
      );
      return 'messages' in encoded ? encoded.messages.map(({ data }) => data[0]! & 6) : encoded.problem;
    };
    expect([to(0), to(last), to(KEPT)]).toEqual([[0], [0], []]);
    // A filter that it has can change still.
    server.receive(subscribe(['t0'], 1));
    expect(to(0)).toEqual([2]);
  });

  it('so many subjects: NATS', () => {
    const server = peerOf('nats', 'server');
    server.receive(text('client', names.map((name, index) => `SUB ${name} ${index}\r\n`).join('')));
    const to = (index: number) => {
      const encoded = server.encode(
        call('message', { arguments: [`t${index}`], body: 'x', isBroadcast: true }),
      );
      return 'messages' in encoded ? encoded.messages.map(textOf) : encoded.problem;
    };
    expect([to(0), to(last), to(KEPT)]).toEqual([
      ['MSG t0 0 1\r\nx\r\n'],
      [`MSG t${last} ${last} 1\r\nx\r\n`],
      [],
    ]);
    server.receive(text('client', 'SUB t0 7\r\n'));
    expect(to(0)).toEqual(['MSG t0 7 1\r\nx\r\n']);
  });

  it('so many namespaces: Socket.IO', () => {
    const server = peerOf('socket.io', 'server');
    for (const name of names) expect(server.receive(text('client', `40/${name},`))).toHaveLength(1);
    const to = (index: number) => {
      const taken = { type: 'event', name: 'e', scope: `/t${index}`, range: { start: 0, end: 0 } } as const;
      const encoded = server.encode(call('emit', { arguments: ['e'], body: '[]', isBroadcast: true, taken }));
      return 'messages' in encoded ? encoded.messages.length : encoded.problem;
    };
    expect([to(0), to(last), to(KEPT)]).toEqual([1, 1, 0]);
  });
});

describe('a decoder keeps', () => {
  it('the latest subjects of NATS', () => {
    const decoder = protocol('nats').createDecoder(context('nats'));
    for (let id = 0; id <= MAX_TOPIC_FILTERS; id++) decoder.decode(text('client', `SUB s.${id} ${id}\r\n`));
    const nameOf = (id: number) => decoder.decode(text('client', `UNSUB ${id}\r\n`)).units[0]?.name;
    expect([nameOf(0), nameOf(1), nameOf(MAX_TOPIC_FILTERS)]).toEqual(['', 's.1', `s.${MAX_TOPIC_FILTERS}`]);
  });

  it('the latest operations of GraphQL', () => {
    const decoder = protocol('graphql-transport-ws').createDecoder(context('graphql-transport-ws'));
    const most = 10_000;
    for (let id = 0; id <= most; id++)
      decoder.decode(
        text('client', `{"id":"${id}","type":"subscribe","payload":{"query":"query Q${id} { a }"}}`),
      );
    const nameOf = (id: number) =>
      decoder.decode(text('server', `{"id":"${id}","type":"next","payload":{"data":1}}`)).units[0]?.name;
    expect([nameOf(0), nameOf(1), nameOf(most)]).toEqual(['', 'Q1', `Q${most}`]);
  });

  it('no invocation of SignalR with an id that is longer than a name', () => {
    const completed = (length: number) => {
      const invocationId = 'i'.repeat(length);
      const [, unit] = decodeAll('signalr', [
        json('client', { type: 1, invocationId, target: 'Add', arguments: [] }),
        json('server', { type: 3, invocationId }),
      ]).units;
      return unit?.name;
    };
    expect([completed(MAX_NAME_CHARS), completed(MAX_NAME_CHARS + 1)]).toEqual(['Add', '']);
    expect(MAX_OPEN_INVOCATIONS).toBe(1000);
  });

  it('the latest topics that a verb of a table named', () => {
    const peer = peerOf('phoenix', 'client');
    for (let n = 0; n <= MAX_TOPIC_FILTERS; n++)
      peer.follow(text('client', `["r${n}","r${n}","t${n}","phx_join",{}]`));
    const joinOf = (topic: string) => {
      const encoded = peer.encode(call('push', { arguments: [topic, 'e'], body: '{}' }));
      const [message] = 'messages' in encoded ? sent('client', encoded.messages) : [];
      return (JSON.parse(textOf(message)) as unknown[])[0];
    };
    expect([joinOf('t0'), joinOf(`t${MAX_TOPIC_FILTERS}`)]).toEqual([null, `r${MAX_TOPIC_FILTERS}`]);
  });
});

describe('what is said of a message is short', () => {
  it('the reason of a refusal has the start of the body of ERROR only', () => {
    const client = peerOf('stomp', 'client');
    client.start(true);
    client.receive(text('server', `ERROR\nmessage:no\n\n${'d'.repeat(5000)}\0`));
    expect(client.opening).toEqual({
      state: 'refused',
      reason: `The server refused the STOMP session: no: ${'d'.repeat(200)}.`,
    });
  });

  it('a packet of Socket.IO has ids and attachments of a few digits', () => {
    const url = context('socket.io').url;
    const digits = '1'.repeat(20);
    expect(decodeOne('socket.io', text('client', `42${digits}["a"]`), url)).toMatchObject({
      type: 'call',
      id: digits,
    });
    expect(decodeAll('socket.io', [text('client', `42${digits}1["a"]`)], url).units).toEqual([]);
  });

  it.each([
    ['SUBACK', 0x90],
    ['UNSUBACK', 0xb0],
  ])('%s has no more reason codes than a message has units', (name, first) => {
    const packet = (codes: number) => {
      const length = 2 + codes;
      return binary('server', [first, (length & 127) | 128, length >> 7, 0, 1, ...new Uint8Array(codes)]);
    };
    expect(decodeOne('mqtt', packet(MAX_UNITS)).name).toBe(name);
    expect(decodeAll('mqtt', [packet(MAX_UNITS + 1)])).toMatchObject({
      units: [],
      problems: [
        {
          code: 'decode.limit',
          message: `More than ${MAX_UNITS} reason codes of a packet are not decoded.`,
          at: 5,
        },
      ],
    });
  });
});
