import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import {
  graphqlLegacyTable,
  graphqlTransportTable,
} from '../../../src/core/protocol/graphql/graphqlTables.ts';
import type { ProtocolTable } from '../../../src/core/protocol/table/protocolTable.ts';
import { tableModule } from '../../../src/core/protocol/table/tableModule.ts';
import { tableProblems } from '../../../src/core/protocol/table/tableProblems.ts';
import { TABLE_SCHEMA } from '../../../src/core/protocol/table/tableSchema.ts';
import { actionCable } from '../../../src/core/protocol/tables/actionCable.ts';
import { centrifugo } from '../../../src/core/protocol/tables/centrifugo.ts';
import { cdp, jsonRpc } from '../../../src/core/protocol/tables/jsonRpc.ts';
import { ocpp } from '../../../src/core/protocol/tables/ocpp.ts';
import { phoenixV1, phoenixV2 } from '../../../src/core/protocol/tables/phoenix.ts';
import { pusher } from '../../../src/core/protocol/tables/pusher.ts';
import { homeAssistant, openaiRealtime } from '../../../src/core/protocol/tables/typedMessages.ts';
import { wamp } from '../../../src/core/protocol/tables/wamp.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import { call, context, countingPorts, text, textOf } from './support/conversation.ts';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(TABLE_SCHEMA);

/** An exchange feed: combined streams, a ping whose payload is echoed. */
const feed: ProtocolTable = {
  id: 'my-feed',
  title: 'My feed',
  detect: {
    urls: ['feed.example'],
    messages: [{ '$.stream': { exists: true }, '$.data.e': { is: 'string' } }],
  },
  ids: 'number',
  rules: [
    { when: { '$.ping': { is: 'number' } }, type: 'control', name: 'ping', heartbeat: true },
    {
      when: { '$.method': ['SUBSCRIBE', 'UNSUBSCRIBE'] },
      type: 'call',
      name: '$.method',
      id: '$.id',
      payload: '$.params',
    },
    { when: { '$.result': { exists: true } }, type: 'reply', replyTo: '$.id', payload: '$.result' },
    {
      when: { '$.stream': { exists: true } },
      type: 'event',
      name: ['$.data.e', '$.stream'],
      stream: '$.stream',
      payload: '$.data',
    },
  ],
  answers: [{ startsWith: '{"ping"', message: { pong: '<$.ping>' }, about: 'Echoes the number of a ping.' }],
  verbs: [
    {
      name: 'subscribe',
      arguments: ['stream'],
      body: 'none',
      about: 'Subscribes to a stream.',
      message: { method: 'SUBSCRIBE', params: ['<argument stream>'], id: '<id>' },
    },
  ],
};

describe('the schema of tables', () => {
  it.each(
    [
      jsonRpc,
      cdp,
      ocpp,
      phoenixV1,
      phoenixV2,
      actionCable,
      pusher,
      centrifugo,
      wamp,
      homeAssistant,
      openaiRealtime,
      graphqlLegacyTable,
      graphqlTransportTable,
      feed,
    ].map((table) => [table.id, table] as const),
  )('takes %s', (id, table) => {
    validate(JSON.parse(JSON.stringify(table)));
    expect(validate.errors ?? []).toEqual([]);
    expect(tableProblems({ ...table, id: `my-${id}` })).toEqual([]);
  });

  it.each([
    [{ ...feed, id: 'My Feed' }, '/id'],
    [{ ...feed, rules: [] }, '/rules'],
    [{ ...feed, rules: [{ type: 'message' }] }, '/rules/0/type'],
    [{ ...feed, rules: [{ type: 'event', id: '$..a' }] }, '/rules/0/id'],
    [{ ...feed, rules: [{ type: 'event', ends: 'yes' }] }, '/rules/0/ends'],
    [{ ...feed, rules: [{ type: 'event', when: { 'a.b': 1 } }] }, '/rules/0/when'],
    [{ ...feed, colour: 1 }, ''],
    [{ ...feed, heartbeat: { every: 1, message: {}, about: '' } }, '/heartbeat/every'],
    [{ ...feed, heartbeat: { every: 2 ** 31, message: {}, about: '' } }, '/heartbeat/every'],
    [{ ...feed, offer: ['a b'] }, '/offer/0'],
    [{ ...feed, answers: [{ startsWith: '', message: {}, about: '' }] }, '/answers/0/startsWith'],
  ])('refuses %#', (table, place) => {
    expect(validate(table)).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toContain(place);
  });
});

