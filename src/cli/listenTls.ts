import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readLimited } from '../files/limitedFile.ts';
import { blockCertificate } from '../engine/serve/blockCertificate.ts';
import { byteCount } from '../shared/byteCount.ts';
import { DuplexError } from '../shared/errors.ts';
import { MAX_CERTIFICATE_FILE } from '../shared/limits.ts';
import { printSentence } from './output/printSentence.ts';

/** The TLS options of a command that listens. */
export interface ListenTlsOptions {
  readonly tls?: true;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsPassphrase?: string;
  readonly tlsSave?: string;
}

/** The certificate that clients of a listener receive. */
export type ListenCertificate = NonNullable<Awaited<ReturnType<typeof blockCertificate>>>;

export function addListenTlsOptions(command: Command): void {
  command
    .option('--tls', 'listen at wss:// URLs, with a certificate made for this run unless one is given')
    .option('--tls-cert <file>', 'listen at wss:// URLs with this certificate: PEM, or PKCS#12')
    .option('--tls-key <file>', 'its private key as PEM, if the file of the certificate does not have it')
    .option('--tls-passphrase <text>', 'the passphrase of this key')
    .option('--tls-save <file>', 'write the certificate that clients receive, so that they can trust it');
}

/**
 * The certificate to listen with: the one that the options name, or one created for the host; undefined without TLS.
 * @throws DuplexError `call.invalid` if the options contradict each other, `disk.denied` or `file.invalid` if a file
 * cannot be used
 */
export async function listenCertificate(
  options: ListenTlsOptions,
  host: string,
): Promise<ListenCertificate | undefined> {
  return (
    (await namedCertificate(options)) ?? blockCertificate(options.tls && {}, host, '', { readFile: read })
  );
}

/** The certificate that the options name; undefined if they name none. @throws DuplexError as `listenCertificate` */
export async function namedCertificate({
  tlsCert,
  tlsKey,
  tlsPassphrase,
}: ListenTlsOptions): Promise<ListenCertificate | undefined> {
  if (tlsCert === undefined && (tlsKey ?? tlsPassphrase) !== undefined)
    throw new DuplexError(
      'call.invalid',
      `There is no certificate for ${tlsKey === undefined ? '--tls-passphrase' : '--tls-key'}: give its file with --tls-cert.`,
    );
  if (tlsCert === undefined) return undefined;
  const files = {
    cert: tlsCert,
    ...(tlsKey !== undefined && { key: tlsKey }),
    ...(tlsPassphrase !== undefined && { passphrase: tlsPassphrase }),
  };
  return blockCertificate(files, '', '', { readFile: read });
}

async function read(path: string): Promise<Uint8Array> {
  const bytes = await bytesOf(path);
  if (bytes) return bytes;
  throw new DuplexError(
    'file.invalid',
    `${path} is larger than ${byteCount(MAX_CERTIFICATE_FILE)}, or is a device or a pipe without an end: name the file of a certificate or a key.`,
  );
}

/** The content of a file; undefined if it is too large for a certificate. @throws DuplexError `disk.denied` */
async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readLimited(resolve(path), MAX_CERTIFICATE_FILE);
  } catch (cause) {
    throw new DuplexError(
      'disk.denied',
      `${path} cannot be read (${codeOf(cause) ?? 'an error'}): check that it exists and may be read.`,
      { cause },
    );
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code;
}

/**
 * Prints the fingerprints by which clients recognise the listeners, each certificate once, and saves the certificates
 * if an option requests it.
 * @throws DuplexError `call.invalid` if there is no certificate to save, or the file holds something else;
 * `disk.denied` if it cannot be written
 */
export async function printCertificates(
  listening: readonly { readonly url: string; readonly certificate: ListenCertificate | undefined }[],
  { tlsSave }: ListenTlsOptions,
): Promise<void> {
  const shown = new Map<string, ListenCertificate>();
  for (const { url, certificate } of listening) {
    if (!certificate || shown.has(certificate.fingerprint)) continue;
    shown.set(certificate.fingerprint, certificate);
    const { fingerprint, isMade } = certificate;
    printSentence(
      isMade
        ? `${url} has a certificate that was created for this run; clients trust it only if they are told to. SHA-256 fingerprint: ${fingerprint}`
        : `The certificate of ${url} has the SHA-256 fingerprint ${fingerprint}`,
    );
  }
  if (tlsSave === undefined) return;
  if (shown.size === 0)
    throw new DuplexError(
      'call.invalid',
      'There is no certificate to write with --tls-save: nothing listens at a wss:// URL. Add --tls.',
    );
  await save(tlsSave, [...shown.values()].map(({ pem }) => pem).join(''));
}

/** Replaces a file with certificates of earlier runs, but no file with anything else, such as a key. */
async function save(path: string, pem: string): Promise<void> {
  const before = await bytesOf(path).catch((thrown: DuplexError) => {
    if (codeOf(thrown.cause) !== 'ENOENT') throw thrown;
    return Buffer.alloc(0);
  });
  const certificates = /^\s*(?:-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*)*$/;
  if (!before || !certificates.test(before.toString('latin1')))
    throw new DuplexError(
      'call.invalid',
      `${path} contains something other than certificates: choose another name for --tls-save.`,
    );
  try {
    await writeFile(path, pem);
  } catch (cause) {
    throw new DuplexError('disk.denied', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
