import type { Problem } from '../syntax/diagnostic.ts';
import { scanText, type Template } from '../syntax/template.ts';
import type { Range, Text } from '../syntax/range.ts';
import { parseJsonTree, type JsonMember, type JsonNode, type JsonObject } from './jsonTree.ts';

/** The names of the environment files of JetBrains' HTTP Client, httpYac and others. */
export const ENVIRONMENT_FILES = ['http-client.env.json', 'http-client.private.env.json'] as const;

/** The section that applies to every environment, and without one. */
export const SHARED = '$shared';

/** The member of an environment that holds TLS options instead of a variable, as in the JetBrains HTTP Client. */
export const TLS_SECTION = 'SSLConfiguration';

/** Objects in an environment that are not variables. */
const RESERVED: ReadonlySet<string> = new Set([TLS_SECTION, 'Security']);

/** One `http-client.env.json` or `http-client.private.env.json`. */
export interface EnvironmentFile {
  /** A path or a URI, as the file reader names it. */
  readonly path: string;
  /** Its file name, for messages. */
  readonly name: string;
  /** Not meant for the repository; takes precedence over the public file. */
  readonly isPrivate: boolean;
  /** The sections by name, including `$shared`. */
  readonly sections: ReadonlyMap<string, JsonObject>;
  /** Why it cannot be read; it then has no sections. */
  readonly problem: Problem | undefined;
}

/** A variable of an environment. */
export interface EnvironmentVariable {
  readonly kind: 'environmentVariable';
  readonly name: Text;
  /** The range of its value in its file. */
  readonly range: Range;
  /** Template of the value. Its positions are not those of any file. */
  readonly value: Template;
  readonly file: EnvironmentFile;
  readonly environment: string;
}

const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** An environment file that exists but cannot be read. */
export function unreadableEnvironmentFile(path: string, cause: string): EnvironmentFile {
  const { name } = named(path);
  return broken(path, NOWHERE, `${name} cannot be read (${cause}): make it readable, or remove it.`);
}

/** Parses an environment file. Never throws: an invalid file has a problem. */
export function parseEnvironmentFile(path: string, source: string): EnvironmentFile {
  const wrong = (range: Range, what: string): EnvironmentFile =>
    broken(
      path,
      range,
      `${named(path).name}, line ${range.start.line + 1}: ${what}. Write {"environment": {"name": "value"}}.`,
    );
  // The line ends of an editor, so that positions match.
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
 * Finds a variable in a section by name: a member, or for a name with dots a nested one (`server.port`). Values other
 * than text count as they are written.
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
    // Braces that hold no reference stay literal, because other clients use the file too.
    value: { range: value.range, parts: problems.length > 0 ? [(value as { text: string }).text] : parts },
    file,
    environment,
  };
}

/** The names of a section's variables, without nested members. */
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
