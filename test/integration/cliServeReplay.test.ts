import { once } from 'node:events';
import { appendFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { duplex, endAll, start, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
});

async function started(args: readonly string[]): Promise<Running & { url: string }> {
  const running = start(args, 'closed', { cwd: folder!.path });
  await running.prints(/^ws:\S+\n/);
  return { ...running, url: /^ws:\S+/.exec(running.stdout())![0] };
}

/** A server that plays a recording without its pauses. */
function replayed(recording: string): Promise<Running & { url: string }> {
  return started(['serve', '--replay', recording, '--port', '0', '--speed', 'max']);
}

/** A client that keeps all that it gets, as `kind bytes`, and how it was closed. */
async function client(url: string): Promise<{ socket: WebSocket; came: string[]; closed: Promise<string> }> {
  const socket = new WebSocket(url, ['v1.json']);
  const came: string[] = [];
  socket.on('message', (data, isBinary) =>
    came.push(`${isBinary ? 'binary' : 'text'} ${(data as Buffer).toString('hex')}`),
  );
  socket.on('ping', (data) => came.push(`ping ${data.toString('hex')}`));
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${(reason as Buffer).toString()}`);
  await once(socket, 'open');
  return { socket, came, closed };
}

/** The conversation of the test with any server: what the client sends depends on what it gets. */
async function converse(url: string): Promise<{ came: string[]; closed: string; protocol: string }> {
  const { socket, came, closed } = await client(url);
  await expect.poll(() => came.length).toBe(1);
  socket.send('{"id":1,"big":12345678901234567890}');
  await expect.poll(() => came.length).toBe(4);
  socket.send(Buffer.from([1, 2, 3]));
  return { came, closed: await closed, protocol: socket.protocol };
}

async function recordedServer(): Promise<{
  recording: string;
  original: Awaited<ReturnType<typeof converse>>;
}> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v1.json' });
  await once(sockets, 'listening');
  sockets.on('connection', (socket) => {
    socket.send('hello 1.0');
    socket.on('message', (_, isBinary) => {
      if (isBinary) return socket.close(4001, 'enough');
      socket.ping('beat');
      socket.send(Buffer.from([0, 255]));
      setTimeout(() => socket.send('{"id":1,"result": 1.0}'), 300);
    });
  });
  folder = requestFolder({});
  const { port } = sockets.address() as { port: number };
  const proxy = await started([
    'proxy',
    `ws://127.0.0.1:${port}`,
    '--port',
    '0',
    '--frames',
    '--record',
    'kept',
  ]);
  const original = await converse(proxy.url);
  await proxy.prints(/close/);
  proxy.child.kill('SIGINT');
  await proxy.result;
  sockets.close();
  const [name] = readdirSync(join(folder.path, 'kept'));
  return { recording: join('kept', name!), original };
}

