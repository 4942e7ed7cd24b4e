import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectOptions } from '../../src/core/session/options/connectOptions.ts';
import { openRecording } from '../../src/engine/recordingFile.ts';
import { testEngine, until } from '../support/engine.ts';
import { endAll, jsonLines, start, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
});

interface Served extends Running {
  readonly urls: readonly string[];
}

/** A Python that has websockets. The system's comes first: the one on the path may be another, without packages. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) =>
    spawnSync(command, ['-c', 'import asyncio, websockets; websockets.connect'], { stdio: 'ignore' })
      .status === 0,
);

/** Serves a file on a free port. */
async function serve(source: string, ...args: string[]): Promise<Served> {
  folder = requestFolder({ 'servers.ws': source });
  const count = source.match(/^SERVE /gm)!.length;
  const running = start(['serve', 'servers.ws', ...args, '--port', '0'], 'closed', { cwd: folder.path });
  await running.prints(new RegExp(`^(?:ws:\\S+\\n){${count}}`));
  return { ...running, urls: running.stdout().match(/^ws:\S+/gm)! };
}

/** A client that keeps what it receives. */
async function client(
  url: string,
  protocols: string[] = [],
): Promise<WebSocket & { readonly came: string[] }> {
  const socket = new WebSocket(url, protocols);
  const came: string[] = [];
  socket.on('message', (data) => came.push((data as Buffer).toString()));
  await once(socket, 'open');
  return Object.assign(socket, { came });
}

const TICKS = `
# @name ticks
# @subprotocol v2.json, v1.json
SERVE ws://127.0.0.1:9000/stream
X-Served-By: duplex

{"type": "hello"}
=== wait-for-client
# @where $.op == "subscribe"
# @capture channel = $.channel
{"type": "subscribed", "channel": "{{channel}}"}
===
# @repeat 3 every 5ms
{"type": "tick", "channel": "{{channel}}"}
=== on-message
# @where $.op == "ping"
{"op": "pong", "channel": "{{channel}}"}
=== on-message
# @where $.op == "slow"
# @delay 2s
{"op": "slow"}
`;

