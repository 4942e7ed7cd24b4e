import { maskUrl } from '../core/session/secrets/mask.ts';
import { DuplexError } from '../shared/errors.ts';

/** Options of wscat, websocat and curl, and their equivalents here. */
const FOREIGN_OPTIONS = new Map<string, string>(
  Object.entries({
    '-k, -n, --no-check, --no-verify, --skip-verify': 'write --insecure',
    '-o, --origin, --Origin': "write --header 'Origin: https://example.test'",
    '-u, --auth, --user, --basic-auth': "write --header 'Authorization: Basic user password'",
    '-b, --cookie': "write --header 'Cookie: name=value'",
    '-A, --user-agent': "write --header 'User-Agent: name'",
    '-c, --connect': 'write duplex connect <url>',
    '-x, --execute': 'write --send TEXT to send a message, --proxy URL for a proxy',
    '-d, -t, --data, --message, --text': 'write --send TEXT, or give lines on standard input',
    '-f, --file, --upload-file': 'write --send-file FILE',
    '-w': 'write --wait 2s',
    '-s, -p, --protocol, --subprotocols, --protocols': 'write --subprotocol NAME',
    '-l, --listen': 'write duplex serve',
    '-L, --location': 'write --follow-redirects 5',
    '--cacert': 'write --ca FILE',
    '-E': 'write --cert FILE and --key FILE',
    '--connect-timeout': 'write --timeout 30s',
    '--max-time': 'write --wait 10s',
    '-q, --silent': 'write --quiet',
    '--headers': "write --header 'Name: value'",
  }).flatMap(([names, remedy]) => names.split(', ').map((name) => [name, remedy] as const)),
);

/**
 * Extends a message of commander with the equivalent of an option or command line of other tools. URLs in the result
 * are masked, because they may hold a password.
 */
export function withRemedy(message: string): string {
  const option = /^error: unknown option '(--?[\w-]+)/.exec(message)?.[1];
  const remedy = option && (FOREIGN_OPTIONS.get(option) ?? FOREIGN_OPTIONS.get(option.slice(0, 2)));
  if (remedy) return `error: unknown option '${option}': ${remedy}.\n`;
  const [, command = ''] = /^error: unknown command '(.*)'/s.exec(message) ?? [];
  if (/\.(ws|http|rest)$/i.test(command))
    return `error: unknown command: did you mean duplex run ${command}?\n`;
  if (/[:/.]/.test(command))
    return `error: unknown command: did you mean duplex connect ${maskUrl(meantUrl(command) ?? command)}?\n`;
  return message;
}

/**
 * Returns a WebSocket URL unchanged.
 * @throws DuplexError `url.invalid` if the text only resembles one, with the URL that was probably meant
 */
export function connectUrl(text: string): string {
  const meant = meantUrl(text);
  if (meant === undefined) return text;
  const reason = QUOTED.test(text.trim())
    ? 'The URL is in quotation marks that the shell did not remove'
    : 'A WebSocket URL starts with ws:// or wss://';
  throw new DuplexError('url.invalid', `${reason}: did you mean ${maskUrl(meant)}?`);
}

const QUOTED = /^(["'`\u201c\u2018\xab<])(.*)["'`\u201d\u2019\xbb>]$/s;

/** The URL that was probably meant by a text; undefined if the text is a WebSocket URL, or does not resemble one. */
function meantUrl(text: string): string | undefined {
  const quoted = QUOTED.exec(text.trim())?.[2];
  if (quoted !== undefined) return meantUrl(quoted) ?? quoted;
  const bare = text.trim();
  if (/^(wss?:\/\/|ws\+unix:)/i.test(bare)) return undefined;
  const misspelt = /^(https?|wss?)(?::\/{0,2}|\/\/|;\/\/)(?!\d+(?:\/|$))(?=[^/])(.*)$/is.exec(bare);
  if (misspelt) {
    const [, scheme = '', rest = ''] = misspelt;
    return `${/^(https|wss)$/i.test(scheme) ? 'wss' : 'ws'}://${rest}`;
  }
  const withoutScheme = /^(?:\/\/)?((?:[^/?#\s]+@)?(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?(?:[/?].*)?)$/is.exec(
    bare,
  )?.[1];
  return withoutScheme === undefined ? undefined : `ws://${withoutScheme}`;
}
