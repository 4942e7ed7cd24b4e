import type { Socket, AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import type { Connection } from '../../../src/net/connection.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import type { CloseDetail } from '../../../src/shared/timeline.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { closePayload, wireFrame, wireHeader } from '../../support/wire.ts';

// The end of an open connection: which side ended it, and how.

interface Ending {
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly close: (CloseDetail & { readonly direction: string }) | undefined;
}

/** Connects, calls `opened` once open, and returns the end. */
function endOf(
  options: Partial<ConnectOptions> & { url: string },
  opened: (connection: Connection) => void = () => {},
): Promise<Ending> {
  return new Promise((resolve) => {
    let error: Ending['error'];
    const connection = createConnector()(
      connectOptions({ deflate: false, closeTimeout: 300, handshakeTimeout: 5000, ...options }),
      {
        onOpen: () => queueMicrotask(() => opened(connection)),
        onMessage: () => {},
        onControl: () => {},
        onError: ({ code, message }) => (error = { code, message }),
        onEnd: (close) => resolve({ error, close }),
      },
    );
  });
}

/** A server that accepts the handshake and then calls `serve`. */
async function serving(serve: (socket: Socket) => void): Promise<string> {
  const { url } = await rawServer((socket, request) => {
    socket.write(switching(request));
    serve(socket);
  });
  return url;
}

describe('TCP that the server ends', () => {
  it('right after the handshake is reported as such', async () => {
    const url = await serving((socket) => socket.end());
    const { error, close } = await endOf({ url });
    expect(error).toBeUndefined();
    expect(close).toEqual({
      code: 1006,
      reason: '',
      clean: false,
      direction: 'in',
      text: `${new URL(url).host} ended the TCP connection without a close frame, right after the handshake.`,
    });
  });

  it('after messages has no further advice', async () => {
    const url = await serving((socket) => socket.end(wireFrame(0x81, 'last')));
    const { close } = await endOf({ url });
    expect(close!.text).toMatch(/ended the TCP connection without a close frame\.$/);
  });

  it.each([
    ['and was idle', 0],
    ['and was idle since a message of ours', 300],
  ])('has the idle time: %s', async (_, sentAfter) => {
    const url = await serving((socket) => setTimeout(() => socket.end(), 1_500));
    const { close } = await endOf({ url }, (connection) => {
      if (sentAfter > 0) setTimeout(() => void connection.send('text', Buffer.from('x')), sentAfter);
    });
    const [, idle] = /after ([\d.]+) s in which nothing was sent or received \(a proxy may end/.exec(
      close!.text!,
    )!;
    expect(Math.abs(Number(idle) - (1.5 - sentAfter / 1000))).toBeLessThanOrEqual(0.2);
  });

  it.each<[string, Uint8Array, string]>([
    ['a frame header', Buffer.from([0x81]), 'in the middle of a frame header, of which 1 byte came'],
    ['a long frame header', Buffer.from([0x82, 127, 0]), 'a frame header, of which 3 of 10 bytes came'],
    ['a message', Buffer.from([0x81, 3, 0x61]), 'a message, of which 1 of 3 bytes came'],
    ['a message, after its header', wireHeader(0x82, 70_000), 'a message, of which 0 of 70000 bytes came'],
    ['a ping', Buffer.from([0x89, 3, 0x61]), 'a ping, of which 1 of 3 bytes came'],
    ['a close frame', Buffer.from([0x88, 9, 3, 0xe8]), 'a close frame, of which 2 of 9 bytes came'],
    ['fragments', wireFrame(0x01, 'ab'), 'a message, of which 2 bytes came'],
  ])('in %s says what came of it', async (_, bytes, sentence) => {
    const url = await serving((socket) => {
      socket.write(wireFrame(0x81, 'whole'));
      setTimeout(() => socket.end(bytes), 30);
    });
    const { error, close } = await endOf({ url });
    expect(error).toMatchObject({
      code: 'tcp.reset',
      message: expect.stringContaining(`${sentence} (ended TCP without a close frame)`) as string,
    });
    expect(close!.code).toBe(1006);
  });

  it('instead of answering our close frame is named', async () => {
    const url = await serving((socket) => socket.once('data', () => socket.end()));
    const { error, close } = await endOf({ url }, (connection) => connection.close(1000, ''));
    expect(error).toBeUndefined();
    expect(close).toMatchObject({
      direction: 'out',
      text: `${new URL(url).host} ended the TCP connection instead of answering the close frame.`,
    });
  });
});

describe('a reset of an open connection', () => {
  it('has no advice about TLS, and has the idle time', async () => {
    const url = await serving((socket) => setTimeout(() => socket.resetAndDestroy(), 1_200));
    const { error } = await endOf({ url });
    expect(error!.code).toBe('tcp.reset');
    expect(error!.message).toMatch(/reset the connection \(ECONNRESET\), after 1\.\d s in which nothing/);
    expect(error!.message).not.toContain('wss://');
  });

  it('in the middle of a message says so', async () => {
    const url = await serving((socket) =>
      socket.write(Buffer.from([0x81, 3, 0x61]), () => setTimeout(() => socket.resetAndDestroy(), 50)),
    );
    expect((await endOf({ url })).error!.message).toContain('1 of 3 bytes came (ECONNRESET)');
  });
});

describe('an end that is ours', () => {
  it('because the close frame is not answered says for how long', async () => {
    const url = await serving(() => {});
    const { close } = await endOf({ url }, (connection) => connection.close(1000, ''));
    expect(close!.text).toMatch(
      /did not answer the close frame within 0\.3 s: this side ended the connection\.$/,
    );
  });

  it('by force is not a fault of the server', async () => {
    const url = await serving(() => {});
    const { close } = await endOf({ url }, (connection) => connection.terminate());
    expect(close!.text).toBe('This side ended the connection without a close handshake.');
  });

  it('with close frames of both sides needs no words', async () => {
    const url = await serving((socket) =>
      socket.once('data', () => socket.end(wireFrame(0x88, closePayload(1000)))),
    );
    const { close } = await endOf({ url }, (connection) => connection.close(1000, ''));
    expect(close).toEqual({ code: 1000, reason: '', clean: true, direction: 'out' });
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('an end over %s', (version) => {
  const certificate = makeCertificate({ name: 'server', hosts: ['127.0.0.1'] });

  async function secure(end: (socket: TLSSocket) => void): Promise<string> {
    const server = createServer(
      { cert: certificate.cert, key: certificate.key, minVersion: version, maxVersion: version },
      (socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', (request: Buffer) => {
          socket.write(switching(request.toString('latin1')));
          end(socket);
        });
      },
    );
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const ca = [certificate.cert];
  /** Ends TCP below TLS. */
  const cut = (socket: TLSSocket): void => {
    (socket as unknown as { _parent: Socket })._parent.destroy();
  };

  it('without close_notify says that it may be cut off', async () => {
    const url = await secure((socket) => setTimeout(() => cut(socket), 100));
    const { close } = await endOf({ url, ca });
    expect(close!.text).toContain('without a close frame and without the close_notify of TLS');
  });

  it.each<[string, (socket: TLSSocket) => void]>([
    ['a while after the last data', (socket) => setTimeout(() => socket.end(), 100)],
    ['with data just before', (socket) => socket.end(wireFrame(0x81, 'x'))],
  ])('with close_notify does not: %s', async (_, end) => {
    const { close } = await endOf({ url: await secure(end), ca });
    expect(close!.text).toContain('ended the TCP connection without a close frame');
    expect(close!.text).not.toContain('close_notify');
  });
});
