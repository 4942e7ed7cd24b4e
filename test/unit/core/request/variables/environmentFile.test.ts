import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseEnvironmentFile,
  variableIn,
  variableNamesIn,
} from '../../../../../src/core/request/variables/environmentFile.ts';
import { environmentTls } from '../../../../../src/core/request/variables/environmentTls.ts';
import { parseJsonTree } from '../../../../../src/core/request/variables/jsonTree.ts';

const parse = (source: string, path = '/w/http-client.env.json') => parseEnvironmentFile(path, source);

describe('an environment file', () => {
  const file = parse(
    [
      '\uFEFF{',
      '  "$schema": "https://example.test/schema.json",',
      '  "$shared": { "version": 1.0 },',
      '  "dev": {',
      '    "host": "localhost:8080",',
      '    "big": 12345678901234567890,',
      '    "flag": true,',
      '    "server": { "port": 1, "tags": ["a", "b"] },',
      '    "server.port": "2"',
      '  }',
      '}',
    ].join('\r\n'),
  );

  test('has its environments and $shared, and nothing else that starts with $', () => {
    expect([...file.sections.keys()]).toEqual(['$shared', 'dev']);
    expect(file.problem).toBeUndefined();
  });

  test.each([
    ['$shared', 'version', '1.0'],
    ['dev', 'host', 'localhost:8080'],
    ['dev', 'big', '12345678901234567890'],
    ['dev', 'flag', 'true'],
    ['dev', 'server.tags.1', 'b'],
    ['dev', 'server.tags', '["a", "b"]'],
    ['dev', 'server.port', '2'],
  ])('gives %s.%s as written: %s', (environment, name, text) => {
    expect(variableIn(file, environment, name)?.value.parts).toEqual([text]);
  });

  test('has the place of a value in the coordinates of an editor', () => {
    expect(variableIn(file, 'dev', 'host')).toMatchObject({
      name: { range: { start: { line: 4, character: 4 } } },
      range: { start: { line: 4, character: 12 }, end: { line: 4, character: 28 } },
    });
  });

  test.each(['nothing', 'server.host', 'server.tags.2', 'host.x', '__proto__', 'server.constructor'])(
    'has no %s',
    (name) => {
      expect(variableIn(file, 'dev', name)).toBeUndefined();
    },
  );

  test('does not change braces without a reference', () => {
    const { value } = variableIn(parse('{"a": {"b": "{{ {% x %} }} and {{"}}'), 'a', 'b')!;
    expect(value.parts).toEqual(['{{ {% x %} }} and {{']);
  });

  test('is private if its name says so', () => {
    expect(parse('{}', 'C:\\w\\http-client.private.env.json')).toMatchObject({
      isPrivate: true,
      name: 'http-client.private.env.json',
    });
    expect(parse('{}').isPrivate).toBe(false);
  });
});

describe('an invalid environment file has an error with its place and its reason', () => {
  test.each([
    ['', 'line 1: it ends too early, expected a value'],
    ['{\n"dev": {\n"a": 1,,\n}\n}', 'line 3: this is not JSON, expected a name in quotation marks'],
    ['{dev: {}}', 'in quotation marks'],
    ['{"dev": {"a": 1 /* }}', 'expected the end of a comment'],
    ['{"dev": {"a" 1}}', 'expected a colon'],
    ['{"dev": {"a": 1}', 'expected a comma or }'],
    ['{"dev": [1 2]}', 'expected a comma'],
    ['{} {}', 'expected nothing more'],
    ['[]', 'environments are members of an object'],
    ['{\n"dev": 1}', 'line 2: an environment is an object of variables'],
    [`{"dev": ${'['.repeat(100_000)}`, 'it nests deeper than 200 levels'],
    [`{"dev": ${'['.repeat(300)}${']'.repeat(300)}}`, 'it nests deeper than 200 levels'],
    ['{"dev": {"a": 01}}', 'expected a comma'],
    ['{"dev": {"a": "\u0000"}}', 'expected control characters to be escaped'],
  ])('%#', (source, message) => {
    const { problem, sections } = parse(source);
    expect(problem).toMatchObject({
      code: 'environment.file',
      message: expect.stringContaining(message) as string,
    });
    expect(problem!.message).toContain('http-client.env.json');
    expect(sections.size).toBe(0);
  });
});

