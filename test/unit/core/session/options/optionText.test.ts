import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionProblem } from '../../../../../src/core/session/options/optionProblem.ts';
import type {
  OptionKey,
  OptionKind,
  OptionSpec,
} from '../../../../../src/core/session/options/optionSpec.ts';
import { OPTION_ENTRIES, OPTIONS } from '../../../../../src/core/session/options/optionTable.ts';
import { readOption, writeOption } from '../../../../../src/core/session/options/optionText.ts';
import { resolvePaths } from '../../../../../src/core/session/options/connectOptions.ts';

const word = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,12}$/);
const bits = fc.option(fc.integer({ min: 9, max: 15 }), { nil: undefined });

/** Values of each kind that optionProblem has nothing against. */
function valuesOf(key: OptionKey, spec: OptionSpec): fc.Arbitrary<unknown> {
  const { kind, least = 0, most = 0, zero } = spec;
  const number = fc.oneof(fc.integer({ min: least, max: most }), fc.constant(zero === undefined ? least : 0));
  const arbitraries: Record<OptionKind, fc.Arbitrary<unknown>> = {
    duration: number,
    size: number,
    count: number,
    flag: fc.boolean(),
    negatedFlag: fc.boolean(),
    text: key === 'proxy' ? fc.constantFrom('', 'none', 'http://u:p@proxy.test:1') : word,
    path: fc.oneof(fc.constant(''), word),
    choice: fc.constantFrom('', ...(spec.choices ?? [])),
    list:
      key === 'redirectOrigins'
        ? fc.array(word.map((host) => `wss://x${host.replace(/[^a-z0-9]/g, '')}.test`))
        : fc.uniqueArray(word),
    rules: fc.array(
      fc.constantFrom('msgpack', 'gzip in', 'protobuf A from b.proto topic x/+', 'cbor prefix 0aff'),
    ),
    paths: fc.array(fc.string({ minLength: 1 }).filter((path) => !path.includes('\0'))),
    headers: fc.array(fc.tuple(word, word)),
    deflate: fc
      .record({ serverNoContextTakeover: fc.boolean(), clientMaxWindowBits: bits, serverMaxWindowBits: bits })
      .map(({ serverNoContextTakeover, clientMaxWindowBits, serverMaxWindowBits }) => ({
        ...(serverNoContextTakeover && { serverNoContextTakeover }),
        ...(clientMaxWindowBits !== undefined && { clientMaxWindowBits }),
        ...(serverMaxWindowBits !== undefined && { serverMaxWindowBits }),
      })),
  };
  return arbitraries[kind];
}

function readAll(spec: OptionSpec, texts: readonly string[]): unknown {
  const isList =
    spec.kind === 'headers' || spec.kind === 'paths' || spec.kind === 'rules' || spec.kind === 'list';
  const values = texts.map((text) => {
    const reading = readOption(spec, text);
    if ('problem' in reading) throw new Error(reading.problem);
    return reading.value;
  });
  if (isList) return (values as unknown[][]).flat();
  return values.at(-1) ?? spec.fallback;
}

describe.each(OPTION_ENTRIES)('%s', (key, spec) => {
  test('is read from its written form', () => {
    fc.assert(
      fc.property(valuesOf(key, spec), (value) => {
        fc.pre(optionProblem(key, value as never) === undefined);
        expect(readAll(spec, writeOption(spec, value as never))).toEqual(value);
      }),
      { numRuns: 100 },
    );
  });

  test('has a valid default, and a sample that can be read', () => {
    expect(optionProblem(key, spec.fallback as never)).toBeUndefined();
    if (spec.sample === undefined) return;
    const reading = readOption(spec, spec.sample);
    expect(reading).toHaveProperty('value');
    if ('value' in reading) expect(optionProblem(key, reading.value as never)).toBeUndefined();
  });

  test('is explained in one sentence', () => {
    expect(spec.about).toMatch(/^[A-Z].*[^.]\.$/);
    expect(spec.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(spec.name.startsWith('no-')).toBe(spec.kind === 'negatedFlag');
    expect(spec.sample === undefined).toBe(spec.kind === 'flag' || spec.kind === 'negatedFlag');
  });
});

test('no two options have one name', () => {
  const names = OPTION_ENTRIES.map(([, { name }]) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each<[OptionKey, string, unknown]>([
  ['handshakeTimeout', '1.5s', 1500],
  ['heartbeat', '0', 0],
  ['maxPayload', '10 MB', 10_000_000],
  ['minTlsVersion', 'TLSv1.2', 'TLSv1.2'],
  ['minTlsVersion', 'tls 1.0', 'TLSv1'],
  ['deflateParameters', 'permessage-deflate', {}],
  ['deflateParameters', 'permessage-deflate; server_max_window_bits="10"', { serverMaxWindowBits: 10 }],
])('%s %j', (key, text, value) => {
  expect(readOption(OPTIONS[key], text)).toEqual({ value });
});

test.each<[OptionKey, string, RegExp]>([
  ['handshakeTimeout', '0', /no unit|out of range/],
  ['handshakeTimeout', '5', /no unit/],
  ['maxPayload', '5', /no unit/],
  ['maxFragments', '-1', /not a whole number/],
  ['reconnect', '1e3', /not a whole number/],
  ['minTlsVersion', 'SSLv3', /not a version of TLS/],
  ['deflateParameters', 'client_max_window_bits', /needs a number of bits/],
  ['deflateParameters', 'client_no_context_takeover=1', /takes no value/],
  ['deflateParameters', 'client_max_window_bits=9; client_max_window_bits=9', /given twice/],
  ['deflateParameters', 'gzip', /not a parameter of permessage-deflate/],
])('%s %j is refused', (key, text, reason) => {
  const reading = readOption(OPTIONS[key], text);
  expect('problem' in reading && reading.problem).toMatch(reason);
});

test('paths are resolved against their base folder, texts of certificates are unchanged', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nx';
  const given = { ca: ['a.pem', pem], cert: 'c.pem', key: '', servername: 'a' };
  expect(resolvePaths(given, (path) => `/folder/${path}`)).toEqual({
    ca: ['/folder/a.pem', pem],
    cert: '/folder/c.pem',
    key: '',
    servername: 'a',
  });
});
