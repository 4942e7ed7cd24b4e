import { describe, expect, it } from 'vitest';
import { parseRequestFile } from '../../../src/core/request/syntax/parseRequestFile.ts';
import { printImported } from '../../../src/core/convert/printImported.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { importedFrom, sourceOf } from './importing.ts';

// Command lines and environments come from pages, chats and repositories of others, as files of collections do.

/** The request file of a command, which reads without an error; or one sentence. */
async function fromCommand(text: string): Promise<{ text: string } | { problem: string }> {
  const began = performance.now();
  const result = importedFrom(await sourceOf({ '': text }, false), 'command-line');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  if ('problem' in result) {
    expect(result.problem).toMatch(/^[^\n]{1,400}\.?$/);
    return result;
  }
  const { files, secrets } = printImported(result, 'source');
  const requests = files.filter(({ kind }) => kind === 'requests').map((each) => each.text);
  expect(requests).toHaveLength(1);
  const [printed] = requests as [string];
  // A value that cannot be sent, such as a header name with a blank, is an error at its line and never sent.
  analyzeRequestFile(printed);
  expect(parseRequestFile(printed).requests, printed).toHaveLength(1);
  for (const name of secrets.keys()) expect(name).toMatch(/^[\w-]{1,100}$/);
  expect(performance.now() - began).toBeLessThan(5000);
  return { text: printed };
}

const COMMANDS = [
  `curl 'wss://h.test/a?b=c' -H 'Origin: https://h.test' -H $'X-Quote: it\\'s\\u0021' -b 'sid=abcdef123456' --compressed`,
  `curl ^"wss://h.test/a^" ^\n  -H ^"Origin: https://h.test^" ^\n  -H ^"X-Json: ^{^\\^"a^\\^":1^}^"`,
  'curl.exe "wss://h.test/a" `\n  -H "X-Price: `$5" `\n  -u "me:secret-password"',
  `wscat -c wss://h.test/a -s v1 -H 'X-A: 1' --auth me:secret-password -x '{"a": "b"}'`,
  `websocat -n1 --protocol v1 -H 'X-A: 1' --basic-auth=me:secret-password wss://h.test/a`,
] as const;

