import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { duplex, endAll, jsonLines, texts } from './cliProcess.ts';
import { serverThat, type TestServer } from './cliServer.ts';

let demo: DemoServer;
let folder: string;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'duplex-cli-'));
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});
const servers: TestServer[] = [];
afterEach(async () => {
  endAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function server(attend: Parameters<typeof serverThat>[0]): Promise<TestServer> {
  const started = await serverThat(attend);
  servers.push(started);
  return started;
}

describe('input', () => {
  test('lines of a pipe are sent as text, and the answers are printed', async () => {
    const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/echo`], 'hello\nwörld\n');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^-- [\d:.]{15} open {3}101/);
    for (const text of ['hello', 'wörld']) {
      expect(stdout).toMatch(new RegExp(`^-> [\\d:.]{15} text {3}${text}$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^<- [\\d:.]{15} text {3}${text}$`, 'm'));
    }
    expect(stdout).toMatch(/^-> [\d:.]{15} close {2}1000\n$/m);
    expect(status).toBe(0);
  });

  test('empty lines, CRLF and a last line without a line break are sent correctly', async () => {
    const { stdout } = await duplex(['connect', `${demo.url}/echo`, '--json'], 'a\r\n\nb');
    expect(texts(stdout, 'in')).toEqual(['a', '', 'b']);
  });

  test.each([4096, 100_000, 5_000_000])('a line of %i bytes is one message', async (length) => {
    const line = 'x'.repeat(length - 1) + '!';
    const { stdout } = await duplex(['connect', `${demo.url}/echo`, '--json'], `${line}\n`);
    expect(jsonLines(stdout).filter(({ kind }) => kind === 'text').length).toBe(2);
    expect(texts(stdout, 'in')[0] === line).toBe(true);
  });

  test('many lines arrive in order', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
    const { stdout } = await duplex(['connect', `${demo.url}/echo`, '--json'], lines.join('\n'));
    expect(texts(stdout, 'in')).toEqual(lines);
    expect(jsonLines(stdout).map(({ seq }) => seq)).toEqual(Array.from({ length: 40_002 }, (_, seq) => seq));
  });

  test('a line that is not valid UTF-8 is reported and not sent; the others are sent', async () => {
    const input = Buffer.concat([Buffer.from('a\n'), Buffer.of(0xff), Buffer.from('\nb\n')]);
    const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/echo`, '--json'], input);
    expect(texts(stdout, 'in')).toEqual(['a', 'b']);
    expect(stderr).toBe(
      'duplex: Line 2 of the input is not valid UTF-8 and was not sent: send it with --send-file.\n',
    );
    expect(status).toBe(2);
  });

  test('--send and --send-file keep their order, and come before the input', async () => {
    const file = join(folder, 'some bytes.bin');
    await writeFile(file, Buffer.of(0, 255, 10));
    const args = [
      '--send',
      'one',
      '--send-file',
      file,
      '--send',
      '',
      '--send-file',
      file,
      '--send',
      '{"n":4}',
    ];
    const { stdout, status } = await duplex(['connect', `${demo.url}/echo`, '--json', ...args], 'last\n');
    const messages = jsonLines(stdout).filter((line) => line.dir === 'in');
    expect(messages.map((line) => line.text ?? line.base64)).toEqual([
      'one',
      'AP8K',
      '',
      'AP8K',
      '{"n":4}',
      'last',
    ]);
    expect(status).toBe(0);
  });

  test('messages that a closed server did not get are reported', async () => {
    const { url } = await server((client) => client.once('message', () => client.close(1000)));
    // More than all buffers on the way hold, so that the close arrives in the middle.
    const input = `${'x'.repeat(9_999)}\n`.repeat(3000);
    const { status, stderr } = await duplex(['connect', url, '--quiet'], input);
    const [, count] = /^duplex: (\d+) lines of the input were not sent: the connection ended first\.\n$/.exec(
      stderr,
    ) ?? [undefined, 'no count'];
    expect(Number(count)).toBeGreaterThan(500);
    expect(Number(count)).toBeLessThan(3000);
    expect(status).toBe(0);
  });
});

