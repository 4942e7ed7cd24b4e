import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertDraft, draftToMessage, formatJson } from '../../../../src/core/format/draft.ts';
import { fromUtf8, utf8 } from './helpers.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const binary = (...bytes: number[]) => ({ kind: 'binary', data: Uint8Array.from(bytes) });

describe('draftToMessage', () => {
  it('sends text exactly as it was typed', () => {
    const text = ' a\n{{b}}\té😀 ';
    expect(draftToMessage('text', text)).toEqual({ kind: 'text', data: utf8(text) });
    expect(draftToMessage('text', '')).toEqual({ kind: 'text', data: utf8('') });
  });

  it('does not replace half a character silently', () => {
    expect(draftToMessage('text', 'ab\n\ud83d')).toMatchObject({
      problem: 'Half of a character at line 2, column 1 cannot be sent as UTF-8: delete or retype it.',
    });
    expect(draftToMessage('json', '"\udc00"')).toHaveProperty('problem');
  });

  it('sends JSON exactly as it was typed', () => {
    const text = '\n{ "b": 1.0,  "a": 12345678901234567890, "b": 2 }\n';
    expect(draftToMessage('json', text)).toEqual({ kind: 'text', data: utf8(text) });
  });

  it.each([
    ['{"a":}', 'Not JSON at column 6: expected a value.'],
    ['{\n  "ä": "😀",\n}', 'Not JSON at line 3, column 1: expected a name in double quotes.'],
    ['{"😀":x}', 'Not JSON at column 7: expected a value.'],
    ['', 'Not JSON at column 1: expected a value.'],
    ['[1', 'Not JSON at column 3: expected a comma or ].'],
  ])('says where %j is not JSON', (text, problem) => {
    expect(draftToMessage('json', text)).toMatchObject({ problem });
  });

  it('reads hex with the separators that dumps have', () => {
    for (const text of ['00ABff', '00 ab ff', '0x00, 0xAB, 0xff', '00:ab:ff', ' 00\n\tabFF\r\n']) {
      expect(draftToMessage('hex', text), text).toEqual(binary(0, 0xab, 0xff));
    }
    expect(draftToMessage('hex', '')).toEqual(binary());
  });

  it.each([
    ['00 a', 'Half a byte at column 4: a byte is two hexadecimal digits.'],
    ['0 0', 'Half a byte at column 1: a byte is two hexadecimal digits.'],
    ['00 zz', '"z" at column 4 is not a hexadecimal digit: use 0 to 9 and a to f.'],
    ['00\n0😀', '"😀" at line 2, column 2 is not a hexadecimal digit: use 0 to 9 and a to f.'],
    ['0x', '"x" at column 2 is not a hexadecimal digit: use 0 to 9 and a to f.'],
  ])('says where %j is not hex', (text, problem) => {
    expect(draftToMessage('hex', text)).toMatchObject({ problem });
  });

  it('reads base64 in both alphabets, with and without padding and line breaks', () => {
    expect(draftToMessage('base64', '+/+/')).toEqual(binary(0xfb, 0xff, 0xbf));
    expect(draftToMessage('base64', '-_-_')).toEqual(binary(0xfb, 0xff, 0xbf));
    for (const text of ['aGVsbG8=', 'aGVsbG8', ' aGVs\r\nbG8= ', 'aGVsbG8 =']) {
      const message = draftToMessage('base64', text);
      expect('data' in message && fromUtf8(message.data), text).toBe('hello');
    }
    expect(draftToMessage('base64', '')).toEqual(binary());
  });

  it.each([
    ['aGV*', '"*" at column 4 is not a base64 digit.'],
    ['aGVsb', 'Base64 ends in the middle of a byte: a digit is missing or too many.'],
    ['aGVsbG8==', 'Base64 of this length ends in 1 =, not 2: digits may be missing.'],
    ['aGVs=', 'Base64 of this length ends in 0 =, not 1: digits may be missing.'],
    ['aGk=aGk=', 'Base64 goes on after its padding at column 5: = ends it.'],
  ])('says why %j is not base64', (text, problem) => {
    expect(draftToMessage('base64', text)).toMatchObject({ problem });
  });

  it('brings any bytes back from hex and base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes);
        for (const [mode, text] of [
          ['hex', hex(bytes)],
          ['base64', buffer.toString('base64')],
          ['base64', buffer.toString('base64url')],
        ] as const) {
          const message = draftToMessage(mode, text);
          expect('data' in message && hex(message.data)).toBe(hex(bytes));
        }
      }),
    );
  });
});

describe('convertDraft', () => {
  it('writes a text as its bytes, and the bytes as the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const mode of ['hex', 'base64'] as const) {
          const bytes = convertDraft(text, 'text', mode);
          expect(bytes).toHaveProperty('text');
          expect(convertDraft((bytes as { text: string }).text, mode, 'json')).toEqual({ text });
        }
      }),
    );
  });

  it('breaks hex into lines of 16 bytes, and knows base64', () => {
    expect(convertDraft('0123456789abcdefX', 'text', 'hex')).toEqual({
      text: '30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\n58',
    });
    expect(convertDraft('00 ff 7', 'hex', 'base64')).toMatchObject({ at: 6 });
    expect(convertDraft('00 ff', 'hex', 'base64')).toEqual({ text: 'AP8=' });
  });

  it('reports why bytes are not text, and does not change invalid JSON', () => {
    expect(convertDraft('ff fe', 'hex', 'text')).toMatchObject({ problem: expect.stringContaining('UTF-8') });
    expect(convertDraft('{"a":', 'text', 'json')).toEqual({ text: '{"a":' });
    expect(convertDraft('{"a":', 'json', 'hex')).toEqual({ text: '7b 22 61 22 3a' });
  });
});

describe('formatJson', () => {
  it('keeps numbers and the order of keys', () => {
    expect(formatJson('{"b":1.0,"a":12345678901234567890}')).toBe(
      '{\n  "b": 1.0,\n  "a": 12345678901234567890\n}',
    );
  });

  it('leaves what is not JSON', () => {
    expect(formatJson('{"b":')).toBeUndefined();
  });
});
