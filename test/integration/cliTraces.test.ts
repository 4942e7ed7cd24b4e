import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { WebSocketServer } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { makeCertificate } from '../support/certificates.ts';
import { duplex, endAll, jsonLines, spawnDuplex } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let demo: DemoServer;
let secure: { readonly url: string; close(): Promise<void> };
let folder: RequestFolder;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
  secure = await secureServer();
});
afterAll(() => Promise.all([demo.close(), secure.close()]));
beforeEach(() => {
  folder = requestFolder();
});
afterEach(() => {
  endAll();
  folder.remove();
});

/** Echoes over TLS, with a certificate that signs itself. */
async function secureServer(): Promise<typeof secure> {
  const server = createServer(makeCertificate({ name: 'localhost', hosts: ['127.0.0.1'] }));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client) =>
    client.on('message', (data) => client.send((data as Buffer).toString())),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}

/** The open row: notes about the security of the connection may come before it. */
function openLine(stdout: string): object | undefined {
  return jsonLines(stdout).find(({ kind }) => kind === 'open');
}

const WARNING = 'duplex: Certificates are not verified (--insecure): ';

describe('certificates that are not verified leave a trace', () => {
  test('connect: a warning, and the open row of both forms and of the recording', async () => {
    const args = ['connect', secure.url, '--insecure'];
    const plain = await duplex([...args, '--send', 'x', '--wait', '100ms']);
    expect(plain.stderr.startsWith(WARNING)).toBe(true);
    expect(plain.stdout).toMatch(/open {3}101 .*\(certificate not verified\)\n/);
    const json = await duplex([...args, '--json', '--wait', '1ms']);
    expect(openLine(json.stdout)).toMatchObject({ verified: false });
    const quiet = await duplex([...args, '--json', '--quiet', '--wait', '1ms']);
    expect(quiet.stderr).toBe('');
    expect(jsonLines(quiet.stdout)[0]).toMatchObject({ verified: false });
  });

  test('log: the same, read back from the recording', async () => {
    const rec = join(folder.path, 'rec');
    await duplex(['connect', secure.url, '--insecure', '--record', rec, '--wait', '1ms']);
    expect((await duplex(['log', rec])).stdout).toContain('(certificate not verified)');
    expect(openLine((await duplex(['log', rec, '--json'])).stdout)).toMatchObject({ verified: false });
  });

  test('a connection that is verified, or not over TLS, has no warning', async () => {
    const { stdout, stderr } = await duplex(['connect', `${demo.url}/echo`, '--json', '--wait', '1ms']);
    expect(stderr).toBe('');
    expect(jsonLines(stdout)[0]).not.toHaveProperty('verified');
  });

  test.each([
    ['# @insecure', '# @insecure\n', []],
    ['--insecure', '', ['--insecure']],
  ])('run, by %s: in every reporter, also for passed requests', async (_name, directive, args) => {
    folder.write('a.ws', `### one\n${directive}WEBSOCKET ${secure.url}\n\nhello\n`);
    const spec = await folder.duplex(['run', 'a.ws', ...args]);
    expect(spec.stdout).toContain('! certificates were not verified (insecure)');
    expect(spec.status).toBe(0);
    const json = await folder.duplex(['run', 'a.ws', '--reporter', 'json', ...args]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      files: [{ requests: [{ status: 'passed', insecure: true }] }],
    });
    const junit = await folder.duplex(['run', 'a.ws', '--reporter', 'junit', ...args]);
    expect(XMLValidator.validate(junit.stdout)).toBe(true);
    const document = new XMLParser().parse(junit.stdout) as Xml;
    expect(document.testsuites.testsuite.testcase['system-out']).toContain('not verified');
  });
});

interface Xml {
  readonly testsuites: {
    readonly testsuite: {
      readonly testcase: Readonly<Record<string, string>>;
      readonly 'system-err'?: string;
    };
  };
}

