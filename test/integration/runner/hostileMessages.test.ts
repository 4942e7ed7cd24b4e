import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { runText } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';

const nested = (depth: number, open = '[', close = ']'): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Runs a step that waits for a message of the server. */
async function judge(
  message: string,
  directives: string,
  options: { timeout?: number; folder?: string } = {},
) {
  const url = await scriptedServer((socket) => socket.send(message));
  const { engine } = await testEngine();
  const [result] = await runText(engine, `WEBSOCKET ${url}\n\n=== wait-for-server\n${directives}`, options);
  return result!;
}

describe('a message that nests too deeply fails', () => {
  const deep = nested(100_000);
  const deepObject = nested(20_000, '{"a":', '}');

  test.each([
    ['an equation', deep, '# @expect $ == 1'],
    ['an equation with a list', deep, '# @expect $ == [[1]]'],
    ['a negated condition', deep, '# @expect $.missing not exists'],
    ['an inequation', deepObject, '# @expect $ != 1'],
    ['a type', deepObject, '# @expect $ isType "object"'],
    ['a membership', deepObject, '# @expect $ in [1]'],
    ['a path that goes all the way down', deep, '# @expect $..x not exists'],
    ['a filter', deep, '# @expect $[?@ == $] not exists'],
  ])('%s', async (_, message, directive) => {
    const { status, failure } = await judge(message, directive);
    expect([status, failure?.cause, failure?.code]).toEqual(['failed', 'expectation', 'expect']);
    expect(failure!.actual).toBe('nothing: the message is nested deeper than 1000 levels');
  });

  test('a capture', async () => {
    const { status, failure } = await judge(nested(20_000), '# @capture v = $');
    expect([status, failure?.code]).toEqual(['failed', 'capture']);
    expect(failure!.message).toContain('nested deeper than 1000 levels');
  });

  test('a wait, and tells of no candidate that it cannot look into', async () => {
    const { status, failure } = await judge(deep, '# @where $[0] exists\n# @within 200ms');
    expect([status, failure?.code]).toEqual(['failed', 'wait']);
    expect(failure!.best?.actual).toBe('nothing: the message is nested deeper than 1000 levels');
  });

  test('a schema', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 's.json'), '{"type":"array","items":{"$ref":"#"}}');
    const { status, failure } = await judge(deep, '# @expect $ schema ./s.json', { folder });
    expect([status, failure?.code]).toEqual(['failed', 'expect']);
  });

  test('nothing that does not look into it', async () => {
    expect(await judge(deep, '# @expect size == 200001\n# @expect text startsWith "[["')).toMatchObject({
      status: 'passed',
    });
  });
});

test('a message that nests as deeply as may be is looked into, brackets in its texts left out', async () => {
  const text = nested(900).replace('1', `{"text":"${'['.repeat(5000)}\\"{"}`);
  expect(
    await judge(text, '# @expect $..text exists\n# @capture all = $\n# @expect $ isType "array"'),
  ).toMatchObject({
    status: 'passed',
    steps: [{ captures: [{ value: text.replace('{"text":"', '{"text": "') }] }],
  });
});

test('a large message is looked into as it came, after its buffer went to the record worker', async () => {
  const text = 'x'.repeat(200_000);
  const url = await scriptedServer((socket) => socket.send(JSON.stringify({ text })));
  const { engine } = await testEngine();
  const request = `WEBSOCKET ${url}

# @delay 300ms
ready

=== wait-for-server
# @expect size == ${text.length + 11}
# @expect $.text == "${text}"
`;
  expect(await runText(engine, request)).toMatchObject([{ status: 'passed' }]);
});

test('a number whose exponent is too long to compare fails the expectation, without a pause', async () => {
  const { status, failure, duration } = await judge(`{"n":1e${'9'.repeat(5_000_000)}}`, '# @expect $.n > 1');
  expect([status, failure?.code]).toEqual(['failed', 'expect']);
  expect(duration).toBeLessThan(3_000);
});

describe('a pattern that may take long is ended', { timeout: 30_000 }, () => {
  test.each([
    ['alternatives one after the other', `text matches /${'(a|a)'.repeat(24)}b/`, 'a'.repeat(26)],
    ['optional characters', `text matches /${'a?'.repeat(40)}${'a'.repeat(40)}b/`, 'a'.repeat(40)],
    ['bounded repetitions', `text matches /^${'a{0,3}'.repeat(24)}$/`, `${'a'.repeat(40)}!`],
    ['a repetition in a JSONPath', '$[?search(@, "(a+)+c")] exists', JSON.stringify(['a'.repeat(40)])],
    ['selectors that multiply each other', `$${'[*,*]'.repeat(28)} == 2`, nested(28)],
    [
      'filters in filters',
      `$[?$..[?$..[?$..[?@.none == 1]]]] exists`,
      JSON.stringify(Array.from({ length: 300 }, () => [[]])),
    ],
  ])('%s', async (_, condition, message) => {
    const begun = performance.now();
    const { status, failure } = await judge(message, `# @expect ${condition}`, { timeout: 2_000 });
    expect([status, failure?.code]).toEqual(['error', 'file.invalid']);
    // Without a limit it takes hours; on a busy machine two seconds of the pattern take several.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  test('by the time-out of the request, if many messages take long', async () => {
    const url = await scriptedServer((socket) => {
      for (let count = 0; count < 400; count++) socket.send('a'.repeat(21));
    });
    const { engine } = await testEngine();
    const source = `WEBSOCKET ${url}\n\n=== wait-for-server\n# @where text matches /${'(a|a)'.repeat(20)}b/\n# @within 1m`;
    const begun = performance.now();
    const [result] = await runText(engine, source, { timeout: 1_000 });
    expect(['timeout', 'invalid']).toContain(result!.failure!.cause);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('where it is too large to be compiled', async () => {
    const { status, failure } = await judge('b', `# @expect text matches /${'a'.repeat(3_000_000)}/`);
    expect([status, failure?.code]).toEqual(['error', 'file.invalid']);
    expect(failure!.message).toContain('too large');
  });
});

describe('a path that nests too deeply is a diagnostic', () => {
  test.each([
    `$[?${'('.repeat(20_000)}@.a${')'.repeat(20_000)}]`,
    `$[?${'!'.repeat(20_000)}@.a]`,
    `$${'[?@'.repeat(3_000)}${']'.repeat(3_000)}`,
    `$[?${'length('.repeat(3_000)}@.a${')'.repeat(3_000)} == 1]`,
    `$[?${'@.a && '.repeat(50_000)}@.a]`,
    `$[?${'@.a==1||'.repeat(50_000)}@.a]`,
  ])('%.12s…', (path) => {
    for (const source of [`# @expect ${path} exists`, `# @capture x = ${path}`, `# @where ${path} exists`]) {
      const { diagnostics } = analyzeRequestFile(`WEBSOCKET ws://h\n\n=== wait-for-server\n${source}\n`);
      expect(diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
        ['error', 'condition.jsonpath'],
      ]);
      expect(diagnostics[0]!.message).toContain('too complex');
    }
  });

  test('a value too', () => {
    const source = `WEBSOCKET ws://h\n\n=== wait-for-server\n# @expect $ == ${nested(20_000)}\n`;
    expect(analyzeRequestFile(source).diagnostics).toMatchObject([{ code: 'condition.value' }]);
  });

  test('one with parentheses in its texts is not one', () => {
    const source = `WEBSOCKET ws://h\n\n=== wait-for-server\n# @expect $['${'('.repeat(500)}'] exists\n`;
    expect(analyzeRequestFile(source).diagnostics).toEqual([]);
  });
});
