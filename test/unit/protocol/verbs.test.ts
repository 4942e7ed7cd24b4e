import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedUnit } from '../../../src/core/protocol/unit.ts';
import { callKey, replyKey } from '../../../src/core/protocol/unit.ts';
import {
  call,
  context,
  countingPorts,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

function peerOf(id: string, role: 'client' | 'server' = 'client') {
  return protocol(id).createPeer(context(id), role, countingPorts());
}

/** The messages of a verb, decoded again. */
function spoken(
  id: string,
  given: Parameters<typeof call>[1] & { verb: string },
  before: (Parameters<typeof call>[1] & { verb: string }) | undefined = undefined,
) {
  const peer = peerOf(id);
  if (before) peer.encode(call(before.verb, before));
  const encoded = peer.encode(call(given.verb, given));
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  const decoder = protocol(id).createDecoder(context(id));
  const results = sent('client', encoded.messages).map((message) => decoder.decode(message));
  expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  return { unit: results.flatMap(({ units }) => units)[0] as DecodedUnit, awaits: encoded.awaits };
}

/** Words that are whole arguments, as a line of a request file gives them. */
const word = fc.stringMatching(/^[A-Za-z_][\w./:-]{0,20}$/);
const object = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.jsonValue({ maxDepth: 2 }),
);
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !Object.is(value, -0));

describe('a verb that is decoded again gives back its name and value', () => {
  const same = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  const runs = { numRuns: 60 };

  it.each([
    ['json-rpc', 'call', 'call'],
    ['json-rpc', 'notify', 'event'],
    ['ocpp', 'call', 'call'],
    ['ocpp', 'send', 'event'],
    ['cdp', 'call', 'call'],
  ])('%s @%s', (id, verb, type) => {
    fc.assert(
      fc.property(word, object, (name, params) => {
        const { unit, awaits } = spoken(id, { verb, arguments: [name], body: JSON.stringify(params) });
        expect(unit).toMatchObject({ type, name });
        expect(payloadValue(unit)).toEqual(same(params));
        if (type === 'call') expect(callKey(unit)).toBe(awaits);
      }),
      runs,
    );
  });

  it('socket.io @emit, with and without @ack', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(json), fc.boolean(), (event, args, asks) => {
        fc.pre(event !== '');
        const given = {
          verb: 'emit',
          arguments: [event],
          body: JSON.stringify(args),
          beside: asks ? ['ack'] : [],
        };
        const { unit, awaits } = spoken('socket.io', given);
        expect(unit).toMatchObject({ type: asks ? 'call' : 'event', name: event });
        expect(payloadValue(unit)).toEqual(same(args));
        expect(callKey(unit)).toBe(awaits);
      }),
      runs,
    );
  });

  it.each(['socket.io', 'socket.io-msgpack'])('%s @emit with bytes', (id) => {
    fc.assert(
      fc.property(
        word,
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        (event, parts) => {
          const args = parts.map((part) => ({ $base64: Buffer.from(part).toString('base64') }));
          const { unit } = spoken(id, { verb: 'emit', arguments: [event], body: JSON.stringify(args) });
          expect(payloadValue(unit)).toEqual(args);
        },
      ),
      runs,
    );
  });

  it('graphql @subscribe', () => {
    for (const id of ['graphql-transport-ws', 'graphql-ws']) {
      fc.assert(
        fc.property(
          word.filter((name) => /^\w+$/.test(name)),
          object,
          (name, variables) => {
            const query = `subscription ${name} { a }`;
            const { unit, awaits } = spoken(id, {
              verb: 'subscribe',
              body: `${query}\n\n${JSON.stringify(variables)}`,
            });
            expect(unit).toMatchObject({ type: 'subscribe', name, id: awaits });
            expect(payloadValue(unit)).toEqual({ query, variables: same(variables), operationName: name });
          },
        ),
        runs,
      );
    }
  });

  it('phoenix @push, text and binary', () => {
    const join = { verb: 'join', arguments: ['room:1'] };
    fc.assert(
      fc.property(word, json, fc.uint8Array(), (event, payload, bytes) => {
        const pushed = spoken(
          'phoenix',
          { verb: 'push', arguments: ['room:1', event], body: JSON.stringify(payload) },
          join,
        );
        expect(pushed.unit).toMatchObject({ type: 'call', name: event, id: pushed.awaits });
        expect(payloadValue(pushed.unit)).toEqual(same(payload));
        const body = JSON.stringify({ $base64: Buffer.from(bytes).toString('base64') });
        const raw = spoken('phoenix', { verb: 'push', arguments: ['room:1', event], body }, join);
        expect(Buffer.from(raw.unit.payload!.read())).toEqual(Buffer.from(bytes));
        expect(raw.unit.id).toBe(raw.awaits);
      }),
      runs,
    );
  });

  it.each([
    ['action-cable', { verb: 'subscribe' }, 'subscribe'],
    ['pusher', { verb: 'subscribe' }, 'subscribe'],
    ['centrifugo', { verb: 'subscribe' }, 'subscribe'],
    ['phoenix', { verb: 'join' }, 'subscribe'],
  ])('%s %j', (id, given, type) => {
    fc.assert(
      fc.property(word, (channel) => {
        const { unit, awaits } = spoken(id, { ...given, arguments: [channel] });
        expect(unit).toMatchObject({ type, name: channel });
        expect(callKey(unit)).toBe(awaits);
      }),
      runs,
    );
  });

  it('wamp, with positional and keyword arguments', () => {
    fc.assert(
      fc.property(
        word,
        fc.oneof(fc.array(json, { minLength: 1 }), object),
        fc.constantFrom('call', 'publish'),
        (name, args, verb) => {
          const { unit, awaits } = spoken('wamp', { verb, arguments: [name], body: JSON.stringify(args) });
          expect(unit).toMatchObject({ type: 'call', name, id: awaits });
          expect(payloadValue(unit)).toEqual(same(args));
        },
      ),
      runs,
    );
  });
});

