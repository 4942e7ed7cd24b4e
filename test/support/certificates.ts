import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Description {
  readonly name: string;
  /** The issuer; if undefined, the certificate is self-signed. */
  readonly issuer?: Certificate;
  readonly isAuthority?: boolean;
  /** The names and addresses for which the certificate is valid. */
  readonly hosts?: readonly string[];
  /** Days from now; negative: in the past. */
  readonly from?: number;
  readonly to?: number;
}

const DAY = 86_400_000;

let serial = 0;

/** A fresh RSA certificate, valid from yesterday to the day after tomorrow unless said otherwise. */
export function makeCertificate(description: Description): Certificate {
  const { name, issuer, isAuthority = false, hosts = [], from = -1, to = 2 } = description;
  // Node makes keys a hundred times faster than JavaScript does.
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  certificate.serialNumber = (++serial + 0x1000).toString(16);
  certificate.validity.notBefore = new Date(Date.now() + from * DAY);
  certificate.validity.notAfter = new Date(Date.now() + to * DAY);
  const subject = [{ name: 'commonName', value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.cert).subject.attributes : subject);
  const altNames = hosts.map((host) =>
    /^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
  );
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? key), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key };
}

/** Certificate and key in one file, protected by a passphrase. */
export function toPkcs12({ cert, key }: Certificate, passphrase: string): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(key),
    [forge.pki.certificateFromPem(cert)],
    passphrase,
    { algorithm: 'aes256' },
  );
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

/** The key as PEM, protected by a passphrase. */
export function encryptKey({ key }: Certificate, passphrase: string): string {
  return forge.pki.encryptRsaPrivateKey(forge.pki.privateKeyFromPem(key), passphrase, {
    algorithm: 'aes256',
  });
}
