import type { Problem } from '../syntax/diagnostic.ts';
import { scanText, type Template } from '../syntax/template.ts';
import type { Range, Text } from '../syntax/range.ts';
import { parseJsonTree, type JsonMember, type JsonNode, type JsonObject } from './jsonTree.ts';

/** The names under which JetBrains' HTTP Client, httpYac and others look for environments. */
export const ENVIRONMENT_FILES = ['http-client.env.json', 'http-client.private.env.json'] as const;

/** The section that counts whatever environment is chosen, and where none is. */
export const SHARED = '$shared';

/** The member of an environment that is not a variable but says how TLS is done, as in the JetBrains HTTP Client. */
export const TLS_SECTION = 'SSLConfiguration';

/** Objects in an environment that are not variables. */
const RESERVED: ReadonlySet<string> = new Set([TLS_SECTION, 'Security']);

/** One `http-client.env.json` or `http-client.private.env.json`. */
export interface EnvironmentFile {
  /** As the reader of files names it: a path, or a URI. */
  readonly path: string;
  /** Its name, for messages. */
  readonly name: string;
  /** Not for the repository; it outranks the public file. */
  readonly isPrivate: boolean;
  /** By name, `$shared` among them. */
  readonly sections: ReadonlyMap<string, JsonObject>;
  /** Why it cannot be read; it then has no sections. */
  readonly problem: Problem | undefined;
}

/** A variable of an environment. */
export interface EnvironmentVariable {
  readonly kind: 'environmentVariable';
  readonly name: Text;
  /** Of its value in its file. */
  readonly range: Range;
  /** Places in it are not those of any file. */
  readonly value: Template;
  readonly file: EnvironmentFile;
  readonly environment: string;
}

const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** An environment file that is there and of which nothing can be read. */
export function unreadableEnvironmentFile(path: string, cause: string): EnvironmentFile {
  const { name } = named(path);
  return broken(path, NOWHERE, `${name} cannot be read (${cause}): make it readable, or remove it.`);
}

/** Reads an environment file. Never throws: one that is not what it should be has a problem. */
export function parseEnvironmentFile(path: string, source: string): EnvironmentFile {
  const wrong = (range: Range, what: string): EnvironmentFile =>
    broken(
      path,
      range,
      `${named(path).name}, line ${range.start.line + 1}: ${what}. Write {"environment": {"name": "value"}}.`,
    );
  // As an editor shows it, for the places.
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const root = parseJsonTree(text);
  if ('message' in root) return wrong({ start: root.at, end: root.at }, root.message);
  if (root.kind !== 'object') return wrong(root.range, 'environments are members of an object');
  const sections = new Map<string, JsonObject>();
  for (const [environment, { nameRange, value }] of root.members) {
    // A `$schema` for editors.
    if (environment !== SHARED && environment.startsWith('$')) continue;
    if (value.kind !== 'object') return wrong(nameRange, 'an environment is an object of variables');
    sections.set(environment, value);
  }
  return { ...named(path), sections, problem: undefined };
}

function named(path: string): Pick<EnvironmentFile, 'path' | 'name' | 'isPrivate'> {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return { path, name, isPrivate: name === ENVIRONMENT_FILES[1] };
}

function broken(path: string, range: Range, message: string): EnvironmentFile {
  return { ...named(path), sections: new Map(), problem: { code: 'environment.file', message, range } };
}

/**
 * The variable of this name in a section: a member, or for a name with dots one further down (`server.port`).
 * What is no text counts as it is written.
 */
export function variableIn(
  file: EnvironmentFile,
  environment: string,
  name: string,
): EnvironmentVariable | undefined {
  const section = file.sections.get(environment);
  const member = section && find(section, name);
  if (!member) return undefined;
  const { nameRange, value } = member;
  const { parts, problems } =
    value.kind === 'string' ? scanText(value.text) : { parts: [value.source], problems: [] };
  return {
    kind: 'environmentVariable',
    name: { text: name, range: nameRange },
    range: value.range,
    // Braces that hold no reference are what they are: the file is other clients' as well.
    value: { range: value.range, parts: problems.length > 0 ? [(value as { text: string }).text] : parts },
    file,
    environment,
  };
}

/** The names of a section's variables, without the members of members. */
export function variableNamesIn(section: JsonObject): string[] {
  return [...section.members].flatMap(([name, { value }]) => (isReserved(name, value) ? [] : [name]));
}

function isReserved(name: string, value: JsonNode | undefined): boolean {
  return value?.kind === 'object' && RESERVED.has(name);
}

function find(section: JsonObject, name: string): JsonMember | undefined {
  const [first = ''] = name.split('.');
  if (isReserved(first, section.members.get(first)?.value)) return undefined;
  const whole = section.members.get(name);
  if (whole) return whole;
  let node: JsonNode = section;
  let found: JsonMember | undefined;
  for (const part of name.split('.')) {
    found = memberOf(node, part);
    if (!found) return undefined;
    node = found.value;
  }
  return found;
}

function memberOf(node: JsonNode, name: string): JsonMember | undefined {
  if (node.kind === 'object') return node.members.get(name);
  const item = node.kind === 'array' && /^\d{1,9}$/.test(name) ? node.items[Number(name)] : undefined;
  return item && { nameRange: item.range, value: item };
}