describe.each(COMMANDS)('%j', (command) => {
  it('becomes a request, without its password', async () => {
    const result = await fromCommand(command);
    expect(result).toEqual({ text: expect.stringContaining('WEBSOCKET wss://h.test/a') });
    expect(JSON.stringify(result)).not.toMatch(/secret-password|abcdef123456/);
  });

  it('is a request or an error after a cut at any place', { timeout: 60_000 }, async () => {
    for (let length = 0; length < command.length; length += 3) await fromCommand(command.slice(0, length));
  });

  it.each([
    ['NUL', '\0'],
    ['a line feed', '\n'],
    ['a lone surrogate', '\ud800'],
    ['a right-to-left override', '\u202e'],
    ['a reference', '{{$command rm -rf /}}'],
    ['a separator of requests', '\n###\n'],
    ['a shell expression', '$(id)`id`${IFS}'],
  ])('is a request or a sentence with %s anywhere', { timeout: 60_000 }, async (_, what) => {
    for (let at = 0; at <= command.length; at += 7) {
      const result = await fromCommand(command.slice(0, at) + what + command.slice(at));
      // A command line never brings a program that would run. Titles and names of headers are not evaluated.
      if (!('text' in result)) continue;
      for (const line of result.text.split('\n'))
        // `\{{{` is two braces and one more: no reference begins there.
        if (!/^###|^[^:]*\{\{\$command[^:]*:/.test(line))
          expect(line).not.toMatch(/(?<!\\\{?)\{\{\s*\$command/);
    }
  });
});

describe('a command line', () => {
  it.each([
    ['options of every object', 'curl --__proto__ x --constructor y --toString ws://h.test'],
    ['a header of two lines', `curl -H $'X-A: 1\\r\\nEvil: 2' ws://h.test`],
    ['a header name of two lines', `curl -H $'X-A\\nEvil: 2' ws://h.test`],
    ['a header name that is no token', `curl -H 'X A{}: 1' ws://h.test`],
    ['a URL of two lines', `curl $'ws://h.test/\\nEvil: 2'`],
    ['a proxy of two lines', `curl -x $'p:1\\n# @insecure' ws://h.test`],
    ['a certificate of two lines', `curl --cert $'a.pem\\n# @insecure' ws://h.test`],
    ['a subprotocol of two lines', `wscat -c ws://h.test -s $'v1\\n# @insecure'`],
    ['a message that ends its request', `wscat -c ws://h.test -x $'a\\n###\\nWEBSOCKET ws://evil.test'`],
    ['a message that waits', `wscat -c ws://h.test -x $'a\\n=== wait-for-server'`],
    ['a scheme that is none of ours', `curl 'javascript:alert(1)'`],
    ['100,000 options', `curl ${'-H a:b '.repeat(100_000)} ws://h.test`],
    ['a megabyte of a header', `curl -H 'X-A: ${'x'.repeat(1024 * 1024)}' ws://h.test`],
    ['a megabyte of quotes', `curl ${"'".repeat(1024 * 1024)} ws://h.test`],
    ['a megabyte of backslashes', `curl ${'\\'.repeat(1024 * 1024)} ws://h.test`],
    ['a megabyte of opened ANSI quotes', `curl ${"$'".repeat(512 * 1024)} ws://h.test`],
    ['a megabyte of dollars', `curl ${'${'.repeat(512 * 1024)} ws://h.test`],
  ])('with %s is harmless', { timeout: 30_000 }, async (_, command) => {
    const result = await fromCommand(command);
    if (!('text' in result)) return;
    expect(result.text).not.toMatch(/^(?:Evil:|# @insecure|=== wait)/m);
  });
});

const ENVIRONMENTS = [
  [
    'REST Client',
    '.vscode/settings.json',
    '{\n  // comment\n  "rest-client.environmentVariables": {"$shared": {"v": "1"}, "dev": {"host": "ws://{{$shared v}}", "token": "abcdef123456"}}\n}',
  ],
  [
    'httpYac',
    '.httpyac.json',
    '{"environments": {"$shared": {"v": 1}, "dev": {"host": "h.test", "password": "abcdef123456"}}}',
  ],
  ['httpYac files', 'env/dev.env', 'host=h.test\nexport PASSWORD="abcdef123456" # comment\nmulti="a\nb"\n'],
] as const;

/** The environment file that is written; or one sentence. */
async function fromEnvironments(path: string, text: string): Promise<string> {
  const began = performance.now();
  const result = importedFrom(await sourceOf({ [path]: text }), 'environments');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
  if ('problem' in result) {
    expect(result.problem).toMatch(/^[^\n]{1,400}\.$/);
    return result.problem;
  }
  const { files } = printImported(result, 'source');
  for (const { name } of files) expect(name).toMatch(/^http-client\.(?:private\.)?env\.json$/);
  for (const file of files) JSON.parse(file.text);
  return files.map((file) => file.text).join('\n');
}

describe.each(ENVIRONMENTS)('environments of %s', (_, path, text) => {
  it('are carried over, the secret as a reference', async () => {
    const written = await fromEnvironments(path, text);
    expect(written).toMatch(/"dev": \{[^]*"host"/);
    expect(written).not.toContain('abcdef123456');
  });

  it('are environments or an error after a cut at any place', { timeout: 60_000 }, async () => {
    for (let length = 0; length < text.length; length++) await fromEnvironments(path, text.slice(0, length));
  });

  it.each([
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a path', '../../evil'],
    ['NUL', 'a\\u0000b'],
    ['a reference', '{{$command id}}'],
  ])('with names that are %s', async (_name, name) => {
    const written = await fromEnvironments(
      path.replace('dev', name.replace(/[^\w]/g, '')),
      text.replaceAll('dev', name).replaceAll('host', name),
    );
    expect(written).not.toContain('\0');
  });

  it('bring no program that would run', async () => {
    const written = await fromEnvironments(
      path,
      text.replace('h.test', '{{$command id}}').replace('ws://{{$shared v}}', '{{ $command id}}'),
    );
    expect(written).toContain('$command id');
    expect(written).not.toMatch(/(?<!\\\\)\{\{\s*\$command/);
  });

  it.each([
    ['deep in brackets', `${'{"environments":'.repeat(10_000)}`],
    [
      'deep in objects',
      `{"rest-client.environmentVariables": ${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    ],
    ['not what they say', '<!DOCTYPE html><p>Sign in</p>'],
    [
      'of numbers and lists',
      '{"environments": [1, null, {"a": []}], "rest-client.environmentVariables": "no"}',
    ],
    [
      'long',
      `{"environments": {"dev": {${Array.from({ length: 20_000 }, (_each, at) => `"v${at}": "x"`).join(',')}}}}`,
    ],
    ['a megabyte without a line', `a=${'"'.repeat(1024 * 1024)}`],
  ])('%s', { timeout: 30_000 }, async (_name, what) => {
    await fromEnvironments(path, what);
  });
});