describe('the problems that the schema cannot express', () => {
  it.each<[Partial<ProtocolTable>, at: string, string]>([
    [{ id: 'socket.io' }, '/id', 'The id “socket.io” is that of a built-in protocol: choose another.'],
    [{ id: 'auto' }, '/id', 'The id “auto” is that of a built-in protocol: choose another.'],
    [{ id: 'other' }, '/id', 'Another table has the id “other” already: choose another.'],
    [{ verbs: [...feed.verbs!, ...feed.verbs!] }, '/verbs/1/name', 'Two verbs are called @subscribe.'],
    [
      { verbs: [{ name: 'where', about: 'A.', message: {} }] },
      '/verbs/0/name',
      '@where has another meaning in request files: choose another name.',
    ],
    [
      { verbs: [{ name: 'a', about: 'A.', message: { x: ['<argument b>'] } }] },
      '/verbs/0',
      'Nothing fills “<argument b>” in the message of @a.',
    ],
    [
      { verbs: [{ name: 'a', about: 'A.', message: '<last b>' }] },
      '/verbs/0',
      'Nothing fills “<last b>” in the message of @a.',
    ],
    [{ verbs: [{ name: 'a', about: 'A.', message: {}, per: 'b' }] }, '/verbs/0', '@a has no argument “b”.'],
    [
      { answers: [{ message: {}, about: 'A.' }] },
      '/answers/0',
      'An answer needs text or startsWith: it is recognised before it is parsed.',
    ],
    [
      { rules: [{ type: 'event' }, ...feed.rules] },
      '/rules/0',
      'Rule 1 has no conditions, so the rules after it are never reached: put it last.',
    ],
  ])('%j', (change, at, message) => {
    const taken = { ids: ['other'], verbs: new Set(['where']) };
    expect(tableProblems({ ...feed, ...change }, taken)).toContainEqual({ at, message });
  });

  it.each<[Partial<ProtocolTable>, at: string, path: string]>([
    [{ rules: [{ type: 'event', name: '$..a' }] }, '/rules/0/name', '$..a'],
    [{ rules: [{ type: 'event', label: ['x', 'to {$.a} {$.b[*]}'] }] }, '/rules/0/label', '$.b[*]'],
    [{ rules: [{ type: 'event', error: '$.a -> $.b.*' }] }, '/rules/0/error', '$.b.*'],
    [{ rules: [{ type: 'event', id: "$['a\\']" }] }, '/rules/0/id', "$['a\\']"],
    [{ rules: [{ type: 'event', payload: ['$', '$.a b'] }] }, '/rules/0/payload', '$.a b'],
    [{ rules: [{ type: 'event', when: { a: 1 } }] }, '/rules/0/when', 'a'],
    [{ detect: { messages: [{ '$.': 1 }] } }, '/detect/messages/0', '$.'],
    [{ opening: { by: 'server', accepted: { '$[-1]': 1 }, about: '' } }, '/opening/accepted', '$[-1]'],
    [{ answers: [{ text: 'p', message: { a: ['<$.*>'] }, about: '' }] }, '/answers/0/message', '$.*'],
  ])('finds the path that selects no single value in %j', (change, at, path) => {
    expect(tableProblems({ ...feed, ...change })).toEqual([
      { at, message: `“${path}” is not a path to one value, as in $.params.id.` },
    ]);
  });
});

describe('a table of a user', () => {
  const module = tableModule(feed);

  it('is detected, reads, answers and speaks', () => {
    const evidence = { subprotocol: '', url: 'wss://feed.example/ws', messages: [] };
    expect(detectProtocol(evidence, [module])?.reason).toBe('My feed: URL with feed.example');
    const { units } = module
      .createDecoder(context(''))
      .decode(text('server', '{"stream":"btcusdt@trade","data":{"e":"trade","p":"0.10"}}'));
    expect(units.map(toUnit)).toMatchObject([
      {
        type: 'event',
        name: 'trade',
        stream: '"btcusdt@trade"',
        payload: { content: '{"e":"trade","p":"0.10"}' },
      },
    ]);
    const peer = module.createPeer(context(''), 'client', countingPorts());
    expect(peer.receive(text('server', '{"ping":1700000000123}')).map(textOf)).toEqual([
      '{"pong":1700000000123}',
    ]);
    const encoded = peer.encode(call('subscribe', { arguments: ['btcusdt@trade'] }));
    expect('messages' in encoded && encoded.messages.map(textOf)).toEqual([
      '{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}',
    ]);
    expect(module.chores).toEqual(['Echoes the number of a ping.']);
  });
});
