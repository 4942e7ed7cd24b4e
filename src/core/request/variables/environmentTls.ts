import type { Problem } from '../syntax/diagnostic.ts';
import { TLS_SECTION, type EnvironmentFile } from './environmentFile.ts';
import type { JsonNode, JsonObject } from './jsonTree.ts';

/** The TLS options of an environment's connections. */
export interface EnvironmentTls {
  /** Paths; absolute if the path of the environment file is. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly pfx: string | undefined;
  /** Whether the key is encrypted. The passphrase is asked for when the request runs. */
  readonly hasPassphrase: boolean;
  /** Whether the server's certificate is not verified. */
  readonly insecure: boolean;
  /** The name of the file that sets it. */
  readonly fileName: string;
}

/** The name of the question for the passphrase. `{{$password …}}` asks the same question. */
export function passphraseQuestion({ cert, key, pfx }: EnvironmentTls): string {
  return `Passphrase of ${(pfx ?? key ?? cert ?? 'the client certificate').replace(/^.*[/\\]/, '')}`;
}

/** Reads `SSLConfiguration` of a section; undefined if it has none. */
export function environmentTls(
  file: EnvironmentFile,
  section: JsonObject,
): EnvironmentTls | { readonly problem: Omit<Problem, 'range'> } | undefined {
  const node = section.members.get(TLS_SECTION)?.value;
  if (!node) return undefined;
  const wrong = (what: string) => ({
    problem: {
      code: 'environment.file' as const,
      message: `${file.name}, line ${node.range.start.line + 1}: ${what}. Write "${TLS_SECTION}": {"clientCertificate": "cert.pem", "clientCertificateKey": "key.pem", "verifyHostCertificate": true}.`,
    },
  });
  if (node.kind !== 'object') return wrong(`${TLS_SECTION} is an object`);
  const paths: (string | undefined)[] = [];
  for (const name of ['clientCertificate', 'clientCertificateKey']) {
    const member = node.members.get(name)?.value;
    const path = member && pathIn(member);
    if (member && path === undefined) return wrong(`${name} is a path, or an object with a path`);
    paths.push(path === undefined ? undefined : besideFile(path, file.path));
  }
  const flags: boolean[] = [];
  for (const [name, fallback] of [
    ['hasCertificatePassphrase', false],
    ['verifyHostCertificate', true],
  ] as const) {
    const member = node.members.get(name)?.value;
    if (member && !['true', 'false'].includes(member.source)) return wrong(`${name} is true or false`);
    flags.push(member ? member.source === 'true' : fallback);
  }
  const [certificate, key] = paths;
  const [hasPassphrase = false, isVerified = true] = flags;
  const isPkcs12 = certificate !== undefined && key === undefined && /\.(?:p12|pfx)$/i.test(certificate);
  return {
    cert: isPkcs12 ? undefined : certificate,
    // One file may hold both the certificate and the key.
    key: isPkcs12 ? undefined : (key ?? certificate),
    pfx: isPkcs12 ? certificate : undefined,
    hasPassphrase: hasPassphrase && certificate !== undefined,
    insecure: !isVerified,
    fileName: file.name,
  };
}

/** Accepts `"cert.pem"` and `{"path": "cert.pem", "format": "PEM"}`. The bytes of the file decide its format. */
function pathIn(node: JsonNode): string | undefined {
  const path = node.kind === 'object' ? node.members.get('path')?.value : node;
  return path?.kind === 'string' && path.text.trim() !== '' ? path.text : undefined;
}

/** Resolves a path against the folder of the environment file, like JetBrains does. */
function besideFile(path: string, filePath: string): string {
  if (/^(?:[/\\]|[A-Za-z]:[/\\]|~)/.test(path)) return path;
  const folder = filePath.slice(0, Math.max(filePath.lastIndexOf('/'), filePath.lastIndexOf('\\')) + 1);
  return folder + path;
}
