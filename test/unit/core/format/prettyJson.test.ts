import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineView } from '../../../../src/core/format/lineView.ts';
import { MAX_INDENT_LEVELS, prettyJson } from '../../../../src/core/format/prettyJson.ts';
import { MAX_LINE_CHARS } from '../../../../src/shared/limits.ts';
import { finish, finishWithProgress, linesOf, textOf, utf8 } from './helpers.ts';

function pretty(text: string): LineView {
  const view = finish(prettyJson(utf8(text)));
  if (!('line' in view)) throw new Error(`not JSON at ${view.at}: ${view.expected}`);
  return view;
}

const show = (text: string): string => linesOf(pretty(text)).join('\n');

describe('prettyJson', () => {
  it('gives each member and element its line', () => {
    expect(show('{"op":"subscribe","channels":["a",{"b":null}],"n":1}')).toBe(
      [
        '{',
        '  "op": "subscribe",',
        '  "channels": [',
        '    "a",',
        '    {',
        '      "b": null',
        '    }',
        '  ],',
        '  "n": 1',
        '}',
      ].join('\n'),
    );
  });

  it('keeps the spelling of numbers', () => {
    const numbers = [
      '1.0',
      '1.50',
      '12345678901234567890',
      '1E400',
      '-0',
      '1e+2',
      '0.1000000000000000055511151231257827',
    ];
    expect(linesOf(pretty(`[${numbers.join(',')}]`)).map((line) => line.trim().replace(',', ''))).toEqual([
      '[',
      ...numbers,
      ']',
    ]);
  });

  it('keeps the order of keys, and duplicate keys', () => {
    expect(show('{"b":1,"10":2,"a":3,"2":4,"b":5,"__proto__":6}')).toBe(
      '{\n  "b": 1,\n  "10": 2,\n  "a": 3,\n  "2": 4,\n  "b": 5,\n  "__proto__": 6\n}',
    );
  });

  it('keeps escapes in strings as they are written, and the white space in them', () => {
    const string = '"\\u00e9 \\/ \\ud83d\\ude00 \\"{[,:  ]}\\" \\\\"';
    expect(show(`[${string}]`)).toBe(`[\n  ${string}\n]`);
  });

  it('leaves empty containers on one line', () => {
    expect(show('{"a": { }, "b": [\n], "c": [[]]}')).toBe(
      '{\n  "a": {},\n  "b": [],\n  "c": [\n    []\n  ]\n}',
    );
    expect(show(' { } ')).toBe('{}');
  });

  it('shows a single value as itself', () => {
    expect(show(' "a" ')).toBe('"a"');
    expect(show('12')).toBe('12');
  });

  it('answers where JSON ends', () => {
    expect(finish(prettyJson(utf8('{"a":1,}')))).toEqual({ at: 7, expected: 'a name in double quotes' });
  });

  it('equals the output of JSON.stringify for all values that it keeps', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 4 }), (value, indent) => {
        const expected = JSON.stringify(value, null, 2);
        const view = pretty(JSON.stringify(value, null, indent));
        expect(textOf(view)).toBe(expected);
        expect(linesOf(view).join('\n')).toBe(expected);
      }),
    );
  });

  it('can be formatted again without a change', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const once = textOf(pretty(json));
        expect(textOf(pretty(once))).toBe(once);
      }),
    );
  });

  describe('long lines', () => {
    it('are cut for display, and whole in the text', () => {
      const json = `{"key":"${'x'.repeat(MAX_LINE_CHARS * 3)}","next":1}`;
      const view = pretty(json);
      const lines = linesOf(view);
      expect(lines[0]).toBe('{');
      expect(lines[1]).toHaveLength(MAX_LINE_CHARS);
      expect(lines[1]!.startsWith('  "key": "xxx')).toBe(true);
      expect(lines.slice(1, -2).join('')).toBe(`  "key": "${'x'.repeat(MAX_LINE_CHARS * 3)}",`);
      expect(lines.slice(-2)).toEqual(['  "next": 1', '}']);
      expect(textOf(view)).toBe(JSON.stringify(JSON.parse(json), null, 2));
    });

    it.each(['😀', '€', 'é', '\\"', '\\\\', ': ', '  ', '\\u0041'])('are not cut inside %j', (unit) => {
      for (let shift = 0; shift < 4; shift++) {
        const content = 'x'.repeat(shift) + unit.repeat(MAX_LINE_CHARS);
        const lines = linesOf(pretty(`["${content}"]`));
        const pieces = lines.slice(1, -1);
        expect(pieces.join('')).toBe(`  "${content}"`);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(MAX_LINE_CHARS);
          expect(piece.length).toBeGreaterThan(0);
          expect(piece).not.toMatch(/\p{Surrogate}|\uFFFD/u);
        }
      }
    });

    it('are measured without the white space that is dropped', () => {
      expect(show(`{"a":${' '.repeat(MAX_LINE_CHARS * 2)}1}`)).toBe('{\n  "a": 1\n}');
    });

    it('may be a number or a name', () => {
      const digits = '7'.repeat(MAX_LINE_CHARS * 2);
      expect(linesOf(pretty(`[${digits}]`)).join('')).toBe(`[  ${digits}]`);
      expect(linesOf(pretty(`{"${digits}":[1]}`)).join('')).toBe(`{  "${digits}": [    1  ]}`);
    });
  });

  describe('deep nesting', () => {
    const depth = 100_000;
    const view = pretty('['.repeat(depth) + ']'.repeat(depth));

    it('has a line for each level but the innermost pair', () => {
      expect(view.lines).toBe(2 * depth - 1);
      expect(view.line(1)).toBe('  [');
      expect(view.line(depth - 1).trim()).toBe('[]');
      expect(view.line(view.lines - 1)).toBe(']');
    });

    it('is indented up to MAX_INDENT_LEVELS, so that its text stays in proportion', () => {
      expect(view.line(MAX_INDENT_LEVELS)).toBe(' '.repeat(2 * MAX_INDENT_LEVELS) + '[');
      expect(view.line(MAX_INDENT_LEVELS + 1)).toBe(' '.repeat(2 * MAX_INDENT_LEVELS) + '[');
      const text = textOf(view);
      expect(text).toBe(linesOf(view).join('\n'));
      expect(text.length).toBeLessThan(depth * 2 * (2 * MAX_INDENT_LEVELS + 2));
    });
  });

  it('works in slices that report the progress', () => {
    const { result, progress } = finishWithProgress(prettyJson(utf8(`["${'x'.repeat(8_000_000)}"]`)));
    expect('line' in result).toBe(true);
    expect(progress.length).toBeGreaterThan(8);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress[0]).toBeGreaterThan(0);
    expect(progress.at(-1)).toBeLessThanOrEqual(1);
  });

  it('makes its text in slices as well, of the very size', () => {
    const value = Array.from({ length: 100_000 }, (_, id) => ({ id, name: 'ä' }));
    const { result, progress } = finishWithProgress(pretty(JSON.stringify(value)).text());
    expect(progress.length).toBeGreaterThan(2);
    expect(result.length).toBe(utf8(JSON.stringify(value, null, 2)).length);
  });
});
