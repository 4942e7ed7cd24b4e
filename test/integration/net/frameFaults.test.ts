import { describe, expect, it } from 'vitest';
import { DEFLATE, meet, sending, sentCode } from '../../support/meet.ts';
import { closePayload, wireFrame } from '../../support/wire.ts';

describe('the error for a frame fault', () => {
  it.each<[string, Uint8Array, string, string]>([
    ['RSV1 without an extension', wireFrame(0xc1, 'x'), 'RSV1 is set', '5.2'],
    ['RSV2', wireFrame(0xa1, 'x'), 'RSV2 or RSV3 is set', '5.2'],
    ['an unknown data opcode', wireFrame(0x83), 'unknown opcode 3', '5.2'],
    ['an unknown control opcode', wireFrame(0x8b), 'unknown opcode 11', '5.2'],
    ['a continuation of nothing', wireFrame(0x80, 'x'), 'continues no message', '5.4'],
    [
      'a message within a message',
      Buffer.concat([wireFrame(0x01), wireFrame(0x81)]),
      'fragments of another',
      '5.4',
    ],
    ['a fragmented control frame', wireFrame(0x09), 'control frame is fragmented', '5.5'],
    ['an oversize control frame', wireFrame(0x89, 'x'.repeat(126)), 'longer than 125 bytes', '5.5'],
    ['a close frame with half a code', wireFrame(0x88, 'x'), 'half a code', '5.5.1'],
    ['a close code that may not be sent', wireFrame(0x88, closePayload(1005)), 'code 1005', '7.4'],
    ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0]), 'is masked', '5.1'],
  ])('names its section of RFC 6455: %s', async (_, bytes, what, section) => {
    const outcome = await meet(sending(wireFrame(0x81, 'before'), bytes));
    expect(outcome.messages).toHaveLength(1);
    expect(outcome.error?.code).toBe('protocol.frame');
    expect(outcome.error?.message).toContain(what);
    expect(outcome.error?.message).toContain(`(RFC 6455, section ${section})`);
    expect([sentCode(outcome), outcome.close]).toEqual([1002, 1006]);
  });

  it.each<[string, Uint8Array, string | undefined, string]>([
    [
      'a text frame',
      wireFrame(0xc1, 'x'),
      undefined,
      'in a text frame, and no compression was negotiated (RFC 6455, section 5.2)',
    ],
    [
      'a binary frame',
      wireFrame(0xc2, 'x'),
      undefined,
      'in a binary frame, and no compression was negotiated',
    ],
    ['a ping', wireFrame(0xc9, 'x'), undefined, 'in a ping, and no compression was negotiated'],
    [
      'a ping, with compression',
      wireFrame(0xc9, 'x'),
      DEFLATE,
      'in a ping, and control frames are never compressed (RFC 7692, section 6.1)',
    ],
    [
      'a close frame, with compression',
      wireFrame(0xc8),
      DEFLATE,
      'in a close frame, and control frames are never compressed',
    ],
    [
      'a continuation frame, with compression',
      Buffer.concat([wireFrame(0x01, 'a'), wireFrame(0xc0, 'b')]),
      DEFLATE,
      'in a continuation frame, and only the first frame of a compressed message carries it',
    ],
  ])(
    'names a frame with RSV1, and whether compression was negotiated: %s',
    async (_, bytes, extension, sentence) => {
      const { error } = await meet(sending(bytes), {}, extension);
      expect(error).toMatchObject({
        code: 'protocol.frame',
        message: expect.stringContaining(`RSV1 is set ${sentence}`) as string,
      });
    },
  );

  it('names the bytes of the frame, and the last good one before it', async () => {
    const good = [wireFrame(0x81, 'one'), wireFrame(0x89), wireFrame(0x82, Buffer.alloc(300))];
    const { error } = await meet(sending(...good, wireFrame(0x83, 'x'), wireFrame(0x81, 'late')));
    expect(error?.message).toContain(
      'The frame begins with 0x83 0x01 and comes after 3 good frames, the last a binary frame of 300 bytes.',
    );
    const alone = await meet(sending(wireFrame(0xa1, 'x')));
    expect(alone.error?.message).toContain('The frame begins with 0xa1 0x01 and is the first one.');
  });

  it('names the compression RFC for faulty compressed data', async () => {
    const outcome = await meet(sending(wireFrame(0xc1, Buffer.alloc(20, 0xff))), {}, DEFLATE);
    expect(outcome.error?.code).toBe('protocol.frame');
    expect(outcome.error?.message).toContain('RFC 7692, section 7.2.2');
    expect(sentCode(outcome)).toBe(1007);
  });

  it('names a length that no number can hold', async () => {
    const header = Buffer.from([0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const outcome = await meet(sending(header), { maxPayload: 0 });
    expect(outcome.error?.code).toBe('protocol.frame');
    expect(outcome.error?.message).toContain('announces more bytes than any message can have');
    expect(sentCode(outcome)).toBe(1009);
  });
});
