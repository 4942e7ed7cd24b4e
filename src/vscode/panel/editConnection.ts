import { connectOptions } from '../../core/session/options/connectOptions.ts';
import { MASK, maskHeaders, maskSubprotocol, maskUrl } from '../../core/session/secrets/mask.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { EditableConnection } from '../../shared/panelProtocol.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { editedUrl } from './editedUrl.ts';

/** The options that a panel edits, with their secrets masked. */
export function editableConnection(options: ConnectOptions): EditableConnection {
  const { deflate, insecure, servername, handshakeTimeout, heartbeat, reconnect } = options;
  return {
    url: maskUrl(options.url),
    headers: maskHeaders(options.headers),
    subprotocols: options.subprotocols.map(maskSubprotocol),
    proxy: maskUrl(options.proxy),
    ...{ deflate, insecure, servername, handshakeTimeout, heartbeat, reconnect },
  };
}

/**
 * The changed options. Each masked secret that the user did not change gets its value back.
 * @throws DuplexError if an option is not valid or a masked secret was moved
 */
export function changedConnection(
  options: ConnectOptions,
  edited: EditableConnection,
): Partial<ConnectOptions> {
  const change: Partial<ConnectOptions> = {
    ...edited,
    url: editedUrl(options.url, edited.url.trim()),
    headers: unmasked(options.headers, maskHeaders(options.headers), edited.headers, sameHeader),
    subprotocols: unmasked(
      options.subprotocols,
      options.subprotocols.map(maskSubprotocol),
      edited.subprotocols,
      (one, other) => one === other,
    ),
    proxy: edited.proxy === maskUrl(options.proxy) ? options.proxy : edited.proxy.trim(),
  };
  const masked = [
    change.url!,
    change.proxy!,
    ...change.subprotocols!,
    ...change.headers!.map(([, value]) => value),
  ];
  if (masked.some((text) => text.includes(MASK)))
    throw new DuplexError('call.invalid', 'A masked secret cannot be moved or renamed: type it again.');
  connectOptions({ ...options, ...change });
  return change;
}

function sameHeader(
  [name, value]: readonly [string, string],
  [other, masked]: readonly [string, string],
): boolean {
  return name.toLowerCase() === other.toLowerCase() && value === masked;
}

/** Puts the original back for each edited item that equals its masked form, each original once. */
function unmasked<T>(
  originals: readonly T[],
  masked: readonly T[],
  edited: readonly T[],
  isSame: (one: T, other: T) => boolean,
): T[] {
  const used = new Set<number>();
  return edited.map((item) => {
    const index = masked.findIndex((each, at) => !used.has(at) && isSame(item, each));
    if (index < 0) return item;
    used.add(index);
    return originals[index]!;
  });
}

/** @throws DuplexError `call.invalid` unless every option has its type */
export function checkEditable(value: unknown): EditableConnection {
  const given = (value ?? {}) as Partial<Record<keyof EditableConnection, unknown>>;
  const isText = (text: unknown): text is string => typeof text === 'string';
  const isNumber = (number: unknown): number is number =>
    typeof number === 'number' && Number.isFinite(number);
  const { url, headers, subprotocols, proxy, servername, deflate, insecure } = given;
  const { handshakeTimeout, heartbeat, reconnect } = given;
  const isHeader = (header: unknown): header is [string, string] =>
    Array.isArray(header) && header.length === 2 && header.every(isText);
  if (
    isText(url) &&
    isText(proxy) &&
    isText(servername) &&
    Array.isArray(headers) &&
    headers.every(isHeader) &&
    Array.isArray(subprotocols) &&
    subprotocols.every(isText) &&
    typeof deflate === 'boolean' &&
    typeof insecure === 'boolean' &&
    isNumber(handshakeTimeout) &&
    isNumber(heartbeat) &&
    isNumber(reconnect)
  )
    return {
      url,
      headers,
      subprotocols,
      proxy,
      servername,
      deflate,
      insecure,
      handshakeTimeout,
      heartbeat,
      reconnect,
    };
  throw new DuplexError(
    'call.invalid',
    'The panel sent options that are not valid: close it and open it again.',
  );
}
