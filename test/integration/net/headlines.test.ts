import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../../src/core/session/doctor/doctor.ts';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Diagnosis } from '../../../src/shared/diagnosis.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { outcome } from '../../support/outcome.ts';
import { rawServer } from '../../support/rawServer.ts';

/** The doctor's diagnosis of a failure that a real server caused. */
async function diagnosed(url: string): Promise<Diagnosis> {
  const { error, evidence } = await outcome({ url });
  return diagnose({ code: error!.code, message: error!.message, ...evidence }, connectOptions({ url }));
}

const answering = (answer: string): Promise<{ url: string }> =>
  rawServer((socket) => socket.end(answer, 'latin1'));
const http = (status: string, body: string, ...headers: string[]): string =>
  [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');

describe('the doctor', () => {
  it.each([
    [
      'whose token expired',
      http(
        '401 No',
        '',
        'WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"',
      ),
      'The access token expired',
      'Replace token…',
    ],
    [
      'that explains its refusal',
      http('403 Forbidden', '{"message":"This room is closed"}'),
      'This room is closed',
      'Edit Connection',
    ],
    ['that refuses without a word', http('403 Forbidden', ''), undefined, 'Edit Connection'],
    [
      'that asks for an upgrade that was sent',
      http('426 Upgrade Required', ''),
      'A proxy drops Upgrade, or this route speaks only HTTP',
      'Edit URL',
    ],
    ['that is busy', http('429 Busy', '', 'Retry-After: 30'), 'Retry in 30 s', 'Connect again'],
    [
      'behind nginx',
      http('502 Bad Gateway', '<html>', 'Server: nginx'),
      'nginx got no valid answer from the server behind it',
      'Connect again',
    ],
    [
      'that sends to a login page',
      http('302 Found', '', 'Location: https://id.example.test/login?next=x'),
      'Redirects to a login page',
      'Add cookie or token',
    ],
    ['of SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'An SSH server answers on this port', 'Edit URL'],
    ['of TLS', '\x15\x03\x01\x00\x02\x02\x46', 'A TLS server answers on this port', 'Connect with wss://'],
  ])('gives a headline and a fix for a server %s', async (_, answer, headline, label) => {
    const found = await diagnosed((await answering(answer)).url);
    expect([found.headline, found.fixes[0]?.label]).toEqual([headline, label]);
  });

  it('offers an Origin if a bare refusal names Origin in a header', async () => {
    const { url } = await answering(http('403 Forbidden', '', 'X-Refused: Origin'));
    const found = await diagnosed(url);
    expect(found.headline).toBeUndefined();
    expect(found.fixes.map(({ id }) => id)).toEqual(['origin', 'editConnection', 'enterAuthorization']);
  });

  it('offers an Origin if the server hangs up', async () => {
    const { url } = await rawServer((socket) => socket.end());
    const found = await diagnosed(url);
    expect(found.headline).toBe('The server closed without an answer');
    expect(found.fixes[0]?.change?.headers).toEqual([['Origin', `http://${new URL(url).host}`]]);
  });

  it('offers a newer Engine.IO if the server does not speak the older one', async () => {
    const { url } = await answering(
      http('400 Bad Request', '{"code":5,"message":"Unsupported protocol version"}'),
    );
    const found = await diagnosed(`${url}socket.io/?EIO=3&transport=websocket`);
    expect(found.headline).toContain('does not speak Engine.IO 3');
    expect(found.fixes[0]?.change?.url).toContain('EIO=4');
  });

  it('offers to trust a self-signed certificate', async () => {
    const { cert, key } = makeCertificate({ name: 'self', hosts: ['127.0.0.1'] });
    const server = createServer({ cert, key });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const found = await diagnosed(`wss://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect([found.headline, found.fixes[0]?.label]).toEqual([
      'Self-signed certificate',
      'Trust this certificate for this connection',
    ]);
  });
});
