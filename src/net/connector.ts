import { Cookies } from './cookies.ts';
import type { Connect } from './connection.ts';
import type { ResolveProxy } from './dial.ts';
import { WsConnection } from './wsConnection.ts';

/**
 * What connects for one session. Its connections share what outlives each of them: the cookies that servers set.
 * @param resolveProxy which proxy the environment demands for a URL; none unless given
 */
export function createConnector(resolveProxy: ResolveProxy = () => Promise.resolve(undefined)): Connect {
  const context = { cookies: new Cookies(), resolveProxy };
  return (options, handler) => new WsConnection(options, handler, context);
}
