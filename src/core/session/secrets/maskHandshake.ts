import { maskHex, maskSecrets, maskedDeep } from './maskSecrets.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail, Exchange, HandshakeDetail, HeaderList } from '../../../shared/timeline.ts';
import { maskHeaders, maskSubprotocol, maskUrl, URL_HEADERS } from './mask.ts';
import { secretsOfHeaders, secretsOfUrl, secretValues } from './secretValues.ts';

/** The common fields of handshake and failure details that may hold secrets. */
type Maskable = HandshakeDetail &
  Partial<Pick<ErrorDetail, 'message' | 'headers' | 'body' | 'firstBytes' | 'redirect' | 'subprotocol'>> & {
    readonly protocol?: string;
  };

/**
 * The details of a handshake, safe to store or show: secrets are masked at their places, and wherever a server repeats
 * them.
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
  const masked = maskedDeep(detail, mask) as Record<string, unknown>;
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

/**
 * Values that the peer created: cookies, challenges, tokens in redirects. Its later answers may repeat them.
 */
function secretsOnTheWay(exchanges: readonly Exchange[], answered: HeaderList = []): string[] {
  const heads = exchanges.flatMap(({ request, response }) => [request, response]);
  const headers = [...heads.flatMap(headersIn), ...answered];
  const targets = heads.map((head) => /^\S+ (\S+)/.exec(head)?.[1] ?? '');
  const locations = headers
    .filter(([name]) => URL_HEADERS.test(name.trim().toLowerCase()))
    .map(([, value]) => value);
  return [...secretsOfHeaders(headers), ...[...targets, ...locations].flatMap(secretsOfUrl)];
}

/** The minimum length of such a value. Shorter ones would match unrelated text. */
const SHORTEST = 6;

function maskExchange(exchange: Exchange, mask: (text: string) => string): Exchange {
  return {
    with: exchange.with,
    url: mask(maskUrl(exchange.url)),
    request: mask(maskHead(exchange.request)),
    response: mask(maskHead(exchange.response)),
  };
}

/** A line of a request or response head. */
interface HeadLine {
  readonly text: string;
  /** Line ends: CRLF, LF alone (RFC 9112, section 2.2), or a bare CR, which some readers accept. */
  readonly end: string;
}

function linesOf(head: string): HeadLine[] {
  return [...head.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)].map(([, text = '', end = '']) => ({ text, end }));
}

/**
 * A header and the lines that it spans: folded ones (RFC 9112, section 5.2), and the text after a bare CR inside it,
 * which some readers treat as part of the value and others as a header.
 */
function headersOfHead(head: string): { readonly header: HeaderList[number]; readonly lines: number[] }[] {
  const found: { name: string; values: string[]; lines: number[] }[] = [];
  const lines = linesOf(head);
  for (const [number, { text }] of lines.entries()) {
    if (number === 0) continue;
    const last = found.at(-1);
    const isContinued = /^[ \t]/.test(text) || lines[number - 1]?.end === '\r';
    const [, name, value = ''] = /^[ \t]*([^:]+?)[ \t]*:[ \t]*(.*)$/.exec(text) ?? [];
    const goesOn = isContinued && last !== undefined;
    if (goesOn) {
      last.values.push(text.trim());
      last.lines.push(number);
    }
    if (name !== undefined && (!goesOn || !isSecretHeader(last.name, last.values)))
      found.push({ name, values: [value.trimEnd()], lines: [number] });
  }
  return found.map(({ name, values, lines: at }) => ({ header: [name, values.join(' ')], lines: at }));
}

function isSecretHeader(name: string, values: readonly string[]): boolean {
  const value = values.join(' ');
  return shownValue(name, value) !== value;
}

function shownValue(name: string, value: string): string {
  return maskHeaders([[name, value]])[0]?.[1] ?? value;
}

/** A request or a response up to its empty line, byte for byte except for secrets. */
function maskHead(head: string): string {
  const lines = linesOf(head);
  const shown = lines.map(({ text }, number) => (number === 0 ? maskStartLine(text) : text));
  for (const { header, lines: at } of headersOfHead(head)) {
    const [name, value] = header;
    const masked = shownValue(name, value);
    if (masked === value) continue;
    const [first = 0, ...others] = at;
    shown[first] = `${/^[^:]*:[ \t]*/.exec(shown[first] ?? '')?.[0] ?? ''}${masked}`;
    for (const number of others) shown[number] = /^[ \t]/.test(shown[number] ?? '') ? ' ' : '';
  }
  return lines.map(({ end }, number) => `${shown[number] ?? ''}${end}`).join('');
}

/** `GET /path?token=… HTTP/1.1`. The first line of a response holds no secret by position. */
function maskStartLine(line: string): string {
  return line.startsWith('HTTP/')
    ? line
    : line.replace(/^(\S+ )(\S+)/, (_, method: string, target: string) => method + maskUrl(target));
}

/** The headers of a head. Headers of several lines are also listed by line, because a server may repeat one of them. */
function headersIn(head: string): HeaderList {
  const lines = linesOf(head);
  return headersOfHead(head).flatMap(({ header, lines: at }): HeaderList => {
    const [name, value] = header;
    if (at.length === 1) return [header];
    const [first = '', ...others] = at.map((number) => lines[number]?.text ?? '');
    const parts = [first.slice(first.indexOf(':') + 1), ...others].map((part) => part.trim());
    return [value, ...parts].map((part) => [name, part]);
  });
}
