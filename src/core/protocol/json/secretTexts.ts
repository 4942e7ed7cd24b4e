import { isSecretName } from '../../text/secretName.ts';

// Credentials in the JSON of messages: by the name of a member, or by a name beside a value, as settings have it.

/** A text that is a credential. The range is in UTF-16 units, without the quotes. */
export interface SecretText {
  readonly start: number;
  readonly end: number;
  /** The member that names it. */
  readonly name: string;
}

/** Names that are secret in headers and common in messages. */
const COMMON = /^(?:key|session|sid|sess|pin|sign|code)$/i;

/** Members that hold a value whose name is in another member, beside or around them. */
const VALUE = /^(?:value|attributeValue)$/;

/** Members that hold the name of a value beside them. */
const NAME = /^(?:key|name)$/;

/** A string, which may be cut off, or a sign. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]/gs;

/** An object or an array that is open. */
interface Frame {
  readonly isObject: boolean;
  /** The member that holds it, also through arrays. */
  readonly name: string;
  key: string;
  /** The name of a credential, from one of its members. */
  named: string | undefined;
  readonly values: SecretText[];
}

/**
 * The credentials in a text that is JSON, or holds some: `{"token": "…"}`, `{"key": "AuthorizationKey",
 * "value": "…"}`, `{"client_secret": {"value": "…"}}`. The text may be cut off.
 */
export function secretTexts(text: string): SecretText[] {
  const found: SecretText[] = [];
  const frames: Frame[] = [];
  let string: { readonly start: number; readonly end: number } | undefined;

  const settle = (): void => {
    const frame = frames.at(-1);
    if (!string) return;
    const { start, end } = string;
    const name = (frame?.isObject ? frame.key : frame?.name) ?? '';
    if (isSecretMember(name)) {
      if (end > start) found.push({ start, end, name });
      return;
    }
    for (const each of withinString(text, start, end)) found.push(each);
    if (!frame) return;
    if (frame.isObject && VALUE.test(name)) frame.values.push({ start, end, name });
    else if (frame.isObject && NAME.test(name) && isSecretMember(text.slice(start, end)))
      frame.named = text.slice(start, end);
  };
  const close = (): void => {
    const { named, name, values } = frames.pop() ?? {};
    const around = frames.at(-1);
    // `{"variable": {"name": "BasicAuthPassword"}, "attributeValue": "…"}` of OCPP 2.
    if (around?.isObject && name === 'variable') around.named ??= named;
    const credential = named ?? (name !== undefined && isSecretMember(name) ? name : undefined);
    if (credential === undefined || !values) return;
    for (const value of values) found.push({ ...value, name: credential });
  };

  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const frame = frames.at(-1);
    if (token === ':') {
      if (frame && string) frame.key = text.slice(string.start, string.end);
    } else settle();
    string = undefined;
    if (token.startsWith('"')) {
      const isClosed = token.length > 1 && token.endsWith('"');
      string = { start: index + 1, end: index + token.length - (isClosed ? 1 : 0) };
    } else if (token === '{' || token === '[') {
      const name = frame?.isObject ? frame.key : (frame?.name ?? '');
      frames.push({ isObject: token === '{', name, key: '', named: undefined, values: [] });
    } else if (token === '}' || token === ']') close();
  }
  settle();
  while (frames.length > 0) close();
  return found.sort((a, b) => a.start - b.start);
}

/** The credentials in the JSON that a JSON string holds. */
function withinString(text: string, start: number, end: number): SecretText[] {
  const written = text.slice(start, end);
  // A single regular expression would take quadratic time on a string of brackets without JSON.
  const opened = written.search(/[{[]/);
  if (opened < 0 || !written.includes('\\"', opened + 1)) return [];
  const at: number[] = [];
  let inner = '';
  for (const { 0: character, index } of written.matchAll(/\\u[\da-fA-F]{4}|\\.|[^\\]/gs)) {
    at.push(start + index);
    inner += character.length === 1 ? character : unescaped(character);
  }
  at.push(end);
  return secretTexts(inner).map((each) => ({ ...each, start: at[each.start]!, end: at[each.end]! }));
}

/** One UTF-16 unit. */
function unescaped(escape: string): string {
  try {
    return JSON.parse(`"${escape}"`) as string;
  } catch {
    return escape[1]!;
  }
}

/**
 * The text with its credentials replaced; everything else keeps its spelling.
 * @param isShown whether a value is no credential despite its name
 */
export function withoutSecrets(
  text: string,
  mask: string,
  isShown: (value: string) => boolean = () => false,
): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of secretTexts(text)) {
    if (isShown(text.slice(start, end))) continue;
    masked += text.slice(at, start) + mask;
    at = end;
  }
  return masked + text.slice(at);
}

function isSecretMember(name: string): boolean {
  return isSecretName(name) && !COMMON.test(name);
}
