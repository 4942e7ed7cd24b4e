import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { openReplayScript } from '../../../src/engine/replay/replayScript.ts';
import type { HeldMessage, HeldMessages } from '../../../src/engine/proxy/heldMessages.ts';
import { testEngine, until } from '../../support/engine.ts';
import { client, proxied, target, type Proxied } from './support.ts';

const echo = (socket: WebSocket): void => {
  socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
};

/** A server that keeps what comes. */
async function collector(): Promise<{
  readonly url: string;
  readonly got: string[];
  server: () => WebSocket;
}> {
  const got: string[] = [];
  let server: WebSocket | undefined;
  const { url } = await target((socket) => {
    server = socket;
    socket.on('message', (data) => got.push((data as Buffer).toString()));
  });
  return { url, got, server: () => server! };
}

function heldOf({ sessions }: Pick<Proxied, 'sessions'>): HeldMessages {
  return sessions[0]!.proxied!.held;
}

/** Waits until so many messages are held. */
async function whenHeld(proxy: Proxied, count: number): Promise<readonly HeldMessage[]> {
  await expect.poll(() => proxy.sessions[0]?.proxied?.held.all.length).toBe(count);
  return heldOf(proxy).all;
}

function texts(messages: readonly { readonly data: Uint8Array }[]): string[] {
  return messages.map(({ data }) => Buffer.from(data).toString());
}

