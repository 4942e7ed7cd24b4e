import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientOptions } from 'ws';
import { readFrames } from '../../../src/recording/frameFile.ts';
import { client, proxied, target, type Client, type Proxied } from './support.ts';

/** A client behind a proxy of an echo server that keeps frames. */
async function behind(
  faults: readonly string[] = [],
  options: ClientOptions = {},
): Promise<Proxied & { readonly application: Client }> {
  const { url } = await target((socket) => {
    socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
  });
  const proxy = await proxied(url, '@frames', ...faults);
  return { ...proxy, application: await client(proxy.url, options) };
}

/** The frames of each row of the only session: side, direction and bytes, of compressed ones `deflated`. */
async function framesOf({ sessions, rows }: Proxied): Promise<string[]> {
  const session = sessions[0]!;
  if (session.state === 'open') await session.flush();
  return rows.flatMap(({ seq, kind, dir, text = '' }) => {
    const { total, frames } = readFrames(session.folder!, Number(seq), 0, 100);
    if (total === 0) return [];
    expect(frames).toHaveLength(total);
    const parts = frames.map(({ side = 'target', direction, rsv1, length, mask }) =>
      [side, direction, mask === undefined ? 'plain' : 'masked', rsv1 ? 'deflated' : length].join(' '),
    );
    return `${kind === 'text' ? String(text) : String(kind)} ${String(dir)}: ${parts.join(', ')}`;
  });
}

describe('the frames of both sides of a proxy', () => {
  it('belong to the row of their message, with the masking of each side', async () => {
    const proxy = await behind([], { perMessageDeflate: false });
    const { socket, came } = proxy.application;
    socket.send('first', { fin: false });
    socket.send('part');
    await expect.poll(() => came.length).toBe(1);
    socket.ping('p');
    await once(socket, 'pong');
    socket.close(1000, 'done');
    await expect.poll(() => proxy.rows.at(-1)?.kind).toBe('close');
    // The session is removed when both sides have ended, and then written to the end.
    await expect
      .poll(() => framesOf(proxy), { timeout: 20_000 })
      .toEqual([
        'firstpart out: target out masked 9, client out masked 5, client out masked 4',
        'firstpart in: target in plain 9, client in plain 9',
        'ping out: target out masked 1, client out masked 1',
        'pong in: target in plain 1, client in plain 1',
        'close out: target in plain 6, target out masked 6, client out masked 6, client in plain 6',
      ]);
  });

  it('show the compression of each side', async () => {
    const proxy = await behind();
    const text = 'x'.repeat(2000);
    proxy.application.socket.send(text);
    await expect.poll(() => proxy.application.came.length).toBe(1);
    expect(await framesOf(proxy)).toEqual([
      `${text} out: target out masked 2000, client out masked deflated`,
      `${text} in: target in plain 2000, client in plain deflated`,
    ]);
  });

  it('are those that were passed on, or those received if a message was dropped', async () => {
    const proxy = await behind(
      [
        'drop out where text == "lost"',
        'drop in where text == "gone"',
        'duplicate in where text == "two"',
        'fragment 2B in where text == "cut"',
      ],
      { perMessageDeflate: false },
    );
    const { socket, came } = proxy.application;
    for (const text of ['lost', 'gone', 'two', 'cut']) socket.send(text);
    await expect.poll(() => came.map(({ text }) => text)).toEqual(['two', 'two', 'cut']);
    const frames = await framesOf(proxy);
    expect(frames.filter((line) => / out: /.test(line))).toEqual([
      'lost out: client out masked 4',
      'gone out: target out masked 4, client out masked 4',
      'two out: target out masked 3, client out masked 3',
      'cut out: target out masked 3, client out masked 3',
    ]);
    expect(frames.filter((line) => / in: /.test(line))).toEqual([
      'gone in: target in plain 4',
      'two in: target in plain 3',
      'two in: client in plain 3',
      'two in: client in plain 3',
      'cut in: target in plain 3, client in plain 2, client in plain 1',
    ]);
  });

  it('wait until a held message is released, and belong to the new row if it was edited', async () => {
    const proxy = await behind(['hold in where text contains "held"'], { perMessageDeflate: false });
    const { socket, came } = proxy.application;
    for (const text of ['held 1', 'behind', 'held 2', 'held 3']) socket.send(text);
    await expect.poll(() => proxy.sessions[0]?.proxied?.held.all.length).toBe(3);
    const { held } = proxy.sessions[0]!.proxied!;
    const [first, second, third] = held.all;
    held.drop(third!.seq);
    held.edit(second!.seq, { kind: 'text', data: new TextEncoder().encode('another') });
    held.release(first!.seq);
    await expect.poll(() => came.map(({ text }) => text)).toEqual(['held 1', 'behind', 'another']);
    const frames = await framesOf(proxy);
    expect(frames.filter((line) => / in: /.test(line))).toEqual([
      'held 1 in: target in plain 6, client in plain 6',
      'behind in: target in plain 6, client in plain 6',
      'held 2 in: target in plain 6',
      'held 3 in: target in plain 6',
      'another in: client in plain 7',
    ]);
  });

  it('are read up to their number, and pages continue from one side to the other', async () => {
    const proxy = await behind([], { perMessageDeflate: false });
    const { socket, came } = proxy.application;
    for (let i = 0; i < 9; i++) socket.send('.', { fin: i === 8 });
    await expect.poll(() => came.length).toBe(1);
    const session = proxy.sessions[0]!;
    await session.flush();
    const [row] = (await session.readRows(0, session.rows)).filter(({ kind }) => kind === 'text');
    const sides = async (from: number, count: number): Promise<unknown[]> => {
      const { total, frames } = await session.readFrames(row!.seq, from, count);
      expect(total).toBe(10);
      return frames.map(({ side, length }) => [side, length]);
    };
    expect(await sides(0, 2)).toEqual([
      [undefined, 9],
      ['client', 1],
    ]);
    expect(await sides(8, 10)).toEqual([
      ['client', 1],
      ['client', 1],
    ]);
    expect(await sides(10, 10)).toEqual([]);
  });

  it('are not kept by default', async () => {
    const { url } = await target((socket) => socket.send('hello'));
    const proxy = await proxied(url);
    const { came } = await client(proxy.url);
    await expect.poll(() => came.length).toBe(1);
    const session = proxy.sessions[0]!;
    await session.flush();
    expect(existsSync(join(session.folder!, 'client-frames.bin'))).toBe(false);
    expect(existsSync(join(session.folder!, 'frames.bin'))).toBe(false);
  });

  it('have 32 bytes each, in the order of their rows', async () => {
    const proxy = await behind(['delay 30ms in'], { perMessageDeflate: false });
    const { socket, came } = proxy.application;
    for (let i = 0; i < 50; i++) socket.send(String(i));
    await expect.poll(() => came.length).toBe(50);
    expect(await framesOf(proxy)).toHaveLength(100);
    const { folder } = proxy.sessions[0]!;
    expect(statSync(join(folder!, 'client-frames.bin')).size).toBe(100 * 32);
  });
});
