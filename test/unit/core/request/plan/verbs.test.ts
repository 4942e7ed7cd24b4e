import { describe, expect, it } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';

/** The errors of a request with these steps. */
function errors(steps: string, protocol = 'json-rpc'): string[] {
  const named = protocol === '' ? '' : `# @protocol ${protocol}\n`;
  const { diagnostics } = analyzeRequestFile(`${named}WEBSOCKET ws://127.0.0.1:1\n\n${steps}\n`);
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code}: ${message}`);
}

describe('the verbs of a protocol', () => {
  it.each([
    ['json-rpc', '# @call add\n[1, 2]\n=== wait-for-server\n# @reply\n# @expect payload == 3'],
    ['socket.io', '# @connect /admin\n===\n# @emit add\n# @ack\n[1, 2]\n=== wait-for-server\n# @reply'],
    ['graphql-transport-ws', '# @init\n{}\n===\n# @subscribe\n{ hello }\n===\n# @complete'],
    ['ocpp', '# @call Heartbeat'],
  ])('fit in steps of %s', (protocol, steps) => {
    expect(errors(steps, protocol)).toEqual([]);
  });

  it.each([
    ['of another protocol', '# @emit say\n["x"]', 'json-rpc', 'verb.unknown: @emit is a verb of Socket.IO'],
    ['without a protocol', '# @emit say\n["x"]', '', 'verb.unknown: @emit is a verb of Socket.IO'],
    ['that nobody has', '# @calll add', 'json-rpc', 'did you mean @call?'],
    ['without its argument', '# @call\n[1]', 'json-rpc', 'verb.encoding: '],
    ['with a payload that is not JSON', '# @call add\n[1', 'json-rpc', 'verb.encoding: '],
    [
      'with headers that its messages do not have',
      '# @call add\n# @header a: b',
      'json-rpc',
      'remove @header',
    ],
    ['that has no payload', '# @disconnect\n[1]', 'socket.io', 'verb.encoding: @disconnect has no payload'],
  ])('are errors %s', (_, steps, protocol, expected) => {
    expect(errors(steps, protocol)).toEqual([expect.stringContaining(expected)]);
  });

  it('are those of the protocol that a variable names', () => {
    const { diagnostics } = analyzeRequestFile(
      '@spoken = json-rpc\n# @protocol {{spoken}}\nWEBSOCKET ws://127.0.0.1:1\n\n# @call add\n[1]\n===\n# @emit say\n["x"]\n',
    );
    expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([['verb.unknown', 7]]);
  });

  it.each(['{{$env SPOKEN}}', '{{nobody}}', 'sockte.io'])(
    'are checked by the run if %s does not give the protocol',
    (protocol) => {
      const steps = '# @emit say\n["x"]\n===\n# @call add\n# @repeat 2\n=== wait-for-server\n# @reply';
      expect(errors(steps, protocol).filter((error) => !/^(variable|directive)\./.test(error))).toEqual([]);
    },
  );

  it('know no other types of units', () => {
    expect(errors('=== wait-for-server\n# @where type == "evnt"')).toEqual([
      'condition.value: No unit has the type “evnt”: write one of call, reply, error, event, subscribe, unsubscribe, control.',
    ]);
    expect(errors('=== wait-for-server\n# @where type != "control"')).toEqual([]);
  });

  it('need a call for @reply', () => {
    const problem = expect.stringContaining('no step before it makes one') as string;
    expect(errors('=== wait-for-server\n# @reply')).toEqual([problem]);
    expect(errors('# @notify tick\n=== wait-for-server\n# @reply')).toEqual([problem]);
  });
});
