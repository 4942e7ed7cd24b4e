import { maskUrl } from '../secrets/mask.ts';

/** What a session is called until it is renamed: host and path, without scheme, credentials and query. */
export function sessionName(url: string): string {
  const name = maskUrl(url)
    .replace(/^wss?(:\/\/|\+unix:(\/\/)?)/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
  return name === '' ? 'session' : name;
}
