import { describe, expect, test } from 'vitest';
import {
  definitionsIn,
  definitionsOf,
  invalidVariableName,
  nameAt,
  occurrencesOf,
  referencesIn,
} from '../../../../../src/core/request/service/names.ts';
import { marked, placed } from './support.ts';

const FILE = [
  '@host = localhost',
  '@base = ws://{{host}}',
  '### One',
  '# @ca {{host}}.pem',
  'WEBSOCKET {{base}}/a?t={{$timestamp}}',
  'X-Host: {{host}}',
  '',
  '{"id": "{{id}}"}',
  '=== wait-for-server',
  '# @capture id = $.id',
  '# @expect $.host == "{{host}}"',
  '{"again": "{{id}}"}',
  '### Two',
  '@host = example.test',
  'WEBSOCKET ws://{{host}}',
  '',
  '< ./{{host}}.bin',
];

const byLine = (a: string, b: string): number => Number.parseInt(a) - Number.parseInt(b);

describe('names', () => {
  const source = marked(FILE);

  test('are defined by variables and captures', () => {
    expect(
      definitionsIn(source.file).map(({ by, name }) => `${name.range.start.line} ${by} ${name.text}`),
    ).toEqual(['0 variable host', '1 variable base', '9 capture id', '13 variable host']);
  });

  test('are used in URLs, headers, directives, payloads, paths and other variables; dynamic variables are not names', () => {
    expect(
      placed(
        source,
        referencesIn(source.file).map(({ name }) => name.range),
      ).sort(byLine),
    ).toEqual(['1:host', '3:host', '4:base', '5:host', '7:id', '10:host', '11:id', '14:host', '16:host']);
  });

  test('occur at their definitions and their uses, which a rename changes', () => {
    const occurrences = occurrencesOf(source.file, 'host').map(({ range }) => range);
    expect(placed(source, occurrences).every((text) => text.endsWith(':host'))).toBe(true);
    expect(occurrences.map(({ start }) => start.line)).toEqual([0, 1, 3, 5, 10, 13, 14, 16]);
  });

  test.each([
    ['a definition', ['@ho¦st = a', 'WEBSOCKET ws://{{host}}'], 'host'],
    ['its end', ['@host¦ = a', 'WEBSOCKET ws://{{host}}'], 'host'],
    ['a use', ['@host = a', 'WEBSOCKET ws://{{¦host}}'], 'host'],
    ['a capture', ['WS ws://a', '', '===', '# @capture to¦ken = $.t'], 'token'],
    ['anything else', ['@host = a¦', 'WEBSOCKET ws://{{host}}'], undefined],
    ['a dynamic one', ['WEBSOCKET ws://a/{{$uu¦id}}'], undefined],
  ])('are at %s', (_, lines, name) => {
    const { file, at } = marked(lines);
    expect(nameAt(file, at)?.text).toBe(name);
  });

  test('mean the last definition above, or else the first below', () => {
    const lineOf = (line: number, name = 'host') =>
      definitionsOf(source.file, name, { line, character: 0 }).map((each) => each.name.range.start.line);
    expect(lineOf(4)).toEqual([0]);
    expect(lineOf(14)).toEqual([13]);
    expect(lineOf(0)).toEqual([0]);
    expect(lineOf(4, 'nobody')).toEqual([]);
  });

  test('mean a capture only below it and in its own request', () => {
    const lineOf = (line: number) =>
      definitionsOf(source.file, 'id', { line, character: 0 }).map((each) => each.name.range.start.line);
    expect(lineOf(11)).toEqual([9]);
    expect(lineOf(7)).toEqual([]);
    expect(lineOf(15)).toEqual([]);
  });

  test('are refused if no reference can name them', () => {
    expect(invalidVariableName('api.token-2')).toBeUndefined();
    for (const name of ['', '2nd', 'a b', '$x', 'a}']) expect(invalidVariableName(name)).toContain('letter');
  });
});
