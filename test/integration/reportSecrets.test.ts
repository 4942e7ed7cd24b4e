import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endAll } from './cliProcess.ts';
import { contentOf, requestFolder, type RequestFolder } from './requestFolder.ts';

// Credentials that a request file spells out, against a server that refuses and repeats all that it was sent.

let server: Server;
let host: string;
let folder: RequestFolder;

beforeAll(async () => {
  server = createServer();
  server.on('upgrade', ({ url = '', headers }, socket) => {
    const body = JSON.stringify({ url, decoded: decodeURIComponent(url), headers });
    const html = body.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
    const answer = `${body}\n${html}\n${Buffer.from(url).toString('base64url')}`;
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nX-Seen: ${url}\r\nContent-Length: ${Buffer.byteLength(answer)}\r\n\r\n${answer}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

afterEach(() => {
  endAll();
  folder.remove();
});

const SECRETS = ['hunter2', 'abcdef123456', 'canary', 'Y2FuYXJ5'];

describe.each(['spec', 'json', 'junit'])('the %s report', (reporter) => {
  test.each([
    ['of an unnamed request', `WEBSOCKET ws://me:hunter2@HOST/?token=abcdef123456\n`],
    ['of a bare URL', `ws://me:hunter2@HOST/?token=abcdef123456\n`],
    ['of a name that holds the URL', `### ws://me:hunter2@HOST/?token=abcdef123456\nws://me:hunter2@HOST/\n`],
    ['of parameters of the path', `WEBSOCKET ws://HOST/chat;token=abcdef123456\n`],
    ['of query lines', `WEBSOCKET ws://HOST/\n  ?a=1\n  &otp=canary-1'"&pass=abcdef123456\n`],
    ['of headers', `WEBSOCKET ws://HOST/\nAuthorization: Bearer canary-token\nCookie: sid=canary-sid\n`],
    ['of a file that cannot be run', `WEBSOCKET ws://me:hunter2@HOST/#frag ment?token=abcdef123456\n`],
    ['of a variable', `@url = ws://me:hunter2@HOST/?token=abcdef123456\nWEBSOCKET {{url}}\n`],
    ['of a step', `ws://me:hunter2@HOST/\n\nGET ws://me:hunter2@HOST/?token=abcdef123456\n`],
  ])('%s holds no credentials', async (_, text) => {
    folder = requestFolder({ 'a.ws': text.replaceAll('HOST', host) });
    const { stdout, stderr } = await folder.duplex([
      'run',
      'a.ws',
      '--reporter',
      reporter,
      '--record',
      'kept',
    ]);
    expect(stdout).not.toBe('');
    for (const secret of SECRETS) {
      expect(stdout + stderr).not.toContain(secret);
      const kept = contentOf(folder.path).replace(text.replaceAll('HOST', host), '');
      expect(kept).not.toContain(secret);
    }
  });
});
