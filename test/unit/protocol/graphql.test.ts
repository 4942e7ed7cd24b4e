import { describe, expect, it } from 'vitest';
import { graphqlPayload, operationName } from '../../../src/core/protocol/graphql/graphql.ts';
import { call, context, countingPorts, decodeAll, protocol, text, textOf } from './support/conversation.ts';

const client = (id = 'graphql-transport-ws') =>
  protocol(id).createPeer(context(id), 'client', countingPorts());

describe('graphql-transport-ws', () => {
  it('names every message of an operation after it', () => {
    const { units, problems } = decodeAll('graphql-transport-ws', [
      text('client', '{"type":"connection_init","payload":{"token":"x"}}'),
      text('server', '{"type":"connection_ack"}'),
      text(
        'client',
        '{"id":"1","type":"subscribe","payload":{"query":"subscription Ticks { tick { price } }"}}',
      ),
      text('server', '{"id":"1","type":"next","payload":{"data":{"tick":{"price":1.0}}}}'),
      text(
        'server',
        '{"id":"1","type":"next","payload":{"data":null,"errors":[{"message":"No price","path":["tick",0,"price"]}]}}',
      ),
      text(
        'server',
        '{"id":"1","type":"error","payload":[{"message":"Unknown field"},{"message":"Other","path":["a"]}]}',
      ),
      text('server', '{"id":"1","type":"complete"}'),
      text('client', '{"id":"2","type":"complete"}'),
      text('server', '{"type":"ping"}'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, error }) => [type, name, error])).toEqual([
      ['control', 'connection_init', undefined],
      ['control', 'connection_ack', undefined],
      ['subscribe', 'Ticks', undefined],
      ['event', 'Ticks', undefined],
      ['event', 'Ticks', 'No price (at tick.0.price)'],
      ['error', 'Ticks', 'Unknown field; Other (at a)'],
      ['event', 'Ticks', undefined],
      ['unsubscribe', '', undefined],
      ['control', 'ping', undefined],
    ]);
    expect(new Set(units.slice(2, 7).map(({ stream }) => stream))).toEqual(new Set(['"1"']));
    expect(units[3]?.summary).toBe('next 1 Ticks {"data":{"tick":{"price":1.0}}}');
  });

  it('continues from a checkpoint', () => {
    const first = protocol('graphql-transport-ws').createDecoder(context(''));
    first.decode(text('client', '{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}'));
    const second = protocol('graphql-transport-ws').createDecoder(context(''), first.checkpoint());
    const { units } = second.decode(text('server', '{"id":"1","type":"next","payload":{}}'));
    expect(units[0]?.name).toBe('hello');
  });

  it('opens, answers pings and completes open operations at the end', () => {
    const peer = client();
    expect(peer.start(true).map(textOf)).toEqual(['{"type":"connection_init"}']);
    expect(peer.opening.state).toBe('waiting');
    peer.receive(text('server', '{"type":"connection_ack","payload":{}}'));
    expect(peer.opening.state).toBe('accepted');
    expect(peer.receive(text('server', '{"type":"ping"}')).map(textOf)).toEqual(['{"type":"pong"}']);
    expect(peer.receive(text('server', '{"type":"ping","payload":{"n":1}}')).map(textOf)).toEqual([
      '{"type":"pong","payload":{"n":1}}',
    ]);
    peer.encode(call('subscribe', { body: 'query { a }' }));
    const second = peer.encode(call('subscribe', { body: 'subscription B { b }' }));
    expect(second).toMatchObject({ awaits: '"2"' });
    peer.receive(text('server', '{"id":"1","type":"complete"}'));
    expect(peer.finish().map(textOf)).toEqual(['{"id":"2","type":"complete"}']);
    expect(peer.finish()).toEqual([]);
  });

  it('does not open if a verb will, and sends its payload as it is written', () => {
    const peer = client();
    expect(peer.start(false)).toEqual([]);
    const encoded = peer.encode(call('init', { body: '{"token": "x", "v": 1.0}' }));
    expect('messages' in encoded && encoded.messages.map(textOf)).toEqual([
      '{"type":"connection_init","payload":{"token": "x", "v": 1.0}}',
    ]);
    expect(peer.opening.state).toBe('waiting');
  });

  it('answers as a server', () => {
    const server = protocol('graphql-transport-ws').createPeer(context(''), 'server', countingPorts());
    expect(server.receive(text('client', '{"type":"connection_init"}')).map(textOf)).toEqual([
      '{"type":"connection_ack"}',
    ]);
    const decoder = protocol('graphql-transport-ws').createDecoder(context(''));
    const taken = decoder.decode(text('client', '{"id":"q7","type":"subscribe","payload":{"query":"{a}"}}'))
      .units[0];
    const next = server.encode(call('respond', { taken, body: '{"data": {"a": 1.0}}' }));
    expect('messages' in next && next.messages.map(textOf)).toEqual([
      '{"id":"q7","type":"next","payload":{"data": {"a": 1.0}}}',
    ]);
  });

  it('says what is wrong', () => {
    expect(client().encode(call('complete'))).toEqual({
      problem: '@complete stops an operation: none is open.',
    });
    expect(client().encode(call('subscribe'))).toEqual({
      problem: '@subscribe needs a GraphQL document as its payload.',
    });
    expect(client().encode(call('subscribe', { body: ' ' }))).toEqual({
      problem: 'The payload of @subscribe is a GraphQL document, and it is empty.',
    });
    expect(protocol('graphql-transport-ws').closeCodes[4409]).toContain('Subscriber already exists');
  });
});

