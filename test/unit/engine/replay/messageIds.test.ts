import { describe, expect, test } from 'vitest';
import type { Role, WireMessage } from '../../../../src/core/protocol/protocolModule.ts';
import { MessageIds, type IdMap } from '../../../../src/engine/replay/messageIds.ts';

const bytes = (written: string | number[]): Uint8Array =>
  typeof written === 'string' ? new TextEncoder().encode(written) : Uint8Array.from(written);

const from = (side: Role, written: string | number[]): WireMessage => ({
  from: side,
  kind: typeof written === 'string' ? 'text' : 'binary',
  data: bytes(written),
});

const idsOf = (protocol: string, url = 'ws://localhost/'): MessageIds =>
  new MessageIds({ protocol, url, subprotocol: '' });

const read = (data: Uint8Array): string => new TextDecoder().decode(data);

/** What the answer becomes after a call with another id. */
function answered(
  protocol: string,
  call: string | number[],
  own: string | number[],
  answer: string | number[],
): Uint8Array {
  const ids = idsOf(protocol);
  const recorded = from('client', call);
  const pairs: IdMap = ids.pairs(recorded, from('client', own), []);
  expect(Buffer.from(ids.rewritten(recorded, pairs, []))).toEqual(Buffer.from(bytes(own)));
  ids.passed(recorded);
  return ids.rewritten(from('server', answer), pairs, []);
}

describe('the answer to a replayed call', () => {
  test.each([
    [
      'json-rpc',
      '{"jsonrpc":"2.0","id":2,"method":"add","params":[2,2]}',
      '{"jsonrpc":"2.0","id":77,"method":"add","params":[2,2]}',
      '{"jsonrpc":"2.0", "result":2.0,  "id":2}',
      '{"jsonrpc":"2.0", "result":2.0,  "id":77}',
    ],
    [
      'json-rpc',
      '{"jsonrpc":"2.0","id":"a\\"b","method":"x"}',
      '{"jsonrpc":"2.0","id":5,"method":"x"}',
      '{"jsonrpc":"2.0","id":"a\\"b","result":"a\\"b"}',
      '{"jsonrpc":"2.0","id":5,"result":"a\\"b"}',
    ],
    // A batch has several.
    [
      'json-rpc',
      '[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]',
      '[{"jsonrpc":"2.0","id":8,"method":"a"},{"jsonrpc":"2.0","id":9,"method":"b"}]',
      '[{"jsonrpc":"2.0","id":2,"result":1},{"jsonrpc":"2.0","id":1,"result":2}]',
      '[{"jsonrpc":"2.0","id":9,"result":1},{"jsonrpc":"2.0","id":8,"result":2}]',
    ],
    ['socket.io', '420["add",2,3]', '4217["add",2,3]', '430[0]', '4317[0]'],
    ['socket.io', '42/chat,3["say"]', '42/chat,4["say"]', '43/chat,3[3]', '43/chat,4[3]'],
    [
      'graphql-transport-ws',
      '{"id":"a-1","type":"subscribe","payload":{"query":"{ a }"}}',
      '{"type":"subscribe","id":"b-2","payload":{"query":"{ a }"}}',
      '{"id":"a-1","type":"next","payload":{"data":{"a":"a-1"}}}',
      '{"id":"b-2","type":"next","payload":{"data":{"a":"a-1"}}}',
    ],
    [
      'phoenix',
      '["3","3","room:1","phx_join",{}]',
      '["8","8","room:1","phx_join",{}]',
      '["3","3","room:1","phx_reply",{"response":{"n":"3"},"status":"ok"}]',
      '["8","8","room:1","phx_reply",{"response":{"n":"3"},"status":"ok"}]',
    ],
    // A broadcast of the topic has only the ref of the join.
    [
      'phoenix',
      '["3","3","room:1","phx_join",{}]',
      '["8","8","room:1","phx_join",{}]',
      '["3",null,"room:1","tick",{}]',
      '["8",null,"room:1","tick",{}]',
    ],
    [
      'stomp',
      'SUBSCRIBE\nid:sub-0\ndestination:/a\nreceipt:r1\n\n\0',
      'SUBSCRIBE\nid:sub-9\ndestination:/a\nreceipt:r7\n\n\0',
      'MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/a\n\nsub-0\0',
      'MESSAGE\nsubscription:sub-9\nmessage-id:1\ndestination:/a\n\nsub-0\0',
    ],
    [
      'stomp',
      'SEND\ndestination:/a\nreceipt:r1\n\nx\0',
      'SEND\ndestination:/a\nreceipt:r7\n\nx\0',
      'RECEIPT\nreceipt-id:r1\n\n\0',
      'RECEIPT\nreceipt-id:r7\n\n\0',
    ],
    ['wamp', '[48,1,{},"add",[1]]', '[48,6,{},"add",[1]]', '[50,1,{},[1]]', '[50,6,{},[1]]'],
    ['ocpp', '[2,"a","Heartbeat",{}]', '[2,"b","Heartbeat",{}]', '[3,"a",{"x":"a"}]', '[3,"b",{"x":"a"}]'],
    // No protocol is known: the member id of an object.
    [
      'auto',
      '{"op":"add","id":1}',
      '{"id":"mine","op":"add"}',
      '{ "result": 1.0,  "id":1 }',
      '{ "result": 1.0,  "id":"mine" }',
    ],
  ])('gets the id of the new call: %s, %s, %s', (protocol, call, own, answer, expected) => {
    const ids = idsOf(protocol);
    const recorded = from('client', call);
    const pairs = ids.pairs(recorded, from('client', own), []);
    ids.passed(recorded);
    expect(read(ids.rewritten(from('server', answer), pairs, []))).toBe(expected);
  });

  test('gets the id of the new call in SignalR, before its record separator', () => {
    const invocation = (id: string): string =>
      `{"type":1,"invocationId":"${id}","target":"Add","arguments":[1]}\x1e`;
    const completion = (id: string): string => `{"type":3,"invocationId":"${id}","result":"1"}\x1e`;
    expect(read(answered('signalr', invocation('1'), invocation('12'), completion('1')))).toBe(
      completion('12'),
    );
  });

  test('gets the id of the new call in MQTT, as two bytes', () => {
    const publish = (id: number): number[] => [0x32, 8, 0, 1, 0x61, 0, id, 0, 5, 5];
    expect([...answered('mqtt', publish(5), publish(9), [0x40, 2, 0, 5])]).toEqual([0x40, 2, 0, 9]);
  });
});

