import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { MAX_ATTACHMENTS } from '../../../src/core/protocol/limits.ts';
import {
  binary,
  call,
  context,
  countingPorts,
  decodeAll,
  decodeOne,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

const V2 = 'ws://localhost/socket.io/?EIO=3&transport=websocket';

describe('Socket.IO packets', () => {
  // Examples of the protocol's document, revision 5.
  it.each([
    [
      '0{"sid":"lv_VI97HAXpY6yYWAAAC","pingInterval":25000}',
      'control',
      'open',
      'open {"sid":"lv_VI97HAXpY6yYWAAAC","pingInterval":25000}',
    ],
    ['40', 'control', 'CONNECT', 'CONNECT'],
    ['40/admin,{"token":"123"}', 'control', 'CONNECT', '/admin CONNECT {"token":"••••"}'],
    [
      '44/admin,{"message":"Not authorized"}',
      'error',
      'CONNECT_ERROR',
      '/admin CONNECT_ERROR Not authorized {"message":"Not authorized"}',
    ],
    [
      '44"Invalid namespace"',
      'error',
      'CONNECT_ERROR',
      'CONNECT_ERROR Invalid namespace "Invalid namespace"',
    ],
    ['42["foo"]', 'event', 'foo', 'foo []'],
    ['42["foo",1.0,{"a":2}]', 'event', 'foo', 'foo [1.0,{"a":2}]'],
    ['42/admin,["bar"]', 'event', 'bar', '/admin bar []'],
    ['4212["foo"]', 'call', 'foo', 'foo []'],
    ['43/admin,13["bar"]', 'reply', '', '/admin ACK 13 ["bar"]'],
    ['41/admin,', 'control', 'DISCONNECT', '/admin DISCONNECT (io server disconnect)'],
    ['42[7,"a"]', 'event', '7', '7 ["a"]'],
    ['2', 'control', 'ping', 'ping'],
    ['3probe', 'control', 'pong', 'pong probe'],
    ['1', 'control', 'close', 'close (transport close)'],
    ['6', 'control', 'noop', 'noop'],
  ])('reads %s', (packet, type, name, summary) => {
    expect(decodeOne('socket.io', text('server', packet))).toMatchObject({ type, name, summary });
  });

  it.each([
    ['server', '/admin DISCONNECT (io server disconnect)'],
    ['client', '/admin DISCONNECT (io client disconnect)'],
  ] as const)('reads from a DISCONNECT of the %s why the client is disconnected', (from, summary) => {
    const unit = { type: 'control', name: 'DISCONNECT', stream: '"/admin"', summary };
    expect(decodeOne('socket.io', text(from, '41/admin,'))).toMatchObject(unit);
    const packet = encode({ type: 1, nsp: '/admin' });
    expect(decodeOne('socket.io-msgpack', binary(from, packet))).toMatchObject(unit);
  });

  it('keeps the spelling of arguments and says where they stand', () => {
    const packet = '42["n", 1.0, 12345678901234567890, "é" ]';
    const unit = decodeOne('socket.io', text('server', packet));
    expect(unit.payload).toEqual({
      form: 'json',
      content: '[1.0, 12345678901234567890, "é" ]',
      range: { start: 8, end: 41 },
    });
  });

  it.each([
    ['47', 'decode.envelope', 1],
    ['4', 'decode.envelope', 1],
    ['9', 'decode.envelope', 0],
    ['', 'decode.envelope', 0],
    ['42', 'decode.envelope', 2],
    ['42{"a":1}', 'decode.envelope', 2],
    ['42[{}]', 'decode.envelope', 2],
    ['42["a"', 'decode.json', 6],
    ['40admin,', 'decode.envelope', 2],
    ['42admin,["a"]', 'decode.envelope', 2],
    ['451-Files,["a"]', 'decode.envelope', 4],
    ['40/admin,token', 'decode.json', 10],
    ['40/,token', 'decode.json', 5],
    ['427admin,["a"]', 'decode.json', 3],
    ['42nul', 'decode.envelope', 2],
    ['42null', 'decode.envelope', 2],
    ['43{"a":1}', 'decode.envelope', 2],
    ['40[1]', 'decode.envelope', 2],
    ['41{}', 'decode.envelope', 2],
    ['45["a"]', 'decode.envelope', 2],
    ['451["a"]', 'decode.envelope', 2],
    [`45${MAX_ATTACHMENTS + 1}-["a"]`, 'decode.limit', 2],
    ['4599999999999999999999999-["a"]', 'decode.envelope', 2],
    ['bAA=A', 'decode.binary', 1],
  ])('reports where %s stops', (packet, code, at) => {
    const { units, problems } = decodeAll('socket.io', [text('client', packet)]);
    expect(units).toEqual([]);
    expect(problems).toMatchObject([{ code, at }]);
  });
});

it.each([
  ['40admin,', 'Not Socket.IO from byte 2 on: a namespace begins with a slash, as in “40/admin,”.'],
  ['42admin,["a"]', 'Not Socket.IO from byte 2 on: a namespace begins with a slash, as in “42/admin,”.'],
])('says of %s that a namespace begins with a slash', (packet, message) => {
  expect(decodeAll('socket.io', [text('client', packet)]).problems).toMatchObject([{ message }]);
});

describe('binary attachments', () => {
  it('joins them to their event by number', () => {
    const { units, problems } = decodeAll('socket.io', [
      text(
        'server',
        '452-/files,7["up",{"b":{"_placeholder":true,"num":1}},{"num":0,"_placeholder":true},1.0]',
      ),
      text('server', '2'),
      binary('server', [1, 2, 3]),
      binary('server', [255]),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ name }) => name)).toEqual(['ping', 'up']);
    expect(units[1]).toMatchObject({
      type: 'call',
      id: '7',
      stream: '"/files"',
      range: { start: 0, end: 1 },
    });
    expect(units[1]?.payload).toEqual({
      form: 'json',
      content: '[{"b":{"$base64":"/w=="}},{"$base64":"AQID"},1.0]',
    });
  });

  it('joins those of both directions apart, and those of Engine.IO 3 without their prefix', () => {
    const { units, problems } = decodeAll(
      'socket.io',
      [
        text('server', '451-["a",{"_placeholder":true,"num":0}]'),
        text('client', '461-3[{"_placeholder":true,"num":0}]'),
        binary('server', [4, 1]),
        binary('client', [4, 2]),
      ],
      V2,
    );
    expect(problems).toEqual([]);
    expect(units.map(payloadValue)).toEqual([[{ $base64: 'AQ==' }], [{ $base64: 'Ag==' }]]);
    expect(units[1]).toMatchObject({ type: 'reply', replyTo: '3' });
  });

  it('says which event lost its attachments, and that one came alone', () => {
    const { units, problems } = decodeAll('socket.io', [
      text('server', '452-["lost",{"_placeholder":true,"num":0}]'),
      binary('server', [1]),
      text('server', '42["next"]'),
      binary('server', [1]),
    ]);
    expect(units.map(({ name }) => name)).toEqual(['next']);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['decode.incomplete', '“lost” lacks 1 of its attachments: another packet came first.'],
      ['decode.incomplete', 'A binary attachment without the event that announces it.'],
    ]);
  });

  it('leaves a placeholder without its attachment, and the same words in a string', () => {
    const { units } = decodeAll('socket.io', [
      text('server', '451-["a",{"_placeholder":true,"num":5},"{\\"_placeholder\\":true,\\"num\\":0}"]'),
      binary('server', [1]),
    ]);
    expect(payloadValue(units[0])).toEqual([{ _placeholder: true, num: 5 }, '{"_placeholder":true,"num":0}']);
  });

  it('has no checkpoint while an event is not complete', () => {
    const decoder = protocol('socket.io').createDecoder(context('socket.io'));
    decoder.decode(text('server', '451-["a",{"_placeholder":true,"num":0}]'));
    expect(decoder.checkpoint()).toBeUndefined();
    decoder.decode(binary('server', [1]));
    expect(decoder.checkpoint()).toBe('');
  });
});

