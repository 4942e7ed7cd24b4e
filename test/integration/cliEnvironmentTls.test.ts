import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, toPkcs12, type Certificate } from '../support/certificates.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

/** A server that only clients with a certificate of its authority reach; it answers with the name in the certificate. */
async function requiringServer(
  authority: Certificate,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const own = makeCertificate({ name: 'server', issuer: authority, hosts: ['127.0.0.1'] });
  const server = createServer({ ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: true });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client, { socket }) =>
    client.send(String((socket as TLSSocket).getPeerCertificate().subject.CN)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}

const certificateDer = ({ cert }: Certificate): Buffer => new X509Certificate(cert).raw;
const keyDer = ({ key }: Certificate, type: 'pkcs1' | 'pkcs8'): Buffer =>
  createPrivateKey(key).export({ type, format: 'der' });

describe('SSLConfiguration of a private environment', () => {
  const authority = makeCertificate({ name: 'Test Authority', isAuthority: true });
  const client = makeCertificate({ name: 'duplex-client', issuer: authority });
  const stranger = makeCertificate({ name: 'stranger' });
  let server: Awaited<ReturnType<typeof requiringServer>>;
  let folder: RequestFolder;

  beforeAll(async () => {
    server = await requiringServer(authority);
    const request = (directives: string): string => `### secured
${directives}WEBSOCKET wss://127.0.0.1:${server.port}

=== wait-for-server
# @expect text == "duplex-client"
`;
    folder = requestFolder({
      'tls/ca.pem': authority.cert,
      'tls/client.pem': client.cert,
      'tls/client.key': client.key,
      'tls/both.pem': client.cert + client.key,
      'tls/stranger.pem': stranger.cert,
      'tls/stranger.key': stranger.key,
      'requests/verified.ws': request('# @ca ../tls/ca.pem\n'),
      'requests/open.ws': request(''),
      'requests/own.ws': request(
        '# @ca ../tls/ca.pem\n# @cert ../tls/client.pem\n# @key ../tls/client.key\n',
      ),
    });
    folder.write('tls/client.der', certificateDer(client));
    folder.write('tls/client.key.der', keyDer(client, 'pkcs8'));
    folder.write('tls/client.pkcs1.der', keyDer(client, 'pkcs1'));
    folder.write('tls/client.p12', toPkcs12(client, ''));
  });
  afterAll(async () => {
    folder.remove();
    await server.close();
  });

  async function run(tls: object, file = 'verified.ws'): Promise<{ status: number | null; output: string }> {
    folder.write(
      'http-client.private.env.json',
      `{\n  // The client of the tests.\n  "test": {"SSLConfiguration": ${JSON.stringify(tls)},},\n}`,
    );
    const { status, stdout, stderr } = await folder.duplex(['run', `requests/${file}`, '--env', 'test']);
    return { status, output: stdout + stderr };
  }

  test.each([
    ['PEM', { clientCertificate: 'tls/client.pem', clientCertificateKey: 'tls/client.key' }],
    ['PEM in one file', { clientCertificate: 'tls/both.pem' }],
    [
      'DER with a key of PKCS#8',
      {
        clientCertificate: { path: 'tls/client.der', format: 'DER' },
        clientCertificateKey: { path: 'tls/client.key.der', format: 'DER' },
      },
    ],
    [
      'DER with a key of PKCS#1',
      { clientCertificate: 'tls/client.der', clientCertificateKey: 'tls/client.pkcs1.der' },
    ],
    ['DER beside PEM', { clientCertificate: 'tls/client.der', clientCertificateKey: 'tls/client.key' }],
    ['PKCS#12', { clientCertificate: 'tls/client.p12' }],
  ])('sends the client certificate: %s', async (_form, tls) => {
    const { status, output } = await run(tls);
    expect(output).toContain('✓ secured');
    expect(output).not.toContain('not verified');
    expect(status).toBe(0);
  });

  test('verifyHostCertificate: false is @insecure, with its warning', async () => {
    const tls = { clientCertificate: 'tls/client.pem', clientCertificateKey: 'tls/client.key' };
    const { status, output } = await run({ ...tls, verifyHostCertificate: false }, 'open.ws');
    expect(output).toContain('! certificates were not verified (insecure)');
    expect(status).toBe(0);
    expect((await run(tls, 'open.ws')).status).toBe(3);
  });

  test('gives way to the certificate that the request names', async () => {
    const tls = { clientCertificate: 'tls/stranger.pem', clientCertificateKey: 'tls/stranger.key' };
    expect(await run(tls, 'own.ws')).toMatchObject({ status: 0 });
    expect((await run(tls)).output).toContain('tls.client-certificate');
  });

  test('a file that is not there is named, and is a usage error', async () => {
    const { status, output } = await run({ clientCertificate: 'tls/none.pem' });
    expect(output).toContain('none.pem');
    expect(status).toBe(2);
  });
});
