import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../../../src/core/protocol/builtInProtocols.ts';
import { findProtocol } from '../../../../../src/core/protocol/registry.ts';
import { composableVerbs, composedCall } from '../../../../../src/core/request/plan/composedVerb.ts';
import { verbLine, verbsOf } from '../../../../../src/core/request/plan/stepVerb.ts';

const socketio = findProtocol('socket.io')!;
const draft = { name: 'emit', arguments: ['chat'], options: {}, beside: [], headers: [] };

describe.each(PROTOCOLS.map((protocol) => [protocol.id, protocol] as const))(
  'the composer of %s',
  (_, protocol) => {
    it('offers verbs of the client, each of which can be encoded from its own sample', () => {
      const verbs = composableVerbs(protocol);
      const specs = verbsOf({ protocol, role: 'client' });
      expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
      for (const verb of verbs) {
        const spec = specs.find(({ name }) => name === verb.name)!;
        // The composer has no unit that it took, so its field says which one is answered.
        const line = verbLine(spec, spec.answers ? '7' : verb.sample.line);
        const body = verb.sample.body === '' ? undefined : verb.sample.body;
        const given = { name: verb.name, ...line, beside: [], headers: [] };
        expect(composedCall(protocol, given, { body })).toMatchObject({
          call: { verb: verb.name, arguments: line.arguments, options: line.options },
        });
      }
    });

    it('crosses the boundary as JSON', () => {
      const verbs = composableVerbs(protocol);
      expect(JSON.parse(JSON.stringify(verbs))).toEqual(verbs);
    });
  },
);

it('does not offer what only stands beside another verb', () => {
  const names = (id: string): string[] => composableVerbs(findProtocol(id)!).map(({ name }) => name);
  expect(names('stomp')).not.toContain('receipt');
  expect(names('socket.io')).not.toContain('ack');
  const emit = composableVerbs(socketio).find(({ name }) => name === 'emit')!;
  expect(emit.besides.map(({ name }) => name)).toEqual(['ack']);
});

describe('a composed verb', () => {
  it('has no payload if nothing but space is written', () => {
    expect(composedCall(socketio, draft, { body: ' \n' })).toMatchObject({ call: { body: undefined } });
    expect(composedCall(socketio, draft, { body: '[1]' })).toMatchObject({ call: { body: '[1]' } });
  });

  it('leaves out what it does not take', () => {
    expect(
      composedCall(socketio, { ...draft, name: 'disconnect', arguments: [] }, { body: 'x' }),
    ).toMatchObject({
      call: { body: undefined },
    });
  });

  it.each([
    [{ name: 'shout' }, 'Socket.IO has no verb @shout.'],
    [{ beside: ['emit'] }, '@emit cannot stand beside @emit.'],
    [{ arguments: [] }, '@emit needs an event'],
    [{ headers: [['a', 'b']] }, 'has no headers'],
  ] as const)('is refused with %j', (change, problem) => {
    const composed = composedCall(socketio, { ...draft, ...change }, { body: undefined });
    expect('problem' in composed && composed.problem).toContain(problem);
  });

  it('is refused if its line would be read in another way', () => {
    const phoenix = findProtocol('phoenix')!;
    const push = { ...draft, name: 'push', arguments: ['room 1', 'shout'] };
    const composed = composedCall(phoenix, push, { body: '{}' });
    expect('problem' in composed && composed.problem).toBe(
      '@push cannot be written with the topic “room 1”: only its last argument has spaces, and none is left out before another.',
    );
    const empty = composedCall(phoenix, { ...push, arguments: ['', 'shout'] }, { body: '{}' });
    expect('problem' in empty && empty.problem).toContain('@push cannot be written with the topic “”');
  });
});
