import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { duplex } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

interface HarMessage {
  readonly type: string;
  readonly time: number;
  readonly opcode: number;
  readonly data: string;
}
interface Line {
  readonly t: number;
  readonly dir?: string;
  readonly kind: string;
  readonly text?: string;
  readonly base64?: string;
}

const TEXTS = ['hi', '{"n": 12345678901234567890, "s": "\\u0000 ü 😀 "}', '', '=1+1', 'a,"b"\r\nc'];
let folder: RequestFolder;
let server: WebSocketServer;
let lines: Line[];
let startedAt: number;

beforeAll(async () => {
  folder = requestFolder();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v1' });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer, isBinary) => socket.send(data, { binary: isBinary }));
    socket.ping('are you there');
    socket.send(Buffer.from([0, 1, 254, 255]));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/a?x=1&y=%20z&token=abcdef123456`;
  const send = TEXTS.flatMap((text) => ['--send', text]);
  const { status } = await folder.duplex([
    'connect',
    url,
    '--subprotocol',
    'v1',
    ...send,
    '--wait',
    '500ms',
    '--record',
    'rec',
    '--quiet',
  ]);
  expect(status).toBe(0);
  const { stdout } = await folder.duplex(['log', 'rec', '--json']);
  lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  startedAt = Date.parse((JSON.parse(folder.read('rec/session.json')) as { startedAt: string }).startedAt);
});
afterAll(async () => {
  folder.remove();
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function exported(kind: string, ...args: string[]): Promise<string> {
  const { status, stderr } = await folder.duplex([
    'export',
    'rec',
    '--to',
    kind,
    '--output',
    `out.${kind}`,
    '--force',
    ...args,
  ]);
  expect(status, stderr).toBe(0);
  return folder.read(`out.${kind}`);
}

describe('HAR', () => {
  it('keeps each message bit for bit, its direction, and its time to the microsecond', async () => {
    const har = JSON.parse(await exported('har')) as {
      log: {
        version: string;
        entries: {
          request: { url: string; method: string };
          response: { status: number };
          _webSocketMessages: HarMessage[];
          _webSocketClose: object;
        }[];
      };
    };
    expect(har.log.version).toBe('1.2');
    const [entry, ...more] = har.log.entries;
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      request: { method: 'GET' },
      response: { status: 101 },
      _webSocketClose: { code: 1000, reason: '' },
    });
    expect(JSON.stringify(har)).not.toContain('abcdef123456');
    const opcodes: Record<string, number> = { text: 1, binary: 2, ping: 9, pong: 10 };
    const wanted = lines
      .filter(({ kind }) => kind in opcodes)
      .map(({ t, dir, kind, text, base64 }) => ({
        type: dir === 'out' ? 'send' : 'receive',
        time: startedAt * 1000 + t,
        opcode: opcodes[kind],
        data: text ?? base64,
      }));
    const found = entry!._webSocketMessages.map((each) => ({ ...each, time: Math.round(each.time * 1e6) }));
    expect(wanted.length).toBeGreaterThan(TEXTS.length * 2);
    expect(found.filter(({ opcode }) => opcode !== 8)).toEqual(wanted);
    expect(found.filter(({ opcode }) => opcode === 8)).toMatchObject([{ type: 'send', data: 'A+g=' }]);
  });

  it('takes a range, and a filter', async () => {
    const har = JSON.parse(await exported('har', '--filter', 'in text')) as {
      log: { entries: { _webSocketMessages: HarMessage[] }[] };
    };
    expect(har.log.entries[0]!._webSocketMessages.map(({ data }) => data)).toEqual(TEXTS);
    const none = JSON.parse(await exported('har', '--range', '9000..')) as { log: { entries: unknown[] } };
    expect(none.log.entries).toEqual([]);
  });

  it('has closes as opcode 8, and the wire size of each compressed message', async () => {
    const compressing = new WebSocketServer({
      ...{ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } },
    });
    compressing.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        socket.send(data.toString());
        socket.close(4000, 'enough');
      }),
    );
    await new Promise((resolve) => compressing.once('listening', resolve));
    const url = `ws://127.0.0.1:${(compressing.address() as AddressInfo).port}/`;
    const long = 'again '.repeat(500);
    const options = ['--frames', '--send', long, '--record', 'small', '--quiet'];
    try {
      await folder.duplex(['connect', url, ...options]);
      const frames = (await folder.duplex(['log', 'small', '--json', '--frames'])).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind: string; opcode?: number; dir?: string; size: number })
        .filter(({ kind, opcode }) => kind === 'frame' && opcode === 1);
      expect(frames.length).toBeGreaterThan(0);
      for (const query of [[], ['--filter', 'text close']]) {
        const args = ['export', 'small', '--to', 'har', '--output', 'small.har', '--force', ...query];
        const { status, stderr } = await folder.duplex(args);
        expect(status, stderr).toBe(0);
        const { log } = JSON.parse(folder.read('small.har')) as {
          log: { entries: { _webSocketMessages: (HarMessage & { _compressedSize?: number })[] }[] };
        };
        const messages = log.entries[0]!._webSocketMessages;
        expect(
          messages.filter(({ opcode }) => opcode === 1).map(({ _compressedSize }) => _compressedSize),
        ).toEqual(frames.map(({ size }) => size));
        expect(frames[0]!.size).toBeLessThan(long.length / 10);
        expect(messages.at(-1)).toMatchObject({
          opcode: 8,
          type: 'receive',
          data: Buffer.from('\x0f\xa0enough', 'latin1').toString('base64'),
        });
      }
    } finally {
      for (const client of compressing.clients) client.terminate();
      await new Promise((resolve) => compressing.close(resolve));
    }
  });

  it('has an entry for a handshake that was refused', async () => {
    const place = join(folder.path, 'refused');
    await duplex(['connect', 'ws://127.0.0.1:1/', '--record', place, '--quiet']);
    const { status } = await folder.duplex(['export', 'refused', '--to', 'har', '--output', 'refused.har']);
    expect(status).toBe(0);
    expect(JSON.parse(folder.read('refused.har'))).toMatchObject({
      log: { entries: [{ response: { status: 0 }, _webSocketMessages: [], _webSocketClose: 'aborted' }] },
    });
  });
});

