import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../../../src/core/request/syntax/diagnostic.ts';
import { runScope, type RunScopeSources } from '../../../../../src/core/request/variables/runScope.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { requestOptions } from '../../../../../src/core/request/plan/requestOptions.ts';
import { stepMessage } from '../../../../../src/core/request/plan/stepMessage.ts';
import { around, PRIVATE, PUBLIC } from './support.ts';

/** Sources that note what they are asked for. */
function sources(given: Partial<RunScopeSources> = {}) {
  const asked: string[] = [];
  const answer = (kind: string, known: Readonly<Record<string, string>>) => (name: string) => {
    asked.push(`${kind} ${name}`);
    return known[name];
  };
  const secret = answer('secret', { apiToken: 'S3CRET', empty: '' });
  const prompt = answer('prompt', { 'Your name': 'Ada', 'Your password': 'pw' });
  const command = (line: string) => {
    asked.push(`command ${line}`);
    return line === 'login' ? { text: 'T0K' } : { problem: 'The command “x” was not found.' };
  };
  const all: RunScopeSources = {
    environmentContext: around({}),
    outside: {
      env: answer('env', { HOME: '/home/ada', API_TOKEN: 'T0KEN' }),
      secret: (name) => Promise.resolve(secret(name)),
      prompt: (text) => Promise.resolve(prompt(text)),
      command: (line) => Promise.resolve(command(line)),
      remedies: { secret: (name) => `set ${name} there.`, prompt: 'answer it.' },
    },
    made: { now: () => 0, randomBytes: (count) => new Uint8Array(count).fill(asked.length) },
    readText: () => Promise.resolve(undefined),
    ...given,
  };
  return { all, asked };
}

async function run(source: string, given: Partial<RunScopeSources> = {}) {
  const { all, asked } = sources(given);
  const file = analyzeRequestFile(source, 'ws', all.environmentContext);
  const request = file.requests[0]!;
  const result = await runScope({ file, request }, all);
  return { result, asked, request, file };
}

/** The resolved messages of the request. */
async function sent(source: string, given: Partial<RunScopeSources> = {}) {
  const { result, request } = await run(source, given);
  if ('problems' in result) throw new Error(result.problems[0]!.message);
  return { scope: result.scope, messages: request.steps.map((step) => stepMessage(step, result.scope)) };
}

const HEAD = 'WEBSOCKET ws://localhost\n\n';

describe('the values of a run', () => {
  test('come from the process, .env, secrets and the user', async () => {
    const dotenv = { path: '/w/.env', values: new Map([['KEY', 'k']]), problem: undefined };
    const { messages } = await sent(
      `${HEAD}{{$env HOME}} {{$processEnv HOME}} {{$env.HOME}} {{$dotenv KEY}} {{$secret apiToken}} {{$prompt Your name}}`,
      { environmentContext: around({}, { dotenv }) },
    );
    expect(messages).toEqual([{ kind: 'text', text: '/home/ada /home/ada /home/ada k S3CRET Ada' }]);
  });

  test('are requested once each, in the order of the file, also through variables', async () => {
    const { asked } = await run(
      `@b = {{$prompt Your name}}\n@a = {{b}}{{$secret apiToken}}\n@unused = {{$prompt Nobody}}\n` +
        `WEBSOCKET ws://localhost\nX: {{a}}\n\n{{$prompt Your name}} {{a}}\n===\n{{$env HOME}}`,
    );
    expect(asked).toEqual(['prompt Your name', 'secret apiToken', 'env HOME']);
  });

  test('are requested for a text file that is sent too', async () => {
    const { asked, result } = await run(`@name = f\n${HEAD}<@ ./{{name}}.json`, {
      readText: (path) => Promise.resolve(path === './f.json' ? '{"t":"{{$secret apiToken}}"}' : undefined),
    });
    expect(asked).toEqual(['secret apiToken']);
    expect('scope' in result && [...result.scope.secrets]).toEqual(['S3CRET']);
  });

  test('may be empty', async () => {
    expect((await sent(`${HEAD}<{{$secret empty}}>`)).messages).toEqual([{ kind: 'text', text: '<>' }]);
  });

  test('include the captures of its steps', async () => {
    const source = `@greeting = Hello {{id}}\n${HEAD}=== wait-for-server\n# @capture id = $.id\n{{greeting}}`;
    const { scope } = await sent(source);
    const { payload } = analyzeRequestFile(source).requests[0]!.steps.at(-1)!;
    if (payload?.kind !== 'text') throw new Error('not a text');
    scope.capture('id', { text: '1' });
    expect(scope.resolve(payload.text)).toEqual({ text: 'Hello 1' });
    scope.capture('id', { text: '2' });
    expect(scope.resolve(payload.text)).toEqual({ text: 'Hello 2' });
  });
});

