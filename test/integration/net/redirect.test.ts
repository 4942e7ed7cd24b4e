import { describe, expect, it } from 'vitest';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const moved = (location: string): string =>
  `HTTP/1.1 302 Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

const redirecting = (location: string): Promise<{ url: string }> =>
  rawServer((socket) => socket.end(moved(location)));

/** A server that accepts, and keeps what it was asked. It chooses `v1` where that is offered. */
async function target(): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const { url } = await rawServer((socket, request) => {
    requests.push(request);
    const chosen = request.includes('v1') ? ['Sec-WebSocket-Protocol: v1'] : [];
    socket.write(switching(request, ...chosen));
  });
  return { url, requests };
}

describe('a redirect', () => {
  it('within the origin is followed, and the handshake is the same there', async () => {
    const paths: string[] = [];
    const { url } = await rawServer((socket, request) => {
      const path = request.split(' ')[1]!;
      paths.push(`${path} ${/^X-Key: (.*)$/m.exec(request)?.[1] ?? ''}`.trim());
      if (path === '/end') socket.write(switching(request));
      else socket.end('HTTP/1.1 307 Elsewhere\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n');
    });
    const { open } = await outcome({ url: `${url}start`, headers: [['X-Key', 'k']], closeTimeout: 50 });
    expect(open!.status).toBe(101);
    expect(paths).toEqual(['/start k', '/end k']);
  });

  it('within the origin keeps the user of the URL', async () => {
    const sent: (string | undefined)[] = [];
    const { url } = await rawServer((socket, request) => {
      sent.push(/^Authorization: (.*)$/m.exec(request)?.[1]?.trim());
      if (request.startsWith('GET /end')) socket.write(switching(request));
      else socket.end(moved('/end'));
    });
    await outcome({ url: url.replace('//', '//me:pass@') });
    expect(sent).toEqual(['Basic bWU6cGFzcw==', 'Basic bWU6cGFzcw==']);
  });

  it('whose Location cannot be a WebSocket URL is kept as evidence', async () => {
    for (const location of ['/x#fragment', 'ftp://h/', 'http://h:99999/', '//', 'http://']) {
      const { url } = await rawServer((socket, request) =>
        request.startsWith('GET /x')
          ? socket.end('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n')
          : socket.end(`HTTP/1.1 302 Away\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
      );
      const { error } = await outcome({ url });
      expect(error!.code, location).toMatch(/^handshake\.(status|redirect)$/);
    }
  });

  it('to another origin is not followed: it is named', async () => {
    const other = await target();
    const { url } = await redirecting(other.url.replace('ws', 'http').replace('//', '//me:canary@'));
    const { error, evidence } = await outcome({ url });
    expect(error).toMatchObject({
      code: 'handshake.redirect',
      message: expect.stringContaining(new URL(other.url).host),
    });
    expect(evidence).toMatchObject({ status: 302, redirect: other.url, phase: 'http' });
    expect(error!.message).not.toContain('canary');
    expect(other.requests).toEqual([]);
  });

  it('to another origin that was named is followed, and no secret goes there', async () => {
    const other = await target();
    const { url } = await redirecting(`${other.url}path`.replace('ws', 'http'));
    const { open } = await outcome({
      url: url.replace('//', '//me:canary@'),
      redirectOrigins: [other.url.replace(/\/$/, '')],
      headers: [
        ['X-Api-Key', 'canary'],
        ['X-Plain', 'told'],
        ['Cookie', 'sid=canary'],
        ['Host', 'canary.test'],
        ['X-Said-So', 'a canary b'],
      ],
      subprotocols: ['v1', 'canary'.repeat(10)],
      secrets: ['canary'],
    });
    expect(open!.status).toBe(101);
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]).not.toContain('canary');
    expect(other.requests[0]).not.toMatch(/^authorization:/im);
    expect(other.requests[0]).toContain('X-Plain: told');
    expect(other.requests[0]).toContain(`Host: ${new URL(other.url).host}`);
    expect(open!.exchanges!.map(({ url: asked }) => asked)).toEqual([url, `${other.url}path`]);
  });

  it('that leads back home brings the secrets with it', async () => {
    const requests: string[] = [];
    const home = await rawServer((socket, request) => {
      requests.push(request);
      if (request.startsWith('GET /end')) socket.write(switching(request));
      else socket.end(moved(other.url.replace('ws', 'http')));
    });
    const other = await redirecting(`${home.url}end`.replace('ws', 'http'));
    const headers = [['X-Api-Key', 'mine']] as const;
    const { open } = await outcome({ url: home.url, headers, redirectOrigins: [other.url] });
    expect(open!.status).toBe(101);
    expect(requests[1]).toContain('X-Api-Key: mine');
  });

  it('is not followed if redirects are off', async () => {
    const { url } = await redirecting('/there');
    const { error, evidence } = await outcome({ url, maxRedirects: 0 });
    expect(error).toMatchObject({
      code: 'handshake.redirect',
      message: /raise the option “follow-redirects”/,
    });
    expect(evidence!.redirect).toBe(`${url}there`);
  });

  it('in a circle ends after five', async () => {
    let requests = 0;
    const { url } = await rawServer((socket) => {
      requests++;
      socket.end('HTTP/1.1 302 Round\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n');
    });
    expect((await outcome({ url })).error).toMatchObject({ code: 'handshake.redirect', message: /loop/ });
    expect(requests).toBe(6);
  });
});

