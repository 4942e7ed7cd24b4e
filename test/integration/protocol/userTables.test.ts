import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, jsonLines, start } from '../cliProcess.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { type ExchangeServer, exchangeServer } from './support/exchangeServer.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/protocols');
const TABLE = readFileSync(join(EXAMPLES, 'exchange-feed.protocol.json'), 'utf8');

let folder: RequestFolder | undefined;
let server: ExchangeServer | undefined;

afterEach(() => {
  folder?.remove();
  server?.close();
  folder = server = undefined;
});
afterAll(endAll);

/** A folder with the example, its table and the files of a test. */
async function project(files: Readonly<Record<string, string>> = {}) {
  server = await exchangeServer();
  folder = requestFolder(files);
  for (const name of ['exchange-feed.ws', 'exchange-feed.protocol.json'])
    if (!(name in files)) cpSync(join(EXAMPLES, name), join(folder.path, name));
  return { folder, server, host: server.host };
}

const REQUEST = '# @protocol my\nWEBSOCKET ws://127.0.0.1:1/\n\n# @say hi\n';

/** A protocol with one verb. */
const MY_TABLE = JSON.stringify({
  id: 'my',
  title: 'My protocol',
  about: 'For a test.',
  rules: [{ when: { '$.say': { exists: true } }, type: 'event', name: '$.say' }],
  verbs: [
    {
      name: 'say',
      role: 'both',
      arguments: ['word'],
      body: 'none',
      about: 'Says a word.',
      message: { say: '<argument word>' },
    },
  ],
});