describe('the report of a file and a refusal', () => {
  test('warnings and ignored parts are in every reporter, and change no exit status', async () => {
    folder.write('a.http', `### one\n# @loop for 3\nWEBSOCKET ${demo.url}/echo\n\nhello\n`);
    const check = await folder.duplex(['check', 'a.http', '--json']);
    const warnings = jsonLines(check.stdout).filter(({ severity }) => severity !== 'hint');
    expect(warnings.length).toBeGreaterThan(0);
    const spec = await folder.duplex(['run', 'a.http']);
    for (const { message } of warnings) expect(spec.stdout).toContain(message);
    expect(spec.status).toBe(0);
    const json = await folder.duplex(['run', 'a.http', '--reporter', 'json']);
    const [file] = (JSON.parse(json.stdout) as { files: [{ warnings: unknown[] }] }).files;
    expect(file.warnings).toEqual(warnings);
    const junit = await folder.duplex(['run', 'a.http', '--reporter', 'junit']);
    const { testsuite } = (new XMLParser().parse(junit.stdout) as Xml).testsuites;
    for (const { message } of warnings) expect(testsuite['system-err']).toContain(message);
  });

  test.each([
    ['one empty file', { 'a.ws': '' }, 'a.ws holds no request'],
    ['a file of comments', { 'a.ws': '# nothing\n@host = x\n' }, 'a.ws holds no request'],
    [
      'two files',
      { 'a.ws': '\n', 'b.http': 'GET http://localhost/\n' },
      'None of the 2 files holds a request',
    ],
  ])('%s without a request is wrong usage', async (_name, files, sentence) => {
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    const { stderr, status } = await folder.duplex(['run', ...Object.keys(files)]);
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });

  test.each(['status=403&body=no+entry', 'status=503&body=no+entry'])(
    'a handshake refused with %s shows headers and body in every reporter',
    async (query) => {
      folder.write('a.ws', `### one\nWEBSOCKET ${demo.url}/refuse?${query}\n\nhello\n`);
      const spec = await folder.duplex(['run', 'a.ws']);
      expect(spec.stdout).toContain('      X-Demo: refused');
      expect(spec.stdout).toContain('      no entry');
      expect(spec.status).toBe(3);
      const json = await folder.duplex(['run', 'a.ws', '--reporter', 'json']);
      const { files } = JSON.parse(json.stdout) as { files: [{ requests: [{ refusal: Refusal }] }] };
      const { refusal } = files[0].requests[0];
      expect(refusal.headers).toContainEqual(['X-Demo', 'refused']);
      expect(refusal).toMatchObject({ status: Number(/\d+/.exec(query)?.[0]), body: 'no entry' });
      const junit = await folder.duplex(['run', 'a.ws', '--reporter', 'junit']);
      const { error } = (new XMLParser().parse(junit.stdout) as Xml).testsuites.testsuite.testcase;
      expect(error).toMatch(/X-Demo: refused\n[^]*no entry/);
    },
  );

  test('so does one that is refused with another status than was expected', async () => {
    folder.write(
      'a.ws',
      `# @expect status == 401\nWEBSOCKET ${demo.url}/refuse?status=403&body=closed\n\nx\n`,
    );
    const { stdout, status } = await folder.duplex(['run', 'a.ws']);
    expect(stdout).toContain('      closed');
    expect(status).toBe(1);
  });

  test('the error for a missing environment says where the search ended', async () => {
    folder.write('sub/a.ws', `# @env staging\nWEBSOCKET ${demo.url}/echo\n\nx\n`);
    const below = await folder.duplex(['run', 'sub/a.ws']);
    expect(below.stdout).toContain(`or above it, up to the working directory ${folder.path}`);
    const other = requestFolder();
    try {
      const outside = await other.duplex(['run', join(folder.path, 'sub/a.ws'), '--env', 'ci']);
      expect(outside.stdout).toContain(`for a file outside the working directory ${other.path}`);
    } finally {
      other.remove();
    }
  });

  test.each([
    ['a key that is not there', './none.pem'],
    ['a key that is none', './a.ws'],
    ['a key of another certificate', './other.pem'],
  ])('%s ends with 2, in run and connect', async (_name, key) => {
    const { cert } = makeCertificate({ name: 'client' });
    folder.write('cert.pem', cert);
    folder.write('other.pem', makeCertificate({ name: 'other' }).key);
    folder.write('a.ws', `# @insecure\n# @cert ./cert.pem\n# @key ${key}\nWEBSOCKET ${secure.url}\n\nx\n`);
    expect((await folder.duplex(['run', 'a.ws'])).status).toBe(2);
    const args = ['connect', secure.url, '--insecure', '--cert', 'cert.pem', '--key', key];
    expect((await folder.duplex(args)).status).toBe(2);
  });
});

interface Refusal {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

describe('a fault of Duplex itself', () => {
  /** A copy of the built command line in which something is broken. */
  function broken(change: (dist: string) => void): { readonly cli: string; remove(): void } {
    const path = mkdtempSync(join(tmpdir(), 'duplex-broken-'));
    cpSync(join(import.meta.dirname, '../../dist'), join(path, 'dist'), { recursive: true });
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(path, 'node_modules'));
    change(join(path, 'dist'));
    return { cli: join(path, 'dist/cli.js'), remove: () => rmSync(path, { recursive: true }) };
  }
  const throwing = (file: string) => (dist: string) =>
    writeFileSync(join(dist, file), 'setImmediate(() => { throw new Error("a \\u001b[2J fault"); });');

  test.each([
    [
      'the record worker',
      'workers/record.js',
      () => ['connect', `${demo.url}/echo`, '--record', 'r', '--wait', '1s'],
    ],
    ['the query worker', 'workers/query.js', () => ['log', 'recording', '--search', 'x']],
  ])('%s crashes: 70, not 2', async (_name, file, args) => {
    await folder.duplex(['connect', `${demo.url}/burst?n=5`, '--record', 'recording']);
    const copy = broken(throwing(file));
    try {
      const { stderr, status } = await spawnDuplex(copy.cli, args(), 'closed', { cwd: folder.path }).result;
      expect(stderr).toContain('crashed');
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      expect(status).toBe(70);
    } finally {
      copy.remove();
    }
  });

  test.each(['throw new Error("boom")', 'Promise.reject(new Error("boom"))'])(
    'nobody handles %s: 70, not 1',
    async (fault) => {
      const preload = join(folder.path, 'fault.cjs');
      writeFileSync(preload, `setTimeout(() => { ${fault}; }, 300);`);
      const { stderr, status } = await duplex(['connect', `${demo.url}/echo`], 'open', {
        env: { NODE_OPTIONS: `--require ${preload}` },
      });
      expect(stderr).toMatch(/^duplex: An internal error, please report it: Error: boom\n {4}at /);
      expect(status).toBe(70);
    },
  );
});
