import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_PART_BYTES, type ZlibState, ZlibStream } from '../../../src/core/codec/zlibStream.ts';
import { Decoding } from '../../../src/core/protocol/decode/decoding.ts';
import { UnitReader } from '../../../src/core/protocol/unitReader.ts';
import { parseDecodeRule } from '../../../src/core/text/decodeRule.ts';
import { inflate, streamInflate } from '../../../src/recording/read/inflate.ts';
import { ZlibStreamWriter } from '../../support/zlibStream.ts';

function unpack(bytes: Uint8Array): Uint8Array {
  const read = inflate('deflate', bytes);
  if ('problem' in read) throw new Error(read.problem);
  return read.bytes;
}

const open = (saved?: ZlibState): ZlibStream => new ZlibStream(streamInflate, saved, unpack);

function text(read: ReturnType<ZlibStream['push']>): unknown {
  return read instanceof Uint8Array ? Buffer.from(read).toString() : read;
}

const event = (n: number) =>
  JSON.stringify({ op: 0, s: n, t: 'MESSAGE_CREATE', d: { content: `text ${n}` } });
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));

describe('a zlib stream', () => {
  it.each([
    ['Z_SYNC_FLUSH', constants.Z_SYNC_FLUSH],
    ['Z_FULL_FLUSH', constants.Z_FULL_FLUSH],
  ])('gives each message that %s ended', async (_, flush) => {
    const messages = events(200);
    const stream = open();
    for (const [n, part] of (await new ZlibStreamWriter(flush).parts(messages)).entries())
      expect(text(stream.push(part))).toBe(messages[n]);
  });

  it('refers back over messages: a part alone does not inflate to its message', async () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = await new ZlibStreamWriter().parts(
      events(2),
    );
    expect(second.length).toBeLessThan(first.length / 2);
    expect(open().push(second)).toMatchObject({ problem: expect.stringContaining('zlib header') as string });
  });

  it('joins a part that is split anywhere, also inside its mark, and continues from any state', async () => {
    const messages = events(12);
    const bytes = await new ZlibStreamWriter().parts(messages);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 }), { maxLength: 20 }), fc.boolean(), (sizes, saves) => {
        let stream = open();
        const read: unknown[] = [];
        for (const part of bytes) {
          const cuts = [
            0,
            ...sizes.map((size) => size % (part.length + 1)).sort((a, b) => a - b),
            part.length,
          ];
          for (let at = 1; at < cuts.length; at++) {
            const output = stream.push(part.slice(cuts[at - 1], cuts[at]));
            if (output) read.push(text(output));
            if (saves) stream = open(stream.state());
          }
        }
        expect(read).toEqual(messages);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps 32 KiB of any inflated amount', async () => {
    const far = randomBytes(20_000);
    const messages = [far, randomBytes(20_000), far, randomBytes(70_000), far, Buffer.from('end')];
    let stream = open();
    for (const [n, part] of (await new ZlibStreamWriter().parts(messages)).entries()) {
      const output = stream.push(part);
      expect(output instanceof Uint8Array && Buffer.compare(output, messages[n]!)).toBe(0);
      const state = stream.state()!;
      expect(unpack(state.window).length).toBeLessThanOrEqual(32 * 1024);
      stream = open(state);
    }
  });

  it('does not end a part at data that looks like its end', async () => {
    // Random bytes are stored as they are, so that the mark stands in the data.
    const data = Buffer.concat([randomBytes(300), Buffer.from([0, 0, 0xff, 0xff]), randomBytes(300)]);
    const [part = new Uint8Array()] = await new ZlibStreamWriter().parts([data]);
    const cut = Buffer.from(part).indexOf(Buffer.from([0, 0, 0xff, 0xff]), 8) + 4;
    expect(cut).toBeLessThan(part.length);
    const stream = open();
    expect(stream.push(part.slice(0, cut))).toBeUndefined();
    expect(Buffer.compare(stream.push(part.slice(cut)) as Uint8Array, data)).toBe(0);
  });

  it('reports how far a broken part inflates, stops, and starts again with a new header', async () => {
    const writer = new ZlibStreamWriter();
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] =
      await writer.parts([event(1), randomBytes(500), event(3)]);
    const stream = open();
    expect(text(stream.push(first))).toBe(event(1));
    // The length of a stored block and its complement no longer agree.
    const bad = second.slice();
    bad[3] = bad[3]! ^ 0xff;
    const broken = stream.push(bad);
    expect(broken).toMatchObject({ problem: expect.stringMatching(/from byte \d+ on: invalid/) as string });
    expect((broken as { at: number }).at).toBeLessThan(8);
    expect(stream.push(third)).toEqual({ problem: 'The zlib stream broke in an earlier message.', at: 0 });
    expect(open(stream.state()).push(third)).toMatchObject({ at: 0 });
    expect(text(stream.push(await new ZlibStreamWriter().part('again')))).toBe('again');
  });

  it('does not search for a fault behind much output, which each attempt would inflate again', async () => {
    const writer = new ZlibStreamWriter();
    const stream = open();
    const [first = new Uint8Array(), second = new Uint8Array()] = await writer.parts([
      event(1),
      'x'.repeat(15 * 1024 * 1024),
    ]);
    stream.push(first);
    // Behind the flush, a block of the type that does not exist (RFC 1951, section 3.2.3).
    const bad = Buffer.concat([second, Uint8Array.of(7, 0, 0, 0xff, 0xff)]);
    const broken = stream.push(bad) as { problem: string; at: number };
    expect(broken.problem).toMatch(/^Not a part of this zlib stream: /);
    expect(broken.at).toBe(0);
  });

  it.each([
    ['text', Buffer.from('{"op":10}')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0xff, 0xff])],
    ['only the mark', Buffer.from([0, 0, 0xff, 0xff])],
  ])('refuses %s', (_, bytes) => {
    expect(open().push(bytes)).toEqual({
      problem: 'Not a zlib stream: it does not begin with a zlib header.',
      at: 0,
    });
  });

  it('accepts the end of a stream and another one after it, but nothing behind it', async () => {
    const whole = deflateSync('bye');
    const stream = open();
    // The check of a finished stream may end as a flush does; here the mark is appended, which is too much.
    const read = stream.push(Buffer.concat([whole, Buffer.from([0, 0, 0xff, 0xff])]));
    expect(read).toEqual({
      problem: `The zlib stream ends before its message: at byte ${whole.length}.`,
      at: whole.length,
    });
    expect(text(stream.push(await new ZlibStreamWriter().part('next')))).toBe('next');
  });

  it('gives the message that ends the stream (Z_FINISH), after others or alone, and then another stream', async () => {
    const stream = open();
    const writer = new ZlibStreamWriter();
    for (const part of await writer.parts(events(3))) expect(stream.push(part)).toBeInstanceOf(Uint8Array);
    expect(text(stream.push(await writer.end('bye')))).toBe('bye');
    expect(text(stream.push(deflateSync('alone')))).toBe('alone');
    expect(text(open(stream.state()).push(deflateSync('again')))).toBe('again');
    expect(text(stream.push(await new ZlibStreamWriter().part('flushed')))).toBe('flushed');
  });

  it('has no message where a stream ends behind its last flush', async () => {
    const stream = open();
    const writer = new ZlibStreamWriter();
    expect(text(stream.push(await writer.part('last')))).toBe('last');
    const trailer = await writer.end();
    // An empty block and the check.
    expect(trailer.length).toBe(6);
    expect(stream.push(trailer)).toBeUndefined();
    expect(stream.state()).toMatchObject({ isOpen: false, isBroken: false, held: new Uint8Array() });
    expect(text(stream.push(deflateSync('next')))).toBe('next');
  });

  it('joins the last part of a stream that is split anywhere, also in its check', async () => {
    const writer = new ZlibStreamWriter();
    const [first = new Uint8Array()] = await writer.parts([event(1)]);
    const last = await writer.end(event(2));
    for (let at = 1; at < last.length; at++) {
      let stream = open();
      stream.push(first);
      expect(stream.push(last.slice(0, at))).toBeUndefined();
      stream = open(stream.state());
      expect(text(stream.push(last.slice(at)))).toBe(event(2));
      expect(stream.state()).toMatchObject({ isOpen: false, isBroken: false });
    }
  });

  it('looks for the end of a stream only in the first messages of a part, and still inflates a flushed one', async () => {
    const pieces = (part: Uint8Array, count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, n) => part.slice(n, n === count - 1 ? undefined : n + 1));
    const readAll = (parts: Uint8Array[]): unknown[] => {
      const stream = open();
      return parts.map((piece) => text(stream.push(piece)));
    };
    const whole = deflateSync(event(1));
    expect(readAll(pieces(whole, 16)).at(-1)).toBe(event(1));
    expect(readAll(pieces(whole, 17)).at(-1)).toBeUndefined();
    const flushed = await new ZlibStreamWriter().part(event(1));
    expect(readAll(pieces(flushed, 17)).at(-1)).toBe(event(1));
  });

  it('takes nothing behind the end of a stream, and no end beyond the limit', () => {
    const whole = deflateSync('bye');
    const stream = open();
    expect(stream.push(Buffer.concat([whole, Buffer.from('more')]))).toEqual({
      problem: `The zlib stream ends before its message: at byte ${whole.length}.`,
      at: whole.length,
    });
    expect(text(stream.push(deflateSync('again')))).toBe('again');
    const most = deflateSync(new Uint8Array(MAX_PART_BYTES));
    expect((open().push(most) as Uint8Array).length).toBe(MAX_PART_BYTES);
    const bomb = deflateSync(new Uint8Array(MAX_PART_BYTES + 1));
    expect(open().push(bomb)).toEqual({
      problem: `A part of a zlib stream of more than ${MAX_PART_BYTES} bytes is not inflated.`,
      at: bomb.length,
      isLimit: true,
    });
  });

  it('stops a bomb, and a part that never ends', async () => {
    const bomb = await new ZlibStreamWriter().part(new Uint8Array(MAX_PART_BYTES + 1));
    expect(bomb.length).toBeLessThan(20_000);
    expect(open().push(bomb)).toMatchObject({ isLimit: true });
    const most = await new ZlibStreamWriter().part(new Uint8Array(MAX_PART_BYTES));
    expect((open().push(most) as Uint8Array).length).toBe(MAX_PART_BYTES);

    const endless = open();
    expect(endless.push(Uint8Array.of(0x78, 0x9c))).toBeUndefined();
    expect(endless.push(new Uint8Array(MAX_PART_BYTES - 2))).toBeUndefined();
    expect(endless.state()).toBeUndefined();
    expect(endless.push(Uint8Array.of(1))).toMatchObject({ isLimit: true });
  });

  it('tries a part only so often', () => {
    // A stored block of 64 KiB, whose data is nothing but marks.
    const stream = open();
    expect(stream.push(Uint8Array.of(0x78, 0x9c, 0, 0xff, 0xff, 0, 0))).toBeUndefined();
    const reads = Array.from({ length: 16 }, () => stream.push(Uint8Array.of(0, 0, 0xff, 0xff)));
    expect(reads.slice(0, -1).every((read) => read === undefined)).toBe(true);
    expect(reads.at(-1)).toMatchObject({
      isLimit: true,
      problem: expect.stringContaining('16 times') as string,
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }),
        fc.boolean(),
        (parts, isMarked) => {
          const stream = open();
          stream.push(Uint8Array.of(0x78, 0x9c));
          for (const part of parts) stream.push(isMarked ? Uint8Array.of(...part, 0, 0, 0xff, 0xff) : part);
        },
      ),
    );
  });
});

