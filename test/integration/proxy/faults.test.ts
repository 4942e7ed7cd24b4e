import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { testEngine, until } from '../../support/engine.ts';
import { client, proxied, target, type Proxied, type Row } from './support.ts';

const echo = (socket: WebSocket): void => {
  socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
};

/** A server that sends so many numbered messages as soon as a client connects. */
const counting =
  (count: number) =>
  (socket: WebSocket): void => {
    for (let n = 1; n <= count; n++) socket.send(JSON.stringify({ n }));
  };

function numbers(came: readonly { readonly text: string }[]): number[] {
  return came.map(({ text }) => (JSON.parse(text) as { n: number }).n);
}

function notes({ rows }: Pick<Proxied, 'rows'>): string[] {
  return rows.filter(({ note }) => note === 'fault').map(({ text }) => String(text));
}

function messages({ rows }: Pick<Proxied, 'rows'>): readonly Row[] {
  return rows.filter(({ kind }) => kind === 'text');
}

describe('a delay', () => {
  it('delays messages and keeps their order, for any jitter', async () => {
    const { url } = await target(counting(100));
    const proxy = await proxied(url, 'delay 200ms jitter 150ms in seed 5');
    const before = performance.now();
    const { came } = await client(proxy.url);
    await expect.poll(() => came.length, { timeout: 10_000 }).toBe(100);
    expect(numbers(came)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(came[0]!.at - before).toBeGreaterThan(50);
    // The longest of a hundred delays is near 350 ms, and those behind it wait.
    expect(came.at(-1)!.at - before).toBeGreaterThan(300);
    expect(messages(proxy)).toHaveLength(100);
  });

  it('delays both directions, also pings, and the close waits for earlier messages', async () => {
    const { url, sockets } = await target(echo);
    const closed = new Promise((resolve) =>
      sockets.on('connection', (socket) => socket.once('close', resolve)),
    );
    const proxy = await proxied(url, 'delay 150ms');
    const { socket, came } = await client(proxy.url);
    const sent = performance.now();
    socket.send('hello');
    socket.ping();
    await once(socket, 'pong');
    expect(performance.now() - sent).toBeGreaterThan(290);
    await expect.poll(() => came.length).toBe(1);
    socket.send('last');
    const ended = performance.now();
    socket.close(4000);
    expect(await closed).toBe(4000);
    expect(performance.now() - ended).toBeGreaterThan(140);
    await expect
      .poll(() => messages(proxy).map(({ dir, text }) => [dir, text]))
      .toContainEqual(['out', 'last']);
  });
});

describe('a throttle', () => {
  it('passes so many bytes a second, and stalls the sender', async () => {
    const size = 16 * 1024;
    let server: WebSocket | undefined;
    const { url } = await target((socket) => {
      server = socket;
      // More than the buffers of two TCP connections take.
      for (let n = 0; n < 4000; n++) socket.send(Buffer.alloc(size, 'x'), { binary: false });
    });
    const proxy = await proxied(url, `throttle ${8 * size}B/s in`);
    const before = performance.now();
    const { came, socket } = await client(proxy.url);
    await expect.poll(() => came.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(16);
    expect(came[15]!.at - before).toBeGreaterThan(1800);
    // Reading stopped long before all 64 MiB had come.
    expect(server!.bufferedAmount).toBeGreaterThan(0);
    expect(messages(proxy).length).toBeLessThan(4000);
    socket.terminate();
  });
});

describe('a dropped message', () => {
  it('is the same one in each run of a seed, and stays in the recording with a note', async () => {
    const { url } = await target(counting(200));
    const arrived = async (seed: number): Promise<{ numbers: number[]; proxy: Proxied }> => {
      const proxy = await proxied(url, `drop in probability 0.2 seed ${seed}`);
      const { came } = await client(proxy.url);
      await expect.poll(() => messages(proxy).length).toBe(200);
      const lost = notes(proxy).length;
      await expect.poll(() => came.length).toBe(200 - lost);
      return { numbers: numbers(came), proxy };
    };
    const first = await arrived(7);
    expect(first.numbers.length).toBeLessThan(190);
    expect((await arrived(7)).numbers).toEqual(first.numbers);
    expect((await arrived(8)).numbers).not.toEqual(first.numbers);
    expect(notes(first.proxy)[0]).toBe(
      'The message was not passed on: drop in probability 0.2 seed 7 (line 2).',
    );
  });

  it('never reaches the server, and is recorded as the client sent it', async () => {
    const got: string[] = [];
    const { url } = await target((socket) =>
      socket.on('message', (data) => got.push((data as Buffer).toString())),
    );
    const proxy = await proxied(url, 'drop out where $.type == "secret"');
    const { socket } = await client(proxy.url);
    for (const type of ['a', 'secret', 'b']) socket.send(JSON.stringify({ type }));
    await expect.poll(() => got).toEqual(['{"type":"a"}', '{"type":"b"}']);
    expect(proxy.rows.slice(1).map(({ kind, dir, text }) => [kind, dir, String(text).slice(0, 17)])).toEqual([
      ['text', 'out', '{"type":"a"}'],
      ['text', 'out', '{"type":"secret"}'],
      ['note', undefined, 'The message was n'],
      ['text', 'out', '{"type":"b"}'],
    ]);
  });

  it('is chosen by the protocol inside', async () => {
    const { url } = await target(echo);
    const proxy = await proxied(url, '@protocol json-rpc', 'drop out where method == "subscribe"');
    const { socket, came } = await client(proxy.url);
    for (const method of ['add', 'subscribe', 'sub'])
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method }));
    await expect.poll(() => came.length).toBe(2);
    expect(came.map(({ text }) => (JSON.parse(text) as { method: string }).method)).toEqual(['add', 'sub']);
    // The protocol is decoded only: nothing is sent that no one has sent.
    expect(messages(proxy)).toHaveLength(5);
  });
});