describe('a Socket.IO client', () => {
  const client = (url?: string, id = 'socket.io') =>
    protocol(id).createPeer(context(id, url), 'client', countingPorts());

  it('connects after the open packet, answers pings, and learns that it was accepted', () => {
    const peer = client();
    expect(peer.start(true)).toEqual([]);
    expect(
      peer.receive(text('server', '0{"sid":"a","upgrades":[],"pingInterval":25000}')).map(textOf),
    ).toEqual(['40']);
    expect(peer.opening.state).toBe('waiting');
    expect(peer.receive(text('server', '40{"sid":"b"}'))).toEqual([]);
    expect(peer.opening.state).toBe('accepted');
    expect(peer.receive(text('server', '2')).map(textOf)).toEqual(['3']);
    expect(peer.receive(text('server', '2["2"]'))).toEqual([]);
    expect(peer.beatInterval).toBeUndefined();
  });

  it('leaves the opening to a verb, and notices a refusal', () => {
    const peer = client();
    peer.start(false);
    expect(peer.receive(text('server', '0{"sid":"a","upgrades":[],"pingInterval":25000}'))).toEqual([]);
    const connect = peer.encode(call('connect', { arguments: ['/admin'], body: '{"token": "x"}' }));
    expect('messages' in connect && connect.messages.map(textOf)).toEqual(['40/admin,{"token": "x"}']);
    peer.receive(text('server', '40{"sid":"other namespace"}'));
    expect(peer.opening.state).toBe('waiting');
    peer.receive(text('server', '44/admin,{"message":"Not authorized"}'));
    expect(peer.opening).toEqual({
      state: 'refused',
      reason: 'The server refused the namespace /admin: Not authorized.',
    });
  });

  it('pings at the interval of the server with Engine.IO 3, and does not connect automatically', () => {
    const peer = client(V2);
    peer.start(true);
    expect(peer.receive(text('server', '0{"sid":"a","upgrades":[],"pingInterval":5000}'))).toEqual([]);
    expect(peer.beatInterval).toBe(5000);
    expect(peer.beat().map(textOf)).toEqual(['2']);
    peer.receive(text('server', '40'));
    expect(peer.opening.state).toBe('accepted');
  });

  it.each([
    [call('emit', { arguments: ['a'] }), ['42["a"]'], undefined],
    [call('emit', { arguments: ['a b'], body: '[]' }), ['42["a b"]'], undefined],
    [call('emit', { arguments: ['a'], body: '[1.0, "x"]' }), ['42["a",1.0, "x"]'], undefined],
    [
      call('emit', { arguments: ['a'], body: ' {"n": 12345678901234567890} ' }),
      ['42["a",{"n": 12345678901234567890}]'],
      undefined,
    ],
    [call('emit', { arguments: ['a'], beside: ['ack'] }), ['420["a"]'], '0'],
    [call('disconnect'), ['41'], undefined],
  ])('encodes %j', (given, messages, awaits) => {
    const encoded = client().encode(given);
    expect('messages' in encoded && encoded.messages.map(textOf)).toEqual(messages);
    expect('awaits' in encoded ? encoded.awaits : 'problem').toBe(awaits);
  });

  it('sends bytes as attachments', () => {
    const body = '[{"$base64": "AQI="}, 1, {"b": {"$base64":"/w"}}]';
    const encoded = client().encode(call('emit', { arguments: ['up'], body }));
    if (!('messages' in encoded)) throw new Error(encoded.problem);
    expect(textOf(encoded.messages[0])).toBe(
      '452-["up",{"_placeholder":true,"num":0}, 1, {"b": {"_placeholder":true,"num":1}}]',
    );
    expect(encoded.messages.slice(1).map(({ data }) => [...data])).toEqual([[1, 2], [255]]);
    const v3 = client(V2).encode(call('emit', { arguments: ['up'], body }));
    expect('messages' in v3 && [...v3.messages[1]!.data]).toEqual([4, 1, 2]);
  });

  it('acknowledges the event that was taken, in its namespace', () => {
    const decoder = protocol('socket.io').createDecoder(context('socket.io'));
    const taken = decoder.decode(text('server', '42/admin,5["ask"]')).units[0];
    const encoded = client().encode(call('ack', { taken, body: '["ok", 1.0]' }));
    expect('messages' in encoded && encoded.messages.map(textOf)).toEqual(['43/admin,5["ok", 1.0]']);
  });

  it('emits into the namespace that was connected last', () => {
    const peer = client();
    peer.encode(call('connect', { arguments: ['/admin'] }));
    const encoded = peer.encode(call('emit', { arguments: ['a'], beside: ['ack'] }));
    expect(encoded).toMatchObject({ awaits: '/admin 0' });
    expect('messages' in encoded && textOf(encoded.messages[0])).toBe('42/admin,0["a"]');
  });

  it.each([
    [call('emit'), '@emit needs an event: @emit chat message'],
    [
      call('emit', { arguments: ['a'], body: '[1' }),
      'The payload of @emit is not JSON at column 3: expected a comma or ].',
    ],
    [
      call('emit', { arguments: ['a'], body: '{"$base64":"A"}' }),
      'A {"$base64": "…"} in the payload of @emit is not base64.',
    ],
    [call('connect', { arguments: ['admin'] }), 'A namespace begins with a slash: @connect /admin'],
    [call('connect', { body: '[1]' }), 'The payload of @connect must be a JSON object.'],
    [call('disconnect', { body: '1' }), '@disconnect has no payload: remove it.'],
    [
      call('ack'),
      '@ack acknowledges the event that its step took: wait for one that asks for it, or put @emit beside it.',
    ],
    [call('publish'), 'Socket.IO has no verb @publish.'],
    [call('emit', { arguments: ['a'], options: { qos: '1' } }), '@emit has no option qos.'],
  ])('reports the problem of %j', (given, problem) => {
    expect(client().encode(given)).toEqual({ problem });
  });

  it('says that version 2 has no auth payload', () => {
    const encoded = client(V2).encode(call('connect', { arguments: ['/a'], body: '{}' }));
    expect(encoded).toMatchObject({ problem: expect.stringContaining('Socket.IO 2 has no auth payload') });
  });
});

