import { maskHeaders, maskSubprotocol, maskUrl } from '../../core/session/secrets/mask.ts';
import { isSecretName } from '../../core/text/secretName.ts';
import type { EditableConnection } from '../../shared/panelProtocol.ts';
import type { ConnectOptions } from '../../shared/session.ts';

/** The user's texts with variables, by the values that the connection uses. They are only in memory. */
export interface WrittenConnection {
  readonly url: Written | undefined;
  readonly proxy: Written | undefined;
  readonly headers: readonly (Written & { readonly name: string })[];
  readonly subprotocols: readonly Written[];
}

interface Written {
  /** The text with `{{…}}`. */
  readonly text: string;
  readonly value: string;
}

/** A text of references only, which holds no secret. */
const REFERENCES = /^(?:\{\{[^{}]*\}\})+$/;

/** An authentication scheme before references: `Bearer {{token}}`. */
const SCHEME_AND_REFERENCES = /^(?:[A-Za-z]+\s+)?(?:\{\{[^{}]*\}\})+$/;

/**
 * @param edited the options as the user wrote them
 * @param change the same items in the same order, with values
 */
export function writtenConnection(
  edited: EditableConnection,
  change: Pick<ConnectOptions, 'url' | 'proxy' | 'headers' | 'subprotocols'>,
): WrittenConnection {
  return {
    url: written(edited.url.trim(), change.url),
    proxy: written(edited.proxy.trim(), change.proxy),
    headers: edited.headers.flatMap(([name, text], index) => {
      const item = written(text, change.headers[index]?.[1]);
      return item ? [{ ...item, name }] : [];
    }),
    subprotocols: edited.subprotocols.flatMap(
      (text, index) => written(text, change.subprotocols[index]) ?? [],
    ),
  };
}

function written(text: string, value: string | undefined): Written | undefined {
  return text.includes('{{') && value !== undefined ? { text, value } : undefined;
}

/**
 * The options that a panel edits, secrets masked. Values from variables are shown as they were written, as long as
 * the connection still has them.
 */
export function asWritten(
  masked: EditableConnection,
  options: ConnectOptions,
  found: WrittenConnection | undefined,
): EditableConnection {
  if (!found) return masked;
  const url = found.url?.value === options.url ? maskUrl(found.url.text, isReferences) : masked.url;
  const proxy = found.proxy?.value === options.proxy ? maskUrl(found.proxy.text, isReferences) : masked.proxy;
  return {
    ...masked,
    url,
    proxy,
    headers: masked.headers.map(([name, value], index) => {
      const item = found.headers.find(
        (each) => each.name === name && each.value === options.headers[index]?.[1],
      );
      return [name, item && isShown(name, item.text) ? item.text : value];
    }),
    subprotocols: masked.subprotocols.map((value, index) => {
      const item = found.subprotocols.find((each) => each.value === options.subprotocols[index]);
      return item && maskSubprotocol(item.text) === item.text ? item.text : value;
    }),
  };
}

function isReferences(value: string): boolean {
  return REFERENCES.test(value);
}

/** Whether a header's text holds no secret besides its variables. */
function isShown(name: string, text: string): boolean {
  if (isSecretName(name, text)) return SCHEME_AND_REFERENCES.test(text.trim());
  return maskHeaders([[name, text]])[0]?.[1] === text;
}
