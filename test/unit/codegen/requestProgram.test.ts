import { describe, expect, it } from 'vitest';
import { requestProgram } from '../../../src/core/codegen/requestProgram.ts';
import { CODE_TARGETS, type CodeTargetId } from '../../../src/core/codegen/targets.ts';
import type { Program } from '../../../src/core/codegen/program.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../../src/core/request/variables/environmentContext.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/checkRequestFile.ts';

const TARGETS = Object.keys(CODE_TARGETS) as CodeTargetId[];

async function described(
  source: string,
  reveal = false,
): Promise<Awaited<ReturnType<typeof requestProgram>>> {
  const file = analyzeRequestFile(source, 'ws');
  return requestProgram(
    { name: 'test', file, request: file.requests[0]! },
    {
      environmentContext: NO_ENVIRONMENT_CONTEXT,
      made: { now: () => 0, randomBytes: (count) => new Uint8Array(count).fill(7) },
      env: (name) => (name === 'API_TOKEN' ? 'from the environment' : undefined),
      readFile: () => Promise.reject(new Error('no files here')),
      reveal,
    },
  );
}

async function program(source: string, reveal?: boolean): Promise<Program> {
  const result = await described(source, reveal);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.program;
}

describe('a secret', () => {
  const SECRETS = [
    ['of the vault', 'WS ws://h/?a={{$secret apiToken}}', 'DUPLEX_SECRET_APITOKEN'],
    ['in a header in clear', 'WS ws://h/\nAuthorization: Bearer abcdef123456', 'AUTHORIZATION'],
    ['in the query in clear', 'WS ws://h/?token=abcdef123456', 'TOKEN'],
    ['in the user info', 'WS ws://me:abcdef123456@h/', 'PASSWORD'],
    ['in Basic credentials', 'WS ws://h/\nAuthorization: Basic me abcdef123456', 'PASSWORD'],
    ['of the process', 'WS ws://h/\nX-Key: {{$env API_TOKEN}}', 'SECRET'],
  ] as const;

  it.each(SECRETS)(
    '%s becomes a variable of the environment in every target',
    async (_, source, variable) => {
      const made = await program(`${source}\n\nhi`);
      for (const target of TARGETS.filter((each) => each !== 'browser')) {
        const text = CODE_TARGETS[target].write(made);
        expect(text, target).toContain(variable);
        expect(text, target).not.toMatch(/abcdef123456|from the environment/);
      }
    },
  );

  it('is written on request', async () => {
    const made = await program('WS ws://h/?token=abcdef123456\n\nhi', true);
    for (const target of TARGETS) expect(CODE_TARGETS[target].write(made)).toContain('abcdef123456');
  });
});

describe('the list of parts that a program cannot do', () => {
  it('is at the top of the program', async () => {
    const made = await program(
      '# @heartbeat 5s\n# @expect status == 101\nWS ws://h/\n\n=== wait-for-server\n# @where $..x == 1\n# @expect size > 3\nhi',
    );
    expect(made.left.join(' ')).toMatch(/@heartbeat.*@expect about the handshake/);
    const step = made.steps.at(-1);
    expect(step?.left).toEqual([
      'The condition @where $..x == 1 is not checked.',
      'The condition @expect size > 3 is not checked.',
    ]);
    for (const target of [
      'node-ws',
      'python-websockets',
      'java-websocket',
      'go-websocket',
      'dotnet',
    ] as const)
      expect(CODE_TARGETS[target].write(made)).toContain('The condition @where $..x == 1 is not checked.');
  });

  it('includes the verbs of a protocol, whose payloads are no messages', async () => {
    const made = await program(
      '# @protocol json-rpc\nWS ws://h/\n\n# @call add\n[1, 2]\n=== wait-for-server\n# @reply\n===\n{"plain": 1}',
    );
    const left = 'The verb @call is left out: a program of this kind does not speak its protocol.';
    expect(made.steps.flatMap((step) => step.left)).toEqual([
      left,
      '@reply is left out: a program of this kind does not know which message is the reply.',
    ]);
    expect(made.steps.filter(({ act }) => act !== undefined)).toHaveLength(1);
    const text = CODE_TARGETS['node-ws'].write(made);
    expect(text).toContain(left);
    expect(text).not.toContain('[1, 2]');
  });

  it('includes bytes that depend on a captured value', async () => {
    const made = await program(
      'WS ws://h/\n\n=== wait-for-server\n# @capture id = $.id\n# @binary base64\n{{id}}AA',
    );
    expect(made.steps.at(-1)).toMatchObject({
      act: undefined,
      left: ['The payload is left out: its bytes depend on a variable.'],
    });
  });

  it('includes payloads of @encode, and says that nothing compresses', async () => {
    const made = await program('WS ws://h/\n\n# @encode msgpack\n{"a": 1}\n===\n# @encode gzip\n{"a": 1}');
    expect(made.steps[0]).toMatchObject({
      act: { kind: 'binary', data: Uint8Array.of(0x81, 0xa1, 0x61, 1) },
      left: [],
    });
    expect(made.steps[1]).toMatchObject({
      act: undefined,
      left: ['The payload is left out: a program of this kind does not compress it.'],
    });
  });
});

it('an invalid request has no program', async () => {
  const result = await described('WS ws://h/\n\n{{nothing}}');
  expect(result).toMatchObject({ problems: [{ code: 'variable.unknown' }] });
});

it('a name that is a keyword becomes another one', async () => {
  const made = await program('WS ws://h/\n\n=== wait-for-server\n# @capture class = $.a\n{{class}}');
  expect(made.variables.map(({ name }) => name)).toEqual(['classValue']);
});