describe('the id pairs of two messages', () => {
  test('keep the calls of both sides apart', () => {
    const ids = idsOf('json-rpc');
    const call = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"a"}`;
    const pairs = ids.pairs(from('client', call(1)), from('client', call(7)), []);
    ids.passed(from('client', call(1)));
    expect(read(ids.rewritten(from('server', call(1)), pairs, []))).toBe(call(1));
    expect(read(ids.rewritten(from('client', '{"jsonrpc":"2.0","id":1,"result":0}'), pairs, []))).toContain(
      '"id":1',
    );
  });

  test('keep namespaces apart', () => {
    const ids = idsOf('socket.io');
    const pairs = ids.pairs(from('client', '42/a,1["x"]'), from('client', '42/a,5["x"]'), []);
    expect(read(ids.rewritten(from('server', '43/b,1[]'), pairs, []))).toBe('43/b,1[]');
    expect(read(ids.rewritten(from('server', '43/a,1[]'), pairs, []))).toBe('43/a,5[]');
  });

  test('need the attachments that complete a packet', () => {
    const ids = idsOf('socket.io');
    const call = '451-1["file",{"_placeholder":true,"num":0}]';
    const followers = [from('client', [1, 2, 3])];
    const pairs = ids.pairs(from('client', call), from('client', call.replace('-1', '-9')), followers);
    for (const message of [from('client', call), ...followers]) ids.passed(message);
    expect(read(ids.rewritten(from('server', '431["ok"]'), pairs, []))).toBe('439["ok"]');
  });

  test('include ids that the server gives', () => {
    const ids = idsOf('socket.io');
    const opening = (sid: string): WireMessage => from('server', `0{"sid":"${sid}","pingInterval":25000}`);
    const pairs = ids.pairs(opening('abc'), opening('xyz'), []);
    expect(read(ids.rewritten(opening('abc'), pairs, []))).toContain('"sid":"xyz"');

    const stomp = idsOf('stomp');
    const message = (id: string): WireMessage =>
      from('server', `MESSAGE\nsubscription:0\nmessage-id:${id}\nack:${id}\ndestination:/a\n\nx\0`);
    const given = stomp.pairs(message('m1'), message('m2'), []);
    stomp.passed(message('m1'));
    expect(read(stomp.rewritten(from('client', 'ACK\nid:m1\n\n\0'), given, []))).toBe('ACK\nid:m2\n\n\0');
  });

  test.each([
    ['json-rpc', '{"jsonrpc":"2.0","id":1,"method":"a"}', '{"jsonrpc":"2.0","id":1,"method":"a"}'],
    ['json-rpc', '{"jsonrpc":"2.0","id":1,"method":"a"}', '{"jsonrpc":"2.0","method":"a"}'],
    ['json-rpc', '{"jsonrpc":"2.0","id":1,"method":"a"}', '{"jsonrpc":"2.0","id":2,"result":1}'],
    ['json-rpc', '{"jsonrpc":"2.0","id":1,"method":"a"}', 'no JSON'],
    ['auto', 'no JSON', 'none either'],
    ['auto', '{"a":{"id":1}}', '{"a":{"id":2}}'],
    ['auto', '{"id":{}}', '{"id":null}'],
    ['none', '', '{"id"'],
  ])('are empty in %s for %s and %s', (protocol, recorded, own) => {
    expect(idsOf(protocol).pairs(from('client', recorded), from('client', own), []).size).toBe(0);
  });
});

describe('a heartbeat', () => {
  test.each([
    ['socket.io', '2', true],
    ['socket.io', '42["2"]', false],
    ['graphql-transport-ws', '{"type":"ping"}', true],
    ['phoenix', '[null,"4","phoenix","heartbeat",{}]', true],
    ['stomp', '\n', true],
    ['auto', '{"type":"ping"}', false],
    ['json-rpc', '', false],
  ])('is recognised in %s: %j, %s', (protocol, message, expected) => {
    expect(idsOf(protocol).isHeartbeat(from('client', message))).toBe(expected);
  });
});

test('limits the search for the place of an id', () => {
  const ids = idsOf('json-rpc');
  const call = (id: number): WireMessage => from('client', `{"jsonrpc":"2.0","id":${id},"method":"a"}`);
  const pairs = ids.pairs(call(1), call(7), []);
  ids.passed(call(1));
  const ones = '1,'.repeat(300_000);
  const before = performance.now();
  // At either end it is found.
  const last = from('server', `{"jsonrpc":"2.0","result":[${ones}1],"id":1}`);
  expect(read(ids.rewritten(last, pairs, [])).endsWith('1],"id":7}')).toBe(true);
  // In the middle it is not, and the message stays as it is.
  const middle = from('server', `{"jsonrpc":"2.0","result":[${ones}1],"id":1,"more":[${ones}1]}`);
  expect(ids.rewritten(middle, pairs, [])).toBe(middle.data);
  expect(performance.now() - before).toBeLessThan(10_000);
});
