import { describe, expect, it, vi } from 'vitest';
import {
  bytesText,
  contentStart,
  measurePacket,
  PacketFault,
  PacketReader,
} from '../../../src/core/protocol/mqtt/packetReader.ts';
import { PacketWriter, UnwritableError, writeAnswer } from '../../../src/core/protocol/mqtt/packetWriter.ts';

const reader = (bytes: Uint8Array): PacketReader => new PacketReader(bytes, 0, bytes.length);

function faultOf(read: () => unknown): { readonly code: string; readonly message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof PacketFault) return error.problem;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('fields of MQTT packets', () => {
  // The borders of section 1.5.5.
  it.each([
    [0, 1],
    [127, 1],
    [128, 2],
    [16_383, 2],
    [16_384, 3],
    [2_097_151, 3],
    [2_097_152, 4],
    [268_435_455, 4],
  ])('a variable length of %i takes %i bytes and reads the same', (value, size) => {
    const bytes = new PacketWriter().varint(value).whole();
    expect(bytes).toHaveLength(size);
    expect(reader(bytes).varint('length')).toBe(value);
  });

  it('refuses a variable length of more than four bytes', () => {
    const bytes = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 1);
    expect(faultOf(() => reader(bytes).varint('length'))).toMatchObject({
      code: 'decode.binary',
      message: 'The length has more than 4 bytes.',
    });
  });

  it('reads the properties that it writes, in their order', () => {
    const known = [
      ['session-expiry-interval', '4294967295'],
      ['receive-maximum', '65535'],
    ] as const;
    const user = [
      ['trace', '7'],
      ['trace', 'ünïcødé ☃'],
      ['', ''],
    ] as const;
    const bytes = new PacketWriter().properties(known, user).whole();
    expect(reader(bytes).properties()).toEqual([...known, ...user]);
  });

  it('reports each cut of a list of properties as a fault, and reads nothing beyond the end', () => {
    const bytes = new PacketWriter().properties([['receive-maximum', '9']], [['name', 'value']]).whole();
    for (let length = 0; length < bytes.length; length++)
      expect(faultOf(() => new PacketReader(bytes, 0, length).properties()).code).toBe('decode.binary');
  });

  it('reports a property that MQTT 5 does not have', () => {
    expect(faultOf(() => reader(Uint8Array.of(2, 0x7f, 0)).properties()).message).toBe(
      'There is no property 127 in MQTT 5.',
    );
  });

  it('writes a property of a variable length up to the largest one', () => {
    const write = (value: string) =>
      new PacketWriter().properties([['subscription-identifier', value]], []).whole();
    expect([...write('268435455')]).toEqual([5, 0x0b, 0xff, 0xff, 0xff, 0x7f]);
    expect(() => write('268435456')).toThrow(
      new UnwritableError('subscription-identifier is a number from 0 to 268435455, not “268435456”.'),
    );
  });

  it('limits the number of properties', () => {
    const pairs = Array.from({ length: 20_000 }, () => ['', ''] as const);
    const bytes = new PacketWriter().properties([], pairs).whole();
    expect(faultOf(() => reader(bytes).properties()).code).toBe('decode.limit');
  });

  it('reports text that is not UTF-8 at its first byte', () => {
    expect(faultOf(() => reader(Uint8Array.of(0, 2, 0xc3, 0x28)).text('topic'))).toMatchObject({
      code: 'decode.utf8',
      at: 2,
    });
  });

  it.each(['-1', '1.5', '65536', '0x10', '', ' 7', '1e3', '٣', '99999999999'])(
    'refuses the number “%s” for a field of 16 bits',
    (value) => {
      expect(() => new PacketWriter().properties([['receive-maximum', value]], [])).toThrow(
        'receive-maximum is a number from 0 to 65535',
      );
    },
  );

  it('accepts a text of 65,535 bytes, and counts bytes instead of characters', () => {
    const longest = 'x'.repeat(65_535);
    expect(reader(new PacketWriter().text(longest, 'topic').whole()).text('topic')).toBe(longest);
    expect(() => new PacketWriter().text(`${longest}x`, 'topic')).toThrow(UnwritableError);
    expect(() => new PacketWriter().text('☃'.repeat(21_846), 'topic')).toThrow(
      'The topic has 65538 bytes: MQTT has room for 65535.',
    );
  });

  it('refuses a NUL in a text', () => {
    expect(() => new PacketWriter().text('a\0b', 'topic')).toThrow('The topic has a NUL');
  });

  it.each([
    [new Uint8Array(0), ''],
    [Uint8Array.of(0x68, 0x69), 'hi'],
    [Uint8Array.of(0xff, 0x00), 'base64 /wA='],
  ])('shows the bytes %o as “%s”', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

describe('measurePacket', () => {
  it.each(['PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP'] as const)(
    'finds the end of %s, wherever it is cut',
    (name) => {
      const packet = writeAnswer(name, 7);
      const two = Uint8Array.from([...packet, ...packet]);
      expect(measurePacket(two, 0)).toEqual({ end: packet.length });
      expect(measurePacket(two, packet.length)).toEqual({ end: two.length });
      for (let length = 2; length < packet.length; length++)
        expect(measurePacket(packet.subarray(0, length), 0)).toEqual({ needs: packet.length });
      expect(measurePacket(packet.subarray(0, 1), 0)).toEqual({ needs: 2 });
    },
  );

  it('finds the content behind a long length', () => {
    const packet = new PacketWriter().bytes(new Uint8Array(20_000)).packet('PUBLISH');
    expect(measurePacket(packet, 0)).toEqual({ end: packet.length });
    expect(contentStart(packet, 0)).toBe(packet.length - 20_000);
  });

  it('asks for the whole of a packet of 256 MiB without reserving it', () => {
    const start = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f);
    expect(measurePacket(start, 0)).toEqual({ needs: 268_435_455 + 5 });
  });

  it.each([0x00, 0x0f, 0x36, 0x37, 0x60, 0x80, 0xa0, 0x21, 0xf1])(
    'tells a first byte of %i apart from MQTT',
    (first) => {
      expect(measurePacket(Uint8Array.of(first, 0), 0)).toMatchObject({ code: 'decode.binary', at: 0 });
    },
  );

  it('refuses a length of more than four bytes', () => {
    expect(measurePacket(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 1), 0)).toMatchObject({
      code: 'decode.binary',
      at: 1,
    });
  });
});

it('a packet beyond the longest remaining length is refused: MQTT 5, section 1.5.5', () => {
  const writer = new PacketWriter();
  // The content itself would take 256 MiB.
  const content = { length: 268_435_456 } as Uint8Array<ArrayBuffer>;
  vi.spyOn(writer, 'whole').mockReturnValue(content);
  expect(() => writer.packet('PUBLISH')).toThrow(
    new UnwritableError('The packet has 268435456 bytes: MQTT has room for 268435455.'),
  );
});
