import { describe, expect, test } from 'vitest';
import { rangeInLine } from '../../../../../src/core/request/syntax/range.ts';
import {
  joinTexts,
  literalText,
  scanTemplate,
  scanText,
} from '../../../../../src/core/request/syntax/template.ts';

/** Texts as they are, a reference as [name, argument]. */
function partsOf(text: string): unknown[] {
  return scanTemplate(text, 0).parts.map((part) =>
    typeof part === 'string' ? part : [part.name.text, part.argument?.text],
  );
}

describe('scanTemplate', () => {
  test.each<[string, unknown[]]>([
    ['', []],
    ['plain', ['plain']],
    ['{{a}}', [['a', undefined]]],
    ['x {{ a.b-c }} y', ['x ', ['a.b-c', undefined], ' y']],
    [
      '{{a}}{{b}}',
      [
        ['a', undefined],
        ['b', undefined],
      ],
    ],
    ['{{$randomInt 1  6}}', [['$randomInt', '1  6']]],
    ['{"a":{"b":1}}', ['{"a":{"b":1}}']],
    ['{{{a}}}', ['{', ['a', undefined], '}']],
    ['{ {a} }', ['{ {a} }']],
  ])('reads %j', (text, parts) => {
    expect(partsOf(text)).toEqual(parts);
    expect(scanTemplate(text, 0).problems).toEqual([]);
  });

  test('an odd number of backslashes makes braces literal, an even number stays', () => {
    expect(partsOf('\\{{a}}')).toEqual(['{{a}}']);
    expect(partsOf('\\\\{{a}}')).toEqual(['\\\\', ['a', undefined]]);
    expect(partsOf('\\\\\\{{a}}')).toEqual(['\\\\{{a}}']);
    expect(partsOf('\\a{{a}}')).toEqual(['\\a', ['a', undefined]]);
    expect(partsOf('\\{{a}} {{b}}')).toEqual(['{{a}} ', ['b', undefined]]);
  });

  test('says where each part of a reference stands', () => {
    const [, reference] = scanTemplate('x{{ $env  HOME }}', 7, 100).parts;
    expect(reference).toEqual({
      kind: 'reference',
      range: rangeInLine(7, 101, 117),
      name: { text: '$env', range: rangeInLine(7, 104, 108) },
      argument: { text: 'HOME', range: rangeInLine(7, 110, 114) },
    });
  });

  test('keeps braces that are not closed, and says so once', () => {
    const { parts, problems } = scanTemplate('{{a}} {{b {{c', 2);
    expect(parts.at(-1)).toBe(' {{b {{c');
    expect(problems).toEqual([
      { code: 'variable.unclosed', message: expect.any(String) as string, range: rangeInLine(2, 6, 8) },
    ]);
  });

  test.each(['{{}}', '{{ }}', '{{1}}', '{{a b}}', '{{a + b}}', '{{$}}', '{{#each}}', '{{a {{b}}'])(
    'keeps %s as text and says that it names no variable',
    (text) => {
      const { parts, problems } = scanTemplate(text, 0);
      expect(parts).toEqual([text]);
      expect(problems.map(({ code }) => code)).toEqual(['variable.expression']);
    },
  );
});

describe('scanText', () => {
  test('keeps the line ends of a file and finds references in every line', () => {
    const { parts, problems } = scanText('a\r\n{{b}}\r\n\nc {{d');
    expect(parts.map((part) => (typeof part === 'string' ? part : part.range))).toEqual([
      'a\r\n',
      rangeInLine(1, 0, 5),
      '\r\n\nc {{d',
    ]);
    expect(problems.map(({ range }) => range.start)).toEqual([{ line: 3, character: 2 }]);
  });

  test('reads more references than a call has room for arguments', () => {
    const text = '{{a}} '.repeat(200_000);
    expect(scanText(text).parts).toHaveLength(400_000);
  });
});

describe('joinTexts', () => {
  test('makes one text of neighbours and drops empty ones', () => {
    const [reference] = scanTemplate('{{a}}', 0).parts;
    expect(joinTexts(['', 'a', 'b', reference!, '', reference!, 'c', ''])).toEqual([
      'ab',
      reference,
      reference,
      'c',
    ]);
    expect(joinTexts(['', ''])).toEqual([]);
  });
});

describe('literalText', () => {
  test('is the text of a template without references', () => {
    const range = rangeInLine(0, 0, 1);
    expect(literalText({ range, parts: [] })).toBe('');
    expect(literalText({ range, parts: ['a'] })).toBe('a');
    expect(literalText({ range, parts: scanTemplate('{{a}}', 0).parts })).toBeUndefined();
    expect(literalText({ range, parts: scanTemplate('a{{a}}', 0).parts })).toBeUndefined();
  });
});
