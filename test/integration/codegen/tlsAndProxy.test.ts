import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CodeTargetId } from '../../../src/core/codegen/targets.ts';
import { makeCertificate, type Certificate } from '../../support/certificates.ts';
import { httpProxy, socksProxy } from '../../support/proxies.ts';
import { startRecordingServer, type RecordingServer, type Seen } from './recordingServer.ts';
import {
  has,
  openWorkshop,
  RUNNERS,
  writtenProgram,
  type Environment,
  type Workshop,
} from './targetPrograms.ts';

// Programs reach a server whose authority only the request knows, show their certificate, and go through proxies.

// Compilers take long on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

let plain: RecordingServer;
let secure: RecordingServer;
let strange: RecordingServer;
let workshop: Workshop;

const signedBy = (issuer: Certificate, name: string): Certificate =>
  makeCertificate({ name, issuer, hosts: ['127.0.0.1', 'localhost'] });

beforeAll(async () => {
  const authority = makeCertificate({ name: 'Test Authority', isAuthority: true });
  const stranger = makeCertificate({ name: 'Strange Authority', isAuthority: true });
  plain = await startRecordingServer();
  secure = await startRecordingServer({ ...signedBy(authority, 'server'), ca: authority.cert });
  strange = await startRecordingServer({ ...signedBy(stranger, 'stranger'), ca: authority.cert });
  const client = signedBy(authority, 'the client');
  workshop = openWorkshop(plain, {
    'ca.pem': authority.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'authority.ws': `# @ca ca.pem\n${request(secure, 'wss')}`,
    'certificate.ws': `# @ca ca.pem\n# @cert client.pem\n# @key client.key\n${request(secure, 'wss')}`,
    'insecure.ws': `# @insecure\n${request(strange, 'wss')}`,
    'unknown.ws': request(strange, 'wss'),
    'useless.ws': `# @insecure\n# @ca ca.pem\n${request(plain, 'ws')}`,
  });
});
beforeEach(() => [plain, secure, strange].forEach((server) => server.forget()));
afterAll(async () => {
  await workshop.close();
  for (const server of [plain, secure, strange]) await server.close();
});

const HELLO = {
  headers: {},
  url: '/path',
  messages: ['text hello', expect.stringMatching(/^close/) as string],
};

function request({ port }: RecordingServer, scheme: string): string {
  return `WEBSOCKET ${scheme}://127.0.0.1:${port}/path\n\nhello\n`;
}

/** @returns the connection as the server saw it, and the omissions that standard error names */
async function execute(
  target: CodeTargetId,
  name: string,
  server: RecordingServer,
  env: Environment = {},
): Promise<{ readonly seen: Seen; readonly left: readonly string[] }> {
  const { file } = RUNNERS[target];
  const { left, program } = await writtenProgram(workshop, name, target, file);
  for (const sentence of left) expect(program).toContain(`Left out: ${sentence}`);
  const seen = server.next();
  await RUNNERS[target].execute(workshop, file, env);
  return { seen: await seen, left };
}

const LANGUAGES = [
  'node-ws',
  'python-websocket-client',
  'python-websockets',
  'java-websocket',
  'go-websocket',
] as const;

const KEY_STORE =
  'the client certificate: Java reads no keys in PEM. Make a key store and set javax.net.ssl.keyStore.';

describe.each([...LANGUAGES, 'wscat'] as const)('TLS of %s', (target) => {
  const { there, needs } = RUNNERS[target];

  it.skipIf(!there)(`trusts the authority of the request (needs ${needs})`, async () => {
    const { seen, left } = await execute(target, 'authority', secure);
    expect(left).toEqual([]);
    expect(seen).toEqual(HELLO);
  });

  it.skipIf(!there)(`shows the client certificate (needs ${needs})`, async () => {
    const { seen, left } = await execute(target, 'certificate', secure);
    const isJava = target === 'java-websocket';
    expect(left).toEqual(isJava ? [KEY_STORE] : []);
    expect(seen).toEqual(isJava ? HELLO : { ...HELLO, certificate: 'the client' });
  });

  it.skipIf(!there)(
    `accepts any certificate if the request says so, and only then (needs ${needs})`,
    async () => {
      const { seen, left } = await execute(target, 'insecure', strange);
      expect(left).toEqual([]);
      expect(seen).toEqual(HELLO);
      const { file } = RUNNERS[target];
      await writtenProgram(workshop, 'unknown', target, file);
      await expect(RUNNERS[target].execute(workshop, file, {})).rejects.toThrow(/certificate|SSL|PKIX/i);
    },
  );
});

