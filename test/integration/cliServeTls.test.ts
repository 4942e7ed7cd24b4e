import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as tcp } from 'node:net';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { diagnose } from '../../src/core/session/doctor/doctor.ts';
import { connectOptions } from '../../src/core/session/options/connectOptions.ts';
import { makeCertificate } from '../support/certificates.ts';
import { demoServer } from '../support/engine.ts';
import { outcome } from '../support/outcome.ts';
import { duplex, endAll, start, texts, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
  folder = undefined;
});

interface Listener extends Running {
  readonly url: string;
}

/** Starts a command that listens at wss: URLs. */
async function listening(files: Record<string, string>, ...args: string[]): Promise<Listener> {
  folder ??= requestFolder(files);
  const running = start([...args, '--port', '0'], 'closed', { cwd: folder.path });
  await running.prints(/^wss:\S+\n/);
  return { ...running, url: /^wss:\S+/.exec(running.stdout())![0] };
}

async function fingerprintOf({ stderr }: Running): Promise<string> {
  const shown = /fingerprint:? ([0-9A-F:]{95})\n/;
  await expect.poll(stderr, { timeout: 20_000 }).toMatch(shown);
  return shown.exec(stderr())![1]!;
}

/** Returns the echo that a client of `ws` receives; rejects if the connection fails. */
async function echoed(url: string, options: ClientOptions): Promise<{ text: string; peer: PeerCertificate }> {
  const socket = new WebSocket(url, options);
  try {
    await once(socket, 'open');
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    socket.send('grüße');
    const { _socket: transport } = socket as unknown as { _socket: TLSSocket };
    return { peer: transport.getPeerCertificate(), text: (await answer)[0].toString() };
  } finally {
    socket.terminate();
  }
}

const ECHO = 'SERVE wss://127.0.0.1:9443/\n\n=== on-message\n# @echo\n';
const authority = makeCertificate({ name: 'Test CA', isAuthority: true });
const server = makeCertificate({ name: 'server', issuer: authority, hosts: ['127.0.0.1'] });
const GIVEN = { 'server.pem': server.cert, 'server.key': server.key };

const OWN = '# @tls-cert ./server.pem\n# @tls-key ./server.key\n';

