import { describe, expect, it } from 'vitest';
import { faultPlace, transportFault } from '../../../../src/core/frames/transportFault.ts';

const FOUND = {
  what: 'a frame',
  where: 'RFC 6455, section 5.2',
  head: [0x83, 0],
  after: 0,
  lastGood: undefined,
};

describe('a transport error', () => {
  it.each(['ECONNRESET', '', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'WS_ERR_TOO_MANY_BUFFERED_PARTS'])(
    'is not about the protocol for %j, whatever the scanner found',
    (code) => expect(transportFault(code, 'x', FOUND)).toBeUndefined(),
  );

  it('is described by the frame of the scanner if its header is faulty', () => {
    expect(transportFault('WS_ERR_INVALID_OPCODE', 'invalid opcode 3', FOUND)).toBe(FOUND);
    expect(transportFault('WS_ERR_INVALID_UTF8', '', FOUND)?.where).toBe('RFC 6455, section 8.1');
    expect(transportFault('Z_DATA_ERROR', '', FOUND)?.where).toBe('RFC 7692, section 7.2.2');
    expect(transportFault('WS_ERR_INVALID_CLOSE_CODE', 'invalid status code 1006', FOUND)?.what).toMatch(
      /1006/,
    );
  });

  it('keeps its own words if its kind is unknown', () => {
    expect(transportFault('WS_ERR_NEW', 'something new', undefined)?.what).toBe('something new');
  });
});

describe('the position of a frame', () => {
  it.each([
    [0, undefined, 'begins with 0x83 0x00 and is the first one'],
    [1, 'ping of 2 bytes', 'begins with 0x83 0x00 and comes after 1 good frame, the last a ping of 2 bytes'],
    [2, 'ping of 2 bytes', 'begins with 0x83 0x00 and comes after 2 good frames, the last a ping of 2 bytes'],
  ])('is named after %i frames', (after, lastGood, text) => {
    expect(faultPlace({ ...FOUND, after, lastGood })).toBe(text);
  });
});