describe('a changed message', () => {
  it('from the server is two rows, the original message and the one passed on', async () => {
    const { url } = await target((socket) => socket.send('{"price":100}'));
    const proxy = await proxied(url, 'corrupt in seed 1');
    const { came } = await client(proxy.url);
    await expect.poll(() => came.length).toBe(1);
    expect(came[0]!.text).not.toBe('{"price":100}');
    expect(messages(proxy).map(({ dir, text, altered }) => [dir, text, altered])).toEqual([
      ['in', '{"price":100}', undefined],
      ['in', came[0]!.text, true],
    ]);
  });

  it('from the client is two rows, and the recording holds the same', async () => {
    const got: Buffer[] = [];
    const { url } = await target((socket) => socket.on('message', (data) => got.push(data as Buffer)));
    const proxy = await proxied(url, 'duplicate out count 1');
    const { socket } = await client(proxy.url);
    socket.send(Buffer.from([1, 2, 3]));
    socket.send('once');
    await expect.poll(() => got.length).toBe(3);
    expect(got.map((data) => [...data])).toEqual([[1, 2, 3], [1, 2, 3], [...Buffer.from('once')]]);
    const [session] = proxy.sessions;
    await session!.flush();
    const rows = await session!.readRows(0, session!.rows);
    expect(rows.slice(1).map(({ kind, direction, flags }) => [kind, direction, flags & 64])).toEqual([
      ['binary', 'out', 0],
      ['binary', 'out', 64],
      ['binary', 'out', 64],
      ['text', 'out', 0],
    ]);
  });
});

it('a fragmented message comes in frames of this size, and a whole one after it as one', async () => {
  const { url } = await target((socket) => {
    socket.send('x'.repeat(25));
    socket.send('whole');
  });
  const proxy = await proxied(url, 'fragment 10B in count 1');
  const { engine } = await testEngine();
  const session = engine.create(connectOptions({ url: proxy.url, frames: true, deflate: false }));
  await session.connect();
  await until(session, () => session.summary.in.messages === 2);
  await session.flush();
  const rows = await session.readRows(0, session.rows);
  const sizes = async (seq: number): Promise<number[]> =>
    (await session.readFrames(seq, 0, 10)).frames.map(({ length }) => length);
  const [first, second] = rows.filter(({ kind }) => kind === 'text');
  expect(await sizes(first!.seq)).toEqual([10, 10, 5]);
  expect(await sizes(second!.seq)).toEqual([5]);
});

