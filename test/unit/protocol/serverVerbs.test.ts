import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../src/core/protocol/protocolModule.ts';
import type { VerbCall } from '../../../src/core/protocol/verb.ts';
import { binary, call, context, countingPorts, protocol, text, textOf } from './support/conversation.ts';
import { CONNECT, parsed, written } from './support/mqttReference.ts';

// What a server knows of its client: subscriptions, namespaces, versions.

function server(id: string, url?: string): Peer {
  const peer = protocol(id).createPeer(context(id, url), 'server', countingPorts());
  peer.start(true);
  return peer;
}

function said(peer: Peer, verb: string, parts: Partial<VerbCall> = {}) {
  const encoded = peer.encode(call(verb, parts));
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  return encoded.messages;
}

const broadcast = { isBroadcast: true } as const;

describe('a STOMP server', () => {
  const ready = (version = '1.2'): Peer => {
    const peer = server('stomp');
    peer.receive(text('client', `CONNECT\naccept-version:${version}\n\n\0`));
    return peer;
  };
  const subscribe = (peer: Peer, id: string, destination: string, more = ''): void =>
    void peer.receive(text('client', `SUBSCRIBE\nid:${id}\ndestination:${destination}\n${more}\n\0`));
  const frames = (peer: Peer, parts: Partial<VerbCall> = {}): string[] =>
    said(peer, 'message', { arguments: ['/t'], body: 'x', ...parts }).map(textOf);

  it('sends a counted MESSAGE to each subscription of a destination', () => {
    const peer = ready();
    subscribe(peer, '1', '/t');
    subscribe(peer, '2', '/other');
    subscribe(peer, '3', '/t');
    expect(frames(peer)).toEqual([
      'MESSAGE\ncontent-length:1\nsubscription:1\nmessage-id:1\ndestination:/t\n\nx\0',
      'MESSAGE\ncontent-length:1\nsubscription:3\nmessage-id:2\ndestination:/t\n\nx\0',
    ]);
    peer.receive(text('client', 'UNSUBSCRIBE\nid:1\n\n\0'));
    expect(frames(peer)).toEqual([
      'MESSAGE\ncontent-length:1\nsubscription:3\nmessage-id:3\ndestination:/t\n\nx\0',
    ]);
  });

  it('broadcasts to subscribers only, and always sends to a single client', () => {
    const peer = ready();
    expect(frames(peer, broadcast)).toEqual([]);
    expect(frames(peer)).toEqual([
      'MESSAGE\ncontent-length:1\nsubscription:\nmessage-id:1\ndestination:/t\n\nx\0',
    ]);
    subscribe(peer, '1', '/t');
    expect(frames(peer, broadcast)).toHaveLength(1);
    peer.receive(text('client', 'UNSUBSCRIBE\nid:1\n\n\0'));
    expect(frames(peer, broadcast)).toEqual([]);
  });

  it.each([
    ['1.2', 'client', true],
    ['1.2', 'client-individual', true],
    ['1.2', 'auto', false],
    ['1.1', 'client', false],
  ])('names what version %s acknowledges with ack=%s', (version, ack, expected) => {
    const peer = ready(version);
    subscribe(peer, '1', '/t', `ack:${ack}\n`);
    expect(frames(peer)[0]!.includes('\nack:1\n')).toBe(expected);
  });

  it('keeps subscriptions of version 1.0 without an id', () => {
    const peer = ready('1.0');
    peer.receive(text('client', 'SUBSCRIBE\ndestination:/t\n\n\0'));
    expect(frames(peer, broadcast)[0]).toContain('subscription:/t\n');
    peer.receive(text('client', 'UNSUBSCRIBE\ndestination:/t\n\n\0'));
    expect(frames(peer, broadcast)).toEqual([]);
  });

  it('limits the subscriptions of a hostile client', () => {
    const peer = ready();
    for (let id = 0; id < 1100; id++) subscribe(peer, String(id), '/t');
    expect(frames(peer)).toHaveLength(1000);
  });

  it('lets @header replace each default', () => {
    const peer = ready();
    subscribe(peer, '1', '/t');
    const headers = [
      ['message-id', 'mine'],
      ['kind', 'a:b'],
    ] as const;
    expect(frames(peer, { headers })).toEqual([
      'MESSAGE\ncontent-length:1\nsubscription:1\ndestination:/t\nmessage-id:mine\nkind:a\\cb\n\nx\0',
    ]);
  });

  it('answers the receipt of the received frame with an ERROR frame', () => {
    const peer = ready();
    expect(said(peer, 'error').map(textOf)).toEqual(['ERROR\n\n\0']);
    const decoder = protocol('stomp').createDecoder(context('stomp'));
    const taken = decoder.decode(text('client', 'SEND\ndestination:/t\nreceipt:r 1\n\n\0')).units[0];
    expect(said(peer, 'error', { arguments: ['Not allowed'], body: 'No.', taken }).map(textOf)).toEqual([
      'ERROR\ncontent-length:3\nmessage:Not allowed\nreceipt-id:r 1\n\nNo.\0',
    ]);
  });

  it('reports a header that cannot be written', () => {
    const peer = ready('1.0');
    const parts = { arguments: ['/t'], headers: [['a:b', 'c']] as const };
    expect(peer.encode(call('message', parts))).toMatchObject({
      problem: expect.stringContaining('cannot be written in STOMP 1.0'),
    });
  });
});

