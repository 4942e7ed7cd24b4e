import { createRequire } from 'node:module';
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { readMsgpack } from '../../../../src/core/codec/msgpack.ts';
import { derivedJson } from '../../../../src/core/protocol/json/derivedJson.ts';
import { underivedValue } from '../../../../src/core/protocol/json/underivedValue.ts';

// The vectors of github.com/kawanet/msgpack-test-suite (MIT), from its package: values with each form that they may have.

type Bytes = string;
interface Case {
  readonly msgpack: readonly Bytes[];
  readonly number?: number;
  readonly bignum?: string;
  readonly binary?: Bytes;
  readonly timestamp?: readonly [seconds: number, nanoseconds: number];
  readonly ext?: readonly [type: number, data: Bytes];
  readonly [value: string]: unknown;
}

const require = createRequire(import.meta.url);
const suite = require('msgpack-test-suite') as Readonly<Record<string, readonly Case[]>>;

const hex = (bytes: Bytes): Uint8Array => Uint8Array.from(Buffer.from(bytes.replaceAll('-', ''), 'hex'));
const base64 = (bytes: Bytes): unknown => ({ $base64: Buffer.from(hex(bytes)).toString('base64') });

/** The JSON that a value is shown as. */
function expected({ msgpack: _, number, bignum, binary, timestamp, ext, ...plain }: Case): string {
  if (bignum !== undefined) return bignum;
  if (number !== undefined) return String(number);
  if (binary !== undefined) return JSON.stringify(base64(binary));
  if (ext) return JSON.stringify({ $ext: [ext[0], base64(ext[1])] });
  if (timestamp) {
    const [seconds, nanoseconds] = timestamp;
    const digits = String(nanoseconds).padStart(9, '0').replace(/0{6}$/, '');
    return JSON.stringify({ $date: new Date(seconds * 1000).toISOString().replace('000Z', `${digits}Z`) });
  }
  return JSON.stringify(Object.values(plain)[0]);
}

const vectors = Object.entries(suite).flatMap(([file, cases]) =>
  cases.flatMap((each) =>
    each.msgpack.map((bytes) => [file.replace('.yaml', ''), bytes, expected(each)] as const),
  ),
);

const shown = (bytes: Uint8Array): string => {
  const read = readMsgpack(bytes);
  return 'problem' in read ? read.problem : derivedJson(read.value);
};

describe('the vectors of msgpack-test-suite', () => {
  it('are all here', () => {
    expect(Object.keys(suite)).toHaveLength(15);
    expect(vectors).toHaveLength(233);
  });

  it.each(vectors)('%s: %s is %s', (_, bytes, json) => {
    expect(shown(hex(bytes))).toBe(json);
  });

  it.each(vectors)('%s: %s is the same after it was edited as JSON', (_, bytes, json) => {
    const again = encode(underivedValue(shown(hex(bytes))), { useBigInt64: true });
    expect(shown(again)).toBe(json);
  });
});

describe('a timestamp', () => {
  // The bytes of each form of the specification: 32, 64 and 96 bits, with and without nanoseconds, before 1970.
  it.each([
    ['d6ff00000001', '1970-01-01T00:00:01.000Z'],
    ['d7ff0000000400000000', '1970-01-01T00:00:00.000000001Z'],
    ['d7ffee6b27fc00000001', '1970-01-01T00:00:01.999999999Z'],
    ['c70cff00000001ffffffffffffffff', '1969-12-31T23:59:59.000000001Z'],
    ['c70cff000f4240ffffffffffffffff', '1969-12-31T23:59:59.001Z'],
    ['c70cff3b9ac9ffffffffffffffffff', '1969-12-31T23:59:59.999999999Z'],
  ])('%s is %s, and is written with the same bytes', (digits, date) => {
    expect(JSON.parse(shown(hex(digits)))).toEqual({ $date: date });
    expect(Buffer.from(encode(underivedValue(JSON.stringify({ $date: date })))).toString('hex')).toBe(digits);
  });

  it.each([
    ['a time that no date has', 'c70cff000000007fffffffffffffff', 'AAAAAH//////////'],
    ['more nanoseconds than a second has', 'c70cff3b9aca000000000000000000', 'O5rKAAAAAAAAAAAA'],
    ['another length', 'd4ff07', 'Bw=='],
    ['no bytes', 'c700ff', ''],
  ])('with %s stays an extension, and the message is read', (_, digits, bytes) => {
    expect(shown(hex(`82a161${digits}a16207`))).toBe(`{"a":{"$ext":[-1,{"$base64":"${bytes}"}]},"b":7}`);
    const again = encode(underivedValue(shown(hex(digits))));
    expect(Buffer.from(again).toString('hex')).toBe(digits);
  });

  it('is text with fewer digits too', () => {
    const write = (date: string) => shown(encode(underivedValue(JSON.stringify({ $date: date }))));
    expect(write('2018-01-02T03:04:05.6781Z')).toBe('{"$date":"2018-01-02T03:04:05.678100000Z"}');
    expect(write('2018-01-02T03:04:05.678000Z')).toBe('{"$date":"2018-01-02T03:04:05.678Z"}');
    expect(write('2018-01-02T03:04:05Z')).toBe('{"$date":"2018-01-02T03:04:05.000Z"}');
    expect(write('2018-13-02T03:04:05.6781Z')).toBe('{"$date":"2018-13-02T03:04:05.6781Z"}');
  });
});