describe('a table beside a request file', () => {
  it('speaks and judges the feed of the example', async () => {
    const { host, ...parts } = await project();
    const args = ['run', 'exchange-feed.ws', '--var', `host=${host}`, '--record', 'recorded'];
    const { status, stdout } = await parts.folder.duplex(args);
    expect(status, stdout).toBe(0);
    expect(parts.server.seen).toContainEqual({ pong: 1_700_000_000_123 });
    expect(parts.server.seen).toContainEqual({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 });
    expect(parts.server.seen).toContainEqual({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 3 });
  });

  it('counts in check, also from a folder below', async () => {
    const { folder: place } = await project({
      'deep/a.ws': '# @protocol exchange-feed\nWEBSOCKET ws://h\n\n# @list\n',
    });
    const { status, stdout } = await place.duplex(['check', 'deep/a.ws', 'exchange-feed.ws']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    const wrong = await place.duplex(['check', 'deep/a.ws', '--json']);
    expect(jsonLines(wrong.stdout)).toEqual([]);
    place.write('deep/a.ws', '# @protocol exchange-feed\nWEBSOCKET ws://h\n\n# @subscribe\n');
    const { stdout: said } = await place.duplex(['check', 'deep/a.ws']);
    expect(said).toContain('@subscribe needs a stream');
  });

  it('is known elsewhere if the command line names it', async () => {
    folder = requestFolder({
      'requests/a.ws': REQUEST,
      'requests/servers.ws': '# @protocol my\nSERVE ws://127.0.0.1:0/feed\n\n# @say hi\n',
      'other/my.protocol.json': MY_TABLE,
      'other/bad.protocol.json': '{"id":1}',
    });
    const named = ['--protocol', 'other/my.protocol.json'];
    const checked = await folder.duplex(['check', 'requests/a.ws', ...named]);
    expect(checked).toMatchObject({ status: 0, stdout: '' });
    expect((await folder.duplex(['check', 'requests/a.ws'])).stdout).toContain('no protocol “my”');
    const bad = await folder.duplex(['check', 'requests/a.ws', '--protocol', 'other/bad.protocol.json']);
    expect(bad.status).toBe(2);
    expect(bad.stdout).toMatch(/^other\/bad\.protocol\.json:1:\d+ error protocol\.table /m);
    const id = await folder.duplex(['check', 'requests/a.ws', '--protocol', 'my']);
    expect([id.status, id.stderr]).toEqual([
      2,
      expect.stringContaining('It is the path of a protocol table'),
    ]);
    const served = start(['serve', 'requests/servers.ws', ...named], 'closed', { cwd: folder.path });
    await served.prints(/^ws:\S+\n/);
    const socket = new WebSocket(/^ws:\S+/.exec(served.stdout())![0]);
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(message.toString())).toEqual({ say: 'hi' });
    socket.terminate();
    const unnamed = await folder.duplex(['serve', 'requests/servers.ws', '--port', '0']);
    expect([unnamed.status, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('There is no directive “@say”'),
    ]);
    const wrong = await folder.duplex([
      'serve',
      'requests/servers.ws',
      '--protocol',
      'other/bad.protocol.json',
    ]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('bad.protocol.json:1:')]);
    const demo = await folder.duplex(['serve', ...named, '--port', '0']);
    expect([demo.status, demo.stderr]).toEqual([
      2,
      expect.stringContaining('--protocol is for the blocks of a file'),
    ]);
  });

  it('is not known elsewhere', async () => {
    folder = requestFolder({
      'a.ws': REQUEST,
      'other/my.protocol.json': TABLE.replace('exchange-feed', 'my'),
    });
    const { status, stdout } = await folder.duplex(['check', 'a.ws']);
    expect(status).toBe(2);
    expect(stdout).toContain('There is no protocol “my”');
  });

  it.each([
    ['{', ':1:2 error protocol.table This protocol table is not JSON: it ends too early'],
    ['[]', ':1:1 error protocol.table The table must be of the type object.'],
    [
      '{\n  "id": "my",\n  "rules": []\n}',
      ':1:1 error protocol.table The table needs the member “title”: add it.',
    ],
    [
      '{"id": "my", "title": "My", "rules": [{"type": "message"}]}',
      ':1:48 error protocol.table “rules/0/type” must be one of call, reply,',
    ],
    [
      '{"id": "my", "title": "My",\n "colour": 1, "rules": [{"type": "event"}]}',
      ':2:12 error protocol.table “colour” is not a member here: correct or remove it.',
    ],
    [
      '{"id": "my", "title": "My",\n "rules": [{"type": "event", "name": "$..a"}]}',
      ':2:38 error protocol.table “$..a” is not a path to one value, as in $.params.id.',
    ],
    [
      '{"id": "json-rpc", "title": "My", "rules": [{"type": "event"}]}',
      ':1:8 error protocol.table The id “json-rpc” is that of a built-in protocol: choose another.',
    ],
    [
      '{"id": "my", "title": "My", "rules": [{"type": "event"}],\n "verbs": [{"name": "close", "about": "A.", "message": {}}]}',
      ':2:21 error protocol.table @close has another meaning in request files: choose another name.',
    ],
    [
      `{"id": ${'['.repeat(300)}${']'.repeat(300)}}`,
      ':1:208 error protocol.table This protocol table is not JSON: it nests deeper than 200 levels.',
    ],
  ])('that is invalid is reported at its place, and nothing is sent: %#', async (table, problem) => {
    server = await exchangeServer();
    const text = `WEBSOCKET ws://${server.host}/\n\nhello\n`;
    folder = requestFolder({ 'a.ws': text, 'my.protocol.json': table });
    const checked = await folder.duplex(['check', 'a.ws']);
    expect(checked.status).toBe(2);
    expect(checked.stdout).toContain(`my.protocol.json${problem}`);
    const run = await folder.duplex(['run', 'a.ws']);
    expect(run.status).toBe(2);
    expect(run.stdout + run.stderr).toContain('protocol.table');
    expect(server.seen).toEqual([]);
  });

  it('keeps its id: a second one with the same id is reported', async () => {
    folder = requestFolder({
      'a.ws': 'ws://127.0.0.1:1/\n',
      'a.protocol.json': TABLE,
      'b.protocol.json': TABLE,
    });
    const { status, stdout } = await folder.duplex(['check', 'a.ws']);
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /^b\.protocol\.json:2:9 error protocol\.table Another table has the id “exchange-feed”/,
    );
  });

  it('is read again by a run that watches', async () => {
    const { host, folder: place } = await project({
      'a.ws':
        '# @protocol exchange-feed\nWEBSOCKET ws://{{host}}/\n\n# @list\n=== wait-for-server\n# @reply\n',
    });
    const running = place.start(['run', 'a.ws', '--watch', '--var', `host=${host}`]);
    await running.prints(/1 passed/);
    place.write('exchange-feed.protocol.json', TABLE.replace('"name": "list"', '"name": "lists"'));
    await running.prints(/@list/);
    running.child.kill('SIGINT');
    await running.result;
  });
});

