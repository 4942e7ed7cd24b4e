import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { DuplexError } from '../shared/errors.ts';

/** The certificate of a listener. */
export interface ServerCertificate {
  /** The certificate as PEM, without its key, for clients that must trust it. */
  readonly pem: string;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** Whether it was created for this run, so that clients do not trust it unless told to. */
  readonly isMade: boolean;
  /** The certificate and its key for the TLS of Node. */
  readonly context: SecureContextOptions;
}

/** The contents of the files of a certificate. */
export interface CertificateFiles {
  /** The certificate as PEM, optionally with its chain and its key, or a PKCS#12 file. */
  readonly cert: Uint8Array;
  /** The key as PEM, unless `cert` contains it. */
  readonly key?: Uint8Array | undefined;
  readonly passphrase?: string | undefined;
}

/** Certificates by host, so that a restarted server keeps its certificate and its clients still trust it. */
const made = new Map<string, Promise<ServerCertificate>>();

/** Returns a certificate for this machine and a host, created once per process and host. */
export function madeCertificate(host: string): Promise<ServerCertificate> {
  const earlier = made.get(host);
  if (earlier) return earlier;
  const making = make(host);
  made.set(host, making);
  // The caller gets the failure; it is not cached.
  making.catch(() => made.delete(host));
  return making;
}

async function make(host: string): Promise<ServerCertificate> {
  const { selfSigned } = await import('./selfSigned.ts');
  // The host stands for every address of the machine; no client connects to it by this name.
  const isAny = host === '0.0.0.0' || host === '::';
  const { cert, key } = await selfSigned(isAny ? [] : [host]);
  return { ...shown(cert), isMade: true, context: { cert, key } };
}

/** @throws DuplexError `file.invalid` if the files do not contain a certificate with its key */
export function givenCertificate({ cert, key, passphrase }: CertificateFiles): ServerCertificate {
  const text = Buffer.from(cert).toString('latin1');
  const secret = passphrase === undefined || passphrase === '' ? {} : { passphrase };
  if (!text.includes('-----BEGIN')) return fromPkcs12(Buffer.from(cert), secret);
  if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text))
    throw new DuplexError(
      'file.invalid',
      'The certificate file of the server holds no certificate: give it in PEM form, which begins with -----BEGIN CERTIFICATE-----.',
    );
  const keyText = key === undefined ? text : Buffer.from(key).toString('latin1');
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(keyText))
    throw new DuplexError(
      'file.invalid',
      'The certificate of the server has no private key in PEM form: name the file of its key too.',
    );
  const context: SecureContextOptions = { cert: text, key: keyText, ...secret };
  return { ...usable(context, () => shown(text)), isMade: false, context };
}

function fromPkcs12(pfx: Buffer, secret: { readonly passphrase?: string }): ServerCertificate {
  const context: SecureContextOptions = { pfx, ...secret };
  const own = usable(context, (secure) => {
    const native = secure.context as { getCertificate(): Buffer | null };
    const der = native.getCertificate();
    if (!der) throw new Error('it has no certificate');
    return shown(der);
  });
  return { ...own, isMade: false, context };
}

type Shown = Pick<ServerCertificate, 'pem' | 'fingerprint'>;

/** @param certificate DER, or PEM, of which the first certificate counts */
function shown(certificate: string | Buffer): Shown {
  const first = new X509Certificate(certificate);
  return { pem: first.toString(), fingerprint: first.fingerprint256 };
}

/** Checks that OpenSSL accepts the certificate, so that an invalid file is reported before anything listens. */
function usable(
  context: SecureContextOptions,
  read: (secure: ReturnType<typeof createSecureContext>) => Shown,
): Shown {
  try {
    return read(createSecureContext(context));
  } catch (cause) {
    throw badCertificate(cause as NodeJS.ErrnoException, context.passphrase !== undefined);
  }
}

function badCertificate(cause: NodeJS.ErrnoException, hasPassphrase: boolean): DuplexError {
  const text = `${cause.code ?? ''} ${cause.message}`;
  if (/KEY_VALUES_MISMATCH|key values mismatch/i.test(text))
    return new DuplexError(
      'file.invalid',
      'The key does not belong to the certificate of the server: give the key that it was made with.',
      { cause },
    );
  if (/BAD_DECRYPT|bad decrypt|mac verify|INTERRUPTED|BAD_PASSWORD/i.test(text))
    return new DuplexError(
      'file.invalid',
      hasPassphrase
        ? 'The passphrase does not open the key of the server: correct it.'
        : 'The key of the server is protected by a passphrase: give it too.',
      { cause },
    );
  return new DuplexError(
    'file.invalid',
    `The certificate of the server cannot be used (${cause.message}): give the certificate and its key in PEM form, or both as PKCS#12.`,
    { cause },
  );
}
