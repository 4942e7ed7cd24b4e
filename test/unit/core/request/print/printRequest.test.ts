import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { printRequest, type PrintableRequest } from '../../../../../src/core/request/print/printRequest.ts';
import { requestOptions } from '../../../../../src/core/request/plan/requestOptions.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { actPlan } from '../../../../../src/core/request/plan/stepPlan.ts';
import type { RequestFile } from '../../../../../src/core/request/syntax/tree.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';
import { connectOptions, type GivenOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import { MASK } from '../../../../../src/core/session/secrets/mask.ts';
import type { OutgoingMessage } from '../../../../../src/shared/session.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (sent: string): OutgoingMessage => ({ kind: 'text', data: bytes(sent) });

function printed({
  messages = [],
  ...given
}: Partial<PrintableRequest> & { options: GivenOptions; messages?: readonly OutgoingMessage[] }) {
  const steps = messages.map((message) => ({ message }));
  return printRequest({ name: 'session', base: {}, steps, notes: [], ...given });
}

/** Parses a printed request, with its secrets filled in. */
function readBack({ text: source, secrets }: ReturnType<typeof printRequest>) {
  let filled = source;
  // As variables of the file, which take any value that stands on one line.
  for (const name of secrets.keys()) filled = filled.replaceAll(`{{$secret ${name}}}`, `{{SECRET_${name}}}`);
  const file: RequestFile = analyzeRequestFile(filled);
  const [request] = file.requests;
  const given = Object.fromEntries([...secrets].map(([name, value]) => [`SECRET_${name}`, value ?? '']));
  const variables = Object.entries(given).map(([name, value]) => ({
    kind: 'variable' as const,
    range: file.range,
    name: { text: name, range: file.range },
    value: { range: file.range, parts: value === '' ? [] : [value] },
  }));
  const scope = createFileScope([...variables, ...file.variables], SAMPLE_PORTS);
  const messages = request!.steps.map((step) => {
    const planned = actPlan(step, scope);
    if ('problems' in planned) throw new Error(`${source}\n${JSON.stringify(planned.problems)}`);
    const { act } = planned.plan;
    if (act.kind !== 'message') throw new Error(`${source}\n${act.kind}`);
    return act.message;
  });
  const result = requestOptions(request!, scope);
  if ('problems' in result) throw new Error(`${source}\n${JSON.stringify(result.problems)}`);
  return { file: analyzeRequestFile(source), options: result.options, messages };
}

test('prints a session as a readable file', () => {
  const options = {
    url: 'wss://me:p4ssword@api.test/stream?channel=BTC&token=canary-1',
    headers: [
      ['Origin', 'https://example.test'],
      ['Authorization', 'Bearer canary-2'],
      ['Cookie', 'sid=canary-3'],
    ],
    subprotocols: ['v2.json', 'v1.json'],
    handshakeTimeout: 2000,
    deflate: false,
    ca: ['/a.pem', '/b.pem'],
    proxy: 'http://me:canary-4@proxy.test:3128',
    heartbeat: 0,
  } as const;
  const { text: source, secrets } = printed({
    name: 'ticks',
    options,
    base: { heartbeat: 15_000 },
    notes: ['From the session “ticks”.'],
    messages: [
      text('{"op":"subscribe"}'),
      text('{"auth":"canary-2"}'),
      { kind: 'binary', data: new Uint8Array([0, 1, 254, 255]) },
    ],
  });
  expect(source).toBe(`### ticks
# From the session “ticks”.
# @subprotocol v2.json, v1.json
# @timeout 2s
# @no-deflate
# @ca /a.pem
# @ca /b.pem
# @proxy http://me:{{$secret proxy_password}}@proxy.test:3128
# @heartbeat 0
WEBSOCKET wss://me:{{$secret password}}@api.test/stream?channel=BTC&token={{$secret token}}
Origin: https://example.test
Authorization: Bearer {{$secret authorization}}
Cookie: {{$secret cookie}}

{"op":"subscribe"}
===
{"auth":"{{$secret authorization}}"}
===
# @binary base64
AAH+/w==
`);
  expect(Object.fromEntries(secrets)).toEqual({
    password: 'p4ssword',
    token: 'canary-1',
    authorization: 'canary-2',
    cookie: 'sid=canary-3',
    proxy_password: 'canary-4',
  });
});

describe('secrets', () => {
  test('are named without a value if the recording has masked them', () => {
    const { text: source, secrets } = printed({
      options: { url: `ws://h/?token=${MASK}`, headers: [['X-Api-Key', MASK]] },
    });
    expect(source).toContain('ws://h/?token={{$secret token}}');
    expect(source).toContain('X-Api-Key: {{$secret x_api_key}}');
    expect([...secrets]).toEqual([
      ['token', undefined],
      ['x_api_key', undefined],
    ]);
  });

  test('share a name if they share a value, and get names of their own otherwise', () => {
    const { text: source } = printed({
      options: {
        url: 'ws://h/?token=canary-1',
        headers: [
          ['X-Token', 'canary-2'],
          ['x_token', 'canary-3'],
          ['X-Other-Token', 'canary-1'],
        ],
      },
    });
    expect(source.match(/\{\{.*?\}\}/g)).toEqual([
      '{{$secret token}}',
      '{{$secret x_token}}',
      '{{$secret x_token_2}}',
      '{{$secret token}}',
    ]);
  });

  test('are replaced only in their place if they are short', () => {
    const { text: source } = printed({
      options: { url: 'ws://test:test@test.test/', passphrase: 'abc', pfx: '/abc.p12' },
      messages: [text('test abc')],
    });
    expect(source).toContain('# @passphrase {{$secret passphrase}}');
    expect(source).toContain('# @pfx /abc.p12');
    expect(source).toContain('\ntest abc\n');
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const braces = fc.string({ unit: fc.constantFrom('{', '}', '\\', 'a', '=', '#', ' ') });
const value = braces.map((given) => given.trim());

const givenOptions: fc.Arbitrary<GivenOptions> = fc
  .record({
    url: fc
      .tuple(fc.option(word), word, fc.string({ unit: fc.constantFrom('{', '}', '\\', 'a', '=', '&') }))
      .map(
        ([user, host, query]) =>
          `ws://${user === null ? '' : `me:${user}@`}${host.replaceAll('--', '-')}.test/?token=${query}`,
      ),
    headers: fc.array(fc.tuple(word, value), { maxLength: 3 }),
    subprotocols: fc.uniqueArray(word, { maxLength: 3 }),
    handshakeTimeout: fc.integer({ min: 1, max: 100_000 }),
    maxPayload: fc.nat({ max: 2 ** 30 }),
    deflate: fc.boolean(),
    ca: fc.array(
      value.filter((path) => path !== ''),
      { maxLength: 2 },
    ),
    pfx: value,
    insecure: fc.boolean(),
    frames: fc.boolean(),
    minTlsVersion: fc.constantFrom('' as const, 'TLSv1.2' as const),
    secrets: fc.array(fc.stringMatching(/^[a{}\\]{1,3}$/), { maxLength: 2 }),
  })
  .map((options) => ({ ...options, passphrase: options.pfx === '' ? '' : 'canary' }));

const message: fc.Arbitrary<OutgoingMessage> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((data) => ({ kind: 'binary' as const, data })),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            '\n',
            '\r',
            '\t',
            ' ',
            '\\',
            '#',
            '//',
            '===',
            '< ',
            '<@x',
            '??',
            '> {%',
            '< {%',
            '{{',
            '{',
            '}}',
          ],
          ...['# @ping', '@a = b', '\0', '\u001e', '\u2028', '\ufeff', '\u00a0', 'canary', '{{a}}', '\n\n'],
        ),
        fc.string({ unit: 'binary', maxLength: 6 }),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('').replace(/\p{Cs}/gu, '?'))
    .map(text),
);

test('prints a request that parses to the same request without a problem', () => {
  fc.assert(
    fc.property(givenOptions, fc.array(message, { maxLength: 4 }), (options, messages) => {
      const request = printed({ options, messages });
      const back = readBack(request);
      const wanted = connectOptions(options);
      expect({ ...connectOptions(back.options), secrets: wanted.secrets }).toEqual(wanted);
      expect(back.messages).toEqual(messages);
      expect(back.file.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('sends bytes whose base64 looks like the start of a comment', () => {
  const data = new Uint8Array([255, 240]);
  const request = printed({ options: { url: 'ws://h/' }, messages: [{ kind: 'binary', data }] });
  expect(readBack(request).messages).toEqual([{ kind: 'binary', data }]);
});

test('keeps names, notes and headers from becoming syntax', () => {
  const { text: source } = printed({
    name: 'a\n# @insecure',
    notes: ['@insecure', 'b\n# @frames'],
    options: { url: 'ws://h/', headers: [['#comment', 'x']] },
  });
  const [request] = analyzeRequestFile(source).requests;
  expect(requestOptions(request!, createFileScope([], SAMPLE_PORTS))).toEqual({
    options: { url: 'ws://h/' },
  });
});