describe('a table on the command line', () => {
  it('decodes, answers and is kept out of the way of the id', async () => {
    const { host, folder: place } = await project();
    const connect = [
      'connect',
      `ws://${host}/`,
      '--protocol',
      './exchange-feed.protocol.json',
      '--units',
      '--json',
    ];
    const sent = '{"method":"SUBSCRIBE","params":["a@b"],"id":7}';
    const { status, stdout, stderr } = await place.duplex([
      ...connect,
      '--send',
      sent,
      '--wait',
      '200ms',
      '--record',
      'r',
    ]);
    expect(status, stderr).toBe(0);
    const units = (jsonLines(stdout) as { decoded?: { protocol: string; units: object[] } }[]).flatMap(
      ({ decoded }) => decoded?.units ?? [],
    );
    expect(units).toContainEqual(expect.objectContaining({ type: 'subscribe', name: 'a@b', id: 7 }));
    expect(units).toContainEqual(expect.objectContaining({ type: 'control', name: 'pong' }));
    expect(stdout).toContain('"a":9007199254740993');
    const log = (...args: string[]) =>
      place.duplex(['log', 'r', '--protocol', 'exchange-feed.protocol.json', ...args]);
    const trades = await log('--units', '--filter', 'type=event name=trade');
    expect(trades.stdout).toContain('trade a@b {"e":"trade"');
    const calls = jsonLines((await log('--calls', '--json')).stdout);
    expect(calls).toContainEqual(expect.objectContaining({ kind: 'call', name: 'a@b', error: false }));

    // Without the table, the recording says which one is missing.
    const unknown = 'The session spoke the protocol “exchange-feed”, which is unknown here: name its table';
    for (const args of [['--units'], ['--calls'], ['--filter', 'type=event']])
      expect((await place.duplex(['log', 'r', ...args])).stderr).toContain(unknown);
    expect((await place.duplex(['log', 'r'])).stderr).toBe('');
    const draft = await place.duplex(['export', 'r', '--to', 'ws', '--output', 'draft.ws']);
    const without = 'The protocol “exchange-feed” of the session is unknown here';
    expect(draft.stderr).toContain(without);
    expect(place.read('draft.ws')).toContain(`# ${without}`);
    const none = await place.duplex(['export', 'r', '--to', 'ws', '--range', '500..', '--output', 'none.ws']);
    expect(none.stderr).toContain('These rows contain no message, so the file has no request.');
  });

  it('is reported if it is missing or wrong, and nothing connects', async () => {
    const { host, folder: place, server: feed } = await project({ 'bad.protocol.json': '{"id":1}' });
    const bad = await place.duplex(['connect', `ws://${host}/`, '--protocol', 'bad.protocol.json']);
    expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining('bad.protocol.json:1:')]);
    const gone = await place.duplex(['log', 'r', '--protocol', 'gone.protocol.json']);
    expect([gone.status, gone.stderr]).toEqual([2, expect.stringContaining('cannot be read: ENOENT')]);
    writeFileSync(join(place.path, 'big.protocol.json'), ' '.repeat(2 * 1024 * 1024));
    const big = await place.duplex(['run', 'exchange-feed.ws', '--protocol', 'big.protocol.json']);
    expect([big.status, big.stderr]).toEqual([2, expect.stringContaining('more than 1048576')]);
    // Reading a pipe would wait for a writer.
    execFileSync('mkfifo', [join(place.path, 'pipe.protocol.json')]);
    const pipe = await place.duplex(['check', 'exchange-feed.ws']);
    expect([pipe.status, pipe.stdout]).toEqual([
      2,
      expect.stringContaining(
        'pipe.protocol.json:1:1 error protocol.table This protocol table cannot be read: it is not a regular file.',
      ),
    ]);
    expect(feed.seen).toEqual([]);
  });
});
