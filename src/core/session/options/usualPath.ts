import type { ConnectOptions } from '../../../shared/session.ts';

/** Where servers of Socket.IO 3 and 4 listen. */
export const SOCKET_IO_PATH = '/socket.io/?EIO=4&transport=websocket';

/** A URL without a path and a query, and without its last slash. */
const WITHOUT_PATH = /^wss?:\/\/[^/?#\s]+(?=\/?$)/i;

/** The URL with the path of Socket.IO; undefined if it has a path or a query. */
export function withSocketIoPath(url: string): string | undefined {
  const [origin] = WITHOUT_PATH.exec(url) ?? [];
  return origin === undefined ? undefined : `${origin}${SOCKET_IO_PATH}`;
}

/**
 * The path that the servers of a named protocol usually have, if the URL has none. It is offered, never added
 * automatically.
 */
export function usualPath({
  url,
  protocol,
}: Partial<Pick<ConnectOptions, 'url' | 'protocol'>>): string | undefined {
  if (!protocol?.startsWith('socket.io')) return undefined;
  return withSocketIoPath(url ?? '') && SOCKET_IO_PATH;
}
