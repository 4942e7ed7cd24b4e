import type { Problem } from '../syntax/diagnostic.ts';
import type { Request } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';

/** The TLS of a block that listens. Without a certificate, one is made for the run. */
export interface ListenTls {
  /** As in the file, relative to its folder. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

/** The directives of a block about the certificate that it shows to its clients. */
const PARTS = { 'tls-cert': 'cert', 'tls-key': 'key', 'tls-passphrase': 'passphrase' } as const;

/**
 * The TLS of a block, its variables filled in.
 * @param listening the URL that it listens at, if it is known
 */
export function listenTls(
  { directives }: Pick<Request, 'directives'>,
  listening: string | undefined,
  scope: Scope,
): { readonly tls: ListenTls | undefined } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const tls: { cert?: string; key?: string; passphrase?: string } = {};
  const isSecure = listening === undefined || /^\s*wss:/i.test(listening);
  const written = directives.filter(({ name }) => name.text in PARTS);
  const isGiven = (name: keyof typeof PARTS): boolean => written.some((each) => each.name.text === name);
  for (const { name, argument, range } of written) {
    const resolved = argument && scope.resolve(argument);
    if (resolved && 'problems' in resolved) problems.push(...resolved.problems);
    else if (resolved) tls[PARTS[name.text as keyof typeof PARTS]] = resolved.text;
    const conflict = !isSecure
      ? `@${name.text} is for a server that speaks TLS: write wss:// in its URL, or remove the line.`
      : !isGiven('tls-cert')
        ? `There is no certificate for @${name.text}: give its file with @tls-cert, or remove the line.`
        : undefined;
    if (conflict !== undefined) problems.push({ code: 'directive.conflict', range, message: conflict });
  }
  if (problems.length > 0) return { problems };
  return { tls: isSecure && listening !== undefined ? tls : undefined };
}
