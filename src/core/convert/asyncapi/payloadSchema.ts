import { field, fieldsOf, listField, textField } from '../fields.ts';
import { referenceOf, type LocalReferences } from './localReferences.ts';

/** Maximum schemas in a file: a document may refer to thousands, but a message needs few. */
const MAX_SCHEMAS = 500;
const MAX_DEPTH = 100;
/** Maximum members of a generated example. */
const MAX_MEMBERS = 50;
const MAX_EXAMPLE_DEPTH = 8;

const JSON_SCHEMA = /^application\/(?:vnd\.aai\.asyncapi|schema)(?:\+json|\+yaml)?(?:;|$)/;

/** The JSON Schema of a message's payload; undefined if there is none, or it is of another language. */
export function payloadSchema(message: unknown, references: LocalReferences): unknown {
  const payload = field(message, 'payload');
  // AsyncAPI 3 may wrap it: {schemaFormat, schema}.
  const format = textField(payload, 'schemaFormat') ?? textField(message, 'schemaFormat');
  if (format !== undefined && !JSON_SCHEMA.test(format)) return undefined;
  const schema = field(payload, 'schemaFormat') === undefined ? payload : field(payload, 'schema');
  return references.follow(schema) === undefined ? undefined : schema;
}

/**
 * Combines schemas in one self-contained file: the schemas that they refer to are under `definitions` (JSON
 * Schema draft 7).
 */
export function schemaFile(schemas: readonly unknown[], references: LocalReferences): string {
  const names = new Map<string, string>();
  const definitions = new Map<string, unknown>();
  const nameOf = (reference: string): string => {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const name = `schema${names.size + 1}-${(reference.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '_')}`;
    names.set(reference, name);
    definitions.set(name, names.size > MAX_SCHEMAS ? {} : written(references.at(reference), 0));
    return name;
  };
  const written = (value: unknown, depth: number): unknown => {
    if (depth > MAX_DEPTH) return {};
    if (Array.isArray(value)) return (value as unknown[]).map((each) => written(each, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    const reference = referenceOf(value);
    if (reference !== undefined) return { $ref: `#/definitions/${nameOf(reference)}` };
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== '__proto__')
        .map(([name, each]) => [name, written(each, depth + 1)]),
    );
  };
  const all = schemas.map((schema) => written(schema, 0));
  const one = all.length === 1 ? { allOf: all } : { anyOf: all };
  const file = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...one,
    definitions: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** A value that a schema allows: its own example, or one made of constants, defaults, choices and required members. */
export function exampleOf(schema: unknown, references: LocalReferences, depth = 0): unknown {
  const found = references.follow(schema);
  if (depth > MAX_EXAMPLE_DEPTH) return null;
  for (const name of ['const', 'example', 'default']) {
    const value = field(found, name);
    if (value !== undefined) return value;
  }
  const [choice] = [...listField(found, 'examples'), ...listField(found, 'enum')];
  if (choice !== undefined) return choice;
  const [first] = [...listField(found, 'oneOf'), ...listField(found, 'anyOf')];
  const parts = [...listField(found, 'allOf'), ...(first === undefined ? [] : [first])];
  const members = membersOf(found, references, depth);
  for (const part of parts) {
    const value = exampleOf(part, references, depth + 1);
    if (typeof value !== 'object' || value === null) return value;
    for (const [name, each] of Object.entries(value)) if (!members.has(name)) members.set(name, each);
  }
  switch (typeOf(found)) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return field(found, 'minimum') ?? 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return [];
    default:
      return Object.fromEntries(members);
  }
}

function typeOf(schema: unknown): string | undefined {
  return textField(schema, 'type') ?? (listField(schema, 'type')[0] as string | undefined);
}

/** Members that are required, or that have only one value. */
function membersOf(schema: unknown, references: LocalReferences, depth: number): Map<string, unknown> {
  const properties = fieldsOf(field(schema, 'properties'));
  const required = new Set(listField(schema, 'required'));
  const wanted = Object.keys(properties).filter(
    (name) =>
      name !== '__proto__' &&
      (required.has(name) || field(references.follow(properties[name]), 'const') !== undefined),
  );
  return new Map(
    wanted.slice(0, MAX_MEMBERS).map((name) => [name, exampleOf(properties[name], references, depth + 1)]),
  );
}