describe('legacy graphql-ws', () => {
  it('speaks start, data and stop', () => {
    const peer = client('graphql-ws');
    peer.start(true);
    const started = peer.encode(call('subscribe', { body: '{ hello }' }));
    expect('messages' in started && started.messages.map(textOf)).toEqual([
      '{"id":"1","type":"start","payload":{"query":"{ hello }"}}',
    ]);
    expect(peer.finish().map(textOf)).toEqual(['{"id":"1","type":"stop"}']);
    peer.receive(text('server', '{"type":"connection_error","payload":{"message":"bad token"}}'));
    expect(peer.opening).toEqual({
      state: 'refused',
      reason: 'The server refused GraphQL (legacy graphql-ws): bad token.',
    });
    const { units } = decodeAll('graphql-ws', [
      text('client', '{"id":"1","type":"start","payload":{"operationName":"H","query":"query H{a}"}}'),
      text('server', '{"id":"1","type":"data","payload":{"data":{}}}'),
      text('server', '{"type":"ka"}'),
      text('client', '{"id":"1","type":"stop"}'),
    ]);
    expect(units.map(({ type, name, heartbeat }) => [type, name, heartbeat])).toEqual([
      ['subscribe', 'H', undefined],
      ['event', 'H', undefined],
      ['control', 'ka', true],
      ['unsubscribe', 'H', undefined],
    ]);
  });
});

describe('the body of @subscribe', () => {
  it('reads variables from a last paragraph that is a JSON object', () => {
    expect(graphqlPayload('subscription A($n: Int) {\n\n  a(n: $n)\n}\n\n{"n": 1.0}\n')).toBe(
      '{"query":"subscription A($n: Int) {\\n\\n  a(n: $n)\\n}","variables":{"n": 1.0},"operationName":"A"}',
    );
    expect(graphqlPayload('{ a }\n\n{\n  "n": 1,\n\n  "m": 2\n}')).toBe(
      '{"query":"{ a }","variables":{\n  "n": 1,\n\n  "m": 2\n}}',
    );
    expect(graphqlPayload('{ a }\n\n{ b }')).toBe('{"query":"{ a }\\n\\n{ b }"}');
  });

  it('finds a name for an operation', () => {
    expect(operationName('# comment\nquery   Q { a }')).toBe('Q');
    expect(operationName('mutation { alias: save(x: 1) { id } }')).toBe('save');
    expect(operationName('')).toBe('');
  });
});
