import { field, textField } from './fields.ts';

/** How another client authenticates, as parts of the handshake. */
export interface ImportedAuth {
  readonly headers: readonly (readonly [string, string])[];
  readonly parameters: readonly (readonly [string, string])[];
  readonly left: readonly string[];
}

const NO_AUTH: ImportedAuth = { headers: [], parameters: [], left: [] };

/** Words by which clients say that a key is sent in the URL. */
const IN_URL = new Set(['query', 'queryparams']);

/**
 * @param type as clients call it: `basic`, `bearer`, `digest`, `apikey`, `none`
 * @param given its members: `username` and `password`, `token` and `prefix`, `key` and `value` with `in`, `addTo`, `placement` or `location`
 */
export function importedAuth(type: string, given: unknown): ImportedAuth {
  const text = (name: string): string => textField(given, name) ?? '';
  const header = (value: string): ImportedAuth => ({ ...NO_AUTH, headers: [['Authorization', value]] });
  if (field(given, 'disabled') === true) return NO_AUTH;
  switch (type.toLowerCase()) {
    case '':
    case 'none':
    case 'noauth':
      return NO_AUTH;
    case 'basic':
      return header(`Basic ${text('username')} ${text('password')}`);
    case 'digest':
      return header(`Digest ${text('username')} ${text('password')}`);
    case 'bearer':
      return text('token') === '' ? NO_AUTH : header(`${text('prefix') || 'Bearer'} ${text('token')}`);
    case 'oauth2':
      if (text('accessToken') === '') break;
      return header(
        `${(text('headerPrefix') || text('tokenPrefix') || 'Bearer').trim()} ${text('accessToken')}`,
      );
    case 'apikey': {
      const [name, value] = [text('key'), text('value')];
      if (name === '') return NO_AUTH;
      const place = (text('in') || text('addTo') || text('placement') || text('location')).toLowerCase();
      if (IN_URL.has(place)) return { ...NO_AUTH, parameters: [[name, value]] };
      return { ...NO_AUTH, headers: [place === 'cookie' ? ['Cookie', `${name}=${value}`] : [name, value]] };
    }
  }
  return { ...NO_AUTH, left: [`The authentication ${type} is not carried over: send its header yourself.`] };
}
