import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseEnvironmentFile,
  variableIn,
} from '../../../../../src/core/request/variables/environmentFile.ts';
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
  ])('gives %s.%s as it is written: %s', (environment, name, text) => {
    expect(variableIn(file, environment, name)?.value.parts).toEqual([text]);
  });

  test('knows where a value stands, as an editor counts', () => {
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

  test('leaves braces that hold no reference as they are', () => {
    const { value } = variableIn(parse('{"a": {"b": "{{ {% x %} }} and {{"}}'), 'a', 'b')!;
    expect(value.parts).toEqual(['{{ {% x %} }} and {{']);
  });

  test('is private by its name', () => {
    expect(parse('{}', 'C:\\w\\http-client.private.env.json')).toMatchObject({
      isPrivate: true,
      name: 'http-client.private.env.json',
    });
    expect(parse('{}').isPrivate).toBe(false);
  });
});

describe('an environment file that is none says where and what', () => {
  test.each([
    ['', 'line 1: it ends too early, expected a value'],
    ['{\n"dev": {\n"a": 1,\n}\n}', 'line 4: this is no JSON, expected a name in quotation marks'],
    ['{"dev": {"a" 1}}', 'expected a colon'],
    ['{"dev": {"a": 1}', 'expected a comma or }'],
    ['{"dev": [1 2]}', 'expected a comma or ]'],
    ['{} {}', 'expected nothing more'],
    ['[]', 'environments are members of an object'],
    ['{\n"dev": 1}', 'line 2: an environment is an object of variables'],
    [`{"dev": ${'['.repeat(100_000)}`, 'at most 200 levels'],
    ['{"dev": {"a": 01}}', 'expected a comma or }'],
    ['{"dev": {"a": "\u0000"}}', 'expected a value'],
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
  test('reads what JSON.parse reads, and refuses what it refuses', () => {
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
          expect('kind' in tree).toBe(isJson);
          if ('kind' in tree) expect(tree.source).toBe(source.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''));
        },
      ),
    );
  });
});
