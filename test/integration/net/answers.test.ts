import { describe, expect, it, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { outcome } from '../../support/outcome.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { frame, rawServer, switching } from '../../support/rawServer.ts';

/** The outcome of a handshake whose correct answer the server changes. */
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
  const added = (line: string) => (right: string) => right.replace(/\r\n$/, `${line}\r\n\r\n`);

  it.each<[string, (right: string) => string, string]>([
    ['of HTTP/1.0', (right) => right.replace('HTTP/1.1', 'HTTP/1.0'), 'it answers in HTTP/1.0'],
    [
      'without an Upgrade header',
      (right) => right.replace('Upgrade: websocket\r\n', ''),
      'no Upgrade header',
    ],
    [
      'with another Upgrade header',
      (right) => right.replace('Upgrade: websocket', 'Upgrade: h2c'),
      'its Upgrade header is “h2c” and not websocket',
    ],
    ['with two Upgrade headers', added('Upgrade: h2c'), 'comes twice: “websocket” and “h2c”'],
    ['with the same Upgrade header twice', added('upgrade: websocket'), 'its Upgrade header comes twice'],
    [
      'without a Connection header',
      (right) => right.replace('Connection: Upgrade\r\n', ''),
      'no Connection header',
    ],
    [
      'whose Connection header says close',
      (right) => right.replace(/^Connection:.*$/m, 'Connection: close'),
      'its Connection header is “close” and does not say Upgrade',
    ],
    [
      'whose Connection header says something like it',
      (right) => right.replace(/^Connection:.*$/m, 'Connection: no-upgrade'),
      '“no-upgrade”',
    ],
    [
      'without an accept key',
      (right) => right.replace(/^Sec-WebSocket-Accept:.*\r\n/m, ''),
      'it has no Sec-WebSocket-Accept header',
    ],
    [
      'with two accept keys, one of them right',
      added('Sec-WebSocket-Accept: wrong'),
      'its Sec-WebSocket-Accept header comes twice',
    ],
    [
      'with another accept key',
      (right) => right.replace(/^(Sec-WebSocket-Accept:).*$/m, '$1 abc='),
      'its Sec-WebSocket-Accept is “abc=”, and the key of this request asks for “',
    ],
  ])('%s', async (_, change, sentence) => {
    const { error, evidence } = await answered(change);
    expect(error).toMatchObject({
      code: 'handshake.accept',
      message: expect.stringContaining(sentence) as string,
    });
    expect(evidence!.status).toBe(101);
  });

  it.each([
    ['a,,b', 'a list with an empty item'],
    ['a,', 'a list with an empty item'],
    ['', 'without a name'],
  ])('that chooses the subprotocol “%s”', async (chosen, sentence) => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, `Sec-WebSocket-Protocol: ${chosen}`));
    });
    const { error } = await outcome({ url, subprotocols: ['a', 'b'] });
    expect(error).toMatchObject({
      code: 'handshake.subprotocol',
      message: expect.stringContaining(sentence) as string,
    });
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

describe('extensions are checked against the offer', () => {
  const asked = { serverMaxWindowBits: 10 };

  it.each<[string, string, Partial<ConnectOptions>, string]>([
    ['deflate', 'permessage-deflate', { deflate: false }, 'permessage-deflate, which was not offered'],
    ['another extension', 'x-webkit-deflate-frame', {}, 'x-webkit-deflate-frame, which was not offered'],
    ['another one beside it', 'permessage-deflate, bbf-usp', {}, 'bbf-usp, which was not offered'],
    ['deflate twice', 'permessage-deflate, permessage-deflate', {}, 'permessage-deflate twice'],
    [
      'deflate three times',
      'permessage-deflate,permessage-deflate,permessage-deflate',
      {},
      'permessage-deflate 3 times',
    ],
    ['an empty item', 'permessage-deflate,,permessage-deflate', {}, 'has an empty item'],
    ['an empty item at the end', 'permessage-deflate,', {}, 'has an empty item'],
    ['no list', 'permessage-deflate; =', {}, 'is not a list of extensions'],
    [
      'no window',
      'permessage-deflate',
      { deflateParameters: asked },
      'server_max_window_bits=10 was requested and not granted',
    ],
    [
      'a larger window',
      'permessage-deflate; server_max_window_bits=12',
      { deflateParameters: asked },
      'grants server_max_window_bits=12, and at most 10',
    ],
    [
      'a larger window of ours',
      'permessage-deflate; client_max_window_bits=12',
      { deflateParameters: { clientMaxWindowBits: 9 } },
      'client_max_window_bits=12, and at most 9 was offered',
    ],
    [
      'context takeover',
      'permessage-deflate',
      { deflateParameters: { serverNoContextTakeover: true } },
      'server_no_context_takeover was requested and not granted',
    ],
    ['an unknown parameter', 'permessage-deflate; level=9', {}, 'level'],
  ])('%s is refused', async (_, extensions, options, sentence) => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, `Sec-WebSocket-Extensions: ${extensions}`));
    });
    const { error, evidence } = await outcome({ url, ...options });
    expect(error).toMatchObject({
      code: 'handshake.extension',
      message: expect.stringContaining(sentence) as string,
    });
    expect(evidence!.status).toBe(101);
  });

  it.each<[string, Partial<ConnectOptions>]>([
    ['permessage-deflate; server_max_window_bits=10', { deflateParameters: asked }],
    ['permessage-deflate; server_max_window_bits=9', { deflateParameters: asked }],
    ['permessage-deflate; server_max_window_bits="9"', {}],
    ['permessage-deflate; client_max_window_bits=9; server_no_context_takeover', {}],
    ['', {}],
  ])('“%s” is fine', async (extensions, options) => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, `Sec-WebSocket-Extensions: ${extensions}`));
    });
    expect((await outcome({ url, ...options })).error).toBeUndefined();
  });
});

describe('the head of an answer', () => {
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
