import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail, Exchange, HandshakeDetail, HeaderList } from '../../../shared/timeline.ts';
import { maskHeaders, maskSubprotocol, maskUrl } from './mask.ts';
import { maskHex, maskSecrets, secretsOfHeaders, secretsOfUrl, secretValues } from './secretValues.ts';

/** What details of handshakes have in common with those of failures, as far as it may hold secrets. */
type Maskable = HandshakeDetail &
  Partial<Pick<ErrorDetail, 'message' | 'headers' | 'body' | 'firstBytes' | 'redirect' | 'subprotocol'>> & {
    readonly protocol?: string;
  };

/**
 * What is known of a handshake, for whatever is kept or shown by itself: secrets are masked in their places, and wherever
 * else a server repeats them.
 */
export function maskHandshake<Detail extends Maskable>(
  detail: Detail,
  options: Partial<ConnectOptions>,
): Detail {
  const { exchanges = [] } = detail;
  const secrets = [
    ...secretValues(options),
    ...secretsOnTheWay(exchanges, detail.headers).filter((value) => value.length >= SHORTEST),
  ];
  const mask = (text: string): string => maskSecrets(text, secrets);
  const masked = maskAll(detail, mask) as Record<string, unknown>;
  if (detail.headers)
    masked['headers'] = maskHeaders(detail.headers).map(([name, value]) => [name, mask(value)]);
  if (detail.exchanges) masked['exchanges'] = exchanges.map((exchange) => maskExchange(exchange, mask));
  if (detail.firstBytes !== undefined) masked['firstBytes'] = maskHex(detail.firstBytes, secrets);
  for (const key of ['redirect', 'proxy'] as const)
    if (detail[key] !== undefined) masked[key] = mask(maskUrl(detail[key]));
  for (const key of ['subprotocol', 'protocol'] as const)
    if (detail[key] !== undefined) masked[key] = mask(maskSubprotocol(detail[key]));
  return masked as Detail;
}

/** What the other side made: cookies, challenges, tokens in redirects. Its later answers may repeat it. */
function secretsOnTheWay(exchanges: readonly Exchange[], answered: HeaderList = []): string[] {
  const heads = exchanges.flatMap(({ request, response }) => [request, response]);
  const headers = [...heads.flatMap(headersIn), ...answered];
  const targets = heads.map((head) => /^\S+ (\S+)/.exec(head)?.[1] ?? '');
  const locations = headers.filter(([name]) => /^(content-)?location$/i.test(name)).map(([, value]) => value);
  return [...secretsOfHeaders(headers), ...[...targets, ...locations].flatMap(secretsOfUrl)];
}

/** Of values that the other side made: shorter ones stand for other things everywhere. */
const SHORTEST = 6;

function maskAll(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskAll(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAll(item, mask)]));
}

function maskExchange(exchange: Exchange, mask: (text: string) => string): Exchange {
  return {
    with: exchange.with,
    url: mask(maskUrl(exchange.url)),
    request: mask(maskHead(exchange.request)),
    response: mask(maskHead(exchange.response)),
  };
}

/** A request or an answer up to its empty line, byte for byte but for what is secret. */
function maskHead(head: string): string {
  let isSecret = false;
  return head
    .split('\n')
    .map((line, number) => {
      if (number === 0) return maskStartLine(line);
      const end = line.endsWith('\r') ? '\r' : '';
      const text = line.slice(0, line.length - end.length);
      // A folded header (RFC 9112, section 5.2) goes on in the next line.
      if (/^[ \t]/.test(text)) return isSecret ? ` ${end}` : line;
      const [, name, gap = '', value = ''] = HEADER_LINE.exec(text) ?? [];
      if (name === undefined) return line;
      const [[, shown] = ['', value]] = maskHeaders([[name, value]]);
      isSecret = shown !== value;
      return isSecret ? `${name}:${gap}${shown}${end}` : line;
    })
    .join('\n');
}

const HEADER_LINE = /^([^:\s]+):([ \t]*)(.*)$/;

/** `GET /path?token=… HTTP/1.1`; of an answer nothing in it is secret by its place. */
function maskStartLine(line: string): string {
  return line.startsWith('HTTP/')
    ? line
    : line.replace(/^(\S+ )(\S+)/, (_, method: string, target: string) => method + maskUrl(target));
}

function headersIn(head: string): HeaderList {
  return head
    .split(/\r?\n/)
    .slice(1)
    .map((line) => HEADER_LINE.exec(line))
    .filter((match) => match !== null)
    .map(([, name = '', , value = '']) => [name, value.trim()]);
}
