import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveFaults } from '../../../src/engine/proxy/liveFaults.ts';
import { readFrames } from '../../support/wire.ts';
import { client, proxied, target, type Client, type Proxied } from './support.ts';

interface Running extends Proxied {
  readonly application: Client;
  readonly faults: LiveFaults;
  /** Sends a text, which the server echoes. */
  readonly send: (text: string) => void;
  readonly texts: () => string[];
}

/** A client behind a proxy of an echo server, with these faults in its file. */
async function running(...written: readonly string[]): Promise<Running> {
  const { url } = await target((socket) => {
    socket.on('message', (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
  });
  const proxy = await proxied(url, ...written);
  const application = await client(proxy.url);
  await expect.poll(() => proxy.sessions.length).toBe(1);
  return {
    ...proxy,
    application,
    faults: proxy.sessions[0]!.proxied!.faults,
    send: (text) => application.socket.send(text),
    texts: () => application.came.map(({ text }) => text),
  };
}

function notes({ rows }: Pick<Proxied, 'rows'>): string[] {
  return rows.filter(({ note }) => note === 'fault').map(({ text }) => String(text));
}

describe('a fault that is switched during a connection', () => {
  it('drops, duplicates and corrupts messages, until it is off', async () => {
    const { faults, send, texts } = await running();
    send('a');
    await expect.poll(texts).toEqual(['a']);
    await faults.add('drop out where text == "b"');
    await faults.add('duplicate in');
    send('b');
    send('c');
    await expect.poll(texts).toEqual(['a', 'c', 'c']);
    expect(faults.all.map(({ written, fired }) => [written, fired])).toEqual([
      ['drop out where text == "b"', 1],
      ['duplicate in', 1],
    ]);
    faults.switch(0, false);
    faults.remove(1);
    await faults.add('corrupt in seed 1');
    send('bbbb');
    await expect.poll(() => texts().length).toBe(4);
    expect(texts()[3]).not.toBe('bbbb');
    expect(faults.all.map(({ written, isOn }) => [written, isOn])).toEqual([
      ['drop out where text == "b"', false],
      ['corrupt in seed 1', true],
    ]);
  });

  it('delays and throttles', async () => {
    const { faults, send, application } = await running();
    await faults.add('delay 200ms in');
    const begun = performance.now();
    send('late');
    await expect.poll(() => application.came.length).toBe(1);
    expect(application.came[0]!.at - begun).toBeGreaterThan(190);
    faults.remove(0);
    await faults.add('throttle 10KiB/s out');
    const slow = performance.now();
    send('x'.repeat(3072));
    await expect.poll(() => application.came.length).toBe(2);
    expect(application.came[1]!.at - slow).toBeGreaterThan(290);
  });

  it('stops reading at once, and resumes when it is off', async () => {
    const { faults, send, texts, rows } = await running();
    await faults.add('stall');
    await expect.poll(() => notes({ rows })).toEqual(['Reading stops: stall.']);
    send('waits');
    // The proxy serves others meanwhile, so that nothing comes is not for want of time.
    expect(texts()).toEqual([]);
    faults.switch(0, false);
    await expect.poll(texts).toEqual(['waits']);
    expect(notes({ rows })).toEqual(['Reading stops: stall.', 'Reading continues: stall.']);
  });

  it('fragments messages until it is off', async () => {
    const { faults, send, texts, application } = await running();
    const tcp = (application.socket as unknown as { readonly _socket: Socket })._socket;
    const firsts: number[] = [];
    readFrames(tcp, ({ first }) => firsts.push(first & 0x8f));
    send('whole');
    await expect.poll(texts).toEqual(['whole']);
    await faults.add('fragment 3B in');
    send('seven b');
    await expect.poll(texts).toEqual(['whole', 'seven b']);
    faults.switch(0, false);
    send('whole again');
    await expect.poll(() => texts().length).toBe(3);
    // FIN and opcode: a text, a text in three frames, a text.
    expect(firsts).toEqual([0x81, 0x01, 0x00, 0x80, 0x81]);
  });

  it('ends both sides after a number of messages, counted from then on', async () => {
    const { faults, send, texts, application } = await running();
    send('a');
    await expect.poll(texts).toEqual(['a']);
    await faults.add('close 4001 in after 2 messages');
    for (const text of ['b', 'c', 'd', 'e']) send(text);
    expect(await application.closed).toBe(4001);
    expect(texts().length).toBeLessThan(5);
  });

  it('swallows pongs', async () => {
    const { faults, application, rows } = await running();
    application.socket.ping('1');
    await once(application.socket, 'pong');
    await faults.add('no-pong in');
    application.socket.ping('2');
    await expect.poll(() => notes({ rows })).toEqual(['The pong was not passed on: no-pong in.']);
  });

  it('goes half-open, and the proxy can still end', async () => {
    const { faults, application, rows, proxy, send, texts } = await running();
    await faults.add('half-open');
    await expect.poll(() => notes({ rows }).length).toBe(1);
    send('lost');
    expect(application.socket.readyState).toBe(WebSocket.OPEN);
    await proxy.stop();
    expect(await application.closed).toBe(1006);
    expect(texts()).toEqual([]);
  });

  it('closes both sides', async () => {
    const { faults, application } = await running();
    await faults.add('close 1012');
    expect(await application.closed).toBe(1012);
  });

  it('refuses new clients', async () => {
    const { faults, url, texts, send } = await running();
    await faults.add('refuse 503');
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(503);
    socket.terminate();
    expect(faults.all[0]!.fired).toBe(1);
    send('still there');
    await expect.poll(texts).toEqual(['still there']);
    faults.switch(0, false);
    const later = await client(url);
    later.socket.send('through');
    await expect.poll(() => later.came.length).toBe(1);
  });

  it('holds messages of every connection, and keeps those held when it is off', async () => {
    const { faults, send, texts, sessions, url } = await running();
    await faults.add('hold out');
    send('first');
    const other = await client(url);
    other.socket.send('of another');
    await expect.poll(() => sessions.map(({ proxied }) => proxied!.held.all.length)).toEqual([1, 1]);
    faults.switch(0, false);
    send('second');
    expect(texts()).toEqual([]);
    for (const { proxied } of sessions) proxied!.held.releaseAll();
    await expect.poll(texts).toEqual(['first', 'second']);
    await expect.poll(() => other.came.length).toBe(1);
  });

  it('starts again when it is switched on, and stays if it is from the file', async () => {
    const { faults, send, texts } = await running('drop out count 1');
    send('a');
    send('b');
    await expect.poll(texts).toEqual(['b']);
    faults.switch(0, false);
    faults.remove(0);
    expect(faults.all).toEqual([
      {
        id: 0,
        plan: expect.anything(),
        written: 'drop out count 1',
        isOn: false,
        fired: 1,
        isOfFile: true,
        holds: [],
      },
    ]);
    faults.switch(0, true);
    send('c');
    send('d');
    await expect.poll(texts).toEqual(['b', 'd']);
  });
});

it('refuses an invalid fault with the reason, and changes nothing', async () => {
  const { faults } = await running('@protocol json-rpc');
  const reasons: [string, RegExp][] = [
    ['', /fault/],
    ['explode', /explode/],
    ['delay 200', /200/],
    ['drop where $.[', /./],
    ['drop probability 2', /is not a probability/],
    ['drop where text == "{{secret}}"', /secret/],
    ['drop\n# @fault close 1011', /one line/],
    [`drop where text == "${'x'.repeat(3000)}"`, /at most 2000 characters/],
  ];
  for (const [written, reason] of reasons) await expect(faults.add(written)).rejects.toThrow(reason);
  expect(faults.all).toEqual([]);
  // As in a file, with or without the directive; the protocol of the proxy counts.
  await faults.add('# @fault drop in where method == "tick"');
  expect(faults.all.map(({ written }) => written)).toEqual(['drop in where method == "tick"']);
  for (let n = 1; n < 100; n++) await faults.add('delay 1ms');
  await expect(faults.add('delay 1ms')).rejects.toThrow('at most 100 faults');
});
