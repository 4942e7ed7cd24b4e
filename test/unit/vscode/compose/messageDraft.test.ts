import { resolve } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { expect, test, describe, vi } from 'vitest';
import { encodeBody } from '../../../../src/core/request/plan/encodeBody.ts';
import type { Draft } from '../../../../src/shared/panelProtocol.ts';
import { draftOfMessage } from '../../../../src/vscode/panel/compose/messageDraft.ts';
import { encodeOutside } from '../../../../src/vscode/payload/encodeOutside.ts';
import { directTypes } from '../support/directTypes.ts';

vi.mock('vscode', () => import('../support/fakeVscode.ts'));

const FEED = resolve('examples/data/feed.proto');
const TICK = `protobuf feed.Tick from ${FEED}`;

const draftOf = (
  data: Uint8Array,
  rules: readonly string[],
  direction: 'in' | 'out' = 'in',
): Promise<Draft> => draftOfMessage({ kind: 'binary', data, direction, rules }, directTypes);

/** The bytes that a draft sends. */
async function sentBytes({ encode, text }: Draft): Promise<Uint8Array> {
  const body = encodeBody(encode!, text);
  if ('problem' in body) throw new Error(body.problem);
  return body.outside ? encodeOutside(body.data, body.outside, (path) => path, directTypes) : body.data;
}

async function tick(json: string): Promise<Uint8Array> {
  const written = (await directTypes.type(FEED, 'feed.Tick')).write(json);
  if ('problem' in written) throw new Error(written.problem);
  return written;
}

const isBytes = ({ mode, encode }: Draft): boolean =>
  encode === undefined && ['hex', 'base64'].includes(mode);

describe('a message that a rule decodes is edited as its text', () => {
  test('by a schema of Protobuf: the same bytes are sent again', async () => {
    const data = await tick(
      '{"symbol": "BTC", "price": 1.5, "sequence": "9007199254740993", "side": "SELL"}',
    );
    const draft = await draftOf(data, [`${TICK} in`]);
    expect(draft).toMatchObject({ mode: 'json', encode: TICK });
    expect(JSON.parse(draft.text)).toMatchObject({ symbol: 'BTC', sequence: '9007199254740993' });
    expect(await sentBytes(draft)).toEqual(data);
  });

  test('by a schema of Protobuf: the text can be changed', async () => {
    const draft = await draftOf(await tick('{"symbol": "BTC"}'), [TICK]);
    const changed = await sentBytes({ ...draft, text: draft.text.replace('BTC', 'ETH') });
    expect((await directTypes.type(FEED, 'feed.Tick')).read(changed)).toMatchObject({
      text: expect.stringContaining('"ETH"') as string,
    });
  });

  test.each([
    ['msgpack', encodeMsgpack([1, 2]), '[1,2]'],
    ['cbor', Uint8Array.of(0x82, 1, 2), '[1, 2]'],
    ['gzip', gzipSync('{"a": 1}'), '{"a": 1}'],
    ['zlib', deflateSync('{"a": 1}'), '{"a": 1}'],
    ['deflate', deflateRawSync('{"a": 1}'), '{"a": 1}'],
    ['brotli', brotliCompressSync('{"a": 1}'), '{"a": 1}'],
  ])('in the format of the rule: %s', async (format, data, text) => {
    const draft = await draftOf(new Uint8Array(data), [
      `${format} in prefix ${Buffer.from(data).toString('hex', 0, 1)}`,
    ]);
    expect(draft).toEqual({ mode: 'json', text, encode: format });
    expect(await draftOf(await sentBytes(draft), [format])).toEqual(draft);
  });

  test('if it is not JSON: its braces are not variables', async () => {
    expect(await draftOf(new Uint8Array(gzipSync('hello {{name}}')), ['gzip'])).toEqual({
      ...{ mode: 'text', text: 'hello {{name}}', asIs: true, encode: 'gzip' },
    });
    expect(await draftOf(Uint8Array.of(0x41, 1), ['cbor'])).toEqual({
      ...{ mode: 'text', text: "h'01'", encode: 'cbor' },
    });
  });

  test('by the first rule that matches', async () => {
    const data = await tick('{"symbol": "BTC"}');
    const rules = ['gzip out', 'cbor prefix ff', 'image topic a/b', TICK, 'msgpack'];
    expect((await draftOf(data, rules)).encode).toBe(TICK);
    expect((await draftOf(new Uint8Array(gzipSync('out')), rules, 'out')).encode).toBeUndefined();
    expect((await draftOf(new Uint8Array(gzipSync('out')), ['gzip out', 'cbor in'], 'out')).text).toBe('out');
  });
});

describe('a message is edited as bytes', () => {
  const data = Uint8Array.of(0x0a, 3, 0x42, 0x54, 0x43);

  test.each<[string, readonly string[]]>([
    ['without a rule', []],
    ['if the rule is for the other direction', [`${TICK} out`]],
    ['if the rule has no schema', ['protobuf']],
    ['if the schema is missing', ['protobuf feed.Tick from /none/feed.proto']],
    ['if the schema has no such message', [`protobuf feed.Tock from ${FEED}`]],
    ['if it is not in the format of the rule', ['gzip']],
    ['if it is a part of a stream', ['zlib-stream', TICK]],
    ['if the rule is no rule', ['nonsense']],
    ['if it is a picture', ['image']],
  ])('%s', async (_, rules) => {
    expect(await draftOf(data, rules)).toEqual({ mode: 'hex', text: '0a 03 42 54 43' });
  });

  test('if it has fields that its schema does not have', async () => {
    const known = await tick('{"symbol": "BTC"}');
    expect((await draftOf(known, [TICK])).encode).toBe(TICK);
    expect(isBytes(await draftOf(Uint8Array.from([...known, 0x78, 1]), [TICK]))).toBe(true);
  });

  test('if another rule decodes its content, or the content is not text', async () => {
    const held = new Uint8Array(gzipSync(encodeMsgpack([1, 2])));
    expect(isBytes(await draftOf(held, ['gzip', 'msgpack']))).toBe(true);
    expect(isBytes(await draftOf(held, ['gzip']))).toBe(true);
    expect(isBytes(await draftOf(new Uint8Array(gzipSync('{}')), ['gzip', 'msgpack']))).toBe(true);
  });

  test('if it is too large to edit after inflating', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)));
    expect(isBytes(await draftOf(bomb, ['gzip']))).toBe(true);
  });

  test('if its text would change its meaning', async () => {
    const own = encodeMsgpack({ a: { $base64: 'AQI=' } });
    expect(isBytes(await draftOf(own, ['msgpack']))).toBe(true);
  });
});
