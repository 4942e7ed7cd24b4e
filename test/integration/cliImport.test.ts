import { afterEach, expect, it } from 'vitest';
import { duplex } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

const COMMAND = `curl -H 'Authorization: Bearer abcdef123456' --data x 'ws://127.0.0.1:1/a'`;

it('prints a pasted command as a request file, and says what is left out and which secrets it needs', async () => {
  const { status, stdout, stderr } = await duplex(['import', '-'], COMMAND);
  expect(status).toBe(0);
  expect(stdout).toContain('Authorization: Bearer {{$secret authorization}}\n');
  expect(stdout).toContain('# The option --data of curl is not carried over.');
  expect(stderr).toBe(
    'duplex: The option --data of curl is not carried over.\nduplex: Set the secret authorization: the request file refers to it.\n',
  );
});

it('writes a file for each, keeps what exists, and writes nothing where one cannot be imported', async () => {
  folder = requestFolder({ 'a.sh': COMMAND, 'b.sh': 'echo hello', 'out/c.ws': 'mine' });
  const refused = await folder.duplex(['import', 'a.sh', 'b.sh', '--output', 'out']);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(
    'b.sh: This is no command line of curl, wscat, websocat: paste one of these, or a URL.',
  );
  expect(() => folder!.read('out/a.ws')).toThrow();

  expect((await folder.duplex(['import', 'a.sh', '--output', 'out'])).status).toBe(0);
  expect((await folder.duplex(['check', 'out/a.ws'])).status).toBe(0);
  const again = await folder.duplex(['import', 'a.sh', '--output', 'out']);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('out/a.ws exists: choose another folder, or overwrite it with --force.');
  expect((await folder.duplex(['import', 'a.sh', '--output', 'out', '--force'])).status).toBe(0);
});