describe('a missing value', () => {
  test.each([
    ['{{$env NOWHERE}}', 'The variable “NOWHERE” of the process is not set'],
    ['{{$secret other}}', 'The secret “other” is not set: set other there.'],
    ['{{$prompt Other}}', '“Other” was not answered: answer it.'],
    ['{{$dotenv A}}', '.env has no “A”'],
  ])('is reported before anything connects: %s', async (reference, message) => {
    const { result } = await run(`${HEAD}first\n===\n${reference}`);
    expect(result).toEqual({
      problems: [
        {
          code: 'variable.unknown',
          message: expect.stringContaining(message) as string,
          range: { start: { line: 4, character: 0 }, end: { line: 4, character: reference.length } },
        },
      ],
    });
  });

  test('is reported at the line of the sent file that names it', async () => {
    const { result } = await run(`${HEAD}<@ f`, { readText: () => Promise.resolve('\n\n{{$secret other}}') });
    expect(result).toMatchObject({ problems: [{ range: { start: { line: 2, character: 0 } } }] });
  });

  test('is reported if the environment is unknown', async () => {
    const { result, asked } = await run(`${HEAD}{{$secret apiToken}}`, {
      environmentContext: around({}, { environment: 'dev' }),
    });
    expect(result).toMatchObject({ problems: [{ code: 'environment.unknown' }] });
    expect(asked).toEqual([]);
  });
});

describe('secrets', () => {
  const secretsOf = async (source: string, given: Partial<RunScopeSources> = {}) => [
    ...(await sent(source, given)).scope.secrets,
  ];

  test('are the values of $secret, also as a part of other values', async () => {
    const source = '@auth = Bearer {{$secret apiToken}}\nWEBSOCKET ws://localhost\nX: {{auth}}';
    expect(await secretsOf(source)).toEqual(['S3CRET']);
  });

  test('include values with a secret name from every source', async () => {
    const environmentContext = around(
      { [PUBLIC]: { dev: { token: 'public' } }, [PRIVATE]: { dev: { password: 'private', host: 'h' } } },
      { environment: 'dev', overrides: new Map([['apiKey', 'given']]) },
    );
    const source = `${HEAD}{{$env API_TOKEN}} {{$env HOME}} {{$prompt Your password}} {{token}} {{password}} {{host}} {{apiKey}}`;
    expect(await secretsOf(source, { environmentContext })).toEqual(['T0KEN', 'pw', 'private', 'given']);
  });

  test('are known before the first message is sent', async () => {
    expect(await secretsOf(`${HEAD}a\n===\nb\n===\n{{$secret apiToken}}`)).toEqual(['S3CRET']);
  });

  test('stay known if they are part of a kept value', async () => {
    const kept = new Map<string, string>();
    const source = `@id = {{$uuid}}-{{$secret apiToken}}\n${HEAD}{{id}}`;
    const first = await sent(source, { kept });
    const second = await sent(source, { kept });
    expect(second.messages).toEqual(first.messages);
    expect([...second.scope.secrets]).toEqual(['S3CRET']);
  });
});

