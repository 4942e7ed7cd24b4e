import { execFile, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { curlCommand } from '../../../src/core/session/doctor/curlCommand.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { testEngine } from '../../support/engine.ts';
import { rawServer } from '../../support/rawServer.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** Runs the command as if it were pasted into a terminal. */
function shell(command: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], (_error, stdout) => resolve(stdout));
  });
}

/** Request line and headers, in the order of their names: curl has an order of its own. */
function parts(request: string): string[] {
  const [line = '', ...headers] = request.split('\r\n\r\n')[0]!.split('\r\n');
  // Nonces are not compared, and curl's own headers are not part of the handshake.
  const own = headers.filter((header) => !/^(User-Agent|Accept):/i.test(header));
  return [line, ...own.map((header) => header.trim().replace(/^(Sec-WebSocket-Key): .*/, '$1')).sort()];
}

describe.skipIf(!hasCurl)('the curl command in a shell', () => {
  it.each<[string, Partial<ConnectOptions>, path: string]>([
    ['of a plain URL', {}, 'stream?a=b&c=%20d'],
    [
      'with headers that a shell would act upon',
      {
        headers: [
          ['X-Shell', `'; exit 1; "$(id)" \`id\` $HOME \\ !!`],
          ['X-Empty', ''],
          ['X-Two', '1'],
          ['X-Two', '2'],
          ['Origin', 'https://a.test'],
        ],
        subprotocols: ['v2.json', 'v1.json'],
      },
      "it's/{a,b}/[1-2]",
    ],
    ['with credentials in clear', { headers: [['Authorization', 'Basic me pass word']] }, ''],
    [
      'with compression in its own way',
      { deflateParameters: { clientMaxWindowBits: 11, serverNoContextTakeover: true } },
      '',
    ],
    ['without compression', { deflate: false }, ''],
  ])('makes the same handshake: %s', async (_, given, path) => {
    const requests: string[] = [];
    const server = await rawServer((socket, request) => {
      requests.push(request);
      socket.end('HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    });
    const options = connectOptions({ ...given, url: `${server.url}${path}` });
    const { engine } = await testEngine();
    await expect(engine.create(options).connect()).rejects.toMatchObject({ code: 'handshake.status' });
    const answer = await shell(curlCommand(options, true));
    expect(answer).toMatch(/^HTTP\/1\.1 403 No\r\n[^]*no$/);
    expect(parts(requests[1]!)).toEqual(parts(requests[0]!));
  });
});
