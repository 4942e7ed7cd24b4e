import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CodeTargetId } from '../../../src/core/codegen/targets.ts';
import { startRecordingServer, type RecordingServer, type Seen } from './recordingServer.ts';
import { openWorkshop, RUNNERS, writtenProgram, type Environment, type Workshop } from './targetPrograms.ts';

// Each program really runs, and the server must receive exactly what it receives from `duplex run` with the same
// file.

// Compilers take long on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const HOSTILE = String.raw`it's "q" \ $HOME \${x} #{y} %s </script> */ ?>`;
const SECRET = `s3cr3t'"$(x)`;

/** Steps that look into JSON, capture, and send bytes. */
const FULL = (port: number): string => `
@host = 127.0.0.1:${port}
### Every step of a request
# @name full
# @subprotocol v1.json, v2.json
WEBSOCKET ws://me:pa%20ss@{{host}}/stream?a=b&token=t%26k
Origin: https://example.test
X-Hostile: ${HOSTILE}
X-Secret: {{$secret apiToken}}

{"op": "subscribe", "text": "\u2028 ü 😀 ${JSON.stringify(HOSTILE).slice(1, -1)}"}
=== wait-for-server
# @where $.type == "subscribed"
# @within 5s
# @expect $.n == 1
# @capture id = $.id
{"op": "unsubscribe", "id": {{id}}, "key": "{{$secret keyText}}"}
=== wait-for-server
# @where $.id == {{id}}
# @binary hex
00 01 fe ff
===
# @repeat 3 every 10ms
again
and a second line
===
# @ping hello
===
# @close 4001 bye
`;

/** The same without JSON and pings. */
const PLAIN = (port: number): string => `
### Text only
# @name plain
# @subprotocol v1.json, v2.json
WEBSOCKET ws://127.0.0.1:${port}/stream?a=b
Origin: https://example.test
X-Hostile: ${HOSTILE}
X-Secret: {{$secret apiToken}}

${HOSTILE}
===
go
=== wait-for-server
# @where text == "gone"
# @capture last = text
# @binary base64
AAH+/w==
===
{{last}} {{last}} ü 😀
===
# @close 4001 bye
`;

const ENVIRONMENT = {
  DUPLEX_SECRET_APITOKEN: SECRET,
  DUPLEX_SECRET_KEYTEXT: 'plain key',
  PASSWORD: 'pa ss',
  TOKEN: 't%26k',
};

let server: RecordingServer;
let workshop: Workshop;

beforeAll(async () => {
  server = await startRecordingServer();
  workshop = openWorkshop(server, { 'full.ws': FULL(server.port), 'plain.ws': PLAIN(server.port) });
});
// Drops old connections, so that no test takes one of a failed test.
beforeEach(() => server.forget());
afterAll(async () => {
  await workshop.close();
  await server.close();
});

async function execute(target: CodeTargetId, file: string, env: Environment = {}): Promise<Seen> {
  const seen = server.next();
  await RUNNERS[target].execute(workshop, file, { ...ENVIRONMENT, ...env });
  return seen;
}

/** The connection of `duplex run`, as the server sees it. */
async function expected(name: 'full' | 'plain'): Promise<Seen> {
  const seen = server.next();
  const { status, stdout } = await workshop.folder.duplex(['run', `${name}.ws`], ENVIRONMENT);
  expect(status, stdout).toBe(0);
  return seen;
}

const NO_PING = 'step 5: This client cannot send a ping.';
const TARGETS = [
  ['node-ws', []],
  ['python-websocket-client', []],
  ['python-websockets', []],
  ['java-websocket', []],
  ['go-websocket', [NO_PING]],
  ['dotnet', [NO_PING]],
] as const;

describe.each(TARGETS)('%s', (target, unable) => {
  const { there, needs, file } = RUNNERS[target];
  it.skipIf(!there).each(['full', 'plain'] as const)(
    `sends of %s what duplex run sends (needs ${needs})`,
    async (name) => {
      const { program, left } = await writtenProgram(workshop, name, target, file);
      expect(program).not.toContain(SECRET);
      expect(program).not.toContain('pa ss');
      expect(left).toEqual(name === 'full' ? unable : []);
      const wanted = await expected(name);
      expect(await execute(target, file)).toEqual({
        ...wanted,
        messages: wanted.messages.filter((each) => unable.length === 0 || !each.startsWith('ping')),
      });
    },
  );
});

