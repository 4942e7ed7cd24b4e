import { describe, expect, test } from 'vitest';
import {
  environmentNames,
  environmentOf,
} from '../../../../../src/core/request/variables/environmentContext.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';
import { around, PRIVATE, PUBLIC } from './support.ts';

const request = (payload: string): string => `WEBSOCKET ws://localhost\n\n${payload}\n`;

/** The resolved messages of a file in this environment context. */
function messages(source: string, environmentContext: ReturnType<typeof around>) {
  const file = analyzeRequestFile(source, 'ws', environmentContext);
  return file.requests.flatMap(({ steps, error }) => {
    if (error) return [error.code];
    const environment = environmentOf(environmentContext, environmentContext.environment);
    const scope = createFileScope(file.variables, SAMPLE_PORTS, new Map(), {
      environment,
      overrides: environmentContext.overrides,
    });
    return steps.map(({ payload }) => {
      const resolved = scope.resolve(payload!.kind === 'text' ? payload!.text : payload!.path);
      return 'text' in resolved ? resolved.text : resolved.problems.map(({ code }) => code).join();
    });
  });
}

describe('a name that the file does not define', () => {
  test('has the value of the chosen environment', () => {
    const files = around({ [PUBLIC]: { dev: { a: 1 }, prod: { a: 2 } } }, { environment: 'prod' });
    expect(messages(request('{{a}}'), files)).toEqual(['2']);
  });

  test('has the private value first, then the public one, then the shared ones', () => {
    const files = around(
      {
        [PUBLIC]: { $shared: { a: 'S', b: 'S', c: 'S', d: 'S' }, dev: { a: 'D', b: 'D' } },
        [PRIVATE]: { $shared: { c: 'PS' }, dev: { a: 'PD' } },
      },
      { environment: 'dev' },
    );
    expect(messages(request('{{a}} {{b}} {{c}} {{d}}'), files)).toEqual(['PD D PS S']);
  });

  test('has only the shared value if no environment is chosen', () => {
    const files = around({ [PUBLIC]: { $shared: { a: 'S' }, dev: { a: 'D', b: 'D' } } });
    expect(messages(request('{{a}}'), files)).toEqual(['S']);
    expect(messages(request('{{b}}'), files)).toEqual(['variable.unknown']);
    const [only] = analyzeRequestFile(request('{{b}}'), 'ws', files).diagnostics;
    expect(only!.message).toContain('choose an environment that has it');
  });

  test('has the value of the nearest file that has the environment', () => {
    const files = around(
      {
        '/w/sub/http-client.env.json': { dev: { a: 'near' } },
        [PUBLIC]: { dev: { a: 'far', b: 'far' }, prod: { a: 'far' } },
      },
      { environment: 'dev' },
    );
    expect(messages(request('{{a}}'), files)).toEqual(['near']);
    expect(messages(request('{{b}}'), files)).toEqual(['variable.unknown']);
    expect(messages(request('{{a}}'), { ...files, environment: 'prod' })).toEqual(['far']);
    expect(environmentNames(files)).toEqual(['dev', 'prod']);
  });

  test('is overridden by the file, and the file by the values of the run', () => {
    const files = around(
      { [PUBLIC]: { dev: { a: 'env', b: 'env', url: '{{b}}' } } },
      {
        environment: 'dev',
        overrides: new Map([['b', 'given']]),
      },
    );
    expect(messages(`@a = file\n@b = file\n${request('{{a}} {{b}} {{url}}')}`, files)).toEqual([
      'file given given',
    ]);
  });

  test('may refer to others of its environment, not to those of the file', () => {
    const files = around(
      { [PUBLIC]: { dev: { host: 'h', url: 'ws://{{host}}', lost: '{{own}}' } } },
      { environment: 'dev' },
    );
    expect(messages(`@host = file\n@own = 1\n${request('{{url}} {{host}}')}`, files)).toEqual([
      'ws://h file',
    ]);
    expect(messages(`@own = 1\n${request('{{lost}}')}`, files)).toEqual(['variable.unknown']);
  });

  test('has no value if environment variables form a circle', () => {
    const files = around({ [PUBLIC]: { dev: { a: '{{b}}', b: '{{a}}' } } }, { environment: 'dev' });
    expect(messages(request('{{a}}'), files)).toEqual(['variable.cycle']);
  });
});

describe('@env', () => {
  const files = around({ [PUBLIC]: { dev: { host: 'd' }, prod: { host: 'p' } } });
  const source = `# @env prod\nWEBSOCKET ws://{{host}}\n`;

  test('is the environment of its request only', () => {
    const file = analyzeRequestFile(`${source}###\nWEBSOCKET ws://{{host}}\n`, 'ws', files);
    expect(file.requests.map(({ error }) => error?.code)).toEqual([undefined, 'variable.unknown']);
  });

  test('gives values to the variables of the file', () => {
    expect(
      analyzeRequestFile(`@url = ws://{{host}}\n# @env prod\nWEBSOCKET {{url}}`, 'ws', files).diagnostics,
    ).toEqual([]);
  });

  test('is overridden by the chosen environment', () => {
    const broken = `# @env nowhere\nWEBSOCKET ws://{{host}}\n`;
    expect(analyzeRequestFile(broken, 'ws', { ...files, environment: 'dev' }).diagnostics).toEqual([]);
  });

  test('is a name without variables', () => {
    const { diagnostics } = analyzeRequestFile(
      '@e = dev\n# @env {{e}}\nWEBSOCKET ws://localhost',
      'ws',
      files,
    );
    expect(diagnostics).toMatchObject([{ code: 'directive.argument', range: { start: { line: 1 } } }]);
  });

  test('with an unknown name is reported at its place, with a suggestion', () => {
    const { diagnostics, requests } = analyzeRequestFile('# @env prd\nWEBSOCKET ws://localhost', 'ws', files);
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        code: 'environment.unknown',
        message: 'There is no environment “prd”: did you mean “prod”?',
        range: { start: { line: 0, character: 7 }, end: { line: 0, character: 10 } },
      },
    ]);
    expect(requests[0]!.error?.code).toBe('environment.unknown');
  });
});

