import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { connectOptions } from '../session/connectOptions.ts';
import { invalidHeader, invalidSubprotocol, invalidUrl } from '../session/validate.ts';
import type { DiagnosticCode, Problem } from './diagnostic.ts';
import type { Range } from './range.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';
import type { Request } from './tree.ts';
import { parseDuration, parseSize, type Measured } from './units.ts';

/** What a request says of its connection; the rest is for the caller's defaults. */
export type GivenOptions = { readonly url: string } & Partial<ConnectOptions>;

type Changeable = { -readonly [key in keyof GivenOptions]: GivenOptions[key] };

/** What a request line may come to: above what servers take, below what would be slow to check. */
const MAX_HEAD_TEXT = 65_536;

/**
 * The connection that a request asks for, its variables filled in and everything checked.
 * @returns the options, or all that stands in the way, each at its place
 */
export function requestOptions(
  request: Pick<Request, 'target' | 'headers' | 'directives'>,
  scope: Scope,
): { readonly options: GivenOptions } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const fail = (code: DiagnosticCode, range: Range, message: string | undefined): void => {
    if (message !== undefined) problems.push({ code, range, message });
  };
  const text = (template: Template): string | undefined => {
    const resolved = scope.resolve(template);
    if ('problems' in resolved) {
      for (const problem of resolved.problems) problems.push(problem);
      return undefined;
    }
    if (resolved.text.length <= MAX_HEAD_TEXT) return resolved.text;
    fail('variable.length', template.range, `This is longer than ${MAX_HEAD_TEXT} characters: shorten it.`);
    return undefined;
  };

  const options: Changeable = { url: '' };
  const url = text(request.target.url);
  if (url !== undefined) {
    options.url = url;
    const { keyword, url: written } = request.target;
    fail(
      'url.invalid',
      written.parts.length === 0 && keyword ? keyword.range : written.range,
      invalidUrl(url),
    );
  }
  const measure = (
    key: 'handshakeTimeout' | 'closeTimeout' | 'maxPayload',
    argument: string,
    range: Range,
    parse: (text: string) => Measured,
  ): void => {
    const measured = parse(argument);
    if ('problem' in measured) return fail('directive.argument', range, measured.problem);
    options[key] = measured.value;
    fail('directive.argument', range, refusal({ [key]: measured.value }));
  };
  const offer = (names: string, range: Range): void => {
    if (options.subprotocols)
      return fail(
        'subprotocol.invalid',
        range,
        'The subprotocols are given twice: keep either @subprotocol or the header Sec-WebSocket-Protocol.',
      );
    options.subprotocols = names.split(',').map((name) => name.trim());
    const bad = options.subprotocols.map(invalidSubprotocol).find((problem) => problem !== undefined);
    fail('subprotocol.invalid', range, bad ?? refusal({ subprotocols: options.subprotocols }));
  };

  // A map: the file may name a directive `__proto__`.
  const appliers = new Map<string, (value: string, range: Range) => void>([
    ['timeout', (value, range) => measure('handshakeTimeout', value, range, parseDuration)],
    ['close-timeout', (value, range) => measure('closeTimeout', value, range, parseDuration)],
    ['max-payload', (value, range) => measure('maxPayload', value, range, parseSize)],
    ['subprotocol', offer],
  ]);
  for (const { name, argument } of request.directives) {
    if (name.text === 'no-deflate') options.deflate = false;
    if (!argument) continue;
    const apply = appliers.get(name.text);
    const value = apply && text(argument);
    if (apply && value !== undefined) apply(value, argument.range);
  }

  const headers: [string, string][] = [];
  for (const { name, value: written, range } of request.headers) {
    const value = text(written);
    if (value === undefined) continue;
    // The way in which JetBrains and httpYac offer subprotocols.
    if (name.text.toLowerCase() === 'sec-websocket-protocol') {
      offer(value, range);
      continue;
    }
    fail('header.invalid', range, invalidHeader(name.text, value));
    headers.push([name.text, value]);
  }
  if (headers.length > 0) options.headers = headers;
  return problems.length > 0 ? { problems } : { options };
}

/** Why a connection with this option would be refused. */
function refusal(option: Partial<ConnectOptions>): string | undefined {
  try {
    connectOptions({ url: 'ws://localhost', ...option });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof DuplexError) return thrown.message;
    throw thrown;
  }
}
