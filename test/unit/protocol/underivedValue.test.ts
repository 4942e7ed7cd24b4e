import { encode, ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMsgpack } from '../../../src/core/codec/msgpack.ts';
import { derivedJson } from '../../../src/core/protocol/json/derivedJson.ts';
import { underivedValue } from '../../../src/core/protocol/json/underivedValue.ts';

describe('underivedValue', () => {
  it.each([
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['18446744073709551615', 2n ** 64n - 1n],
    // Beyond 64 bits there is only a float.
    ['18446744073709551616', 18446744073709552000],
    ['0.0000010000000000000002', 0.0000010000000000000002],
    ['[1e300,-1.5E-7]', [1e300, -1.5e-7]],
    ['"12345678901234567890"', '12345678901234567890'],
    ['"a \\"12345678901234567890"', 'a "12345678901234567890'],
    ['{"$base64":"AQI="}', Uint8Array.of(1, 2)],
    ['{"$base64":"AQI=","and":1}', { $base64: 'AQI=', and: 1 }],
    ['{"$base64":"?"}', { $base64: '?' }],
    ['{"$float":"-Infinity"}', -Infinity],
    ['{"$float":"1"}', { $float: '1' }],
    ['{"$date":"2018-01-02T03:04:05.678Z"}', new Date('2018-01-02T03:04:05.678Z')],
    ['{"$date":"never"}', { $date: 'never' }],
    ['{"$ext":[5,{"$base64":"AQ=="}]}', new ExtData(5, Uint8Array.of(1))],
    ['{"$ext":[-128,{"$base64":"AQ=="}]}', new ExtData(-128, Uint8Array.of(1))],
    ['{"$ext":[128,{"$base64":"AQ=="}]}', { $ext: [128, Uint8Array.of(1)] }],
    ['{"$ext":[5000,{"$base64":"AQ=="}]}', { $ext: [5000, Uint8Array.of(1)] }],
  ])('reads %s', (json, value) => {
    expect(underivedValue(json)).toEqual(value);
  });

  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.double(),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 30 }),
      fc.uint8Array({ maxLength: 9 }).map((data) => new ExtData(-7, data)),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.stringMatching(/^[a-z0-9"\\ ]*$/), tie('value'), { maxKeys: 5 }),
    ),
  })).value;

  it('restores the values of derivedJson, through MessagePack', () => {
    const write = (value: unknown): Uint8Array => encode(value, { useBigInt64: true });
    fc.assert(
      fc.property(values, (value) => {
        const read = readMsgpack(write(value));
        const json = derivedJson('value' in read ? read.value : undefined);
        const again = readMsgpack(write(underivedValue(json)));
        expect(derivedJson('value' in again ? again.value : undefined)).toBe(json);
      }),
      { numRuns: 500 },
    );
  });
});
