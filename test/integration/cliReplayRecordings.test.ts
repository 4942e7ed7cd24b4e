import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { recordingOf } from '../support/recordingOf.ts';
import { type TestRow } from '../support/recordings.ts';
import { duplex, endAll, start, type Running } from './cliProcess.ts';

// Recordings that are not one connection of a client with messages, and those that are not valid.

const servers: WebSocketServer[] = [];
afterEach(() => {
  endAll();
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

const OPEN: TestRow = { kind: 'open', direction: 'none', payload: '{"status":101,"protocol":""}' };
const out = (payload: string): TestRow => ({ direction: 'out', payload, frames: [payload.length] });
const came = (payload: string): TestRow => ({ direction: 'in', payload, frames: [payload.length] });
const closed = (direction: 'in' | 'out', code: number): TestRow => ({
  kind: 'close',
  direction,
  payload: JSON.stringify({ code, reason: '' }),
});
const REFUSED: TestRow = {
  kind: 'error',
  direction: 'none',
  payload:
    '{"code":"handshake.status","message":"…","status":503,"headers":[["Retry-After","1"]],"body":"busy"}',
};

/** A server that echoes, ends the connection for `end`, and notes what it sees. */
async function echo(): Promise<{ url: string; events: string[] }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  servers.push(server);
  await once(server, 'listening');
  const events: string[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      events.push(data.toString());
      if (data.toString() === 'end') socket.terminate();
      else socket.send(data.toString());
    });
    socket.on('ping', (data) => events.push(`ping ${data.toString()}`));
    socket.on('close', (code) => events.push(`close ${code}`));
  });
  return { url: `ws://127.0.0.1:${(server.address() as { port: number }).port}/`, events };
}

const MORE = (row: number): string =>
  `duplex: The recording holds more than one connection: only the first one is played, which ends before row ${row}.\n`;
const DIVERGES = 'duplex: The replay diverges from the recording in one place.\n';

describe('duplex replay', () => {
  it.each<[string, TestRow[], { role?: 'server' }, number, string, string[]]>([
    [
      'of several connections plays the first one',
      [OPEN, out('a'), came('a'), closed('out', 1000), OPEN, out('b'), closed('out', 1000)],
      {},
      0,
      MORE(4),
      ['a', 'close 1000'],
    ],
    [
      'of a lost connection with its reconnect awaits the loss',
      [OPEN, out('end'), closed('in', 1006), { kind: 'note', direction: 'none', payload: '{}' }, OPEN],
      {},
      0,
      MORE(4),
      ['end', 'close 1006'],
    ],
    [
      'of a lost connection is a divergence at a server that stays',
      [OPEN, out('a'), came('a'), closed('in', 1006)],
      {},
      1,
      DIVERGES,
      ['a', 'close 1000'],
    ],
    [
      'of a refusal is a divergence at a server that accepts',
      [REFUSED, OPEN, out('a'), closed('out', 1000)],
      {},
      1,
      `${MORE(1)}${DIVERGES}`,
      ['close 1000'],
    ],
    [
      'of pings sends them',
      [OPEN, { kind: 'ping', direction: 'out', payload: 'one' }, { kind: 'pong', payload: 'one' }],
      {},
      0,
      '',
      ['ping one', 'close 1000'],
    ],
    [
      'of a connection without messages opens and ends it',
      [OPEN, closed('out', 4000)],
      {},
      0,
      'duplex: The recorded connection has no messages: only its opening and its end are played.\n',
      ['close 4000'],
    ],
    [
      'of the recording of a server sends what came in',
      [OPEN, came('a'), out('a'), closed('in', 1000)],
      { role: 'server' },
      0,
      '',
      ['a', 'close 1000'],
    ],
    [
      'of a client that broke off breaks off',
      [OPEN, out('a'), came('a'), closed('out', 1006)],
      {},
      0,
      '',
      ['a', 'close 1006'],
    ],
  ])('%s', async (_, rows, change, status, stderr, events) => {
    const { url, events: seen } = await echo();
    const recording = await recordingOf(rows, change);
    const wait = ['--speed', 'max', '--wait', '500ms'];
    const result = await duplex(['replay', recording, '--to', url, ...wait]);
    expect([result.status, result.stderr]).toEqual([status, stderr]);
    await expect.poll(() => seen).toEqual(events);
  });

  it('is JSON with the rows of both sides, also if only divergences are asked for', async () => {
    const { url } = await echo();
    const recording = await recordingOf([OPEN, out('a'), came('b'), out('c'), came('c'), came('d')]);
    const args = ['replay', recording, '--to', url, '--speed', 'max', '--wait', '300ms', '--json', '--quiet'];
    const { status, stdout } = await duplex(args);
    expect(status).toBe(1);
    const lines = stdout.trim().split('\n');
    const notes = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ kind }) => kind === 'note');
    expect(notes).toMatchObject([
      { note: 'divergence', expected: 2, actual: 2 },
      { note: 'divergence', expected: 5, text: 'Row 5 of the recording did not come: “d”.' },
    ]);
    expect(notes[1]).not.toHaveProperty('actual');
  });
});

/** The replayed server, and how it ends the connection of a client that sends these texts. */
async function served(recording: string): Promise<Running & { url: string }> {
  const running = start(['serve', '--replay', recording, '--port', '0', '--speed', 'max']);
  await running.prints(/^ws:\S+\n/);
  return { ...running, url: /^ws:\S+/.exec(running.stdout())![0] };
}

