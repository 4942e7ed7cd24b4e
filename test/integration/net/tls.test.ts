import { existsSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { MAX_CERTIFICATE_FILE } from '../../../src/shared/limits.ts';
import { encryptKey, makeCertificate, toPkcs12 } from '../../support/certificates.ts';
import type { Certificate } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { outcome } from '../../support/outcome.ts';

const authority = makeCertificate({ name: 'Test CA', isAuthority: true });
const server = makeCertificate({ name: 'server', issuer: authority, hosts: ['localhost', '127.0.0.1'] });
const client = makeCertificate({ name: 'client', issuer: authority });
const stranger = makeCertificate({ name: 'stranger' });

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

describe('a certificate of an own authority', () => {
  it('is trusted by the PEM text of the authority, and the chain is reported', async () => {
    const { open } = await outcome({ url: await listening(server), ...trusted });
    expect(open!.tls).toMatchObject({ protocol: 'TLSv1.3', verified: true, servername: '' });
    expect(open!.tls!.chain.map(({ subject }) => subject)).toEqual(['CN=server', 'CN=Test CA']);
    const [leaf] = open!.tls!.chain;
    expect(leaf).toMatchObject({ issuer: 'CN=Test CA', altNames: 'DNS:localhost, IP Address:127.0.0.1' });
    expect(Date.parse(leaf!.validTo)).toBeGreaterThan(Date.now());
    expect(leaf!.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(leaf!.pem.replaceAll('\r', '').trim()).toBe(server.cert.replaceAll('\r', '').trim());
  });

  it('is trusted by the file of the authority', async () => {
    const ca = [await file('ca.pem', authority.cert)];
    expect((await outcome({ url: await listening(server), ca })).open!.status).toBe(101);
  });

  it('is trusted by itself, without its authority', async () => {
    expect((await outcome({ url: await listening(server), ca: [server.cert] })).open!.status).toBe(101);
  });

  it.each([
    ['no authority', []],
    ['another authority', [stranger.cert]],
  ])('is not trusted with %s, and the evidence has the chain', async (_, ca) => {
    const { error, evidence, closed } = await outcome({ url: await listening(server), ca });
    expect(error).toMatchObject({
      code: 'tls.untrusted',
      message: expect.stringContaining('the option “ca”'),
    });
    expect(evidence).toMatchObject({ phase: 'tls', tls: { verified: false } });
    expect(evidence!.tls!.chain[0]).toMatchObject({ subject: 'CN=server' });
    expect(closed).toBe(false);
  });

  it('is accepted unverified on request, and the detail says so', async () => {
    const { open } = await outcome({ url: await listening(server), insecure: true });
    expect(open!.tls).toMatchObject({ verified: false, chain: [{ subject: 'CN=server' }] });
  });
});

describe('a certificate that does not hold', () => {
  it('for itself is not trusted', async () => {
    const { error } = await outcome({
      url: await listening(makeCertificate({ name: 'self', hosts: ['127.0.0.1'] })),
    });
    expect(error!.code).toBe('tls.untrusted');
  });

  it.each([
    ['any more', -9, -2],
    ['yet', 2, 9],
  ])('%s is reported as expired', async (_, from, to) => {
    const late = makeCertificate({ name: 'late', issuer: authority, hosts: ['127.0.0.1'], from, to });
    const { error, evidence } = await outcome({ url: await listening(late), ...trusted });
    expect(error).toMatchObject({ code: 'tls.expired', message: expect.stringContaining('clock') });
    expect(evidence!.tls!.chain[0]!.subject).toBe('CN=late');
  });

  it('for this host names the ones it is for in the evidence', async () => {
    const other = makeCertificate({ name: 'other', issuer: authority, hosts: ['other.test'] });
    const { error, evidence } = await outcome({ url: await listening(other), ...trusted });
    expect(error!.code).toBe('tls.hostname');
    expect(evidence!.tls!.chain[0]!.altNames).toBe('DNS:other.test');
  });

  it.each([
    [['other.test', 'b.test'], 'is for other.test, b.test and not for 127.0.0.1: connect by a name'],
    [
      ['a.test', 'b.test', 'c.test', 'd.test', 'e.test', 'f.test', 'g.test'],
      'd.test, e.test and 2 more and not',
    ],
    [['192.0.2.1'], 'is for 192.0.2.1 and not for'],
    [[], 'is for other and not for 127.0.0.1'],
  ])('for this host names the ones it is for in the sentence: %j', async (hosts, sentence) => {
    const other = makeCertificate({ name: 'other', issuer: authority, hosts });
    const { error } = await outcome({ url: await listening(other), ...trusted });
    expect(error).toMatchObject({
      code: 'tls.hostname',
      message: expect.stringContaining(sentence) as string,
    });
    const asked = await outcome({ url: await listening(other), ...trusted, servername: 'asked.test' });
    expect(asked.error!.message).toContain('and not for asked.test');
  });

  it('for this host is valid if its name is the requested one', async () => {
    const other = makeCertificate({ name: 'other', issuer: authority, hosts: ['other.test'] });
    const asked: (string | undefined)[] = [];
    const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
      asked.push(name);
      done(null);
    };
    const url = await listening(other, { SNICallback });
    const { open } = await outcome({ url, ...trusted, servername: 'other.test' });
    expect(open!.tls).toMatchObject({ verified: true, servername: 'other.test' });
    expect(asked).toEqual(['other.test']);
  });
});

describe('a client certificate', () => {
  const asking: TlsOptions = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const versions = [['TLSv1.2'], ['TLSv1.3']] as const;
  const of = (version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    listening(server, { ...asking, minVersion: version, maxVersion: version });

  it.each(versions)('as PEM is accepted over %s', async (version) => {
    const [cert, key] = [await file('client.pem', client.cert), await file('client.key', client.key)];
    expect((await outcome({ url: await of(version), ...trusted, cert, key })).open!.status).toBe(101);
  });

  it('as PEM may have its key in the same file', async () => {
    const cert = await file('both.pem', client.cert + client.key);
    expect((await outcome({ url: await of('TLSv1.3'), ...trusted, cert, key: cert })).open!.status).toBe(101);
  });

  it('as PKCS#12 is opened by its passphrase', async () => {
    const pfx = await file('client.p12', toPkcs12(client, 'open sesame'));
    const options = { url: await of('TLSv1.3'), ...trusted, pfx, passphrase: 'open sesame' };
    expect((await outcome(options)).open!.status).toBe(101);
  });

  it('with an encrypted key is opened by its passphrase', async () => {
    const [cert, key] = [
      await file('client.pem', client.cert),
      await file('locked.key', encryptKey(client, 'open sesame')),
    ];
    const options = { url: await of('TLSv1.3'), ...trusted, cert, key, passphrase: 'open sesame' };
    expect((await outcome(options)).open!.status).toBe(101);
  });

  it.each(versions)('that is missing is told over %s', async (version) => {
    const { error, evidence } = await outcome({ url: await of(version), ...trusted });
    expect(error).toMatchObject({ code: 'tls.client-certificate', message: /asks for a client certificate/ });
    expect(evidence!.phase).toBe(version === 'TLSv1.2' ? 'tls' : 'http');
  });

  it.each(versions)('that the server does not trust is told over %s', async (version) => {
    const [cert, key] = [await file('stranger.pem', stranger.cert), await file('stranger.key', stranger.key)];
    const { error } = await outcome({ url: await of(version), ...trusted, cert, key });
    expect(error).toMatchObject({
      code: 'tls.client-certificate',
      message: /refused the client certificate/,
    });
  });

  it('that was not requested is not blamed for another failure', async () => {
    const url = await listening(server);
    const [cert, key] = [await file('client.pem', client.cert), await file('client.key', client.key)];
    expect((await outcome({ url, cert, key })).error!.code).toBe('tls.untrusted');
  });
});

describe('the problem of a file is reported before anything connects:', () => {
  // Nothing listens at this port, so a connection attempt would cause another error.
  const url = 'wss://127.0.0.1:9/';

  it.each([
    [
      'a key of another certificate',
      { cert: client.cert, key: stranger.key },
      'tls.client-certificate',
      /does not belong/,
    ],
    [
      'a certificate that is none',
      { cert: 'hello', key: client.key },
      'file.invalid',
      /no certificate in PEM form/,
    ],
    ['a key that is none', { cert: client.cert, key: 'hello' }, 'file.invalid', /no private key in PEM form/],
    [
      'an encrypted key without passphrase',
      { cert: client.cert, key: encryptKey(client, 'x') },
      'tls.client-certificate',
      /protected by a passphrase/,
    ],
    [
      'PKCS#12 without passphrase',
      { pfx: toPkcs12(client, 'right') },
      'tls.client-certificate',
      /protected by a passphrase/,
    ],
    [
      'a wrong passphrase',
      { pfx: toPkcs12(client, 'right'), passphrase: 'canary' },
      'tls.client-certificate',
      /passphrase does not open/,
    ],
    ['PKCS#12 that is none', { pfx: 'hello' }, 'file.invalid', /cannot be used/],
  ])('%s', async (_, { passphrase = '', ...contents }: Record<string, string | Buffer>, code, message) => {
    const files: Record<string, string> = {};
    for (const [name, content] of Object.entries(contents)) files[name] = await file(`bad.${name}`, content);
    const { error, evidence } = await outcome({ url, ...files, passphrase: String(passphrase) });
    expect(evidence).toEqual({ phase: 'tls', exchanges: [] });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error!.message).not.toContain('canary');
  });

  it('an authority that is not a certificate', async () => {
    const ca = [await file('ca.txt', 'hello')];
    expect((await outcome({ url, ca })).error).toMatchObject({
      code: 'file.invalid',
      message: /ca\.txt holds no/,
    });
  });

  it.each(['ca', 'cert', 'pfx'])('a file of %s that is not there', async (name) => {
    const path = join(await temporaryFolder(), 'missing.pem');
    const named = { ca: { ca: [path] }, cert: { cert: path, key: path }, pfx: { pfx: path } }[name];
    const { error } = await outcome({ url, ...named });
    expect(error).toMatchObject({ code: 'disk.denied', message: expect.stringContaining('missing.pem') });
  });

  const eachNaming = async (path: string): Promise<[string, object][]> => {
    const good = await file('client.pem', client.cert + client.key);
    return [
      ['ca', { ca: [path] }],
      ['cert', { cert: path, key: good }],
      ['key', { cert: good, key: path }],
      ['pfx', { pfx: path }],
    ];
  };

  it('a file that is too large, whichever it is', async () => {
    const path = await file('large.pem', client.cert + client.key);
    await truncate(path, MAX_CERTIFICATE_FILE + 1);
    for (const [name, options] of await eachNaming(path))
      expect((await outcome({ url, ...options })).error, name).toMatchObject({
        code: 'file.invalid',
        message: expect.stringContaining('large.pem is larger than 4.0 MiB'),
      });
  });

  it('but not a file of the largest size', async () => {
    const own = await listening(server);
    const text = authority.cert.padEnd(MAX_CERTIFICATE_FILE, '\n');
    expect((await outcome({ url: own, ca: [await file('ca.pem', text)] })).open!.status).toBe(101);
  });

  it.runIf(existsSync('/dev/zero'))('a device without an end, whichever it is', async () => {
    for (const [name, options] of await eachNaming('/dev/zero'))
      expect((await outcome({ url, ...options })).error, name).toMatchObject({
        code: 'file.invalid',
        message: expect.stringMatching(/\/dev\/zero is larger than 4\.0 MiB, or is a device/),
      });
  });
});

describe('versions and protocols', () => {
  it('are negotiated and reported', async () => {
    const url = await listening(server, { maxVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] });
    const { open } = await outcome({ url, ...trusted, alpn: ['http/1.1'] });
    expect(open!.tls).toMatchObject({ protocol: 'TLSv1.2', alpn: 'http/1.1' });
    expect(open!.tls!.cipher).not.toBe('');
  });

  it('that are not HTTP/1.1 are named if the answer is not HTTP/1.1', async () => {
    const http2 = createSecureServer({ cert: server.cert, key: server.key });
    closing.push(() => http2.close());
    await new Promise<void>((resolve) => http2.listen(0, '127.0.0.1', resolve));
    const url = `wss://127.0.0.1:${(http2.address() as AddressInfo).port}/`;
    const { error, evidence } = await outcome({ url, ...trusted, alpn: ['h2', 'http/1.1'] });
    expect(error).toMatchObject({
      code: 'handshake.not-http',
      message: expect.stringMatching(/speaks h2.*offer http\/1\.1 alone/),
    });
    expect(evidence!.tls!.alpn).toBe('h2');
  });

  it('that are too old are refused', async () => {
    const url = await listening(server, { maxVersion: 'TLSv1.2' });
    const { error, evidence } = await outcome({ url, ...trusted, minTlsVersion: 'TLSv1.3' });
    expect(error).toMatchObject({ code: 'tls.protocol', message: /versions of both sides/ });
    expect(evidence!.phase).toBe('tls');
  });

  it('that are very old can be allowed', async () => {
    const url = await listening(server, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    expect((await outcome({ url, ...trusted })).error!.code).toBe('tls.protocol');
    const { open } = await outcome({ url, ...trusted, minTlsVersion: 'TLSv1' });
    expect(open!.tls!.protocol).toBe('TLSv1');
  });
});
