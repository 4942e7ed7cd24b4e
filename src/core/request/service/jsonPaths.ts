/** A path into JSON messages that were seen, and a value that was found there, as JSON and short. */
export interface SeenPath {
  /** RFC 9535; any element of an array is `[*]`. */
  readonly path: string;
  readonly example: string;
}

const MAX_DEPTH = 8;
const MAX_PATHS = 500;
const MAX_EXAMPLE = 40;

/** What a member name may be made of to be written after a dot (RFC 9535, section 2.5.1.1). */
const SHORTHAND = /^[A-Za-z_\u0080-\u{10FFFF}][\w\u0080-\u{10FFFF}]*$/u;

/** The paths of messages, those of the first message first. A text that is no JSON object or array has none. */
export function jsonPathsOf(messages: Iterable<string>): SeenPath[] {
  const seen = new Map<string, string>();
  for (const message of messages) {
    const value = parsed(message);
    if (typeof value === 'object' && value !== null) collect('$', value, MAX_DEPTH, seen);
    if (seen.size >= MAX_PATHS) break;
  }
  return [...seen].slice(0, MAX_PATHS).map(([path, example]) => ({ path, example }));
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    // Most protocols mix JSON with other texts: those have no paths.
    return undefined;
  }
}

function collect(path: string, value: object, depth: number, seen: Map<string, string>): void {
  const members: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.slice(0, 3).map((item: unknown) => ['[*]', item] as const)
    : Object.entries(value).map(([name, item]) => [segment(name), item] as const);
  for (const [step, item] of members) {
    if (seen.size >= MAX_PATHS) return;
    const at = path + step;
    if (!seen.has(at)) seen.set(at, example(item));
    if (typeof item === 'object' && item !== null && depth > 1) collect(at, item, depth - 1, seen);
  }
}

function segment(name: string): string {
  if (SHORTHAND.test(name)) return `.${name}`;
  // JSON's escapes are those of a normalized path but for the quotation marks (RFC 9535, section 2.7).
  const quoted = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `['${quoted}']`;
}

function example(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} elements`;
  if (typeof value === 'object' && value !== null) return `${Object.keys(value).length} members`;
  const text = JSON.stringify(value);
  return text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;
}
