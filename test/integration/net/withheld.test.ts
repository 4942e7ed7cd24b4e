import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { makeCertificate } from '../../support/certificates.ts';
import type { Certificate } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const authority = makeCertificate({ name: 'Test CA', isAuthority: true });
const server = makeCertificate({ name: 'server', issuer: authority, hosts: ['localhost', '127.0.0.1'] });
const client = makeCertificate({ name: 'client', issuer: authority });

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A wss: server with a certificate. */
async function listening(certificate: Certificate, options: TlsOptions = {}): Promise<string> {
  const https = createServer({ cert: certificate.cert, key: certificate.key, ...options });
  const sockets = new WebSocketServer({ server: https });
  closing.push(() => {
    for (const each of sockets.clients) each.terminate();
    https.close();
  });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  return `wss://127.0.0.1:${(https.address() as AddressInfo).port}/`;
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

const trusted = { ca: [authority.cert] };

describe('a server that answers a missing client certificate in HTTP', () => {
  /** It asks for a certificate in TLS, takes none too, and refuses in HTTP, as nginx does. */
  async function refusing(head: string, body: string, asks = true): Promise<string> {
    const https = createServer({
      cert: server.cert,
      key: server.key,
      ca: [authority.cert],
      requestCert: asks,
      rejectUnauthorized: false,
    });
    https.on('upgrade', (_, socket: Socket) =>
      socket.end(`HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    closing.push(() => void https.close());
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    return `wss://127.0.0.1:${(https.address() as AddressInfo).port}/`;
  }
  const nginx = '<html><head><title>400 No required SSL certificate was sent</title></head></html>';

  it.each([
    ['400 Bad Request', nginx],
    ['400 Bad Request', '<title>400 The SSL certificate error</title>'],
    ['403 Forbidden', 'A client certificate is required.'],
    ['401 Unauthorized', '{"error":"client certificate required"}'],
    ['496 x', ''],
  ])('is tls.client-certificate: %s', async (head, body) => {
    const { error, evidence } = await outcome({ url: await refusing(head, body), ...trusted });
    expect(error).toMatchObject({
      code: 'tls.client-certificate',
      message: /it asks for a client certificate, so give/,
    });
    expect(evidence).toMatchObject({ status: Number(head.slice(0, 3)), body, phase: 'http' });
  });

  it('says that a sent certificate is not accepted', async () => {
    const [cert, key] = [await file('c.pem', client.cert), await file('k.pem', client.key)];
    const { error } = await outcome({
      url: await refusing('400 Bad Request', 'The SSL certificate error'),
      ...trusted,
      cert,
      key,
    });
    expect(error).toMatchObject({
      code: 'tls.client-certificate',
      message: /does not accept the client certificate/,
    });
  });

  it('is an ordinary refusal if none was requested, or another reason is given', async () => {
    for (const [body, asks] of [
      [nginx, false],
      ['Bad Request', true],
    ] as const) {
      const { error } = await outcome({ url: await refusing('400 Bad Request', body, asks), ...trusted });
      expect(error!.code).toBe('handshake.status');
    }
  });
});

describe('a note about a weaker connection', () => {
  const self = makeCertificate({ name: 'self', hosts: ['127.0.0.1'] });

  it('is a note: a certificate that is not verified', async () => {
    const url = await listening(self);
    const { notes } = await outcome({ url, insecure: true });
    expect(notes).toEqual([
      {
        note: 'security',
        text: expect.stringContaining(`The certificate of ${new URL(url).host} was not verified`) as string,
      },
    ]);
  });

  it('is a note: insecure that is not needed, and a broken version of TLS', async () => {
    const url = await listening(server, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const { notes } = await outcome({ url, ...trusted, insecure: true, minTlsVersion: 'TLSv1' });
    expect(notes.map(({ text }) => text)).toEqual([
      expect.stringContaining('is valid, so the option “insecure” is not needed'),
      expect.stringContaining('uses TLSv1, which is broken (RFC 8996)'),
    ]);
  });

  it('is not a note of an ordinary connection', async () => {
    expect((await outcome({ url: await listening(server), ...trusted })).notes).toEqual([]);
  });

  it('does not go along with a redirect to another origin', async () => {
    const other = await listening(self);
    const home = createServer({ cert: self.cert, key: self.key });
    home.on('upgrade', (_, socket: Socket) =>
      socket.end(`HTTP/1.1 302 x\r\nLocation: ${other.replace('wss', 'https')}\r\nContent-Length: 0\r\n\r\n`),
    );
    closing.push(() => void home.close());
    await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
    const { error } = await outcome({
      url: `wss://127.0.0.1:${(home.address() as AddressInfo).port}/`,
      insecure: true,
      redirectOrigins: [other.replace(/\/$/, '')],
    });
    expect(error).toMatchObject({
      code: 'tls.untrusted',
      message: /the option “insecure” does not apply to that origin/,
    });
  });

  it('does not go along either: a client certificate and a broken version of TLS', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const asking = { requestCert: true, rejectUnauthorized: true, ca: [authority.cert] };
    for (const [options, code] of [
      [old, 'tls.protocol'],
      [asking, 'tls.client-certificate'],
    ] as const) {
      const other = await listening(server, options);
      const home = createServer({ cert: server.cert, key: server.key });
      home.on('upgrade', (_, socket: Socket) =>
        socket.end(
          `HTTP/1.1 302 x\r\nLocation: ${other.replace('wss', 'https')}\r\nContent-Length: 0\r\n\r\n`,
        ),
      );
      closing.push(() => void home.close());
      await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
      const { error, evidence } = await outcome({
        url: `wss://127.0.0.1:${(home.address() as AddressInfo).port}/`,
        ...trusted,
        minTlsVersion: 'TLSv1',
        cert: await file('c.pem', client.cert),
        key: await file('k.pem', client.key),
        redirectOrigins: [other.replace(/\/$/, '')],
      });
      expect(error!.code).toBe(code);
      expect(evidence!.withheld).toEqual(['client certificate']);
      if (code === 'tls.client-certificate')
        expect(error!.message).toContain('was withheld, because a redirect');
    }
  });

  it('reports a redirect that leaves TLS', async () => {
    const { url } = await rawServer((socket, request) => socket.write(switching(request)));
    const home = createServer({ cert: server.cert, key: server.key });
    home.on('upgrade', (_, socket: Socket) =>
      socket.end(`HTTP/1.1 302 x\r\nLocation: ${url.replace('ws', 'http')}\r\nContent-Length: 0\r\n\r\n`),
    );
    closing.push(() => void home.close());
    await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
    const { notes } = await outcome({
      url: `wss://127.0.0.1:${(home.address() as AddressInfo).port}/`,
      ...trusted,
      redirectOrigins: [url],
    });
    expect(notes[0]!.text).toContain('the connection there is not encrypted');
  });
});
