import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/core/protocol/builtInProtocols.ts';
import type { Role } from '../../../src/core/protocol/protocolModule.ts';
import type { ProtocolTable } from '../../../src/core/protocol/table/protocolTable.ts';
import { tableProblems } from '../../../src/core/protocol/table/tableProblems.ts';
import { tableModule } from '../../../src/core/protocol/table/tableModule.ts';

const PLACE = { url: 'ws://h/?vsn=2.0.0', subprotocol: '' };

/** Of each unit whether it ends its stream, after the messages before the last. */
function endsOf(id: string, from: Role, ...messages: readonly string[]): unknown[] {
  const decoder = PROTOCOLS.find((each) => each.id === id)!.createDecoder(PLACE);
  const read = messages.map((message, index) =>
    decoder.decode({
      kind: 'text',
      from: index < messages.length - 1 ? 'client' : from,
      data: new TextEncoder().encode(message),
    }),
  );
  return read.at(-1)!.units.map(({ type, ends }) => [type, ends]);
}

describe('a stream ends', () => {
  it.each<[string, string, readonly string[], unknown[]]>([
    ['with complete', 'graphql-transport-ws', ['{"id":"1","type":"complete"}'], ['event', true]],
    ['with an error', 'graphql-transport-ws', ['{"id":"1","type":"error","payload":[]}'], ['error', true]],
    ['with complete', 'graphql-ws', ['{"id":"1","type":"complete"}'], ['event', true]],
    [
      'with the Completion',
      'signalr',
      [
        '{"type":4,"invocationId":"1","target":"T","arguments":[]}\u001e',
        '{"type":3,"invocationId":"1"}\u001e',
      ],
      ['reply', true],
    ],
    ['with phx_close', 'phoenix', ['["1","1","room:a","phx_close",{}]'], ['event', true]],
    ['with phx_error', 'phoenix', ['["1",null,"room:a","phx_error",{}]'], ['error', true]],
  ])('%s of %s', (_, id, messages, expected) => {
    expect(endsOf(id, 'server', ...messages)).toEqual([expected]);
  });

  it.each<[string, readonly string[]]>([
    ['graphql-transport-ws', ['{"id":"1","type":"next","payload":{}}']],
    ['graphql-transport-ws', ['{"type":"connection_ack"}']],
    ['signalr', ['{"type":2,"invocationId":"1","item":1}\u001e']],
    ['phoenix', ['["1",null,"room:a","phx_closed",{}]']],
    ['phoenix', ['["1","2","room:a","phx_reply",{"status":"ok","response":{}}]']],
  ])('not with another message of %s', (id, messages) => {
    expect(endsOf(id, 'server', ...messages)).toEqual([[expect.any(String), undefined]]);
  });

  it('by a rule of a table of the user, too', () => {
    const table: ProtocolTable = {
      id: 'feed',
      title: 'Feed',
      about: 'A feed.',
      rules: [
        { when: { '$.done': true }, type: 'event', name: 'done', stream: '$.id', ends: true },
        { type: 'event', name: 'tick', stream: '$.id' },
      ],
    };
    expect(tableProblems(table)).toEqual([]);
    const decoder = tableModule(table).createDecoder(PLACE);
    const data = new TextEncoder().encode('{"id":1,"done":true}');
    expect(decoder.decode({ kind: 'text', from: 'server', data }).units).toMatchObject([
      { name: 'done', stream: '1', ends: true },
    ]);
  });
});
