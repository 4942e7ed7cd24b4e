import { describe, expect, test } from 'vitest';
import { textMessage } from '../../../../src/core/format/textMessage.ts';

describe('a text as a message', () => {
  test('is its UTF-8, byte for byte', () => {
    expect(textMessage('a\0é\u{1f600}\ufeff')).toEqual({
      kind: 'text',
      data: new TextEncoder().encode('a\0é\u{1f600}\ufeff'),
    });
    expect(textMessage('')).toEqual({ kind: 'text', data: new Uint8Array(0) });
  });

  test.each([
    ['\ud83d', 'at column 1'],
    ['\ude00\ud83d', 'at column 1'],
    ['ab\ud83dc', 'at column 3'],
    ['one\ntwo \ude00', 'at line 2, column 5'],
  ])('is refused with half a character: %j', (text, place) => {
    expect(textMessage(text)).toMatchObject({
      problem: `Half of a character ${place} cannot be sent as UTF-8: delete or retype it.`,
    });
  });
});
