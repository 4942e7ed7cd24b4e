import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import * as tls from 'node:tls';
import { readLimited } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_CERTIFICATE_FILE } from '../../shared/limits.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** The options of a TLS context. */
export type TlsOptions = Pick<
  ConnectOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'minTlsVersion' | 'servername' | 'alpn' | 'insecure'
>;

let trusted: Promise<string[] | undefined> | undefined;

/**
 * Reads and checks certificates, keys and versions for a TLS connection, before anything connects.
 * @throws DuplexError `disk.denied` for an unreadable file, `file.invalid` for a file that is too large or has other
 * content, `tls.client-certificate` for a wrong passphrase or a key of another certificate
 */
export async function tlsContext(options: TlsOptions): Promise<tls.SecureContext> {
  const own = await Promise.all(options.ca.map((ca) => authority(ca)));
  trusted ??= trustedAuthorities();
  const base = await trusted;
  const { minTlsVersion } = options;
  const context: tls.SecureContextOptions = {
    // If Node cannot list its certificates and none is added, its default is faster than a copy.
    ...(base === undefined && own.length === 0
      ? {}
      : { ca: [...(base ?? (await bundledAuthorities())), ...own] }),
    // Allows trust in a server's own certificate without its issuer.
    ...(own.length > 0 ? { allowPartialTrustChain: true } : {}),
    ...(minTlsVersion === '' ? {} : { minVersion: minTlsVersion }),
    // OpenSSL's default security level disables all ciphers of the old versions.
    ...(minTlsVersion === 'TLSv1' || minTlsVersion === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(await clientCertificate(options)),
  };
  try {
    return tls.createSecureContext(context);
  } catch (error) {
    throw badCertificate(error as Error, options);
  }
}

/** The certificates of the system and of Node; undefined if this Node cannot list them. */
function trustedAuthorities(): Promise<string[] | undefined> {
  // Since Node 22.15; @types/node is of Node 20.
  const { getCACertificates } = tls as { getCACertificates?: (of: 'default' | 'system') => string[] };
  if (getCACertificates === undefined) return Promise.resolve(undefined);
  const all = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  return Promise.resolve([...all]);
}

/** Node's default certificates, for versions that cannot list them. */
async function bundledAuthorities(): Promise<string[]> {
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [...tls.rootCertificates, ...(extra ? [(await readOf('CA file', extra)).toString('utf8')] : [])];
}

/** @param ca PEM text, or the path of a file with PEM text */
async function authority(ca: string): Promise<string> {
  const isText = ca.includes('-----BEGIN');
  const text = isText ? ca : (await readOf('CA file', ca)).toString('latin1');
  if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text;
  throw new DuplexError(
    'file.invalid',
    `${isText ? 'The CA text' : `The CA file ${ca}`} holds no certificate: give it in PEM form, which begins with -----BEGIN CERTIFICATE-----.`,
  );
}

async function clientCertificate(options: TlsOptions): Promise<tls.SecureContextOptions> {
  const { cert, key, pfx, passphrase } = options;
  const secret = passphrase === '' ? {} : { passphrase };
  if (pfx !== '') return { pfx: await readOf('PKCS#12 file', pfx), ...secret };
  if (cert === '' && key === '') return {};
  // One file may hold both the certificate and the key.
  const [certificate, privateKey] = await Promise.all([
    readOf('certificate file', cert || key),
    readOf('key file', key || cert),
  ]);
  const der = fromDer(certificate, privateKey, passphrase);
  if (der) return der;
  if (!certificate.includes('-----BEGIN'))
    throw new DuplexError(
      'file.invalid',
      `The certificate file ${cert || key} holds no certificate in PEM form: convert it, or give it with ${optionNamed('pfx')} if it is PKCS#12.`,
    );
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey.toString('latin1')))
    throw new DuplexError(
      'file.invalid',
      `The key file ${key || cert} holds no private key in PEM form: name the file of the key with ${optionNamed('key')}.`,
    );
  return { cert: certificate, key: privateKey, ...secret };
}

/** A certificate, a key or both in DER form, which JetBrains' client accepts too; undefined for any other bytes. */
function fromDer(certificate: Buffer, key: Buffer, passphrase: string): tls.SecureContextOptions | undefined {
  const isText = (data: Buffer): boolean => data.includes('-----BEGIN');
  if (isText(certificate) && isText(key)) return undefined;
  try {
    const cert = isText(certificate) ? certificate : new X509Certificate(certificate).toString();
    if (isText(key)) return { cert, key, ...(passphrase !== '' && { passphrase }) };
    return { cert, key: derKey(key, passphrase).export({ type: 'pkcs8', format: 'pem' }) };
  } catch {
    // The bytes are neither PEM nor DER: the error for PEM names what is expected.
    return undefined;
  }
}

function derKey(key: Buffer, passphrase: string): KeyObject {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      return createPrivateKey({ key, format: 'der', type, ...(passphrase !== '' && { passphrase }) });
    } catch {
      // The bytes may match another key type.
    }
  }
  throw new Error('The key is in none of the DER forms.');
}

async function readOf(what: string, path: string): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readLimited(path, MAX_CERTIFICATE_FILE);
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw new DuplexError(
      'disk.denied',
      `The ${what} ${path} cannot be read (${code}): check that it exists and may be read.`,
      { cause: error },
    );
  }
  if (bytes) return bytes;
  throw new DuplexError(
    'file.invalid',
    `The ${what} ${path} is larger than ${byteCount(MAX_CERTIFICATE_FILE)}, or is a device or a pipe without an end: name another file.`,
  );
}

/** OpenSSL reports some errors by code and others by text. */
function badCertificate(error: Error, options: TlsOptions): DuplexError {
  const text = `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`;
  const file = options.pfx || options.key || options.cert;
  const isWrongPassphrase = /BAD_DECRYPT|bad decrypt|mac verify|INTERRUPTED|BAD_PASSWORD/i.test(text);
  if (/KEY_VALUES_MISMATCH|key values mismatch/i.test(text))
    return new DuplexError(
      'tls.client-certificate',
      `The key ${options.key || options.cert} does not belong to the certificate ${options.cert}: give the key that it was made with.`,
    );
  if (isWrongPassphrase)
    return new DuplexError(
      'tls.client-certificate',
      options.passphrase === ''
        ? `${file} is protected by a passphrase: give it with ${optionNamed('passphrase')}.`
        : `The passphrase does not open ${file}: correct it.`,
    );
  if (/unsupported/i.test(text) && options.pfx !== '')
    return new DuplexError(
      'tls.client-certificate',
      `${file} is encrypted in a way that this OpenSSL no longer reads: export it again with AES.`,
    );
  if (file === '')
    return new DuplexError(
      'file.invalid',
      'A certificate of the certificate authorities cannot be read: give each in PEM form.',
    );
  return new DuplexError(
    'file.invalid',
    `${file} cannot be used (${error.message}): give the certificate and its key in PEM form, or both as PKCS#12.`,
  );
}
