import { afterEach, describe, expect, test } from 'vitest';
import { endAll } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder;

afterEach(() => {
  endAll();
  folder.remove();
});

describe('duplex check', () => {
  test('accepts valid files without connecting', async () => {
    folder = requestFolder({
      'a.ws': 'WEBSOCKET ws://127.0.0.1:1/\n\nhello\n',
      'deep/b.ws': 'WEBSOCKET ws://127.0.0.1:1/',
    });
    const { status, stdout, stderr } = await folder.duplex(['check', '.']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toBe('duplex: 2 files checked: 0 errors, 0 warnings.\n');
  });

  test('reports file, line, column, severity, code and message of each problem', async () => {
    folder = requestFolder({
      'a.ws': '### one\n# @timeot 2s\nWEBSOCKET ws://h/{{a}}\n\n< ./no\u001b[31m.bin\n',
    });
    const { status, stdout } = await folder.duplex(['check', 'a.ws']);
    expect(status).toBe(2);
    const [first, second, third] = stdout.split('\n');
    expect(first).toMatch(/^a\.ws:2:\d+ error directive\.unknown .*did you mean @timeout\?/);
    expect(second).toMatch(/^a\.ws:3:18 error variable\.unknown /);
    expect(third).toMatch(/^a\.ws:5:3 error file\.missing /);
    expect(stdout).not.toContain('\u001b');
  });

  test('misses the certificates that a request names', async () => {
    folder = requestFolder({
      'a.ws': '# @ca ./there.pem\n# @pfx ./client.p12\nWEBSOCKET wss://127.0.0.1:1/\n',
      'there.pem': '',
    });
    const { status, stdout } = await folder.duplex(['check', 'a.ws']);
    expect({ status, stdout }).toEqual({
      status: 2,
      stdout:
        'a.ws:2:8 error file.missing There is no file “./client.p12”: paths are relative to the folder of the request file.\n',
    });
  });

  test('prints one object a line with --json, and errors only with --quiet', async () => {
    folder = requestFolder({ 'a.ws': '# @verbose\nWSS ws://h\n\n{{x}}' });
    const all = await folder.duplex(['check', 'a.ws', '--json']);
    const objects = all.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { severity: string });
    expect(objects.map(({ severity }) => severity)).toEqual(['information', 'hint', 'warning', 'error']);
    expect(objects[3]).toEqual({
      file: 'a.ws',
      line: 4,
      column: 1,
      endLine: 4,
      endColumn: 6,
      severity: 'error',
      code: 'variable.unknown',
      message: expect.any(String) as string,
    });
    const quiet = await folder.duplex(['check', 'a.ws', '--quiet']);
    expect(quiet.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('knows the variables of environments and --var', async () => {
    folder = requestFolder({
      'sub/a.ws': 'WEBSOCKET ws://{{host}}/{{path}}/{{$secret never}}/{{$env NEVER}}\n\n{{$dotenv KEY}}',
      'http-client.env.json': '{"dev": {"host": "h"}}',
      '.env': 'KEY="a value"',
    });
    const good = ['check', 'sub/a.ws', '--env', 'dev', '--var', 'path=p'];
    expect((await folder.duplex(good)).status).toBe(0);
    expect((await folder.duplex(['check', 'sub/a.ws', '--env', 'dev'])).stdout).toContain(
      '{{path}} has no value',
    );
    expect((await folder.duplex(['check', 'sub/a.ws', '--env', 'devv'])).stdout).toContain(
      'did you mean “dev”?',
    );
  });

  test('reports the place of an error in an environment file, once for all files that use it', async () => {
    folder = requestFolder({
      'a.ws': 'WEBSOCKET ws://{{host}}',
      'b.ws': 'WEBSOCKET ws://h',
      'http-client.env.json': '{\n  "dev": {"host": }\n}',
    });
    const { stdout, status } = await folder.duplex(['check', '.']);
    expect(status).toBe(2);
    expect(stdout.match(/^http-client\.env\.json:2:19 error environment\.file /gm)).toHaveLength(1);
    expect(stdout).toContain('a.ws:1:16 error environment.file');
    expect(stdout).not.toContain('b.ws');
  });

  test.each([
    ['no.ws', 'There is no file no.ws'],
    ['*.ws', 'No file matches *.ws'],
    ['empty', 'The folder empty holds no .ws file'],
    ['--var=SECRET', 'a.ws'],
  ])('refuses %s', async (argument, message) => {
    folder = requestFolder({ 'empty/x.txt': '' });
    const { status, stdout, stderr } = await folder.duplex(['check', argument, 'a.ws']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    if (argument.startsWith('--var')) expect(stderr).not.toContain('SECRET');
    else expect(stderr).toContain(message);
  });

  test('finds the files of a pattern, without node_modules', async () => {
    folder = requestFolder({
      'a.http': 'GET http://x\n###\nWEBSOCKET ws://{{a}}',
      'node_modules/m/b.ws': 'WEBSOCKET ws://{{b}}',
      '[odd].ws': 'WEBSOCKET ws://{{c}}',
    });
    const { stdout } = await folder.duplex(['check', '**/*.{ws,http}', '[odd].ws']);
    expect(stdout.match(/^\S+(?=:\d+:\d+ error)/gm)?.sort()).toEqual(['[odd].ws', 'a.http']);
  });

  test('reads files with a byte order mark, NUL, all kinds of line ends, and bytes that are not UTF-8', async () => {
    folder = requestFolder();
    folder.write('a.ws', Buffer.from('\ufeffWEBSOCKET ws://h\r\n\r\n\u0000\r### b\r\nnonsense\n', 'utf8'));
    folder.write('b.ws', Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3]));
    const { status, stdout } = await folder.duplex(['check', 'a.ws', 'b.ws']);
    expect(status).toBe(2);
    expect(stdout).toContain('a.ws:5:1 error target.expected');
    expect(stdout).toContain('b.ws:1:1 error target.expected');
  });

  test('survives a line of 100 MB', async () => {
    folder = requestFolder();
    folder.write(
      'a.ws',
      Buffer.concat([Buffer.from('WEBSOCKET ws://h\n\n'), Buffer.alloc(100_000_000, 'x')]),
    );
    folder.write('b.ws', Buffer.alloc(100_000_000, '{{'));
    expect((await folder.duplex(['check', 'a.ws'])).status).toBe(0);
    expect((await folder.duplex(['check', 'b.ws'])).status).toBe(2);
  });
});
