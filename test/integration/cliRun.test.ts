import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import { duplex, endAll } from './cliProcess.ts';
import { serverThat } from './cliServer.ts';
import { contentOf, requestFolder, type RequestFolder } from './requestFolder.ts';

let server: Awaited<ReturnType<typeof startDemoServer>>;
let host: string;
let folder: RequestFolder;

beforeAll(async () => {
  server = await startDemoServer({ port: 0, host: '127.0.0.1' });
  host = new URL(server.url).host;
});

afterAll(() => server.close());

afterEach(() => {
  endAll();
  folder.remove();
});

const SUBSCRIBE = [
  '### subscribe',
  'WEBSOCKET ws://{{host}}/json',
  '',
  '{"op":"subscribe","channel":"BTC"}',
  '=== wait-for-server',
  '# @where $.type == "subscribed"',
  '# @expect $.channel == "BTC"',
  '# @capture id = $.id',
  '{"op":"unsubscribe","id":"{{id}}"}',
  '',
].join('\n');

/** Sends a text to the echo server and expects another. */
const echo = (name: string, sent: string, expected = sent): string =>
  [
    `### ${name}`,
    'WEBSOCKET ws://{{host}}/echo',
    '',
    sent,
    '=== wait-for-server',
    `# @expect text == ${JSON.stringify(expected)}`,
    '',
  ].join('\n');

/** Runs with the demo server as {{host}}. */
const run = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
  folder.duplex(['run', ...args, '--var', `host=${host}`], env);

interface JsonReport {
  readonly status: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
  readonly files: readonly {
    readonly file: string;
    readonly problems: readonly { readonly message: string }[];
    readonly requests: readonly {
      readonly name: string;
      readonly status: string;
      readonly line: number;
      readonly startedAt: number;
      readonly duration: number;
      readonly failure?: {
        readonly cause: string;
        readonly code: string;
        readonly message: string;
        readonly line: number;
      };
      readonly session?: { readonly recording?: string };
      readonly steps: readonly { readonly status: string; readonly captures: readonly unknown[] }[];
    }[];
  }[];
}

