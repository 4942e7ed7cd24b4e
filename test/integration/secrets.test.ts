import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { MASK } from '../../src/core/session/secrets/mask.ts';
import type { ConnectOptions } from '../../src/shared/session.ts';
import { encryptKey, makeCertificate } from '../support/certificates.ts';
import { testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { duplex, endAll } from './cliProcess.ts';

// Every secret is a canary. Servers send back all that they were sent, in the forms in which servers do, and set
// secrets of their own. None of them may appear in recordings, errors or output.

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const authority = (url: string): string => url.replace(/^ws:\/\/|\/$/g, '');

/** The forbidden texts: the canaries, and the encoded forms of a password. */
const FORBIDDEN = [
  'canary',
  Buffer.from('canary').toString('hex'),
  base64('me:canary-userinfo'),
  base64('me:canary-basic'),
  base64('me:canary-proxy'),
];

const HEADERS: readonly (readonly [string, string])[] = [
  ['Authorization', 'Bearer canary-bearer'],
  ['Cookie', 'sid=canary-cookie; theme=dark'],
  ['X-Api-Key', 'canary-key "quoted"'],
  ['X-Custom', 'canary-marked'],
];

function secretOptions(origin: string): { readonly url: string } & Partial<ConnectOptions> {
  return {
    url: `ws://me:canary-userinfo@${origin}/stream?token=canary-query&page=2`,
    headers: HEADERS,
    subprotocols: ['v1', `bearer.${'canary'.repeat(8)}`],
    secrets: ['canary-marked'],
    handshakeTimeout: 5000,
    closeTimeout: 500,
  };
}

/** A request as servers repeat it: as it is, in JSON, percent-encoded, in base64. */
function echoed(request: string): string {
  const values = [...request.matchAll(/^[^:\r\n]+: (.*)$/gm)].map(([, value]) => value!.trim());
  return [
    request,
    JSON.stringify({ request }),
    ...values.map(encodeURIComponent),
    ...values.map(base64),
  ].join('\n');
}

function refusal(request: string, status = '401 Unauthorized', ...lines: string[]): string {
  const body = echoed(request);
  const head = [
    `HTTP/1.1 ${status}`,
    ...lines,
    'Set-Cookie: session=canary-set; HttpOnly',
    `X-Seen: ${/^X-Api-Key: (.*)$/im.exec(request)?.[1]?.trim() ?? 'nothing'}`,
  ];
  return [...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

async function bytesOf(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)));
}

function expectNone(text: string | Buffer, where: string): void {
  const searched = Buffer.from(text as string).toString('latin1');
  for (const secret of FORBIDDEN) {
    const at = searched.indexOf(secret);
    expect(at < 0 ? '' : searched.slice(Math.max(0, at - 80), at + 40), where).toBe('');
  }
}

/** Connects, closes again, and searches everything that was stored or reported. @returns the recording as text */
async function sweep(options: { readonly url: string } & Partial<ConnectOptions>): Promise<string> {
  const { engine, errors, recordingsFolder } = await testEngine();
  const rows: string[] = [];
  const session = engine.create(options, {
    tap: { onRow: ({ payload }) => rows.push(Buffer.from(payload).toString('latin1')) },
  });
  const summaries = new Set<string>();
  session.onDidChange(() => summaries.add(JSON.stringify(session.summary)));
  const thrown: unknown = await session.connect().catch((error: unknown) => error);
  await session.disconnect();
  summaries.add(JSON.stringify(session.summary));
  // The parts of an error that a log contains: the sentence, the stack, the cause.
  if (thrown instanceof Error) expectNone(`${thrown.message}\n${thrown.stack}`, 'the error');
  for (const summary of summaries) expectNone(summary, 'the summary');
  for (const row of rows) expectNone(row, 'a row');
  await engine.dispose();
  for (const error of errors) expectNone(error.message, 'the log');
  const files = await bytesOf(recordingsFolder);
  expect(files.size).toBeGreaterThan(1);
  for (const [file, bytes] of files) expectNone(bytes, file);
  return [...files.values()].map((bytes) => bytes.toString('utf8')).join('\n');
}

