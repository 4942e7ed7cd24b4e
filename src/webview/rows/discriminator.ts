/** A member whose value distinguishes one kind of message from others. */
export interface Discriminator {
  /** RFC 9535, such as `$.type`. */
  readonly path: string;
  /** The value as written in the message: `"tick"`, `42`. */
  readonly value: string;
}

/** Members that usually name the kind of a message, the most common first. */
const NAMES = [
  'type',
  'op',
  'event',
  'method',
  'action',
  'kind',
  'channel',
  'topic',
  'cmd',
  'command',
  'e',
  't',
  'id',
];

/** A member of the outermost object with a scalar value. */
const MEMBER = /"((?:[^"\\]|\\.)*)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/g;

/**
 * Finds the member of a JSON object that names its kind.
 * @param preview the beginning of the message; a member beyond it is not found
 */
export function discriminator(preview: string): Discriminator | undefined {
  const text = preview.trimStart();
  if (!text.startsWith('{')) return undefined;
  const members = new Map<string, string>();
  for (const { 1: name, 2: value, index } of text.matchAll(MEMBER))
    if (depthAt(text, index) === 1 && !members.has(name!)) members.set(name!, value!);
  const name = NAMES.find((known) => members.has(known));
  return name === undefined ? undefined : { path: `$.${name}`, value: members.get(name)! };
}

/** The number of open objects and arrays at a position, ignoring strings. */
function depthAt(text: string, index: number): number {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < index; at++) {
    const character = text[at]!;
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return inString ? 0 : depth;
}
