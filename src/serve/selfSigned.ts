import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import asn1 from 'node-forge/lib/asn1.js';
import sha256 from 'node-forge/lib/sha256.js';
import pki from 'node-forge/lib/x509.js';

const DAY = 86_400_000;

/**
 * Days that the certificate is valid. Clients refuse certificates with a long validity; a server that runs longer must
 * be restarted.
 */
const DAYS = 90;

/**
 * Creates a self-signed certificate with a new RSA key, for this machine's own names and further hosts.
 * @param hosts names and addresses besides localhost, 127.0.0.1 and ::1
 * @returns certificate and key as PEM
 */
export async function selfSigned(
  hosts: readonly string[],
): Promise<{ readonly cert: string; readonly key: string }> {
  // Node creates keys a hundred times faster than JavaScript does.
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  // The serial number is positive (RFC 5280, section 4.1.2.2) and differs in each run, because browsers remember serial
  // numbers.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY);
  certificate.validity.notAfter = new Date(Date.now() + DAYS * DAY);
  const name = [{ name: 'commonName', value: 'Duplex, made for one run' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  const all = new Set(['localhost', '127.0.0.1', '::1', ...hosts]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [...all].map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
    },
  ]);
  const der = privateKey.export({ type: 'pkcs1', format: 'der' });
  const signer = pki.privateKeyFromAsn1(asn1.fromDer(der.toString('latin1')));
  certificate.sign(signer, sha256.create());
  return { cert: pki.certificateToPem(certificate), key };
}
