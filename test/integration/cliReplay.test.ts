import { once } from 'node:events';
import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { openRecording } from '../../src/engine/recordingFile.ts';
import { FLAG } from '../../src/shared/timeline.ts';
import { duplex, endAll, start, type Result } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

const folder: RequestFolder = requestFolder({});
const servers: WebSocketServer[] = [];
afterEach(() => {
  endAll();
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

afterAll(() => folder.remove());

type Answer = (socket: WebSocket, text: string, isBinary: boolean) => void;

/** A server that greets and answers with `answer`. */
async function server(answer: Answer, greeting?: string): Promise<string> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v1.json' });
  servers.push(sockets);
  await once(sockets, 'listening');
  sockets.on('connection', (socket) => {
    if (greeting !== undefined) socket.send(greeting);
    socket.on('message', (data, isBinary) => answer(socket, (data as Buffer).toString(), isBinary));
  });
  return `ws://127.0.0.1:${(sockets.address() as { port: number }).port}/`;
}

/** Messages with the member `call`. */
const TABLE = {
  id: 'counted',
  title: 'Counted',
  rules: [{ when: { '$.call': { exists: true } }, type: 'event', stream: '$.call' }],
};

let count = 0;

/** Records a client that sends these texts. @returns the folder */
async function recorded(url: string, ...texts: string[]): Promise<string> {
  const name = join(folder.path, `rec${++count}`);
  const sends = texts.flatMap((text) => ['--send', text]);
  const { status, stderr } = await duplex([
    'connect',
    url,
    '--subprotocol',
    'v1.json',
    '--wait',
    '300ms',
    '--frames',
    '--record',
    name,
    ...sends,
  ]);
  expect([status, stderr]).toEqual([0, '']);
  return name;
}

const replay = (recording: string, url: string, ...args: string[]): Promise<Result> =>
  duplex(['replay', recording, '--to', url, '--speed', 'max', ...args]);

/** The rows of kind note, and the messages, of `--json` lines. */
function rowsOf({ stdout }: Result): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const divergences = (result: Result): Record<string, unknown>[] =>
  rowsOf(result).filter(({ note }) => note === 'divergence');

describe('duplex replay', () => {
  const add: Answer = (socket, text) => {
    const { id, n } = JSON.parse(text) as { id: number; n: number };
    socket.send(JSON.stringify({ id, result: n + 1, at: new Date() }));
  };

  it('sends the recorded messages, and finds no divergence in the same server', async () => {
    const url = await server(add, 'hello');
    const recording = await recorded(url, '{"id":1,"n":1}', '{"id":2,"n":5}');
    const again = join(folder.path, 'again');
    const result = await replay(recording, url, '--json', '--record', again);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    const rows = rowsOf(result);
    expect(rows[0]).toMatchObject({ kind: 'open', protocol: 'v1.json' });
    expect(rows.filter(({ dir, kind }) => dir === 'out' && kind === 'text').map(({ text }) => text)).toEqual([
      '{"id":1,"n":1}',
      '{"id":2,"n":5}',
    ]);
    expect(rows.at(-1)).toMatchObject({ kind: 'close', code: 1000 });
    // The new conversation is a recording like any other.
    expect((await duplex(['log', again, '--json'])).stdout).toBe(result.stdout);
    expect(readdirSync(again)).toContain('session.json');
  });

  it('says that a recording is cut off, and replays its whole rows', async () => {
    const url = await server(add, 'hello');
    const recording = await recorded(url, '{"id":1,"n":1}', '{"id":2,"n":5}');
    const index = join(recording, 'index.bin');
    truncateSync(index, statSync(index).size - 10);
    const result = await replay(recording, url, '--json');
    expect(result.stderr).toMatch(
      /^duplex: \d+ bytes behind row \d+ are not a whole row and were left out: [^\n]*\n$/,
    );
    expect(result.status).toBe(0);
    const sent = rowsOf(result).filter(({ dir, kind }) => dir === 'out' && kind === 'text');
    expect(sent.map(({ text }) => text)).toEqual(['{"id":1,"n":1}', '{"id":2,"n":5}']);
  });

  it('reports different, missing and extra messages with their rows, and continues', async () => {
    const url = await server((socket, text) => {
      for (const answer of ['one', 'two', 'three']) socket.send(`${text} ${answer}`);
    });
    const recording = await recorded(url, 'a', 'b', 'c');
    const changed = await server((socket, text) => {
      const answers = { a: ['one', '2', 'three'], b: ['one', 'three'], c: ['one', 'two', 'more', 'three'] }[
        text
      ];
      for (const answer of answers ?? []) socket.send(`${text} ${answer}`);
    });
    const kept = join(folder.path, 'compared');
    const result = await replay(recording, changed, '--json', '--wait', '200ms', '--record', kept);
    expect(result.status).toBe(1);
    expect(result.stderr).toBe('duplex: The replay diverges from the recording in 3 places.\n');
    // Only the first has two messages to compare.
    const notes = openRecording(kept)
      .readRows(0, 100)
      .filter(({ kind }) => kind === 'note');
    expect(notes.map(({ flags }) => flags)).toEqual([FLAG.differs, 0, 0]);
    const all = divergences(result);
    expect(all.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Message \d+ diverges from row \d+ of the recording: from character 2 on it is “a 2” instead of “a two”\.$/,
      ),
      expect.stringMatching(/^Row \d+ of the recording did not come: “b two”\.$/),
      expect.stringMatching(/^Message \d+ is not in the recording: “c more”\.$/),
    ]);
    const texts = new Map(rowsOf(result).map(({ seq, text }) => [seq, text]));
    expect(all.map(({ actual }) => texts.get(actual))).toEqual(['a 2', undefined, 'c more']);
    expect(all.map(({ expected }) => typeof expected)).toEqual(['number', 'number', 'undefined']);
  });

  it('does not wait for each answer of a silent server', async () => {
    const url = await server((socket, text) => {
      for (let each = 0; each < 20; each++) socket.send(`${text}${each}`);
    });
    const recording = await recorded(url, 'a');
    const silent = await server(() => {});
    const result = await replay(recording, silent, '--json', '--wait', '500ms');
    expect(result.status).toBe(1);
    expect(divergences(result)).toHaveLength(20);
    expect(result.took).toBeLessThan(20 * 500);
  });

  it('answers with the ids that the server gives', async () => {
    const answers: string[] = [];
    const asking = (id: string): Promise<string> =>
      server((socket, text) => {
        if (text === 'go') socket.send(`{"jsonrpc":"2.0","id":${id},"method":"ask","params":[7]}`);
        else answers.push(text);
      });
    const name = join(folder.path, 'asked');
    const client = start(['connect', await asking('1'), '--frames', '--record', name], 'open');
    client.child.stdin!.write('go\n');
    await client.prints(/ask/);
    client.child.stdin!.write('{"jsonrpc":"2.0","result":1,"id":1}\n');
    await expect.poll(() => answers).toEqual(['{"jsonrpc":"2.0","result":1,"id":1}']);
    client.child.kill('SIGINT');
    await client.result;
    expect(await replay(name, await asking('"new"'))).toMatchObject({ status: 0, stderr: '' });
    expect(answers[1]).toBe('{"jsonrpc":"2.0","result":1,"id":"new"}');
  });

  it('replays the protocol of a table, with its ids if the table is named', async () => {
    const table = join(folder.path, 'counted.protocol.json');
    writeFileSync(table, JSON.stringify(TABLE));
    let call = 0;
    const got: string[] = [];
    const url = await server((socket, text) => {
      got.push(text);
      socket.send(`{"call":${++call},"of":"${text}"}`);
    });
    const name = join(folder.path, 'counted');
    const connected = await duplex([
      ...['connect', url, '--protocol', table, '--frames', '--record', name],
      ...['--send', 'a', '--wait', '300ms'],
    ]);
    expect([connected.status, connected.stderr]).toEqual([0, '']);
    const named = await replay(name, url, '--protocol', table, '--json');
    expect(named).toMatchObject({ status: 0, stderr: '' });
    // Without the table it sends the same messages, and the different id is a divergence.
    const unnamed = await replay(name, url, '--json');
    expect(unnamed.status).toBe(1);
    expect(divergences(unnamed)).toHaveLength(1);
    expect(rowsOf(unnamed).at(-1)).toMatchObject({ kind: 'close', code: 1000 });
    expect(got).toEqual(['a', 'a', 'a']);
  });

  it('says once why it cannot record', async () => {
    const url = await server(() => {});
    const taken = join(folder.path, 'taken');
    const recording = await recorded(url, 'x');
    writeFileSync(taken, '');
    const { status, stderr } = await replay(recording, url, '--record', join(taken, 'below'));
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^duplex: .*taken.*\.$/)]);
  });

  it.each([
    ['4001', 0],
    ['4002', 1],
  ])('compares the end: %s', async (code, status) => {
    const ending = (own: number): Answer => {
      return (socket) => socket.close(own, 'enough');
    };
    const name = join(folder.path, `end${code}`);
    await duplex([
      'connect',
      await server(ending(4001)),
      '--send',
      'x',
      '--frames',
      '--record',
      name,
      '--wait',
      '5s',
    ]);
    const result = await replay(name, await server(ending(Number(code))), '--json');
    expect(result.status).toBe(status);
    expect(divergences(result)).toHaveLength(status);
  });

  it('compares a refusal', async () => {
    const refused = join(folder.path, 'refused');
    const demo = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: () => false });
    servers.push(demo);
    await once(demo, 'listening');
    const url = `ws://127.0.0.1:${(demo.address() as { port: number }).port}/`;
    expect((await duplex(['connect', url, '--record', refused])).status).toBe(3);
    expect((await replay(refused, url)).status).toBe(0);
    const accepted = await replay(refused, await server(() => {}), '--json');
    expect(accepted.status).toBe(1);
    expect(divergences(accepted)[0]!.text).toBe(
      'The handshake was accepted, and the recorded one was refused with 401.',
    );
  });

  it('says that it could not connect', async () => {
    const url = await server(() => {});
    const recording = await recorded(url, 'x');
    const { status, stderr } = await replay(recording, 'ws://127.0.0.1:9/');
    expect(status).toBe(3);
    expect(stderr).toContain('127.0.0.1:9');
  });

  it('keeps the recorded pauses', async () => {
    const url = await server((socket) => setTimeout(() => socket.send('late'), 10));
    const name = join(folder.path, 'pauses');
    const recording = duplex(['connect', url, '--frames', '--record', name, '--wait', '1s', '--send', 'x']);
    await recording;
    const fast = await duplex(['replay', name, '--to', url, '--speed', 'x100']);
    const slow = await duplex(['replay', name, '--to', url]);
    expect([fast.status, slow.status]).toEqual([0, 0]);
    // The client closed a second after the answer.
    expect(slow.took - fast.took).toBeGreaterThan(500);
  });

  it.each([
    [['missing', '--to', 'ws://127.0.0.1:9/'], 'missing is not a recording'],
    [['missing'], "required option '--to <url>' not specified"],
    [['missing', '--to', 'ws://127.0.0.1:9/', '--speed', 'x0'], 'A speed is original, max or a factor'],
    [['missing', '--to', 'ws://127.0.0.1:9/', '--protocol', 'jsonrpc'], 'There is no protocol “jsonrpc”'],
    [['missing', '--to', 'ws://127.0.0.1:9/', '--protocol', 'no.protocol.json'], 'cannot be read'],
    [['missing', '--to', 'http://127.0.0.1:9/'], 'ws'],
  ])('with %j reports the problem', async (args, sentence) => {
    const { status, stderr } = await duplex(['replay', ...args], 'closed', { cwd: folder.path });
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});
