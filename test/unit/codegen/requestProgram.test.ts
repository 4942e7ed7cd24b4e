import { describe, expect, it } from 'vitest';
import { requestProgram } from '../../../src/core/codegen/requestProgram.ts';
import { CODE_TARGETS, writeProgram, type CodeTargetId } from '../../../src/core/codegen/targets.ts';
import type { Program } from '../../../src/core/codegen/program.ts';
import { NO_ENVIRONMENT_CONTEXT } from '../../../src/core/request/variables/environmentContext.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';

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
        const text = writeProgram(CODE_TARGETS[target], made).text;
        expect(text, target).toContain(variable);
        expect(text, target).not.toMatch(/abcdef123456|from the environment/);
      }
    },
  );

  const LANGUAGES = ['node-ws', 'python-websockets', 'java-websocket', 'go-websocket', 'dotnet'] as const;

  it.each([
    ['{"login": {"password": "abcdef123456"}, "note": "abcdef123456"}', 'PASSWORD'],
    ['{"key": "AuthorizationKey", "value": "abcdef123456"}', 'AUTHORIZATIONKEY'],
  ])('in a payload in clear becomes one, too: %s', async (payload, variable) => {
    const source = `WS ws://h/\n\n${payload}\n`;
    const made = await program(source);
    for (const target of TARGETS)
      expect(writeProgram(CODE_TARGETS[target], made).text, target).not.toContain('abcdef123456');
    const revealed = await program(source, true);
    for (const target of LANGUAGES) {
      expect(writeProgram(CODE_TARGETS[target], made).text, target).toContain(variable);
      expect(writeProgram(CODE_TARGETS[target], revealed).text, target).toContain('abcdef123456');
    }
  });

  it('is written on request', async () => {
    const made = await program('WS ws://h/?token=abcdef123456\n\nhi', true);
    for (const target of TARGETS)
      expect(writeProgram(CODE_TARGETS[target], made).text).toContain('abcdef123456');
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
      expect(writeProgram(CODE_TARGETS[target], made).text).toContain(
        'The condition @where $..x == 1 is not checked.',
      );
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
    const text = writeProgram(CODE_TARGETS['node-ws'], made).text;
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

describe('a value that only the program knows', () => {
  /** The seed of the placeholders that stand for such values. */
  const PLACEHOLDER = 'dx070707070707';

  it.each([
    ['in a close reason', '# @close 4001 by {{$secret who}}', 'DUPLEX_SECRET_WHO'],
    ['in a ping', '# @ping {{$secret who}}', 'The payload is left out: its bytes depend on a variable.'],
    ['in a path', '< ./{{$secret who}}.bin', 'The payload is left out: its bytes depend on a variable.'],
    [
      'in an encoded payload',
      '# @encode msgpack\n{"a": "{{$secret who}}"}',
      'The payload is left out: its bytes depend on a variable.',
    ],
    ['in a label', '# @label send {{$secret who}}\nhi', 'send {{who}}'],
    [
      'in a JSONPath',
      '=== wait-for-server\n# @where $["{{$secret who}}"] == 1',
      'The condition @where $["{{$secret}}"] == 1 is not checked.',
    ],
    [
      'in an index of a JSONPath',
      '=== wait-for-server\n# @where $[{{$secret who}}] == 1',
      'The condition @where $[{{$secret}}] == 1 is not checked.',
    ],
  ])('%s is read at run time, or left out with a sentence', async (_, step, shown) => {
    const made = await program(`WS ws://h/\n\n${step}\n`);
    for (const target of [
      'node-ws',
      'browser',
      'python-websockets',
      'java-websocket',
      'go-websocket',
    ] as const) {
      const { text } = writeProgram(CODE_TARGETS[target], made);
      expect(text, target).toContain(shown);
      expect(text, target).not.toContain(PLACEHOLDER);
    }
  });

  it('in the path of a certificate leaves the certificates out', async () => {
    const made = await program('# @ca {{$secret where}}/ca.pem\nWS wss://h/\n\nhi');
    expect(made).toMatchObject({
      ca: [],
      left: ['The files of certificates are not carried over: their paths depend on a variable.'],
    });
  });

  it('survives the encoding of the address', async () => {
    const made = await program('WS ws://h/ü?q=a|\"b&t={{$secret t}}&password=p\'w\n\nhi');
    expect(made.url).toEqual([
      'ws://h/%C3%BC?q=a|%22b&t=',
      expect.objectContaining({ environment: 'DUPLEX_SECRET_T' }),
      '&password=',
      expect.objectContaining({ environment: 'PASSWORD' }),
    ]);
  });
});

describe('what a client cannot do', () => {
  const REQUEST = [
    '# @heartbeat 5s',
    '# @ca a.pem',
    '# @ca b.pem',
    '# @cert client.pem',
    '# @key client.key',
    '# @proxy socks5://proxy.test:1080',
    'WS wss://h/',
    'Origin: https://o.test',
    'X-A: 1',
    'X-A: 2',
    '',
    '# @ping',
    '===',
    '# @close 1001',
    '===',
    'two',
    'lines',
    '=== wait-for-server',
    '# @where $.a > 1',
  ].join('\n');
  const HEARTBEAT = /^@heartbeat \(.*\) is not carried over\.$/;
  const CONDITION = 'step 4: The condition @where $.a > 1 is not checked.';
  const NO_PING = 'step 1: This client cannot send a ping.';
  const SHELL = ['everything but text messages.', 'waits, expectations and captures.'];

  it.each([
    ['node-ws', [CONDITION]],
    [
      'browser',
      [
        'a page cannot set headers (X-A, X-A, Origin).',
        'a page cannot choose certificates.',
        'a page cannot choose a proxy.',
        NO_PING,
        'step 2: This client cannot close with this code.',
        CONDITION,
      ],
    ],
    ['python-websocket-client', [CONDITION]],
    ['python-websockets', [CONDITION]],
    [
      'java-websocket',
      [
        'Java-WebSocket sends only the last header x-a.',
        'the client certificate: Java reads no keys in PEM. Make a key store and set javax.net.ssl.keyStore.',
        CONDITION,
      ],
    ],
    ['go-websocket', [NO_PING, CONDITION]],
    [
      'dotnet',
      [
        'ClientWebSocket sends only the last header x-a.',
        '@ca: add the certificate authority to the certificate store of the system.',
        NO_PING,
        CONDITION,
      ],
    ],
    [
      'curl',
      [
        'the messages: this command makes the handshake only.',
        'all certificate authorities but the last: curl takes one file.',
      ],
    ],
    [
      'wscat',
      [
        ...SHELL,
        'wscat sends only the last header x-a.',
        'all certificate authorities but the last: wscat takes one file.',
        'the proxy: wscat speaks no SOCKS.',
      ],
    ],
    [
      'websocat',
      [
        ...SHELL,
        'messages of several lines: websocat sends each line as a message.',
        'certificates.',
        'the proxy: websocat speaks SOCKS5 alone, without credentials, to an IP address.',
      ],
    ],
  ] as const)('is listed for %s, in the order of the head of the program', async (target, wanted) => {
    const { text, left } = writeProgram(CODE_TARGETS[target], await program(REQUEST));
    expect(left).toEqual([expect.stringMatching(HEARTBEAT), ...wanted]);
    const mark = text.startsWith('#') ? '#' : '//';
    expect(text.split('\n').filter((line) => line.startsWith(`${mark} Left out: `))).toEqual(
      left.map((sentence) => `${mark} Left out: ${sentence}`),
    );
  });
});