describe('a stall', () => {
  // Together more than the buffers of the system hold. Random bytes, because others compress to nothing.
  const chunk = randomBytes(1024 * 1024);
  const chunks = 64;

  /** Sends the chunks. @returns the bytes that wait at the sender once nothing more leaves */
  async function waiting(sender: WebSocket): Promise<number> {
    for (let n = 0; n < chunks; n++) sender.send(chunk);
    let before = -1;
    await expect
      .poll(
        () => {
          const isSame = sender.bufferedAmount === before;
          before = sender.bufferedAmount;
          return isSame;
        },
        { interval: 500, timeout: 30_000 },
      )
      .toBe(true);
    return before;
  }

  it('stops reading from the client, whose buffer fills, and resumes when it is off', async () => {
    let got = 0;
    const { url } = await target((socket) => socket.on('message', () => got++));
    const proxy = await proxied(url, 'stall out where text == "stall"');
    const { socket } = await client(proxy.url, { perMessageDeflate: false });
    socket.send('stall');
    await expect.poll(() => notes(proxy).length).toBe(1);
    expect(await waiting(socket)).toBeGreaterThan(0);
    expect(got).toBe(1);
    proxy.sessions[0]!.proxied!.faults.switch(0, false);
    await expect.poll(() => got, { timeout: 30_000 }).toBe(chunks + 1);
    await expect.poll(() => socket.bufferedAmount, { timeout: 10_000 }).toBe(0);
    expect(notes(proxy)[1]).toMatch(/^Reading continues: /);
  });

  it('stops reading from the server, whose buffer fills, and resumes when it is off', async () => {
    const { url, sockets } = await target((socket) => socket.send('stall'));
    const proxy = await proxied(url, 'stall in where text == "stall"');
    const { socket } = await client(proxy.url, { perMessageDeflate: false });
    let got = 0;
    socket.on('message', (_, isBinary) => (got += isBinary ? 1 : 0));
    await expect.poll(() => notes(proxy).length).toBe(1);
    const [server] = sockets.clients;
    expect(await waiting(server!)).toBeGreaterThan(0);
    expect(got).toBe(0);
    proxy.sessions[0]!.proxied!.faults.switch(0, false);
    await expect.poll(() => got, { timeout: 30_000 }).toBe(chunks);
    await expect.poll(() => server!.bufferedAmount, { timeout: 10_000 }).toBe(0);
  });

  it('resumes after its time', async () => {
    const got: string[] = [];
    const { url } = await target((socket) =>
      socket.on('message', (data) => got.push((data as Buffer).toString())),
    );
    const proxy = await proxied(url, 'stall 500ms out where text == "stall"');
    const { socket } = await client(proxy.url);
    const begun = performance.now();
    socket.send('stall');
    await expect.poll(() => notes(proxy).length).toBe(1);
    socket.send('waits');
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(['stall', 'waits']);
    expect(performance.now() - begun).toBeGreaterThan(490);
    expect(notes(proxy)[1]).toMatch(/^Reading continues: /);
  });

  it('without a time stalls the server for ever, and the proxy ends all the same', async () => {
    let server: WebSocket | undefined;
    const { url } = await target((socket) => {
      server = socket;
      const fill = (): void => {
        if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount === 0)
          socket.send(Buffer.alloc(256 * 1024), fill);
      };
      fill();
    });
    const proxy = await proxied(url, 'stall in');
    const { came, socket, closed } = await client(proxy.url);
    await expect.poll(() => server?.bufferedAmount ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(came).toEqual([]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    await proxy.proxy.stop();
    expect(await closed).toBe(1006);
  });
});

it('without pongs the heartbeat of the client fails', async () => {
  const { url } = await target(echo);
  const proxy = await proxied(url, 'no-pong in after 1 message');
  const { socket, came } = await client(proxy.url);
  socket.ping();
  await once(socket, 'pong');
  socket.send('one');
  await expect.poll(() => came.length).toBe(1);
  let pongs = 0;
  socket.on('pong', () => pongs++);
  socket.ping('lost');
  socket.send('two');
  await expect.poll(() => came.length).toBe(2);
  expect(pongs).toBe(0);
  expect(notes(proxy)).toEqual(['The pong was not passed on: no-pong in after 1 message (line 2).']);
});

it('half-open passes nothing on, and neither side is told that the other has gone', async () => {
  const got: string[] = [];
  let server: WebSocket | undefined;
  const { url } = await target((socket) => {
    server = socket;
    socket.on('message', (data) => got.push((data as Buffer).toString()));
  });
  const proxy = await proxied(url, 'half-open out after 1 message');
  const { socket, came, closed } = await client(proxy.url);
  socket.send('first');
  await expect.poll(() => got).toEqual(['first']);
  await expect.poll(() => notes(proxy).length).toBe(1);
  socket.send('lost');
  server!.send('lost too');
  server!.close(1000);
  // The proxy itself still serves others, so that nothing comes is not for want of time.
  const other = await client(proxy.url);
  other.socket.send('other');
  await expect.poll(() => got).toEqual(['first', 'other']);
  expect(came).toEqual([]);
  expect(socket.readyState).toBe(WebSocket.OPEN);
  await proxy.proxy.stop();
  expect(await closed).toBe(1006);
});

describe('a close', () => {
  it('ends both sides with its code after so many messages', async () => {
    const codes: number[] = [];
    const { url } = await target((socket) => {
      socket.on('close', (code) => codes.push(code));
      counting(10)(socket);
    });
    const proxy = await proxied(url, 'close 1011 in after 3 messages');
    const { came, closed } = await client(proxy.url);
    expect(await closed).toBe(1011);
    expect(numbers(came)).toEqual([1, 2, 3]);
    await expect.poll(() => codes).toEqual([1011]);
    expect(notes(proxy)).toEqual([
      'Both sides are closed with 1011: close 1011 in after 3 messages (line 2).',
    ]);
  });

  it('without a close frame looks like a broken network', async () => {
    const { url } = await target(echo);
    const proxy = await proxied(url, 'close 1006 where text == "bye"');
    const { socket, came, closed } = await client(proxy.url);
    socket.send('hello');
    await expect.poll(() => came.length).toBe(1);
    socket.send('bye');
    expect(await closed).toBe(1006);
  });
});

it('a refused handshake gets its status up to the count, and later ones pass', async () => {
  const { url } = await target(echo);
  const proxy = await proxied(url, 'refuse 503 count 2');
  for (let n = 0; n < 2; n++) {
    const socket = new WebSocket(proxy.url);
    socket.on('error', () => undefined);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(503);
    socket.terminate();
  }
  const { socket, came } = await client(proxy.url);
  socket.send('through');
  await expect.poll(() => came.length).toBe(1);
  expect(proxy.sentences).toHaveLength(2);
  expect(proxy.sentences[0]).toMatch(/was refused: refuse 503 count 2 \(line 2\)\.$/);
});

it('a pattern that never ends does not hold, is reported, and other messages pass', async () => {
  const { url } = await target(echo);
  const proxy = await proxied(url, 'drop out where text matches /^(a+)+$/');
  const { socket, came } = await client(proxy.url);
  socket.send(`${'a'.repeat(40)}!`);
  socket.send('aaa');
  socket.send('b');
  await expect.poll(() => came.map(({ text }) => text.length), { timeout: 10_000 }).toEqual([41, 1]);
  expect(proxy.sentences[0]).toMatch(/The pattern ran on a message/);
});