describe('an environment that was chosen', () => {
  const target = { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } };

  test('and is none is said at the target, with those that there are', () => {
    const files = around({ [PUBLIC]: { dev: {}, prod: {} } }, { environment: 'integration' });
    const { error } = analyzeRequestFile('WEBSOCKET ws://localhost', 'ws', files).requests[0]!;
    expect(error).toEqual({
      code: 'environment.unknown',
      message: 'There is no environment “integration”: choose one of “dev”, “prod”.',
      range: target,
    });
  });

  test('and is none is all that is said: nobody knows what would be in it', () => {
    const { diagnostics } = analyzeRequestFile(
      'WEBSOCKET ws://{{host}}',
      'ws',
      around({}, { environment: 'dev' }),
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['environment.unknown']);
  });

  test('and there are none at all says where to write one', () => {
    const { error } = analyzeRequestFile('WEBSOCKET ws://localhost', 'ws', around({}, { environment: 'dev' }))
      .requests[0]!;
    expect(error!.message).toContain('http-client.env.json');
  });

  test('is not searched in a file that cannot be read; the error names the file', () => {
    const files = around({ [PUBLIC]: '{"dev": {', [PRIVATE]: { dev: {} } }, { environment: 'dev' });
    const { error } = analyzeRequestFile('WEBSOCKET ws://localhost', 'ws', files).requests[0]!;
    expect(error).toMatchObject({ code: 'environment.file', range: target });
    expect(error!.message).toContain('http-client.env.json, line 1');
  });
});

describe('an environment file that cannot be read', () => {
  const files = around({ [PUBLIC]: 'nonsense' });

  test('does not affect a request that needs no environment', () => {
    expect(messages(`@a = 1\n${request('{{a}}')}`, files)).toEqual(['1']);
  });

  test('is the reason why a name has no value', () => {
    expect(messages(request('{{a}}'), files)).toEqual(['environment.file']);
  });
});

test('a variable of the file may need what a request captures, or only the environment of one request has', () => {
  const files = around({ [PUBLIC]: { dev: { host: 'h' } } });
  const source = [
    '@greeting = Hello {{id}}',
    '@url = ws://{{host}}',
    '@lost = {{nowhere}}',
    '# @env dev',
    'WEBSOCKET {{url}}',
    '',
    '=== wait-for-server',
    '# @capture id = $.id',
    '{{greeting}}',
  ];
  expect(analyzeRequestFile(source.join('\n'), 'ws', files).diagnostics).toMatchObject([
    { code: 'variable.unknown', range: { start: { line: 2 } } },
  ]);
});

test('$dotenv has the value of a .env file that was read, else it is resolved later', () => {
  const dotenv = { path: '/w/.env', values: new Map([['A', '1']]), problem: undefined };
  const codes = (environmentContext: ReturnType<typeof around>, name = 'B') =>
    analyzeRequestFile(request(`{{$dotenv ${name}}}`), 'ws', environmentContext).diagnostics.map(
      ({ message }) => message,
    );
  expect(codes(around({}))).toEqual([]);
  expect(codes(around({}, { dotenv }), 'A')).toEqual([]);
  expect(codes(around({}, { dotenv }))).toEqual(['.env has no “B”: add it there.']);
  expect(codes(around({}, { dotenv: { ...dotenv, path: undefined } }))[0]).toContain('there is none');
  expect(codes(around({}, { dotenv: { ...dotenv, problem: 'EACCES' } }))[0]).toContain(
    'cannot be read (EACCES)',
  );
});

describe('lookup', () => {
  const files = around({ [PUBLIC]: { dev: { a: 'env', c: 'env' } } }, { environment: 'dev' });
  const file = analyzeRequestFile(`@a = file\n${request('{{a}}')}`, 'ws', files);
  const environment = environmentOf(files, 'dev');
  const at = { line: 3, character: 0 };
  const scope = () =>
    createFileScope(file.variables, SAMPLE_PORTS, new Map(), {
      environment,
      overrides: new Map([['o', 'given']]),
    });

  test('returns the value and its source', () => {
    const look = scope();
    expect(look.lookup('a', at)).toMatchObject({
      origin: { kind: 'file', definition: { range: { start: { line: 0 } } } },
      value: { text: 'file' },
    });
    expect(look.lookup('c', at)).toMatchObject({
      origin: { kind: 'environment', definition: { environment: 'dev', file: { path: PUBLIC } } },
      value: { text: 'env' },
    });
    expect(look.lookup('o', at)).toMatchObject({ origin: { kind: 'override' } });
    expect(look.lookup('nothing', at)).toBeUndefined();
    look.capture('a', { text: 'captured' });
    expect(look.lookup('a', at)).toEqual({ origin: { kind: 'capture' }, value: { text: 'captured' } });
  });

  test('returns all names', () => {
    const look = scope();
    look.capture('id', { text: '1' });
    expect(look.names()).toEqual(['id', 'o', 'a', 'c']);
  });
});
