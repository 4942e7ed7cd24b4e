import { afterEach, expect, it } from 'vitest';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

it.each([
  ['run', 'file', ['run', '']],
  ['run with a file before it', 'file', ['run', 'a.ws', '']],
  ['check', 'file', ['check', '']],
  ['log', 'recording', ['log', '']],
  ['import', 'file', ['import', '']],
  ['export', 'recording', ['export', '', '--to', 'har', '--output', 'out.har']],
  ['replay', 'recording', ['replay', '', '--to', 'ws://127.0.0.1:1']],
  ['connect', 'url', ['connect', '']],
  ['proxy', 'target', ['proxy', '', '--port', '0']],
  ['serve', 'file', ['serve', '']],
  ['serve with names', 'names', ['serve', 'a.ws', '']],
  ['code', 'file', ['code', '', '--target', 'python-websockets']],
])('%s refuses an empty argument, as of a shell variable that is not set', async (_, name, args) => {
  folder = requestFolder({ 'a.ws': 'WEBSOCKET ws://127.0.0.1:1' });
  expect(await folder.duplex(args)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `duplex: The argument <${name}> is empty: give it a value, and set the shell variable if it comes from one.\n`,
  });
});

it('an option may be empty', async () => {
  folder = requestFolder({ 'a.ws': 'WEBSOCKET ws://127.0.0.1:1/{{path}}' });
  expect((await folder.duplex(['check', 'a.ws', '--var', 'path='])).status).toBe(0);
});