describe.skipIf(!RUNNERS.curl.there)('TLS of curl (needs curl)', () => {
  it.each([
    ['authority', {}],
    ['certificate', { certificate: 'the client' }],
    ['insecure', {}],
  ])('%s', async (name, more) => {
    const { seen } = await execute('curl', name, name === 'insecure' ? strange : secure);
    expect(seen).toMatchObject({ url: '/path', ...more });
  });
});

it('programs name what their clients cannot do with certificates', async () => {
  const left = async (target: CodeTargetId): Promise<readonly string[]> =>
    (await writtenProgram(workshop, 'certificate', target, RUNNERS[target].file)).left;
  expect(await left('browser')).toEqual(['a page cannot choose certificates.']);
  expect(await left('websocat')).toEqual(['certificates.']);
  expect(await left('dotnet')).toEqual([
    '@ca: add the certificate authority to the certificate store of the system.',
  ]);
});

it('options of TLS are left out for a URL without TLS, where some clients refuse them', async () => {
  for (const target of LANGUAGES.filter((each) => RUNNERS[each].there && each !== 'go-websocket')) {
    const { seen, left } = await execute(target, 'useless', plain);
    expect(left).toEqual(['The options of TLS are not carried over: the URL is not wss:.']);
    expect(seen).toEqual(HELLO);
  }
});

describe('dotnet', () => {
  it.skipIf(!RUNNERS.dotnet.there)(
    'compiles with certificates, @insecure and a proxy with a password (needs mono-mcs)',
    async () => {
      const way = '# @proxy http://me:pa%20ss@127.0.0.1:1\n';
      const certificate = '# @insecure\n# @cert client.pem\n# @key client.key\n';
      workshop.folder.write('everything.ws', `${way}${certificate}${request(secure, 'wss')}`);
      const { program, left } = await writtenProgram(workshop, 'everything', 'dotnet', 'Everything.cs');
      expect(left).toEqual([]);
      expect(program).not.toContain('pa%20ss');
      expect(program).toContain('X509Certificate2.CreateFromPemFile("client.pem", "client.key")');
      // A method of .NET 5 and later.
      workshop.folder.write(
        'Everything.cs',
        `${program.replace('X509Certificate2.CreateFromPemFile', 'Newer.CreateFromPemFile')}
static class Newer
{
    public static X509Certificate2 CreateFromPemFile(string certificate, string key)
    {
        return new X509Certificate2(certificate);
    }
}
`,
      );
      const { stdout, stderr } = await promisify(execFile)(
        'mcs',
        ['-langversion:latest', '-out:everything.exe', 'Everything.cs'],
        { cwd: workshop.folder.path },
      );
      expect(stdout + stderr).not.toContain('error');
      expect(existsSync(`${workshop.folder.path}/everything.exe`)).toBe(true);
    },
  );

  it.skip('runs with @insecure and through a proxy (needs .NET: the ClientWebSocket of mono ignores both)');
});

const SOCKS_OF_PYTHON = has('/usr/bin/python3', '-c', 'import python_socks');

/** Which proxies a client reaches in this test, by the scheme of the proxy. */
const PROXIES = {
  'node-ws': ['http', 'socks5'],
  'python-websocket-client': SOCKS_OF_PYTHON ? ['http', 'socks5'] : ['http'],
  'java-websocket': ['http', 'socks5'],
  'go-websocket': ['http', 'socks5'],
  curl: ['http', 'socks5'],
  wscat: ['http'],
} as const;