describe('--json', () => {
  test('prints the lines that docs/cli.md shows, keys in that order', async () => {
    const { url } = await server((client) => {
      client.send('täxt');
      client.send(Buffer.of(0, 1, 2));
      client.ping();
      client.on('pong', () => client.close(1000, 'bye'));
    });
    const { stdout, status } = await duplex(['connect', url, '--json', '--no-deflate'], 'closed');
    const [open, ...rest] = stdout.replace(/"t":\d+/g, '"t":0').split('\n');
    expect(open).toMatch(
      /^\{"seq":0,"t":0,"kind":"open","status":101,"protocol":"","extensions":"","headers":\[\["Upgrade","websocket"\],/,
    );
    expect(rest).toEqual([
      '{"seq":1,"t":0,"dir":"in","kind":"text","size":5,"text":"täxt"}',
      '{"seq":2,"t":0,"dir":"in","kind":"binary","size":3,"base64":"AAEC"}',
      '{"seq":3,"t":0,"dir":"in","kind":"ping","size":0,"base64":""}',
      '{"seq":4,"t":0,"dir":"out","kind":"pong","size":0,"base64":""}',
      '{"seq":5,"t":0,"dir":"in","kind":"close","code":1000,"reason":"bye","clean":true}',
      '',
    ]);
    expect(status).toBe(0);
  });

  test('times are microseconds that never go back', async () => {
    const { stdout, took } = await duplex(['connect', `${demo.url}/burst?n=1000`, '--json']);
    const times = jsonLines(stdout).map((line) => line.t as number);
    expect(times.every((time, i) => Number.isInteger(time) && time >= (times[i - 1] ?? 0))).toBe(true);
    expect(times.at(-1)).toBeLessThan(took * 1000);
  });

  test('100,000 messages of a burst come complete and in order', async () => {
    const { stdout, status } = await duplex(['connect', `${demo.url}/burst?n=100000&size=100`, '--json']);
    const lines = jsonLines(stdout);
    expect(lines.length).toBe(100_002);
    expect(lines.every((line, i) => line.seq === i)).toBe(true);
    const numbers = texts(stdout, 'in').map((text) => (JSON.parse(text as string) as { n: number }).n);
    expect(numbers.every((n, i) => n === i)).toBe(true);
    expect(status).toBe(0);
  });
});

describe('options of the connection', () => {
  test('--header and --subprotocol reach the server', async () => {
    const { url, requests } = await server((client) => client.close(1000));
    const args = ['-H', 'X-One: 1', '--header', 'X-Two: a:b', '--subprotocol', 'v2.json, v1.json'];
    const { stdout, status } = await duplex(['connect', url, '--json', ...args]);
    expect(requests[0]?.headers).toMatchObject({
      'x-one': '1',
      'x-two': 'a:b',
      'sec-websocket-protocol': 'v2.json, v1.json',
    });
    expect(jsonLines(stdout)[0]).toMatchObject({ kind: 'open', protocol: 'v2.json' });
    expect(status).toBe(0);
  });

  test('compression is offered, unless --no-deflate', async () => {
    const extensionsOf = async (...args: string[]): Promise<unknown> =>
      jsonLines((await duplex(['connect', `${demo.url}/close`, '--json', ...args])).stdout)[0]?.extensions;
    expect(await extensionsOf()).toContain('permessage-deflate');
    expect(await extensionsOf('--no-deflate')).toBe('');
  });

  test('--max-payload is named in its error; 0 accepts every size', async () => {
    const url = `${demo.url}/burst?n=1&size=70000`;
    const limited = await duplex(['connect', url, '--json', '--max-payload', '64KiB']);
    expect(jsonLines(limited.stdout)[1]).toMatchObject({
      kind: 'error',
      code: 'limit.payload',
      message: expect.stringContaining('max-payload') as string,
    });
    expect(limited.status).toBe(3);
    const unlimited = await duplex(['connect', url, '--json', '--max-payload', '0']);
    expect(jsonLines(unlimited.stdout)[1]).toMatchObject({ kind: 'text', size: 70_000 });
    expect(unlimited.status).toBe(0);
  });

  test('--timeout is named in the error of an unanswered handshake', async () => {
    const { url } = await server('silent');
    const { status, stderr, took } = await duplex(['connect', url, '--timeout', '300ms']);
    expect(stderr).toMatch(/error {2}handshake\.timeout: .*0\.3 s/);
    expect(status).toBe(3);
    expect(took).toBeLessThan(10_000);
  });

  test('--echo answers each message with itself, text as text and binary as binary', async () => {
    const echoed: string[] = [];
    const { url } = await server((client) => {
      client.on('message', (data, isBinary) => {
        echoed.push(`${isBinary} ${(data as Buffer).toString('hex')}`);
        if (echoed.length === 3) client.close(1000);
      });
      client.send('a');
      client.send(Buffer.of(255));
      client.send('');
    });
    const { status, stdout } = await duplex(['connect', url, '--echo', '--json']);
    expect(echoed).toEqual(['false 61', 'true ff', 'false ']);
    expect(
      jsonLines(stdout)
        .map(({ kind, dir }) => `${kind} ${dir as string}`)
        .sort(),
    ).toEqual(
      [
        'open undefined',
        'text in',
        'text out',
        'binary in',
        'binary out',
        'text in',
        'text out',
        'close in',
      ].sort(),
    );
    expect(status).toBe(0);
  });
});

describe('a handshake that does not come about', () => {
  test('is reported with status, headers and body, and ends with 3', async () => {
    const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/refuse?status=401`]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^-- [\d:.]{15} error {2}handshake\.status: .*HTTP 401 Unauthorized/);
    expect(stderr).toContain('   WWW-Authenticate: Bearer');
    expect(stderr).toContain('   {"error":"refused","status":401');
    expect(status).toBe(3);
  });

  test('is one line of JSON with --json, also with --quiet', async () => {
    for (const quiet of [[], ['--quiet']]) {
      const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/refuse`, '--json', ...quiet]);
      const [line, ...more] = jsonLines(stdout);
      expect(line).toMatchObject({ seq: 0, kind: 'error', code: 'handshake.status', status: 403 });
      expect(line?.headers).toContainEqual(['X-Demo', 'refused']);
      expect(JSON.parse(line?.body as string)).toMatchObject({ error: 'refused' });
      expect(more).toEqual([]);
      expect(stderr).toBe('');
      expect(status).toBe(3);
    }
  });

  test('for want of a server ends with 3', async () => {
    const { url } = await serverThat(() => undefined).then(async (gone) => {
      await gone.close();
      return gone;
    });
    const { status, stderr } = await duplex(['connect', url, '--quiet']);
    expect(stderr).toContain('tcp.refused');
    expect(status).toBe(3);
  });
});

