import { describe, expect, it, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/connector.ts';
import { outcome } from '../../support/outcome.ts';
import { frame, rawServer, switching } from '../../support/rawServer.ts';

/** What comes of an answer that the server makes of the right one. */
async function answered(change: (right: string) => string | Buffer): ReturnType<typeof outcome> {
  const { url } = await rawServer((socket, request) => {
    socket.write(change(switching(request)));
  });
  return outcome({ url });
}

describe('an answer is understood', () => {
  it.each([
    ['in lines that end in LF alone', (right: string) => right.replaceAll('\r\n', '\n')],
    [
      'whose headers are spelled oddly',
      (right: string) => right.replace(/^Upgrade:.*$/m, 'uPGRADE:WebSocket'),
    ],
    ['without a reason', (right: string) => right.replace(' Switching Protocols', '')],
    ['of HTTP/1.0', (right: string) => right.replace('HTTP/1.1', 'HTTP/1.0')],
    [
      'whose Connection header says more',
      (right: string) => right.replace('Connection: Upgrade', 'Connection: keep-alive, upgrade'),
    ],
    [
      'with two Connection headers',
      (right: string) =>
        right.replace('Connection: Upgrade', 'Connection: keep-alive\r\nconnection: Upgrade'),
    ],
    ['with a header over two lines', (right: string) => right.replace(/\r\n$/, 'X-A: b\r\n\tc\r\n\r\n')],
    [
      'after interim ones',
      (right: string) =>
        `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${right}`,
    ],
  ])('%s', async (_, change) => {
    const { open, error } = await answered(change);
    expect(error).toBeUndefined();
    expect(open!.status).toBe(101);
  });

  it('that refuses in lines that end in LF alone, with its body', async () => {
    const { evidence } = await answered(() => 'HTTP/1.1 403 No\nContent-Length: 5\n\nhello');
    expect(evidence).toMatchObject({ status: 403, headers: [['Content-Length', '5']], body: 'hello' });
  });

  it('whose frames are there already, whatever its lines end in', async () => {
    const { open, error } = await answered((right) =>
      Buffer.concat([Buffer.from(right.replaceAll('\r\n', '\n')), frame(0x81, '\n\r\n\n')]),
    );
    expect(error).toBeUndefined();
    expect(open!.headers).toHaveLength(3);
  });
});

describe('an answer proves nothing', () => {
  it.each([
    ['without a Connection header', (right: string) => right.replace('Connection: Upgrade\r\n', '')],
    [
      'whose Connection header says close',
      (right: string) => right.replace(/^Connection:.*$/m, 'Connection: close'),
    ],
    [
      'whose Connection header says something like it',
      (right: string) => right.replace(/^Connection:.*$/m, 'Connection: no-upgrade'),
    ],
    ['with two Upgrade headers', (right: string) => right.replace(/\r\n$/, 'Upgrade: h2c\r\n\r\n')],
    [
      'with two accept keys, one of them right',
      (right: string) => right.replace(/\r\n$/, 'Sec-WebSocket-Accept: wrong\r\n\r\n'),
    ],
  ])('%s', async (_, change) => {
    const { error, evidence } = await answered(change);
    expect(error!.code).toBe('handshake.accept');
    expect(evidence!.status).toBe(101);
  });

  it('that chooses several subprotocols', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, 'Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: b'));
    });
    const { error } = await outcome({ url, subprotocols: ['a', 'b'] });
    expect(error).toMatchObject({
      code: 'handshake.subprotocol',
      message: expect.stringContaining('several'),
    });
  });
});

describe('what is read of an answer', () => {
  it.each([
    ['interim answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['headers without end', 'X-Header: of some length\r\n'],
  ])('is limited: %s', async (_, piece) => {
    let written = 0;
    const { url } = await rawServer((socket) => {
      const pieces = piece.repeat(1000);
      socket.write('HTTP/1.1 100 Continue\r\n');
      if (piece.startsWith('HTTP')) socket.write('\r\n');
      const fill = (): void => {
        while (!socket.destroyed && written < 100_000_000) {
          written += pieces.length;
          if (!socket.write(pieces)) return;
        }
      };
      socket.on('drain', fill);
      fill();
    });
    const { error } = await outcome({ url });
    expect(error).toMatchObject({ code: 'handshake.not-http', message: expect.stringContaining('64 KiB') });
    // The rest is what kernels buffer.
    expect(written).toBeLessThan(50_000_000);
  });
});

describe('the body of a refusal', () => {
  it('is not waited for by who gives up', async () => {
    let gone = 0;
    const { url } = await rawServer((socket) => {
      socket.on('close', () => (gone = performance.now()));
      socket.write('HTTP/1.1 403 No\r\nContent-Length: 500\r\n\r\nabc');
    });
    const connection = createConnector()(connectOptions({ url }), {
      onOpen: () => {},
      onMessage: () => {},
      onControl: () => {},
      onError: () => {},
      onEnd: () => {},
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const cancelled = performance.now();
    connection.close(1000, '');
    await connection.finished;
    await vi.waitFor(() => expect(gone).toBeGreaterThan(0), 5000);
    expect(gone - cancelled).toBeLessThan(1000);
  });
});
