import { deflateSync, gzipSync } from 'node:zlib';
import { encode as encodeCbor } from 'cbor2';
import { encode, ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CODEC_BYTES } from '../../../src/core/codec/codecProblem.ts';
import { decodeBinary as decodeWith } from '../../../src/core/protocol/binary/decodeBinary.ts';
import { inflate } from '../../../src/recording/read/inflate.ts';

const decodeBinary = (bytes: Uint8Array) => decodeWith(bytes, inflate);

type Outcome = ReturnType<typeof decodeBinary>;
const textOf = (outcome: Outcome): string | undefined => ('text' in outcome ? outcome.text : undefined);
const remarkOf = (outcome: Outcome): string | undefined => ('remark' in outcome ? outcome.remark : 'decoded');

const json = (outcome: Outcome): unknown => ('text' in outcome ? JSON.parse(outcome.text) : outcome);

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
  it('names the format and the number of decoded bytes', () => {
    const bytes = encode({ op: 'subscribe', id: 12345678901234567890n }, { useBigInt64: true });
    expect(decodeBinary(bytes)).toEqual({
      format: 'msgpack',
      reason: `MessagePack: ${bytes.length} of ${bytes.length} bytes.`,
      text: '{"op":"subscribe","id":12345678901234567890}',
    });
    const cbor = encodeCbor({ op: 'subscribe', at: 1.5 });
    expect(decodeBinary(cbor)).toEqual({
      format: 'cbor',
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
    expect(json(decodeBinary(bytes))).toEqual({
      raw: { $base64: 'AQI=' },
      ext: { $ext: [7, { $base64: 'Aw==' }] },
      at: { $date: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('accepts self-described CBOR, also without text', () => {
    expect(textOf(decodeBinary(Uint8Array.of(0xd9, 0xd9, 0xf7, 0x01)))).toBe('55799(1)');
  });

  it.each([
    ['nothing', [], undefined],
    ['a number', [0x05], undefined],
    [
      'a picture',
      [0x89, 0x50, 0x4e, 0x47],
      'Not MessagePack: the 9 members at byte 0 are more than there are.',
    ],
    ['an array without text', [0x93, 1, 2, 3], 'All of them are MessagePack, but without text'],
    [
      'bytes, which are shown as base64',
      [0x91, 0xc4, 3, 1, 2, 3],
      'All of them are MessagePack, but without text',
    ],
    ['a value with more bytes behind it', [...encode({ name: 'value' }), 0], 'its value ends at byte 12'],
    ['a value that is cut', encode({ name: 'value' }).subarray(0, -1), 'the 5 bytes from byte 7 on'],
    [
      'a map of CBOR that is cut',
      encodeCbor({ name: 'value' }).subarray(0, -1),
      'Not CBOR: the 5 bytes from',
    ],
    [
      'text that is not UTF-8',
      [0x81, 0xa3, 0x61, 0x62, 0x63, 0xa2, 0xff, 0xfe],
      'the text at byte 6 is not UTF-8',
    ],
    ['what fits both formats', [0x82, 0x64, 0xc3, 0xa2, 0x61, 0x62, 0x01], 'MessagePack and CBOR at once'],
  ])('does not recognise %s, and reports where it stopped', (_, bytes, remark) => {
    const outcome = decodeBinary(Uint8Array.from(bytes));
    expect(textOf(outcome)).toBeUndefined();
    if (remark === undefined) expect(remarkOf(outcome)).toBeUndefined();
    else expect(remarkOf(outcome)).toContain(remark);
  });

  it('does not decode values that are nested too deep or too long', () => {
    const deep = Uint8Array.from([...new Array<number>(5000).fill(0x91), 0xa2, 0x61, 0x62]);
    expect(remarkOf(decodeBinary(deep))).toContain(
      'MessagePack nested deeper than 1000 levels is not decoded.',
    );
    const huge = new Uint8Array(MAX_CODEC_BYTES + 1);
    huge.set([0xd9, 0xd9, 0xf7, 0x5a]);
    new DataView(huge.buffer).setUint32(4, huge.length - 8);
    expect(remarkOf(decodeBinary(huge))).toBe('16777217 bytes are not decoded: the limit is 16777216.');
    expect(remarkOf(decodeBinary(huge.subarray(0, 4)))).toContain('Not CBOR: it ends too early, at byte 4.');
  });

  it('inflates gzip and zlib, and decodes their content', () => {
    const text = new TextEncoder().encode('{"op":"pong"}');
    const [gzip, zlib] = [gzipSync(text), deflateSync(text)].map((bytes) => new Uint8Array(bytes));
    expect(decodeBinary(gzip!)).toEqual({
      reason: `gzip: ${gzip!.length} of ${gzip!.length} bytes, 13 inflated.`,
      bytes: text,
    });
    expect(decodeBinary(zlib!)).toEqual({
      reason: `zlib: ${zlib!.length} of ${zlib!.length} bytes, 13 inflated.`,
      bytes: text,
    });
    const twice = new Uint8Array(deflateSync(gzipSync(encode({ op: 'pong' }))));
    expect(textOf(decodeBinary(twice))).toBe('{"op":"pong"}');
    expect(decodeBinary(twice)).toMatchObject({
      reason: expect.stringMatching(
        /^zlib: \d+ of \d+ bytes, \d+ inflated\. gzip: .* inflated\. MessagePack: 9 of 9 bytes\.$/,
      ),
    });
    expect(decodeBinary(new Uint8Array(gzipSync(Uint8Array.of(0, 1, 2))))).toMatchObject({
      bytes: Uint8Array.of(0, 1, 2),
    });
  });

  it('reports why gzip is not inflated, and does not recognise zlib by two bytes', () => {
    const gzip = new Uint8Array(gzipSync('some text'));
    expect(remarkOf(decodeBinary(gzip.subarray(0, -4)))).toBe('Not gzip: unexpected end of file.');
    expect(remarkOf(decodeBinary(Uint8Array.of(0x78, 0x9c, 0xff, 0xff)))).toBeUndefined();
    const bomb = new Uint8Array(gzipSync(new Uint8Array(70 * 1024 * 1024)));
    expect(remarkOf(decodeBinary(bomb))).toBe('Data in gzip of more than 67108864 bytes is not inflated.');
    // A bomb within an archive: what was inflated before is shown.
    expect(decodeBinary(new Uint8Array(gzipSync(bomb)))).toMatchObject({
      reason: expect.stringContaining('is not inflated.'),
      bytes: bomb,
    });
  });

  it('inflates no more layers than its limit', () => {
    let bytes: Uint8Array = new TextEncoder().encode('text');
    for (let layer = 0; layer < 5; layer++) bytes = new Uint8Array(gzipSync(bytes));
    const decoded = decodeBinary(bytes);
    expect('reason' in decoded && decoded.reason.match(/gzip:/g)).toHaveLength(3);
  });

  it('shows possible Protobuf as a guess', () => {
    const bytes = Uint8Array.from(Buffer.from('0896011207746573 74696e67'.replace(' ', ''), 'hex'));
    expect(decodeBinary(bytes)).toEqual({
      reason: 'Perhaps Protobuf: 12 of 12 bytes fit. Without a schema, the types of its fields are guesses.',
      text: '{"1":150,"2":"testing"}',
    });
  });

  it('reads the output of both libraries', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(json(decodeBinary(encode(value)))).toEqual(value);
        expect(json(decodeBinary(encodeCbor(value)))).toEqual(value);
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
          const reason = 'text' in decoded ? decoded.reason : 'nothing';
          expect(reason).toMatch(/^(Perhaps Protobuf|MessagePack|CBOR): \d+ of \d+ bytes|^nothing$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