describe('exit status of a close', () => {
  test.each([
    ['code=1000', 0],
    ['code=1001', 0],
    ['', 0],
    ['code=1011&reason=broken', 3],
    ['code=4000', 3],
    ['code=1006', 3],
  ])('%s: %i', async (query, expected) => {
    const { status, stderr } = await duplex(['connect', `${demo.url}/close?${query}`]);
    expect(status).toBe(expected);
    expect(stderr).toBe('');
  });
});

describe('--quiet', () => {
  test('prints nothing without a problem', async () => {
    const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/burst?n=10`, '--quiet']);
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test('says how it ended badly', async () => {
    const { status, stdout, stderr } = await duplex([
      'connect',
      `${demo.url}/close?code=4001&reason=no`,
      '--quiet',
    ]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/close {2}4001 no\n$/);
    expect(status).toBe(3);
  });

  test('with --json it prints open, close and error', async () => {
    const { stdout } = await duplex(['connect', `${demo.url}/burst?n=10`, '--quiet', '--json']);
    expect(jsonLines(stdout).map(({ seq, kind }) => [seq, kind])).toEqual([
      [0, 'open'],
      [11, 'close'],
    ]);
  });
});

describe('secrets and hostile servers', () => {
  test('secrets of the handshake are on no output', async () => {
    const { url } = await server((client) => client.close(1000));
    const withUser = url.replace('ws://', 'ws://user:PASSW0RD@');
    for (const mode of [[], ['--json']]) {
      const args = ['-H', 'Authorization: Bearer S3CRET', '-H', 'Cookie: sid=S3CRET', ...mode];
      const { stdout, stderr, status } = await duplex(['connect', withUser, ...args]);
      expect(stdout + stderr).not.toMatch(/S3CRET|PASSW0RD|C00KIE/);
      if (mode.length > 0) expect(jsonLines(stdout)[0]?.headers).toContainEqual(['Set-Cookie', '••••']);
      expect(status).toBe(0);
    }
  });

  test('no control character of a server reaches the terminal', async () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u009b31m\u007f\r\u202e';
    const { url } = await server((client) => {
      client.send(evil);
      client.ping(evil);
      client.close(1000, evil);
    });
    for (const mode of [[], ['--json']]) {
      const { stdout, stderr } = await duplex(['connect', url, ...mode]);
      expect(stdout.replaceAll('\n', '') + stderr).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      expect(stdout).toContain('[2J');
    }
  });
});