function notes({ rows }: Pick<Proxied, 'rows'>): string[] {
  return rows.filter(({ note }) => note === 'fault').map(({ text }) => String(text));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('a held message', () => {
  it('stalls only its direction, and leaves with those behind it, in their order', async () => {
    const { url, got, server } = await collector();
    const proxy = await proxied(url, 'hold out where text == "b"');
    const { socket, came } = await client(proxy.url);
    for (const text of ['a', 'b', 'c', 'd']) socket.send(text);
    const [held] = await whenHeld(proxy, 1);
    expect(held).toMatchObject({ direction: 'out', kind: 'text' });
    server().send('from the server');
    await expect.poll(() => came.map(({ text }) => text)).toEqual(['from the server']);
    expect(got).toEqual(['a']);
    heldOf(proxy).release(held!.seq);
    await expect.poll(() => got).toEqual(['a', 'b', 'c', 'd']);
    expect(notes(proxy)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Message ${held!.seq} was released after \\d+\\.\\d s: hold out where .* \\(line 2\\)\\.$`,
        ),
      ),
    ]);
    // It is one row, as it came.
    const messages = proxy.rows.filter(({ kind, dir }) => kind === 'text' && dir === 'out');
    expect(messages.map(({ text, altered }) => [text, altered])).toEqual(
      ['a', 'b', 'c', 'd'].map((text) => [text, undefined]),
    );
  });

  it('that is edited is another one for the other side, with a row for each, and text may become binary', async () => {
    const { url } = await target((socket) => {
      socket.send('{"price":1}');
      socket.send('next');
    });
    const proxy = await proxied(url, 'hold in');
    const { socket } = await client(proxy.url);
    const came: [string, boolean][] = [];
    socket.on('message', (data, isBinary) => came.push([(data as Buffer).toString(), isBinary]));
    const [first, second] = await whenHeld(proxy, 2);
    heldOf(proxy).edit(first!.seq, { kind: 'text', data: bytes('{"price":2}') });
    await expect.poll(() => came).toEqual([['{"price":2}', false]]);
    heldOf(proxy).edit(second!.seq, { kind: 'binary', data: bytes('bytes') });
    await expect.poll(() => came.length).toBe(2);
    expect(came[1]).toEqual(['bytes', true]);
    expect(proxy.rows.filter(({ dir }) => dir === 'in').map(({ kind, altered }) => [kind, altered])).toEqual([
      ['text', undefined],
      ['text', undefined],
      ['text', true],
      ['binary', true],
    ]);
    expect(notes(proxy)[0]).toMatch(/^Message \d+ was edited and released after /);
  });

  it('that is edited without a change counts as released', async () => {
    const { url, got } = await collector();
    const proxy = await proxied(url, 'hold out');
    const { socket } = await client(proxy.url);
    socket.send('same');
    const [held] = await whenHeld(proxy, 1);
    heldOf(proxy).edit(held!.seq, { kind: 'text', data: bytes('same') });
    await expect.poll(() => got).toEqual(['same']);
    expect(proxy.rows.some(({ altered }) => altered === true)).toBe(false);
    expect(notes(proxy)[0]).toMatch(/ was released after /);
  });

  it('released before an earlier one waits for it; dropped ones never come; and Release All empties both directions', async () => {
    const { url, got, server } = await collector();
    const proxy = await proxied(url, 'hold');
    const { socket, came } = await client(proxy.url);
    for (const text of ['1', '2', '3', '4']) socket.send(text);
    await whenHeld(proxy, 4);
    server().send('down');
    const held = await whenHeld(proxy, 5);
    const seq = (text: string): number => held.find(({ data }) => Buffer.from(data).toString() === text)!.seq;
    heldOf(proxy).release(seq('2'));
    heldOf(proxy).drop(seq('3'));
    expect(texts(heldOf(proxy).all)).toEqual(['1', '4', 'down']);
    expect(got).toEqual([]);
    heldOf(proxy).releaseAll();
    await expect.poll(() => [got, came.map(({ text }) => text)]).toEqual([['1', '2', '4'], ['down']]);
    expect(notes(proxy).at(-1)).toBe(
      `3 held messages were released: ${[seq('1'), seq('4'), seq('down')].join(', ')}.`,
    );
    expect(() => heldOf(proxy).release(seq('3'))).toThrow('is not held any more');
    expect(() => heldOf(proxy).edit(seq('1'), { kind: 'text', data: bytes('') })).toThrow(
      'not held any more',
    );
  });

  it('with a time is released automatically', async () => {
    const { url, got } = await collector();
    const proxy = await proxied(url, 'hold 200ms out count 1');
    const { socket } = await client(proxy.url);
    const begun = performance.now();
    socket.send('a');
    socket.send('b');
    await expect.poll(() => got).toEqual(['a', 'b']);
    expect(performance.now() - begun).toBeGreaterThan(190);
    expect(heldOf(proxy).all).toEqual([]);
  });

  it('is overtaken by pings, so that both sides stay connected', async () => {
    const { url } = await target(echo);
    const proxy = await proxied(url, 'hold');
    const { socket } = await client(proxy.url);
    socket.send('held');
    await whenHeld(proxy, 1);
    socket.ping('p');
    const [payload] = (await once(socket, 'pong')) as [Buffer];
    expect(payload.toString()).toBe('p');
    expect(heldOf(proxy).all).toHaveLength(1);
  });

  it('pauses its sender when too many messages wait, and resumes it afterwards', async () => {
    let server: WebSocket | undefined;
    const size = 64 * 1024;
    const count = 1000;
    const { url } = await target((socket) => {
      server = socket;
      // More than 16 MiB and the buffers of two TCP connections take.
      for (let n = 0; n < count; n++) socket.send(Buffer.alloc(size, 'x'), { binary: false });
    });
    const proxy = await proxied(url, 'hold in count 1');
    const { came } = await client(proxy.url);
    await whenHeld(proxy, 1);
    await expect.poll(() => proxy.rows.length, { timeout: 20_000 }).toBeGreaterThan(200);
    const before = proxy.rows.length;
    // A ping and its pong take their turn on every event loop between.
    await proxy.sessions[0]!.flush();
    expect(server!.bufferedAmount).toBeGreaterThan(0);
    expect(before).toBeLessThan(count);
    expect(came).toEqual([]);
    heldOf(proxy).releaseAll();
    await expect.poll(() => came.length, { timeout: 30_000 }).toBe(count);
  });
});

describe('when a connection ends while a message is held', () => {
  it('by its client, a note lists the messages for the client, and its own can still be released', async () => {
    const { url, got, server } = await collector();
    const proxy = await proxied(url, 'hold');
    const { socket } = await client(proxy.url);
    socket.send('last will');
    await whenHeld(proxy, 1);
    server().send('too late');
    const [, lost] = await whenHeld(proxy, 2);
    const closed = once(server(), 'close') as Promise<[number]>;
    socket.close(4001);
    const [will] = await whenHeld(proxy, 1);
    expect(notes(proxy)).toEqual([
      `Messages were held when the connection ended, and not passed on: ${lost!.seq}.`,
    ]);
    expect(got).toEqual([]);
    heldOf(proxy).release(will!.seq);
    expect((await closed)[0]).toBe(4001);
    expect(got).toEqual(['last will']);
  });

  it('by its server, the client gets the released messages, then the close', async () => {
    const { url, server } = await collector();
    const proxy = await proxied(url, 'hold in');
    const { came, closed } = await client(proxy.url);
    await expect.poll(() => proxy.sessions.length).toBe(1);
    server().send('bye');
    const [held] = await whenHeld(proxy, 1);
    server().close(4002);
    await expect.poll(() => proxy.sessions[0]!.state).toBe('closed');
    expect(came).toEqual([]);
    heldOf(proxy).release(held!.seq);
    expect(await closed).toBe(4002);
    expect(came.map(({ text }) => text)).toEqual(['bye']);
  });

  it('by the proxy, all of them are stated in the recording', async () => {
    const { url, server } = await collector();
    const proxy = await proxied(url, 'hold');
    const { socket, closed } = await client(proxy.url);
    socket.send('up');
    await whenHeld(proxy, 1);
    server().send('down');
    const held = await whenHeld(proxy, 2);
    await proxy.proxy.stop();
    expect(await closed).toBe(1001);
    expect(notes(proxy)).toEqual([
      `Messages were held when the connection ended, and not passed on: ${held.map(({ seq }) => seq).join(', ')}.`,
    ]);
  });
});

it('a replay of the recording sends the messages that were passed on, in the order of their arrival', async () => {
  const { url } = await target((socket) => {
    for (const text of ['one', 'two', 'three']) socket.send(text);
    socket.on('message', () => socket.close(1000));
  });
  const proxy = await proxied(url, 'hold in where text == "one"');
  const { socket, came, closed } = await client(proxy.url);
  const [held] = await whenHeld(proxy, 1);
  await expect.poll(() => proxy.rows.filter(({ dir }) => dir === 'in').length).toBe(3);
  heldOf(proxy).edit(held!.seq, { kind: 'text', data: bytes('ONE') });
  await expect.poll(() => came.length).toBe(3);
  const session = proxy.sessions[0]!;
  const { folder } = session;
  socket.send('done');
  await closed;
  await session.flush();
  const script = await openReplayScript(folder!, 'server');
  const turns = Array.from({ length: script.turns.length }, (_, index) => script.turns.get(index)!).flatMap(
    (turn) => (turn.does === 'send' ? Buffer.from(turn.data).toString() : []),
  );
  script.close();
  expect(came.map(({ text }) => text)).toEqual(['ONE', 'two', 'three']);
  expect(turns).toEqual(['ONE', 'two', 'three']);
});

it('the frames of held messages belong to their rows, also if other messages overtake them', async () => {
  const { url } = await target(echo);
  const proxy = await proxied(url, '@frames', 'hold out where text contains "held"');
  const { engine } = await testEngine();
  const application = engine.create(connectOptions({ url: proxy.url, deflate: false }));
  await application.connect();
  const send = (text: string): Promise<void> => application.send({ kind: 'text', data: bytes(text) });
  await send('held 1');
  await send('behind');
  await send('held, to be dropped');
  const [first, dropped] = await whenHeld(proxy, 2);
  heldOf(proxy).drop(dropped!.seq);
  heldOf(proxy).release(first!.seq);
  await until(application, () => application.summary.in.messages === 2);
  const session = proxy.sessions[0]!;
  await session.flush();
  const rows = await session.readRows(0, session.rows);
  const frames = await Promise.all(
    rows
      .filter(({ kind, direction }) => kind === 'text' && direction === 'out')
      .map(async ({ seq, preview }) => [
        preview,
        (await session.readFrames(seq, 0, 10)).frames.map(({ side }) => side),
      ]),
  );
  expect(frames).toEqual([
    ['held 1', [undefined, 'client']],
    ['behind', [undefined, 'client']],
    ['held, to be dropped', ['client']],
  ]);
  expect(session.summary.out.messages).toBe(2);
});