async function client(url: string, ...texts: string[]): Promise<{ got: string[]; code: number }> {
  const socket = new WebSocket(url);
  const got: string[] = [];
  socket.on('message', (data: Buffer) => got.push(data.toString()));
  socket.on('open', () => {
    for (const text of texts) socket.send(text);
  });
  const [code] = (await once(socket, 'close')) as [number];
  return { got, code };
}

describe('duplex serve --replay', () => {
  it.each<[string, TestRow[], 'server' | 'client', string[], number, string]>([
    ['a server', [OPEN, came('a'), out('b'), closed('out', 4001)], 'server', ['b'], 4001, ''],
    ['a client', [OPEN, out('a'), came('b'), closed('in', 4001)], 'client', ['b'], 4001, ''],
    ['a lost connection', [OPEN, out('a'), came('b'), closed('in', 1006)], 'client', ['b'], 1006, ''],
    [
      'a connection with a successor',
      [OPEN, out('a'), came('b'), closed('in', 1012), OPEN, came('c')],
      'client',
      ['b'],
      1012,
      MORE(4),
    ],
  ])('plays the server of the recording of %s', async (_, rows, role, got, code, stderr) => {
    const server = await served(await recordingOf(rows, { role }));
    expect(await client(server.url, 'a')).toEqual({ got, code });
    expect(server.stderr()).toBe(stderr);
  });

  it('refuses as recorded, and says that a connection followed', async () => {
    const server = await served(await recordingOf([REFUSED, OPEN, came('a')]));
    const socket = new WebSocket(server.url);
    const [, answer] = (await once(socket, 'unexpected-response')) as [
      unknown,
      NodeJS.ReadableStream & {
        statusCode: number;
        headers: Record<string, string>;
      },
    ];
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    const [body] = (await once(answer, 'data')) as [Buffer];
    expect(body.toString()).toBe('busy');
    await expect.poll(() => server.stderr()).toContain('was refused with 503, as in the recording.');
    expect(server.stderr().startsWith(MORE(1))).toBe(true);
  });
});

describe('a recording that is not valid', () => {
  const rows = [OPEN, out('a'), came('good'), came('bad')];

  function damage(folder: string, row: number, write: (view: DataView) => void): void {
    const path = join(folder, 'index.bin');
    const bytes = readFileSync(path);
    write(new DataView(bytes.buffer, bytes.byteOffset + row * 32, 32));
    writeFileSync(path, bytes);
  }

  it('with bytes that are nowhere ends each client with 1011 and one sentence, and goes on', async () => {
    const folder = await recordingOf([...rows, came('after')]);
    damage(folder, 3, (view) => view.setBigUint64(0, 2n ** 50n, true));
    const server = await served(folder);
    const sentence = 'The recording names bytes that are not in its files: restore it from a copy.\n';
    for (let count = 1; count <= 2; count++) {
      expect(await client(server.url, 'a')).toEqual({ got: ['good'], code: 1011 });
      await expect.poll(() => server.stderr()).toBe(`duplex: ${sentence}`.repeat(count));
    }
    const { url } = await echo();
    damage(folder, 1, (view) => view.setBigUint64(0, 2n ** 50n, true));
    const replay = await duplex(['replay', folder, '--to', url, '--speed', 'max']);
    expect([replay.status, replay.stderr]).toEqual([2, `duplex: ${sentence}`]);
  });

  it('with a message of 1 GiB is one sentence, in little memory', async () => {
    const folder = await recordingOf(rows);
    truncateSync(join(folder, 'payload-0000.bin'), 1024 ** 3);
    damage(folder, 3, (view) => {
      view.setUint32(24, 900 * 1024 ** 2, true);
      view.setBigUint64(8, BigInt(900 * 1024 ** 2), true);
    });
    for (const args of [
      ['serve', '--replay', folder, '--port', '0'],
      ['replay', folder, '--to', 'ws://127.0.0.1:1/'],
    ]) {
      const { status, stderr } = await duplex(args, 'closed', {
        env: { NODE_OPTIONS: '--max-old-space-size=64' },
      });
      expect(stderr.trim().split('\n').at(-1)).toBe(
        'duplex: Row 3 of the recording has 943718400 bytes, and a replay takes messages of up to 256 MiB: replay a recording without it.',
      );
      expect(status).toBe(2);
    }
  });

  it.each([
    ['no JSON', '{', 'is not valid JSON'],
    ['another URL', undefined, 'The url in the session.json of'],
    ['a list', '[1]', 'does not describe a recording'],
  ])('with a description that is %s is one sentence', async (_, text, sentence) => {
    const folder = await recordingOf(rows, { url: 'http:// no url' });
    if (text !== undefined) writeFileSync(join(folder, 'session.json'), text);
    for (const args of [
      ['serve', '--replay', folder, '--port', '0'],
      ['replay', folder, '--to', 'ws://127.0.0.1:1/'],
    ]) {
      const { status, stderr } = await duplex(args);
      expect(stderr).toMatch(/^duplex: [^\n]*\n$/);
      expect(stderr).toContain(sentence);
      expect(status).toBe(2);
    }
  });
});
