import { describe, expect, it } from 'vitest';
import { sniff } from '../../../../src/core/format/sniff.ts';
import { utf8 } from './helpers.ts';

describe('sniff', () => {
  it.each([
    ['{"a":1}', 'json'],
    [' \r\n\t[1]', 'json'],
    ['{not json', 'json'],
    ['<a/>', 'xml'],
    ['\uFEFF\n <?xml version="1.0"?><a/>', 'xml'],
    ['<!-- x --><a/>', 'xml'],
    ['<größe>', 'xml'],
    ['<3 you', 'text'],
    ['< a', 'text'],
    ['<-', 'text'],
    ['hello', 'text'],
    ['42["event",{}]', 'text'],
    ['12', 'text'],
    ['', 'text'],
  ] as const)('takes the text message %j for %s', (text, content) => {
    expect(sniff(utf8(text), 'text')).toBe(content);
  });

  it('never treats a text message as binary', () => {
    expect(sniff(Uint8Array.of(0xff, 0, 1), 'text')).toBe('text');
    expect(sniff(Uint8Array.of(0x7b, 0xff), 'text')).toBe('json');
  });

  it.each([
    ['{"a":1}', 'json'],
    ['[1]\x1e', 'json'],
    ['<a>1</a>', 'xml'],
    ['héllo\r\n\tworld', 'text'],
    ['CONNECT\n\nbody\0', 'text'],
  ] as const)('recognises %j in a binary message as %s', (text, content) => {
    expect(sniff(utf8(text), 'binary')).toBe(content);
    expect(sniff(utf8(text), 'ping')).toBe(content);
  });

  it.each([
    ['nothing', []],
    ['a NUL within', [0x61, 0, 0x61]],
    ['a NUL alone', [0]],
    ['a control', [0x61, 0x01]],
    ['a byte that is not UTF-8', [0x61, 0xff]],
    ['a character that is cut off', [0x61, 0xe2, 0x82]],
  ])('treats %s in a binary message as binary', (_name, bytes) => {
    expect(sniff(Uint8Array.from(bytes), 'binary')).toBe('binary');
  });

  it('examines the beginning only, also if that cuts a character', () => {
    for (let shift = 0; shift < 4; shift++) {
      const text = utf8('x'.repeat(shift) + '😀'.repeat(50_000));
      expect(sniff(text, 'binary')).toBe('text');
    }
  });

  it('treats the detail of rows that are not messages as JSON', () => {
    for (const kind of ['open', 'close', 'error', 'note'] as const) {
      expect(sniff(utf8('{}'), kind)).toBe('json');
    }
  });
});