describe('what verbs send', () => {
  const says = (id: string, ...calls: Parameters<typeof call>[]) => {
    const peer = peerOf(id);
    return calls.map((given) => {
      const encoded = peer.encode(call(...given));
      return 'messages' in encoded ? encoded.messages.map(textOf).join(' ') : `! ${encoded.problem}`;
    });
  };

  it('is the protocol’s own, with the spelling of the payload', () => {
    expect(
      says('json-rpc', ['call', { arguments: ['m'], body: '[1.0]' }], ['call', { arguments: ['m'] }]),
    ).toEqual([
      '{"jsonrpc":"2.0","id":1,"method":"m","params":[1.0]}',
      '{"jsonrpc":"2.0","id":2,"method":"m"}',
    ]);
    expect(says('ocpp', ['call', { arguments: ['Heartbeat'] }])).toEqual(['[2,"unique-1","Heartbeat",{}]']);
    expect(
      says(
        'action-cable',
        ['subscribe', { arguments: ['ChatChannel'], body: '{"room":"a"}' }],
        ['perform', { arguments: ['speak'], body: '{"n":1.0}' }],
        ['unsubscribe'],
      ),
    ).toEqual([
      '{"command":"subscribe","identifier":"{\\"channel\\":\\"ChatChannel\\",\\"room\\":\\"a\\"}"}',
      '{"command":"message","identifier":"{\\"channel\\":\\"ChatChannel\\",\\"room\\":\\"a\\"}","data":"{\\"n\\":1.0,\\"action\\":\\"speak\\"}"}',
      '{"command":"unsubscribe","identifier":"{\\"channel\\":\\"ChatChannel\\",\\"room\\":\\"a\\"}"}',
    ]);
    expect(
      says(
        'pusher',
        ['subscribe', { arguments: ['a'], body: '{"auth":"k:s"}' }],
        ['trigger', { arguments: ['a', 'client-x'], body: '1.0' }],
        ['unsubscribe'],
      ),
    ).toEqual([
      '{"event":"pusher:subscribe","data":{"channel":"a","auth":"k:s"}}',
      '{"event":"client-x","channel":"a","data":1.0}',
      '{"event":"pusher:unsubscribe","data":{"channel":"a"}}',
    ]);
    expect(
      says('centrifugo', ['connect', { body: '{"token":"t"}' }], ['call', { arguments: ['time'] }]),
    ).toEqual(['{"id":1,"connect":{"token":"t"}}', '{"id":2,"rpc":{"method":"time","data":{}}}']);
    expect(says('wamp', ['hello', { arguments: ['r'] }], ['subscribe', { arguments: ['t'] }])).toEqual([
      '[1,"r",{"roles":{"caller":{},"callee":{},"publisher":{},"subscriber":{}}}]',
      '[32,1,{},"t"]',
    ]);
    expect(
      says(
        'home-assistant',
        ['connect', { body: '{"access_token":"t"}' }],
        ['call', { arguments: ['get_states'] }],
      ),
    ).toEqual(['{"type":"auth","access_token":"t"}', '{"id":1,"type":"get_states"}']);
    expect(says('openai-realtime', ['call', { arguments: ['response.create'], body: '{}' }])).toEqual([
      '{"type":"response.create"}',
    ]);
  });

  it('answers with the id of the unit that was taken', () => {
    const answer = (id: string, message: string, given: Parameters<typeof call>) => {
      const taken = protocol(id).createDecoder(context(id)).decode(text('server', message)).units[0];
      const encoded = peerOf(id).encode(call(given[0], { ...given[1], taken }));
      if (!('messages' in encoded)) return encoded.problem;
      const back = protocol(id).createDecoder(context(id)).decode(sent('client', encoded.messages)[0]!)
        .units[0];
      expect(replyKey(back!)).toBe(callKey(taken!));
      return textOf(encoded.messages[0]);
    };
    const rpc = '{"jsonrpc":"2.0","id":9007199254740993,"method":"m"}';
    expect(answer('json-rpc', rpc, ['respond', { body: '1.0' }])).toBe(
      '{"jsonrpc":"2.0","id":9007199254740993,"result":1.0}',
    );
    expect(answer('ocpp', '[2,"a","Reset",{}]', ['respond-error', { arguments: ['NotImplemented'] }])).toBe(
      '[4,"a","NotImplemented","",{}]',
    );
    expect(answer('wamp', '[68,7,1,{}]', ['yield', { body: '[5]' }])).toBe('[70,7,{},[5]]');
  });

  it('is empty if no earlier verb set it', () => {
    expect(says('pusher', ['unsubscribe'])).toEqual([
      '! @unsubscribe needs a channel: no verb before it named one.',
    ]);
    expect(says('action-cable', ['perform', { arguments: ['speak'] }])).toEqual([
      '! @perform needs an identifier: no verb before it named one.',
    ]);
    expect(says('cdp', ['call', { arguments: ['Page.enable'] }])).toEqual([
      '{"id":1,"method":"Page.enable"}',
    ]);
  });

  it('is empty if an argument does not fit', () => {
    expect(
      says(
        'json-rpc',
        ['call'],
        ['call', { arguments: ['a', 'b'] }],
        ['call', { arguments: ['a'], body: '1' }],
        ['respond', { body: '1' }],
      ),
    ).toEqual([
      '! @call needs a method: @call subtract',
      '! @call takes method, not “b”.',
      '! The payload of @call must be a JSON array or object.',
      '! @respond answers the unit that its step took: wait for one first.',
    ]);
    expect(says('wamp', ['subscribe', { arguments: ['t'], body: '{}' }], ['fly'])).toEqual([
      '! @subscribe has no payload: remove it.',
      '! WAMP 2 has no verb @fly.',
    ]);
  });
});

