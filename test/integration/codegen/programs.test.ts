import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { startRecordingServer, type RecordingServer, type Seen } from './recordingServer.ts';

// Each program runs for real, and the server must see of it exactly what it sees of `duplex run` with the same file.

const run = promisify(execFile);
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
let folder: RequestFolder;

beforeAll(async () => {
  server = await startRecordingServer();
  folder = requestFolder({ 'full.ws': FULL(server.port), 'plain.ws': PLAIN(server.port) });
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(folder.path, 'node_modules'));
});
// A test that failed must not wait for what the next one sends.
beforeEach(() => server.forget());
afterAll(async () => {
  folder.remove();
  await server.close();
});

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function written(name: 'full' | 'plain', target: string, file: string): Promise<string> {
  const { status, stderr } = await folder.duplex([
    'code',
    `${name}.ws`,
    '--target',
    target,
    '--output',
    file,
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return folder.read(file);
}

async function execute(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const seen = server.next();
  await run(command, args, {
    cwd: folder.path,
    timeout: 50_000,
    env: { ...process.env, ...ENVIRONMENT, ...env },
  });
  return seen;
}

/** What the server sees of Duplex itself. */
async function expected(name: 'full' | 'plain'): Promise<Seen> {
  const seen = server.next();
  const { status, stdout } = await folder.duplex(['run', `${name}.ws`], ENVIRONMENT);
  expect(status, stdout).toBe(0);
  return seen;
}

const python = '/usr/bin/python3';
const LANGUAGES = [
  {
    target: 'node-ws',
    file: 'client.mjs',
    name: 'full',
    there: true,
    needs: 'Node',
    command: process.execPath,
  },
  {
    target: 'python-websocket-client',
    file: 'client1.py',
    name: 'full',
    there: has(python, '-c', 'import websocket'),
    needs: 'python3-websocket',
    command: python,
  },
  {
    target: 'python-websockets',
    file: 'client2.py',
    name: 'full',
    there: has(python, '-c', 'import websockets'),
    needs: 'python3-websockets',
    command: python,
  },
] as const;

for (const { target, file, name, there, needs, command } of LANGUAGES)
  it.skipIf(!there)(`${target} sends what duplex run sends (needs ${needs})`, async () => {
    const program = await written(name, target, file);
    expect(program).not.toContain(SECRET);
    expect(program).not.toContain('pa ss');
    expect(await execute(command, [file])).toEqual(await expected(name));
  });

it.skipIf(!has(python, '-c', 'import websockets'))(
  'python-websockets passes headers by the name that newer releases use (needs python3-websockets)',
  async () => {
    await written('full', 'python-websockets', 'client3.py');
    // Stands for release 14, which renamed the argument.
    folder.write(
      'newer/websockets.py',
      'import importlib.util, sys\n' +
        'sys.path = [p for p in sys.path if not p.endswith("newer")]\n' +
        'del sys.modules["websockets"]\n' +
        'import websockets.client as real\n' +
        'def connect(uri, *, additional_headers=None, **options):\n' +
        '    return real.connect(uri, extra_headers=additional_headers, **options)\n' +
        'sys.modules["websockets"].connect = connect\n',
    );
    expect(await execute(python, ['client3.py'], { PYTHONPATH: join(folder.path, 'newer') })).toEqual(
      await expected('full'),
    );
  },
);

it.skipIf(!has('javac', '--version'))(
  'java-websocket compiles against the documented API and sends what duplex run sends (needs a JDK)',
  async () => {
    for (const name of ['plain', 'full'] as const) {
      const place = `java-${name}`;
      mkdirSync(join(folder.path, place), { recursive: true });
      cpSync(join(import.meta.dirname, 'java'), join(folder.path, place), { recursive: true });
      await written(name, 'java-websocket', `${place}/Main.java`);
      const sources = readdirSync(join(folder.path, place), { recursive: true, encoding: 'utf8' }).filter(
        (each) => each.endsWith('.java'),
      );
      await run('javac', ['-encoding', 'UTF-8', '-d', 'out', ...sources], { cwd: join(folder.path, place) });
      const seen = await execute('java', ['-cp', `${place}/out`, 'Main']);
      const wanted = await expected(name);
      // Java-WebSocket sends pings without a payload.
      expect(seen).toEqual({
        ...wanted,
        messages: wanted.messages.filter((each) => !each.startsWith('ping')),
      });
    }
  },
);

const goPath = '/usr/share/gocode';
it.skipIf(!has('go', 'version') || !has('ls', `${goPath}/src/nhooyr.io/websocket`))(
  'go-websocket builds and sends what duplex run sends (needs golang-nhooyr-websocket-dev)',
  async () => {
    for (const name of ['plain', 'full'] as const) {
      mkdirSync(join(folder.path, `go-${name}`));
      const program = await written(name, 'go-websocket', `go-${name}/main.go`);
      // Debian has the package under its earlier name.
      folder.write(
        `go-${name}/main.go`,
        program.replaceAll('github.com/coder/websocket', 'nhooyr.io/websocket'),
      );
      const env = { GOPATH: goPath, GO111MODULE: 'off', GOCACHE: join(folder.path, 'go-cache'), GOFLAGS: '' };
      const seen = await execute('go', ['run', `go-${name}/main.go`], env);
      const wanted = await expected(name);
      expect(seen).toEqual({
        ...wanted,
        messages: wanted.messages.filter((each) => !each.startsWith('ping')),
      });
    }
  },
);

it.skipIf(!has('mcs', '--version'))(
  'dotnet compiles with mono and sends what duplex run sends (needs mono-mcs)',
  async () => {
    await written('plain', 'dotnet', 'Program.cs');
    await run('mcs', ['-langversion:latest', 'Program.cs'], { cwd: folder.path });
    expect(await execute('mono', ['Program.exe'])).toEqual(await expected('plain'));
  },
);

it.skipIf(!has('curl', '--version'))('curl makes the same handshake (needs curl)', async () => {
  await written('plain', 'curl', 'curl.sh');
  const seen = server.next();
  // It stays connected until it is ended.
  await run('timeout', ['2', 'sh', 'curl.sh'], {
    cwd: folder.path,
    env: { ...process.env, ...ENVIRONMENT },
  }).catch(() => undefined);
  const wanted = await expected('plain');
  expect({ ...(await seen), messages: [] }).toEqual({ ...wanted, messages: [] });
});

it('wscat sends the first message', async () => {
  await written('plain', 'wscat', 'wscat.sh');
  const path = `${dirname(process.execPath)}:${join(folder.path, 'node_modules/.bin')}:${process.env.PATH}`;
  const seen = await execute('sh', ['wscat.sh'], { PATH: path });
  const wanted = await expected('plain');
  expect({ ...seen, messages: seen.messages.slice(0, 1) }).toEqual({
    ...wanted,
    messages: wanted.messages.slice(0, 1),
  });
});

it('names the request without credentials', async () => {
  folder.write('named.ws', '### ws://me:hunter2secret@h/?token=abcdef123456\nWS ws://127.0.0.1:1/\n\nhi\n');
  const { status, stdout } = await folder.duplex(['code', 'named.ws', '--target', 'node-ws']);
  expect(status).toBe(0);
  expect(stdout).not.toMatch(/hunter2secret|abcdef123456/);
});