function decoding(...texts: string[]): Decoding {
  const rules = texts.map((each) => {
    const rule = parseDecodeRule(each);
    if ('problem' in rule) throw new Error(rule.problem);
    return rule;
  });
  return new Decoding(rules, { inflate, stream: streamInflate, types: new Map() });
}

function reader(protocol: string, ...rules: string[]): UnitReader {
  const made = new UnitReader({ protocol, url: 'wss://gateway.test/', decoding: decoding(...rules) });
  made.opened('');
  return made;
}

describe('the rule zlib-stream', () => {
  it.each(['zlib-stream topic a', 'zlib-stream prefix 789c', 'zlib-stream in topic a'])(
    'refuses %s',
    (rule) => {
      expect(parseDecodeRule(rule)).toEqual({
        problem: `“${rule}” is about whole connections: only in or out may follow zlib-stream.`,
      });
    },
  );

  it('makes units of its content, and does not change text', async () => {
    const units = reader('none', 'zlib-stream in');
    const [first = new Uint8Array(), second = new Uint8Array()] = await new ZlibStreamWriter().parts([
      event(1),
      Uint8Array.of(1, 2, 0),
    ]);
    expect(units.list('binary', 'server', first)).toEqual({
      protocol: 'decode',
      units: [
        {
          type: 'event',
          name: '',
          summary: event(1),
          payload: { form: 'json', content: event(1) },
          range: { start: 0, end: first.length },
          problems: [],
        },
      ],
      problems: [],
    });
    expect(units.list('text', 'client', Buffer.from('{"op":1}'))).toMatchObject({ units: [] });
    expect(units.list('binary', 'client', Uint8Array.of(9))).toMatchObject({ units: [], problems: [] });
    expect(units.list('binary', 'server', second)).toMatchObject({
      units: [{ payload: { form: 'bytes', content: 'AQIA' } }],
    });
  });

  it('gives it to the protocol, named or recognised, and to the rules after it', async () => {
    const call = '{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}';
    const named = reader('json-rpc', 'zlib-stream');
    const part = await new ZlibStreamWriter().part(call);
    expect(named.list('binary', 'server', part)).toMatchObject({
      protocol: 'json-rpc',
      units: [{ type: 'call', name: 'm', range: { start: 0, end: part.length } }],
    });
    const found = reader('auto', 'zlib-stream');
    expect(found.list('binary', 'server', part)?.protocol).toBe('json-rpc');
    expect(found.reason).toBe('JSON-RPC 2.0: first message with jsonrpc');
    const ruled = reader('none', 'msgpack', 'zlib-stream');
    const packed = await new ZlibStreamWriter().part(Uint8Array.of(0x81, 0xa2, 0x6f, 0x70, 0x0a));
    expect(ruled.list('binary', 'server', packed)?.units[0]?.payload).toEqual({
      form: 'json',
      content: '{"op":10}',
    });
  });

  it('starts again with each connection', async () => {
    const units = reader('none', 'zlib-stream');
    for (const content of ['one', 'two']) {
      units.opened('');
      const list = units.list('binary', 'server', await new ZlibStreamWriter().part(content));
      expect(list?.units[0]?.payload?.content).toBe(content);
    }
  });

  it('continues from a checkpoint, and refuses an invalid one', async () => {
    const parts = await new ZlibStreamWriter().parts(events(3));
    const before = reader('none', 'zlib-stream');
    before.list('binary', 'server', parts[0]!);
    before.list('binary', 'server', parts[1]!.slice(0, 5));
    const after = reader('none', 'zlib-stream');
    after.restore(before.checkpoint()!);
    const rest = after.list('binary', 'server', parts[1]!.slice(5));
    expect(rest?.units[0]?.payload?.content).toBe(event(1));
    const state = JSON.parse(before.checkpoint()!) as { inflate: string };
    for (const bad of [
      { ...state, inflate: '[' },
      { ...state, inflate: state.inflate.replace(/"window":"[^"]*"/, '"window":"!"') },
      { ...state, inflate: state.inflate.replace(/"window":"[^"]*"/, '"window":"AAAA"') },
    ])
      expect(() => reader('none', 'zlib-stream').restore(JSON.stringify(bad))).toThrow();
  });

  it('keeps the bytes of a part that does not inflate, with a problem', () => {
    const list = reader('none', 'zlib-stream').list('binary', 'server', Uint8Array.of(1, 2, 3));
    expect(list).toEqual({
      protocol: 'decode',
      units: [],
      problems: [
        {
          code: 'decode.binary',
          message: 'Not a zlib stream: it does not begin with a zlib header.',
          at: 0,
        },
      ],
    });
  });
});