describe('openings and answers of tables', () => {
  it('waits for the greeting of the server', () => {
    const peer = peerOf('pusher');
    expect(peer.start(true)).toEqual([]);
    expect(peer.opening.state).toBe('waiting');
    peer.receive(text('server', '{"event":"pusher:connection_established","data":"{}"}'));
    expect(peer.opening.state).toBe('accepted');
    expect(peer.receive(text('server', '{"event":"pusher:ping","data":{}}')).map(textOf)).toEqual([
      '{"event":"pusher:pong","data":{}}',
    ]);
    expect(peer.receive(text('server', '{"event":"x","data":"{\\"event\\":\\"pusher:ping\\"}"}'))).toEqual(
      [],
    );
  });

  it('sends the opening, and reports why it was refused', () => {
    const peer = peerOf('centrifugo');
    expect(peer.start(true).map(textOf)).toEqual(['{"id":1,"connect":{}}']);
    peer.receive(text('server', '{"id":1,"error":{"code":109,"message":"token expired"}}'));
    expect(peer.opening).toEqual({
      state: 'refused',
      reason: 'The server refused Centrifugo: token expired.',
    });
    expect(peer.receive(text('server', '{}')).map(textOf)).toEqual(['{}']);
  });

  it('waits for an opening that a verb started, and for none before', () => {
    const peer = peerOf('wamp');
    peer.start(true);
    expect(peer.opening.state).toBe('accepted');
    peer.encode(call('hello', { arguments: ['r'] }));
    expect(peer.opening.state).toBe('waiting');
    peer.receive(text('server', '[3,{},"wamp.error.no_such_realm"]'));
    expect(peer.opening).toMatchObject({ state: 'refused' });
  });

  it('is greeted by its own server role', () => {
    for (const id of ['pusher', 'action-cable', 'openai-realtime']) {
      const peer = peerOf(id);
      peer.start(true);
      for (const message of sent('server', peerOf(id, 'server').start(true))) peer.receive(message);
      expect(peer.opening.state, id).toBe('accepted');
    }
  });
});