describe('a Socket.IO server', () => {
  it('opens, accepts namespaces, pings, and acknowledges', () => {
    const server = protocol('socket.io').createPeer(context('socket.io'), 'server', countingPorts());
    const peer = protocol('socket.io').createPeer(context('socket.io'), 'client', countingPorts());
    const hello = sent('server', server.start(true));
    const connect = sent(
      'client',
      hello.flatMap((message) => peer.receive(message)),
    );
    for (const answer of sent(
      'server',
      connect.flatMap((message) => server.receive(message)),
    ))
      peer.receive(answer);
    expect(peer.opening.state).toBe('accepted');
    expect(server.beatInterval).toBe(25_000);
    expect(
      sent('server', server.beat())
        .flatMap((message) => peer.receive(message))
        .map(textOf),
    ).toEqual(['3']);
  });
});

describe('the msgpack parser', () => {
  const options = { useBigInt64: true } as const;

  it('connects, emits and reads packets as maps', () => {
    const peer = protocol('socket.io-msgpack').createPeer(context('socket.io'), 'client', countingPorts());
    peer.start(true);
    const [connect] = peer.receive(text('server', '0{"sid":"a","upgrades":[],"pingInterval":25000}'));
    expect(decode(connect!.data, options)).toEqual({ type: 0, nsp: '/' });
    const body = '[{"big": 9007199254740993, "$base64": 1}, {"$base64": "AQI="}]';
    const encoded = peer.encode(call('emit', { arguments: ['up'], body, beside: ['ack'] }));
    if (!('messages' in encoded)) throw new Error(encoded.problem);
    expect(decode(encoded.messages[0]!.data, options)).toEqual({
      type: 2,
      nsp: '/',
      id: 0,
      data: ['up', { big: 9007199254740993n, $base64: 1 }, Uint8Array.of(1, 2)],
    });
    const unit = decodeOne('socket.io', binary('client', encoded.messages[0]!.data));
    expect(unit).toMatchObject({ type: 'call', name: 'up', id: '0' });
    expect(unit.payload?.content).toBe('[{"big":9007199254740993,"$base64":1},{"$base64":"AQI="}]');
  });

  it('ends hostile bytes in a problem', () => {
    const deep = [0x81, 0xa4, ...Buffer.from('data'), ...new Array<number>(100_000).fill(0x91), 0xc0];
    const cases: number[][] = [
      [0xdf, 0xff, 0xff, 0xff, 0xff],
      [0x81, 0xa4, ...Buffer.from('type'), 0xdd, 0xff, 0xff, 0xff, 0xff],
      [0x81, 0xa9, ...Buffer.from('__proto__'), 0x80],
      [0x81, 0xa4, ...Buffer.from('type'), 0x09],
      deep,
      [
        0x82,
        0xa4,
        ...Buffer.from('type'),
        0x02,
        0xa4,
        ...Buffer.from('data'),
        ...new Array<number>(5000).fill(0x91),
        0xc0,
      ],
      [
        0x82,
        0xa4,
        ...Buffer.from('type'),
        0x02,
        0xa4,
        ...Buffer.from('data'),
        0x92,
        0xa1,
        0x78,
        ...new Array<number>(5000).fill(0x91),
        0xc0,
      ],
    ];
    const codes = cases.map((bytes) =>
      decodeAll('socket.io', [binary('server', bytes)]).problems.map(({ code }) => code),
    );
    expect(codes).toEqual([
      ['decode.binary'],
      ['decode.binary'],
      ['decode.binary'],
      ['decode.envelope'],
      ['decode.limit'],
      ['decode.limit'],
      ['decode.limit'],
    ]);
  });
});
