import { encode as encodeCbor } from 'cbor2';
import { encode, ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CODEC_BYTES } from '../../../src/core/codec/cbor.ts';
import { decodeBinary } from '../../../src/core/protocol/binary/decodeBinary.ts';

const json = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** JSON values in which the key says that there is text; -0 has no spelling of its own in both formats. */
const values = fc.dictionary(
  fc.stringMatching(/^[a-z]{2,8}$/),
  fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 4 }),
  ),
  { minKeys: 1, maxKeys: 6 },
);

describe('decodeBinary', () => {
  it('says which format it is and how much of the data it explains', () => {
    const bytes = encode({ op: 'subscribe', id: 12345678901234567890n }, { useBigInt64: true });
    expect(decodeBinary(bytes)).toEqual({
      reason: `MessagePack: ${bytes.length} of ${bytes.length} bytes.`,
      text: '{"op":"subscribe","id":12345678901234567890}',
    });
    const cbor = encodeCbor({ op: 'subscribe', at: 1.5 });
    expect(decodeBinary(cbor)).toEqual({
      reason: `CBOR: ${cbor.length} of ${cbor.length} bytes.`,
      text: '{"op": "subscribe", "at": 1.5}',
    });
  });

  it('writes bytes, extensions and timestamps of MessagePack as JSON', () => {
    const bytes = encode({
      raw: Uint8Array.of(1, 2),
      ext: new ExtData(7, Uint8Array.of(3)),
      at: new Date(0),
    });
    expect(json(decodeBinary(bytes)?.text)).toEqual({
      raw: { $base64: 'AQI=' },
      ext: { $ext: [7, { $base64: 'Aw==' }] },
      at: { $date: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('takes CBOR that describes itself, also without text', () => {
    expect(decodeBinary(Uint8Array.of(0xd9, 0xd9, 0xf7, 0x01))?.text).toBe('55799(1)');
  });

  it.each([
    ['nothing', []],
    ['a number', [0x05]],
    ['an array without text', [0x93, 1, 2, 3]],
    ['bytes, which are shown as base64', [0x91, 0xc4, 3, 1, 2, 3]],
    ['a value with more bytes behind it', [...encode({ name: 'value' }), 0]],
    ['a value that is cut', encode({ name: 'value' }).subarray(0, -1)],
    ['text that is not UTF-8', [0x81, 0xa3, 0x61, 0x62, 0x63, 0xa2, 0xff, 0xfe]],
    ['what fits both formats', [0x82, 0x64, 0xc3, 0xa2, 0x61, 0x62, 0x01]],
  ])('claims nothing of %s', (_, bytes) => {
    expect(decodeBinary(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('leaves alone what is nested too deep or too long', () => {
    const deep = Uint8Array.from([...new Array<number>(5000).fill(0x91), 0xa2, 0x61, 0x62]);
    expect(decodeBinary(deep)).toBeUndefined();
    const huge = new Uint8Array(MAX_CODEC_BYTES + 1);
    huge.set([0xd9, 0xd9, 0xf7, 0x5a]);
    new DataView(huge.buffer).setUint32(4, huge.length - 8);
    expect(decodeBinary(huge)).toBeUndefined();
    expect(decodeBinary(huge.subarray(0, 4))).toBeUndefined();
  });

  it('reads back what both libraries write', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(json(decodeBinary(encode(value))?.text)).toEqual(value);
        expect(json(decodeBinary(encodeCbor(value))?.text)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on changed bytes', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, at, byte) => {
        for (const bytes of [encode(value), encodeCbor(value)]) {
          const changed = Uint8Array.from(bytes);
          changed[at % changed.length] = byte;
          const decoded = decodeBinary(changed);
          expect(decoded?.reason ?? 'nothing').toMatch(/^(MessagePack|CBOR): \d+ of \d+ bytes\.$|^nothing$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