describe('duplex serve FILE', () => {
  it('runs the steps in order for each connection, rules at any time, and sends the headers of the block', async () => {
    const { urls } = await serve(TICKS);
    const socket = new WebSocket(urls[0]!, ['v1.json', 'v2.json']);
    const came: unknown[] = [];
    socket.on('message', (data) => came.push(JSON.parse((data as Buffer).toString())));
    const opened = once(socket, 'open');
    const [answer] = (await once(socket, 'upgrade')) as [{ headers: Record<string, string> }];
    expect(answer.headers['x-served-by']).toBe('duplex');
    await opened;
    expect(socket.protocol).toBe('v2.json');
    socket.send('{"op": "subscribe", "channel": 1.0}');
    const tick = { type: 'tick', channel: '1.0' };
    await expect
      .poll(() => came, { timeout: 20_000 })
      .toEqual([{ type: 'hello' }, { type: 'subscribed', channel: '1.0' }, tick, tick, tick]);
    for (let n = 0; n < 3; n++) socket.send('{"op": "ping"}');
    await expect
      .poll(() => came.slice(5), { timeout: 20_000 })
      .toEqual(Array(3).fill({ op: 'pong', channel: '1.0' }));
    socket.terminate();
  });

  it('keeps the order of answers, and lets no delay hold the others up', async () => {
    const { urls } = await serve(TICKS);
    const socket = await client(urls[0]!);
    socket.send('{"op": "subscribe", "channel": "a"}');
    await expect.poll(() => socket.came.length, { timeout: 20_000 }).toBe(5);
    socket.send('{"op": "slow"}');
    for (let n = 0; n < 20; n++) socket.send('{"op": "ping"}');
    await expect.poll(() => socket.came.length, { timeout: 20_000 }).toBe(26);
    expect(socket.came.at(-1)).toBe('{"op": "slow"}');
    socket.terminate();
  });

  it('shares a port by path, refuses with a status and a body, and answers 404 for other paths', async () => {
    const source = `### A\nSERVE ws://127.0.0.1:9000/a\n\na\n### B\nSERVE ws://127.0.0.1:9000/b\n\nb\n### C\n# @status 401\nSERVE ws://127.0.0.1:9000/c\nWWW-Authenticate: Bearer\n\nA token, please.\n`;
    folder = requestFolder({ 'servers.ws': source.replaceAll(':9000', ':{{port}}') });
    const probe = await import('node:net').then(({ createServer }) => createServer().listen(0, '127.0.0.1'));
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    await once(probe, 'close');
    const running = start(['serve', 'servers.ws', '--var', `port=${port}`], 'closed', { cwd: folder.path });
    await running.prints(/\/c\n/);
    const [a, b, c] = running.stdout().match(/^ws:\S+/gm)!;
    for (const [url, expected] of [
      [a, 'a'],
      [`${b}?query=1`, 'b'],
    ] as const) {
      const socket = await client(url);
      await expect.poll(() => socket.came, { timeout: 20_000 }).toEqual([expected]);
      socket.terminate();
    }
    for (const [url, status, body] of [
      [c!, 401, 'A token, please.'],
      [a.replace('/a', '/d'), 404, 'Paths of this server: /a, /b, /c'],
    ] as const) {
      const answer = await fetchRefusal(url);
      expect(answer.status).toBe(status);
      expect(answer.body).toContain(body);
      if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    // The server's output reports a refused client with the reason.
    for (const sentence of [
      /The client at 127\.0\.0\.1:\d+ was refused with 401: the block says so \(line 10\)\./,
      /was refused with 404: nothing is served at “\/d”\. Paths of this server: \/a, \/b, \/c\n/,
    ])
      await expect.poll(running.stderr, { timeout: 20_000 }).toMatch(sentence);
  });

  it('sends to all and to others', async () => {
    const { urls } = await serve(
      'SERVE ws://127.0.0.1:9000/\n\n=== on-message\n# @where $.op == "say"\n# @capture text = $.text\n# @to others\n{{text}}\n=== on-message\n# @to all\nall\n',
    );
    const [one, two, three] = await Promise.all([client(urls[0]!), client(urls[0]!), client(urls[0]!)]);
    one.send('{"op": "say", "text": "hi"}');
    await expect.poll(() => [two.came, three.came], { timeout: 20_000 }).toEqual([['hi'], ['hi']]);
    two.send('shout');
    await expect
      .poll(() => [one.came, two.came, three.came], { timeout: 20_000 })
      .toEqual([['all'], ['hi', 'all'], ['hi', 'all']]);
    for (const each of [one, two, three]) each.terminate();
  });

  it('closes with 1011 if an expectation is not met, reports it, and continues to serve', async () => {
    const served = await serve(
      'SERVE ws://127.0.0.1:9000/\n\n=== wait-for-client\n# @expect $.version == 2\nwelcome\n',
      '--json',
    );
    const bad = await client(served.urls[0]!);
    bad.send('{"version": 1}');
    expect(((await once(bad, 'close')) as [number])[0]).toBe(1011);
    await expect
      .poll(() => served.stderr(), { timeout: 20_000 })
      .toMatch(/line 4: Expected .*2.*, but it is 1/);
    await served.prints(/"conn":1,.*"kind":"error".*"code":"serve\.script"/);
    const good = await client(served.urls[0]!);
    good.send('{"version": 2}');
    await expect.poll(() => good.came, { timeout: 20_000 }).toEqual(['welcome']);
    good.terminate();
  });

  it('keeps captures per connection, and made variables per server', async () => {
    const { urls } = await serve(
      '@room = {{$uuid}}\n\n###\nSERVE ws://127.0.0.1:9000/\n\n=== on-message\n# @capture it = text\n{{it}} {{room}}\n',
    );
    const [one, two] = await Promise.all([client(urls[0]!), client(urls[0]!)]);
    one.send('1');
    two.send('2');
    await expect.poll(() => [one.came.length, two.came.length], { timeout: 20_000 }).toEqual([1, 1]);
    const [[it1, room1], [it2, room2]] = [one.came[0]!.split(' '), two.came[0]!.split(' ')];
    expect([it1, it2]).toEqual(['1', '2']);
    expect(room1).toMatch(/^[0-9a-f-]{36}$/);
    expect(room2).toBe(room1);
    one.terminate();
    two.terminate();
  });

  it('records each connection and ends all with 1001', async () => {
    const served = await serve(TICKS, '--record', 'recordings', '--json');
    const socket = await client(served.urls[0]!);
    await expect.poll(() => socket.came, { timeout: 20_000 }).toHaveLength(1);
    const closed = once(socket, 'close');
    served.child.kill('SIGINT');
    expect(((await closed) as [number])[0]).toBe(1001);
    expect(await served.result).toMatchObject({ status: 0 });
    const [name] = readdirSync(join(folder!.path, 'recordings'));
    const lines = jsonLines(served.stdout().replace(/^ws:.*\n/gm, ''));
    expect(lines.map(({ kind, dir }) => [kind, dir])).toEqual([
      ['open', undefined],
      ['text', 'out'],
      ['close', 'out'],
    ]);
    expect(openRecording(join(folder!.path, 'recordings', name!)).rows).toBe(3);
  });

  it('sends fragments, keeps their frames, and its session can be searched while it is open', async () => {
    const { urls } = await serve(
      '# @frames\n# @fragment-size 10B\nSERVE ws://127.0.0.1:9000/\n\na needle in a haystack\n===\nwhole\n=== on-message\n# @echo\n',
      '--record',
      'recordings',
    );
    const { engine } = await testEngine();
    const session = engine.create(connectOptions({ url: urls[0]!, frames: true, deflate: false }));
    await session.connect();
    await until(session, () => session.summary.in.messages === 2);
    await session.flush();
    const lengths = async (seq: number): Promise<number[]> =>
      (await session.readFrames(seq, 0, 10)).frames.map(({ length }) => length);
    const texts = (await session.readRows(0, session.rows)).filter(({ kind }) => kind === 'text');
    expect(await Promise.all(texts.map(({ seq }) => lengths(seq)))).toEqual([[10, 10, 2], [5]]);

    // The server may still be creating its recording.
    const names = (): string[] => readdirSync(join(folder!.path, 'recordings'));
    await expect.poll(names, { timeout: 10_000 }).toHaveLength(1);
    const recording = join(folder!.path, 'recordings', names()[0]!);
    const sent = (seq: number): number[] => {
      const kept = openRecording(recording);
      try {
        return kept.rows > seq ? kept.readFrames(seq, 0, 10).frames.map(({ length }) => length) : [];
      } finally {
        kept.close();
      }
    };
    await expect.poll(() => [sent(1), sent(2)], { timeout: 10_000 }).toEqual([[10, 10, 2], [5]]);
    const search = engine.search(recording, {
      text: { pattern: 'needle', mode: 'plain', caseSensitive: true },
    });
    await expect.poll(() => search.state, { timeout: 10_000 }).toMatchObject({ done: true, hits: 1 });
    expect((await search.hits(0, 10)).map(({ seq, direction, kind }) => [seq, direction, kind])).toEqual([
      [1, 'out', 'text'],
    ]);
  });

  it.each([
    ['no SERVE block', 'WEBSOCKET ws://localhost\n', [], /servers\.ws has no server: write SERVE/],
    [
      'an error in a block',
      'SERVE ws://localhost:0/?q\n',
      [],
      /^duplex: servers\.ws:1:7 error url\.invalid The URL of a server has no query/,
    ],
    [
      'an error in a proxy',
      '# @name a\nPROXY ws://localhost:0/path -> ws://localhost\n',
      [],
      /^duplex: servers\.ws:2:7 error url\.invalid A proxy listens for clients of any path/,
    ],
    [
      'a variable that nothing defines',
      '\nPROXY ws://localhost:0 -> ws://{{host}}\n',
      [],
      /^duplex: servers\.ws:2:\d+ error variable\.unknown /,
    ],
    ['a name that none has', '# @name chat\nSERVE ws://localhost:0/\n', ['chit'], /did you mean “chat”/],
    [
      'a path served twice',
      'SERVE ws://localhost:9999/\n###\nSERVE ws://localhost:9999/\n',
      [],
      /Two blocks serve the path \//,
    ],
  ])('refuses %s', async (_, source, names, problem) => {
    folder = requestFolder({ 'servers.ws': source });
    const { status, stderr } = await folder.duplex(['serve', 'servers.ws', ...names]);
    expect(status).toBe(2);
    expect(stderr).toMatch(problem);
  });
});

function fetchRefusal(
  url: string,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers as Record<string, string>, body }),
      );
    });
  });
}

