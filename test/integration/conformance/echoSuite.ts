import { beforeAll, describe, expect, it } from 'vitest';
import { wireFrame } from '../../support/wire.ts';
import { BINARY, bytes, ECHOES, fragments, PING, PONG, TEXT, text } from './echoCases.ts';
import { ANSWER, GOODBYE, plain, wanted, type Endpoint, type Role } from './role.ts';

/** Tests the answers of an endpoint that echoes, in the categories in which conformance suites test RFC 6455. */
export function echoSuite(role: Role): void {
  describe.each(ECHOES)('%s', (_, cases) => {
    let endpoint: Endpoint;
    beforeAll(async () => {
      endpoint = await role.meet();
    });

    it.each(cases)('$name', async ({ send, back, chop }) => {
      await endpoint.write(Buffer.concat(send), chop);
      expect(plain(await endpoint.take(back.length))).toEqual(wanted(role, back));
    });

    it('ends well', () => leave(role, endpoint));
  });

  describe('many and large messages', () => {
    const size = 4 * 1024 * 1024;
    const payload = bytes(size);

    it.each<[string, number, Buffer, (number | undefined)?, number?]>([
      ['bytes', BINARY, payload],
      ['text', TEXT, text(size)],
      ...[64, 256, 4096, 65_536].map((part): [string, number, Buffer, number] => [
        `bytes in fragments of ${part}`,
        BINARY,
        payload,
        part,
      ]),
      ['text in fragments of 997', TEXT, text(size), 997],
      ['bytes in writes of 1448', BINARY, payload, undefined, 1448],
    ])('4 MiB of %s come back', async (_, first, sent, part = size, chop) => {
      const endpoint = await role.meet();
      const parts = Array.from({ length: Math.ceil(size / part) }, (_, i) =>
        sent.subarray(i * part, (i + 1) * part),
      );
      await endpoint.write(Buffer.concat(fragments(first & 0x0f, ...parts)), chop);
      await comesBack(endpoint, first, sent);
      await leave(role, endpoint);
    });

    it('a thousand round trips follow each other', async () => {
      const endpoint = await role.meet();
      for (let i = 0; i < 1000; i++) {
        await endpoint.write(wireFrame(BINARY, payload.subarray(0, i)));
        await comesBack(endpoint, BINARY, payload.subarray(0, i));
      }
      await leave(role, endpoint);
    });

    it('a thousand messages in one segment come back in order', async () => {
      const endpoint = await role.meet();
      const numbers = Array.from({ length: 1000 }, (_, i) => String(i));
      await endpoint.write(Buffer.concat(numbers.map((number) => wireFrame(TEXT, number))));
      expect(plain(await endpoint.take(1000))).toEqual(
        wanted(
          role,
          numbers.map((number) => [TEXT, number]),
        ),
      );
      await leave(role, endpoint);
    });

    it('a thousand pings in one segment are all answered, in order', async () => {
      const endpoint = await role.meet();
      const numbers = Array.from({ length: 1000 }, (_, i) => String(i));
      await endpoint.write(Buffer.concat(numbers.map((number) => wireFrame(PING, number))));
      expect(plain(await endpoint.take(1000))).toEqual(
        wanted(
          role,
          numbers.map((number) => [PONG, number]),
        ),
      );
      await leave(role, endpoint);
    });
  });
}

/** Compares a large message by its bytes: a difference of millions of characters cannot be shown. */
async function comesBack(endpoint: Endpoint, first: number, payload: Buffer): Promise<void> {
  const [frame] = await endpoint.take(1);
  expect([frame?.first, frame?.payload.length]).toEqual([first, payload.length]);
  expect(Buffer.compare(frame!.payload, payload)).toBe(0);
}

/** A good end of a connection that stands. */
export async function leave(role: Role, endpoint: Endpoint): Promise<void> {
  await endpoint.write(GOODBYE);
  expect(plain(await endpoint.rest())).toEqual(wanted(role, [ANSWER]));
  await endpoint.isContent(1000);
}
