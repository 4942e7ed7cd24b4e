import type { ListenTls } from '../../core/request/plan/listenTls.ts';
import type { StepPorts } from '../../core/request/run/runPorts.ts';
import { givenCertificate, madeCertificate, type ServerCertificate } from '../../serve/serverCertificate.ts';
import { MAX_CERTIFICATE_FILE } from '../../shared/limits.ts';

/**
 * The certificate of a block that listens: from its files, or created for the run.
 * @throws DuplexError `file.invalid` if a file is invalid or too large for a certificate; `disk.denied` if it
 * cannot be read
 */
export async function blockCertificate(
  tls: ListenTls | undefined,
  host: string,
  uri: string,
  ports: Pick<StepPorts, 'readFile'>,
): Promise<ServerCertificate | undefined> {
  if (!tls) return undefined;
  const { cert, key, passphrase } = tls;
  if (cert === undefined) return madeCertificate(host);
  return givenCertificate({
    cert: await ports.readFile(cert, uri, MAX_CERTIFICATE_FILE),
    key: key === undefined ? undefined : await ports.readFile(key, uri, MAX_CERTIFICATE_FILE),
    passphrase,
  });
}
