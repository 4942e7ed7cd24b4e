import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closePayload, wireFrame } from '../../support/wire.ts';
import { compressionSuite } from './compressionSuite.ts';
import { bytes, TEXT, text } from './echoCases.ts';
import { EchoServer } from './echoServer.ts';
import { echoSuite, leave } from './echoSuite.ts';
import { hello, PROTOCOL_ERROR } from './failureCases.ts';
import { failureSuite } from './failureSuite.ts';
import { CLOSE, plain, wanted } from './role.ts';

const server = new EchoServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

echoSuite(server);
compressionSuite(server);
failureSuite(server);

describe('of a server only', () => {
  it('compression is agreed on only where the client offers it', async () => {
    const endpoint = await server.meet();
    expect(endpoint.head).not.toMatch(/extensions/i);
    await endpoint.write(wireFrame(TEXT, text(65_536)));
    expect(plain(await endpoint.take(1))).toEqual(wanted(server, [[TEXT, text(65_536)]]));
    await leave(server, endpoint);
  });

  it.each([
    ['', 'permessage-deflate'],
    ['server_max_window_bits=9', 'permessage-deflate; server_max_window_bits=9'],
    [
      'server_no_context_takeover; client_no_context_takeover',
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    ],
  ])('an offer “%s” is answered with “%s”', async (deflate, answer) => {
    const endpoint = await server.meet({ deflate });
    expect(/^Sec-WebSocket-Extensions: (.*)\r$/m.exec(endpoint.head)?.[1]).toBe(answer);
    await leave(server, endpoint);
  });

  it('a frame that is not masked fails the connection (RFC 6455, section 5.1)', async () => {
    const endpoint = await server.meet();
    await endpoint.writeUnmasked(hello);
    expect(plain(await endpoint.rest())).toEqual(wanted(server, [[CLOSE, closePayload(PROTOCOL_ERROR)]]));
    await server.says(endpoint.port, /a frame of the client is not masked.*\(RFC 6455, section 5\.1\)/);
  });

  it('a client that breaks the protocol disturbs no other', async () => {
    const [good, bad] = [await server.meet(), await server.meet()];
    await good.write(hello);
    await bad.write(wireFrame(0xb1, 'x'));
    await bad.rest();
    await good.write(wireFrame(TEXT, 'again'));
    expect(plain(await good.take(2))).toEqual(
      wanted(server, [
        [TEXT, 'Hello'],
        [TEXT, 'again'],
      ]),
    );
    await leave(server, good);
    await bad.complains(PROTOCOL_ERROR, {});
  });

  it('an answer leaves before the close frame of a client that then ends TCP at once', async () => {
    const endpoint = await server.meet();
    await endpoint.writeAndEnd(Buffer.concat([hello, wireFrame(CLOSE, closePayload(1000))]));
    expect(plain(await endpoint.rest())).toEqual(
      wanted(server, [
        [TEXT, 'Hello'],
        [CLOSE, closePayload(1000)],
      ]),
    );
  });

  it.each([false, true])(
    '`ws` gets its messages, pongs and close code back; compressed: %s',
    async (perMessageDeflate) => {
      const socket = new WebSocket(server.url, { perMessageDeflate });
      await once(socket, 'open');
      expect(socket.extensions).toBe(perMessageDeflate ? 'permessage-deflate' : '');
      for (const sent of ['', 'κόσμε', text(70_000).toString(), text(4 * 1024 * 1024).toString()]) {
        socket.send(sent);
        const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
        expect([isBinary, data.toString() === sent]).toEqual([false, true]);
      }
      for (const length of [0, 125, 65_536, 1_000_000]) {
        socket.send(bytes(length));
        const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
        expect([isBinary, Buffer.compare(data, bytes(length))]).toEqual([true, 0]);
      }
      socket.ping('p');
      expect(String((await once(socket, 'pong'))[0])).toBe('p');
      socket.close(3456, 'enough');
      expect((await once(socket, 'close')).map(String)).toEqual(['3456', 'enough']);
    },
  );

  it('nothing is said about the clients of whom no case expects it', async () => {
    expect(await server.complaints()).toEqual([]);
  });
});