describe('the engine', () => {
  test('keeps secrets out of every output for a connection, even if the server repeats them', async () => {
    const { url } = await rawServer((socket, request) => {
      const key = /^X-Api-Key: (.*)$/im.exec(request)?.[1]?.trim() ?? '';
      socket.write(
        switching(
          request,
          'Sec-WebSocket-Protocol: v1',
          'Set-Cookie: session=canary-set; HttpOnly',
          `X-Seen: ${key}`,
          'X-Marked: canary-marked',
        ),
      );
    });
    const kept = await sweep(secretOptions(authority(url)));
    expect(kept).toContain('"status":101');
    expect(kept).toContain(`token=${MASK}&page=2`);
  });

  test('keeps secrets out of every output for a refusal whose body repeats the request in every form', async () => {
    const { url } = await rawServer((socket, request) => socket.end(refusal(request)));
    const kept = await sweep(secretOptions(authority(url)));
    expect(kept).toContain('"status":401');
    expect(kept).toContain('Host: 127.0.0.1');
  });

  test('keeps Basic and Digest credentials out of every output', async () => {
    const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5';
    const { url } = await rawServer((socket, request) => socket.end(refusal(request, '401 No', challenge)));
    for (const credentials of [
      'Basic me canary-basic',
      `Basic ${base64('me:canary-basic')}`,
      'Digest me canary-digest',
    ]) {
      const kept = await sweep({ url, headers: [['Authorization', credentials]], handshakeTimeout: 5000 });
      expect(kept).toContain('"status":401');
    }
  });

  test('keeps secrets out of every output for redirects within an origin and to another', async () => {
    const { url } = await rawServer((socket, request) => {
      const isFirst = request.startsWith('GET /stream');
      const target = isFirst
        ? '/again?token=canary-redirect'
        : 'ws://me:canary-location@127.0.0.2:9/?key=canary-other';
      socket.end(refusal(request, '302 Found', `Location: ${target}`));
    });
    const kept = await sweep(secretOptions(authority(url)));
    expect(kept).toContain('handshake.redirect');
    expect(kept).toContain(`/again?token=${MASK}`);
  });

  test('keeps secrets out of every output for an echo that is not HTTP', async () => {
    const { url } = await rawServer((socket, request) => socket.end(request));
    expect(await sweep(secretOptions(authority(url)))).toContain('handshake.not-http');
  });

  test('keeps secrets out of every output if a proxy refuses or cannot be reached', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.end(refusal(request, '407 Who', 'Proxy-Authenticate: Basic realm="p"')),
    );
    const target = secretOptions('target.test:80');
    const refused = await sweep({ ...target, proxy: `http://me:canary-proxy@${authority(url)}` });
    expect(refused).toContain('proxy.auth');
    const unreachable = await sweep({ ...target, proxy: 'socks5://me:canary-proxy@127.0.0.1:9' });
    expect(unreachable).toContain('proxy.unreachable');
  });

  test('keeps secrets and the passphrase of a certificate out of every output if TLS fails', async () => {
    const server = makeCertificate({ name: 'server', hosts: ['127.0.0.1'] });
    const client = makeCertificate({ name: 'client' });
    const folder = await temporaryFolder();
    const [cert, key] = [join(folder, 'client.pem'), join(folder, 'client.key')];
    await writeFile(cert, client.cert);
    await writeFile(key, encryptKey(client, 'canary-passphrase'));
    const listener = createServer({ cert: server.cert, key: server.key }, (socket) => socket.end());
    listener.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => void listener.close(() => resolve())));
    const origin = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const options = { ...secretOptions(origin), cert, key, passphrase: 'canary-passphrase' };
    const secure = { ...options, url: options.url.replace(/^ws:/, 'wss:') };
    expect(await sweep(secure)).toContain('tls.untrusted');
    // A passphrase that opens nothing.
    expect(await sweep({ ...secure, passphrase: 'canary-wrong' })).toContain('The passphrase does not open');
  });

  test('keeps secrets out of the errors for invalid options', async () => {
    const { engine } = await testEngine();
    const secret = secretOptions('127.0.0.1:9');
    for (const wrong of [
      { ...secret, url: 'http://me:canary@h/?token=canary' },
      { ...secret, url: 'ws://me:canary@h:99999/' },
      { ...secret, headers: [['X-Api-Key', 'canary\nkey']] as const },
      { ...secret, proxy: 'ftp://me:canary@proxy' },
      { ...secret, passphrase: 'canary\n', key: 'k', cert: 'c' },
      { ...secret, passphrase: 'canary' },
      { ...secret, redirectOrigins: ['ws://me:canary@h/'] },
    ]) {
      const create = (): unknown => engine.create(wrong);
      expect(create).toThrow();
      expect(create).not.toThrow('canary');
    }
  });
});

