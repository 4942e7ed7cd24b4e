import { workspace } from 'vscode';
import { settingsProxy } from '../core/session/options/environmentProxy.ts';

/**
 * The proxy for a URL by VS Code's settings `http.proxy`, `http.noProxy`, `http.proxySupport` and `http.proxyAuthorization`,
 * and by the environment. They are read here because connections do not go through the modules in which VS Code applies
 * them: those cannot CONNECT for ws:, and forget the proxy that a request names.
 */
export function resolveProxy(url: string): Promise<string | undefined> {
  const http = workspace.getConfiguration('http');
  const settings = {
    proxySupport: http.get('proxySupport', 'override'),
    proxy: http.get('proxy', ''),
    noProxy: http.get<string[]>('noProxy', []),
    // Null unless set.
    proxyAuthorization: http.get<string | null>('proxyAuthorization') ?? '',
  };
  return Promise.resolve(settingsProxy(url, settings, process.env));
}