test('checks known request options, and skips unknown ones', async () => {
  const source = '# @timeout {{$env T}}\nWEBSOCKET ws://localhost:{{$env PORT}}/\nX: {{$secret apiToken}}\n';
  expect(analyzeRequestFile(source).diagnostics).toEqual([]);
  const env = (known: Record<string, string>) => ({
    outside: { ...sources().all.outside, env: (name: string) => known[name] },
  });
  const good = await run(source, env({ T: '2s', PORT: '1' }));
  if ('problems' in good.result) throw new Error('unexpected');
  expect(requestOptions(good.request, good.result.scope)).toEqual({
    options: {
      url: 'ws://localhost:1/',
      handshakeTimeout: 2000,
      headers: [['X', 'S3CRET']],
      secrets: ['S3CRET'],
    },
  });
  const bad = await run(source, env({ T: '2', PORT: 'x' }));
  if ('problems' in bad.result) throw new Error('unexpected');
  expect(requestOptions(bad.request, bad.result.scope)).toMatchObject({
    problems: [{ code: 'url.invalid' }, { code: 'directive.argument' }],
  });
});

test('does not report options as missing while one that they need is unknown', async () => {
  const source = '# @cert {{$env C}}\n# @key ./client.key\nWEBSOCKET wss://localhost/\n';
  expect(analyzeRequestFile(source).diagnostics).toEqual([]);
});

test('keeps secrets out of errors about them', async () => {
  const source = '# @subprotocol {{$secret apiToken}} {{$secret apiToken}}\nWEBSOCKET ws://localhost/\n';
  const { request, result } = await run(source);
  if ('problems' in result) throw new Error('unexpected');
  const { problems } = requestOptions(request, result.scope) as { problems: readonly Problem[] };
  expect(problems[0]!.message).toMatch(/is not a subprotocol name/);
  expect(problems[0]!.message).not.toContain('S3CRET');
});

describe('an environment with TLS options', () => {
  const environmentContext = around(
    {
      [PUBLIC]: { dev: { host: 'h' }, ci: { SSLConfiguration: { verifyHostCertificate: false } } },
      [PRIVATE]: {
        dev: {
          SSLConfiguration: {
            clientCertificate: 'c.pem',
            clientCertificateKey: 'k.pem',
            hasCertificatePassphrase: true,
          },
        },
      },
    },
    { environment: 'dev' },
  );
  const optionsOf = async (source: string, context = environmentContext) => {
    const { result, request, asked, file } = await run(source, {
      environmentContext: context,
      outside: { ...sources().all.outside, prompt: (text) => Promise.resolve(`answer to ${text}`) },
    });
    if ('problems' in result) throw new Error(result.problems[0]?.message);
    return { options: requestOptions(request, result.scope), scope: result.scope, asked, file };
  };

  test('gives its certificate, and asks for the passphrase as a secret', async () => {
    const { options, scope } = await optionsOf('WEBSOCKET wss://{{host}}/');
    expect(options).toMatchObject({
      options: {
        url: 'wss://h/',
        cert: '/w/c.pem',
        key: '/w/k.pem',
        passphrase: 'answer to Passphrase of k.pem',
      },
    });
    expect([...scope.secrets]).toEqual(['answer to Passphrase of k.pem']);
  });

  test.each(['# @pfx ./own.p12\nWEBSOCKET wss://h', '# @pfx ./own.p12\n###\nWEBSOCKET wss://h'])(
    'is overridden by %j',
    async (source) => {
      const { options } = await optionsOf(source);
      expect(options).toMatchObject({ options: { pfx: './own.p12' } });
      expect(options).not.toHaveProperty('options.cert');
      expect(options).not.toHaveProperty('options.passphrase');
    },
  );

  test('asks for no passphrase if the connection is not encrypted', async () => {
    const { options } = await optionsOf('WEBSOCKET ws://h');
    expect(options).not.toHaveProperty('options.passphrase');
  });

  test('warns if it does not verify', async () => {
    const context = { ...environmentContext, environment: 'ci' };
    const { options, file } = await optionsOf('WEBSOCKET wss://h', context);
    expect(options).toMatchObject({ options: { insecure: true } });
    expect(file.diagnostics).toMatchObject([{ severity: 'warning', code: 'tls.insecure' }]);
    expect(file.diagnostics[0]!.message).toContain('http-client.env.json says verifyHostCertificate: false');
    expect((await optionsOf('WEBSOCKET ws://h', context)).file.diagnostics).toEqual([]);
  });

  test('stops the request if an option is unknown', async () => {
    const broken = around(
      { [PRIVATE]: { dev: { SSLConfiguration: { clientCertificate: 1 } } } },
      { environment: 'dev' },
    );
    const { result } = await run('WEBSOCKET wss://h', { environmentContext: broken });
    expect(result).toMatchObject({ problems: [{ code: 'environment.file' }] });
  });
});