it('browser sends from a page what a page can send', async () => {
  for (const name of ['full', 'plain'] as const) {
    const { program, left } = await writtenProgram(workshop, name, 'browser', 'client.js');
    expect(program).not.toContain(SECRET);
    const names = name === 'full' ? 'Authorization, X-Hostile, X-Secret' : 'X-Hostile, X-Secret';
    expect(left).toEqual([
      `a page cannot set headers (${names}, Origin).`,
      ...(name === 'full' ? [NO_PING] : []),
    ]);
    const seen = await execute('browser', 'client.js');
    const wanted = await expected(name);
    expect(seen).toEqual({
      url: wanted.url,
      headers: {
        origin: `http://127.0.0.1:${server.port}`,
        'sec-websocket-protocol': wanted.headers['sec-websocket-protocol'],
      },
      messages: wanted.messages.filter((each) => !each.startsWith('ping')),
    });
  }
});

it.skipIf(!RUNNERS['python-websockets'].there)(
  'python-websockets passes headers by the name that newer releases use (needs python3-websockets)',
  async () => {
    await writtenProgram(workshop, 'full', 'python-websockets', 'client3.py');
    // Stands for release 14, which renamed the argument.
    workshop.folder.write(
      'newer/websockets.py',
      'import importlib.util, sys\n' +
        'sys.path = [p for p in sys.path if not p.endswith("newer")]\n' +
        'del sys.modules["websockets"]\n' +
        'import websockets.client as real\n' +
        'def connect(uri, *, additional_headers=None, **options):\n' +
        '    return real.connect(uri, extra_headers=additional_headers, **options)\n' +
        'sys.modules["websockets"].connect = connect\n',
    );
    const newer = { PYTHONPATH: `${workshop.folder.path}/newer` };
    expect(await execute('python-websockets', 'client3.py', newer)).toEqual(await expected('full'));
  },
);

it.skipIf(!RUNNERS.curl.there)('curl makes the same handshake (needs curl)', async () => {
  for (const name of ['plain', 'full'] as const) {
    const { left } = await writtenProgram(workshop, name, 'curl', 'curl.sh');
    expect(left).toEqual(['the messages: this command makes the handshake only.']);
    const seen = await execute('curl', 'curl.sh');
    const wanted = await expected(name);
    expect({ ...seen, messages: [] }).toEqual({ ...wanted, messages: [] });
  }
});

const SHELL_LEFT = [
  'everything but text messages.',
  'messages that need a captured value.',
  'waits, expectations and captures.',
];

it('wscat sends the text messages', async () => {
  const { left } = await writtenProgram(workshop, 'plain', 'wscat', 'wscat.sh');
  expect(left).toEqual(SHELL_LEFT);
  const seen = await execute('wscat', 'wscat.sh');
  const wanted = await expected('plain');
  expect(seen).toEqual({
    ...wanted,
    messages: [...wanted.messages.slice(0, 2), 'close 1005 '],
  });
});

it.skipIf(!RUNNERS.websocat.there)(
  'websocat sends the text messages of one line (needs websocat)',
  async () => {
    const { left } = await writtenProgram(workshop, 'plain', 'websocat', 'websocat.sh');
    expect(left).toEqual(SHELL_LEFT);
    const seen = await execute('websocat', 'websocat.sh');
    const wanted = await expected('plain');
    expect({ ...seen, messages: seen.messages.slice(0, 2) }).toEqual({
      ...wanted,
      messages: wanted.messages.slice(0, 2),
    });
  },
);

describe('credentials of the URL', () => {
  it.each([
    ['me', 'me:'],
    ['me:', 'me:'],
    ['a%20b:p%3A%20w', 'a b:p: w'],
  ])('%s reach the server as duplex run sends them', async (userInfo, credentials) => {
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    workshop.folder.write('user.ws', `WEBSOCKET ws://${userInfo}@127.0.0.1:${server.port}/\n\nhi\n`);
    const byDuplex = server.next();
    expect(await workshop.folder.duplex(['run', 'user.ws'])).toMatchObject({ status: 0 });
    expect((await byDuplex).headers).toEqual({ authorization });
    for (const target of ['node-ws', 'python-websocket-client', 'curl', 'wscat'] as const) {
      if (!RUNNERS[target].there) continue;
      await writtenProgram(workshop, 'user', target, RUNNERS[target].file);
      const seen = await execute(target, RUNNERS[target].file, { PASSWORD: 'p: w' });
      expect(seen.headers, target).toEqual({ authorization });
    }
  });
});

it('names the request without credentials', async () => {
  workshop.folder.write(
    'named.ws',
    '### ws://me:hunter2secret@h/?token=abcdef123456\nWS ws://127.0.0.1:1/\n\nhi\n',
  );
  const { status, stdout } = await workshop.folder.duplex(['code', 'named.ws', '--target', 'node-ws']);
  expect(status).toBe(0);
  expect(stdout).not.toMatch(/hunter2secret|abcdef123456/);
});
