import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBody } from '../../../../src/net/handshake/responseBody.ts';
import {
  headerOf,
  headersOf,
  NotHttp,
  quoted,
  readHead,
} from '../../../../src/net/handshake/responseHead.ts';
import { MAX_REFUSED_BODY } from '../../../../src/shared/limits.ts';
import type { HeaderList } from '../../../../src/shared/timeline.ts';

let server: Server;
let client: Socket;
let peer: Socket;

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  [peer] = await accepted;
  for (const socket of [client, peer]) socket.on('error', () => undefined);
});
afterEach(() => {
  client.destroy();
  peer.destroy();
  server.close();
});

/** Reads the head of what the peer sends, piece by piece. */
async function headOf(...pieces: (string | Buffer)[]) {
  const seen: string[] = [];
  const head = readHead(client, new AbortController().signal, (bytes) => seen.push(bytes));
  head.catch(() => undefined);
  for (const piece of pieces) {
    peer.write(piece, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { head: await head, seen };
}

const OK = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';

describe('the head of an answer', () => {
  it('is read completely, and the bytes after it stay', async () => {
    const { head, seen } = await headOf(`${OK}frames`);
    expect(head).toMatchObject({ version: '1.1', status: 101, reason: 'Switching Protocols' });
    expect(head.headers).toEqual([['Upgrade', 'websocket']]);
    expect(head.rest.toString()).toBe('frames');
    expect(seen.at(-1)).toBe(OK);
    expect(client.isPaused()).toBe(true);
  });

  it('may arrive byte by byte', async () => {
    const { head } = await headOf(...OK);
    expect(head.status).toBe(101);
    expect(head.rest).toHaveLength(0);
  });

  it.each<[string, string, HeaderList]>([
    [
      'line ends of LF alone',
      'HTTP/1.1 200 OK\nA: 1\nB: 2\n\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['a folded header', 'HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\n\t3\r\n\r\n', [['A', '1 2 3']]],
    [
      'repeated headers',
      'HTTP/1.1 200 OK\r\na: 1\r\nA: 2\r\n\r\n',
      [
        ['a', '1'],
        ['A', '2'],
      ],
    ],
    ['an empty value', 'HTTP/1.1 200 OK\r\nA:\r\n\r\n', [['A', '']]],
    ['colons in a value', 'HTTP/1.1 200 OK\r\nA: b:c\r\n\r\n', [['A', 'b:c']]],
    ['no headers', 'HTTP/1.0 500\r\n\r\n', []],
    ['bytes beyond ASCII', 'HTTP/1.1 200 OK\r\nA: \xe4\r\n\r\n', [['A', '\xe4']]],
  ])('may have %s', async (_, text, headers) => {
    expect((await headOf(text)).head.headers).toEqual(headers);
  });

  it('follows interim answers, which are shown too', async () => {
    const { head, seen } = await headOf(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: 1\r\n\r\n',
      OK,
    );
    expect(head.status).toBe(101);
    expect(seen.at(-1)).toContain('103 Early');
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6p1 Ubuntu\r\n', 'does not begin with HTTP/1'],
    ['HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'x'.repeat(20)}`, 'does not begin with HTTP/1'],
    [
      'a status that is no number',
      'HTTP/1.1 abc Not a status\r\nA: 1\r\n\r\n',
      'its status line is not one of HTTP',
    ],
    [
      'a status of four digits',
      'HTTP/1.1 2000 Too much of it\r\nA: 1\r\n\r\n',
      'its status line is not one of HTTP',
    ],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nA: 1\r\nnonsense\r\n\r\n', 'has no colon'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\nA: 1\r\n: value\r\n\r\n', 'has no colon'],
    ['a folded line before the first header', 'HTTP/1.1 200 Okay\r\n folded line\r\n\r\n', 'has no colon'],
  ])('is refused: %s', async (_, text, reason) => {
    await expect(headOf(text)).rejects.toThrow(reason);
    await expect(headOf(text)).rejects.toBeInstanceOf(Error);
  });

  it('is refused without an end within 64 KiB, and kept as evidence', async () => {
    const endless = Buffer.from(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(66_000)}`);
    await expect(headOf(endless)).rejects.toThrow('its headers have no end within 64 KiB');
  });

  it('is refused after too many interim answers', async () => {
    const interim = 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3_000);
    await expect(headOf(interim)).rejects.toThrow(/no end within 64 KiB/);
  });

  it('is refused with the few bytes that came if nothing more comes', async () => {
    const failure = headOf('SSH').catch((error: unknown) => error);
    const error = await failure;
    expect(error).toBeInstanceOf(NotHttp);
    expect((error as NotHttp).bytes.toString()).toBe('SSH');
  });

  it('fails with the error of the connection if that ends first', async () => {
    const head = headOf('HTTP/1.1 101');
    peer.end();
    await expect(head).rejects.toMatchObject({
      code: 'ECONNRESET',
      message: 'the peer closed the connection',
    });
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const head = readHead(client, abort.signal, () => undefined);
    abort.abort(new Error('cancelled by the user'));
    await expect(head).rejects.toThrow('cancelled by the user');
    expect(client.destroyed).toBe(true);
  });
});

describe('the body of a refusal', () => {
  const read = (headers: HeaderList, rest = '', patience = 5_000, status = 403) =>
    readBody(
      client,
      { version: '1.1', status, reason: '', headers, rest: Buffer.from(rest, 'latin1') },
      patience,
    );

  it('ends with its length, and the connection with it', async () => {
    const body = read([['Content-Length', '5']], 'he');
    peer.write('llo and more');
    expect(await body).toBe('hello');
    expect(client.destroyed).toBe(true);
  });

  it.each([
    ['0', ''],
    ['5', 'hello'],
  ])('may have come with the head: a length of %s', async (length, text) => {
    expect(await read([['content-length', length]], text)).toBe(text);
  });

  it('ends with the connection if its length is not said or not a number', async () => {
    const body = read([['Content-Length', 'many']]);
    peer.end('to the end');
    expect(await body).toBe('to the end');
  });

  it.each([204, 304])('is empty for the status %i', async (status) => {
    expect(await read([['Content-Length', '5']], '', 5_000, status)).toBe('');
  });

  it('is joined from its chunks', async () => {
    const body = read([['Transfer-Encoding', 'gzip, chunked']], '3\r\nabc\r\n');
    peer.write('4;name=value\r\ndefg\r\n0\r\n\r\n');
    expect(await body).toBe('abcdefg');
  });

  it.each([
    ['no size', 'zz\r\nabc'],
    ['a negative size', '-5\r\nabcde\r\n'],
    ['a size that is cut', '5'],
  ])('is the certain part of chunks with %s', async (_, chunks) => {
    const body = read([['Transfer-Encoding', 'chunked']], chunks);
    peer.end();
    expect(await body).toBe('');
  });

  it('is the beginning of a chunk that is cut', async () => {
    const body = read([['Transfer-Encoding', 'chunked']], 'ff\r\nabc');
    peer.end();
    expect(await body).toBe('abc');
  });

  it('is cut at 64 KiB for every Content-Length', async () => {
    const body = read([['Content-Length', '99999999999999999999']]);
    peer.write(Buffer.alloc(MAX_REFUSED_BODY * 2, 'x'));
    expect(await body).toHaveLength(MAX_REFUSED_BODY);
  });

  it('is cut at 64 KiB in chunks too', async () => {
    const body = read([['Transfer-Encoding', 'chunked']]);
    peer.write(`ffffff\r\n${'y'.repeat(MAX_REFUSED_BODY * 2)}`);
    expect(await body).toHaveLength(MAX_REFUSED_BODY);
  });

  it('ends if a chunk header has no end', async () => {
    const body = read([['Transfer-Encoding', 'chunked']]);
    peer.write(`1;${'x'.repeat(5 * MAX_REFUSED_BODY)}`);
    expect(await body).toBe('');
  });

  it('is the part that came in time', async () => {
    const body = read([['Content-Length', '100']], 'part', 50);
    expect(await body).toBe('part');
    expect(client.destroyed).toBe(true);
  });

  it('is the part that came before a reset', async () => {
    const body = read([['Content-Length', '100']], 'part');
    peer.resetAndDestroy();
    expect(await body).toBe('part');
  });

  it('has replacement characters for bytes that are not UTF-8', async () => {
    expect(await read([['Content-Length', '1']], '\xe4')).toBe('\ufffd');
  });
});

describe('headers of an answer', () => {
  const headers: HeaderList = [
    ['A', '1'],
    ['a', '2'],
    ['B', '3'],
  ];

  it('are found in any letter case', () => {
    expect(headerOf(headers, 'a')).toBe('1');
    expect(headersOf(headers, 'a')).toEqual(['1', '2']);
    expect(headerOf(headers, 'c')).toBeUndefined();
    expect(headersOf(headers, 'c')).toEqual([]);
  });

  it.each([
    ['plain', 'plain'],
    ['a\r\nb', 'a␍↵b'],
    ['[click](command:x)', '[click] (command:x)'],
    ['\u202eevil', '‹U+202E›evil'],
    ['x'.repeat(81), `${'x'.repeat(80)}…`],
  ])('%j is quoted as %j', (text, shown) => {
    expect(quoted(text)).toBe(shown);
  });
});
