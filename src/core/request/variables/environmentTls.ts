import type { Problem } from '../syntax/diagnostic.ts';
import { TLS_SECTION, type EnvironmentFile } from './environmentFile.ts';
import type { JsonNode, JsonObject } from './jsonTree.ts';

/** How the connections of an environment do TLS. */
export interface EnvironmentTls {
  /** Paths, absolute where the path of the environment file is. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly pfx: string | undefined;
  /** Whether the key is protected: the passphrase is asked for when the request is run. */
  readonly hasPassphrase: boolean;
  /** Whether the certificate of the server is not verified. */
  readonly insecure: boolean;
  /** The name of the file that says so. */
  readonly fileName: string;
}

/** What the passphrase is asked for by: `{{$password …}}` asks the same question. */
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
    // One file may hold both.
    key: isPkcs12 ? undefined : (key ?? certificate),
    pfx: isPkcs12 ? certificate : undefined,
    hasPassphrase: hasPassphrase && certificate !== undefined,
    insecure: !isVerified,
    fileName: file.name,
  };
}

/** `"cert.pem"` and `{"path": "cert.pem", "format": "PEM"}` alike: which format it is, its bytes say. */
function pathIn(node: JsonNode): string | undefined {
  const path = node.kind === 'object' ? node.members.get('path')?.value : node;
  return path?.kind === 'string' && path.text.trim() !== '' ? path.text : undefined;
}

/** Relative to the folder of the environment file, as JetBrains reads it. */
function besideFile(path: string, filePath: string): string {
  if (/^(?:[/\\]|[A-Za-z]:[/\\]|~)/.test(path)) return path;
  const folder = filePath.slice(0, Math.max(filePath.lastIndexOf('/'), filePath.lastIndexOf('\\')) + 1);
  return folder + path;
}
