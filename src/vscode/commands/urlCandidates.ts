import { MASK } from '../../core/session/secrets/mask.ts';
import { invalidUrl } from '../../core/session/options/validate.ts';

export interface UrlCandidates {
  /** URLs that the typed text may mean, the likeliest first. */
  readonly urls: readonly string[];
  /** Why there is no URL. */
  readonly problem: string | undefined;
}

/** Hosts that rarely speak TLS: this machine, addresses, and names without a dot. */
const PLAIN_HOST = /^(localhost|[^.:/?#]+|\d+(\.\d+){3}|\[[^\]]*\])(:\d+)?([/?#]|$)/i;

/** A URL without the quotes that were copied with it, such as from code. */
function unquoted(text: string): string {
  return /^(["'`])(.*)\1[,;]?$/s.exec(text)?.[2]?.trim() ?? /^<(.*)>$/s.exec(text)?.[1]?.trim() ?? text;
}

/** The URLs that a typed text may mean: `localhost:8080` works without `ws://`. */
export function urlCandidates(typed: string): UrlCandidates {
  const text = unquoted(typed.trim());
  const problem = text.includes(MASK)
    ? `Secrets are not kept with recent URLs: replace ${MASK} with the value.`
    : invalidUrl(text);
  if (problem === undefined) return { urls: [text], problem: undefined };
  const urls = completions(text).filter((url) => !url.includes(MASK) && invalidUrl(url) === undefined);
  return { urls, problem: urls.length === 0 ? problem : undefined };
}

function completions(text: string): readonly string[] {
  const http = /^http(s?):\/\//i.exec(text);
  if (http) return [`ws${http[1]}://${text.slice(http[0].length)}`];
  // A scheme that is still being typed, or another one altogether, is not a host.
  if (
    text === '' ||
    /^[a-z][a-z0-9+.-]*:\/?\/?$/i.test(text) ||
    text.includes('://') ||
    'wss:'.startsWith(text)
  )
    return [];
  const plain = `ws://${text}`;
  const secure = `wss://${text}`;
  return PLAIN_HOST.test(text) ? [plain, secure] : [secure, plain];
}
