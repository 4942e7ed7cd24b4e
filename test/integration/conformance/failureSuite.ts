import { describe, expect, it } from 'vitest';
import { closePayload, wireFrame } from '../../support/wire.ts';
import { PING, TEXT } from './echoCases.ts';
import { FAILURES, hello } from './failureCases.ts';
import { ANSWER, CLOSE, GOODBYE, plain, wanted, type FrameParts, type Role } from './role.ts';

/** How an endpoint must fail and close a connection, in the categories in which conformance suites test RFC 6455. */
export function failureSuite(role: Role): void {
  describe.each(FAILURES)('%s', (_, cases) => {
    it.concurrent.each(cases)('$name', async ({ send, back = [], code, chop, ...terms }) => {
      const endpoint = await role.meet(terms);
      // A rule of a server answers a moment after a message came, and what follows in the same segment may fail the
      // connection before.
      const isEchoed = role.own === 'server' && back[0]?.[0] === TEXT;
      if (isEchoed) await endpoint.write(hello, chop);
      const echoed = isEchoed ? await endpoint.take(1) : [];
      await endpoint.write(Buffer.concat(isEchoed ? send.slice(1) : send), chop);
      // The endpoint sends no answer to the faulty frame, and nothing after its close frame.
      expect(plain([...echoed, ...(await endpoint.rest())])).toEqual(
        wanted(role, [...back, [CLOSE, closePayload(code)]]),
      );
      await endpoint.complains(code, terms);
    });
  });

  describe('a close frame', () => {
    it.concurrent.each([
      ['without a code', 1005, Buffer.alloc(0)],
      ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
        (code) => [`with ${code}`, code, closePayload(code)] as const,
      ),
      ['with a reason', 1000, closePayload(1000, 'Thanks!')],
      ['with the longest reason', 1000, closePayload(1000, Buffer.alloc(123, 'x'))],
      ['with a reason of other letters', 1000, closePayload(1000, 'κόσμε')],
    ] as const)('is answered with the same: %s', async (_, code, payload) => {
      const endpoint = await role.meet();
      await endpoint.write(wireFrame(CLOSE, payload));
      expect(plain(await endpoint.rest())).toEqual(wanted(role, [[CLOSE, payload]]));
      await endpoint.isContent(code);
    });

    const large = Buffer.alloc(262_144, 'B');
    it.concurrent.each<[string, Uint8Array[], FrameParts[]]>([
      ['after a message, which is echoed', [hello, GOODBYE], [[TEXT, 'Hello']]],
      [
        'after three messages, which are echoed',
        [hello, wireFrame(0x82, 'b'), hello, GOODBYE],
        [
          [TEXT, 'Hello'],
          [0x82, 'b'],
          [TEXT, 'Hello'],
        ],
      ],
      ['twice', [GOODBYE, GOODBYE], []],
      ['before a ping, which is not answered', [GOODBYE, wireFrame(PING)], []],
      ['before a message, which is not echoed', [GOODBYE, hello], []],
      [
        'in the middle of a message, of which nothing comes back',
        [wireFrame(0x01, 'a'), GOODBYE, wireFrame(0x80, 'b')],
        [],
      ],
      ['after a large message', [wireFrame(TEXT, large), GOODBYE], [[TEXT, large]]],
    ])('ends it: %s', async (_, send, back) => {
      const endpoint = await role.meet();
      await endpoint.write(Buffer.concat(send));
      expect(plain(await endpoint.rest())).toEqual(wanted(role, [...back, ANSWER]));
      await endpoint.isContent(1000);
    });
  });
}