describe.each(Object.entries(PROXIES))('the proxy of %s', (name, schemes) => {
  const target = name as keyof typeof PROXIES;
  const { there, needs } = RUNNERS[target];
  const proxies = schemes as readonly ('http' | 'socks5')[];

  it.skipIf(!there).each(proxies.flatMap((scheme) => [[scheme, 'ws'] as const, [scheme, 'wss'] as const]))(
    `%s: for a %s: URL (needs ${needs})`,
    async (scheme, to) => {
      const proxy = await (scheme === 'http' ? httpProxy : socksProxy)('me:pa ss');
      const server = to === 'ws' ? plain : secure;
      workshop.folder.write(
        'proxied.ws',
        `${to === 'ws' ? '' : '# @ca ca.pem\n'}# @proxy ${scheme}://me:pa%20ss@${proxy.host}\n${request(server, to)}`,
      );
      const { seen, left } = await execute(target, 'proxied', server, { PROXY_PASSWORD: 'pa%20ss' });
      expect(workshop.folder.read(RUNNERS[target].file)).not.toMatch(/pa(%20| )ss/);
      expect(left).toEqual(target === 'curl' ? ['the messages: this command makes the handshake only.'] : []);
      expect(seen.url).toBe('/path');
      if (target !== 'curl') expect(seen).toEqual(HELLO);
      expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${server.port}`]));
    },
  );
});

it.skipIf(!RUNNERS['python-websockets'].there)(
  'python-websockets names the release that it needs for a proxy, and passes it on there (needs python3-websockets)',
  async () => {
    const proxy = await httpProxy('me:pass');
    workshop.folder.write('proxied.ws', `# @proxy http://me:pass@${proxy.host}\n${request(plain, 'ws')}`);
    const env = { PROXY_PASSWORD: 'pass' };
    const { left } = await writtenProgram(workshop, 'proxied', 'python-websockets', 'proxied.py');
    expect(left).toEqual([
      '% in the user and password of the proxy: websockets sends them as they stand in the URL.',
    ]);
    await expect(RUNNERS['python-websockets'].execute(workshop, 'proxied.py', env)).rejects.toThrow(
      'Proxies need websockets 15 or later.',
    );
    expect(proxy.asked).toEqual([]);
    // Stands for release 15, which takes the URL of the proxy.
    workshop.folder.write(
      'newer/websockets.py',
      `import base64, socket, sys, urllib.parse
sys.path = [p for p in sys.path if not p.endswith("newer")]
del sys.modules["websockets"]
import websockets.client as real
def connect(uri, *, additional_headers=None, proxy=True, **options):
    way, to = urllib.parse.urlsplit(proxy), urllib.parse.urlsplit(uri)
    sock = socket.create_connection((way.hostname, way.port))
    words = way.username + ":" + way.password
    sock.sendall(f"CONNECT {to.netloc} HTTP/1.1\\r\\nHost: {to.netloc}\\r\\nProxy-Authorization: Basic {base64.b64encode(words.encode()).decode()}\\r\\n\\r\\n".encode())
    while not sock.recv(65536).endswith(b"\\r\\n\\r\\n"):
        pass
    return real.connect(uri, extra_headers=additional_headers, sock=sock, **options)
sys.modules["websockets"].connect = connect
`,
    );
    const seen = plain.next();
    const newer = { ...env, PYTHONPATH: `${workshop.folder.path}/newer` };
    await RUNNERS['python-websockets'].execute(workshop, 'proxied.py', newer);
    expect(await seen).toEqual(HELLO);
    expect(proxy.asked).toEqual([`127.0.0.1:${plain.port}`]);
  },
);

it('programs name the proxies that their clients do not reach', async () => {
  const left = async (target: CodeTargetId, proxy: string): Promise<readonly string[]> => {
    workshop.folder.write('proxied.ws', `# @proxy ${proxy}\n${request(plain, 'ws')}`);
    return (await writtenProgram(workshop, 'proxied', target, RUNNERS[target].file)).left;
  };
  expect(await left('browser', 'http://127.0.0.1:1')).toEqual(['a page cannot choose a proxy.']);
  expect(await left('wscat', 'socks5://127.0.0.1:1')).toEqual(['the proxy: wscat speaks no SOCKS.']);
  expect(await left('websocat', 'http://127.0.0.1:1')).toEqual([
    'the proxy: websocat speaks SOCKS5 alone, without credentials, to an IP address.',
  ]);
  expect(await left('websocat', 'socks5://127.0.0.1:1')).toEqual([]);
  expect(workshop.folder.read(RUNNERS.websocat.file)).toContain('--socks5 127.0.0.1:1');
  expect(await left('python-websocket-client', 'https://127.0.0.1:1')).toEqual([
    'the proxy: websocket-client speaks no TLS with a proxy.',
  ]);
  expect(await left('go-websocket', 'https://127.0.0.1:1')).toEqual([
    'the proxy: this program speaks TLS with a proxy only for wss: URLs.',
  ]);
});