describe('parseJsonTree', () => {
  test('reads the texts of JSON.parse, and other texts only with comments and trailing commas', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => text.slice(1)),
        ),
        (source) => {
          let isJson = true;
          try {
            JSON.parse(source);
          } catch {
            isJson = false;
          }
          const tree = parseJsonTree(source);
          if (isJson || !/\/[/*]|,\s*[\]}]/.test(source)) expect('kind' in tree).toBe(isJson);
          if ('kind' in tree && isJson)
            expect(tree.source).toBe(source.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''));
        },
      ),
    );
  });
});

test('comments and trailing commas are read, as editors and other clients allow them', () => {
  const file = parse(`// environments of the team
{
  /* the one for all */
  "dev": { // local
    "host": "localhost // 8080", "list": [1, 2,],
  },
}
// end`);
  expect(file.problem).toBeUndefined();
  expect(variableIn(file, 'dev', 'host')?.value.parts).toEqual(['localhost // 8080']);
  expect(variableIn(file, 'dev', 'list.1')?.value.parts).toEqual(['2']);
});

describe('the TLS options of an environment', () => {
  test('are not variables, and neither are those of sign-in', () => {
    const file = parse(
      '{"dev": {"SSLConfiguration": {"a": 1}, "Security": {"Auth": {}}, "b": 1}, "ci": {"Security": "tight"}}',
    );
    for (const name of ['SSLConfiguration', 'SSLConfiguration.a', 'Security', 'Security.Auth'])
      expect(variableIn(file, 'dev', name)).toBeUndefined();
    expect(variableNamesIn(file.sections.get('dev')!)).toEqual(['b']);
    expect(variableIn(file, 'ci', 'Security')?.value.parts).toEqual(['tight']);
  });

  const tls = (configuration: string, path = '/w/http-client.private.env.json') => {
    const file = parse(`{"dev": {"SSLConfiguration": ${configuration}}}`, path);
    return environmentTls(file, file.sections.get('dev')!);
  };

  test.each([
    [
      '{"clientCertificate": "cert.pem", "clientCertificateKey": "keys/key.pem"}',
      { cert: '/w/cert.pem', key: '/w/keys/key.pem' },
    ],
    [
      '{"clientCertificate": {"path": "file.crt", "format": "PEM"}, "clientCertificateKey": {"path": "/k/file.key", "format": "DER"}}',
      { cert: '/w/file.crt', key: '/k/file.key' },
    ],
    ['{"clientCertificate": "both.pem"}', { cert: '/w/both.pem', key: '/w/both.pem' }],
    [
      '{"clientCertificate": "client.P12", "hasCertificatePassphrase": true}',
      { pfx: '/w/client.P12', cert: undefined, hasPassphrase: true },
    ],
    ['{"verifyHostCertificate": false}', { insecure: true, cert: undefined, hasPassphrase: false }],
    [
      '{"verifyHostCertificate": true, "hasCertificatePassphrase": true}',
      { insecure: false, hasPassphrase: false },
    ],
    ['{}', { insecure: false, cert: undefined, key: undefined, pfx: undefined }],
  ])('%s', (configuration, expected) => expect(tls(configuration)).toMatchObject(expected));

  test('are relative to their file', () => {
    expect(tls('{"clientCertificate": "c.pem"}', 'C:\\w\\http-client.env.json')).toMatchObject({
      cert: 'C:\\w\\c.pem',
    });
    expect(tls('{"clientCertificate": "D:\\\\c.pem"}')).toMatchObject({ cert: 'D:\\c.pem' });
  });

  test.each([
    'true',
    '{"clientCertificate": 1}',
    '{"clientCertificate": {"format": "PEM"}}',
    '{"clientCertificateKey": ""}',
    '{"verifyHostCertificate": "false"}',
    '{"hasCertificatePassphrase": 1}',
  ])('are reported if they are invalid: %s', (configuration) => {
    expect(tls(configuration)).toMatchObject({
      problem: { code: 'environment.file', message: expect.stringContaining('SSLConfiguration') as string },
    });
  });
});