describe('the command line', () => {
  let answering: string;
  let refusing: string;
  afterAll(endAll);

  const serve = async (): Promise<void> => {
    answering = authority(
      (
        await rawServer((socket, request) => {
          socket.write(switching(request, 'Set-Cookie: session=canary-set', 'X-Seen: canary-key "quoted"'));
          setTimeout(() => socket.end(Buffer.from([0x88, 2, 3, 0xe8])), 50);
        })
      ).url,
    );
    refusing = authority((await rawServer((socket, request) => socket.end(refusal(request)))).url);
  };

  const flags = HEADERS.filter(([name]) => name !== 'X-Custom').flatMap(([name, value]) => [
    '-H',
    `${name}: ${value}`,
  ]);

  test.each([[[]], [['--json']], [['--quiet']]])('prints no secret in connect %j', async (mode) => {
    await serve();
    for (const origin of [answering, refusing]) {
      const record = await temporaryFolder();
      const url = `ws://me:canary-userinfo@${origin}/?token=canary-query`;
      const { stdout, stderr } = await duplex([
        'connect',
        url,
        ...flags,
        ...mode,
        '--record',
        join(record, 'r'),
      ]);
      expectNone(stdout, 'stdout');
      expectNone(stderr, 'stderr');
      expect(stdout + stderr).toMatch(origin === refusing ? /401/ : mode[0] === '--quiet' ? /^$/ : /101/);
      for (const [file, bytes] of await bytesOf(record)) expectNone(bytes, file);
      const log = await duplex(['log', join(record, 'r'), '--json']);
      expect(log.stdout).toContain('"kind"');
      expectNone(log.stdout + log.stderr, 'log');
    }
  });

  test('prints no secret from the environment in run, wherever the request uses it', async () => {
    await serve();
    const file = join(await temporaryFolder(), 'canaries.ws');
    await writeFile(
      file,
      [
        '### one',
        `WEBSOCKET ws://${refusing}/path-{{$secret place}}?plain={{$secret query}}`,
        'X-Plain: {{$secret plain}}',
        '',
      ].join('\n'),
    );
    const place = {
      env: {
        DUPLEX_SECRET_PLACE: 'canary-place',
        DUPLEX_SECRET_QUERY: 'canary-query',
        DUPLEX_SECRET_PLAIN: 'canary-plain',
      },
    };
    for (const reporter of ['spec', 'json', 'junit']) {
      const record = await temporaryFolder();
      const { stdout, stderr, status } = await duplex(
        ['run', file, '--reporter', reporter, '--record', join(record, 'r')],
        'closed',
        place,
      );
      expect(status, stderr).toBe(3);
      expect(stdout).toContain('401');
      expectNone(stdout, 'stdout');
      expectNone(stderr, 'stderr');
      const files = await bytesOf(record);
      expect(files.size).toBeGreaterThan(0);
      for (const [name, bytes] of files) expectNone(bytes, name);
    }
  });
});