describe('a redirect that is followed', () => {
  it('within the origin is a row of its own', async () => {
    const { url } = await rawServer((socket, request) => {
      if (request.startsWith('GET /end')) socket.write(switching(request));
      else socket.end(moved('/end?token=canary'));
    });
    const { notes } = await outcome({ url, headers: [['Authorization', 'Bearer canary']] });
    expect(notes).toEqual([
      {
        note: 'redirect',
        text: `${new URL(url).host} redirects to /end?token=•••• (HTTP 302).`,
        status: 302,
        from: url,
        to: `${url}end?token=••••`,
      },
    ]);
  });

  it('to another origin lists the withheld data', async () => {
    const other = await target();
    const { url } = await rawServer((socket) =>
      socket.end(
        moved(other.url.replace('ws', 'http')).replace('Content-Length', 'Set-Cookie: a=b\r\nContent-Length'),
      ),
    );
    const { notes } = await outcome({
      url: url.replace('//', '//me:canary@'),
      redirectOrigins: [other.url.replace(/\/$/, '')],
      headers: [
        ['X-Api-Key', 'canary'],
        ['X-Plain', 'told'],
        ['Host', 'canary.test'],
      ],
      subprotocols: ['canary'.repeat(10)],
    });
    expect(notes[0]).toMatchObject({
      note: 'redirect',
      status: 302,
      from: url,
      to: other.url,
      withheld: ['X-Api-Key', 'Authorization', 'Cookie', 'Sec-WebSocket-Protocol'],
    });
    expect(notes[0]!.text).toContain('not sent there: X-Api-Key, Authorization, Cookie');
    expect(JSON.stringify(notes)).not.toContain('canary');
  });

  it.each([
    [
      '401 Unauthorized',
      { headers: [['Authorization', 'Bearer canary']] as const },
      'Authorization was withheld',
    ],
    [
      '403 Forbidden',
      {
        headers: [
          ['Cookie', 'sid=canary'],
          ['X-Api-Key', 'k'],
        ] as const,
      },
      'Cookie, X-Api-Key were withheld',
    ],
  ])(
    'and ends in a %s reports the withheld credentials, with the reason',
    async (status, options, sentence) => {
      const other = await rawServer((socket) =>
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`),
      );
      const { url } = await redirecting(other.url.replace('ws', 'http'));
      const { error, evidence } = await outcome({ url, redirectOrigins: [other.url], ...options });
      expect(error).toMatchObject({
        code: 'handshake.status',
        message: expect.stringContaining(
          `${sentence}, because a redirect led to this other origin`,
        ) as string,
      });
      expect(evidence!.withheld).toEqual(options.headers.map(([name]) => name));
    },
  );

  it('and ends in a 401 without anything withheld asks for credentials, at home too', async () => {
    const other = await rawServer((socket) => socket.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'));
    const { url } = await redirecting(other.url.replace('ws', 'http'));
    const { error, evidence } = await outcome({ url, redirectOrigins: [other.url] });
    expect(error!.message).toContain('send credentials');
    expect(evidence).not.toHaveProperty('withheld');
  });

  it('to port 0 is not followed', async () => {
    const { url } = await redirecting('http://127.0.0.1:0/');
    const { error } = await outcome({ url, redirectOrigins: ['ws://127.0.0.1:1'] });
    expect(error!.code).toBe('handshake.status');
  });
});