describe('duplex serve --replay', () => {
  it('gives the same client the same conversation byte for byte, with its pauses and without', async () => {
    const { recording, original } = await recordedServer();
    expect(original).toMatchObject({ closed: '4001 enough', protocol: 'v1.json' });
    const slow = await started(['serve', '--replay', recording, '--port', '0']);
    const before = performance.now();
    expect(await converse(slow.url)).toEqual(original);
    expect(performance.now() - before).toBeGreaterThan(280);
    const fast = await replayed(recording);
    expect(await converse(fast.url)).toEqual(original);
    expect(await converse(fast.url)).toEqual(original);
    expect(fast.stderr() + slow.stderr()).toBe('');
  });

  it('says that a recording is cut off, and plays its whole rows', async () => {
    const { recording, original } = await recordedServer();
    appendFileSync(join(folder!.path, recording, 'index.bin'), new Uint8Array(17));
    const server = await replayed(recording);
    expect(await converse(server.url)).toEqual(original);
    expect(server.stderr()).toMatch(
      /^duplex: 17 bytes behind row \d+ are not a whole row and were left out: [^\n]*\n$/,
    );
  });

  it('says that a recording is cut off before any connection', async () => {
    const { recording } = await recordedServer();
    truncateSync(join(folder!.path, recording, 'index.bin'), 20);
    const { status, stderr } = await folder!.duplex(['serve', '--replay', recording, '--port', '0']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^duplex: \d+ bytes are not a whole row [^\n]*\nduplex: [^\n]*holds no connection/,
    );
  });

  it('reports where a client differs, gives answers the id of the call, and continues', async () => {
    const { recording } = await recordedServer();
    const server = await replayed(recording);
    const { socket, came, closed } = await client(server.url);
    socket.send('{"id":"mine","big":12345678901234567890}');
    await expect.poll(() => came.length).toBe(4);
    expect(came[3]).toBe(`text ${Buffer.from('{"id":"mine","result": 1.0}').toString('hex')}`);
    socket.send(Buffer.from([1, 2, 4]));
    expect(await closed).toBe('4001 enough');
    await expect
      .poll(() => server.stderr())
      .toMatch(/diverges from row \d+ of the recording: byte 2 is 0x04 instead of 0x03\./);
  });

  it('reports messages after the end of the recording at once, up to a limit', async () => {
    folder = requestFolder({});
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(sockets, 'listening');
    const { port } = sockets.address() as { port: number };
    const silent = `ws://127.0.0.1:${port}/`;
    const recorded = await folder.duplex([
      'connect',
      silent,
      '--frames',
      '--record',
      'kept',
      '--wait',
      '100ms',
      '--send',
      'one',
    ]);
    expect(recorded.status).toBe(0);
    sockets.close();
    const server = await started(['serve', '--replay', 'kept', '--port', '0']);
    const socket = new WebSocket(server.url);
    await once(socket, 'open');
    socket.send('one');
    for (let count = 0; count < 300; count++) socket.send(`more ${count}`);
    await expect.poll(() => server.stderr(), { timeout: 20_000 }).toContain('are not reported.');
    const lines = server.stderr().trim().split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[0]).toMatch(/Message \d+ is not in the recording: “more 0”\.$/);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it('plays a recorded Socket.IO server to socket.io-client', async () => {
    folder = requestFolder({});
    const example = join(import.meta.dirname, '../../examples/servers/socketio-chat.ws');
    const served = await started(['serve', example, '--port', '0', '--record', 'kept']);
    const ask = async (url: string, path: string, firstId = 0): Promise<unknown> => {
      const socket = io(url.replace(/^ws/, 'http').replace(/\/socket\.io.*/, ''), {
        transports: ['websocket'],
        path,
        reconnection: false,
      });
      try {
        await new Promise<void>((resolve) => socket.on('connect', resolve));
        // The counter of its acknowledgements.
        Object.assign(socket, { ids: firstId });
        return await socket.timeout(5000).emitWithAck('add', 2, 3);
      } catch (error) {
        return String(error);
      } finally {
        socket.disconnect();
      }
    };
    const answer = await ask(served.url, '/socket.io/');
    expect(answer).toBe(5);
    served.child.kill('SIGINT');
    await served.result;
    const [name] = readdirSync(join(folder.path, 'kept'));
    const again = await replayed(join('kept', name!));
    expect(await ask(again.url, '/socket.io/', 17)).toEqual(answer);
    expect(again.stderr()).toBe(
      'duplex: The recording has no frame details: each message is sent in one frame.\n',
    );
  });

  it.each([
    [
      'JSON-RPC',
      '{"jsonrpc":"2.0","id":ID,"method":"sub","params":[1]}',
      ['{"jsonrpc":"2.0", "result":1.0,"id":ID}', '{"jsonrpc":"2.0","method":"tick","params":{"id":1}}'],
      ['1', '"a-77"'],
    ],
    ['Socket.IO', '42ID["add",2,1]', ['43ID[1]', '42["tick",1]'], ['1', '17']],
    [
      'GraphQL',
      '{"id":ID,"type":"subscribe","payload":{"query":"{ a }"}}',
      ['{"id":ID,"type":"next","payload":{"data":{"a":"1"}}}', '{"type":"complete","id":ID}'],
      ['"1"', '"9f86d081"'],
    ],
    [
      'Phoenix',
      '[ID,ID,"room:1","phx_join",{}]',
      ['[ID,ID,"room:1","phx_reply",{"status":"ok","response":{}}]', '[ID,null,"room:1","tick",{"n":"1"}]'],
      ['"1"', '"5"'],
    ],
    [
      'STOMP',
      'SUBSCRIBE\nid:ID\ndestination:/a\nreceipt:r-ID\n\n\0',
      ['RECEIPT\nreceipt-id:r-ID\n\n\0', 'MESSAGE\nsubscription:ID\nmessage-id:1\ndestination:/a\n\nof 1\0'],
      ['s1', 'sub-20'],
    ],
  ])(
    'plays a %s session with other ids, byte for byte',
    async (protocol, call, answers, [recordedId, ownId]) => {
      const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(sockets, 'listening');
      const withId = (text: string, id: string): string => text.replaceAll('ID', id);
      sockets.on('connection', (socket) =>
        socket.on('message', () => {
          for (const answer of answers) socket.send(withId(answer, recordedId!));
        }),
      );
      folder = requestFolder({});
      const { port } = sockets.address() as { port: number };
      const ask = async (url: string, id: string): Promise<string[]> => {
        const { socket, came } = await client(url);
        socket.send(withId(call, id));
        await expect.poll(() => came.length).toBe(answers.length);
        socket.close();
        return came;
      };
      // The protocols whose messages do not show them are recognised by the URL.
      const path =
        protocol === 'Phoenix'
          ? '/socket/websocket?vsn=2.0.0'
          : protocol === 'Socket.IO'
            ? '/socket.io/?EIO=4'
            : '/';
      const proxy = await started([
        'proxy',
        `ws://127.0.0.1:${port}${path}`,
        '--port',
        '0',
        '--frames',
        '--record',
        'kept',
      ]);
      await ask(proxy.url, recordedId!);
      await proxy.prints(/close/);
      proxy.child.kill('SIGINT');
      await proxy.result;
      sockets.close();
      const [name] = readdirSync(join(folder.path, 'kept'));
      const again = await replayed(join('kept', name!));
      const expected = answers.map((answer) => `text ${Buffer.from(withId(answer, ownId!)).toString('hex')}`);
      expect(await ask(again.url, ownId!)).toEqual(expected);
      expect(again.stderr()).toBe('');
    },
  );

  it.each([
    [['--replay', 'missing'], 'missing is not a recording'],
    [
      ['file.ws', '--replay', 'missing'],
      '--replay plays a recording instead of a file: leave out one of them.',
    ],
    [['--speed', 'x4'], '--speed applies to a replay: name its recording with --replay.'],
    [['--replay', 'missing', '--speed', 'fast'], 'A speed is original, max or a factor such as x4 or x0.5.'],
  ])('with %j reports the problem', async (args, sentence) => {
    folder = requestFolder({ 'file.ws': '' });
    const { status, stderr } = await duplex(['serve', '--port', '0', ...args], 'closed', {
      cwd: folder.path,
    });
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});