describe('a server with a certificate made for the run', () => {
  it('shows the fingerprint that a client can pin', async () => {
    const served = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws');
    const { peer, text } = await echoed(served.url, { rejectUnauthorized: false });
    expect(peer.fingerprint256).toBe(await fingerprintOf(served));
    expect(text).toBe('grüße');
    expect(served.stderr()).toContain('created for this run');
  });

  it('writes the certificate, which makes a client trust this server only', async () => {
    const served = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws', '--tls-save', 'ca.pem');
    await fingerprintOf(served);
    const path = join(folder!.path, 'ca.pem');
    await expect.poll(() => readText(path), { timeout: 20_000 }).toContain('END CERTIFICATE');
    const ca = readFileSync(path);
    expect(ca.toString()).not.toContain('PRIVATE');
    expect((await echoed(served.url, { ca })).text).toBe('grüße');
    await expect(echoed(served.url, {})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const again = await listening({}, 'serve', 'a.ws', '--tls-save', 'ca.pem');
    await expect.poll(() => readText(path), { timeout: 20_000 }).not.toBe(ca.toString());
    expect(await fingerprintOf(again)).not.toBe(await fingerprintOf(served));
  });

  // macOS has only 127.0.0.1 until others are added.
  it.skipIf(process.platform === 'darwin').each([
    ['a server', 'SERVE ws://127.0.0.5:0/\n\n=== on-message\n# @echo\n', [], '127.0.0.5'],
    ['a server with --host', ECHO, ['--host', '127.0.0.6'], '127.0.0.6'],
    ['a proxy', 'PROXY ws://127.0.0.5:0 -> ws://127.0.0.1:1/\n', [], '127.0.0.5'],
    [
      'a proxy with --host',
      'PROXY wss://127.0.0.5:0 -> ws://127.0.0.1:1/\n',
      ['--host', '127.0.0.6'],
      '127.0.0.6',
    ],
  ])('has it for the host of its URL, also with --tls: %s', async (_, source, args, host) => {
    const served = await listening(
      { 'a.ws': source },
      'serve',
      'a.ws',
      '--tls',
      '--tls-save',
      'ca.pem',
      ...args,
    );
    expect(new URL(served.url).hostname).toBe(host);
    const path = join(folder!.path, 'ca.pem');
    await expect.poll(() => readText(path), { timeout: 20_000 }).toContain('END CERTIFICATE');
    const certificate = new X509Certificate(readFileSync(path));
    for (const name of [host, '127.0.0.1', '::1']) expect(certificate.checkIP(name), name).toBe(name);
    expect(certificate.checkIP('127.0.0.9')).toBeUndefined();
  });

  it('is trusted by the doctor’s fix', async () => {
    const { url } = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws');
    const { error, evidence } = await outcome({ url });
    expect(error?.code).toBe('tls.untrusted');
    const detail = { ...evidence, code: error!.code, message: error!.message };
    const fix = diagnose(detail, connectOptions({ url })).fixes.find(({ id }) => id === 'trustCa');
    expect(fix?.label).toBe('Trust this certificate for this connection');
    const { open } = await outcome({ url, ...fix!.change });
    expect(open).toMatchObject({ status: 101, tls: { verified: true } });
  });

  it('works for the demo server too', async () => {
    const demo = await listening({}, 'serve', '--tls', '--tls-save', 'ca.pem');
    await expect.poll(() => readText(join(folder!.path, 'ca.pem')), { timeout: 20_000 }).not.toBe('');
    const { status, stdout, stderr } = await duplex(
      ['connect', `${demo.url}/echo`, '--ca', 'ca.pem', '--send', 'hello', '--wait', '200ms', '--json'],
      'closed',
      { cwd: folder!.path },
    );
    expect(stderr).toBe('');
    expect(texts(stdout, 'in')).toEqual(['hello']);
    expect(status).toBe(0);
  });

  it('reports a client that speaks no TLS, and continues to serve', async () => {
    const served = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws');
    const { port } = new URL(served.url);
    const socket = tcp(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect
      .poll(served.stderr, { timeout: 20_000 })
      .toMatch(
        /(?:The client at 127\.0\.0\.1:\d+|A client that has left): it does not speak TLS\. Let it connect to the wss:\/\/ URL/,
      );
    socket.destroy();
    expect((await echoed(served.url, { rejectUnauthorized: false })).text).toBe('grüße');
  });

  it.skipIf(!hasPython())('reports that a client does not trust it', async () => {
    const served = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws');
    const { port } = new URL(served.url);
    const program = `import socket, ssl\nssl.create_default_context().wrap_socket(socket.create_connection(("127.0.0.1", ${port})), server_hostname="localhost")`;
    await new Promise<void>((resolve) => {
      execFile('python3', ['-c', program], () => resolve());
    });
    await expect
      .poll(served.stderr, { timeout: 20_000 })
      .toMatch(
        /(?:The client at 127\.0\.0\.1:\d+|A client that has left): it does not trust the certificate\. Add/,
      );
  });
});

describe('a server with a certificate of its own', () => {
  it.each([
    ['of the block', `${OWN}${ECHO}`, []],
    ['of the block with --tls', `${OWN}${ECHO}`, ['--tls']],
    [
      'of the command line',
      ECHO.replace('wss:', 'ws:'),
      ['--tls-cert', 'server.pem', '--tls-key', 'server.key'],
    ],
  ])('shows the certificate %s', async (_, source, args) => {
    const served = await listening({ 'a.ws': source, ...GIVEN }, 'serve', 'a.ws', ...args);
    const { peer, text } = await echoed(served.url, { ca: authority.cert });
    expect([peer.subject.CN, text]).toEqual(['server', 'grüße']);
    expect(peer.fingerprint256).toBe(await fingerprintOf(served));
    expect(served.stderr()).not.toContain('created for this run');
  });

  it('lets blocks with and without a certificate of their own listen at ports of their own', async () => {
    const source = `${OWN}SERVE wss://127.0.0.1:0/a\n###\nSERVE ws://127.0.0.1:0/b\n`;
    const served = await listening(
      { 'a.ws': source, ...GIVEN },
      'serve',
      'a.ws',
      '--tls',
      '--tls-save',
      'c.pem',
    );
    const path = join(folder!.path, 'c.pem');
    await expect.poll(() => readText(path).match(/END CERTIFICATE/g), { timeout: 20_000 }).toHaveLength(2);
    const { fingerprint256 } = new X509Certificate(server.cert);
    await expect
      .poll(served.stderr, { timeout: 20_000 })
      .toMatch(/\/b has a certificate that was created for this run/);
    expect(served.stderr()).toMatch(
      new RegExp(`The certificate of \\S+/a has the SHA-256 fingerprint ${fingerprint256}`),
    );
  });
});

describe('a proxy with TLS', () => {
  it.each([
    ['made for the run', ['--tls'], { rejectUnauthorized: false }],
    ['that is given', ['--tls-cert', 'server.pem', '--tls-key', 'server.key'], { ca: authority.cert }],
  ])('listens with a certificate %s', async (_, args, trust) => {
    const demo = await demoServer();
    const proxy = await listening(GIVEN, 'proxy', demo.url, ...args);
    const { peer, text } = await echoed(`${proxy.url}/echo`, trust);
    expect(text).toBe('grüße');
    expect(peer.fingerprint256).toBe(await fingerprintOf(proxy));
  });

  it('shows the certificate of its block with --tls too, unless another is named', async () => {
    const demo = await demoServer();
    const source = `${OWN}PROXY wss://127.0.0.1:0 -> ${demo.url}\n`;
    const other = makeCertificate({ name: 'other', issuer: authority, hosts: ['127.0.0.1'] });
    const files = { 'a.ws': source, ...GIVEN, 'other.pem': other.cert + other.key };
    const own = await listening(files, 'serve', 'a.ws', '--tls');
    const named = await listening({}, 'serve', 'a.ws', '--tls', '--tls-cert', 'other.pem');
    const trust = { ca: authority.cert };
    expect((await echoed(`${own.url}/echo`, trust)).peer.subject.CN).toBe('server');
    expect((await echoed(`${named.url}/echo`, trust)).peer.subject.CN).toBe('other');
  });

  it('is a block of a file, and has another certificate for its server than for its clients', async () => {
    const backend = await listening({ 'a.ws': ECHO }, 'serve', 'a.ws', '--tls-save', 'backend.pem');
    await expect.poll(() => readText(join(folder!.path, 'backend.pem')), { timeout: 20_000 }).not.toBe('');
    writeFileSync(
      join(folder!.path, 'proxy.ws'),
      `PROXY wss://localhost:0 -> ${backend.url}\n# @ca ./backend.pem\n`,
    );
    const proxy = await listening({}, 'serve', 'proxy.ws');
    expect((await echoed(proxy.url, { rejectUnauthorized: false })).text).toBe('grüße');
    expect(await fingerprintOf(proxy)).not.toBe(await fingerprintOf(backend));
  });
});

describe('duplex serve with invalid TLS options', () => {
  const LARGE = `${server.cert}${' '.repeat(4 * 1024 * 1024)}`;

  it.each([
    ['a key alone', ['--tls-key', 'server.key'], 'There is no certificate for --tls-key'],
    ['a passphrase alone', ['--tls-passphrase', 'x'], 'There is no certificate for --tls-passphrase'],
    ['a file that does not exist', ['--tls-cert', 'none.pem'], 'none.pem cannot be read (ENOENT)'],
    ['the key of another', ['--tls-cert', 'server.pem', '--tls-key', 'other.key'], 'does not belong to'],
    ['nothing to write', ['--tls-save', 'ca.pem'], 'There is no certificate to write with --tls-save'],
    [
      'a file to write that is a key',
      ['--tls', '--tls-save', 'server.key'],
      'server.key contains something other',
    ],
    ['a certificate that is too large', ['--tls-cert', 'large.pem'], 'large.pem is larger than 4.0 MiB'],
    [
      'a key that is too large',
      ['--tls-cert', 'server.pem', '--tls-key', 'large.pem'],
      'large.pem is larger than 4.0 MiB',
    ],
    ['a large file to write', ['--tls', '--tls-save', 'large.pem'], 'large.pem contains something other'],
    ['a folder to write', ['--tls', '--tls-save', '.'], '. cannot be read (EISDIR)'],
  ])('reports %s', async (_, args, sentence) => {
    folder = requestFolder({ ...GIVEN, 'other.key': authority.key, 'large.pem': LARGE });
    const { status, stderr } = await folder.duplex(['serve', '--port', '0', ...args]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(sentence) as string });
    expect(readText(join(folder.path, 'server.key'))).toBe(server.key);
  });

  it.runIf(existsSync('/dev/zero')).each([
    ['a certificate', ['--tls-cert', '/dev/zero'], '/dev/zero is larger than 4.0 MiB, or is a device'],
    [
      'a key',
      ['--tls-cert', 'server.pem', '--tls-key', '/dev/zero'],
      '/dev/zero is larger than 4.0 MiB, or is a device',
    ],
    ['a file to write', ['--tls', '--tls-save', '/dev/zero'], '/dev/zero contains something other'],
  ])('reports %s without an end', async (_, args, sentence) => {
    folder = requestFolder(GIVEN);
    const { status, stderr } = await folder.duplex(['serve', '--port', '0', ...args]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(sentence) as string });
  });

  it.skipIf(process.getuid === undefined || process.getuid() === 0)(
    'reports a file that may be written but not read',
    async () => {
      folder = requestFolder(GIVEN);
      const path = join(folder.path, 'server.key');
      chmodSync(path, 0o200);
      const { status, stderr } = await folder.duplex([
        'serve',
        '--port',
        '0',
        '--tls',
        '--tls-save',
        'server.key',
      ]);
      chmodSync(path, 0o600);
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringContaining('server.key cannot be read (EACCES)') as string,
      });
      expect(readText(path)).toBe(server.key);
    },
  );

  it.each([
    [
      'SERVE ws://127.0.0.1:9876/a\n###\nSERVE wss://127.0.0.1:9876/b\n',
      'The blocks at port 9876 differ in TLS',
    ],
    ['# @tls-cert ./none.pem\nSERVE wss://127.0.0.1:0/\n', 'none.pem cannot be read'],
    [
      '# @tls-cert ./server.pem\nSERVE ws://127.0.0.1:0/\n',
      'a.ws:1:1 error directive.conflict @tls-cert is for',
    ],
  ])('reports the problem of %j', async (source, sentence) => {
    folder = requestFolder({ 'a.ws': source, ...GIVEN });
    const { status, stderr } = await folder.duplex(['serve', 'a.ws']);
    expect(stderr).toContain(sentence);
    expect(status).not.toBe(0);
  });
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import ssl'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
