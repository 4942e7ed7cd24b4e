import type { ConnectOptions } from '../shared/session.ts';
import { headerOf } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { targetOf } from './target.ts';
import type { Target } from './target.ts';

/** Where a redirect leads; undefined where the answer is none, or its Location is no WebSocket URL. */
export function redirectTarget({ status, headers }: ResponseHead, from: Target): Target | undefined {
  const location = headerOf(headers, 'location');
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  try {
    return from.socketPath === undefined ? overTcp(location, from) : overUnix(location, from);
  } catch {
    // Not a URL: then it is a refusal like others, and the header is shown with it.
    return undefined;
  }
}

function overTcp(location: string, from: Target): Target | undefined {
  const url = new URL(location, from.url.replace(/^ws/i, 'http'));
  // A fragment is for whoever shows a page; a WebSocket URL has none (RFC 6455, section 3).
  url.hash = '';
  const target = url.href.replace(/^http/i, 'ws');
  return /^wss?:/.test(target) ? targetOf(target) : undefined;
}

/** Behind a Unix socket only another path of it can be meant. */
function overUnix(location: string, from: Target): Target | undefined {
  const url = new URL(location, from.cookieUrl);
  return url.host === 'localhost' ? { ...from, path: url.pathname + url.search } : undefined;
}

/** Whether a redirect from the user's own origin, or one that the user named, may lead there. */
export function mayLeadTo(target: Target, from: Target, options: ConnectOptions): boolean {
  if (target.origin === from.origin) return true;
  const named = [options.url, ...options.redirectOrigins];
  return named.some((url) => originOf(url) === target.origin);
}

function originOf(url: string): string | undefined {
  try {
    return targetOf(url).origin;
  } catch {
    return undefined;
  }
}
