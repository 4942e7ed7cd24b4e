import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Peer, WireMessage } from '../../../src/core/protocol/protocolModule.ts';
import { knownProtocols } from '../../../src/core/protocol/registry.ts';
import type { VerbCall } from '../../../src/core/protocol/verb.ts';
import {
  binary,
  call,
  context,
  countingPorts,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

type Said = Partial<VerbCall> & { verb: string };

function peerOf(id: string, url?: string): Peer {
  const peer = protocol(id).createPeer(
    { ...context(id), ...(url !== undefined && { url }) },
    'client',
    countingPorts(),
  );
  peer.start(false);
  return peer;
}

function say(peer: Peer, { verb, ...parts }: Said) {
  const encoded = peer.encode(call(verb, parts));
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  return encoded.messages;
}

/** The text of a verb after this side sent these texts without the peer. */
function after(id: string, texts: readonly string[], said: Said, url?: string): string {
  const peer = peerOf(id, url);
  for (const each of texts) peer.follow(text('client', each));
  return say(peer, said).map(textOf).join('\n');
}

describe('a verb after messages that no verb encoded', () => {
  const v2 = 'ws://localhost/socket/websocket?vsn=2.0.0';
  it.each<[string, readonly string[], Said, string, url?: string]>([
    [
      'json-rpc',
      ['{"jsonrpc":"2.0","id":7,"method":"m"}'],
      { verb: 'call', arguments: ['n'] },
      '{"jsonrpc":"2.0","id":8,"method":"n"}',
    ],
    [
      'json-rpc',
      ['[{"jsonrpc":"2.0","id":3,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]'],
      { verb: 'call', arguments: ['n'] },
      '{"jsonrpc":"2.0","id":4,"method":"n"}',
    ],
    [
      'json-rpc',
      ['{"jsonrpc":"2.0","id":99,"result":1}', '{"jsonrpc":"2.0","id":"x","method":"m"}', 'nothing'],
      { verb: 'call', arguments: ['n'] },
      '{"jsonrpc":"2.0","id":1,"method":"n"}',
    ],
    ['socket.io', ['40/admin,', '42/admin,4["x"]'], { verb: 'emit', arguments: ['y'] }, '42/admin,["y"]'],
    [
      'socket.io',
      ['40/admin,', '42/admin,4["x"]', '43/admin,9[]'],
      { verb: 'emit', arguments: ['y'], beside: ['ack'] },
      '42/admin,5["y"]',
    ],
    [
      'phoenix',
      ['["4","4","room:1","phx_join",{}]'],
      { verb: 'push', arguments: ['room:1', 'hello'] },
      '["4","5","room:1","hello",{}]',
      v2,
    ],
    [
      'phoenix',
      ['["4","4","room:1","phx_join",{}]', '["6","6","room:2","phx_join",{"a":1}]'],
      { verb: 'leave' },
      '["6","7","room:2","phx_leave",{}]',
      v2,
    ],
    [
      'phoenix',
      ['{"topic":"room:1","event":"phx_join","payload":{},"ref":"2","join_ref":"2"}'],
      { verb: 'leave' },
      '{"topic":"room:1","event":"phx_leave","payload":{},"ref":"3","join_ref":"2"}',
      'ws://localhost/socket/websocket',
    ],
    [
      'action-cable',
      ['{"command":"subscribe","identifier":"{\\"channel\\":\\"Chat\\",\\"id\\":1}"}'],
      { verb: 'unsubscribe' },
      '{"command":"unsubscribe","identifier":"{\\"channel\\":\\"Chat\\",\\"id\\":1}"}',
    ],
    ['centrifugo', ['{"id":5,"connect":{}}'], { verb: 'subscribe', arguments: ['c'] }, '{"id":6,'],
    ['wamp', ['[48,11,{},"com.sum"]'], { verb: 'call', arguments: ['p'] }, '[48,12,{},"p"'],
    [
      'signalr',
      ['{"type":1,"invocationId":"4","target":"A","arguments":[]}\u001e'],
      { verb: 'invoke', arguments: ['B'] },
      '{"type":1,"invocationId":"5","target":"B","arguments":[]}\u001e',
    ],
    [
      'signalr',
      ['{"type":4,"invocationId":"s","target":"A","arguments":[]}\u001e'],
      { verb: 'cancel' },
      '{"type":5,"invocationId":"s"}\u001e',
    ],
    ['nats', ['SUB a 4\r\nSUB b 9\r\n'], { verb: 'subscribe', arguments: ['c'] }, 'SUB c 10\r\n'],
    ['nats', ['SUB a 4\r\n', 'SUB b 9\r\nUNSUB 9\r\n'], { verb: 'unsubscribe' }, 'UNSUB 4\r\n'],
    [
      'stomp',
      ['SUBSCRIBE\nid:sub-3\ndestination:/a\n\n\0'],
      { verb: 'subscribe', arguments: ['/b'] },
      'SUBSCRIBE\nid:sub-4\ndestination:/b\n\n\0',
    ],
    [
      'stomp',
      ['SUBSCRIBE\nid:mine\ndestination:/a\n\n\0'],
      { verb: 'unsubscribe', arguments: ['/a'] },
      'UNSUBSCRIBE\nid:mine\n\n\0',
    ],
    [
      'stomp',
      ['BEGIN\ntransaction:tx-2\n\n\0', 'SEND\nreceipt:receipt-8\ndestination:/a\n\n\0'],
      { verb: 'begin', beside: ['receipt'] },
      'BEGIN\ntransaction:tx-3\nreceipt:receipt-9\n\n\0',
    ],
    ['stomp', ['BEGIN\ntransaction:t\n\n\0'], { verb: 'commit' }, 'COMMIT\ntransaction:t\n\n\0'],
    [
      'sockjs-stomp',
      ['["SUBSCRIBE\\nid:mine\\ndestination:/a\\n\\n\\u0000"]'],
      { verb: 'unsubscribe' },
      '["UNSUBSCRIBE\\nid:mine\\n\\n\\u0000"]',
    ],
    [
      'graphql-transport-ws',
      ['{"id":"mine","type":"subscribe","payload":{"query":"{a}"}}'],
      { verb: 'complete' },
      '{"id":"mine","type":"complete"}',
    ],
  ])('continues them in %s: %j', (id, texts, said, expected, url) => {
    const written = after(id, texts, said, url);
    if (expected.startsWith('{') && !expected.endsWith('\u001e') && expected.endsWith('}'))
      expect(JSON.parse(written)).toEqual(JSON.parse(expected));
    else expect(written.slice(0, expected.length)).toBe(expected);
  });

  it('continues the version, the identifiers and the filter of MQTT', () => {
    const peer = peerOf('mqtt');
    const writer = peerOf('mqtt');
    const follow = (said: Said): void => {
      for (const message of sent('client', say(writer, said))) peer.follow(message);
    };
    follow({ verb: 'connect', options: { version: '5' } });
    follow({ verb: 'subscribe', arguments: ['a/#'] });
    follow({ verb: 'publish', arguments: ['a/b'], options: { qos: '1' }, body: 'x' });
    // An acknowledgement of what the server sent has an identifier of the server.
    peer.follow(binary('client', [0x40, 2, 0, 77]));
    const said: Said = { verb: 'unsubscribe', headers: [['k', 'v']] };
    expect(say(peer, said)).toEqual(say(writer, said));
  });

  it('ignores a cut or faulty MQTT packet', () => {
    const peer = peerOf('mqtt');
    peer.follow(binary('client', [0x82, 200]));
    peer.follow(text('client', 'no packet'));
    const other = peerOf('mqtt');
    other.follow(binary('client', [0x82, 1, 0]));
    expect(say(other, { verb: 'subscribe', arguments: ['a'] })).toEqual(
      say(peerOf('mqtt'), { verb: 'subscribe', arguments: ['a'] }),
    );
  });

  it('uses the version that the STOMP server chose after a CONNECT', () => {
    const peer = peerOf('stomp', 'ws://localhost/ws');
    const ack: Said = {
      verb: 'ack',
      taken: { type: 'event', name: '/a', headers: [['message-id', 'm'], ['subscription', 's']], range: { start: 0, end: 0 } }, // prettier-ignore
    };
    peer.receive(text('server', 'CONNECTED\nversion:1.1\n\n\0'));
    expect(say(peer, ack).map(textOf)).toEqual(['ACK\nid:m\n\n\0']);
    peer.follow(text('client', 'CONNECT\naccept-version:1.1\n\n\0'));
    peer.receive(text('server', 'CONNECTED\nversion:1.1\n\n\0'));
    expect(say(peer, ack).map(textOf)).toEqual(['ACK\nmessage-id:m\nsubscription:s\n\n\0']);
  });

  it('writes the SignalR format that the handshake requested', () => {
    const peer = peerOf('signalr');
    peer.follow(text('client', '{"protocol":"messagepack","version":1}\u001e'));
    expect(say(peer, { verb: 'invoke', arguments: ['A'] })).toEqual(
      say(peerOf('signalr-msgpack'), { verb: 'invoke', arguments: ['A'] }),
    );
  });
});

describe.each(knownProtocols().map(({ id }) => [id] as const))('a peer of %s', (id) => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  const given = fc.oneof(
    bytes,
    fc.string({ maxLength: 60 }).map((each) => Buffer.from(each)),
  );
  const message = fc.record({ kind: fc.constantFrom('text' as const, 'binary' as const), data: given });

  it('follows any bytes without throwing, and keeps the state of its own verbs', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
        const peer = peerOf(id);
        for (const each of messages) peer.follow({ ...each, from: 'client' } satisfies WireMessage);
        for (const each of messages) peer.receive({ ...each, from: 'server' } satisfies WireMessage);
        expect(() => peer.encode(call('nonsense', {}))).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it('has the same state after following its own verbs', () => {
    const module = protocol(id);
    const follows = peerOf(id);
    const speaks = peerOf(id);
    for (let round = 0; round < 3; round++) {
      for (const { name, sample, arguments: names, answers } of module.verbs) {
        if (answers) continue;
        const words = sample.line.split(' ').slice(0, names.length);
        const said = call(name, {
          arguments: words.filter((word) => word !== ''),
          body: sample.body === '' ? undefined : sample.body,
        });
        const one = follows.encode(said);
        expect(one).toEqual(speaks.encode(said));
        if ('messages' in one) for (const each of sent('client', one.messages)) follows.follow(each);
      }
    }
  });
});