const ECHO = 'SERVE ws://127.0.0.1:9000/\n\n=== on-message\n# @capture it = text\n{{it}}\n';

describe('clients of other makers', () => {
  it.skipIf(!existsSync('/usr/bin/chromium'))('Chromium', async () => {
    const { urls } = await serve(ECHO.replace('# @capture it = text\n{{it}}', '# @echo'));
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const answer = await page.evaluate(
        (url) =>
          new Promise((resolve, reject) => {
            const socket = new globalThis.WebSocket(url);
            socket.binaryType = 'arraybuffer';
            const came: unknown[] = [];
            socket.onopen = () => {
              socket.send('grüße');
              socket.send('x'.repeat(200_000));
              socket.send(Uint8Array.of(0, 255, 128));
            };
            socket.onmessage = ({ data }) => {
              const text = typeof data === 'string' ? data : [...new Uint8Array(data as ArrayBuffer)];
              if (came.push(text.length > 100 ? text.length : text) === 3) socket.close(4000, 'genug');
            };
            socket.onclose = ({ code, reason, wasClean }) =>
              resolve([...came, socket.extensions, code, reason, wasClean]);
            socket.onerror = () => reject(new Error('no connection'));
          }),
        urls[0]!,
      );
      expect(answer).toEqual(['grüße', 200_000, [0, 255, 128], 'permessage-deflate', 4000, 'genug', true]);
    } finally {
      await browser.close();
    }
  });

  it('socket.io-client', async () => {
    const { urls } = await serve(
      '# @protocol socket.io\nSERVE ws://127.0.0.1:9000/socket.io/\n\n=== on-message\n# @where name == "join"\n# @capture room = payload[0].room\n# @emit joined\n["{{room}}"]\n',
    );
    const socket = io(urls[0]!.replace('/socket.io/', '').replace('ws:', 'http:'), {
      transports: ['websocket'],
    });
    try {
      const joined = new Promise((resolve) => socket.on('joined', resolve));
      await new Promise<void>((resolve) => socket.on('connect', resolve));
      socket.emit('join', { room: 'kitchen' });
      expect(await joined).toBe('kitchen');
    } finally {
      socket.disconnect();
    }
  });

  it.skipIf(!python)('websockets of Python', async () => {
    const { urls } = await serve(ECHO);
    const program = [
      'import asyncio, sys, websockets',
      'async def main():',
      '    async with websockets.connect(sys.argv[1]) as ws:',
      '        for text in ("grüße", "x" * 70000):',
      '            await ws.send(text)',
      '            print(await ws.recv() == text)',
      'asyncio.run(main())',
    ].join('\n');
    const { stdout } = await promisify(execFile)(python!, ['-c', program, urls[0]!]);
    expect(stdout.trim().split(/\r?\n/)).toEqual(['True', 'True']);
  });
});
