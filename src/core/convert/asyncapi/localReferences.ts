import { field, fieldsOf, textField, type Fields } from '../fields.ts';
import { percentDecoded } from '../../text/percentDecoded.ts';

/** Maximum references in a chain; longer chains are circular. */
const MAX_HOPS = 20;

/** Follows `$ref` within a document. References to other files are reported once. */
export interface LocalReferences {
  /** The value that a reference leads to, or the value itself; undefined if the document does not have it. */
  follow(value: unknown): unknown;
  /** The last part of a reference: its name in the document. */
  nameOf(value: unknown): string | undefined;
  /** The value at a JSON Pointer (RFC 6901) in a fragment. */
  at(reference: string): unknown;
  readonly left: ReadonlySet<string>;
}

export function createLocalReferences(document: unknown): LocalReferences {
  const left = new Set<string>();
  const at = (reference: string): unknown => {
    if (!reference.startsWith('#/')) {
      left.add(`${reference.slice(0, 200)} is left out: only references within the file are followed.`);
      return undefined;
    }
    let found: unknown = document;
    for (const part of partsOf(reference)) {
      found = Array.isArray(found) ? (found as unknown[])[Number(part)] : field(found, part);
      if (found === undefined) {
        left.add(`${reference.slice(0, 200)} is left out: the file has nothing there.`);
        return undefined;
      }
    }
    return found;
  };
  return {
    at,
    left,
    follow(value) {
      let found = value;
      for (let hops = 0; hops < MAX_HOPS; hops++) {
        const reference = referenceOf(found);
        if (reference === undefined) return found;
        found = at(reference);
      }
      left.add('A reference that leads to itself is left out.');
      return undefined;
    },
    nameOf(value) {
      const reference = referenceOf(value);
      return reference === undefined ? undefined : partsOf(reference).at(-1);
    },
  };
}

export function referenceOf(value: unknown): string | undefined {
  return textField(value, '$ref');
}

function partsOf(reference: string): string[] {
  return reference
    .slice(2)
    .split('/')
    .map((part) => percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The members of an object, references followed. */
export function entriesOf(
  value: unknown,
  references: LocalReferences,
): readonly (readonly [string, unknown])[] {
  const members: Fields = fieldsOf(references.follow(value));
  return Object.keys(members).map((name) => [name, references.follow(members[name])]);
}
