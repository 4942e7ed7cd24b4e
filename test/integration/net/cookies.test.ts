import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

/** Answers by turns, and keeps the Cookie header of each request. */
async function server(
  ...answers: ((request: string) => string)[]
): Promise<{ url: string; cookies: (string | undefined)[] }> {
  const cookies: (string | undefined)[] = [];
  const { url } = await rawServer((socket, request) => {
    const answer = answers[Math.min(cookies.length, answers.length - 1)]!;
    cookies.push(/^Cookie: (.*)$/im.exec(request)?.[1]?.trim());
    socket.write(answer(request));
  });
  return { url, cookies };
}

const open =
  (...cookies: string[]) =>
  (request: string): string =>
    switching(request, ...cookies.map((cookie) => `Set-Cookie: ${cookie}`));
const refuse =
  (status: string, ...lines: string[]) =>
  (): string =>
    [`HTTP/1.1 ${status}`, ...lines, 'Content-Length: 0', '', ''].join('\r\n');

describe('cookies', () => {
  it('return with the next handshake of the session, by their rules', async () => {
    const { url, cookies } = await server(
      open('sid=1; HttpOnly', 'b=2; Path=/other', 'd=4; Max-Age=0', 'e=5; Domain=example.test'),
    );
    const connector = createConnector();
    await outcome({ url }, connector);
    await outcome({ url }, connector);
    await outcome({ url: `${url}other` }, connector);
    expect(cookies[0]).toBeUndefined();
    expect(cookies[1]).toBe('sid=1');
    expect(cookies[2]?.split('; ').sort()).toEqual(['b=2', 'sid=1']);
  });

  it('are taken from refusals and redirects too', async () => {
    const { url, cookies } = await server(
      refuse('401 No', 'Set-Cookie: a=1'),
      refuse('302 There', 'Location: /there', 'Set-Cookie: b=2'),
      open(),
    );
    const connector = createConnector();
    await outcome({ url }, connector);
    await outcome({ url }, connector);
    expect(cookies).toEqual([undefined, 'a=1', 'a=1; b=2']);
  });

  it('are not shared between sessions', async () => {
    const { url, cookies } = await server(open('sid=1'));
    await outcome({ url });
    await outcome({ url });
    expect(cookies).toEqual([undefined, undefined]);
  });

  it.each([
    ['another port of the host', (url: string) => url],
    ['the same port by another name', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ])('do not go to another origin: %s', async (_, named) => {
    const other = await server(open('other=2'));
    const { url, cookies } = await server(
      refuse('302 There', `Location: ${named(other.url).replace('ws', 'http')}`, 'Set-Cookie: session=X'),
      open(),
    );
    const connector = createConnector();
    const redirectOrigins = [named(other.url).replace(/\/$/, '')];
    await outcome({ url, redirectOrigins }, connector);
    await outcome({ url: named(other.url) }, connector);
    expect(other.cookies).toEqual([undefined, 'other=2']);
    await outcome({ url }, connector);
    expect(cookies).toEqual([undefined, 'session=X']);
  });

  it('stay with their Unix socket', async () => {
    const folder = await temporaryFolder();
    const connector = createConnector();
    const seen: (string | undefined)[] = [];
    for (const name of ['a.sock', 'b.sock', 'a.sock']) {
      const listening = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', (request) => {
          seen.push(/^Cookie: (.*)$/im.exec(request.toString('latin1'))?.[1]?.trim());
          socket.end('HTTP/1.1 401 No\r\nSet-Cookie: sid=1\r\nContent-Length: 0\r\n\r\n');
        });
      });
      await new Promise<void>((resolve) => listening.listen(join(folder, name), resolve));
      await outcome({ url: `ws+unix:${join(folder, name)}:/` }, connector);
      await new Promise((resolve) => listening.close(resolve));
    }
    expect(seen).toEqual([undefined, undefined, 'sid=1']);
  });

  it('are replaced by those that the user wrote', async () => {
    const { url, cookies } = await server(open('sid=jar'));
    const connector = createConnector();
    await outcome({ url }, connector);
    await outcome({ url, headers: [['cookie', 'sid=mine']] }, connector);
    expect(cookies[1]).toBe('sid=mine');
  });

  it('change nothing if they are invalid', async () => {
    const { url, cookies } = await server(open('', '=', ';;;', 'a=\u0001', '__Host-x=1'));
    const connector = createConnector();
    expect((await outcome({ url }, connector)).open!.status).toBe(101);
    await outcome({ url }, connector);
    expect(cookies[1] ?? '').not.toMatch(/[^\x20-\x7e]/);
  });
});