describe('an MQTT server', () => {
  const ready = (level: 4 | 5 = 4): Peer => {
    const peer = server('mqtt');
    peer.receive(binary('client', CONNECT(level)));
    return peer;
  };
  const subscribe = (peer: Peer, level: 4 | 5, ...filters: [topic: string, qos: 0 | 1 | 2][]): void => {
    const subscriptions = filters.map(([topic, qos]) => ({ topic, qos }));
    peer.receive(binary('client', written({ cmd: 'subscribe', messageId: 1, subscriptions }, level)));
  };
  const publish = (peer: Peer, topic: string, parts: Partial<VerbCall> = {}) =>
    said(peer, 'publish', { arguments: [topic], body: 'x', options: { qos: '2' }, ...parts });

  it('publishes with the best QoS granted to a matching filter', () => {
    const peer = ready();
    subscribe(peer, 4, ['a/+', 0], ['a/#', 1], ['b', 2]);
    const qos = (topic: string) =>
      parsed(publish(peer, topic)).map((packet) => (packet as unknown as { qos: number }).qos);
    expect([qos('a/b'), qos('a/b/c'), qos('b')]).toEqual([[1], [1], [2]]);
    // To one client also without a subscription: a script may know better.
    expect(qos('c')).toEqual([2]);
    expect(parsed(publish(peer, 'b', { options: {} }))).toMatchObject([{ qos: 0 }]);
  });

  it('broadcasts to subscribers only', () => {
    const peer = ready();
    subscribe(peer, 4, ['a/+', 1]);
    expect(publish(peer, 'b', broadcast)).toEqual([]);
    expect(publish(peer, 'a/b', broadcast)).toHaveLength(1);
    const packet = written({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a/+'] });
    peer.receive(binary('client', packet));
    expect(publish(peer, 'a/b', broadcast)).toEqual([]);
  });

  it('omits properties for clients of older versions', () => {
    const parts = { options: { 'content-type': 'a/b' }, headers: [['unit', 'percent']] as const };
    expect(parsed(publish(ready(4), 'a', parts), 4)[0]).not.toHaveProperty('properties');
    expect(parsed(publish(ready(5), 'a', parts), 5)[0]).toMatchObject({
      properties: { contentType: 'a/b', userProperties: { unit: 'percent' } },
    });
  });

  it('assigns an identifier to a version 5 client without one', () => {
    const connack = (level: 4 | 5, clientId: string) => {
      const packet = { cmd: 'connect', clientId, clean: true, protocolId: 'MQTT', protocolVersion: level };
      return parsed(server('mqtt').receive(binary('client', written(packet, level))), level)[0];
    };
    expect(connack(5, '')).toMatchObject({ properties: { assignedClientIdentifier: 'duplexunique1' } });
    expect(connack(5, 'own')).not.toHaveProperty('properties.assignedClientIdentifier');
    expect(connack(4, '')).not.toHaveProperty('properties');
  });

  it('limits the filters of a hostile client', () => {
    const peer = ready();
    for (let at = 0; at < 1100; at++) subscribe(peer, 4, [`t/${at}`, 0]);
    expect(publish(peer, 't/999', broadcast)).toHaveLength(1);
    expect(publish(peer, 't/1000', broadcast)).toEqual([]);
  });
});

describe('a Socket.IO server', () => {
  const emitted = (peer: Peer, parts: Partial<VerbCall> = {}): string[] =>
    said(peer, 'emit', { arguments: ['a'], body: '[1]', ...parts }).map(textOf);
  const event = (packet: string) =>
    protocol('socket.io').createDecoder(context('socket.io')).decode(text('client', packet)).units[0];

  it('emits in the namespace of the received event, or in the last one that the client joined', () => {
    const peer = server('socket.io');
    peer.receive(text('client', '40/admin,{"token":"x"}'));
    expect(emitted(peer)).toEqual(['42/admin,["a",1]']);
    peer.receive(text('client', '40'));
    expect(emitted(peer)).toEqual(['42["a",1]']);
    expect(emitted(peer, { taken: event('42/admin,["say"]') })).toEqual(['42/admin,["a",1]']);
  });

  it('broadcasts only to clients in the namespace', () => {
    const peer = server('socket.io');
    const taken = event('42/admin,["say"]');
    expect(emitted(peer, { ...broadcast, taken })).toEqual([]);
    peer.receive(text('client', '40/admin,'));
    expect(emitted(peer, { ...broadcast, taken })).toEqual(['42/admin,["a",1]']);
    peer.receive(text('client', '41/admin,'));
    expect(emitted(peer, { ...broadcast, taken })).toEqual([]);
  });

  it('has connected a version 2 client to the root already', () => {
    const peer = server('socket.io', 'ws://localhost/socket.io/?EIO=3&transport=websocket');
    expect(emitted(peer, broadcast)).toEqual(['42["a",1]']);
  });
});

describe('a NATS server', () => {
  it('broadcasts to subscribers only', () => {
    const peer = server('nats');
    const delivered = (parts: Partial<VerbCall>) => said(peer, 'message', { arguments: ['a.b'], ...parts });
    expect(delivered(broadcast)).toEqual([]);
    expect(delivered({})).toHaveLength(1);
    peer.receive(text('client', 'SUB a.* 7\r\n'));
    expect(delivered(broadcast).map(textOf)).toEqual(['MSG a.b 7 0\r\n\r\n']);
    peer.receive(text('client', 'UNSUB 7\r\n'));
    expect(delivered(broadcast)).toEqual([]);
  });
});

describe('a SignalR server', () => {
  const serve = (target: string) => protocol('signalr').negotiation!.serve(target, countingPorts());
  const body = (target: string) => JSON.parse(serve(target)!.body) as unknown;
  const availableTransports = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];

  it('negotiates as the client requests', () => {
    expect(body('/hub/negotiate?negotiateVersion=1')).toEqual({
      connectionId: 'unique-1',
      connectionToken: 'unique-2',
      negotiateVersion: 1,
      availableTransports,
    });
    expect(body('/hub/negotiate')).toEqual({ connectionId: 'unique-1', availableTransports });
    expect(body('/hub/negotiate?negotiateVersion=0&x=1')).toEqual({
      connectionId: 'unique-1',
      availableTransports,
    });
  });

  it('tells the path of the next connection from other requests', () => {
    expect(serve('/a/b/negotiate')).toMatchObject({ path: '/a/b', contentType: 'application/json' });
    expect(serve('/negotiate')?.path).toBe('/');
    for (const target of ['/hub', '/hub/negotiate/', '/hub/renegotiate', '/?/negotiate', ''])
      expect(serve(target)).toBeUndefined();
  });

  it('is understood by the client side', () => {
    const { negotiation } = protocol('signalr');
    const target = new URL(negotiation!.request('ws://localhost/hub')!);
    const answer = serve(`${target.pathname}${target.search}`)!;
    expect(negotiation!.answer('ws://localhost/hub', answer.body)).toEqual({
      kind: 'connect',
      url: 'ws://localhost/hub?id=unique-2',
      version: 1,
      secret: 'unique-2',
    });
  });
});
