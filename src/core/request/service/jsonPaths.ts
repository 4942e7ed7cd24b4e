/** A path into recorded JSON messages, and an example of its value as short JSON. */
export interface SeenPath {
  /** RFC 9535; each array index is written as `[*]`. */
  readonly path: string;
  readonly example: string;
}

const MAX_DEPTH = 8;
const MAX_PATHS = 500;
const MAX_EXAMPLE = 40;

/** Member names that can follow a dot (RFC 9535, section 2.5.1.1). */
const SHORTHAND = /^[A-Za-z_\u0080-\u{10FFFF}][\w\u0080-\u{10FFFF}]*$/u;

/**
 * Lists the paths of messages, those of the first message first. Texts other than JSON objects and arrays have none.
 */
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
    // Most protocols mix JSON with other texts, which have no paths.
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
  // Normalized paths use JSON's escapes, except for quotation marks (RFC 9535, section 2.7).
  const quoted = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `['${quoted}']`;
}

function example(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} elements`;
  if (typeof value === 'object' && value !== null) return `${Object.keys(value).length} members`;
  const text = JSON.stringify(value);
  return text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;
}
