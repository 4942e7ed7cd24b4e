import fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSchema, openType } from '../../../../src/core/codec/protobuf/protobuf.ts';
import { MAX_SCHEMA_DEPTH, MAX_SCHEMA_FIELDS } from '../../../../src/core/codec/protobuf/fitsSchema.ts';
import {
  MAX_PROTO_BYTES,
  MAX_PROTO_FILES,
  MAX_SCHEMA_BYTES,
} from '../../../../src/core/codec/protobuf/protoFiles.ts';
import type { ProtobufType, SchemaFiles } from '../../../../src/core/codec/protobuf/protobufSchema.ts';
import { MAX_CODEC_BYTES } from '../../../../src/core/codec/codecProblem.ts';

/** Files by their absolute paths. */
function filesOf(files: Readonly<Record<string, string | Uint8Array>>): SchemaFiles {
  return {
    read: async (path, relative) => {
      const content = files[relative === undefined ? path : posix.join(path, relative)];
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    parent: (path) => posix.dirname(path),
    name: (path) => posix.basename(path),
  };
}

async function load(main: string, others: Readonly<Record<string, string>> = {}, path = '/p/feed.proto') {
  return loadSchema(path, filesOf({ [path]: main, ...others }));
}

async function typeOf(
  main: string,
  name: string,
  others: Readonly<Record<string, string>> = {},
): Promise<ProtobufType> {
  const schema = await load(main, others);
  if ('problem' in schema) throw new Error(schema.problem);
  const type = schema.type(name);
  if ('problem' in type) throw new Error(type.problem);
  return openType(type);
}

async function problemOf(main: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  const schema = await load(main, others);
  return 'problem' in schema ? schema.problem : 'none';
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex').replace(/../g, '$& ').trim();

function value(type: ProtobufType, written: string): unknown {
  const read = type.read(bytes(written));
  return 'problem' in read ? read.problem : JSON.parse(read.text);
}

function encoded(type: ProtobufType, json: unknown): string {
  const written = type.write(JSON.stringify(json));
  return 'problem' in written ? written.problem : hex(written);
}

// protobuf.dev/programming-guides/encoding
const GUIDE = `
  syntax = "proto2";
  message Test1 { optional int32 a = 1; }
  message Test2 { optional string b = 2; }
  message Test3 { optional Test1 c = 3; }
  message Test4 { optional string d = 4; repeated int32 e = 6; }
  message Test5 { repeated int32 f = 6 [packed = true]; }
  message Test6 { map<string, int32> g = 7; }
  message Test8 { repeated group Hey = 8 { optional int32 n = 1; optional string s = 3; } }
  message Numbers {
    optional sint32 s32 = 1; optional sint64 s64 = 2; optional int64 i64 = 3; optional bool yes = 4;
    optional fixed32 f32 = 5; optional double d = 6; optional uint64 u64 = 7; optional float f = 8;
    optional sfixed64 sf64 = 9; optional bytes raw = 10; optional fixed64 f64 = 11; optional sfixed32 sf32 = 12;
    optional uint32 u32 = 13;
  }`;

describe('the vectors of the encoding guide', () => {
  it.each([
    ['Test1', { a: 150 }, '08 96 01'],
    ['Test2', { b: 'testing' }, '12 07 74 65 73 74 69 6e 67'],
    ['Test3', { c: { a: 150 } }, '1a 03 08 96 01'],
    ['Test4', { d: 'hello', e: [1, 2, 3] }, '22 05 68 65 6c 6c 6f 30 01 30 02 30 03'],
    ['Test5', { f: [3, 270, 86942] }, '32 06 03 8e 02 9e a7 05'],
    ['Test6', { g: { a: 1 } }, '3a 05 0a 01 61 10 01'],
    ['Test8', { hey: [{ n: 2, s: 'foo' }] }, '43 08 02 1a 03 66 6f 6f 44'],
    ['Numbers', { s32: 0 }, '08 00'],
    ['Numbers', { s32: -500 }, '08 e7 07'],
    ['Numbers', { s32: -1 }, '08 01'],
    ['Numbers', { s32: 1 }, '08 02'],
    ['Numbers', { s32: -2 }, '08 03'],
    ['Numbers', { s32: 2147483647 }, '08 fe ff ff ff 0f'],
    ['Numbers', { s32: -2147483648 }, '08 ff ff ff ff 0f'],
    ['Numbers', { i64: '-2' }, '18 fe ff ff ff ff ff ff ff ff 01'],
    ['Numbers', { yes: true }, '20 01'],
    ['Numbers', { yes: false }, '20 00'],
    ['Numbers', { d: 25.4 }, '31 66 66 66 66 66 66 39 40'],
    ['Numbers', { f64: '200' }, '59 c8 00 00 00 00 00 00 00'],
    ['Numbers', { f32: 200 }, '2d c8 00 00 00'],
    ['Numbers', { f: 25.399999618530273 }, '45 33 33 cb 41'],
    ['Numbers', { raw: 'AAEC' }, '52 03 00 01 02'],
  ])('are converted both ways: %s %j is %s', async (name, json, wire) => {
    const type = await typeOf(GUIDE, name);
    expect(value(type, wire)).toEqual(expect.objectContaining(json));
    expect(encoded(type, json)).toBe(wire);
  });

  it('read packed and unpacked lists, for any schema', async () => {
    const [loose, packed] = [await typeOf(GUIDE, 'Test4'), await typeOf(GUIDE, 'Test5')];
    expect(value(loose, '32 03 01 02 03')).toMatchObject({ e: [1, 2, 3] });
    expect(value(packed, '30 01 30 02')).toMatchObject({ f: [1, 2] });
    expect(value(packed, '32 03 03 8e 02 32 03 9e a7 05')).toEqual({ f: [3, 270, 86942] });
    expect(value(loose, '30 01 30 02 22 05 68 65 6c 6c 6f 30 03')).toEqual({ d: 'hello', e: [1, 2, 3] });
  });

  it('use the last value of a repeated singular field, and merge messages', async () => {
    expect(value(await typeOf(GUIDE, 'Test1'), '08 01 08 02')).toEqual({ a: 2 });
    expect(value(await typeOf(GUIDE, 'Test3'), '1a 00 1a 02 08 07')).toEqual({ c: { a: 7 } });
    expect(value(await typeOf(GUIDE, 'Test4'), '22 01 61 30 01 22 01 62 30 02')).toEqual({
      d: 'b',
      e: [1, 2],
    });
  });
});

const FEED = `
  syntax = "proto3";
  package feed.v1;
  import "google/protobuf/timestamp.proto";
  enum Side { SIDE_UNSPECIFIED = 0; BUY = 1; SELL = 2; }
  message Tick {
    string symbol = 1; double best_bid = 2; int64 sequence = 3; Side side = 4; repeated Level levels = 5;
    oneof kind { string note = 6; Trade trade = 7; }
    optional int32 depth = 8; google.protobuf.Timestamp at = 9; map<int32, Level> book = 10; bytes raw = 11;
    message Level { double price = 1; uint32 size = 2; }
  }
  message Trade { string id = 1; }`;

describe('a schema in proto3', () => {
  it('reads names as written, enums by name, dates as text, and values that are not sent', async () => {
    const type = await typeOf(FEED, 'Tick');
    expect(type.name).toBe('feed.v1.Tick');
    const written = type.write(
      '{"symbol":"A","best_bid":1.5,"sequence":9007199254740993,"side":"SELL","levels":[{"price":2,"size":3}],"trade":{"id":"t"},"at":"2026-01-02T03:04:05Z","book":{"7":{"price":1}}}',
    );
    if ('problem' in written) throw new Error(written.problem);
    const read = type.read(written);
    expect('text' in read ? JSON.parse(read.text) : read).toEqual({
      symbol: 'A',
      best_bid: 1.5,
      sequence: '9007199254740993',
      side: 'SELL',
      levels: [{ price: 2, size: 3 }],
      trade: { id: 't' },
      at: '2026-01-02T03:04:05Z',
      book: { 7: { price: 1, size: 0 } },
      raw: '',
    });
  });

  it('accepts the JSON names of fields', async () => {
    const type = await typeOf(FEED, 'feed.v1.Tick');
    expect(encoded(type, { bestBid: 1.5 })).toBe(encoded(type, { best_bid: 1.5 }));
  });

  it('keeps an optional zero, and does not send other zeros', async () => {
    const type = await typeOf(FEED, 'Tick');
    expect(encoded(type, { depth: 0, symbol: '', best_bid: 0 })).toBe('40 00');
    expect(value(type, '40 00')).toMatchObject({ depth: 0 });
    expect(value(type, '')).not.toHaveProperty('depth');
  });

  it('shows an unknown enum number as a number', async () => {
    expect(value(await typeOf(FEED, 'Tick'), '20 63')).toMatchObject({ side: 99 });
  });

  it('lists fields that are not in the schema', async () => {
    const type = await typeOf(FEED, 'Tick');
    const read = type.read(bytes('0a 01 41 e0 07 05 2a 02 78 01'));
    expect(read).toMatchObject({ unknown: 'the schema does not have the fields 124, levels.15' });
    expect(type.read(bytes('0a 01 41'))).toMatchObject({ unknown: undefined });
    const tag = (n: number) => [((800 + n * 8) & 127) | 128, (800 + n * 8) >> 7, 0];
    const many = type.read(
      Uint8Array.from([0x0a, 1, 65, ...Array.from({ length: 21 }, (_, n) => tag(n)).flat()]),
    );
    expect(many).toMatchObject({ unknown: expect.stringMatching(/ 100, .*, 119$/) as string });
  });

  it('finds a type by its full name, its last part, and within others', async () => {
    const schema = await load(`${FEED} message Other { message Trade { int32 a = 1; } }`);
    if ('problem' in schema) throw new Error(schema.problem);
    const name = (wanted: string): string => {
      const type = schema.type(wanted);
      return 'problem' in type ? type.problem : type.name;
    };
    expect(name('Tick.Level')).toBe('feed.v1.Tick.Level');
    expect(name('.feed.v1.Tick')).toBe('feed.v1.Tick');
    expect(name('Trade')).toBe('Trade is ambiguous: write feed.v1.Trade or feed.v1.Other.Trade.');
    expect(name('feed.v1.Tik')).toBe('The schema has no message feed.v1.Tik: did you mean feed.v1.Tick?');
    expect(name('Nothing')).toMatch(/^The schema has no message Nothing: it has feed\.v1\.Tick, /);
  });
});

describe('imports', () => {
  const common = 'syntax = "proto3"; package common; message Money { int64 units = 1; }';
  const main = `syntax = "proto3"; package shop.v1; import "common/money.proto"; message Sale { common.Money price = 1; }`;

  it('are read beside the file, or from the root folder of its package', async () => {
    for (const folder of ['/p/protos/shop/v1', '/p/protos']) {
      const others = { '/p/protos/common/money.proto': common };
      const schema = await load(main, others, `${folder}/sale.proto`);
      expect('type' in schema && schema.type('Sale')).toMatchObject({ name: 'shop.v1.Sale' });
    }
  });

  it('are followed, even in a circle of packages', async () => {
    const type = await typeOf(
      'syntax = "proto3"; package a; import "b.proto"; message One { b.Two two = 1; }',
      'One',
      {
        '/p/b.proto': 'syntax = "proto3"; package b; import "c.proto"; message Two { a.Three three = 1; }',
        '/p/c.proto': 'syntax = "proto3"; package a; message Three { string text = 1; }',
      },
    );
    expect(value(type, '0a 05 0a 03 0a 01 78')).toEqual({ two: { three: { text: 'x' } } });
  });

  it('need no file if they only define options', async () => {
    const type = await typeOf(
      'syntax = "proto3"; import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string hint = 50000; } message A { string b = 1 [(hint) = "x"]; }',
      'A',
    );
    expect(value(type, '0a 01 78')).toEqual({ b: 'x' });
  });

  it.each([
    ['../secret.proto', /^feed\.proto imports "\.\.\/secret\.proto": an import is a relative path/],
    ['/etc/passwd', /an import is a relative path/],
    ['a/../../b.proto', /an import is a relative path/],
    ['missing.proto', /^feed\.proto imports missing\.proto, which is not in p\.$/],
  ])('may not be %s', async (path, said) => {
    const others = { '/secret.proto': common, '/etc/passwd': common, '/b.proto': common };
    expect(await problemOf(`syntax = "proto3"; import "${path}"; message A {}`, others)).toMatch(said);
  });

  it(`are limited to ${MAX_PROTO_FILES} files`, async () => {
    const others = Object.fromEntries(
      Array.from({ length: MAX_PROTO_FILES + 1 }, (_, at) => [
        `/p/f${at}.proto`,
        `import "f${at + 1}.proto";`,
      ]),
    );
    expect(await problemOf('import "f0.proto";', others)).toBe(
      `feed.proto imports more than ${MAX_PROTO_FILES} files.`,
    );
  });

  it(`are limited to ${MAX_SCHEMA_BYTES} bytes together`, async () => {
    const long = ' '.repeat(MAX_PROTO_BYTES);
    const names = Array.from({ length: MAX_SCHEMA_BYTES / MAX_PROTO_BYTES }, (_, at) => `f${at}.proto`);
    const others = Object.fromEntries(names.map((name) => [`/p/${name}`, long]));
    const main = (count: number): string =>
      names
        .slice(0, count)
        .map((name) => `import "${name}";`)
        .join('');
    expect(await problemOf(main(names.length - 1), others)).toBe('none');
    expect(await problemOf(main(names.length), others)).toBe(
      `feed.proto imports more than ${MAX_SCHEMA_BYTES} bytes.`,
    );
  });
});

describe('a schema with an error', () => {
  it.each([
    ['syntax = "proto3";\nmessage A {\n  string a 1;\n}', /^feed\.proto, line 3: illegal token '1'/],
    [
      'syntax = "proto3";\nmessage A {\n  Missing a = 1;\n}',
      /^feed\.proto, line 3: no such type: Missing|^feed\.proto, line 3: .*Missing/,
    ],
    ['message {', /^feed\.proto, line 1: illegal type name '\{'/],
    [
      'syntax = "proto3"; message A { string a = 1; string b = 1; }',
      /^feed\.proto, line 1: duplicate id 1 in Type A/,
    ],
    ['', /none/],
  ])('is reported with its line: %j', async (source, said) => {
    expect(await problemOf(source)).toMatch(said);
  });

  it('is reported for the imported file', async () => {
    const others = { '/p/b.proto': 'syntax = "proto3";\n\nmessage B { int32 x = ; }' };
    expect(await problemOf('import "b.proto";', others)).toMatch(
      /^b\.proto, line 3: illegal id ';'|^b\.proto, line 3/,
    );
  });

  it('is refused if it nests without end', async () => {
    const deep = 'message A {'.repeat(5000);
    expect(await problemOf(deep)).toMatch(/^feed\.proto: max depth exceeded\.|^feed\.proto, line/);
  });

  it('is refused if it is too long', async () => {
    expect(await problemOf(' '.repeat(MAX_PROTO_BYTES + 1))).toBe(
      `feed.proto has ${MAX_PROTO_BYTES + 1} bytes: the limit of a .proto file is ${MAX_PROTO_BYTES}.`,
    );
  });

  it('is reported if it does not exist', async () => {
    expect(await loadSchema('/p/no.proto', filesOf({}))).toEqual({ problem: 'There is no file no.proto.' });
  });

  it('never makes the loader throw, whatever its text', async () => {
    const words = fc.constantFrom(
      ...'message enum oneof map < > { } = ; 1 string a A , " ( ) [ ] extend import option'.split(' '),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 30 }), async (parts) => {
        expect(await load(parts.join(' '))).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('bytes that do not fit the schema', () => {
  it.each([
    [
      '08 96 01',
      'Not feed.v1.Tick: the field symbol = 1 at byte 0 is a string in the schema and has the wire type 0.',
    ],
    ['0a 05 41', 'Not feed.v1.Tick: the 5 bytes from byte 2 on are more than there are.'],
    ['0a', 'Not feed.v1.Tick: it ends too early, at byte 1.'],
    ['0a 01 41 11 00 00', 'Not feed.v1.Tick: it ends too early, at byte 6.'],
    [
      '2a 03 0a 01 41',
      'Not feed.v1.Tick: the field levels.price = 1 at byte 2 is a double in the schema and has the wire type 2.',
    ],
    ['00 01', 'Not feed.v1.Tick: the field number 0 at byte 0 does not exist.'],
    [
      '0f',
      'Not feed.v1.Tick: the field symbol = 1 at byte 0 is a string in the schema and has the wire type 7.',
    ],
    [
      'e0 07 ff ff ff ff ff ff ff ff ff ff 01',
      'Not feed.v1.Tick: the number at byte 2 has more than 10 bytes.',
    ],
    ['e3 07 08 01', 'Not feed.v1.Tick: group 124 has no end.'],
    ['e4 07', 'Not feed.v1.Tick: the end of group 124 at byte 0 ends nothing.'],
    ['e0 07 05', 'Not feed.v1.Tick: none of its fields is in the schema.'],
    ['52 04 08 01 18 01', 'Not feed.v1.Tick: the entry of the map book at byte 4 is not an entry.'],
  ])('are refused: %s: %s', async (wire, said) => {
    expect(value(await typeOf(FEED, 'Tick'), wire)).toBe(said);
  });

  it('are refused if their text is not UTF-8', async () => {
    expect(value(await typeOf(FEED, 'Tick'), '0a 02 c3 28')).toMatch(/^Not feed\.v1\.Tick: /);
  });

  it(`may not nest deeper than ${MAX_SCHEMA_DEPTH} levels`, async () => {
    const type = await typeOf('syntax = "proto3"; message Node { Node next = 1; int32 at = 2; }', 'Node');
    const nested = (levels: number): Uint8Array => {
      let inner = bytes('10 01');
      for (let level = 0; level < levels; level++) {
        const length = inner.length < 128 ? [inner.length] : [(inner.length & 127) | 128, inner.length >> 7];
        inner = Uint8Array.from([0x0a, ...length, ...inner]);
      }
      return inner;
    };
    expect(type.read(nested(MAX_SCHEMA_DEPTH))).toHaveProperty('text');
    expect(type.read(nested(MAX_SCHEMA_DEPTH + 1))).toMatchObject({
      problem: `Protobuf nested deeper than ${MAX_SCHEMA_DEPTH} levels is not decoded.`,
      isLimit: true,
    });
  });

  it(`may not have more than ${MAX_SCHEMA_FIELDS} fields`, async () => {
    const type = await typeOf(GUIDE, 'Test1');
    const many = new Uint8Array(2 * (MAX_SCHEMA_FIELDS + 1));
    for (let at = 0; at < many.length; at += 2) many[at] = 8;
    expect(type.read(many.subarray(2))).toEqual({ text: '{"a":0}', unknown: undefined });
    expect(type.read(many)).toMatchObject({ isLimit: true, at: 2 * MAX_SCHEMA_FIELDS });
  });

  it('may not be longer than a message that is decoded', async () => {
    const type = await typeOf(GUIDE, 'Test1');
    expect(type.read(new Uint8Array(MAX_CODEC_BYTES + 1))).toMatchObject({ isLimit: true });
  });

  it('never make the decoder throw', async () => {
    const type = await typeOf(FEED, 'Tick');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        const read = type.read(data);
        if ('text' in read) JSON.parse(read.text);
        else expect(read.at).toBeLessThanOrEqual(data.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('JSON that does not fit the schema', () => {
  it.each([
    ['{"symbol":1}', /^The payload does not fit feed\.v1\.Tick: .*symbol/],
    ['{"nothing":1}', /^The payload does not fit feed\.v1\.Tick: .*nothing/],
    ['{"side":"HOLD"}', /HOLD/],
    ['{"levels":{}}', /levels/],
    ['[]', /^The payload does not fit feed\.v1\.Tick: /],
    ['{"sequence":9223372036854775808}', /sequence/],
  ])('is refused: %s', async (json, said) => {
    const written = (await typeOf(FEED, 'Tick')).write(json);
    expect('problem' in written ? written.problem : hex(written)).toMatch(said);
  });
});

describe('encoding and decoding', () => {
  it('returns every message unchanged', async () => {
    const type = await typeOf(FEED, 'Tick');
    const level = fc.record({ price: fc.double({ noNaN: true, noDefaultInfinity: true }), size: fc.nat() });
    const tick = fc.record({
      symbol: fc.string({ unit: 'grapheme' }),
      best_bid: fc.double({ noNaN: true, noDefaultInfinity: true }),
      sequence: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      side: fc.constantFrom('SIDE_UNSPECIFIED', 'BUY', 'SELL'),
      levels: fc.array(level, { maxLength: 4 }),
      depth: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      raw: fc.uint8Array().map((data) => Buffer.from(data).toString('base64')),
    });
    fc.assert(
      fc.property(tick, (json) => {
        const written = type.write(JSON.stringify(json));
        if ('problem' in written) throw new Error(written.problem);
        const read = type.read(written);
        expect('text' in read ? JSON.parse(read.text) : read).toMatchObject(
          JSON.parse(JSON.stringify(json)) as object,
        );
      }),
      { numRuns: 300 },
    );
  });
});
