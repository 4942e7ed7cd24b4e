import { describe, expect, it } from 'vitest';
import { offeredSubprotocols, protocolProblem } from '../../../src/core/protocol/protocolChoice.ts';
import { UnitReader } from '../../../src/core/protocol/unitReader.ts';

const data = (content: string) => new TextEncoder().encode(content);
const CALL = '{"jsonrpc":"2.0","id":1,"method":"m"}';

describe('a unit reader', () => {
  it('recognises a protocol from its first message, with the reason', () => {
    const reader = new UnitReader({ protocol: 'auto', url: 'ws://localhost/' });
    reader.opened('');
    expect(reader.list('text', 'client', data('hello'))).toBeUndefined();
    expect(reader.list('text', 'client', data(CALL))).toMatchObject({
      protocol: 'json-rpc',
      units: [{ type: 'call', name: 'm' }],
      problems: [],
    });
    expect(reader.reason).toBe('JSON-RPC 2.0: first message with jsonrpc');
  });

  it('gives up after three messages, and starts again with the next connection', () => {
    const reader = new UnitReader({ protocol: 'auto', url: 'ws://localhost/' });
    reader.opened('');
    for (const text of ['a', 'b', 'c', CALL])
      expect(reader.list('text', 'server', data(text))).toBeUndefined();
    reader.opened('ocpp1.6');
    expect(reader.protocol?.id).toBe('ocpp');
    expect(reader.reason).toBe('OCPP-J: subprotocol ocpp1.6');
    reader.opened('');
    expect(reader.protocol).toBeUndefined();
  });

  it('keeps no state of a decoder over connections', () => {
    const reader = new UnitReader({ protocol: 'socket.io', url: 'ws://localhost/socket.io/?EIO=4' });
    reader.opened('');
    reader.list('text', 'server', data('451-["a",{"_placeholder":true,"num":0}]'));
    reader.opened('');
    expect(reader.list('text', 'server', data('42["b"]'))).toMatchObject({
      units: [{ name: 'b' }],
      problems: [],
    });
  });

  it('reads by the named protocol, for any messages, and by none', () => {
    const named = new UnitReader({ protocol: 'ocpp', url: 'ws://localhost/' });
    expect(named.list('text', 'client', data(CALL))?.problems).toMatchObject([{ code: 'decode.envelope' }]);
    expect(named.reason).toBeUndefined();
    const none = new UnitReader({ protocol: 'none', url: 'ws://localhost/socket.io/?EIO=4' });
    none.opened('ocpp1.6');
    expect(none.list('text', 'client', data('42["a"]'))).toBeUndefined();
  });
});

describe('the choice of a protocol', () => {
  it.each([
    ['auto', undefined],
    ['none', undefined],
    ['graphql-ws', undefined],
    ['Socket.io', 'did you mean socket.io?'],
    ['jsonrpc', 'did you mean json-rpc?'],
    ['v1.json', 'did you mean the option subprotocol'],
    ['xyz', 'There is no protocol “xyz”: use auto, none, '],
  ])('%s', (id, sentence) => {
    if (sentence === undefined) expect(protocolProblem(id)).toBeUndefined();
    else expect(protocolProblem(id)).toContain(sentence);
  });

  it('offers its subprotocols unless others are named', () => {
    expect(offeredSubprotocols({ protocol: 'graphql-transport-ws', subprotocols: [] })).toEqual([
      'graphql-transport-ws',
    ]);
    expect(offeredSubprotocols({ protocol: 'ocpp', subprotocols: ['ocpp1.6'] })).toEqual(['ocpp1.6']);
    expect(offeredSubprotocols({ protocol: 'auto', subprotocols: [] })).toEqual([]);
  });
});
