import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePayload, wireFrame } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';
import { PING, TEXT } from './echoCases.ts';
import { CLOSE, FAILURES, hello, INVALID_DATA, POLICY, PROTOCOL_ERROR, TOO_BIG } from './failureCases.ts';
import { ConformanceServer } from './peer.ts';

// How a client of a conformance suite must fail a connection, in the categories in which such suites test RFC 6455.

const server = new ConformanceServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

/** What the command line says. */
const ERRORS: Readonly<Record<number, RegExp>> = {
  [PROTOCOL_ERROR]: /error +protocol\.frame: .*\(RFC 6455, section \d/,
  // A close reason is UTF-8 by section 5.5.1, a text message by section 8.1.
  [INVALID_DATA]: /error +protocol\.invalid-utf8: .*\(RFC 6455, section (?:8\.1|5\.5\.1)\)/,
  [POLICY]: /error +limit\.fragments: .* 131072 /,
  [TOO_BIG]: /error +limit\.payload: A message of \d+ bytes/,
};

const plain = (frames: readonly ReceivedFrame[]): unknown[] =>
  frames.map(({ first, payload }) => [first, payload.toString('latin1')]);

describe.each(FAILURES)('%s', (_, cases) => {
  it.concurrent.each(cases)('$name', async ({ send, back = [], code, chop, args, extension }) => {
    const peer = await server.meet(args, extension);
    await peer.write(Buffer.concat(send), chop);
    const frames = await peer.rest();
    // What failed it is neither answered nor followed by anything.
    expect(plain(frames)).toEqual([...back, [CLOSE, closePayload(code).toString('latin1')]]);
    expect(frames.every(({ masked }) => masked)).toBe(true);
    const { status, stderr } = await peer.result;
    expect(status).toBe(3);
    expect(stderr).toMatch(extension === undefined ? ERRORS[code]! : /error/);
  });
});

describe('a close frame', () => {
  it.concurrent.each([
    ['without a code', Buffer.alloc(0), 0],
    ...[1000, 1001].map((code) => [`with ${code}`, closePayload(code), 0] as const),
    ...[1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
      (code) => [`with ${code}`, closePayload(code), 3] as const,
    ),
    ['with a reason', closePayload(1000, 'Thanks!'), 0],
    ['with the longest reason', closePayload(1000, Buffer.alloc(123, 'x')), 0],
    ['with a reason of other letters', closePayload(1000, 'κόσμε'), 0],
  ] as const)('is answered with the same: %s', async (_, payload, exit) => {
    const peer = await server.meet();
    await peer.write(wireFrame(CLOSE, payload));
    expect(plain(await peer.rest())).toEqual([[CLOSE, payload.toString('latin1')]]);
    expect((await peer.result).status).toBe(exit);
  });

  const close = wireFrame(CLOSE, closePayload(1000));
  const answer = [CLOSE, closePayload(1000).toString('latin1')];

  it.concurrent.each<[string, Uint8Array[], unknown[]]>([
    ['after a message, which is echoed', [hello, close], [[TEXT, 'Hello']]],
    ['twice', [close, close], []],
    ['before a ping, which is not answered', [close, wireFrame(PING)], []],
    ['before a message, which is not echoed', [close, hello], []],
    [
      'in the middle of a message, of which nothing comes back',
      [wireFrame(0x01, 'a'), close, wireFrame(0x80, 'b')],
      [],
    ],
    [
      'after a large message',
      [wireFrame(TEXT, Buffer.alloc(262_144, 'B')), close],
      [[TEXT, 'B'.repeat(262_144)]],
    ],
  ])('ends it: %s', async (_, send, back) => {
    const peer = await server.meet();
    await peer.write(Buffer.concat(send));
    expect(plain(await peer.rest())).toEqual([...back, answer]);
    expect((await peer.result).status).toBe(0);
  });
});