describe('the dynamic variables of other clients', () => {
  test('ask with a proposal, a choice or a hidden input', async () => {
    const questions: unknown[] = [];
    const prompt = (text: string, question?: object): Promise<string> => {
      questions.push([text, question]);
      return Promise.resolve('x');
    };
    const { scope } = await sent(
      `${HEAD}{{$input User $value: anna}} {{$password PIN}} {{$pick Colour $value: red, green}}`,
      {
        outside: { ...sources().all.outside, prompt },
      },
    );
    expect(questions).toEqual([
      ['User', { fallback: 'anna' }],
      ['PIN', { isHidden: true }],
      ['Colour', { choices: ['red', 'green'] }],
    ]);
    expect([...scope.secrets]).toEqual(['x']);
  });

  test('include the folder of the project', async () => {
    const searched = {
      folder: '/w/a',
      root: '/w',
      rootIs: 'the working directory',
      isBelowRoot: true,
    } as const;
    const { messages } = await sent(`${HEAD}{{$projectRoot}}/a`, {
      environmentContext: around({}, { searched }),
    });
    expect(messages).toEqual([{ kind: 'text', text: '/w/a' }]);
    expect((await run(`${HEAD}{{$projectRoot}}`)).result).toMatchObject({
      problems: [{ code: 'variable.unknown' }],
    });
  });
});

describe('the error for a missing value', () => {
  const at = { folder: '/w/a', root: '/w', rootIs: 'the working directory', isBelowRoot: true } as const;
  const messageOf = async (source: string, context: Parameters<typeof around>[1], files = {}) => {
    const { result } = await run(source, { environmentContext: around(files, context) });
    return 'problems' in result ? result.problems[0]!.message : '';
  };

  test.each([
    [at, 'in /w/a or above it, up to the working directory /w'],
    [{ ...at, folder: '/w' }, 'in the working directory /w'],
    [
      { ...at, rootIs: 'the workspace folder' as const },
      'in /w/a or above it, up to the workspace folder /w',
    ],
    [
      { ...at, folder: '/x', isBelowRoot: false },
      'in /x, the only folder that is looked through for a file outside the working directory /w',
    ],
  ])('says where the search ended: %#', async (searched, place) => {
    expect(await messageOf('WEBSOCKET ws://h', { searched, environment: 'staging' })).toContain(
      `there is no http-client.env.json ${place}`,
    );
    expect(
      await messageOf(`${HEAD}{{$dotenv KEY}}`, {
        searched,
        dotenv: { path: undefined, values: new Map(), problem: undefined },
      }),
    ).toContain(`there is none ${place}`);
  });

  test('says where the search ended, even if there are other environments', async () => {
    const message = await messageOf(
      '# @env stagin\nWEBSOCKET ws://h',
      { searched: at },
      { [PUBLIC]: { staging: {} } },
    );
    expect(message).toContain(
      'did you mean “staging”? Looked for in /w/a or above it, up to the working directory /w.',
    );
  });
});

describe('a command for a secret', () => {
  const header = (command: string): string =>
    `WEBSOCKET ws://a\nAuthorization: Bearer {{$command ${command}}}\n`;

  test('runs once before the run, and its output is a secret', async () => {
    const { result, asked } = await run(`${header('login')}X-Again: {{$command login}}\n`);
    expect(asked).toEqual(['command login']);
    if (!('scope' in result)) throw new Error(JSON.stringify(result.problems));
    expect([...result.scope.secrets]).toEqual(['T0K']);
  });

  test('is a problem at its place if it fails', async () => {
    const { result } = await run(header('x'));
    expect(result).toEqual({
      problems: [
        {
          code: 'variable.command',
          message: 'The command “x” was not found.',
          range: { start: { line: 1, character: 22 }, end: { line: 1, character: 36 } },
        },
      ],
    });
  });

  test('is an error in the editor if it names no program', () => {
    const { diagnostics } = analyzeRequestFile('WEBSOCKET ws://a/{{$command}}');
    expect(diagnostics.map(({ code }) => code)).toEqual(['variable.expression']);
  });
});
