import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CODE_TARGETS } from '../../../src/core/codegen/targets.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';

// Tests the output, the files and the exit status of `duplex code`.

const ONE = 'WEBSOCKET ws://127.0.0.1:1/\n\nhello\n';
const TWO = `### First\n# @name login\n${ONE}\n### Second\nWEBSOCKET ws://127.0.0.1:2/\n`;
const SECRETS = `WEBSOCKET wss://me:hunter2secret@127.0.0.1:1/?token=abcdef123456
Authorization: Bearer bearer-98765
X-Api-Key: key-24680

{"key": "{{$secret apiToken}}"}
`;

let folder: RequestFolder;
beforeEach(() => (folder = requestFolder({ 'one.ws': ONE, 'two.ws': TWO, 'secrets.ws': SECRETS })));
afterEach(() => folder.remove());

const code = (...args: readonly string[]) => folder.duplex(['code', ...args]);

describe('duplex code', () => {
  it('prints the program alone on standard output; what is left out is on standard error', async () => {
    folder.write('left.ws', `# @heartbeat 5s\n${ONE}=== wait-for-server\n# @where $.a > 1\n`);
    const { status, stdout, stderr } = await code('left.ws', '--target', 'node-ws');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\/\/ .*written by Duplex/);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^duplex: Left out: @heartbeat \(.*\) is not carried over\.$/),
      'duplex: Left out: step 2: The condition @where $.a > 1 is not checked.',
      '',
    ]);
    for (const line of stderr.split('\n').filter((each) => each !== ''))
      expect(stdout).toContain(`// ${line.replace('duplex: ', '')}\n`);
  });

  it('keeps a file that exists, unless --force is given', async () => {
    folder.write('client.mjs', 'mine');
    const refused = await code('one.ws', '--target', 'node-ws', '--output', 'client.mjs');
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/client\.mjs.*exists.*--force/s);
    expect(folder.read('client.mjs')).toBe('mine');
    const forced = await code('one.ws', '--target', 'node-ws', '--output', 'client.mjs', '--force');
    expect(forced).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(folder.read('client.mjs')).toContain("import WebSocket from 'ws';");
  });

  it('cannot write over a folder, or into one that does not exist', async () => {
    mkdirSync(join(folder.path, 'there'));
    for (const output of ['there', 'nowhere/client.mjs']) {
      const { status, stdout, stderr } = await code('one.ws', '--target', 'node-ws', '--output', output);
      expect({ output, isRefused: status !== 0, stdout }).toEqual({ output, isRefused: true, stdout: '' });
      expect(stderr).toMatch(/^duplex: [^\n]+\n$/);
    }
  });

  it('takes the only request of a file, and of several the one that is named', async () => {
    expect(await code('one.ws', '--target', 'node-ws')).toMatchObject({ status: 0, stderr: '' });
    const several = await code('two.ws', '--target', 'node-ws');
    expect(several).toMatchObject({ status: 2, stdout: '' });
    expect(several.stderr).toBe('duplex: two.ws has 2 requests: choose one with --request.\n');
    for (const [name, port] of [
      ['login', 1],
      ['Second', 2],
    ] as const) {
      const { status, stdout } = await code('two.ws', '--target', 'node-ws', '--request', name);
      expect({ name, status }).toEqual({ name, status: 0 });
      expect(stdout).toContain(`ws://127.0.0.1:${port}/`);
    }
    const none = await code('two.ws', '--target', 'node-ws', '--request', 'third');
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toMatch(/third/);
  });

  it.each([
    ['a file without requests', 'empty.ws', ['--target', 'node-ws'], 'has no WebSocket request.'],
    ['a file that is not there', 'nothing.ws', ['--target', 'node-ws'], 'nothing.ws'],
    ['no target', 'one.ws', [], '--target'],
    ['an unknown target', 'one.ws', ['--target', 'cobol'], 'cobol'],
    ['an unknown variable', 'unknown.ws', ['--target', 'node-ws'], 'unknown.ws:3:1 error variable.unknown'],
  ])('ends with status 2 for %s', async (_, file, args, sentence) => {
    folder.write('empty.ws', '# nothing\n');
    folder.write('unknown.ws', 'WEBSOCKET ws://127.0.0.1:1/\n\n{{nothing}}\n');
    const { status, stdout, stderr } = await code(file, ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('writes no secret into a program of any target, and those of the file only if told to', async () => {
    const literals = /hunter2secret|abcdef123456|bearer-98765|key-24680/;
    for (const target of Object.keys(CODE_TARGETS).filter((each) => each !== 'socket.io-client')) {
      const env = { DUPLEX_SECRET_APITOKEN: 'from-the-vault' };
      const { status, stdout, stderr } = await folder.duplex(['code', 'secrets.ws', '--target', target], env);
      expect(status, stderr).toBe(0);
      expect(stdout + stderr, target).not.toMatch(literals);
      expect(stdout, target).not.toContain('from-the-vault');
      expect(stdout, target).toContain('TOKEN');
    }
    const revealed = await code('secrets.ws', '--target', 'node-ws', '--reveal-secrets');
    expect(revealed.stdout).toContain('abcdef123456');
    expect(revealed.stdout).toContain('"DUPLEX_SECRET_APITOKEN"');
  });

  it('fills in variables of the command line and of an environment', async () => {
    folder.write('http-client.env.json', '{"dev": {"host": "dev.test"}}');
    folder.write('variables.ws', 'WEBSOCKET ws://{{host}}/\n\n{{word}}\n');
    const args = ['--target', 'node-ws', '--env', 'dev', '--var', 'word=hi there'];
    const { status, stdout, stderr } = await code('variables.ws', ...args);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('"ws://dev.test/"');
    expect(stdout).toContain('socket.send("hi there");');
  });
});
