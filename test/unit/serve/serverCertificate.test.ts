import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { givenCertificate, madeCertificate } from '../../../src/serve/serverCertificate.ts';
import { encryptKey, makeCertificate, toPkcs12 } from '../../support/certificates.ts';

const own = makeCertificate({ name: 'server', hosts: ['localhost'] });
const other = makeCertificate({ name: 'other' });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a certificate made for the run', () => {
  it('is for this machine and the host, signs itself, and is no authority', async () => {
    const { pem, fingerprint, isMade } = await madeCertificate('chat.example.test');
    const certificate = new X509Certificate(pem);
    expect(isMade).toBe(true);
    expect(certificate.fingerprint256).toBe(fingerprint);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:chat.example.test',
    );
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 30 * 86_400_000);
  });

  it('is made once for a host, and for each host another one', async () => {
    const [one, same, another] = await Promise.all([
      madeCertificate('127.0.0.1'),
      madeCertificate('127.0.0.1'),
      madeCertificate('::1'),
    ]);
    expect(same).toBe(one);
    expect(another.fingerprint).not.toBe(one.fingerprint);
  });

  it.each(['0.0.0.0', '::'])('does not name %s, to which nobody connects', async (host) => {
    const { subjectAltName } = new X509Certificate((await madeCertificate(host)).pem);
    expect(subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  });

  it('has a serial number that is positive and different each time', async () => {
    const serials = await Promise.all(
      ['127.0.0.1', '::1'].map(
        async (host) => new X509Certificate((await madeCertificate(host)).pem).serialNumber,
      ),
    );
    expect(new Set(serials).size).toBe(2);
    for (const serial of serials) expect(serial).toMatch(/^01[0-9A-F]{30}$/);
  });
});

describe('a certificate that is given', () => {
  const fingerprint = new X509Certificate(own.cert).fingerprint256;

  it.each([
    ['in two files', { cert: bytes(own.cert), key: bytes(own.key) }],
    ['in one file', { cert: bytes(own.cert + own.key) }],
    [
      'with an encrypted key',
      { cert: bytes(own.cert), key: bytes(encryptKey(own, 'pass')), passphrase: 'pass' },
    ],
    ['as PKCS#12', { cert: toPkcs12(own, 'pass'), passphrase: 'pass' }],
    ['with its chain', { cert: bytes(own.cert + other.cert), key: bytes(own.key) }],
  ])('is taken %s', (_, files) => {
    const taken = givenCertificate(files);
    expect(taken).toMatchObject({ fingerprint, isMade: false });
    expect(taken.pem).not.toContain('PRIVATE');
    expect(new X509Certificate(taken.pem).fingerprint256).toBe(fingerprint);
  });

  it.each([
    ['with the key of another', { cert: bytes(own.cert), key: bytes(other.key) }, 'does not belong to'],
    ['without a key', { cert: bytes(own.cert) }, 'name the file of its key'],
    ['that is only a key', { cert: bytes(own.key) }, 'holds no certificate'],
    ['without the passphrase', { cert: bytes(own.cert), key: bytes(encryptKey(own, 'pass')) }, 'give it too'],
    [
      'with a wrong passphrase',
      { cert: bytes(own.cert), key: bytes(encryptKey(own, 'pass')), passphrase: 'no' },
      'does not open',
    ],
    [
      'as PKCS#12 with a wrong passphrase',
      { cert: toPkcs12(own, 'pass'), passphrase: 'no' },
      'does not open',
    ],
    ['that is nothing', { cert: bytes('hello') }, 'cannot be used'],
    ['that is empty', { cert: new Uint8Array() }, 'cannot be used'],
    [
      'that is cut off',
      { cert: bytes(own.cert.slice(0, 200) + '\n-----END CERTIFICATE-----\n'), key: bytes(own.key) },
      'cannot be used',
    ],
  ])('is refused %s', (_, files, sentence) => {
    expect(() => givenCertificate(files)).toThrow(
      expect.objectContaining({ code: 'file.invalid', message: expect.stringContaining(sentence) as string }),
    );
  });
});