it('JSON lines are those of duplex log --json', async () => {
  expect(
    (await exported('jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  ).toEqual(lines);
});

it('CSV has a header, quotes by RFC 4180, and a time of six decimals', async () => {
  const csv = await exported('csv', '--filter', 'out text');
  expect(csv.startsWith('seq,time,direction,kind,size,encoding,payload\r\n')).toBe(true);
  expect(csv).toContain('"a,""b""\r\nc"\r\n');
  expect(csv).toMatch(/^\d+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z,out,text,2,text,"hi"\r$/m);
});

it('keeps an existing file, and writes none if the folder is not a recording', async () => {
  writeFileSync(join(folder.path, 'mine.har'), 'mine');
  const kept = await folder.duplex(['export', 'rec', '--to', 'har', '--output', 'mine.har']);
  expect(kept.status).toBe(2);
  expect(kept.stderr).toContain('mine.har exists: choose another name, or overwrite it with --force.');
  expect(readFileSync(join(folder.path, 'mine.har'), 'utf8')).toBe('mine');
  const wrong = await folder.duplex(['export', '.', '--to', 'har', '--output', 'new.har']);
  expect(wrong.status).toBe(2);
  expect(existsSync(join(folder.path, 'new.har'))).toBe(false);
});

it('text is the output of duplex log, with dates and masked secrets', async () => {
  const text = await exported('text', '--filter', 'out text');
  expect(text).toMatch(/^# .*\n# ws:.*token=••••\n# Control characters are shown as signs/);
  expect(text).toMatch(/^-> \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z text {3}hi$/m);
  expect(text).not.toContain('abcdef123456');
});

it('payloads are files in a new folder, which is never written over', async () => {
  const args = ['export', 'rec', '--to', 'payloads', '--filter', 'in text', '--output', 'messages'];
  const { status, stderr } = await folder.duplex(args);
  expect(status, stderr).toBe(0);
  const list = folder
    .read('messages/messages.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; dir: string });
  expect(list.map(({ file }) => folder.read(`messages/${file}`))).toEqual(TEXTS);
  expect(list.every(({ dir }) => dir === 'in')).toBe(true);
  const again = await folder.duplex(args);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('messages exists: choose another name for the new folder.');
});

it.each([
  ['payloads', 'rec'],
  ['opencollection', 'two.ws'],
])('refuses --force for %s, which overwrites no folder', async (kind, source) => {
  folder.write('two.ws', '### One\nWEBSOCKET ws://127.0.0.1:1/\n\nhello\n');
  const args = ['export', source, '--to', kind, '--output', `forced-${kind}`, '--force'];
  const { status, stderr } = await folder.duplex(args);
  expect(status).toBe(2);
  expect(stderr).toContain(`--to ${kind} writes a new folder and overwrites none: leave out --force`);
  expect(existsSync(join(folder.path, `forced-${kind}`))).toBe(false);
});

it('never writes into the recording that it reads, for any kind and path', async () => {
  symlinkSync(join(folder.path, 'rec'), join(folder.path, 'link'));
  const files = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(join(folder.path, 'rec'))
        .sort()
        .map((name) => [name, folder.read(`rec/${name}`)]),
    );
  const before = files();
  for (const [kind, output] of [
    ['har', 'rec/session.json'],
    ['jsonl', 'rec/index.bin'],
    ['csv', 'rec/new.csv'],
    ['text', 'link/payload-0000.bin'],
    ['ws', './rec/../rec/new.ws'],
    ['payloads', 'rec/payloads'],
    ['payloads', 'rec/none/payloads'],
    ['har', 'rec'],
  ] as const) {
    const force = kind === 'payloads' ? [] : ['--force'];
    const args = ['export', 'rec', '--to', kind, '--output', output, ...force];
    const { status, stderr } = await folder.duplex(args);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(
        `${output} is in the recording rec itself: choose a place outside of its folder.`,
      ),
    ]);
  }
  expect(files()).toEqual(before);
  // A name that only begins as the folder's does is another.
  const beside = ['export', 'rec', '--to', 'text', '--output', 'rec.text', '--range', '0..0'];
  expect((await folder.duplex(beside)).status).toBe(0);
});

it('request files become a folder of OpenCollection, which imports again', async () => {
  folder.write(
    'two.ws',
    '### One\nWEBSOCKET ws://127.0.0.1:1/\n\nhello\n\n### Two\nWEBSOCKET ws://127.0.0.1:1/\n\n# @ping\n',
  );
  const args = ['export', 'two.ws', '--to', 'opencollection', '--output', 'collection'];
  const { status, stderr } = await folder.duplex(args);
  expect(status, stderr).toBe(0);
  expect(stderr).toContain('2 requests written to collection.');
  expect(stderr).toContain('Two: @ping of step 1 is left out.');
  const again = await folder.duplex(['import', 'collection']);
  expect(again.stdout).toContain('### One\nWEBSOCKET ws://127.0.0.1:1/\n\n# @label message 1\nhello');
  const exists = await folder.duplex(args);
  expect(exists.stderr).toContain('collection exists: choose another name for the new folder.');
  expect(exists.status).toBe(2);
});

it('reports the parts that cannot be exported as a collection, and writes nothing', async () => {
  folder.write('wrong.ws', 'WEBSOCKET ws://127.0.0.1:1/\n\n# @close never\n');
  folder.write('none.ws', '# nothing\n');
  const problem = async (...args: string[]): Promise<string> => {
    const { status, stderr } = await folder.duplex([
      'export',
      ...args,
      '--to',
      'opencollection',
      '--output',
      'no',
    ]);
    expect(status).toBe(2);
    return stderr;
  };
  expect(await problem('wrong.ws')).toMatch(/^wrong\.ws:3:\d+ error /);
  expect(await problem('none.ws')).toContain('none.ws has no WebSocket request.');
  expect(await problem('missing.ws')).toContain('missing.ws cannot be read: there is no such file');
  expect(await problem('.')).toContain('. cannot be read: it is a folder, name a request file.');
  expect(await problem('two.ws', '--range', '0..1')).toContain('A request file has no rows');
  expect(existsSync(join(folder.path, 'no'))).toBe(false);
});

describe('rows that are found in decoded messages', () => {
  const exported = (output: string, ...args: string[]) =>
    folder.duplex(['export', 'calls', '--to', 'jsonl', '--output', output, ...args]);

  beforeAll(async () => {
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const call = '{"jsonrpc":"2.0","id":1,"method":"m","params":{"deep":1}}';
    const args = ['--subprotocol', 'v1', '--send', call, '--wait', '1s', '--record', 'calls', '--quiet'];
    expect((await folder.duplex(['connect', url, ...args])).status).toBe(0);
  });

  it.each<[string[], number]>([
    [['$.method'], 2],
    [['$.method', '--decoded'], 0],
    [['$.deep'], 0],
    [['$.deep', '--decoded'], 2],
    [['$.deep', '--decoded', '--protocol', 'json-rpc'], 2],
    [['$.deep', '--decoded', '--protocol', 'none'], 0],
  ])('are exported: --search %j', async ([path, ...args], rows) => {
    const output = `${args.join('')}${path!.slice(2)}.jsonl`;
    const { status, stderr } = await exported(output, '--search', path!, ...args);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`${rows} rows written`)]);
    const written = folder.read(output).trim();
    expect(written === '' ? [] : written.split('\n').map((line) => (JSON.parse(line) as Line).dir)).toEqual(
      rows === 0 ? [] : ['out', 'in'],
    );
  });

  it.each([
    [['--decoded'], '--decoded says where to search: add --search TEXT.'],
    [
      ['--protocol', 'json-rpc'],
      '--protocol applies to --decoded and to filters by units: add one of them, or leave it out.',
    ],
    [['--search', 'x', '--decoded', '--protocol', 'nothing'], 'There is no protocol “nothing”'],
    [['--search', 'x', '--decoded', '--protocol', 'gone.protocol.json'], 'cannot be read: ENOENT'],
  ])('are selected with %j', async (args, problem) => {
    const { status, stderr } = await exported('none.jsonl', ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(existsSync(join(folder.path, 'none.jsonl'))).toBe(false);
  });

  it('do not exist for a request file', async () => {
    writeFileSync(join(folder.path, 'plain.ws'), 'WEBSOCKET ws://h\n');
    const args = [
      'export',
      'plain.ws',
      '--to',
      'opencollection',
      '--output',
      'c',
      '--search',
      'x',
      '--decoded',
    ];
    expect((await folder.duplex(args)).stderr).toContain(
      'leave out --range, --filter, --search, --decoded and --protocol',
    );
  });
});