/** Returns the report for programs, after comparing its exit status with that of the process. */
async function report(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<JsonReport> {
  const { stdout, status } = await run([...args, '--reporter', 'json'], env);
  const document = JSON.parse(stdout) as JsonReport;
  expect(document.status).toBe(status);
  return document;
}

describe('duplex run', () => {
  test('passes requests with met expectations', async () => {
    folder = requestFolder({ 'chat.ws': SUBSCRIBE + echo('again', 'hello') });
    const { status, stdout, stderr } = await run(['chat.ws']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^chat\.ws\n {2}✓ subscribe \(\d.*\)\n {2}✓ again \(\d.*\)\n\n2 passed \(\d.*\)\n$/,
    );
  });

  test('shows the place of an unmet expectation, the expected and the actual value, and the row', async () => {
    folder = requestFolder({ 'chat.ws': echo('greet', 'hello', 'goodbye') });
    const { status, stdout } = await run(['chat.ws']);
    expect(status).toBe(1);
    expect(stdout).toContain('✗ greet');
    expect(stdout).toContain('chat.ws:6:11');
    expect(stdout).toMatch(/expected {2}text == "goodbye"/);
    expect(stdout).toMatch(/got {7}.*hello.*\(row 2\)/);
    expect(stdout).toContain('0 passed, 1 failed');
  });

  test('shows the message that came closest to the awaited one', async () => {
    const source =
      '### greet\nWEBSOCKET ws://{{host}}/echo\n\n{"a":1}\n=== wait-for-server\n# @where $.a == 2\n# @within 200ms\n';
    folder = requestFolder({ 'chat.ws': source });
    const { status, stdout } = await run(['chat.ws']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/closest {3}row 2: \$\.a == 2 was 1/);
  });

  test('ends with status 3 for a failed connection, which is an error and not a failure', async () => {
    folder = requestFolder({ 'chat.ws': 'WEBSOCKET ws://127.0.0.1:1/\n' });
    const { status, failed, errors, files } = await report(['chat.ws']);
    expect({ status, failed, errors }).toEqual({ status: 3, failed: 0, errors: 1 });
    expect(files[0]!.requests[0]!.failure).toMatchObject({
      cause: 'connection',
      code: 'tcp.refused',
      line: 1,
    });
  });

  test('refuses an invalid request with status 2 before it connects, and runs the valid ones', async () => {
    const recorder = await serverThat(() => undefined);
    try {
      const url = `WEBSOCKET ${recorder.url}/`;
      folder = requestFolder({
        'chat.ws': `### bad\n${url}bad\n\n{{missing}}\n### no file\n${url}file\n\n< ./missing\n### no secret\n${url}secret\n\n1\n===\n{{$secret none}}\n### prompt\n${url}prompt?{{$prompt Who}}\n### good\n${url}good\n`,
      });
      const { status, files } = await report(['chat.ws']);
      expect(status).toBe(2);
      expect(
        files[0]!.requests.map(({ name, status: each, failure }) => [
          name,
          each,
          failure?.cause,
          failure?.line,
        ]),
      ).toEqual([
        ['bad', 'error', 'invalid', 4],
        ['no file', 'error', 'invalid', 8],
        ['no secret', 'error', 'invalid', 14],
        ['prompt', 'error', 'invalid', 16],
        ['good', 'passed', undefined, undefined],
      ]);
      expect(recorder.requests.map(({ url: path }) => path)).toEqual(['/good']);
    } finally {
      await recorder.close();
    }
  });

  test('reports errors outside the requests, and runs the requests', async () => {
    folder = requestFolder({ 'chat.ws': `nonsense\n${echo('good', 'x')}`, 'empty.ws': '' });
    const { status, errors, passed, files } = await report(['chat.ws', 'empty.ws']);
    expect({ status, passed, errors }).toEqual({ status: 2, passed: 1, errors: 1 });
    expect(files[0]!.problems).toMatchObject([{ code: 'target.expected', line: 1 }]);
  });

  test('ends with the worst status of several files: 2, then 3, then 1', async () => {
    folder = requestFolder({
      'a/good.ws': echo('good', 'x'),
      'a/failing.ws': echo('failing', 'x', 'y'),
      'a/refused.ws': 'WEBSOCKET ws://127.0.0.1:1/\n',
      'a/broken.ws': 'WEBSOCKET http://x\n',
    });
    const statusOf = async (...names: string[]): Promise<number | null> =>
      (await run(names.map((name) => `a/${name}.ws`))).status;
    expect(await statusOf('good', 'failing')).toBe(1);
    expect(await statusOf('failing', 'refused', 'good')).toBe(3);
    expect((await run(['a/*.ws'])).status).toBe(2);
  });

  test('--request runs only the requests of a name, and reports an unknown name', async () => {
    folder = requestFolder({ 'chat.ws': echo('one', '1') + echo('two', '2'), 'more.ws': echo('two', '3') });
    const { files } = await report(['*.ws', '--request', 'two']);
    expect(files.map(({ requests }) => requests.map(({ name }) => name))).toEqual([['two'], ['two']]);
    const { status, stderr } = await run(['*.ws', '--request', 'tow']);
    expect(status).toBe(2);
    expect(stderr).toContain('No request is named “tow”');
  });

  test('--bail starts no request after the first failure', async () => {
    folder = requestFolder({
      'a.ws': echo('one', '1') + echo('two', '2', 'x') + echo('three', '3'),
      'b.ws': echo('four', '4'),
    });
    const { files, passed, failed, skipped } = await report(['a.ws', 'b.ws', '--bail']);
    expect({ passed, failed, skipped }).toEqual({ passed: 1, failed: 1, skipped: 2 });
    expect(files[1]!.requests[0]!.status).toBe('skipped');
  });

  test('--timeout ends a request that takes longer', async () => {
    folder = requestFolder({
      'a.ws': '### slow\nWEBSOCKET ws://{{host}}/echo\n\n=== wait-for-server\n# @within 30s\n',
    });
    const { status, stdout, took } = await run(['a.ws', '--timeout', '300ms']);
    expect(status).toBe(1);
    expect(stdout).toContain('300 ms');
    expect(took).toBeLessThan(10_000);
  });

  test('--parallel runs files at once and reports them in their order', async () => {
    const slow = (name: string): string =>
      `### ${name}\nWEBSOCKET ws://{{host}}/echo\n\n# @delay 700ms\nhello\n=== wait-for-server\n`;
    folder = requestFolder({ 'a.ws': slow('a'), 'b.ws': slow('b'), 'c.ws': slow('c') });
    const { files } = await report(['a.ws', 'b.ws', 'c.ws', '--parallel', '3']);
    expect(files.map(({ file }) => file)).toEqual(['a.ws', 'b.ws', 'c.ws']);
    const [first, , last] = files.map(({ requests }) => requests[0]!);
    expect(last!.startedAt).toBeLessThan(first!.startedAt + first!.duration);
    const { stdout } = await run(['*.ws', '--parallel', '3']);
    expect(stdout.match(/^\S+\.ws$|✓ \w/gm)).toEqual(['a.ws', '✓ a', 'b.ws', '✓ b', 'c.ws', '✓ c']);
  });

  test('--together runs many requests at once without a warning', async () => {
    folder = requestFolder({
      'a.ws': Array.from({ length: 20 }, (_, index) => echo(`r${index}`, 'x')).join(''),
    });
    const { status, stderr } = await run(['a.ws', '--together']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('--together runs the requests of a file side by side', async () => {
    const slow = echo('x', 'x').replace('\nx\n', '\n# @delay 500ms\nx\n');
    folder = requestFolder({ 'a.ws': slow + slow.replace('### x', '### y') });
    const [one, two] = (await report(['a.ws', '--together'])).files[0]!.requests;
    expect(Math.abs(one!.startedAt - two!.startedAt)).toBeLessThan(400);
    const [first, second] = (await report(['a.ws'])).files[0]!.requests;
    expect(second!.startedAt).toBeGreaterThanOrEqual(first!.startedAt + 500);
  });
});

describe('variables', () => {
  test('come from the chosen environment, private values first', async () => {
    folder = requestFolder({
      'sub/a.ws':
        '# @env other\nWEBSOCKET ws://{{host}}/echo\n\n{{a}} {{b}} {{$dotenv K}} {{$env FROM_PROCESS}}\n=== wait-for-server\n# @expect text == "private shared k p"\n',
      'http-client.env.json': '{"$shared": {"b": "shared"}, "dev": {"a": "public"}}',
      'http-client.private.env.json': '{"dev": {"a": "private"}}',
      'sub/.env': 'K=k # comment\n',
    });
    const { status, stdout } = await run(['sub/a.ws', '--env', 'dev'], { FROM_PROCESS: 'p' });
    expect(stdout).toContain('1 passed');
    expect(status).toBe(0);
  });

  test('make a request invalid if its environment does not exist', async () => {
    folder = requestFolder({ 'a.ws': echo('x', 'x'), 'http-client.env.json': '{"dev": {}}' });
    const { status, stdout } = await run(['a.ws', '--env', 'prod']);
    expect(status).toBe(2);
    expect(stdout).toContain('There is no environment “prod”: choose one of “dev”.');
  });

  test('are not read from a file above the working directory', async () => {
    folder = requestFolder({
      'http-client.env.json': '{"$shared": {"x": "1"}}',
      'sub/a.ws': 'WEBSOCKET ws://h/{{x}}',
    });
    const { status } = await duplex(['check', 'a.ws'], 'closed', { cwd: join(folder.path, 'sub') });
    expect(status).toBe(2);
    expect((await folder.duplex(['check', 'sub/a.ws'])).status).toBe(0);
  });
});

describe('secrets', () => {
  const SECRET = 'c4n4ry"s3cret';
  const env = { DUPLEX_SECRET_API_TOKEN: SECRET };
  const source = [
    '### connect',
    'WEBSOCKET ws://{{host}}/echo?plain={{$secret api-token}}',
    'X-Plain: {{$secret api-token}}',
    '',
    'hello',
    '=== wait-for-server',
    '# @expect text == "{{$secret api-token}}"',
    '',
  ].join('\n');

  test.each(['spec', 'json', 'junit'])('stay out of every %s report, whatever fails', async (reporter) => {
    folder = requestFolder({ 'a.ws': source + echo('back', '{"t":"{{$secret api-token}}"}', 'x') });
    const { status, stdout, stderr } = await run(['a.ws', '--reporter', reporter], env);
    expect(status).toBe(1);
    expect(stdout + stderr).not.toContain('c4n4ry');
    expect(stdout).toContain('••••');
  });

  test('stay out of recordings, except in payloads as they travelled', async () => {
    folder = requestFolder({ 'a.ws': source.replace('{{$secret api-token}}"\n', 'hello"\n') });
    const { status } = await run(['a.ws', '--record', 'recorded'], env);
    expect(status).toBe(0);
    expect(readdirSync(join(folder.path, 'recorded'))).toEqual(['a-1-connect']);
    const recorded = contentOf(join(folder.path, 'recorded'));
    expect(recorded).toContain('hello');
    expect(recorded).not.toContain('c4n4ry');
  });

  test('are not repeated in the error of an invalid --var', async () => {
    folder = requestFolder({ 'a.ws': source });
    const { status, stderr } = await run(['a.ws', '--var', 'c4n4ry']);
    expect(status).toBe(2);
    expect(stderr).not.toContain('c4n4ry');
  });
});

describe('reports', () => {
  test('--record keeps one recording per request, and names the folder of a failed one', async () => {
    folder = requestFolder({ 'a.ws': echo('Log in: ../x', '1') + echo('two', '2', 'x') });
    const { stdout } = await run(['a.ws', '--record', 'recorded']);
    expect(readdirSync(join(folder.path, 'recorded')).sort()).toEqual(['a-1-Log-in-x', 'a-2-two']);
    expect(stdout).toContain(`recorded in ${join('recorded', 'a-2-two')}`);
    const log = await folder.duplex(['log', 'recorded/a-2-two', '--json']);
    expect(log.stdout).toContain('"kind":"open"');
  });

  test('--record keeps the recordings of an earlier run', async () => {
    folder = requestFolder({ 'a.ws': echo('one', '1') });
    expect((await run(['a.ws', '--record', 'recorded'])).status).toBe(0);
    expect((await run(['a.ws', '--record', 'recorded'])).status).toBe(0);
    expect(readdirSync(join(folder.path, 'recorded')).sort()).toEqual(['a-1-one', 'a-1-one-2']);
  });

  test('name a folder that cannot be written before anything connects', async () => {
    folder = requestFolder({ 'a.ws': echo('one', '1'), file: '' });
    const { status, stdout, stderr } = await run(['a.ws', '--record', 'file']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Nothing can be recorded in file');
  });

  test('name no recording without --record, and none is left', async () => {
    folder = requestFolder({ 'a.ws': echo('one', '1') });
    const temporary = join(folder.path, 'tmp');
    folder.write('tmp/keep', '');
    const { files } = await report(['a.ws'], { TMPDIR: temporary });
    expect(files[0]!.requests[0]!.session?.recording).toBeUndefined();
    expect(readdirSync(temporary)).toEqual(['keep']);
  });

  test('contain the result of each step in JSON', async () => {
    folder = requestFolder({ 'a.ws': SUBSCRIBE });
    const { files, passed } = await report(['a.ws']);
    expect(passed).toBe(1);
    const [request] = files[0]!.requests;
    expect(request).toMatchObject({ name: 'subscribe', status: 'passed', line: 2 });
    expect(request!.steps.map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(request!.steps[1]!.captures).toMatchObject([{ name: 'id' }]);
  });

  test('are valid JUnit XML for any names and payloads', async () => {
    const hostile = '\u0000\u0001]]>&<x a="\'">\u202e\ufffe \ud83d\ude00';
    folder = requestFolder({
      'a<&>.ws': `nonsense\n${echo('one', '1')}${echo(`two ${hostile}`, hostile, 'y')}### x\nWEBSOCKET http://x\n`,
      'b.ws': '',
    });
    const { stdout, status } = await run(['*.ws', '--reporter', 'junit']);
    expect(status).toBe(2);
    expect(XMLValidator.validate(stdout)).toBe(true);
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
    const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(stdout) as {
      testsuites: {
        tests: string;
        failures: string;
        testsuite: {
          name: string;
          tests: string;
          testcase: { name: string; failure?: { type: string }; error?: { type: string } }[];
        }[];
      };
    };
    const { testsuites } = parsed;
    expect(testsuites).toMatchObject({ tests: '4', failures: '1', errors: '2' });
    expect(testsuites.testsuite.map(({ name, tests }) => [name, tests])).toEqual([
      ['a<&>.ws', '4'],
      ['b.ws', '0'],
    ]);
    const cases = testsuites.testsuite[0]!.testcase;
    expect(cases.filter(({ failure }) => failure)).toHaveLength(1);
    expect(cases.filter(({ error }) => error)).toHaveLength(2);
  });

  test('--output writes the report to a file, and the terminal has the one for people', async () => {
    folder = requestFolder({ 'a.ws': echo('one', '1') });
    const { stdout, status } = await run(['a.ws', '--reporter', 'junit', '--output', 'results.xml']);
    expect(status).toBe(0);
    expect(stdout).toContain('✓ one');
    expect(folder.read('results.xml')).toContain('<testcase name="one"');
    expect(readdirSync(folder.path).sort()).toEqual(['a.ws', 'results.xml']);
  });

  test('an --output file that cannot be written gives status 2, and the run is still reported', async () => {
    folder = requestFolder({ 'a.ws': echo('one', '1') });
    for (const file of ['no/where.json', 'a.ws/where.json']) {
      const { stdout, stderr, status } = await run(['a.ws', '--reporter', 'json', '--output', file]);
      expect([status, file]).toEqual([2, file]);
      expect(stdout).toContain('1 passed');
      expect(stderr).toContain('The report cannot be written');
    }
    expect(existsSync(join(folder.path, 'no'))).toBe(false);
  });

  test('pass no control character of a server to the terminal', async () => {
    const hostile = await serverThat((client) => client.send('\u001b]0;owned\u0007\u001b[2J\r\u009b31m'));
    try {
      folder = requestFolder({
        'a.ws': `### x\nWEBSOCKET ${hostile.url}\n\n=== wait-for-server\n# @expect text == "y"\n`,
      });
      for (const reporter of ['spec', 'json', 'junit']) {
        const { stdout, stderr } = await run(['a.ws', '--reporter', reporter]);
        expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(stdout).toContain('owned');
      }
    } finally {
      await hostile.close();
    }
  });
});
