import { decodeOne, text } from '../protocol/support/conversation.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldLines, markedLines, type FieldLine } from '../../../src/webview/inspector/payloadFields.ts';

const encoder = new TextEncoder();

/** Lines of a payload that begins at byte `start` of its message. */
function linesOf(content: string, start = 0): FieldLine[] {
  return fieldLines({ content, range: { start, end: start + encoder.encode(content).length } });
}

/** Each line beside the part of the content that its bytes are. */
function fields(content: string, start = 0): (readonly [string, string])[] {
  const bytes = Buffer.from(encoder.encode(content));
  return linesOf(content, start).map(({ text, range }) => [
    text,
    bytes.subarray(range!.start - start, range!.end - start).toString(),
  ]);
}

describe('the lines of a payload', () => {
  it('have the bytes of their member or element', () => {
    expect(fields('["chat",{"text":"é","n":[1,{}]}]', 2)).toEqual([
      ['[', '["chat",{"text":"é","n":[1,{}]}]'],
      ['  "chat",', '"chat"'],
      ['  {', '{"text":"é","n":[1,{}]}'],
      ['    "text": "é",', '"text":"é"'],
      ['    "n": [', '"n":[1,{}]'],
      ['      1,', '1'],
      ['      {}', '{}'],
      ['    ]', '"n":[1,{}]'],
      ['  }', '{"text":"é","n":[1,{}]}'],
      [']', '["chat",{"text":"é","n":[1,{}]}]'],
    ]);
  });

  it('keep the spelling of numbers and omit the whitespace of the message', () => {
    expect(fields('{ "a" : 1.50 ,\n "b" : [ ] }')).toEqual([
      ['{', '{ "a" : 1.50 ,\n "b" : [ ] }'],
      ['  "a": 1.50,', '"a" : 1.50'],
      ['  "b": []', '"b" : [ ]'],
      ['}', '{ "a" : 1.50 ,\n "b" : [ ] }'],
    ]);
  });

  it('are one line for a single value', () => {
    expect(fields('"{[,:"', 7)).toEqual([['"{[,:"', '"{[,:"']]);
  });

  it('begin with the first argument of an event, because the message has no opening bracket for them', () => {
    const message = '42["chat",{"a":1},"é"]';
    const { payload } = decodeOne('socket.io', text('server', message));
    const bytes = Buffer.from(message);
    const parts = fieldLines(payload!).map((line) => [
      line.text,
      bytes.subarray(line.range!.start, line.range!.end).toString(),
    ]);
    expect(parts).toEqual([
      ['[', '{"a":1},"é"]'],
      ['  {', '{"a":1}'],
      ['    "a": 1', '"a":1'],
      ['  },', '{"a":1}'],
      ['  "é"', '"é"'],
      [']', '{"a":1},"é"]'],
    ]);
  });

  it.each([
    ['was assembled from several places', undefined],
    ['is spelled differently in the message', { start: 0, end: 99 }],
  ])('have no bytes if the payload %s', (_, range) => {
    const lines = fieldLines({ content: '{"a":1}', ...(range && { range }) });
    expect(lines.map(({ text }) => text)).toEqual(['{', '  "a": 1', '}']);
    expect(lines.every((line) => line.range === undefined)).toBe(true);
  });

  it('are text for broken JSON', () => {
    expect(linesOf(']}{"a"').map(({ text }) => text)).toEqual(['', ']', '}{', '  "a"']);
    expect(linesOf('').map(({ text }) => text)).toEqual(['']);
  });

  it('have their bytes up to a limit, even if they enclose later lines', () => {
    const content = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'é' })));
    const lines = fieldLines({ content, range: { start: 5, end: 5 + Buffer.byteLength(content) } }, 100);
    expect(lines).toHaveLength(80_002);
    expect(lines[0]!.range).toEqual({ start: 5, end: 5 + Buffer.byteLength(content) });
    expect(lines.map(({ range }) => range !== undefined).lastIndexOf(true)).toBe(99);
  });

  it('show all tokens of any JSON in order, and nested ranges', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(50), (content, start) => {
        const lines = linesOf(content, start);
        const strip = (text: string): string => text.replace(/\s/g, '');
        expect(strip(lines.map(({ text }) => text).join(''))).toBe(strip(content));
        const whole = lines[0]!.range!;
        for (const { range } of lines) {
          expect(range!.start).toBeGreaterThanOrEqual(whole.start);
          expect(range!.end).toBeLessThanOrEqual(whole.end);
        }
      }),
    );
  });
});

describe('the marked lines', () => {
  const content = '{"a":{"b":12345,"c":2},"d":3}';
  const lines = linesOf(content, 10);
  const marked = (part: string, more = 0): string[] => {
    const start = 10 + content.indexOf(part);
    const chosen = markedLines(lines, { start, end: start + part.length + more });
    return [...chosen].map((index) => lines[index]!.text.trim());
  };

  it('are those whose bytes are all marked', () => {
    expect(marked('"b":12345')).toEqual(['"b": 12345,']);
    expect(marked('"a":{"b":12345,"c":2}')).toEqual(['"a": {', '"b": 12345,', '"c": 2', '},']);
    expect(marked('"c":2},"d":3')).toEqual(['"c": 2', '"d": 3']);
  });

  it('include only the innermost one that holds the marked bytes', () => {
    expect(marked('234')).toEqual(['"b": 12345,']);
    expect(marked('5,"')).toEqual(['"a": {']);
    expect(marked('},"')).toEqual(['{']);
  });

  it('are empty without bytes, or for bytes outside the payload', () => {
    expect(markedLines(lines, undefined).size).toBe(0);
    expect(markedLines(lines, { start: 0, end: 5 }).size).toBe(0);
    expect(markedLines(lines, { start: 0, end: 12 }).size).toBe(0);
    expect(markedLines(fieldLines({ content }), { start: 0, end: 99 }).size).toBe(0);
  });
});
